//! What every simulated service has in common on the wire, whatever it says: names none of them, and imports none.
//!
//! A family of remotes implements [`service::Service`]; the server puts the front before all of them.

pub(crate) mod buckets;
mod connection;
pub(crate) mod fault;
pub(crate) mod faults;
mod front;
mod gzip;
pub(crate) mod log;
pub(crate) mod ods;
pub(crate) mod options;
pub(crate) mod server;
pub(crate) mod service;
pub(crate) mod shelf;
mod spoil;
pub(crate) mod xls;
pub(crate) mod xlsx;
pub(crate) mod zip;

//! The remote services as seen on the wire, for the demonstration and the tests.
//!
//! It is written from what was documented and observed of the real services, and shares no type with the clients, so that it cannot
//! share a misunderstanding with them. Run it as `sandbox`, or in a test's own process:
//!
//! ```no_run
//! let server = sandbox::BlockingServer::start(sandbox::Options { offers: 500, ..Default::default() })?;
//! println!("{}", server.url());
//! # std::io::Result::Ok(())
//! ```

mod dice;
mod fault;
mod france_travail;
mod front;
mod log;
mod naf;
mod options;
mod references;
mod server;
mod wire;

pub use fault::{Fault, FaultAt, FaultRate, Faults};
pub use france_travail::Life;
pub use log::Request;
pub use options::{Bound, Milliseconds, Options, RetryAfter, SortWithin, TieOrder, Ties};
pub use references::{Handout, ReferenceOptions, Validators};
pub use server::{BlockingServer, Server};

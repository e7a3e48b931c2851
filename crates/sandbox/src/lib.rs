//! The remote services as seen on the wire, for the demonstration and the tests.
//!
//! It is written from what was documented and observed of the real services, and shares no type with the clients, so that it cannot
//! share a misunderstanding with them. Run it as `sandbox`, or in a test's own process:
//!
//! ```no_run
//! let options = sandbox::Options::default().with(|options| options.france_travail.offers = 500);
//! let server = sandbox::Server::start(options)?;
//! println!("{}", server.url());
//! # std::io::Result::Ok(())
//! ```
//!
//! - `wire/` is what all remotes have in common (the server, the front with its faults, the log, the limits of calls); it
//!   names none of them. A remote is a `wire::service::Service`.
//! - `world/` is the invented country that they share.
//! - Each family of remotes has a folder of its own, and imports no other: [`FranceTravail`], [`References`], [`Portals`], [`Inclusion`]. `options.rs`
//!   names them all.

mod france_travail;
mod inclusion;
mod options;
mod portals;
mod references;
mod wire;
mod world;

pub use france_travail::{
    Bound, FranceTravail, FranceTravailOptions, Life, Milliseconds, SortWithin, TieOrder, Ties, Turnover,
};
pub use inclusion::{
    Held, Inclusion, InclusionOptions, List, Reload, ReloadAt, SizeSaid, Spot, Standing, State, Workbook,
    held_throughout,
};
pub use options::Options;
pub use portals::{PortalOptions, Portals};
pub use references::{ReferenceOptions, References};
pub use wire::fault::Fault;
pub use wire::faults::{FaultAt, FaultRate, Faults};
pub use wire::log::Request;
pub use wire::options::{RetryAfter, WireOptions};
pub use wire::server::Server;
pub use wire::shelf::{Handout, Validators};

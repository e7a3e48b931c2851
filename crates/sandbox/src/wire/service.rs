//! A family of remotes, as the core sees it.

use std::any::Any;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::response::Response;

use super::fault::Fault;
use super::faults::Faults;
use super::log::{Kind, Log};
use super::options::WireOptions;

/// What one family of remotes adds to the server.
pub(crate) trait Service: Any + Debug + Send + Sync {
    /// What can be set about it, under a heading of its own.
    type Options: clap::Args
    where
        Self: Sized;

    /// Its state before the first request.
    fn start(shared: Arc<Shared>, options: &Self::Options) -> io::Result<Self>
    where
        Self: Sized;

    /// What the log calls it.
    fn name(&self) -> &'static str;

    /// Its paths as seen by clients: logged, and subject to faults.
    fn routes(self: Arc<Self>) -> Router;

    /// Its paths below `/_sandbox/`, for whoever tries a client: neither logged nor subject to faults.
    fn own_routes(self: Arc<Self>) -> Router {
        Router::new()
    }

    /// The variables that lead a client to it; `origin` is `http://HOST:PORT`.
    fn variables(&self, origin: &str) -> Vec<(&'static str, String)>;

    /// The variables that would lead a client elsewhere.
    fn removed_variables(&self) -> &'static [&'static str] {
        &[]
    }

    /// What a request for this path is counted as.
    fn kind(&self, _path: &str) -> Kind {
        Kind::Other
    }

    /// Whether its answers can have that fault.
    fn fits(&self, fault: Fault) -> bool;

    /// A fault in its own words; by default, in those of the web server that stands before it.
    fn word(&self, _fault: Fault) -> Option<Response> {
        None
    }

    /// Where in one of its answers a list stands, of which an element can be missing or come twice.
    fn listing<'a>(&self, _body: &'a [u8]) -> Option<Listing<'a>> {
        None
    }

    /// Makes what the first request would wait for.
    fn warm(&self) {}
}

/// An answer that holds a list: what stands before it, its elements, and what stands after it.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    pub(crate) before: String,
    pub(crate) elements: Vec<&'a str>,
    pub(crate) after: String,
}

/// What all services share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: WireOptions,
    pub(crate) log: Log,
    faults: Mutex<Faults>,
}

impl Shared {
    pub(crate) fn new(options: WireOptions) -> Self {
        let faults = Mutex::new(options.faults.clone());
        Self { options, log: Log::new(), faults }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a service is told about the request besides the request.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) number: u64,
    pub(crate) search: Option<u64>,
    pub(crate) fault: Option<Fault>,
}

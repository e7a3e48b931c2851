//! The server: every simulated service on one address, run by a thread of its own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use jiff::civil::Date;
use tokio::sync::oneshot;

use crate::fault::Faults;
use crate::france_travail::{FranceTravail, Life};
use crate::front::front;
use crate::log::{Log, Request};
use crate::options::Options;
use crate::references::{Handout, References};
use crate::wire::{Breaker, Wire};

/// What one family of remote services adds to the server.
pub(crate) struct Service {
    /// Its paths as seen by clients: logged, and subject to faults.
    pub(crate) router: Router,
    /// Its paths below `/_sandbox/`.
    pub(crate) truth: Router,
    /// The variables that lead a client to it.
    pub(crate) variables: Vec<(&'static str, String)>,
    /// The variables that would lead a client elsewhere.
    pub(crate) removed: Vec<&'static str>,
}

/// What all services share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) log: Log,
    faults: Mutex<Faults>,
}

impl Shared {
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The simulated services, listening until this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    france_travail: Arc<FranceTravail>,
    references: Arc<References>,
    variables: Vec<(&'static str, String)>,
    removed: Vec<&'static str>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens; requests that come before the offers are made wait for them.
    ///
    /// # Errors
    /// The address cannot be had, or the file of offers cannot be read.
    pub async fn start(options: Options) -> io::Result<Self> {
        Self::start_now(options)
    }

    fn start_now(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((options.host, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let faults = Mutex::new(options.faults.clone());
        let shared = Arc::new(Shared { options, log: Log::new(), faults });
        let france_travail = Arc::new(FranceTravail::new(shared.clone())?);
        let references = Arc::new(References::new(shared.clone()));
        let services = vec![france_travail.service(address), references.service(address)];
        let variables = services.iter().flat_map(|service| service.variables.clone()).collect();
        let removed = services.iter().flat_map(|service| service.removed.clone()).collect();
        let router = router(&shared, services);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let warmed = france_travail.clone();
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            warmed.warm();
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
            // Dropping the runtime drops its connections, those that hang on purpose too.
        })?;
        Ok(Self {
            address,
            shared,
            france_travail,
            references,
            variables,
            removed,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`, to which clients append the paths of the APIs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that lead a client here: identifier, key, addresses.
    pub fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    /// The variables that a client must not have, since they would lead it elsewhere.
    pub fn removed_variables(&self) -> &[&'static str] {
        &self.removed
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        *self.shared.faults() = faults;
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.requests()
    }

    /// From now on other versions of all reference files are published.
    pub fn release(&self) {
        self.references.release();
    }

    /// Every reference file that was asked for, in order, and what of it was handed out.
    pub fn handouts(&self) -> Vec<Handout> {
        self.references.handouts()
    }

    /// The reference file that is published now at the path of an address.
    pub fn publication(&self, path: &str) -> Option<Bytes> {
        self.references.publication(path).map(|published| published.content)
    }

    /// Every offer stamped on that day that ever lived, with the text of each version.
    pub fn truth(&self, date: Date) -> Vec<Life> {
        self.france_travail.truth(date, true)
    }

    /// As `truth`, with the SHA-256 of each version in place of its text.
    pub fn truth_digests(&self, date: Date) -> Vec<Life> {
        self.france_travail.truth(date, false)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread is gone already if this fails.
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// A server for tests that are not async.
#[derive(Debug)]
pub struct BlockingServer(Server);

impl BlockingServer {
    /// As `Server::start`.
    ///
    /// # Errors
    /// The address cannot be had, or the file of offers cannot be read.
    pub fn start(options: Options) -> io::Result<Self> {
        Server::start_now(options).map(Self)
    }
}

impl Deref for BlockingServer {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.0
    }
}

async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    let wire = Wire(tokio::net::TcpListener::from_std(listener)?);
    axum::serve(wire, router.into_make_service_with_connect_info::<Breaker>()).await
}

fn router(shared: &Arc<Shared>, services: Vec<Service>) -> Router {
    let (mut simulated, mut own) = (Router::new(), Router::new());
    for service in services {
        simulated = simulated.merge(service.router);
        own = own.merge(service.truth);
    }
    let simulated = simulated.layer(from_fn_with_state(shared.clone(), front));
    let own = own.merge(
        Router::new()
            .route("/_sandbox/requests", get(requests))
            .route("/_sandbox/faults", get(faults).put(set_faults))
            .with_state(shared.clone()),
    );
    simulated.merge(own)
}

async fn requests(State(shared): State<Arc<Shared>>) -> Response {
    let lines: serde_json::Result<Vec<String>> =
        shared.log.requests().iter().map(|request| Ok(serde_json::to_string(request)? + "\n")).collect();
    match lines {
        Ok(lines) => ([(header::CONTENT_TYPE, "application/x-ndjson")], lines.concat()).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

async fn faults(State(shared): State<Arc<Shared>>) -> Response {
    match serde_json::to_string(&*shared.faults()) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json + "\n").into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

async fn set_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice(&body) {
        Ok(faults) => {
            *shared.faults() = faults;
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

//! The server: every simulated service on one address, run by a thread of its own.

use std::any::Any;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::sync::oneshot;

use super::connection::{Breaker, Wire};
use super::faults::Faults;
use super::front::{Front, front};
use super::log::{Kind, Request};
use super::service::{Service, Shared};

/// The simulated services, listening until this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    services: Vec<Arc<dyn Service>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens for these services.
    pub(crate) fn listen(shared: Arc<Shared>, services: Vec<Arc<dyn Service>>) -> io::Result<Self> {
        let listener = TcpListener::bind((shared.options.host, shared.options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = router(&shared, &services);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let warmed = services.clone();
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            warmed.iter().for_each(|service| service.warm());
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
            // Dropping the runtime drops its connections, those that hang on purpose too.
        })?;
        Ok(Self { address, shared, services, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`, to which clients append the paths of the APIs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address without its port.
    pub fn host(&self) -> String {
        self.address.ip().to_string()
    }

    /// The variables that lead a client here: identifier, key, addresses.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let origin = self.url();
        self.services.iter().flat_map(|service| service.variables(&origin)).collect()
    }

    /// The variables that a client must not have, since they would lead it elsewhere.
    pub fn removed_variables(&self) -> Vec<&'static str> {
        self.services.iter().flat_map(|service| service.removed_variables()).copied().collect()
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        *self.shared.faults() = faults;
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.requests()
    }

    /// One of the services, by its type: what it alone can tell or be told.
    ///
    /// # Panics
    /// If there is no such service.
    pub fn service<S: Any>(&self) -> &S {
        let all = self.services.iter().map(|service| -> &dyn Any { &**service });
        all.filter_map(|service| service.downcast_ref()).next().expect("the sandbox has that service")
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

async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    let wire = Wire(tokio::net::TcpListener::from_std(listener)?);
    axum::serve(wire, router.into_make_service_with_connect_info::<Breaker>()).await
}

fn router(shared: &Arc<Shared>, services: &[Arc<dyn Service>]) -> Router {
    let own = Router::new()
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/faults", get(faults).put(set_faults))
        .with_state(shared.clone());
    let all = services.iter().fold(own, |router, service| {
        let front_of = Front { shared: shared.clone(), service: service.clone() };
        let routes = service.clone().routes().layer(from_fn_with_state(front_of, front));
        router.merge(routes).merge(service.clone().own_routes())
    });
    let shared = shared.clone();
    all.fallback(move |method: Method, uri: Uri| async move { unknown(&shared, &method, &uri) })
}

/// A path of no service: logged all the same.
fn unknown(shared: &Shared, method: &Method, uri: &Uri) -> StatusCode {
    let opened = shared.log.open("", method.as_str(), &uri.to_string(), Kind::Other);
    shared.log.close(opened.number, StatusCode::NOT_FOUND.as_u16());
    StatusCode::NOT_FOUND
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

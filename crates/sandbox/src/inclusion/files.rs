//! The published files: an address that stays, which leads to the file of the week.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::dump;
use super::history::Load;
use super::state::Inclusion;
use super::tables::List;
use crate::wire::service::Ticket;

pub(crate) const RESOURCES: &str = "/depot-inclusion/api/1/datasets/r";
pub(crate) const FILES: &str = "/depot-inclusion/static/";

/// The resources of the real service, which the addresses of its files name (data.gouv.fr, read 2026-11).
const STRUCTURES: &str = "4fc64287-e869-4550-8fb9-b1e0b7809ffa";
const SERVICES: &str = "0eac1faa-66f9-4e49-8fb3-f0721027d89f";

pub(crate) fn router(service: Arc<Inclusion>) -> Router {
    Router::new()
        .route(&format!("{RESOURCES}/{{resource}}"), get(lead))
        .route(&format!("{FILES}{{file}}"), get(hand_out))
        .with_state(service)
}

async fn lead(Path(resource): Path<String>, asked: HeaderMap) -> Response {
    let file = match &*resource {
        STRUCTURES => "structures-inclusion.json",
        SERVICES => "services-inclusion.json",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // The address that the client knows us by, which need not be the one we listen on.
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    (StatusCode::FOUND, [(header::LOCATION, format!("http://{host}{FILES}{file}"))]).into_response()
}

async fn hand_out(
    State(service): State<Arc<Inclusion>>,
    Extension(ticket): Extension<Ticket>,
    Path(file): Path<String>,
    asked: HeaderMap,
) -> Response {
    let list = match &*file {
        "structures-inclusion.json" => List::Structures,
        "services-inclusion.json" => List::Services,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // Whoever sends a token here gives it away: a test can see it.
    if asked.contains_key(header::AUTHORIZATION) {
        service.shared.log.amend(ticket.number, |request| request.authorised = true);
    }
    let mut history = service.history();
    let Load { tables, .. } = history.seen_by(ticket.search.unwrap_or(ticket.number));
    let body = dump::json(history.maker(), &tables, list);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

//! The API: who may ask, and what each path answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::history::{History, Load};
use super::options::SizeSaid;
use super::row::SOURCES;
use super::state::{Inclusion, Standing};
use super::tables::{List, Record};
use crate::wire::fault::Fault;
use crate::wire::service::Ticket;
use crate::world::dice::Dice;

pub(crate) const STRUCTURES: &str = "/api/v1/structures";
pub(crate) const SERVICES: &str = "/api/v1/services";
const SOURCES_PATH: &str = "/api/v1/sources";

const DEFAULT_SIZE: usize = 5_000;
const MAX_SIZE: usize = 10_000;

pub(crate) fn router(service: Arc<Inclusion>) -> Router {
    Router::new()
        .route(STRUCTURES, get(structures))
        .route(SERVICES, get(services))
        .route(SOURCES_PATH, get(sources))
        .layer(from_fn_with_state(service.clone(), admit))
        .with_state(service)
}

/// 401 without the token, 403 if it has lost its right.
async fn admit(
    State(service): State<Arc<Inclusion>>,
    Extension(ticket): Extension<Ticket>,
    request: Request,
    next: Next,
) -> Response {
    if ticket.fault == Some(Fault::Unauthorised) {
        service.set_standing(Standing::Revoked);
        service.shared.log.amend(ticket.number, |request| request.fault = ticket.fault);
    }
    if ticket.search.is_some_and(|search| service.options.forbid_at.is_some_and(|at| search >= at)) {
        service.set_standing(Standing::WithoutRight);
    }
    let given = request.headers().get(header::AUTHORIZATION).and_then(|given| given.to_str().ok());
    let is_ours = given
        .and_then(|given| given.split_once(' '))
        .is_some_and(|(kind, token)| kind.eq_ignore_ascii_case("bearer") && token == service.options.inclusion_token);
    match service.standing() {
        Standing::Good if is_ours => {
            service.shared.log.amend(ticket.number, |request| request.authorised = true);
            next.run(request).await
        }
        Standing::WithoutRight if is_ours => refuse(StatusCode::FORBIDDEN, json!("Forbidden")),
        _ => {
            let mut response = refuse(StatusCode::UNAUTHORIZED, json!("Not authenticated"));
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            response
        }
    }
}

fn refuse(status: StatusCode, detail: serde_json::Value) -> Response {
    let body = json!({ "detail": detail }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

type Received = (State<Arc<Inclusion>>, Extension<Ticket>, RawQuery);

async fn structures((State(service), Extension(ticket), RawQuery(query)): Received) -> Response {
    answer(&service, &ticket, query.as_deref(), List::Structures)
}

async fn services((State(service), Extension(ticket), RawQuery(query)): Received) -> Response {
    answer(&service, &ticket, query.as_deref(), List::Services)
}

async fn sources() -> Response {
    let all: Vec<_> = SOURCES
        .iter()
        .map(|(slug, nom, description, _)| json!({ "slug": slug, "nom": nom, "description": description }))
        .collect();
    ([(header::CONTENT_TYPE, "application/json")], json!(all).to_string()).into_response()
}

fn answer(service: &Inclusion, ticket: &Ticket, query: Option<&str>, list: List) -> Response {
    let request = ticket.search.unwrap_or(ticket.number);
    let Asked { page, size, without_duplicates } = match Asked::read(query.unwrap_or_default()) {
        Ok(asked) => asked,
        Err((name, value)) => return refuse_query(&name, &value),
    };
    let page = if is_stale(service, request) { other_than(page) } else { page };
    let mut history = service.history();
    let see = |history: &mut History, request| {
        let Load { after, tables, .. } = history.seen_by(request);
        // Of services the API has no such list (facts, 2026-11).
        match list {
            List::Structures if without_duplicates => tables.without_duplicates(history.maker(), after),
            _ => tables.list(list).to_vec(),
        }
    };
    let records = see(&mut history, request);
    let first = (page - 1).saturating_mul(size).min(records.len());
    let items = &records[first..(first + size).min(records.len())];
    history.note_page(request, list, first + items.len());
    // It is counted in another statement, between which and the first a load may end (facts, 2026-11).
    let is_within = Dice::of(&[service.shared.options.seed, 0x171, request]).chance(service.options.reload_within);
    let total = if is_within { see(&mut history, request + 1).len() } else { records.len() };
    drop(history);
    let body = write_page(items, total, page, size, service.options.inclusion_size);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn write_page(items: &[Arc<Record>], total: usize, page: usize, size: usize, said: SizeSaid) -> String {
    let mut body = String::with_capacity(64 + items.iter().map(|record| record.body.len() + 1).sum::<usize>());
    body.push_str("{\"items\":[");
    for (nth, record) in items.iter().enumerate() {
        if nth > 0 {
            body.push(',');
        }
        body.push_str(&record.body);
    }
    let pages = total.div_ceil(size);
    let size = if said == SizeSaid::Records { items.len() } else { size };
    body.push_str(&format!("],\"total\":{total},\"page\":{page},\"size\":{size},\"pages\":{pages}}}"));
    body
}

fn is_stale(service: &Inclusion, request: u64) -> bool {
    service.options.stale_at.contains(&request)
        || Dice::of(&[service.shared.options.seed, 0x57a1e, request]).chance(service.options.stale)
}

fn other_than(page: usize) -> usize {
    if page > 1 { page - 1 } else { page + 1 }
}

/// What of a list is asked for; whatever else is, is overlooked.
struct Asked {
    page: usize,
    size: usize,
    without_duplicates: bool,
}

impl Asked {
    /// Or the name and the value of what is out of bounds.
    fn read(query: &str) -> Result<Self, (String, String)> {
        let mut asked = Self { page: 1, size: DEFAULT_SIZE, without_duplicates: false };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let within = |max: usize| {
                let number = value.parse::<usize>().ok().filter(|number| (1..=max).contains(number));
                number.ok_or_else(|| (name.to_string(), value.to_string()))
            };
            match &*name {
                "page" => asked.page = within(usize::MAX)?,
                "size" => asked.size = within(MAX_SIZE)?,
                "exclure_doublons" => asked.without_duplicates = value == "true",
                _ => {}
            }
        }
        Ok(asked)
    }
}

fn refuse_query(name: &str, value: &str) -> Response {
    let message = format!("Input should be from 1, a size to {MAX_SIZE}");
    let why = json!([{ "type": "value_error", "loc": ["query", name], "msg": message, "input": value }]);
    refuse(StatusCode::UNPROCESSABLE_ENTITY, why)
}

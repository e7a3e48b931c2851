//! The paths for whoever tries a client: the truth, and reloads and tokens on demand.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::reload;
use super::state::{Inclusion, Standing};
use super::tables::List;

/// `GET /_sandbox/inclusion/truth?list=structures|services` and `/states`: one JSON object a line. `POST
/// /_sandbox/inclusion/reload` with `KIND[:SPOT]`, and `/token` with `good`, `revoked` or `without-right`.
pub(crate) fn router(service: Arc<Inclusion>) -> Router {
    Router::new()
        .route("/_sandbox/inclusion/truth", get(truth))
        .route("/_sandbox/inclusion/states", get(states))
        .route("/_sandbox/inclusion/reload", post(reload_now))
        .route("/_sandbox/inclusion/token", post(set_token))
        .with_state(service)
}

#[derive(Deserialize)]
struct Wanted {
    list: List,
}

async fn truth(State(service): State<Arc<Inclusion>>, Query(Wanted { list }): Query<Wanted>) -> Response {
    lines(&service.truth(list))
}

async fn states(State(service): State<Arc<Inclusion>>) -> Response {
    lines(&service.states())
}

fn lines(all: &[impl Serialize]) -> Response {
    let lines: serde_json::Result<Vec<String>> = all.iter().map(|one| Ok(serde_json::to_string(one)? + "\n")).collect();
    match lines {
        Ok(lines) => ([(header::CONTENT_TYPE, "application/x-ndjson")], lines.concat()).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

async fn reload_now(State(service): State<Arc<Inclusion>>, body: String) -> Response {
    match reload::read(body.trim()) {
        Ok((reload, spot)) => {
            service.reload(reload, spot);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, why + "\n").into_response(),
    }
}

async fn set_token(State(service): State<Arc<Inclusion>>, body: String) -> Response {
    match Standing::from_str(body.trim(), false) {
        Ok(standing) => {
            service.set_standing(standing);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, why + "\n").into_response(),
    }
}

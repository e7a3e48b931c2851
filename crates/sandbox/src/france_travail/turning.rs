//! How a test or a person has the stock turn over, and offers hidden, by hand.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use serde::Deserialize;

use super::state::FranceTravail;
use super::turnover::Turnover;

impl FranceTravail {
    /// Time goes by for the offers of a day, or of all days that were asked for.
    pub fn turn_over(&self, date: Option<Date>, turnover: Turnover) {
        self.offers().turn_over(&self.tables, date, turnover);
    }

    /// From now on no search finds that share of the offers, which are online all the same: 1 leaves it nothing to find.
    pub fn hide(&self, share: f64) {
        self.offers().hide(share);
    }
}

/// `POST /_sandbox/turn`, with the shares and, if one day alone is meant, its `date`; `GET` and `PUT /_sandbox/hide`, a share.
pub(crate) fn router(service: Arc<FranceTravail>) -> Router {
    Router::new().route("/_sandbox/turn", post(turn)).route("/_sandbox/hide", get(hidden).put(hide)).with_state(service)
}

#[derive(Deserialize)]
struct Turn {
    date: Option<Date>,
    #[serde(flatten)]
    rest: serde_json::Value,
}

async fn turn(State(service): State<Arc<FranceTravail>>, body: Bytes) -> Response {
    let read = serde_json::from_slice::<Turn>(&body)
        .and_then(|turn| Ok((turn.date, serde_json::from_value::<Turnover>(turn.rest)?)));
    match read {
        Ok((date, turnover)) => {
            service.turn_over(date, turnover);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

async fn hidden(State(service): State<Arc<FranceTravail>>) -> String {
    format!("{}\n", service.offers().hidden())
}

async fn hide(State(service): State<Arc<FranceTravail>>, body: Bytes) -> Response {
    match serde_json::from_slice::<f64>(&body) {
        Ok(share) => {
            service.hide(share);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

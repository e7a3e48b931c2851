//! What becomes of the stock from one run of a client to the next: what is withdrawn, changes, comes back, appears late.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::state::FranceTravail;
use crate::world::dice::Dice;

/// Shares of the offers that a day had at its start; of those that come back, of the offers that are gone.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Copy, Default, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Turnover {
    /// Share of a day's offers that are withdrawn, each day after it
    #[arg(long = "daily-withdrawn", value_name = "P", default_value_t = 0.0, global = true)]
    pub withdrawn: f64,
    /// Share of a day's offers that change, each day after it
    #[arg(long = "daily-changed", value_name = "P", default_value_t = 0.0, global = true)]
    pub changed: f64,
    /// Share of a day's withdrawn offers that come back, each day after it
    #[arg(long = "daily-back", value_name = "P", default_value_t = 0.0, global = true)]
    pub back: f64,
    /// Share of a day's offers that appear late, each day after it
    #[arg(long = "daily-late", value_name = "P", default_value_t = 0.0, global = true)]
    pub late: f64,
}

impl Turnover {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether no search finds an offer that is online all the same; `share` of all offers are such.
pub(crate) fn is_hidden(seed: u64, share: f64, rank: u32) -> bool {
    share > 0.0 && Dice::of(&[seed, 0x41de, u64::from(rank)]).chance(share)
}

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

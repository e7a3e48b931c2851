//! What really happened, for tests to compare with.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::offers::{date_creation, versions};
use super::offre::Offre;
use super::state::FranceTravail;
use super::tables::Tables;

/// The life of one offer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Life {
    /// As served.
    pub id: String,
    /// As served last; it changes by `--redate-at` alone.
    pub date_creation: String,
    /// The search request after which it appeared; 0 if it was there from the start.
    pub born: u64,
    /// The search request after which it vanished.
    pub died: Option<u64>,
    /// There from the start, and still there.
    pub lived_throughout: bool,
    /// The exact JSON of each version, oldest first; or the SHA-256 of each.
    pub versions: Vec<String>,
}

impl Life {
    fn of(tables: &Tables, offre: &Offre, bodies: bool) -> Self {
        let mut versions = versions(tables, offre);
        if !bodies {
            versions.iter_mut().for_each(|version| *version = hex(&Sha256::digest(version.as_bytes())));
        }
        Self {
            id: offre.id.to_string(),
            date_creation: date_creation(offre),
            born: offre.born,
            died: offre.died,
            lived_throughout: offre.born == 0 && offre.died.is_none(),
            versions,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl FranceTravail {
    /// Every offer stamped on that day that ever lived, with the text of each version.
    pub fn truth(&self, date: Date) -> Vec<Life> {
        self.lives(date, true)
    }

    /// As `truth`, with the SHA-256 of each version in place of its text.
    pub fn truth_digests(&self, date: Date) -> Vec<Life> {
        self.lives(date, false)
    }

    fn lives(&self, date: Date, bodies: bool) -> Vec<Life> {
        let lived = self.offers().lived(&self.tables, date);
        lived.iter().map(|offre| Life::of(&self.tables, offre, bodies)).collect()
    }
}

/// `GET /_sandbox/truth?date=YYYY-MM-DD[&bodies=false]`: one JSON object a line.
pub(crate) fn router(service: Arc<FranceTravail>) -> Router {
    Router::new().route("/_sandbox/truth", get(answer)).with_state(service)
}

async fn answer(State(service): State<Arc<FranceTravail>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(date) = query.get("date").and_then(|date| date.parse::<Date>().ok()) else {
        return (StatusCode::BAD_REQUEST, "`date=YYYY-MM-DD` expected\n").into_response();
    };
    let bodies = query.get("bodies").is_none_or(|bodies| bodies != "false");
    let lived = service.offers().lived(&service.tables, date);
    // A day with its bodies is hundreds of megabytes: they are written as they are sent.
    let lines = lived.into_iter().map(move |offre| {
        let mut line = serde_json::to_vec(&Life::of(&service.tables, &offre, bodies))?;
        line.push(b'\n');
        Ok::<_, serde_json::Error>(Bytes::from(line))
    });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(stream::iter(lines))).into_response()
}

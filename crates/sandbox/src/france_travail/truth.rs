//! What really happened, for tests to compare with.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
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
use super::query::{Codes, Query};
use super::search;
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
    /// The search request after which it vanished; none if it is online.
    pub died: Option<u64>,
    /// Whether it was gone, and came back.
    pub returned: bool,
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
            returned: offre.returned,
            lived_throughout: offre.born == 0 && offre.died.is_none() && !offre.returned,
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
        self.lives(&Selection::of_day(date), true)
    }

    /// As `truth`, with the SHA-256 of each version in place of its text.
    pub fn truth_digests(&self, date: Date) -> Vec<Life> {
        self.lives(&Selection::of_day(date), false)
    }

    /// Every offer that ever lived and that these ask for: `since=YYYY-MM-DD`, `until=YYYY-MM-DD` (both included), and
    /// the filters of a search, such as `codeROME=M1811,K1906&departement=35`.
    ///
    /// # Errors
    /// What the service would say of a filter.
    pub fn truth_of(&self, query: &str) -> Result<Vec<Life>, String> {
        let selection = Selection::read(query, self.offers().codes())?;
        Ok(self.lives(&selection, true))
    }

    fn lives(&self, selection: &Selection, bodies: bool) -> Vec<Life> {
        let lived = self.select(selection);
        lived.iter().map(|offre| Life::of(&self.tables, offre, bodies)).collect()
    }

    fn select(&self, selection: &Selection) -> Vec<Offre> {
        let is_wanted = |offre: &Offre| search::has_attributes(&self.tables, &self.setup, &selection.filters, offre);
        let lived = self.offers().lived(&self.tables, selection.since, selection.until);
        lived.into_iter().filter(is_wanted).collect()
    }
}

/// What of the truth is asked for.
struct Selection {
    since: Date,
    until: Date,
    filters: Query,
}

impl Selection {
    fn of_day(date: Date) -> Self {
        Self { since: date, until: date, filters: Query::default() }
    }

    /// Days by `date`, or by `since` and `until`; the rest is a search's.
    fn read(query: &str, codes: &impl Codes) -> Result<Self, String> {
        let mut selection = Self { since: Date::MIN, until: Date::MAX, filters: Query::default() };
        let mut filters = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let date = || value.parse::<Date>().map_err(|why| format!("`{name}=YYYY-MM-DD` expected: {why}"));
            match &*name {
                "bodies" => {}
                "since" => selection.since = date()?,
                "until" => selection.until = date()?,
                "date" => (selection.since, selection.until) = (date()?, date()?),
                _ => drop(filters.append_pair(&name, &value)),
            }
        }
        selection.filters = Query::read(&filters.finish(), codes).map_err(|error| error.message)?;
        Ok(selection)
    }
}

/// `GET /_sandbox/truth?date=YYYY-MM-DD[&bodies=false]`, or `since` and `until`, and the filters of a search: one JSON
/// object a line.
pub(crate) fn router(service: Arc<FranceTravail>) -> Router {
    Router::new().route("/_sandbox/truth", get(answer)).with_state(service)
}

async fn answer(State(service): State<Arc<FranceTravail>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let read = Selection::read(&query, service.offers().codes());
    let selection = match read {
        Ok(selection) if query.contains("date=") || query.contains("since=") => selection,
        Ok(_) => return (StatusCode::BAD_REQUEST, "`date=YYYY-MM-DD` or `since=` expected\n").into_response(),
        Err(why) => return (StatusCode::BAD_REQUEST, why + "\n").into_response(),
    };
    let bodies = !query.split('&').any(|pair| pair == "bodies=false");
    let lived = service.select(&selection);
    // A day with its bodies is hundreds of megabytes: they are written as they are sent.
    let lines = lived.into_iter().map(move |offre| {
        let mut line = serde_json::to_vec(&Life::of(&service.tables, &offre, bodies))?;
        line.push(b'\n');
        Ok::<_, serde_json::Error>(Bytes::from(line))
    });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(stream::iter(lines))).into_response()
}

//! Reference files: IGN's COG carto with its catalogue, INSEE's SIRENE stock behind data.gouv.fr, INSEE's NAF.
//!
//! All content is made here, when it is first asked for: the archives are shaped as the real ones, the workbooks too.

mod catalogue;
mod delivery;
mod naf;
mod options;
mod seven_zip;
mod shapefile;
mod sirene;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;

pub use options::ReferenceOptions;

use delivery::{EDITIONS, Edition, PRODUCT};
use sirene::Stock;

use crate::wire::buckets::{Bucket, too_many};
use crate::wire::fault::Fault;
use crate::wire::service::{Service, Shared};
use crate::wire::shelf::{Handout, Published};

const IGN: &str = "/telechargement";
const SIRENE: &str = "/api/1/datasets/r/0651fb76-bcf3-4f6a-a38d-bc04fa708576";
/// Where the stable address leads; it has moved before.
const SIRENE_STOCK: &str = "/data-pipeline-open/siren/stock/StockEtablissement_utf8.zip";
const INSEE: &str = "/fr/statistiques/fichier";
const NAF: &str = "/fr/statistiques/fichier/2120875";
const NAF_2025: &str = "/fr/statistiques/fichier/8617910/Structure%20NAF%202025%20Maj%202024-10-04.xlsx";

const SEVEN_ZIP: &str = "application/x-7z-compressed";
const ATOM: &str = "application/atom+xml";

/// 25 March 2024, 11:00 UTC: the first release; each further one is a day later.
const FIRST_RELEASE_S: u64 = 1_711_364_400;
const DAY_S: u64 = 86_400;

/// The simulated services of reference files.
#[derive(Debug)]
pub struct References {
    shared: Arc<Shared>,
    options: ReferenceOptions,
    /// What is published changes with it.
    release: AtomicU64,
    made: Mutex<HashMap<(String, u64), Published>>,
    handouts: Mutex<Vec<Handout>>,
    bucket: Bucket,
}

impl Service for References {
    type Options = ReferenceOptions;

    fn start(shared: Arc<Shared>, options: &ReferenceOptions) -> io::Result<Self> {
        Ok(Self {
            bucket: Bucket::new(options.ign_rate, options.ign_rate),
            release: AtomicU64::new(1),
            made: Mutex::default(),
            handouts: Mutex::default(),
            options: options.clone(),
            shared,
        })
    }

    fn name(&self) -> &'static str {
        "references"
    }

    fn routes(self: Arc<Self>) -> Router {
        let ign = Router::new()
            .route("/capabilities", get(capabilities))
            .route("/resource/{product}", get(editions))
            .route("/resource/{product}/{edition}", get(files))
            .route("/download/{product}/{edition}/{file}", get(archive));
        Router::new()
            .nest(IGN, ign)
            .route(&format!("/chunk{IGN}/download/{{product}}/{{edition}}/{{file}}"), get(chunk))
            .route(SIRENE, get(sirene))
            .route(SIRENE_STOCK, get(published))
            .route(&format!("{INSEE}/{{page}}/{{file}}"), get(published))
            .with_state(self)
    }

    fn own_routes(self: Arc<Self>) -> Router {
        let own = Router::new().route("/_sandbox/handouts", get(handouts)).route("/_sandbox/release", post(release));
        own.with_state(self)
    }

    fn variables(&self, origin: &str) -> Vec<(&'static str, String)> {
        vec![
            ("COG_CARTO_URL", format!("{origin}{IGN}")),
            ("SIRENE_URL", format!("{origin}{SIRENE}")),
            ("NAF_URL", format!("{origin}{NAF}")),
            ("NAF_2025_URL", format!("{origin}{NAF_2025}")),
        ]
    }

    /// Files need no token, and hold no list that could be short.
    fn fits(&self, fault: Fault) -> bool {
        !fault.is_for_tokens() && !matches!(fault, Fault::Unauthorised | Fault::ShortPage | Fault::RepeatedPage)
    }
}

impl References {
    /// From now on other versions of everything are published.
    pub fn release(&self) {
        self.release.fetch_add(1, Ordering::SeqCst);
    }

    /// Every file that was asked for, in order, and what of it was handed out.
    pub fn handouts(&self) -> Vec<Handout> {
        self.handed().clone()
    }

    /// The file that is published now at the path of an address; none: nothing.
    pub fn publication(&self, path: &str) -> Option<Bytes> {
        self.published(path).map(|published| published.content)
    }

    fn published(&self, path: &str) -> Option<Published> {
        let release = self.release.load(Ordering::SeqCst);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(published) = made.get(&(path.to_owned(), release)) {
            return Some(published.clone());
        }
        let (content, media_type) = self.make(path, release)?;
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(FIRST_RELEASE_S + (release - 1) * DAY_S);
        let published = Published::new(content, media_type, modified);
        made.insert((path.to_owned(), release), published.clone());
        Some(published)
    }

    fn make(&self, path: &str, release: u64) -> Option<(Vec<u8>, &'static str)> {
        let options = &self.options;
        if path == SIRENE_STOCK {
            let stock = Stock {
                rows: options.sirene_rows,
                columns: options.sirene_columns,
                descriptor: options.sirene_descriptor,
                members: options.sirene_members,
                seed: self.shared.options.seed,
                release,
            };
            return Some((stock.archive(), "application/zip"));
        }
        if path == NAF_2025 {
            return Some((naf::workbook_2025(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
        }
        if let Some(name) = path.strip_prefix(NAF) {
            return Some((naf::workbook(name.trim_start_matches('/'))?, "application/vnd.ms-excel"));
        }
        let name = path.rsplit('/').next()?;
        let edition = EDITIONS.iter().filter(|edition| edition.has_archive()).find(|edition| {
            name.strip_prefix(&edition.title(PRODUCT)).is_some_and(|rest| [".7z", ".md5"].contains(&rest))
        })?;
        if name.ends_with(".md5") {
            let archive = self.archive_of(edition, release);
            return Some((checksums(edition, &archive), "application/octet-stream"));
        }
        Some((self.archive_of(edition, release), SEVEN_ZIP))
    }

    fn archive_of(&self, edition: &Edition, release: u64) -> Vec<u8> {
        let modified_s = FIRST_RELEASE_S + (release - 1) * DAY_S;
        seven_zip::write(&edition.members(self.options.communes, release), modified_s)
    }

    fn hand_out(&self, path: &str, asked: &HeaderMap) -> Response {
        let Some(published) = self.published(path) else { return not_found() };
        let (response, handout) = published.answer(path, asked, self.options.manners());
        self.handed().push(handout);
        response
    }

    fn handed(&self) -> MutexGuard<'_, Vec<Handout>> {
        self.handouts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 429 if IGN is asked more often than it allows.
    fn error_response(&self) -> Option<Response> {
        (!self.bucket.take().passes).then(|| too_many(self.shared.options.retry_after, 1))
    }
}

fn checksums(edition: &Edition, archive: &[u8]) -> Vec<u8> {
    let md5 = Published::new(archive.to_vec(), SEVEN_ZIP, SystemTime::UNIX_EPOCH).md5;
    format!("{md5}  {}.7z\n", edition.title(PRODUCT)).into_bytes()
}

type Asked = State<Arc<References>>;

/// The address that the client knows us by, which need not be the one we listen on.
fn base(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}{IGN}")
}

fn atom(feed: String) -> Response {
    ([(header::CONTENT_TYPE, ATOM)], feed).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<html><body><h1>404 Not Found</h1></body></html>\n")
        .into_response()
}

async fn capabilities(State(references): Asked, headers: HeaderMap) -> Response {
    references.error_response().unwrap_or_else(|| atom(catalogue::capabilities(&base(&headers), PRODUCT)))
}

async fn editions(
    State(references): Asked,
    Path(product): Path<String>,
    Query(query): Query<catalogue::Query>,
    headers: HeaderMap,
) -> Response {
    match references.error_response() {
        Some(error_response) => error_response,
        None if product != PRODUCT => not_found(),
        None => {
            let longest = references.options.catalogue_page;
            atom(catalogue::editions(&base(&headers), &product, &EDITIONS, &query, longest))
        }
    }
}

async fn files(
    State(references): Asked,
    Path((product, title)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(error_response) = references.error_response() {
        return error_response;
    }
    let Some(edition) = EDITIONS.iter().find(|edition| product == PRODUCT && edition.title(PRODUCT) == title) else {
        return not_found();
    };
    // Since 2025 a file of checksums comes first.
    let suffixes: &[&str] = if edition.date < "2025" { &[".7z"] } else { &[".md5", ".7z"] };
    let file = |suffix: &&str| {
        let name = format!("{title}{suffix}");
        Some((name.clone(), references.published(&format!("{IGN}/download/{PRODUCT}/{title}/{name}"))?))
    };
    let files: Vec<_> = suffixes.iter().filter_map(file).collect();
    atom(catalogue::files(&base(&headers), &product, &title, &files))
}

async fn archive(State(references): Asked, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(error_response) = references.error_response() {
        return error_response;
    }
    let path = format!("{IGN}{}", uri.path());
    if references.options.redirect_archives {
        return redirect(&format!("/chunk{path}"));
    }
    references.hand_out(&path, &headers)
}

/// "The range-enabled endpoint for the same file" (public readers).
async fn chunk(State(references): Asked, uri: Uri, headers: HeaderMap) -> Response {
    references.hand_out(uri.path().strip_prefix("/chunk").unwrap_or_default(), &headers)
}

async fn sirene(State(_): Asked) -> Response {
    redirect(SIRENE_STOCK)
}

async fn published(State(references): Asked, uri: Uri, headers: HeaderMap) -> Response {
    references.hand_out(uri.path(), &headers)
}

fn redirect(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

async fn handouts(State(references): Asked) -> Response {
    let lines: serde_json::Result<Vec<String>> =
        references.handouts().iter().map(|handout| Ok(serde_json::to_string(handout)? + "\n")).collect();
    match lines {
        Ok(lines) => ([(header::CONTENT_TYPE, "application/x-ndjson")], lines.concat()).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

async fn release(State(references): Asked) -> StatusCode {
    references.release();
    StatusCode::NO_CONTENT
}

//! Four open data portals that hold the same invented datasets: a DCAT document, CKAN, DKAN and Opendatasoft.
//!
//! All content is made here, anew for each request; it changes with each release, and on demand while it is listed.

mod catalogue;
mod ckan;
mod dcat;
mod dkan;
mod ods;
mod options;
mod record;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub use options::PortalOptions;

use catalogue::Catalogue;

use crate::wire::fault::Fault;
use crate::wire::log::Kind;
use crate::wire::service::{Listing, Service, Shared, Ticket};
use crate::wire::shelf::{Manners, Published};

const DCAT: &str = "/portail-dcat/catalogue.rdf";
const CKAN: &str = "/portail-ckan/";
const DKAN: &str = "/portail-dkan/";
const ODS: &str = "/portail-ods/";

const JSON: &str = "application/json;charset=utf-8";

/// The package that is refused, if one is: the third of the list.
const REFUSED: usize = 2;

/// The simulated portals.
#[derive(Debug)]
pub struct Portals {
    shared: Arc<Shared>,
    options: PortalOptions,
    catalogue: Catalogue,
}

impl Service for Portals {
    type Options = PortalOptions;

    fn start(shared: Arc<Shared>, options: &PortalOptions) -> io::Result<Self> {
        let catalogue = Catalogue::new(shared.options.seed, options.portal_datasets, options.portal_moves);
        Ok(Self { catalogue, options: options.clone(), shared })
    }

    fn name(&self) -> &'static str {
        "portals"
    }

    fn routes(self: Arc<Self>) -> Router {
        let at = |portal: &str, path: &str| format!("{portal}api/{path}");
        Router::new()
            .route(DCAT, get(dcat_page))
            .route(&at(CKAN, "3/action/package_search"), get(ckan_search))
            .route(&at(CKAN, "3/action/package_list"), get(ckan_list))
            .route(&at(CKAN, "3/action/package_show"), get(ckan_show))
            .route(&at(DKAN, "3/action/package_list"), get(dkan_list))
            .route(&at(DKAN, "3/action/package_show"), get(dkan_show))
            .route(&at(ODS, "datasets/1.0/search/"), get(ods_search))
            .with_state(self)
    }

    fn own_routes(self: Arc<Self>) -> Router {
        Router::new().route("/_sandbox/portals/release", post(release)).with_state(self)
    }

    fn variables(&self, origin: &str) -> Vec<(&'static str, String)> {
        let portals = [("PORTAL_DCAT", DCAT), ("PORTAL_CKAN", CKAN), ("PORTAL_DKAN", DKAN), ("PORTAL_ODS", ODS)];
        portals.map(|(name, path)| (name, format!("{origin}{path}"))).to_vec()
    }

    /// A key of one's own must not go to an invented portal that asks for none.
    fn removed_variables(&self) -> &'static [&'static str] {
        &["CATALOG_API_KEY", "CATALOG_API_KEY_FILE"]
    }

    fn kind(&self, path: &str) -> Kind {
        let is_listing =
            path == DCAT || ["package_search", "package_list", "search/"].iter().any(|end| path.ends_with(end));
        if is_listing { Kind::Search } else { Kind::Other }
    }

    /// Nobody asks for a token, and no answer says which part of a list it is.
    fn fits(&self, fault: Fault) -> bool {
        !fault.is_for_tokens()
            && !matches!(fault, Fault::Unauthorised | Fault::NoContentRange | Fault::WrongContentRange)
    }

    fn listing<'a>(&self, body: &'a [u8]) -> Option<Listing<'a>> {
        listing(body)
    }
}

impl Portals {
    /// From now on one dataset in ten is another version of itself, one is gone, and one is new.
    pub fn release(&self) {
        self.catalogue.release();
    }

    /// So many times from now on a dataset vanishes right after a page of a listing was handed out.
    pub fn set_moves(&self, moves: usize) {
        self.catalogue.set_moves(moves);
    }

    fn answer(&self, path: &str, asked: &HeaderMap, content: Vec<u8>, media_type: &'static str) -> Response {
        let manners =
            Manners { validators: self.options.portal_validators, ranges: false, if_range: false, bytes_per_second: 0 };
        let (mut response, _) =
            Published::new(content, media_type, self.catalogue.modified()).answer(path, asked, manners);
        // The connection writes the length of what it sends, compressed or not.
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response
    }

    /// A page of a listing, after which the catalogue may move.
    fn answer_page(&self, uri: &Uri, asked: &HeaderMap, (page, has_next): (Value, bool)) -> Response {
        if has_next {
            self.catalogue.note_page();
        }
        self.answer(uri.path(), asked, page.to_string().into_bytes(), JSON)
    }

    fn answer_package(&self, uri: &Uri, asked: &HeaderMap, id: &str, package: Option<Value>) -> Response {
        let refused = self.options.portal_refusal.and_then(|status| StatusCode::from_u16(status).ok());
        let is_refused = || self.catalogue.records().get(REFUSED).is_some_and(|one| one.id == id || one.name == id);
        match (refused, package) {
            (Some(status), Some(_)) if is_refused() => refuse(status, "Internal Error", "Erreur inattendue"),
            (_, Some(package)) => self.answer(uri.path(), asked, package.to_string().into_bytes(), JSON),
            (_, None) => refuse(StatusCode::NOT_FOUND, "Not Found Error", "Non trouvé"),
        }
    }

    /// 403 to whoever does not have the key that CKAN asks for.
    fn refuse_stranger(&self, asked: &HeaderMap, ticket: &Ticket) -> Option<Response> {
        let key = self.options.portal_key.as_deref()?;
        if asked.get(header::AUTHORIZATION).is_some_and(|given| given == key) {
            self.shared.log.amend(ticket.number, |request| request.authorised = true);
            return None;
        }
        Some(refuse(StatusCode::FORBIDDEN, "Authorization Error", "Accès refusé"))
    }
}

fn refuse(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], ckan::failure(kind, message).to_string()).into_response()
}

type Asked = State<Arc<Portals>>;

#[derive(Debug, Default, Deserialize)]
struct PageQuery {
    page: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
struct ShowQuery {
    id: Option<String>,
}

async fn dcat_page(State(portals): Asked, Query(query): Query<PageQuery>, asked: HeaderMap) -> Response {
    // The address that the client knows us by, which need not be the one we listen on.
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (number, longest) = (query.page.unwrap_or(1).max(1), portals.options.portal_page);
    let (xml, has_next) = dcat::page(&portals.catalogue.records(), &format!("http://{host}{DCAT}"), number, longest);
    if has_next {
        portals.catalogue.note_page();
    }
    portals.answer(DCAT, &asked, xml.into_bytes(), "application/rdf+xml")
}

async fn ckan_search(
    State(portals): Asked,
    Extension(ticket): Extension<Ticket>,
    Query(query): Query<ckan::Query>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    if let Some(refusal) = portals.refuse_stranger(&asked, &ticket) {
        return refusal;
    }
    let PortalOptions { portal_page, portal_whole, portal_without_search, .. } = portals.options;
    if portal_without_search {
        return refuse(StatusCode::BAD_REQUEST, "Search Error", "Action name not known: package_search");
    }
    let page = ckan::search(&portals.catalogue.records(), &query, portal_page, portal_whole);
    portals.answer_page(&uri, &asked, page)
}

async fn ckan_list(
    State(portals): Asked,
    Extension(ticket): Extension<Ticket>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let refusal = portals.refuse_stranger(&asked, &ticket);
    refusal.unwrap_or_else(|| portals.answer_page(&uri, &asked, (ckan::list(&portals.catalogue.records()), true)))
}

async fn ckan_show(
    State(portals): Asked,
    Extension(ticket): Extension<Ticket>,
    Query(query): Query<ShowQuery>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let id = query.id.unwrap_or_default();
    let refusal = portals.refuse_stranger(&asked, &ticket);
    refusal.unwrap_or_else(|| {
        let package = ckan::show(&portals.catalogue.records(), &id);
        portals.answer_package(&uri, &asked, &id, package)
    })
}

async fn dkan_list(State(portals): Asked, uri: Uri, asked: HeaderMap) -> Response {
    portals.answer_page(&uri, &asked, (ckan::list(&portals.catalogue.records()), true))
}

async fn dkan_show(State(portals): Asked, Query(query): Query<ShowQuery>, uri: Uri, asked: HeaderMap) -> Response {
    let id = query.id.unwrap_or_default();
    let package = dkan::show(&portals.catalogue.records(), &id);
    portals.answer_package(&uri, &asked, &id, package)
}

async fn ods_search(
    State(portals): Asked,
    Query(query): Query<Vec<(String, String)>>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let page = ods::search(&portals.catalogue.records(), &query, portals.options.portal_page);
    portals.answer_page(&uri, &asked, page)
}

async fn release(State(portals): Asked) -> StatusCode {
    portals.release();
    StatusCode::NO_CONTENT
}

/// The list in an answer of CKAN, DKAN or Opendatasoft.
fn listing(body: &[u8]) -> Option<Listing<'_>> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        nhits: Option<u64>,
        #[serde(borrow)]
        datasets: Option<Vec<&'a RawValue>>,
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Found<'a> {
        count: u64,
        #[serde(borrow)]
        results: Vec<&'a RawValue>,
    }
    let answer: Answer<'_> = serde_json::from_slice(body).ok()?;
    let (before, elements, after) = match (answer.nhits, answer.datasets, answer.result) {
        (Some(nhits), Some(datasets), _) => (format!("{{\"nhits\":{nhits},\"datasets\":["), datasets, "]}"),
        (_, _, Some(result)) => match serde_json::from_str::<Found<'_>>(result.get()) {
            Ok(Found { count, results }) => {
                (format!("{{\"success\":true,\"result\":{{\"count\":{count},\"results\":["), results, "]}}")
            }
            // Whatever else is an object, is a package.
            Err(_) => ("{\"success\":true,\"result\":[".to_owned(), serde_json::from_str(result.get()).ok()?, "]}"),
        },
        _ => return None,
    };
    let elements = elements.into_iter().map(RawValue::get).collect();
    Some(Listing { before, elements, after: after.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_each_answer_is_found() {
        let texts = |body: &'static str| {
            let Listing { before, elements, after } = listing(body.as_bytes())?;
            Some(format!("{before}{}{after}", elements.join("|")))
        };
        assert_eq!(texts(r#"{"nhits":2,"datasets":[{},{"a":1}]}"#).unwrap(), r#"{"nhits":2,"datasets":[{}|{"a":1}]}"#);
        assert_eq!(
            texts(r#"{"success":true,"result":{"count":1,"results":[1]}}"#).unwrap(),
            r#"{"success":true,"result":{"count":1,"results":[1]}}"#
        );
        assert_eq!(
            texts(r#"{"help":"","success":true,"result":["a","b"]}"#).unwrap(),
            r#"{"success":true,"result":["a"|"b"]}"#
        );
        assert_eq!(texts(r#"{"success":true,"result":{"id":"a"}}"#), None);
        assert_eq!(texts("<rdf:RDF/>"), None);
    }
}

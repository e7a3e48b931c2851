//! The APIs behind the token: who may call, how often, and what each path answers.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};

use super::body::write_offre;
use super::error_response::ErrorResponse;
use super::query::Query;
use super::search::Found;
use super::state::FranceTravail;
use super::{rate, referential, rome, token};
use crate::wire::fault::Fault;
use crate::wire::service::Ticket;
use crate::world::dice::Dice;

const OFFERS: &str = "/partenaire/offresdemploi/v2";

pub(crate) fn router(service: Arc<FranceTravail>) -> Router {
    let offers = Router::new()
        .route(&format!("{OFFERS}/offres/search"), get(search))
        .route(&format!("{OFFERS}/offres/{{id}}"), get(detail))
        .route(&format!("{OFFERS}/referentiel/{{name}}"), get(referential::answer))
        .route(&format!("{}/{{kind}}", rome::BASE), get(rome::list))
        .route(&format!("{}/{{kind}}/{{code}}", rome::BASE), get(rome::one))
        .route("/partenaire/{*unknown}", get(unknown));
    offers.layer(from_fn_with_state(service.clone(), admit)).with_state(service)
}

/// 401 without a good token, whatever the path; 403 with the token of another API; 429 beyond the rate.
async fn admit(
    State(service): State<Arc<FranceTravail>>,
    Extension(ticket): Extension<Ticket>,
    request: Request,
    next: middleware::Next,
) -> Response {
    let is_rome = request.uri().path().starts_with("/partenaire/rome");
    if ticket.fault == Some(Fault::Unauthorised) {
        service.tokens.revoke(request.headers());
        service.shared.log.amend(ticket.number, |request| request.fault = ticket.fault);
        return unauthorised();
    }
    let Some(token) = service.tokens.check(request.headers()) else { return unauthorised() };
    let scopes = if is_rome { &token::ROME } else { &token::OFFERS };
    if !token.allows(scopes) {
        let message = format!("Accès refusé : scope attendu {}.", scopes.join(" "));
        return ErrorResponse { status: StatusCode::FORBIDDEN, message }.into_response();
    }
    service.shared.log.amend(ticket.number, |request| request.authorised = true);
    let allowance = if is_rome { service.rome_bucket.take() } else { service.offers_bucket.take() };
    if !allowance.passes {
        let mut error_response = allowance.error_response(service.shared.options.retry_after);
        rate::tell(allowance, error_response.headers_mut());
        return error_response;
    }
    let mut response = Next::run(next, request).await;
    rate::tell(allowance, response.headers_mut());
    if !is_rome {
        response.headers_mut().insert(HeaderName::from_static("accept-range"), HeaderValue::from_static("150"));
    }
    response
}

fn unauthorised() -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
}

async fn unknown() -> ErrorResponse {
    ErrorResponse { status: StatusCode::NOT_FOUND, message: "Ressource inconnue.".to_owned() }
}

async fn search(
    State(service): State<Arc<FranceTravail>>,
    Extension(ticket): Extension<Ticket>,
    RawQuery(query): RawQuery,
) -> Result<Response, ErrorResponse> {
    let number = ticket.search.unwrap_or(ticket.number);
    let (query, found) = {
        let mut offers = service.offers();
        let query = Query::read(query.as_deref().unwrap_or(""), offers.codes())?;
        let found = offers.search(&service.tables, &query, number);
        (query, found)
    };
    if found.page.is_empty() {
        return Ok(nothing(&service, &found, number));
    }
    let first = query.range.first;
    let last = first + found.page.len() - 1;
    // 206 also for the last page, if it is not the first (observed: `offres 300-352/353`).
    let whole = first == 0 && last + 1 == found.total;
    let status = if whole { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=UTF-8".to_owned()),
        (header::CONTENT_RANGE, format!("offres {first}-{last}/{}", found.total)),
    ];
    Ok((status, headers, page(&service, &found)).into_response())
}

fn page(service: &FranceTravail, found: &Found) -> String {
    let mut body = String::with_capacity(64 + found.page.len() * 4096);
    body.push_str("{\"resultats\":[");
    for (nth, offre) in found.page.iter().enumerate() {
        if nth > 0 {
            body.push(',');
        }
        write_offre(&mut body, &service.tables, offre, offre.changes);
    }
    body.push_str("],\"filtresPossibles\":");
    body.push_str(&found.counts.json());
    body.push('}');
    body
}

/// 204 in its observed forms: past the end, or nothing at all.
fn nothing(service: &FranceTravail, found: &Found, number: u64) -> Response {
    let range = match found.total {
        0 => {
            let mut dice = Dice::of(&[service.setup.seed, 0x204, number]);
            (dice.pick(&["*/0", "offres */0", "offres */0 communes"])).to_owned()
        }
        total => format!("offres -1--1/{total}"),
    };
    (StatusCode::NO_CONTENT, [(header::CONTENT_RANGE, range)]).into_response()
}

async fn detail(State(service): State<Arc<FranceTravail>>, Path(id): Path<String>) -> Result<Response, ErrorResponse> {
    if id.len() != 7 || !id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Err(ErrorResponse::bad("Le format de l'id de l'offre recherchée est incorrect."));
    }
    // Withdrawn and unknown look alike.
    let Some(offre) = service.offers().find(&id) else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let mut body = String::new();
    write_offre(&mut body, &service.tables, &offre, offre.changes);
    Ok(([(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response())
}

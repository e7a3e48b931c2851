//! Before and after every service: the log, the faults, the latency, compression.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::buckets::too_many;
use super::connection::Breaker;
use super::fault::Fault;
use super::gzip::{accepts_gzip, compressed};
use super::options::RetryAfter;
use super::service::{Service, Shared, Ticket};
use super::spoil::spoil;
use crate::world::clock::instant_of;
use crate::world::dice::Dice;

/// What the front stands before.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(crate) shared: Arc<Shared>,
    pub(crate) service: Arc<dyn Service>,
}

/// Every answer says by whom it is, so that a client never takes invented data for real ones.
const SERVER: &str = "collecte-sandbox";

/// The layer around a simulated service.
pub(crate) async fn front(
    State(front): State<Front>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
    request: Request,
    next: Next,
) -> Response {
    let date = front.shared.options.now.and_then(instant_of).map(httpdate::fmt_http_date);
    let mut response = answer(front, breaker, request, next).await;
    let headers = response.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static(SERVER));
    // Without one, the connection writes the real time.
    if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
        headers.insert(header::DATE, date);
    }
    response
}

async fn answer(Front { shared, service }: Front, breaker: Breaker, mut request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or_else(String::new, |target| target.to_string());
    let kind = service.kind(request.uri().path());
    let opened = shared.log.open(service.name(), request.method().as_str(), &target, kind);
    let number = opened.number;
    let fault = shared.faults().draw(shared.options.seed, &opened, |fault| service.fits(fault));
    request.extensions_mut().insert(Ticket { number, search: opened.search, fault });
    let gzip = shared.options.gzip && accepts_gzip(&request);
    let blame = |fault| shared.log.amend(number, |request| request.fault = Some(fault));

    let worded = |fault| service.word(fault).or_else(|| instead(fault)).map(|response| (fault, response));
    let mut response = match fault.and_then(worded) {
        Some((fault, response)) => {
            blame(fault);
            response
        }
        None => next.run(request).await,
    };
    wait(&shared, number).await;
    match fault {
        Some(Fault::Hang) => {
            blame(Fault::Hang);
            std::future::pending::<Infallible>().await;
        }
        Some(Fault::Reset) => {
            blame(Fault::Reset);
            breaker.trip();
            return response;
        }
        Some(fault) if response.status().is_success() => {
            if let Some(spoilt) = spoil(fault, &mut response, number, &*service).await {
                blame(fault);
                response = spoilt;
            }
        }
        _ => {}
    }
    shared.log.close(number, response.status().as_u16());
    if gzip && !response.headers().contains_key(header::CONTENT_ENCODING) {
        compressed(response).await
    } else {
        response
    }
}

/// The latency that was asked for, a fifth shorter or longer by the seed.
async fn wait(shared: &Shared, number: u64) {
    if shared.options.latency_ms > 0 {
        let jitter = 0.8 + 0.4 * Dice::of(&[shared.options.seed, 0x1a7, number]).unit();
        tokio::time::sleep(Duration::from_millis(shared.options.latency_ms).mul_f64(jitter)).await;
    }
}

/// The answer of something between client and service, which the service never hears of.
fn instead(fault: Fault) -> Option<Response> {
    let html = |status: StatusCode, title: &str| {
        (status, Html(format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n")))
            .into_response()
    };
    Some(match fault {
        Fault::TooManySeconds => too_many(RetryAfter::Seconds, 1),
        Fault::TooManyDate => too_many(RetryAfter::Date, 1),
        Fault::TooManyBare => too_many(RetryAfter::None, 1),
        Fault::Internal | Fault::TokenInternal => html(StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error"),
        Fault::BadGateway => html(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Fault::Unavailable => {
            let mut response = html(StatusCode::SERVICE_UNAVAILABLE, "503 Service Unavailable");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        Fault::Html | Fault::TokenHtml => Html(
            "<!DOCTYPE html><html lang=\"fr\"><head><title>Connexion</title></head><body><form method=\"post\"><input name=\"identifiant\"></form></body></html>\n",
        )
        .into_response(),
        Fault::TokenRefused => html(StatusCode::UNAUTHORIZED, "401 Unauthorized"),
        _ => return None,
    })
}

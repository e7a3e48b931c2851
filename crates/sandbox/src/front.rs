//! Before and after every service: the log, the faults, the latency, compression.

use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{StreamExt, stream};
use serde_json::value::RawValue;

use crate::dice::Dice;
use crate::fault::Fault;
use crate::france_travail::too_many;
use crate::log::Kind;
use crate::options::RetryAfter;
use crate::server::Shared;
use crate::wire::Breaker;

/// What a service is told about the request besides the request.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) number: u64,
    pub(crate) search: Option<u64>,
    pub(crate) fault: Option<Fault>,
}

/// How late an answer is whose fault is to be slow.
const SLOW: Duration = Duration::from_secs(2);

/// The layer around every simulated service.
pub(crate) async fn front(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
    mut request: Request,
    next: Next,
) -> Response {
    let target = request.uri().path_and_query().map_or_else(String::new, |target| target.to_string());
    let opened = shared.log.open(request.method().as_str(), &target, Kind::of(request.uri().path()));
    let number = opened.number;
    let fault = shared.faults().draw(shared.options.seed, &opened);
    request.extensions_mut().insert(Ticket { number, search: opened.search, fault });
    let gzip = shared.options.gzip && accepts_gzip(&request);
    let blame = |fault| shared.log.amend(number, |request| request.fault = Some(fault));

    let mut response = match fault.and_then(|fault| instead(fault).map(|response| (fault, response))) {
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
            if let Some(spoilt) = spoil(fault, response.status(), &mut response, number).await {
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
        Fault::Internal => {
            let body = r#"{"message":"Erreur technique. Veuillez contacter le support de francetravail.io.","codeHttp":500}"#;
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
        }
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
        Fault::TokenInternal => html(StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error"),
        Fault::TokenRefused => {
            let body = r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#;
            (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
        }
        _ => return None,
    })
}

/// A good answer made bad; `None` if this answer cannot have that fault.
async fn spoil(fault: Fault, status: StatusCode, response: &mut Response, number: u64) -> Option<Response> {
    let (mut parts, body) = std::mem::take(response).into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // Of the body that it will have in the end.
    parts.headers.remove(header::CONTENT_LENGTH);
    let has_range = parts.headers.contains_key(header::CONTENT_RANGE);
    let spoilt = match fault {
        Fault::Cut | Fault::TokenCut if !body.is_empty() => Some(announced(&mut parts.headers, &body, Ending::Close)),
        Fault::Drip if !body.is_empty() => Some(announced(&mut parts.headers, &body, Ending::Silence)),
        Fault::ShortJson if !body.is_empty() => Some(Body::from(body.slice(..body.len() / 2))),
        Fault::Empty if !body.is_empty() => {
            parts.status = StatusCode::OK;
            Some(Body::empty())
        }
        Fault::BadGzip | Fault::WrongGzip if !body.is_empty() => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Some(Body::from(if fault == Fault::BadGzip { spoilt_gzip(&body) } else { body.clone() }))
        }
        Fault::NoContentRange if has_range => {
            parts.headers.remove(header::CONTENT_RANGE);
            Some(Body::from(body.clone()))
        }
        Fault::WrongContentRange if has_range => {
            let range = parts.headers.get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok()).unwrap_or("");
            let wrong = HeaderValue::from_str(&wrong_range(range, number)).ok()?;
            parts.headers.insert(header::CONTENT_RANGE, wrong);
            Some(Body::from(body.clone()))
        }
        Fault::ShortPage | Fault::RepeatedPage => other_page(&body, fault, number).map(Body::from),
        Fault::Slow => {
            tokio::time::sleep(SLOW).await;
            Some(Body::from(body.clone()))
        }
        _ => None,
    };
    parts.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json;charset=UTF-8"));
    match spoilt {
        Some(body) => Some(Response::from_parts(parts, body)),
        None => {
            if status == StatusCode::NO_CONTENT {
                parts.headers.remove(header::CONTENT_TYPE);
            }
            *response = Response::from_parts(parts, Body::from(body));
            None
        }
    }
}

enum Ending {
    Close,
    Silence,
}

/// A body that says its whole length and sends the beginning.
fn announced(headers: &mut axum::http::HeaderMap, body: &Bytes, ending: Ending) -> Body {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    match ending {
        Ending::Close => {
            let half = stream::iter([Ok(body.slice(..body.len() / 2))]);
            // What was written must have left before the connection closes: an error would drop it.
            let close = stream::once(async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
            });
            Body::from_stream(half.chain(close))
        }
        Ending::Silence => {
            let few = stream::iter([Ok::<_, Infallible>(body.slice(..body.len().min(7).min(body.len() - 1)))]);
            Body::from_stream(few.chain(stream::pending()))
        }
    }
}

fn gzip_bytes(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn spoilt_gzip(body: &[u8]) -> Bytes {
    let mut bytes = gzip_bytes(body);
    let middle = bytes.len() / 2;
    for byte in bytes.iter_mut().skip(middle).take(16) {
        *byte = !*byte;
    }
    // And the checksum at the end, should the middle still inflate.
    let end = bytes.len().saturating_sub(8);
    for byte in bytes.iter_mut().skip(end).take(4) {
        *byte = !*byte;
    }
    bytes.into()
}

async fn compressed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let announces = parts.headers.contains_key(header::CONTENT_LENGTH);
    // A body that is cut or that drips on purpose is left as it is.
    if announces || parts.status == StatusCode::NO_CONTENT {
        return Response::from_parts(parts, body);
    }
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(gzip_bytes(&body)))
}

fn accepts_gzip(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("gzip"))
}

/// Positions of another page, or nothing a reader could make sense of, in turn.
fn wrong_range(range: &str, number: u64) -> String {
    let numbers: Vec<usize> =
        range.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    let unit = range.split(' ').next().unwrap_or_default();
    match (number % 3, numbers.as_slice()) {
        (0, [first, last, total]) => format!("{unit} {}-{}/{total}", first + 150, last + 150),
        (1, [first, last, total]) => format!("{unit} {first}-{}/{}", last + 1, total + 1),
        _ => format!("{unit} inconnues"),
    }
}

/// The same answer with an offer less, or with one offer twice and another not at all.
fn other_page(body: &[u8], fault: Fault, number: u64) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        resultats: Vec<&'a RawValue>,
        #[serde(borrow, rename = "filtresPossibles")]
        filtres: &'a RawValue,
    }
    let (offres, filtres) = match serde_json::from_slice::<Page<'_>>(body) {
        Ok(page) => (page.resultats, Some(page.filtres)),
        // A referential, or a level of ROME.
        Err(_) => (serde_json::from_slice::<Vec<&RawValue>>(body).ok().filter(|list| !list.is_empty())?, None),
    };
    let mut offres: Vec<&str> = offres.iter().map(|offre| offre.get()).collect();
    let mut dice = Dice::of(&[number, 0x5b0]);
    if fault == Fault::ShortPage {
        let removed = 1 + dice.below(offres.len().min(5));
        (0..removed).for_each(|_| {
            offres.remove(dice.below(offres.len()));
        });
    } else if offres.len() > 1 {
        let at = 1 + dice.below(offres.len() - 1);
        offres[at] = offres[at - 1];
    } else {
        return None;
    }
    let offres = offres.join(",");
    Some(match filtres {
        Some(filtres) => format!("{{\"resultats\":[{offres}],\"filtresPossibles\":{}}}", filtres.get()),
        None => format!("[{offres}]"),
    })
}

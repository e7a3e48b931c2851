//! Good answers made bad.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::fault::Fault;
use super::gzip::gzip;
use super::service::{Listing, Service};
use crate::world::dice::Dice;

/// How late an answer is whose fault is to be slow.
const SLOW: Duration = Duration::from_secs(2);

/// A good answer made bad; `None` if this answer cannot have that fault.
pub(crate) async fn spoil(
    fault: Fault,
    response: &mut Response,
    number: u64,
    service: &dyn Service,
) -> Option<Response> {
    let status = response.status();
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
        Fault::ShortPage | Fault::RepeatedPage => {
            service.listing(&body).and_then(|listing| other_page(listing, fault, number)).map(Body::from)
        }
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
fn announced(headers: &mut HeaderMap, body: &Bytes, ending: Ending) -> Body {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    match ending {
        Ending::Close => {
            let half = stream::iter([Ok(body.slice(..body.len() / 2))]);
            // What was written must have left before the connection closes: an error would drop it.
            let close = stream::once(async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(io::Error::from(io::ErrorKind::UnexpectedEof))
            });
            Body::from_stream(half.chain(close))
        }
        Ending::Silence => {
            let few = stream::iter([Ok::<_, Infallible>(body.slice(..body.len().min(7).min(body.len() - 1)))]);
            Body::from_stream(few.chain(stream::pending()))
        }
    }
}

fn spoilt_gzip(body: &[u8]) -> Bytes {
    let mut bytes = gzip(body);
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

/// Positions of another page, or nothing a reader could make sense of, in turn.
fn wrong_range(range: &str, number: u64) -> String {
    let numbers: Vec<usize> =
        range.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    let unit = range.split(' ').next().unwrap_or_default();
    match (number % 3, numbers.as_slice()) {
        (0, [first, last, total]) => {
            let page = last + 1 - first.min(last);
            format!("{unit} {}-{}/{total}", first + page, last + page)
        }
        (1, [first, last, total]) => format!("{unit} {first}-{}/{}", last + 1, total + 1),
        _ => format!("{unit} inconnues"),
    }
}

/// The same answer with an element less, or with one element twice and another not at all.
fn other_page(mut listing: Listing<'_>, fault: Fault, number: u64) -> Option<String> {
    let elements = &mut listing.elements;
    let mut dice = Dice::of(&[number, 0x5b0]);
    if fault == Fault::ShortPage && !elements.is_empty() {
        let removed = 1 + dice.below(elements.len().min(5));
        (0..removed).for_each(|_| {
            elements.remove(dice.below(elements.len()));
        });
    } else if elements.len() > 1 {
        let at = 1 + dice.below(elements.len() - 1);
        elements[at] = elements[at - 1];
    } else {
        return None;
    }
    Some(format!("{}{}{}", listing.before, elements.join(","), listing.after))
}

//! Compressed answers.

use std::io::Write;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default()
}

pub(crate) async fn compressed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let announces = parts.headers.contains_key(header::CONTENT_LENGTH);
    // A body that is cut or that drips on purpose is left as it is.
    if announces || parts.status == StatusCode::NO_CONTENT {
        return Response::from_parts(parts, body);
    }
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(gzip(&body)))
}

pub(crate) fn accepts_gzip(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("gzip"))
}

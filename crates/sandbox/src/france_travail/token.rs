//! The token service: client credentials against an opaque token.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde_json::json;

use super::state::FranceTravail;
use crate::world::dice::Dice;

pub(crate) const PATH: &str = "/connexion/oauth2/access_token";

/// The scopes each API wants.
pub(crate) const OFFERS: [&str; 2] = ["api_offresdemploiv2", "o2dsoffre"];
pub(crate) const ROME: [&str; 2] = ["api_rome-metiersv1", "nomenclatureRome"];

pub(crate) fn router(service: Arc<FranceTravail>) -> Router {
    Router::new().route(PATH, post(answer)).with_state(service)
}

async fn answer(
    State(service): State<Arc<FranceTravail>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(elsewhere) = &service.setup.options.token_redirect {
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, elsewhere.as_str())]).into_response();
    }
    // Observed: credentials in the header are answered with a page, and 409.
    if headers.contains_key(header::AUTHORIZATION) {
        let page = "<!DOCTYPE html><html><head><title>409 Conflict</title></head><body><h1>Conflict</h1></body></html>";
        return (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], page).into_response();
    }
    match grant(&service, query.as_deref().unwrap_or(""), &headers, &body) {
        Ok(body) => (NOT_CACHED, body).into_response(),
        Err((error, description)) => {
            let body = json!({ "error": error, "error_description": description }).to_string();
            (StatusCode::BAD_REQUEST, NOT_CACHED, body).into_response()
        }
    }
}

const NOT_CACHED: [(header::HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/json;charset=UTF-8"),
    (header::CACHE_CONTROL, "no-store"),
    (header::PRAGMA, "no-cache"),
];

fn grant(
    service: &FranceTravail,
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, (&'static str, String)> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(("invalid_request", "The request body must be a form".to_owned()));
    }
    let form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let kind = field("grant_type");
    if kind != "client_credentials" {
        return Err(("unsupported_grant_type", format!("Grant type is not supported: {kind}")));
    }
    // The clients live in this realm; in any other they are unknown.
    let is_partner =
        url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "realm" && value == "/partenaire");
    let options = &service.setup.options;
    if !is_partner || field("client_id") != options.client_id || field("client_secret") != options.client_key {
        return Err(("invalid_client", "Client authentication failed".to_owned()));
    }
    let application = format!("application_{}", options.client_id);
    let scopes: Vec<String> = field("scope").split_whitespace().map(str::to_owned).collect();
    let is_known =
        |scope: &&String| OFFERS.contains(&scope.as_str()) || ROME.contains(&scope.as_str()) || **scope == application;
    let unknown: Vec<&str> = scopes.iter().filter(|scope| !is_known(scope)).map(String::as_str).collect();
    if !unknown.is_empty() || scopes.is_empty() {
        return Err(("invalid_scope", format!("Unknown/invalid scope(s): [{}]", unknown.join(", "))));
    }
    let life = options.token_life_s;
    let token = opaque(service);
    // Neither scopes nor tokens have letters that JSON escapes, and the members come in the documented order.
    let scope = scopes.join(" ");
    let answer = format!(r#"{{"scope":"{scope}","expires_in":{life},"token_type":"Bearer","access_token":"{token}"}}"#);
    service.tokens.give(token, scopes, Duration::from_secs(life));
    Ok(answer)
}

/// A token nobody can guess from the one before, though the same run gives the same ones.
fn opaque(service: &FranceTravail) -> String {
    let [known, asked] = service.tokens.next();
    let mut dice = Dice::of(&[service.setup.seed, 0x70e, known, asked]);
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..27).map(|_| char::from(dice.pick(LETTERS))).collect()
}

//! What of a fault is said, or done, in the services' own way.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::value::RawValue;

use crate::wire::fault::Fault;
use crate::wire::service::Listing;

const JSON: &str = "application/json;charset=UTF-8";

/// The faults that these services word themselves.
pub(crate) fn word(fault: Fault) -> Option<Response> {
    let (status, body) = match fault {
        Fault::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            r#"{"message":"Erreur technique. Veuillez contacter le support de francetravail.io.","codeHttp":500}"#,
        ),
        Fault::TokenRefused => (
            StatusCode::BAD_REQUEST,
            r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
        ),
        _ => return None,
    };
    Some((status, [(header::CONTENT_TYPE, JSON)], body).into_response())
}

/// The offers of a page, or the rows of a referential or of a level of ROME.
pub(crate) fn listing(body: &[u8]) -> Option<Listing<'_>> {
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        resultats: Vec<&'a RawValue>,
        #[serde(borrow, rename = "filtresPossibles")]
        filtres: &'a RawValue,
    }
    let (before, elements, after) = match serde_json::from_slice::<Page<'_>>(body) {
        Ok(page) => {
            let after = format!("],\"filtresPossibles\":{}}}", page.filtres.get());
            ("{\"resultats\":[", page.resultats, after)
        }
        Err(_) => ("[", serde_json::from_slice(body).ok()?, "]".to_owned()),
    };
    let elements = elements.into_iter().map(RawValue::get).collect();
    Some(Listing { before: before.to_owned(), elements, after })
}

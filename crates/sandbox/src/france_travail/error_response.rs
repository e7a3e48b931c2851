//! Errors as the service words them: `{"message","codeHttp","codeErreur"}`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An answer that refuses a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl ErrorResponse {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// The value has the right form but is not in the referential.
    pub(crate) fn value(parameter: &str) -> Self {
        Self::bad(format!("Valeur du paramètre « {parameter} » incorrecte."))
    }

    pub(crate) fn format(parameter: &str, expected: &str) -> Self {
        Self::bad(format!("Format du paramètre « {parameter} » incorrect. {expected}"))
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        // The observed code of an error is the time in milliseconds, as text.
        let code = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            message: String,
            code_http: u16,
            code_erreur: String,
        }
        let body = Body { message: self.message, code_http: self.status.as_u16(), code_erreur: code.to_string() };
        json(self.status, &body)
    }
}

/// An answer in JSON, its members in the order of the type.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

//! Errors as the service words them: `{"message","codeHttp","codeErreur"}`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An answer that refuses a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The observed code of an error is the time in milliseconds, as text.
        let code = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
        let body = serde_json::json!({
            "message": self.message,
            "codeHttp": self.status.as_u16(),
            "codeErreur": code.to_string(),
        });
        (self.status, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body.to_string()).into_response()
    }
}

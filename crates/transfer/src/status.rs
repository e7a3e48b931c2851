//! The one judge of statuses.

use reqwest::StatusCode;
use step::ExitCode;

use crate::connection::proxy_wants_credentials;
use crate::error::{Cause, Fault};
use crate::response::Head;
use crate::retry::retry_after;

/// What is refused where nothing better is known.
const NO_ACCESS: &str = "the service lets only some in: check the address, and the credentials if there are any";

/// By what a status is judged, besides itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expectation<'a> {
    /// Statuses besides success that are an answer.
    pub(crate) answers: &'a [StatusCode],
    /// Whether what was refused with 401 can be had anew.
    pub(crate) renews_credentials: bool,
    /// What the reader can do where access is refused, in the service's own terms.
    pub(crate) access_hint: Option<&'a str>,
}

/// Lets a success and what is expected pass; the others are what the service says of itself.
pub(crate) fn judge(head: &Head, expected: Expectation<'_>) -> Result<(), Fault> {
    let status = head.status;
    if status.is_success() || expected.answers.contains(&status) {
        return Ok(());
    }
    if let Some(target) = head.location() {
        let why = format!("HTTP {} to `{}`, which is not followed", status.as_u16(), shown(&target));
        let hint = "if that is where it is now, and you trust it, give that address";
        return Err(Fault::lasting(Cause::Redirect(target.into()), ExitCode::Unavailable, why, hint));
    }
    let (cause, why) = (Cause::Status(status), format!("HTTP {}", status.as_u16()));
    let access_hint = expected.access_hint.unwrap_or(NO_ACCESS);
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Fault { retry_after: retry_after(&head.headers), ..Fault::passing(cause, why) }
        }
        _ if status.is_server_error() => {
            Fault { retry_after: retry_after(&head.headers), ..Fault::passing(cause, why) }
        }
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => proxy_wants_credentials(why),
        StatusCode::UNAUTHORIZED if expected.renews_credentials => Fault {
            code: ExitCode::AccessRefused,
            hint: Some(format!("the service refuses each new token: {access_hint}")),
            ..Fault::passing(cause, why)
        },
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Fault::lasting(cause, ExitCode::AccessRefused, why, access_hint)
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Fault::lasting(cause, ExitCode::Unavailable, why, "it is not there, or no longer: check the address")
        }
        // Sent unasked, it may be a cache's mistake.
        StatusCode::NOT_MODIFIED => Fault::passing(Cause::Malformed, format!("{why} to a question that was not asked")),
        _ => Fault::lasting(cause, ExitCode::Unexpected, why, "check the address"),
    })
}

/// An address without what may be secret in it.
pub(crate) fn shown(url: &url::Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
}

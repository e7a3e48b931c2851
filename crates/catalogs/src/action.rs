//! CKAN's action API, which DKAN has too: its addresses, and the envelope of its answers.

use anyhow::{Context, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use step::ExitCode;
use transfer::StatusCode;
use url::Url;

use crate::answer;
use crate::portal::{Body, Question};
use crate::settings::Settings;
use crate::verdict::JobError;

/// A longer message says no more.
const LONGEST_MESSAGE: usize = 300;

/// What the API says.
#[derive(Debug)]
pub(crate) enum Reply<'a> {
    Result(&'a RawValue),
    /// `success: false`, and its message.
    Refused(String),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    success: Option<bool>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// The question for an action with these parameters.
pub(crate) fn ask(settings: &Settings, name: String, action: &str, parameters: &[(&str, &str)]) -> Result<Question> {
    Ok(Question { name, url: address(settings, action, parameters)?, accept: "application/json", answers: Vec::new() })
}

fn address(settings: &Settings, action: &str, parameters: &[(&str, &str)]) -> Result<Url> {
    let joined = settings.url.join(&format!("api/3/action/{action}"));
    let mut url = joined.with_context(|| format!("could not make the address of `{action}`"))?;
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    Ok(url)
}

/// The statuses with which a portal says that it has no such action.
pub(crate) const NO_SUCH_ACTION: [StatusCode; 3] =
    [StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::CONFLICT];

/// What an answer says.
///
/// # Errors
/// 65: it is no answer of this API.
pub(crate) fn read(body: &Body) -> Result<Reply<'_>> {
    let Envelope { success, result, error } = answer::read(body)?;
    match (success, result) {
        (Some(true) | None, Some(result)) => Ok(Reply::Result(result)),
        (Some(false), _) => Ok(Reply::Refused(message_in(error))),
        _ => {
            Err(answer::refuse(body, "n'est pas celle d'un portail CKAN ou DKAN", "it is not one of CKAN or DKAN", &[]))
        }
    }
}

/// What must be there, or the job fails with the portal's message.
///
/// # Errors
/// 65: it is not.
pub(crate) fn read_result(body: &Body) -> Result<&RawValue> {
    match read(body)? {
        Reply::Result(result) => Ok(result),
        Reply::Refused(message) => {
            Err(answer::refuse(body, "est un refus du portail", "the portal refuses", &[message]))
        }
    }
}

/// The job fails because the portal refuses, in its own words if it has any.
pub(crate) fn refuse(body: &Body) -> Error {
    let (asked, status) = (body.asked.path(), body.status.as_u16());
    let message = match read(body) {
        Ok(Reply::Refused(message)) => vec![message],
        _ => Vec::new(),
    };
    JobError::new(
        format!("Le portail refuse `{asked}` (HTTP {status})."),
        format!("could not ask `{asked}`: HTTP {status}"),
    )
    .details(message)
    .fail(ExitCode::Unavailable)
}

/// The message of a refusal; one of that length is none.
fn message_in(error: Option<&RawValue>) -> String {
    const LONGEST: usize = 64 << 10;
    let short = error.filter(|error| error.get().len() <= LONGEST);
    message_of(&short.and_then(|error| serde_json::from_str(error.get()).ok()).unwrap_or_default())
}

/// `__type: message`, or whatever stands there.
fn message_of(error: &Value) -> String {
    let part = |name: &str| error.get(name).and_then(Value::as_str);
    let message = match (part("__type"), part("message"), error) {
        (Some(kind), Some(message), _) => format!("{kind}: {message}"),
        (None, Some(message), _) => message.to_owned(),
        (_, _, Value::String(message)) => message.clone(),
        (_, _, Value::Null) => "no reason given".to_owned(),
        (_, _, other) => other.to_string(),
    };
    message.chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_says_its_kind_and_message() {
        for (error, expected) in [
            (json!({"__type": "Search Query Error", "message": "syntax"}), "Search Query Error: syntax"),
            (json!("an error"), "an error"),
            (json!({"message": "m"}), "m"),
            (json!({"q": ["bad"]}), r#"{"q":["bad"]}"#),
            (json!(null), "no reason given"),
        ] {
            assert_eq!(message_of(&error), expected);
        }
    }
}

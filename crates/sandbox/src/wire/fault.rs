//! What can go wrong.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// One way for an answer to be bad.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 429 whose `Retry-After` is one second
    #[value(name = "429-seconds")]
    #[serde(rename = "429-seconds")]
    TooManySeconds,
    /// 429 whose `Retry-After` is an HTTP date, one or two seconds ahead
    #[value(name = "429-date")]
    #[serde(rename = "429-date")]
    TooManyDate,
    /// 429 without `Retry-After`
    #[value(name = "429-bare")]
    #[serde(rename = "429-bare")]
    TooManyBare,
    /// 500 with the service's own message
    #[value(name = "500")]
    #[serde(rename = "500")]
    Internal,
    /// 502 with a page of HTML
    #[value(name = "502")]
    #[serde(rename = "502")]
    BadGateway,
    /// 503 with `Retry-After: 1`
    #[value(name = "503")]
    #[serde(rename = "503")]
    Unavailable,
    /// The connection is reset before any byte
    Reset,
    /// The connection closes in the middle of the announced body
    Cut,
    /// Half of the JSON, with the length of the half
    ShortJson,
    /// A gzip body with spoilt bytes
    BadGzip,
    /// A plain body that says it is gzip
    WrongGzip,
    /// No `Content-Range`
    NoContentRange,
    /// A `Content-Range` of other positions, or that is none
    WrongContentRange,
    /// 200 with the page of a login form
    Html,
    /// 200 with the right headers and no body
    Empty,
    /// No answer, until the client leaves
    Hang,
    /// Headers, a few bytes, then silence
    Drip,
    /// The right answer two seconds late
    Slow,
    /// Fewer offers than `Content-Range` announces; of a list, fewer elements
    ShortPage,
    /// One offer, or one element of a list, twice in place of another
    RepeatedPage,
    /// 401 though the token is good, and the token is good no more
    Unauthorised,
    /// The token service answers 500
    #[value(name = "token-500")]
    #[serde(rename = "token-500")]
    TokenInternal,
    /// The token service answers 200 with a page of HTML
    TokenHtml,
    /// The token service's answer is cut
    TokenCut,
    /// The token service refuses good credentials
    TokenRefused,
}

impl Fault {
    pub(crate) fn is_for_tokens(self) -> bool {
        matches!(self, Self::TokenInternal | Self::TokenHtml | Self::TokenCut | Self::TokenRefused)
    }

    /// The fault of that name.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::from_str(name, false).map_err(|_| {
            let kinds: Vec<String> = Self::value_variants()
                .iter()
                .filter_map(|kind| kind.to_possible_value().map(|value| value.get_name().to_owned()))
                .collect();
            format!("no such fault, there are: {}", kinds.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_name_for_the_command_line_and_for_json() {
        for kind in Fault::value_variants() {
            let name = kind.to_possible_value().unwrap().get_name().to_owned();
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{name}\""));
        }
    }
}

//! Web addresses: what the WHATWG parser takes, http or https.

use url::Url;

use super::fault::FaultType::{self, UrlParsing, UrlScheme, UrlTooLong, UrlType};
use super::value::Value;

/// What is wrong with a web address; `most` counts bytes, as the package does.
pub(super) fn fault(value: &Value<'_>, most: usize) -> Option<FaultType> {
    let Value::Text(text) = value else { return Some(UrlType) };
    if text.len() > most {
        return Some(UrlTooLong);
    }
    if is_plain(text) {
        return None;
    }
    match Url::parse(text) {
        Err(_) => Some(UrlParsing),
        Ok(url) if matches!(url.scheme(), "http" | "https") => None,
        Ok(_) => Some(UrlScheme),
    }
}

/// Whether it is an address that any parser takes: most are, and need no parsing.
fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let host = &rest[..rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len())];
    let top = host.rsplit('.').next().unwrap_or_default();
    let is_of_letters = !top.is_empty() && top.bytes().all(|byte| byte.is_ascii_lowercase());
    // A label that says it is Punycode has to be.
    is_of_letters
        && !host.contains("xn--")
        && host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decides_as_the_package_does() {
        let is = |text: &str| fault(&Value::Text(text.into()), 2083);
        for text in [
            "http:/x",
            "http://exemple",
            "  HTTP://A.fr ",
            "http://a.fr/ b",
            "http://é.fr",
            "http://a..b",
            "http://-a",
            "http:\\\\a.fr",
            "h\nttp://a.fr",
            "http://%41.fr",
            "http://faß.de",
            "http:///x",
            "http://.",
            "http://1",
            "https:a.fr",
            "http://[1::]",
            "http://a.fr:",
            "\0http://a",
            "http://u:p@h",
        ] {
            assert_eq!(is(text), None, "{text:?}");
        }
        for text in [
            "",
            " ",
            "www.exemple.fr",
            "//a.fr",
            "http://",
            "http:",
            "http://a b.fr",
            "http://[::1",
            "http://256.1.1.1",
            "http://xn--zz",
            "http://a.fr:99999",
            "http://a<b",
            "http://a.1",
            "http://?x",
            "http://@",
            "://",
            "http",
        ] {
            assert_eq!(is(text), Some(UrlParsing), "{text:?}");
        }
        for text in ["ftp://a", "mailto:x", "javascript:1", "file:///x", "http+x://a"] {
            assert_eq!(is(text), Some(UrlScheme), "{text:?}");
        }
        assert_eq!(is(&format!("http://a.fr/{}", "é".repeat(1100))), Some(UrlTooLong));
        assert_eq!(fault(&Value::Number("1"), 2083), Some(UrlType));
    }

    proptest! {
        #[test]
        fn what_needs_no_parsing_parses(text in "https?://[a-z0-9.-]{0,12}(/[ -~é]{0,8})?") {
            if is_plain(&text) {
                prop_assert!(Url::parse(&text).is_ok(), "{text}");
            }
        }
    }
}

//! The line `<?xml version="1.0" encoding="…"?>`.

use crate::attribute;
use crate::character::is_blank;

/// A declaration is never longer; further in there is none to look for.
const LONGEST: usize = 1_024;

/// The encoding that the first bytes of a document declare, if they are a declaration in letters that ASCII can read.
///
/// A byte-order mark before it is passed over. The name is as written.
#[must_use]
pub fn declared_encoding(start: &[u8]) -> Option<&str> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = &start[..start.len().min(LONGEST)];
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&start[..end]).ok()?.strip_prefix("<?xml")?;
    let mut spans = Vec::new();
    attribute::parse(declaration, 0, &mut spans).ok()?;
    let of = spans.iter().find(|span| &declaration[span.name.clone()] == "encoding")?;
    Some(&declaration[of.value.clone()]).filter(|name| !name.is_empty())
}

/// Whether what stands between `<?` and `?>` is a declaration, with the version that every one must have.
pub(crate) fn check(content: &str) -> Result<(), String> {
    let rest = content.strip_prefix("xml").filter(|rest| rest.bytes().next().is_some_and(is_blank));
    let rest = rest.ok_or("the XML declaration has no version")?;
    let mut spans = Vec::new();
    attribute::parse(rest, 0, &mut spans)?;
    let names: Vec<&str> = spans.iter().map(|span| &rest[span.name.clone()]).collect();
    let is_version = spans.first().is_some_and(|span| rest[span.value.clone()].starts_with("1."));
    match names[..] {
        ["version"] | ["version", "encoding"] | ["version", "standalone"] | ["version", "encoding", "standalone"]
            if is_version =>
        {
            Ok(())
        }
        _ => Err("the XML declaration is not as XML wants it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_as_declared() {
        for (start, encoding) in [
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", Some("ISO-8859-1")),
            ("\u{feff}<?xml version='1.0'\n encoding = 'utf-8' standalone='yes' ?>", Some("utf-8")),
            ("<?xml version='1.0'?><a encoding='x'?>", None),
            ("<a encoding='x'/>", None),
            ("<?xml encoding='x'", None),
            ("", None),
        ] {
            assert_eq!(declared_encoding(start.as_bytes()), encoding, "{start}");
        }
    }

    #[test]
    fn a_declaration_has_a_version_first() {
        for good in ["xml version='1.0'", "xml version=\"1.1\" encoding='UTF-8'", "xml version='1.0' standalone='no' "]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "xml",
            "xml ",
            "xml encoding='UTF-8'",
            "xml encoding='UTF-8' version='1.0'",
            "xml version='2.0'",
            "xml version",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}

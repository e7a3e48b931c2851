//! The formats, and how a file's begin tells which it is.

use std::path::Path;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Delimited text, whatever stands between its cells.
    Csv,
    Xlsx,
    Xls,
    Ods,
    /// One JSON text.
    Json,
    /// A JSON text a line.
    Ndjson,
    Xml,
}

/// The begin of a zip, which XLSX and ODS are.
const ZIP: &[u8] = b"PK\x03\x04";

/// An empty zip, or one whose begin is missing: a damaged workbook rather than a text.
const ZIP_OTHER: [&[u8]; 2] = [b"PK\x05\x06", b"PK\x07\x08"];

/// The begin of an OLE container, which XLS is.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// How a web page begins, in lower case; of an address that has moved, that is what one gets.
const HTML: [&str; 5] = ["<!doctype html", "<html", "<head", "<body", "<script"];

impl Format {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Xml => "xml",
        }
    }

    /// Whether it is text rather than a container.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Xls | Self::Ods)
    }

    /// The container that `begin` opens, if it is none of the texts.
    pub(crate) fn of_container(begin: &[u8], path: &Path) -> Option<Self> {
        if begin.starts_with(OLE) {
            return Some(Self::Xls);
        }
        let zip = begin.starts_with(ZIP) || ZIP_OTHER.iter().any(|mark| begin.starts_with(mark));
        zip.then(|| if extension(path) == "ods" { Self::Ods } else { Self::Xlsx })
    }

    /// The format of a text that begins with `begin`; one JSON text a line is told by what follows the first.
    pub(crate) fn of_text(begin: &str, path: &Path) -> Self {
        let begin = begin.trim_start();
        match begin.chars().next() {
            Some('<') => Self::Xml,
            Some('[') => Self::Json,
            Some('{') if is_one_object_a_line(begin, path) => Self::Ndjson,
            Some('{') => Self::Json,
            _ => Self::Csv,
        }
    }
}

/// Whether a text is a web page, which is no data.
pub(crate) fn is_html(begin: &str) -> bool {
    let begin = begin.trim_start();
    let declaration = begin.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let begin = declaration.map_or(begin, |(_, rest)| rest);
    let begin: String = begin.trim_start().chars().take(20).collect::<String>().to_ascii_lowercase();
    HTML.iter().any(|html| begin.starts_with(html))
}

/// A first line that is a whole object, and something after it.
fn is_one_object_a_line(begin: &str, path: &Path) -> bool {
    let named_so = matches!(extension(path).as_str(), "ndjson" | "jsonl");
    let Some((line, rest)) = begin.split_once('\n') else { return named_so };
    let whole = serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    whole && (named_so || !rest.trim().is_empty())
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_by_its_first_character() {
        let of = |begin, path| Format::of_text(begin, Path::new(path)).name();
        assert_eq!(of("id;nom\n1;2\n", "a.json"), "csv");
        assert_eq!(of("\n <a/>", "a.csv"), "xml");
        assert_eq!(of(" [1]", "a.csv"), "json");
        assert_eq!(of("{\"a\":\n1}", "a"), "json");
        assert_eq!(of("{\"a\":1}\n", "a.json"), "json");
        assert_eq!(of("{\"a\":1}\n", "a.ndjson"), "ndjson");
        assert_eq!(of("{\"a\":1}\n{\"a\":2}\n", "a.json"), "ndjson");
        assert_eq!(of("", "a"), "csv");
    }

    #[test]
    fn a_container_is_told_by_its_first_bytes_then_by_its_name() {
        let of = |begin, path| Format::of_container(begin, Path::new(path)).map(Format::name);
        assert_eq!(of(b"PK\x03\x04..", "a.ods"), Some("ods"));
        assert_eq!(of(b"PK\x03\x04..", "a.csv"), Some("xlsx"));
        assert_eq!(of(b"PK\x05\x06", "a.xlsx"), Some("xlsx"));
        assert_eq!(of(OLE, "a.xlsx"), Some("xls"));
        assert_eq!(of(b"PKI;nom", "a.xlsx"), None);
    }

    #[test]
    fn a_web_page_is_known() {
        for html in
            ["<!DOCTYPE html><html>", "\n<HTML lang=\"fr\">", "<head>", "<?xml version=\"1.0\"?>\n<!DOCTYPE html>"]
        {
            assert!(is_html(html), "{html}");
        }
        assert!(!is_html("<marches>") && !is_html("<?xml version=\"1.0\"?>") && !is_html("id;<html>"));
    }
}

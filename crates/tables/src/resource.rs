//! A file of a data package: what is in it, and how it is written.

use files::Written;
use serde::Serialize;
use step::{LICENCE_OUVERTE, LICENCE_OUVERTE_URL, Provenance};

use crate::field::Field;

/// A table that was written, as its folder's data package tells of it.
#[derive(Debug, Clone, Serialize)]
pub struct Resource {
    profile: &'static str,
    name: String,
    /// Beside the descriptor, so its name alone.
    path: String,
    title: String,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<Dialect>,
    bytes: u64,
    hash: String,
    schema: Schema,
    sources: [Source; 1],
    licenses: [Licence; 1],
}

/// How [`crate::CsvWriter`] writes; a mark of UTF-8 needs no word, since readers of UTF-8 pass over it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    delimiter: char,
    line_terminator: &'static str,
    quote_char: char,
    double_quote: bool,
    header: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Schema {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Serialize)]
struct Source {
    title: String,
}

#[derive(Debug, Clone, Serialize)]
struct Licence {
    /// As the Open Definition calls it, which the standard asks for.
    name: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'static str>,
}

impl Resource {
    /// A CSV file as [`crate::CsvWriter`] writes it.
    pub fn csv(file: &Written, separator: char, title: impl Into<String>, of: &Provenance, fields: Vec<Field>) -> Self {
        let dialect =
            Dialect { delimiter: separator, line_terminator: "\n", quote_char: '"', double_quote: true, header: true };
        Self {
            profile: "tabular-data-resource",
            format: "csv",
            mediatype: "text/csv",
            dialect: Some(dialect),
            ..Self::json(file, title, of, fields)
        }
    }

    /// A JSON array of objects, each a record.
    pub fn json(file: &Written, title: impl Into<String>, of: &Provenance, fields: Vec<Field>) -> Self {
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        Self {
            profile: "data-resource",
            // The standard wants lower case.
            name: part(file.path.file_stem()).to_lowercase(),
            path: part(file.path.file_name()),
            title: title.into(),
            format: "json",
            mediatype: "application/json",
            encoding: "utf-8",
            dialect: None,
            bytes: file.bytes,
            hash: format!("sha256:{}", file.sha256),
            schema: Schema { fields },
            sources: [Source { title: of.source.to_string() }],
            licenses: [Licence::of(of)],
        }
    }
}

impl Licence {
    fn of(provenance: &Provenance) -> Self {
        let title = provenance.licence.to_string();
        match title == LICENCE_OUVERTE {
            true => Self { name: "etalab-2.0", title, path: Some(LICENCE_OUVERTE_URL) },
            false => Self { name: "other-closed", title, path: None },
        }
    }
}

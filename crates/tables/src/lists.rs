//! The lists of a file that holds several.

use anyhow::Result;

use crate::format::Format;
use crate::json;
use crate::options::Options;
use crate::source::Source;
use crate::xml_table;

/// One of several lists in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it is called there.
    pub name: String,
    /// Of JSON and XML: where it is.
    records: Option<String>,
    /// Of a workbook: its sheet.
    sheet: Option<String>,
}

impl List {
    /// How to read this list.
    pub fn options(&self, options: &Options) -> Options {
        let options = options.clone();
        Options {
            records: self.records.clone().or(options.records),
            sheet: self.sheet.clone().or(options.sheet),
            ..options
        }
    }
}

/// The lists of a file: the arrays in a JSON object, the elements below an XML root, the sheets of a workbook. Others have
/// none.
///
/// # Errors
/// 65 when the file breaks a rule.
pub fn lists(source: &Source) -> Result<Vec<List>> {
    let found = match source.format() {
        Format::Json => json::arrays_of_root(source)?,
        Format::Xml => xml_table::children_of_root(source)?,
        _ => vec![],
    };
    Ok(found.into_iter().map(|(name, records)| List { name, records: Some(records), sheet: None }).collect())
}

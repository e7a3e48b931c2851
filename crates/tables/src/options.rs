//! What the user or a mapping says about a file; whatever is absent is found out.

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Label of the encoding of a text, such as `windows-1252`.
    pub encoding: Option<String>,
    /// What stands between two cells of a delimited text.
    pub separator: Option<char>,
    /// Name of the sheet of a workbook.
    pub sheet: Option<String>,
    /// Where the records are: a JSON Pointer, or an XML path.
    pub records: Option<String>,
    /// The record that holds the names, from 1.
    pub header: Option<u64>,
    /// The names that the mapping or schema knows, by which a header below titles is found.
    pub known: Vec<String>,
}

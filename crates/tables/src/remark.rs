//! What the reader has to tell of a file, or of one of its records.

/// What was met. The name is the one of the rule that a report counts it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// Bytes that are not of the text's encoding were read as U+FFFD.
    TextEncoding,
    /// A name stands twice in the header; the first column counts.
    ColumnRepeated,
    /// An error cell of a workbook, read as blank.
    CellError,
    /// Fewer cells than names.
    RecordTooShort,
    /// A cell that is not blank beyond the header.
    RecordTooLong,
    /// The header once more; the record is dropped.
    RepeatedHeader,
    /// A key twice in one JSON object; the last counts.
    DuplicateKey,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::TextEncoding,
        Self::ColumnRepeated,
        Self::CellError,
        Self::RecordTooShort,
        Self::RecordTooLong,
        Self::RepeatedHeader,
        Self::DuplicateKey,
    ];

    /// The name of the rule.
    pub fn rule(self) -> &'static str {
        match self {
            Self::TextEncoding => "text.encoding",
            Self::ColumnRepeated => "column.repeated",
            Self::CellError => "cell.error",
            Self::RecordTooShort => "record.too_short",
            Self::RecordTooLong => "record.too_long",
            Self::RepeatedHeader => "record.repeated_header",
            Self::DuplicateKey => "json.duplicate_key",
        }
    }
}

/// One thing to tell. Of a record, it is told with the record, and has its number and line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub told: Told,
    pub record: Option<u64>,
    pub line: Option<u64>,
    /// Name of the column, as in the input.
    pub column: Option<String>,
    /// What stood there.
    pub value: Option<String>,
}

impl Remark {
    pub(crate) fn of_file(told: Told) -> Self {
        Self { told, record: None, line: None, column: None, value: None }
    }

    pub(crate) fn of_record(told: Told, record: u64, line: u64) -> Self {
        Self { record: Some(record), line: Some(line), ..Self::of_file(told) }
    }

    pub(crate) fn column(mut self, name: impl Into<String>) -> Self {
        self.column = Some(name.into());
        self
    }

    #[cfg(feature = "workbooks")]
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

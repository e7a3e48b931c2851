//! How large a workbook may be.

use super::fault::Parsed;

/// Bounds of what a workbook may make its reader hold or do. Nothing that it says of itself is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an XLS, which is held in memory. The file of an XLSX or ODS, which is not, may have four times as many.
    pub file_bytes: u64,
    /// Bytes that all parts of an XLSX or ODS together may unpack to; they are read as a stream.
    pub unpacked_bytes: u64,
    /// Bytes of the texts that cells share, which are held for as long as the workbook is read.
    pub texts_bytes: usize,
}

impl Default for Limits {
    /// For any producer's workbook: its reader stays below 256 MiB.
    ///
    /// A full sheet of XLSX, a million rows of twenty columns, unpacks to some 800 MB. The texts of 10,000 rows with
    /// five kilobytes of description each are 50 MB.
    fn default() -> Self {
        Self { file_bytes: 64 << 20, unpacked_bytes: 2 << 30, texts_bytes: 64 << 20 }
    }
}

/// Cells of one row: as many columns as a table may have.
pub(crate) const MOST_COLUMNS: usize = 4_096;

/// Bytes of the texts of one row.
pub(crate) const ROW_BYTES: usize = 16 << 20;

/// Excel's and LibreOffice's last row.
pub(crate) const MOST_ROWS: u64 = 1 << 20;

/// Each has a name that is held; a file could list the same sheet again and again.
pub(crate) const MOST_SHEETS: usize = 256;

/// Formats of cells: Excel has no more.
pub(crate) const MOST_FORMATS: usize = 65_536;

/// # Errors
/// When there are more sheets than that.
pub(crate) fn check_sheets(count: usize) -> Parsed<()> {
    if count > MOST_SHEETS { Err(format!("it has more than {MOST_SHEETS} sheets").into()) } else { Ok(()) }
}

//! The CSV files: with a byte-order mark, as spreadsheets want it, `;`, and quotes only where needed.

use anyhow::{Context, Result};
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::level::Level;
use super::tree::Tree;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A sub-class a row, with the codes above it.
pub(super) fn levels(tree: &Tree) -> Result<Vec<u8>> {
    let header = ["NIV5", "NIV4", "NIV3", "NIV2", "NIV1"].map(str::to_owned).to_vec();
    write(header, tree.rows.iter().map(|row| row.to_vec()))
}

/// The codes of a level and their labels.
pub(super) fn list(tree: &Tree, level: Level) -> Result<Vec<u8>> {
    let rows = tree.list(level).rows.iter().map(|(code, label)| vec![code.clone(), label.clone()]);
    write(["CODE", "LIBELLE"].map(str::to_owned).to_vec(), rows)
}

/// A sub-class a row, with the codes above it and all labels.
pub(super) fn joined(tree: &Tree) -> Result<Vec<u8>> {
    let levels = || Level::ALL.into_iter().rev();
    let header = levels().flat_map(|level| [format!("NIV{}", level.number()), format!("LIBELLE{}", level.number())]);
    let label = |level, code: &str| tree.label(level, code).unwrap_or_default().to_owned();
    let rows = tree
        .rows
        .iter()
        .map(|row| levels().zip(row).flat_map(|(level, code)| [code.clone(), label(level, code)]).collect());
    write(header.collect(), rows)
}

fn write(header: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::Any(b'\n'))
        .from_writer(BYTE_ORDER_MARK.to_vec());
    for row in std::iter::once(header).chain(rows) {
        writer.write_record(row).context("could not write a row of CSV")?;
    }
    writer.into_inner().map_err(|error| error.into_error()).context("could not write CSV")
}

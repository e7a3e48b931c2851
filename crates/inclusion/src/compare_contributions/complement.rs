//! What matched records of other sources know that FILE's lack.

use std::io::Write;

use anyhow::{Context, Result};
use serde::Serialize;
use tables::CsvWriter;

use super::column::{COLUMNS, DATE_MAJ, DETAILS, ID, is_coordinate, is_filled, is_same};
use super::entries::Entries;
use crate::linkage::{Class, Link};
use crate::repair::day;

const HEADER: [&str; 8] = ["id", "column", "kind", "value", "source", "other_id", "date_maj", "other_date_maj"];

/// How much of one detail others know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ColumnFigures {
    pub(super) column: &'static str,
    pub(super) missing: u64,
    pub(super) different: u64,
}

/// One row.
struct Row {
    own: u32,
    column: usize,
    other: u32,
    is_missing: bool,
}

/// Writes the rows, and counts them by detail.
///
/// # Errors
/// 74 when the disk refuses.
pub(super) fn write<W: Write>(entries: &Entries, links: &[Link], output: W) -> Result<(W, Vec<ColumnFigures>)> {
    let rows = find(entries, links);
    let write = || -> std::io::Result<W> {
        let mut csv = CsvWriter::with_mark(output, ',')?;
        csv.write(HEADER)?;
        for row in &rows {
            let (own, other) = (row.own as usize, row.other as usize);
            csv.write([
                entries.cell(own, ID),
                COLUMNS[row.column],
                if row.is_missing { "missing" } else { "different" },
                entries.cell(other, row.column),
                entries.source_name(entries.source(other)),
                entries.cell(other, ID),
                entries.cell(own, DATE_MAJ),
                entries.cell(other, DATE_MAJ),
            ])?;
        }
        csv.finish()
    };
    let output = write().context("could not write what others know")?;
    let count = |column: usize, is_missing: bool| {
        rows.iter().filter(|row| row.column == column && row.is_missing == is_missing).count() as u64
    };
    let figures = DETAILS
        .map(|column| ColumnFigures {
            column: COLUMNS[column],
            missing: count(column, true),
            different: count(column, false),
        })
        .filter(|figures| figures.missing + figures.different > 0);
    Ok((output, figures.collect()))
}

fn find(entries: &Entries, links: &[Link]) -> Vec<Row> {
    let mut rows = vec![];
    for link in links.iter().filter(|link| link.class == Class::Match) {
        for (own, other) in [(link.left, link.right), (link.right, link.left)] {
            let is_other_source = entries.source(own as usize) != entries.source(other as usize);
            if entries.is_own(own as usize) && is_other_source {
                compare(entries, own, other, &mut rows);
            }
        }
    }
    let name = |row: &Row| {
        let other = row.other as usize;
        (entries.source_name(entries.source(other)), entries.cell(other, ID), row.other)
    };
    rows.sort_by(|one, two| (one.own, one.column).cmp(&(two.own, two.column)).then_with(|| name(one).cmp(&name(two))));
    rows
}

fn compare(entries: &Entries, own: u32, other: u32, rows: &mut Vec<Row>) {
    let [here, there] = [own, other].map(|nth| entries.cells(nth as usize));
    let is_newer = is_later(there[DATE_MAJ], here[DATE_MAJ]);
    for column in DETAILS.filter(|column| is_filled(*column, &there)) {
        let is_missing = !is_filled(column, &here);
        let is_different = || is_newer && !is_coordinate(column) && !is_same(column, here[column], there[column]);
        if is_missing || is_different() {
            rows.push(Row { own, column, other, is_missing });
        }
    }
}

/// Whether a date is later than another; neither where one cannot be read.
fn is_later(one: &str, two: &str) -> bool {
    let date = |text| day::read(text).map(|(date, _)| date);
    matches!((date(one), date(two)), (Some(one), Some(two)) if one > two)
}

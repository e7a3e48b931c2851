//! The file of links.

use std::io::Write;

use anyhow::{Context, Result};
use tables::CsvWriter;

use super::column::{COMMUNE, ID, NOM};
use super::entries::Entries;
use crate::linkage::{Link, hundredths};

const HEADER: [&str; 13] = [
    "class",
    "score",
    "source_1",
    "id_1",
    "record_1",
    "nom_1",
    "commune_1",
    "source_2",
    "id_2",
    "record_2",
    "nom_2",
    "commune_2",
    "evidence",
];

/// Writes a row for each link.
///
/// # Errors
/// 74 when the disk refuses.
pub(super) fn write<W: Write>(entries: &Entries, links: &[Link], output: W) -> Result<W> {
    let write = || -> std::io::Result<W> {
        let mut csv = CsvWriter::with_mark(output, ',')?;
        csv.write(HEADER)?;
        let mut evidence = String::new();
        for link in links {
            evidence.clear();
            link.evidence.write(&mut evidence);
            let score = hundredths(link.score);
            let numbers = [link.left, link.right].map(|nth| entries.record(nth as usize).to_string());
            let [one, two] = [link.left, link.right].map(|nth| nth as usize);
            let side = |nth: usize, number: usize| {
                let cell = |column| entries.cell(nth, column);
                [entries.source_name(entries.source(nth)), cell(ID), numbers[number].as_str(), cell(NOM), cell(COMMUNE)]
            };
            let begin = [link.class.name(), score.as_str()];
            csv.write(begin.into_iter().chain(side(one, 0)).chain(side(two, 1)).chain([evidence.as_str()]))?;
        }
        csv.finish()
    };
    write().context("could not write the links")
}

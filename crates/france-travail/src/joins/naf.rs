//! The five levels of one NAF, by the code of the sub-class.

use anyhow::Result;

use crate::joins::reading::File;
use crate::joins::{ByCode, Cells, Reference, at};

/// As `convert-naf` calls them: from the bottom, each code followed by its label.
const COLUMNS: [&str; 10] =
    ["NIV5", "LIBELLE5", "NIV4", "LIBELLE4", "NIV3", "LIBELLE3", "NIV2", "LIBELLE2", "NIV1", "LIBELLE1"];

/// How `convert-naf` calls that of 2025; of a file that is called otherwise, the codes tell which one it is.
const NAME_OF_2025: &str = "naf2025.csv";

/// Last letters of the sub-classes of NAF 2025, of which none of 2008 has any (both workbooks, read 2026-11).
const LETTERS_OF_2025: [u8; 6] = *b"GHJKLY";

/// One nomenclature.
#[derive(Debug)]
pub(super) struct Naf {
    /// The label of a sub-class, then code and label of each level above it.
    rows: ByCode<Row>,
    year: &'static str,
}

type Row = [Box<str>; 9];

impl Naf {
    /// # Errors
    /// 65 when a code is in two rows that differ.
    pub(super) fn read(file: &File, files: &mut Vec<Reference>) -> Result<Self> {
        let mut rows: ByCode<Row> = ByCode::default();
        file.rows(COLUMNS, files, |[code, row @ ..]| {
            let row = row.map(Box::from);
            match rows.get(code) {
                Some(there) if *there == row => Ok(()),
                Some(_) => Err(file.broken(format!("`{code}` is in two rows that differ"))),
                None => {
                    rows.insert(code.into(), row);
                    Ok(())
                }
            }
        })?;
        let is_2025 = |code: &str| code.bytes().last().is_some_and(|letter| LETTERS_OF_2025.contains(&letter));
        let is_named = file.path.file_name().is_some_and(|name| name == NAME_OF_2025);
        let year = if is_named || rows.keys().all(|code| is_2025(code)) { "2025" } else { "2008" };
        Ok(Self { rows, year })
    }

    /// By the whole code.
    pub(super) fn find(&self, code: &str) -> Option<&Row> {
        self.rows.get(code)
    }

    pub(super) fn fill<'a>(&self, row: &'a Row, cells: &mut Cells<'a>) {
        cells[at::NAF_NOMENCLATURE] = Some(self.year);
        for (cell, text) in cells[at::SOUS_CLASSE_LIBELLE..].iter_mut().zip(row) {
            *cell = Some(text);
        }
    }
}

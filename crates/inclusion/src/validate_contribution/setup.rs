//! What a run was told.

use std::path::Path;

use anyhow::Result;
use files::Destination;
use jiff::civil::Date;
use report::{FindingsArgs, Lang};
use step::Task;
use tables::Source;

use crate::lists::{Reading, is_null};
use crate::options::misuse;
use crate::schema::{Generation, Kind, Schema};
use crate::seen::Marks;

/// What is the same for every record.
pub(super) struct Setup<'s> {
    pub(super) schema: &'static Schema,
    pub(super) reading: Reading,
    /// The source of records that name none.
    pub(super) source: Option<&'s str>,
    pub(super) today: Date,
    pub(super) findings: &'s FindingsArgs,
    /// Where the outputs will be.
    pub(super) folder: &'s Path,
    /// Identifiers of the structures of another file.
    pub(super) structures: Option<&'s Marks>,
    pub(super) scores: Destination,
    pub(super) task: &'s Task,
}

impl Setup<'_> {
    pub(super) fn lang(&self) -> Lang {
        self.findings.lang
    }

    /// What is said of a column that the schema lacks.
    pub(super) fn unknown_column(&self, name: &str, near: Option<&str>) -> String {
        match (self.lang(), near) {
            (Lang::Fr, None) => format!("La colonne '{name}' n'est pas dans le schéma : elle n'est pas lue"),
            (Lang::Fr, Some(near)) => {
                format!("La colonne '{name}' n'est pas dans le schéma. Vouliez-vous dire '{near}' ?")
            }
            (Lang::En, None) => format!("The column '{name}' is not in the schema: it is not read"),
            (Lang::En, Some(near)) => format!("The column '{name}' is not in the schema. Did you mean '{near}'?"),
        }
    }

    /// Whether records of this version are published and scored.
    pub(super) fn is_published(&self) -> bool {
        self.schema.version.generation() == Generation::V1
    }
}

/// Reads the identifiers of the structures in another file. `folder` is where the outputs will be.
///
/// # Errors
/// 66 when it cannot be read, 65 when it breaks a rule, 2 when it has no identifiers.
pub(super) fn read_structures(path: &Path, known: Vec<String>, folder: &Path) -> Result<Marks> {
    let source = Source::open(path, None)?;
    let options = tables::Options { known, ..tables::Options::default() };
    let reading = Reading { kind: Some(Kind::Structures), options };
    let mut ids = Marks::new(folder);
    for mut list in reading.open(&source)?.into_iter().filter(|list| list.kind == Kind::Structures) {
        let Some(column) = list.table.header().column("id") else {
            let message = format!("could not take `{}` as --structures: it has no column `id`", path.display());
            return Err(misuse(message, "name the file with the structures that the services name"));
        };
        while let Some(record) = list.table.next()? {
            let id = record.cell(column);
            if !is_null(id) {
                ids.insert(id, 0)?;
            }
        }
    }
    Ok(ids)
}

//! The CSV files: what is in them, and in which of two dialects they are written.

use anyhow::{Context, Result};
use tables::{CsvWriter, Field};

use super::level::Level;
use super::tree::Tree;

/// A file as it is to be written, and what is said of it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) separator: char,
    pub(super) fields: Vec<Field>,
    pub(super) bytes: Vec<u8>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
enum Dialect {
    /// As the source document: with a byte-order mark, as spreadsheets want it, and `;`.
    Source,
    /// As all tables of our own making.
    Own,
}

/// A sub-class a row, with the codes above it.
pub(super) fn levels(tree: &Tree, name: String) -> Result<Table> {
    let rows = tree.rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let title = "codes des cinq niveaux, une sous-classe par ligne et ce qui la contient";
    write(name, title.to_owned(), from_the_bottom().map(code).collect(), Dialect::Source, rows)
}

/// The codes of a level and their labels.
pub(super) fn list(tree: &Tree, level: Level, name: String) -> Result<Table> {
    let rows = tree.list(level).rows.iter().map(|(code, label)| vec![code.as_str(), label.as_str()]);
    let fields = vec![
        Field::text("CODE", &format!("Code de niveau {} ({})", level.number(), level.name())),
        Field::text("LIBELLE", "Libellé du code"),
    ];
    let title = format!("codes de niveau {} ({}) et leurs libellés", level.number(), level.name());
    write(name, title, fields, Dialect::Source, rows)
}

/// A sub-class a row, with the codes above it and all labels.
pub(super) fn joined(tree: &Tree, name: String) -> Result<Table> {
    let rows = tree.rows.iter().map(|row| {
        let labelled = |(level, code)| [String::as_str(code), tree.label(level, code).unwrap_or_default()];
        from_the_bottom().zip(row).flat_map(labelled).collect()
    });
    let title = "cinq niveaux, une sous-classe par ligne et ce qui la contient, codes et libellés";
    let fields = from_the_bottom().flat_map(|level| [code(level), libelle(level)]).collect();
    write(name, title.to_owned(), fields, Dialect::Own, rows)
}

fn from_the_bottom() -> impl Iterator<Item = Level> {
    Level::ALL.into_iter().rev()
}

fn code(level: Level) -> Field {
    let (number, called) = (level.number(), level.name());
    Field::text(format!("NIV{number}"), &format!("Code de niveau {number} ({called})"))
}

fn libelle(level: Level) -> Field {
    let (number, called) = (level.number(), level.name());
    Field::text(format!("LIBELLE{number}"), &format!("Libellé de niveau {number} ({called})"))
}

fn write<'a>(
    name: String,
    title: String,
    fields: Vec<Field>,
    dialect: Dialect,
    rows: impl Iterator<Item = Vec<&'a str>>,
) -> Result<Table> {
    let (separator, csv) = match dialect {
        Dialect::Source => (';', CsvWriter::with_mark(Vec::new(), ';')),
        Dialect::Own => (',', Ok(CsvWriter::new(Vec::new()))),
    };
    let write = || {
        let mut csv = csv?;
        csv.write(fields.iter().map(Field::name))?;
        for row in rows {
            csv.write(row)?;
        }
        csv.finish()
    };
    let bytes = write().with_context(|| format!("could not write `{name}`"))?;
    Ok(Table { name, title, separator, fields, bytes })
}

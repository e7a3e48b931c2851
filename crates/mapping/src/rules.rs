//! What a mapping has to tell of a file and its records, as findings.

use anyhow::Result;
use report::{Finding, Findings, Lang, Level, PartId, Rule};
use tables::{Header, Record};

use crate::filled::Filled;
use crate::mapper::Mapper;

/// A value that no row of its table has.
pub const VALUE_UNMAPPED: &str = "value.unmapped";
/// A column of the mapping that the file lacks.
pub const COLUMN_MISSING: &str = "column.missing";
/// A record that fails a condition of `[keep]`.
pub const RECORD_DROPPED: &str = "record.dropped";

/// The rules, in the words that all families share.
#[must_use]
pub fn rules(lang: Lang) -> Vec<Rule> {
    let words =
        |fr: (&'static str, &'static str), en: (&'static str, &'static str)| if lang == Lang::Fr { fr } else { en };
    let rule = |name, level, (message, remedy): (&'static str, &'static str)| Rule::new(name, level, message, remedy);
    vec![
        rule(
            VALUE_UNMAPPED,
            Level::Warning,
            words(
                (
                    "la valeur n'a pas de correspondance : elle n'est pas reprise",
                    "ajouter une ligne à la table de valeurs",
                ),
                ("the value has no row in its table: it is left out", "add a row to the table of values"),
            ),
        ),
        rule(
            COLUMN_MISSING,
            Level::Warning,
            words(
                (
                    "une colonne du fichier de correspondance manque",
                    "corriger le nom, ou retirer la colonne de la correspondance",
                ),
                ("a column of the mapping is missing", "correct its name, or take it out of the mapping"),
            ),
        ),
        rule(
            RECORD_DROPPED,
            Level::Info,
            words(
                ("la ligne ne remplit pas une condition de `[keep]` : elle est écartée", "rien à faire si c'est voulu"),
                ("the record fails a condition of `[keep]`: it is dropped", "nothing to do if this is meant"),
            ),
        ),
    ]
}

/// Tells of each column that the file lacks.
///
/// # Errors
/// 74 when the disk refuses.
pub fn tell_missing(mapper: &Mapper, part: PartId, findings: &mut Findings) -> Result<()> {
    let rule = findings.rule(COLUMN_MISSING);
    mapper.missing().iter().try_for_each(|name| findings.add(Finding::new(rule).part(part).column(name)))
}

/// Tells of each value of a record that has no row.
///
/// # Errors
/// 74 when the disk refuses.
pub fn tell_unmapped(
    filled: &Filled,
    record: &Record<'_>,
    mapper: &Mapper,
    header: &Header,
    part: PartId,
    findings: &mut Findings,
) -> Result<()> {
    for (field, column, value) in filled.unmapped(record, mapper) {
        let (rule, path) = (findings.rule(VALUE_UNMAPPED), pointer(&mapper.mapping().target().fields[field].path));
        let mut finding = Finding::new(rule).part(part).at(record).path(&path).value(value);
        if let Some(name) = column.and_then(|column| header.names().get(column)) {
            finding = finding.column(name);
        }
        findings.add(finding)?;
    }
    Ok(())
}

/// A target path as a JSON Pointer; of a list its first element.
#[must_use]
pub fn pointer(path: &str) -> String {
    path.split('.').fold(String::new(), |pointer, part| match part.strip_suffix("[]") {
        Some(list) => format!("{pointer}/{list}/0"),
        None => format!("{pointer}/{part}"),
    })
}

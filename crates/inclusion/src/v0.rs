//! v0 of the schema in v1, as data·inclusion did it until April 2026: a mapping of each list that is built in.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use mapping::{Kind as FieldKind, Mapping};

use crate::schema::{Kind, Version};
use crate::target;

const STRUCTURES: &str = include_str!("../data/mappings/v0_structures.toml");
const SERVICES: &str = include_str!("../data/mappings/v0_services.toml");

/// Table, value of v0, value of v1; none where it is dropped on purpose.
const VALUES: &str = include_str!("../data/mappings/v0_values.tsv");

/// How the mapping is called.
pub(crate) const NAME: &str = "v0";

/// The tables of each list, and the field of which each has values; of none what it gives is no closed list.
const TABLES: [(Kind, &str, Option<&str>); 6] = [
    (Kind::Structures, "labels", Some("reseaux_porteurs")),
    (Kind::Structures, "typologie", Some("reseaux_porteurs")),
    (Kind::Services, "frais", Some("frais")),
    (Kind::Services, "publics", Some("publics")),
    (Kind::Services, "thematiques", Some("thematiques")),
    (Kind::Services, "regions", None),
];

/// The mapping of a list to a version of v1. A value that leads to nothing that this version has, has no row.
///
/// # Errors
/// Never, as the tests show for every version.
pub(crate) fn mapping(version: Version, kind: Kind) -> Result<Mapping> {
    let mut target = target::target(version.schema(), kind);
    for (_, _, field) in TABLES.iter().filter(|(of, ..)| *of == kind) {
        if let Some(nth) = field.and_then(|field| target.find(field)) {
            // Only the tables say what a value of v0 becomes, whatever values of v1 are called.
            target.fields[nth].kind = FieldKind::Text;
        }
    }
    let mut text = if kind == Kind::Structures { STRUCTURES } else { SERVICES }.to_owned();
    for (_, table, field) in TABLES.iter().filter(|(of, ..)| *of == kind) {
        let has = |value: &str| {
            let field = field.and_then(|field| version.schema().list(kind).field(field));
            field.and_then(crate::schema::Field::enumeration).is_none_or(|values| values.has(value))
        };
        write_table(&mut text, table, has);
    }
    Mapping::parse(&text, Path::new(NAME), &[target])
}

/// What identifies the mapping of both lists: its texts and tables.
pub(crate) fn bytes() -> Vec<u8> {
    [STRUCTURES, SERVICES, VALUES].concat().into_bytes()
}

/// The columns of v0 that the mapping of a list knows, used or dropped on purpose.
pub(crate) fn columns(kind: Kind) -> impl Iterator<Item = &'static str> {
    let version = Version::read(NAME).expect("v0 is a version");
    version.schema().list(kind).fields.iter().map(|field| field.name)
}

fn write_table(text: &mut String, table: &str, has: impl Fn(&str) -> bool) {
    let (mut rows, mut order): (HashMap<&str, Vec<&str>>, Vec<&str>) = (HashMap::new(), Vec::new());
    for line in VALUES.lines().skip(1) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().expect("a row has a table, a source and a target");
        let (of, source, target) = (cell(), cell(), cell());
        if of == table && (target.is_empty() || has(target)) {
            let targets = rows.entry(source).or_insert_with(|| {
                order.push(source);
                Vec::new()
            });
            targets.extend((!target.is_empty()).then_some(target));
        }
    }
    // A String takes what is written to it.
    let _ = writeln!(text, "\n[values.{table}]");
    for source in order {
        let _ = match rows[source].as_slice() {
            [] => writeln!(text, "{source:?} = false"),
            targets => writeln!(text, "{source:?} = {targets:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_mappings_fit_every_version_of_v1() {
        for nth in 2..=10 {
            let version = Version::read(&format!("v1/1.0.{nth}")).unwrap();
            for kind in Kind::ALL {
                mapping(version, kind).unwrap_or_else(|error| panic!("{}: {error:#}", version.name()));
            }
        }
    }

    #[test]
    fn every_column_that_is_read_is_one_of_v0() {
        for kind in Kind::ALL {
            let mapping = mapping(Version::LATEST, kind).unwrap();
            for column in mapping.columns() {
                assert!(columns(kind).any(|known| known == column), "{column}");
            }
        }
    }

    #[trial::test_with_data]
    fn the_tables_are_the_official_ones() {
        let text = std::fs::read_to_string(trial::data("inclusion/mappings/v0_to_v1_values.json")).unwrap();
        let official: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (official_name, name) in [
            ("_map_frais", "frais"),
            ("_map_publics", "publics"),
            ("_map_reseaux_labels", "labels"),
            ("_map_reseaux_typologie", "typologie"),
            ("_map_thematiques", "thematiques"),
        ] {
            let rows: Vec<(String, String)> = official[official_name]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (row[0].as_str().unwrap().to_owned(), row[1].as_str().unwrap_or_default().to_owned()))
                .collect();
            let own: Vec<(String, String)> = VALUES
                .lines()
                .map(|line| line.split('\t').collect::<Vec<_>>())
                .filter(|cells| cells[0] == name)
                .map(|cells| (cells[1].to_owned(), cells[2].to_owned()))
                .collect();
            assert_eq!(own, rows, "{name}");
        }
    }
}

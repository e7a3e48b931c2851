//! Structures of the others that FILE does not have, in its départements.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;

use anyhow::{Context, Result};
use foldhash::fast::FixedState;
use serde::Serialize;
use tables::CsvWriter;

use super::column::{ADRESSE, CODE_INSEE, CODE_POSTAL, COMMUNE, ID, NOM, SIRET};
use super::entries::Entries;
use crate::linkage::{Class, Link, departement};

const HEADER: [&str; 8] = ["source", "id", "nom", "adresse", "code_postal", "commune", "siret", "lie"];

/// How many there are, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct UnknownFigures {
    pub(super) records: u64,
    pub(super) departements: Vec<DepartementFigures>,
}

/// How many there are in one département.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DepartementFigures {
    pub(super) departement: String,
    pub(super) records: u64,
}

/// Writes the rows, and counts them by département.
///
/// # Errors
/// 74 when the disk refuses.
pub(super) fn write<W: Write>(entries: &Entries, links: &[Link], output: W) -> Result<(W, UnknownFigures)> {
    let (known, linked) = towards_own(entries, links);
    let own: BTreeSet<&str> = (0..entries.own_len()).filter_map(|nth| departement_of(entries, nth)).collect();
    let mut by_departement: BTreeMap<&str, u64> = BTreeMap::new();
    let mut rows = vec![];
    for nth in (entries.own_len()..entries.len()).filter(|nth| !known[*nth]) {
        if let Some(departement) = departement_of(entries, nth).filter(|departement| own.contains(departement)) {
            *by_departement.entry(departement).or_default() += 1;
            rows.push(nth);
        }
    }
    rows.sort_by_key(|nth| (entries.source_name(entries.source(*nth)), entries.cell(*nth, ID), *nth));
    let write = || -> std::io::Result<W> {
        let mut csv = CsvWriter::with_mark(output, ',')?;
        csv.write(HEADER)?;
        for nth in &rows {
            let lie: Vec<&str> = linked.get(nth).into_iter().flatten().copied().collect();
            let cell = |column| entries.cell(*nth, column);
            let source = entries.source_name(entries.source(*nth));
            let cells = [ID, NOM, ADRESSE, CODE_POSTAL, COMMUNE, SIRET].map(cell);
            csv.write([source].into_iter().chain(cells).chain([lie.join(" ").as_str()]))?;
        }
        csv.finish()
    };
    let output = write().context("could not write what the others have besides")?;
    let departements = by_departement
        .into_iter()
        .map(|(departement, records)| DepartementFigures { departement: departement.to_owned(), records });
    Ok((output, UnknownFigures { records: rows.len() as u64, departements: departements.collect() }))
}

/// Identifiers of FILE's records that each of the others is linked to as `lie`, in order.
type Linked<'e> = HashMap<usize, BTreeSet<&'e str>, FixedState>;

/// Which records match one of FILE's, and which are linked to some.
fn towards_own<'e>(entries: &'e Entries, links: &[Link]) -> (Vec<bool>, Linked<'e>) {
    let mut known = vec![false; entries.len()];
    let mut linked = Linked::default();
    for link in links {
        // Those of FILE come first, so the second is another's.
        let (own, other) = (link.left as usize, link.right as usize);
        if !entries.is_own(own) || entries.is_own(other) {
            continue;
        }
        match link.class {
            Class::Match => known[other] = true,
            Class::Lie => drop(linked.entry(other).or_default().insert(entries.cell(own, ID))),
        }
    }
    (known, linked)
}

fn departement_of(entries: &Entries, nth: usize) -> Option<&str> {
    let [insee, postal] = [CODE_INSEE, CODE_POSTAL].map(|column| entries.cell(nth, column));
    departement(if insee.is_empty() { postal } else { insee })
}

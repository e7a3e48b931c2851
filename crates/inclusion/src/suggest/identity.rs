//! By what records can be told apart where nothing identifies them: name and place.

use std::path::Path;

use anyhow::Result;
use mapping::{Proposed, Suggestion};
use tables::{Header, Record, Source};

use crate::lists::{Place, for_each, is_null};
use crate::seen::Seen;

/// What goes with the name, the first that tells enough records apart.
const PLACES: [&[&str]; 7] = [
    &["commune"],
    &["code_postal"],
    &["adresse"],
    &["commune", "adresse"],
    &["code_postal", "adresse"],
    &["longitude", "latitude"],
    &[],
];

/// So many records must have an identifier of their own; else the choice that gives most.
const ENOUGH: f64 = 0.99;

/// The columns whose values together tell the records apart; none where there is not even a name. `folder` is where the
/// mapping will be.
pub(super) fn columns(
    suggestion: &Suggestion<'_>,
    place: &Place,
    source: &Source,
    folder: &Path,
) -> Result<Vec<usize>> {
    let column = |field: &str| {
        let field = suggestion.target().find(field)?;
        match suggestion.proposals.iter().find(|proposal| proposal.field == field)?.proposed {
            Proposed::Column { column, .. } => Some(column),
            _ => None,
        }
    };
    let Some(name) = column("nom") else { return Ok(vec![]) };
    let choice = |fields: &&[&str]| -> Option<Vec<usize>> {
        std::iter::once(Some(name)).chain(fields.iter().map(|field| column(field))).collect()
    };
    let choices: Vec<Vec<usize>> = PLACES.iter().filter_map(choice).collect();
    let mut seen: Vec<Seen> = choices.iter().map(|_| Seen::new(folder)).collect();
    let mut list = place.clone().open(source)?;
    let mut records = 0_u64;
    for_each(&mut list.table, |record| {
        records += 1;
        for (columns, seen) in choices.iter().zip(&mut seen) {
            if let Some(identity) = identity(columns, record) {
                seen.meet(&identity)?;
            }
        }
        Ok(())
    })?;
    let enough = (records as f64 * ENOUGH).ceil() as u64;
    let best = |seen: &[Seen]| (0..seen.len()).max_by_key(|nth| (seen[*nth].distinct(), std::cmp::Reverse(*nth)));
    let chosen = seen.iter().position(|seen| seen.distinct() >= enough).or_else(|| best(&seen));
    Ok(chosen.map(|nth| choices[nth].clone()).unwrap_or_default())
}

/// What a template of these columns gives; none where one is blank.
fn identity(columns: &[usize], record: &Record<'_>) -> Option<String> {
    let cells: Vec<&str> = columns.iter().map(|column| record.cell(*column).trim()).collect();
    cells.iter().all(|cell| !is_null(cell)).then(|| cells.join("-"))
}

/// The form, as a mapping file has it.
pub(super) fn template(columns: &[usize], header: &Header) -> Option<String> {
    let names: Vec<&str> = columns.iter().map(|column| header.names()[*column].as_str()).collect();
    // A brace in a name could not be told from those of the template.
    let is_sayable = !names.is_empty() && names.iter().all(|name| !name.contains(['{', '}']));
    let parts: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    is_sayable.then(|| format!("{{ template = {} }}", mapping::quoted(&parts.join("-"))))
}

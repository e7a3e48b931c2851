//! Which records tell of one structure, and which are linked but distinct: from records to links, without I/O.
//!
//! - [`Given`] is what of a record is compared; [`link`] takes them all and gives every [`Link`], in the order of the records.
//! - A pair stands on its own [`Evidence`]: nothing is merged, and what class it has follows from these two records alone.
//! - Candidates come from blocks: a shared number, address, commune and word. A block that half of all records share is
//!   walked through in the order of names and places, so that it costs no more than many small ones.
//!
//! Everything that decides is counted in whole numbers, so links, scores and evidence depend neither on the order of the
//! records nor on threads.

mod address;
mod block;
mod compare;
mod evidence;
mod identifier;
mod judge;
mod name;
mod nature;
mod pattern;
mod place;
mod profile;
mod street;
mod vocabulary;
mod word;
mod words;

use anyhow::Result;
use rayon::prelude::*;

pub(crate) use evidence::{Class, Link, hundredths};

use block::Blocks;
use profile::Profiles;

pub(crate) use place::departement;

/// Records that one thread takes at a time; between two lots a stopped run is heard.
const LOT: usize = 1 << 14;

/// What of a record is compared, as it stands in the file, trimmed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Given<'a> {
    pub(crate) nom: &'a str,
    pub(crate) adresse: &'a str,
    pub(crate) code_postal: &'a str,
    pub(crate) code_insee: &'a str,
    pub(crate) commune: &'a str,
    pub(crate) latitude: &'a str,
    pub(crate) longitude: &'a str,
    pub(crate) siret: &'a str,
    pub(crate) telephone: &'a str,
    pub(crate) courriel: &'a str,
    /// The same number for those that are alike in all that a file tells; 0 for one that is like no other.
    pub(crate) alike: u32,
}

/// All links among `count` records, by their first record, then by their second.
///
/// # Errors
/// What `go_on` says, asked now and then.
pub(crate) fn link<'a>(
    count: usize,
    given: impl Fn(usize) -> Given<'a> + Sync,
    go_on: impl Fn() -> Result<()> + Sync,
) -> Result<Vec<Link>> {
    let profiles = Profiles::read(count, given, &go_on)?;
    let blocks = Blocks::find(&profiles, &go_on)?;
    let lots: Vec<usize> = (0..count).step_by(LOT).collect();
    let found: Result<Vec<Vec<Link>>> = lots
        .into_par_iter()
        .map(|from| {
            go_on()?;
            let (mut links, mut others) = (vec![], vec![]);
            for left in from..count.min(from + LOT) {
                blocks.others_after(left as u32, &mut others);
                links.extend(others.iter().filter_map(|right| judge::judge(&profiles, left as u32, *right)));
            }
            Ok(links)
        })
        .collect();
    Ok(found?.concat())
}

/// Whether two telephone numbers are one.
pub(crate) fn is_same_telephone(one: &str, two: &str) -> bool {
    let [one, two] = [one, two].map(identifier::telephone);
    one.is_some() && one == two
}

/// Whether two e-mail addresses are one.
pub(crate) fn is_same_email(one: &str, two: &str) -> bool {
    one.to_lowercase() == two.to_lowercase()
}

/// Whether two addresses are one, short forms written out, and without what is a post office's.
pub(crate) fn is_same_address(one: &str, two: &str) -> bool {
    address::written_out(one) == address::written_out(two)
}

/// Whether two cells are a place on the map.
pub(crate) fn has_position(latitude: &str, longitude: &str) -> bool {
    place::position(latitude, longitude).is_some()
}

#[cfg(test)]
mod tests;

//! Two records compared, thing by thing.

use rapidfuzz::distance::jaro_winkler;

use super::evidence::{AddressSays, EmailSays, SiretSays};
use super::identifier::siren;
use super::place::distance_m;
use super::profile::{Profile, Profiles};
use super::words::is_misspelt;

/// Shorter words of a street are no other's misspelling.
const SHORTEST_MISSPELT: usize = 4;

/// Two names of communes that are so alike are one where the postal code is.
const ALIKE_COMMUNES: f64 = 0.88;

pub(super) fn siret(one: &Profile, two: &Profile) -> Option<SiretSays> {
    let (one, two) = (one.siret?.get(), two.siret?.get());
    Some(match (one == two, siren(one) == siren(two)) {
        (true, _) => SiretSays::Same,
        (false, true) => SiretSays::Siren,
        (false, false) => SiretSays::Different,
    })
}

pub(super) fn telephone(one: &Profile, two: &Profile) -> Option<bool> {
    Some(one.telephone? == two.telephone?)
}

pub(super) fn email(one: &Profile, two: &Profile) -> Option<EmailSays> {
    Some(match one.email? == two.email? {
        true => EmailSays::Same,
        false if one.domain != 0 && one.domain == two.domain => EmailSays::Domain,
        false => EmailSays::Different,
    })
}

pub(super) fn distance(one: &Profile, two: &Profile) -> Option<u32> {
    Some(distance_m(one.position?, two.position?))
}

/// Whether both are in one commune: by its code, else by name and département, else by postal code.
pub(super) fn commune(all: &Profiles, one: &Profile, two: &Profile) -> Option<bool> {
    if one.insee != 0 && one.insee == two.insee {
        return Some(true);
    }
    let is_one_code = one.code_postal != 0 && one.code_postal == two.code_postal;
    if one.commune == 0 || two.commune == 0 {
        let can_tell = one.code_postal != 0 && two.code_postal != 0;
        return can_tell.then_some(is_one_code);
    }
    if one.commune == two.commune {
        return Some(one.departement == two.departement || one.departement == 0 || two.departement == 0);
    }
    Some(is_one_code && is_one_name(all.commune(one), all.commune(two)))
}

/// `SAINT ANDRE` and `Saint-André-lez-Lille`, where the postal code is one.
fn is_one_name(one: &str, two: &str) -> bool {
    let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    (short.len() >= 5 && long.starts_with(short))
        || jaro_winkler::similarity(short.chars(), long.chars()) >= ALIKE_COMMUNES
}

/// What the addresses say; they are one only in one commune.
pub(super) fn address(
    all: &Profiles,
    one: &Profile,
    two: &Profile,
    is_same_commune: Option<bool>,
) -> Option<AddressSays> {
    let (street_1, street_2) = (all.street(one), all.street(two));
    if street_1.is_empty() || street_2.is_empty() {
        return None;
    }
    if is_same_commune == Some(false) || !is_one_street(all, street_1, street_2) {
        return Some(AddressSays::Different);
    }
    let is_one_number = one.number == two.number || is_one_door(all.code(one.number), all.code(two.number));
    Some(if is_one_number { AddressSays::Same } else { AddressSays::Street })
}

/// `13` and `13 bis` are one house where the one leaves the suffix out.
fn is_one_door(one: &str, two: &str) -> bool {
    let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    !short.is_empty()
        && long.strip_prefix(short).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Whether all words of the shorter are in the longer, maybe misspelt.
fn is_one_street(all: &Profiles, one: &[u32], two: &[u32]) -> bool {
    if one == two {
        return true;
    }
    let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    let is_word = |word: &u32| long.contains(word) || long.iter().any(|other| is_one_word(all, *word, *other));
    let alone = short.iter().filter(|word| !is_word(word)).count();
    let is_whole = alone == 0 && long.len() - short.len() <= 2.max(short.len());
    is_whole || is_joined(all, one, two)
}

fn is_one_word(all: &Profiles, one: u32, two: u32) -> bool {
    is_misspelt(all.vocabulary.text(one), all.vocabulary.text(two), SHORTEST_MISSPELT)
}

/// Words that are written apart in one and together in the other.
fn is_joined(all: &Profiles, one: &[u32], two: &[u32]) -> bool {
    let letters = |words: &[u32]| words.iter().flat_map(|word| all.vocabulary.text(*word).chars()).collect::<String>();
    let [one, two] = [one, two].map(letters);
    one.len().min(two.len()) >= 6 && jaro_winkler::similarity(one.chars(), two.chars()) >= 0.94
}

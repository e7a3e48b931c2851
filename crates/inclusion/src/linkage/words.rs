//! A text as the words that are compared.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use rapidfuzz::distance::osa;
use tables::fold;

/// From so many letters on two of them may be misspelt.
const LONG: usize = 9;

/// Words that say nothing wherever they stand.
const STOP: [&str; 20] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en", "un", "une", "par", "the", "of", "s",
    "n",
];

/// What is written short, in names of places and of people that streets and houses bear.
const SHORT: [(&str, &str); 22] = [
    ("st", "saint"),
    ("ste", "sainte"),
    ("sts", "saint"),
    ("stes", "sainte"),
    ("saints", "saint"),
    ("gal", "general"),
    ("gen", "general"),
    ("gl", "general"),
    ("dr", "docteur"),
    ("doct", "docteur"),
    ("pr", "professeur"),
    ("prof", "professeur"),
    ("mal", "marechal"),
    ("mar", "marechal"),
    ("pdt", "president"),
    ("pres", "president"),
    ("cdt", "commandant"),
    ("col", "colonel"),
    ("cne", "capitaine"),
    ("lt", "lieutenant"),
    ("fbg", "faubourg"),
    ("sgt", "sergent"),
];

/// [`STOP`], to be looked up.
static STOP_WORDS: LazyLock<HashSet<&str, FixedState>> = LazyLock::new(|| STOP.into_iter().collect());

/// [`SHORT`], to be looked up.
static LONG_FORMS: LazyLock<HashMap<&str, &str, FixedState>> = LazyLock::new(|| SHORT.into_iter().collect());

/// The words of a text: folded, cut where letters meet digits, without plurals, short forms written out, and without words
/// that say nothing.
pub(super) fn words(text: &str) -> Vec<String> {
    words_of_folded(&fold(text))
}

/// The words of a text that was folded.
pub(super) fn words_of_folded(folded: &str) -> Vec<String> {
    let mut words = vec![];
    for piece in folded.split(|letter: char| !letter.is_alphanumeric()) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = behind;
            if !STOP_WORDS.contains(word) {
                words.push(singular(written_out(word)).to_owned());
            }
        }
    }
    words
}

/// Whether a word is a number.
pub(super) fn is_number(word: &str) -> bool {
    word.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// Whether two words are one, misspelt: a letter too many, too few, another or two changed about; in long words two of these.
pub(super) fn is_misspelt(one: &str, two: &str, shortest: usize) -> bool {
    let length = one.len().min(two.len());
    if length < shortest || one.len().abs_diff(two.len()) > 2 || is_number(one) || is_number(two) {
        return false;
    }
    match length < LONG && one.is_ascii() && two.is_ascii() {
        true => is_one_slip(one.as_bytes(), two.as_bytes()),
        false => osa::distance(one.chars(), two.chars()) <= if length >= LONG { 2 } else { 1 },
    }
}

/// Whether at most one letter is too many, too few or another, or two are changed about: what is alike at both ends is left
/// out, and the rest is short.
fn is_one_slip(one: &[u8], two: &[u8]) -> bool {
    let before = one.iter().zip(two).take_while(|(one, two)| one == two).count();
    let (one, two) = (&one[before..], &two[before..]);
    let behind = one.iter().rev().zip(two.iter().rev()).take_while(|(one, two)| one == two).count();
    match (&one[..one.len() - behind], &two[..two.len() - behind]) {
        ([] | [_], [] | [_]) => true,
        ([first, second], [other, another]) => first == another && second == other,
        _ => false,
    }
}

fn written_out(word: &str) -> &str {
    match word.len() {
        2..=6 => LONG_FORMS.get(word).copied().unwrap_or(word),
        _ => word,
    }
}

/// Without the letter of a plural, also where it belongs to the word: it does in both texts then.
fn singular(word: &str) -> &str {
    match word.len() > 3 {
        true => word.strip_suffix(['s', 'x']).unwrap_or(word),
        false => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_found_as_by_counting() {
        let texts =
            ["", "a", "b", "ab", "ba", "abc", "acb", "abd", "bcd", "abcd", "abdc", "bacd", "badc", "abcde", "aabb"];
        for one in texts {
            for two in texts {
                let counted = osa::distance(one.chars(), two.chars()) <= 1;
                assert_eq!(is_one_slip(one.as_bytes(), two.as_bytes()), counted, "{one} {two}");
            }
        }
    }

    #[test]
    fn words_are_folded_cut_and_written_out() {
        assert_eq!(words("L'Évêché de St-Étienne"), ["eveche", "saint", "etienne"]);
        assert_eq!(words("Avenir84 / Maisons des Solidarités"), ["avenir", "84", "maison", "solidarite"]);
        assert_eq!(words("Bus  «Gal de Gaulle»"), ["bus", "general", "gaulle"]);
        assert_eq!(words(" - , "), Vec::<String>::new());
    }
}

//! A text as the words that are compared.

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

/// Calls `take` with each word of a text, in order: folded, cut where letters meet digits, without plurals, short forms
/// written out, and without words that say nothing.
pub(super) fn each_word(text: &str, mut take: impl FnMut(&str)) {
    let folded = fold(text);
    for piece in folded.split(|letter: char| !letter.is_alphanumeric()) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = behind;
            if !STOP.contains(&word) {
                take(singular(written_out(word)));
            }
        }
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = vec![];
    each_word(text, |word| words.push(word.to_owned()));
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
    osa::distance(one.chars(), two.chars()) <= if length >= LONG { 2 } else { 1 }
}

fn written_out(word: &str) -> &str {
    match word.len() {
        2..=6 => SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long),
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
    fn words_are_folded_cut_and_written_out() {
        assert_eq!(words("L'Évêché de St-Étienne"), ["eveche", "saint", "etienne"]);
        assert_eq!(words("Avenir84 / Maisons des Solidarités"), ["avenir", "84", "maison", "solidarite"]);
        assert_eq!(words("Bus  «Gal de Gaulle»"), ["bus", "general", "gaulle"]);
        assert_eq!(words(" - , "), Vec::<String>::new());
    }
}

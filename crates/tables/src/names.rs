//! Names as they are compared: trimmed, blanks collapsed, case and accents folded.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` as names are compared: `" Désignation  du lot "` and `"designation DU lot"` are one.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return collapse(text.chars().map(|c| c.to_ascii_lowercase()), text.len());
    }
    match text.chars().all(|c| USUAL.iter().any(|usual| usual.contains(&u32::from(c)))) {
        true => collapse(text.chars().flat_map(|c| PLAIN.of(c).chars()), text.len()),
        false => collapse(plain(text), text.len()),
    }
}

/// What French texts are written in: ASCII and Latin letters; dashes, quotation marks and dots.
const USUAL: [Range<u32>; 2] = [0..0x250, 0x2010..0x2028];

/// What [`plain`] makes of each usual letter: none of them is a mark, so that each stands on its own.
static PLAIN: LazyLock<Plain> = LazyLock::new(Plain::new);

struct Plain {
    text: String,
    /// Where each letter of [`USUAL`] ends in `text`.
    ends: Vec<usize>,
}

impl Plain {
    fn new() -> Self {
        let (mut text, mut ends) = (String::new(), vec![]);
        for letter in USUAL.into_iter().flatten().filter_map(char::from_u32) {
            text.extend(plain(letter.encode_utf8(&mut [0; 4])));
            ends.push(text.len());
        }
        Self { text, ends }
    }

    fn of(&self, letter: char) -> &str {
        let [letters, signs] = USUAL;
        let letter = u32::from(letter);
        let nth = if letters.contains(&letter) { letter } else { letter - signs.start + letters.end } as usize;
        let start = nth.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[nth]]
    }
}

/// Letters without case and marks. Compatibility forms too: a ligature or a full-width letter is the same letter to
/// whoever reads the name.
fn plain(text: &str) -> impl Iterator<Item = char> {
    // Lower case may need marks taken off once more: a capital with a dot above leaves the dot behind.
    let lower = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    lower.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).flat_map(|c| {
        let (first, second) = match c {
            'œ' => ('o', Some('e')),
            'æ' => ('a', Some('e')),
            'ß' => ('s', Some('s')),
            _ => (c, None),
        };
        std::iter::once(first).chain(second)
    })
}

/// Of no width, so nobody sees it in a header.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')
}

fn collapse(text: impl Iterator<Item = char>, length: usize) -> String {
    let mut collapsed = String::with_capacity(length);
    let mut after_blank = false;
    for c in text {
        if c.is_whitespace() {
            after_blank = true;
            continue;
        }
        if std::mem::take(&mut after_blank) && !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push(c);
    }
    collapsed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blanks_case_and_accents_do_not_count() {
        for (a, b) in [
            ("Nmarché", "NMARCHE"),
            ("  Type ", "type"),
            ("Code\u{a0}\u{202f}postal", "code postal"),
            ("De\u{301}partement", "Département"),
            ("Numéro\nde SIRET", "numero de siret"),
            ("Œuvre", "oeuvre"),
            ("Straße", "STRASSE"),
            ("\u{feff}id", "id"),
            ("ﬁche", "FICHE"),
        ] {
            assert_eq!(fold(a), fold(b), "{a:?} {b:?}");
        }
        assert_ne!(fold("n°"), fold("n"));
        assert_ne!(fold("code_postal"), fold("code postal"));
    }

    #[test]
    fn each_usual_letter_is_folded_as_the_rest_is() {
        for letter in USUAL.into_iter().flatten().filter_map(char::from_u32) {
            let text = format!("é{letter}a");
            assert_eq!(fold(&text), collapse(plain(&text), 0), "{letter:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn ascii_is_folded_as_the_rest_is(word in "[ -~]{0,20}") {
            prop_assert_eq!(fold(&word), collapse(plain(&word), 0));
        }

        #[test]
        fn usual_letters_are_folded_as_the_rest_is(text in "[\\x00-\u{25f}\u{300}\u{2000}-\u{2030}]{0,20}") {
            prop_assert_eq!(fold(&text), collapse(plain(&text), 0));
        }
    }
}

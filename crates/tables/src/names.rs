//! Names as they are compared: trimmed, blanks collapsed, case and accents folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` as names are compared: `" Désignation  du lot "` and `"designation DU lot"` are one.
pub fn fold(text: &str) -> String {
    match text.is_ascii() {
        true => collapse(text.chars().map(|c| c.to_ascii_lowercase()), text.len()),
        false => collapse(plain(text), text.len()),
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
    }
}

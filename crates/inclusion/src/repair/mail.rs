//! E-mail addresses: blanks and `mailto:` taken away, the first of several.

use super::{Repaired, Step};

/// Reads an address; whether the schema takes it says `is_valid`.
pub(crate) fn repair(text: &str, is_valid: impl Fn(&str) -> bool) -> Repaired<'_> {
    if is_valid(text) && !text.contains(['<', '>']) && text.trim().len() == text.len() {
        return Repaired::kept(text);
    }
    let whole = bare(text);
    if is_valid(whole) {
        return Repaired::made(whole, Step::Own("format"));
    }
    let pieces = || text.split(is_between).map(bare).filter(|piece| piece.contains('@'));
    match pieces().find(|piece| is_valid(piece)) {
        None => Repaired::left_out(Step::Own("unreadable")),
        Some(first) => Repaired::made(first, Step::Own(if pieces().nth(1).is_some() { "several" } else { "format" })),
    }
}

/// Whether a text looks like an address.
pub(crate) fn is_shaped(text: &str) -> bool {
    let Some((local, domain)) = text.trim().rsplit_once('@') else { return false };
    !local.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace)
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, ';' | ',' | '|' | '/' | '<' | '>' | '(' | ')')
}

/// Without blanks, `mailto:` and the name before it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = match text.split_once('<') {
        Some((_, address)) if address.ends_with('>') => address[..address.len() - 1].trim(),
        _ => text,
    };
    let is_scheme = text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let text = if is_scheme { &text[7..] } else { text };
    text.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Repaired<'_> {
        repair(text, |text| text.trim() == text && !text.contains([' ', ';', ',', ':', '/']) && is_shaped(text))
    }

    #[test]
    fn what_stands_around_an_address_is_taken_away() {
        for text in [
            " contact@a.fr ",
            "mailto:contact@a.fr",
            "Accueil <contact@a.fr>",
            "contact@a.fr (accueil)",
            "Écrire à contact@a.fr",
        ] {
            assert_eq!(read(text), Repaired::made("contact@a.fr", Step::Own("format")), "{text}");
        }
        assert_eq!(read("contact@a.fr"), Repaired::kept("contact@a.fr"));
        for text in ["contact@a.fr;mairie@a.fr", "contact@a.fr / mairie@a.fr", "contact@a.fr ou mairie@a.fr"] {
            assert_eq!(read(text), Repaired::made("contact@a.fr", Step::Own("several")), "{text}");
        }
        for text in ["", "contact", "@", "contact@", "contact at a.fr"] {
            assert_eq!(read(text), Repaired::left_out(Step::Own("unreadable")), "{text}");
        }
    }
}

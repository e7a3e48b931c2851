//! Addresses of pages: a scheme where there is none, the first of several.

use super::{Repaired, Step};

/// Reads an address; whether the schema takes it is for others to say.
pub(crate) fn repair(text: &str) -> Repaired<'_> {
    let trimmed = text.trim();
    let pieces = pieces(trimmed);
    let (address, is_several) = match pieces[..] {
        _ if trimmed.contains(char::is_control) && !trimmed.contains(['\n', '\r', '\t']) => {
            return Repaired::left_out(Step::Own("unreadable"));
        }
        [] => return Repaired::left_out(Step::Own("unreadable")),
        [one] => (one, false),
        [first, ..] => (first, true),
    };
    let mut repaired = match has_scheme(address) {
        true if address == text => Repaired::kept(text),
        true => Repaired { value: Some(address.into()), ..Repaired::kept(text) },
        false if is_host(address) => Repaired::made(format!("https://{address}"), Step::Shared("url.scheme")),
        false => return Repaired::left_out(Step::Own("unreadable")),
    };
    if is_several {
        repaired.tell(Step::Shared("url.several"));
    }
    repaired
}

/// Whether a text looks like an address.
pub(crate) fn is_shaped(text: &str) -> bool {
    let text = text.trim();
    text.len() > 8 && (has_scheme(text) || text.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("www.")))
}

/// Whether a text can be read as an address.
pub(crate) fn is_readable(text: &str) -> bool {
    repair(text).value.is_some_and(|address| url::Url::parse(&address).is_ok())
}

/// The addresses in a text; what stands between two of them is a blank or a separator with one after it.
fn pieces(text: &str) -> Vec<&str> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, ';' | ',' | '|');
    if !text.contains(is_between) {
        return vec![text];
    }
    let pieces: Vec<&str> = text.split(is_between).filter(|piece| has_scheme(piece) || is_host(piece)).collect();
    // A comma may be part of an address; an address with a blank in it is none.
    let is_whole = |piece: &&str| piece.split_once("//").is_none_or(|(_, behind)| is_host(behind));
    match pieces.len() {
        0 | 1 if has_scheme(text) && !text.contains(char::is_whitespace) => vec![text],
        _ if !pieces.iter().all(is_whole) => vec![],
        _ => pieces,
    }
}

fn has_scheme(text: &str) -> bool {
    ["http:", "https:"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)))
}

/// Whether a text without a scheme begins with the name of a host, and is no e-mail address.
fn is_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let is_label = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_');
    !text.contains('@')
        && !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(is_label)
        && (2..=24).contains(&top.chars().count())
        && top.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_added_where_there_is_none() {
        for (text, address) in [
            ("www.rennes.fr", "https://www.rennes.fr"),
            ("rennes.fr/a?b=c", "https://rennes.fr/a?b=c"),
            (" a.fr ", "https://a.fr"),
        ] {
            assert_eq!(repair(text), Repaired::made(address, Step::Shared("url.scheme")), "{text}");
        }
        for text in ["http://a.fr", "HTTPS://a.fr/x,y;z", "https://a.fr/?u=https://b.fr"] {
            assert_eq!(repair(text), Repaired::kept(text), "{text}");
        }
    }

    #[test]
    fn of_several_the_first_counts() {
        for text in [
            "https://a.fr https://b.fr",
            "https://a.fr;www.b.fr",
            "https://a.fr, b.fr",
            "voir https://a.fr ou https://b.fr",
        ] {
            assert_eq!(repair(text), Repaired::made("https://a.fr", Step::Shared("url.several")), "{text}");
        }
        assert_eq!(repair("www.a.fr / www.b.fr").steps(), [Step::Shared("url.scheme"), Step::Shared("url.several")]);
    }

    #[test]
    fn what_is_no_address_is_left_out() {
        for text in ["en cours", "", "http://exa mple.fr", "a@b.fr", "facebook", "N/A", "htpp//a", "-", "...", "1.5"] {
            assert_eq!(repair(text), Repaired::left_out(Step::Own("unreadable")), "{text}");
        }
    }
}

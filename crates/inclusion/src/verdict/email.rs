//! E-mail addresses, by the rules of the package's validator.
//!
//! One address, trimmed, alone or as `Name <address>`; the part before `@` is a dot-atom of any length, of any script;
//! the part after it is a name of the network that everybody can reach.

mod domain;

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer texts are refused before they are looked at, in code points.
const LONGEST_CHARS: usize = 2048;

/// Longest address, in bytes.
const LONGEST_BYTES: usize = 254;

/// `Name <address>`, with or without a name, in quotes or not.
static PRETTY: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"[\p{L}\p{N}_.!#$%&'*+\-/=?^`{|}~]";
    let form = format!(r#"^[\s\x1c-\x1f]*(?:(?:{name}+\s+)*{name}+|"[^\n]+")?\s*<([^\n]+)>[\s\x1c-\x1f]*$"#);
    Regex::new(&form).expect("a valid expression")
});

/// What the address is checked for apart from its letters: one class of characters.
static UNSAFE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{Z}\p{C}]").expect("a valid expression"));

/// Whether a text is an address to the package.
pub(super) fn is_valid(text: &str) -> bool {
    if super::code::is_longer(text, LONGEST_CHARS) || text.contains(['\r', '\n']) {
        return false;
    }
    let address = trim(text);
    if !address.ends_with('>') {
        return is_address(address);
    }
    match PRETTY.captures(text).and_then(|found| found.get(1)) {
        Some(inside) => is_address(trim(inside.as_str())),
        // Angle brackets are no part of an address.
        None => false,
    }
}

/// Blanks as the package's language knows them: four separators of ASCII too.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\x1c'..='\x1f'))
}

fn is_address(address: &str) -> bool {
    // A quoted part, or one in angle brackets, is never allowed: whichever comes first decides.
    let Some(at) = address.find(['@', '"', '<']).filter(|at| address[*at..].starts_with('@')) else { return false };
    let (local, domain) = (&address[..at], &address[at + 1..]);
    if address.len() > LONGEST_BYTES || !is_local(local) {
        return false;
    }
    let Some(lengths) = domain::lengths(domain) else { return false };
    let local = if local.is_ascii() { local.len() } else { local.nfc().map(char::len_utf8).sum() };
    lengths.into_iter().all(|domain| local + 1 + domain <= LONGEST_BYTES)
}

/// Whether the part before `@` is allowed, as it stands and as it is normalized.
fn is_local(local: &str) -> bool {
    if local.is_ascii() {
        return is_dot_atom(local);
    }
    let normal: String = local.nfc().collect();
    [local, &normal].into_iter().all(|local| is_dot_atom(local) && (local.is_ascii() || is_safe(local)))
}

/// Atoms with one point between two.
fn is_dot_atom(text: &str) -> bool {
    let mut is_after_point = true;
    for c in text.chars() {
        match c {
            '.' if is_after_point => return false,
            '.' => is_after_point = true,
            _ if is_atom(c) => is_after_point = false,
            _ => return false,
        }
    }
    !is_after_point
}

fn is_atom(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Whether people can see what it is: no blanks, no control, no mark without a letter before it.
fn is_safe(text: &str) -> bool {
    !text.chars().next().is_some_and(is_combining_mark) && !UNSAFE.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_alone_or_behind_a_name() {
        for good in [
            "a@b.fr",
            " a@b.fr ",
            "\u{a0}a@b.fr\u{2003}",
            "Name <a@b.fr>",
            "<a@b.fr>",
            "\"N, M\" <a@b.fr>",
            "é@b.fr",
            "a.b+c@B.FR",
            "o'neil@b.fr",
            "a@b-c.fr",
            "a@1.fr",
            "a@xn--9ca.fr",
            "a@é.fr",
            "< a@b.fr >",
            &format!("{}@b.fr", "a".repeat(65)),
            &format!("a@{}.fr", "b".repeat(63)),
        ] {
            assert!(is_valid(good), "{good:?}");
        }
        for bad in [
            "",
            "a",
            "@b.fr",
            "a@",
            "a@b",
            "a@b.1",
            "a b@c.fr",
            "a@b@c.fr",
            "a@b.fr; c@d.fr",
            "a..b@c.fr",
            ".a@b.fr",
            "a.@b.fr",
            "\"a\"@b.fr",
            "a@b.fr\n",
            "a@[1.2.3.4]",
            "a@-b.fr",
            "a@b-.fr",
            "a@b..fr",
            "a@b.fr.",
            "a@b.test",
            "a@localhost",
            "a@x.local",
            "a@b_c.fr",
            "N <a@b.fr",
            "a@b.fr>",
            "<a@b.fr> x",
            "a@ab--c.fr",
            "a@xn--zz.fr",
            "a@\u{202e}b.fr",
            "\u{301}a@b.fr",
            "a\u{200b}@b.fr",
            "a@❤.fr",
            "mailto:a@b.fr, x",
            &format!("a@{}.fr", "b".repeat(64)),
            &format!("{}@b.fr", "a".repeat(250)),
        ] {
            assert!(!is_valid(bad), "{bad:?}");
        }
    }
}

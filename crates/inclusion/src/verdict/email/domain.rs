//! The part of an e-mail address after the `@`.

use std::sync::LazyLock;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use regex::Regex;

use super::is_safe;

/// Longest name, in characters as it is given and in bytes as it is sent.
const LONGEST: usize = 253;

/// Longest part between two points, as it is sent.
const LONGEST_LABEL: usize = 63;

/// Names that no public mail can go to, and all below them.
const RESERVED: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// What a letter of a registered name may be: small letters, those without case, marks, digits, and few others. Symbols
/// are not, though browsers take them; nor are old Hangul, musical marks, and what only lengthens or repeats.
static LETTERS: LazyLock<Regex> = LazyLock::new(|| {
    let taken =
        r"\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}a-z0-9.\-·׳״・\u{375}\u{3007}\u{6fd}\u{6fe}\u{f0b}\u{13a0}-\u{13f5}";
    let refused = r"\u{640}\u{7fa}\u{302e}\u{302f}\u{3031}-\u{3035}\u{303b}\u{1100}-\u{11ff}\u{a960}-\u{a97f}\u{d7b0}-\u{d7ff}\u{20d0}-\u{20ff}\u{1d100}-\u{1d24f}";
    Regex::new(&format!("^[{taken}&&[^{refused}]]*$")).expect("a valid expression")
});

/// Characters that a name may have only beside others: a point between two `l`, a Greek sign before a Greek letter, Hebrew
/// signs after a Hebrew one, the point of Japanese in Japanese.
static MISPLACED: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"^·|·$|[^l]·|·[^l]|\u{375}(?:\P{Greek}|$)|(?:^|\P{Hebrew})[׳״]|^[^\p{Hiragana}\p{Katakana}\p{Han}]*・[^\p{Hiragana}\p{Katakana}\p{Han}]*$";
    Regex::new(form).expect("a valid expression")
});

/// Characters that no name may have before it is mapped: controls, formats, blanks, those that stand for a point.
static REFUSED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\u{80}-\u{9f}\p{Cn}\p{Co}\p{Z}]").expect("a valid expression"));

/// Lengths of a valid name in bytes, as people read it and as it is sent; nothing of an invalid one.
pub(super) fn lengths(domain: &str) -> Option<[usize; 2]> {
    if domain.chars().count() > LONGEST {
        return None;
    }
    let is_plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    if is_plain && !has_punycode(domain) {
        return is_host(domain).then_some([domain.len(); 2]);
    }
    let is_allowed = domain.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    if !is_allowed || !is_safe(domain) || REFUSED.is_match(domain) {
        return None;
    }
    let (unicode, ascii) = mapped(domain)?;
    (is_host(&ascii) && is_registrable(&unicode)).then_some([unicode.len(), ascii.len()])
}

fn has_punycode(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("xn--")))
}

/// As people read it, and as it is sent.
fn mapped(domain: &str) -> Option<(String, String)> {
    let rules = Uts46::new();
    let (unicode, read) = rules.to_unicode(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    read.ok()?;
    let ascii = rules.to_ascii(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore).ok()?;
    Some((unicode.into_owned(), ascii.into_owned()))
}

/// Whether a name in ASCII is one of a host that everybody can reach.
fn is_host(domain: &str) -> bool {
    let has_top = domain.contains('.') && domain.ends_with(|c: char| c.is_ascii_alphabetic());
    has_top && domain.len() <= LONGEST && domain.split('.').all(is_label) && !is_reserved(domain)
}

fn is_label(label: &str) -> bool {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_hyphens = label.get(2..4) == Some("--") && !label[..2].eq_ignore_ascii_case("xn");
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(is_host)
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !has_hyphens
}

fn is_reserved(domain: &str) -> bool {
    let top = domain.rsplit('.').next().unwrap_or_default();
    RESERVED.iter().any(|name| top.eq_ignore_ascii_case(name))
}

/// Whether each letter of a name is one that a registry takes, where it stands.
fn is_registrable(domain: &str) -> bool {
    LETTERS.is_match(domain) && domain.split('.').all(is_readable_label)
}

fn is_readable_label(label: &str) -> bool {
    let has_hyphens = label.chars().skip(2).take(2).eq("--".chars());
    let is_cut = label.starts_with('-') || label.ends_with('-');
    !has_hyphens && !is_cut && is_safe(label) && (label.is_ascii() || !MISPLACED.is_match(label))
}

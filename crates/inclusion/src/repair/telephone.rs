//! Telephone numbers in the international form E.164, by the rules of the platform for numbers overseas.
//!
//! A number without a code is asked of each territory in turn; what counts as a number there says the metadata of
//! libphonenumber. `+33` is often written for numbers of the overseas départements too.

mod plan;

use std::borrow::Cow;
use std::sync::LazyLock;

use plan::Plan;

use super::{Repaired, Step};

/// A territory: its code, and how its numbers are dialled.
struct Territory {
    code: String,
    /// A 0 is dialled before its numbers.
    has_prefix: bool,
    /// `+33` is written for it, too.
    is_departement: bool,
    plan: Plan,
}

/// In the order in which they are asked: code, whether a 0 is dialled, whether it is a département or like one. Mayotte and
/// La Réunion share theirs.
const OF_FRANCE: [(u16, bool, bool); 9] = [
    (262, true, true),
    (590, true, true),
    (594, true, true),
    (596, true, true),
    (508, true, true),
    (681, false, false),
    (689, false, false),
    (687, false, false),
    (33, true, false),
];

/// The code of metropolitan France.
const FRANCE: &str = "33";

static TERRITORIES: LazyLock<Vec<Territory>> = LazyLock::new(|| {
    let territory = |(code, has_prefix, is_departement): (u16, bool, bool)| Territory {
        code: code.to_string(),
        has_prefix,
        is_departement,
        plan: Plan::of_france(code),
    };
    OF_FRANCE.into_iter().map(territory).collect()
});

/// A number that is neither short nor international has as many digits at least.
const FEWEST_DIGITS: usize = 7;

/// More digits are of no number, whatever stands between them.
const MOST_DIGITS: usize = 17;

/// Reads a telephone number; of several the first that can be read.
pub(crate) fn repair(text: &str) -> Repaired<'_> {
    if is_international(text) && read(text).as_deref() == Some(text) {
        return Repaired::kept(text);
    }
    if let Some(number) = read(text) {
        return match number == text {
            true => Repaired::kept(text),
            false => Repaired::made(number, Step::Own("format")),
        };
    }
    let pieces = pieces(text);
    let Some(number) = pieces.iter().find_map(|piece| read(piece)) else {
        return Repaired::left_out(Step::Own("unreadable"));
    };
    let count = pieces.iter().filter(|piece| digits(piece).len() >= FEWEST_DIGITS).count();
    Repaired::made(number, Step::Own(if count > 1 { "several" } else { "format" }))
}

/// Whether a text can be read as a telephone number.
pub(crate) fn is_readable(text: &str) -> bool {
    repair(text).value.is_some()
}

/// Whether a text looks like a French telephone number, or one with a code.
pub(crate) fn is_shaped(text: &str) -> bool {
    let digits = digits(text);
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b" .-+/()".contains(&byte));
    is_plain
        && (digits.len() == 10 && digits.starts_with('0') && !digits.starts_with("00")
            || text.trim_start().starts_with('+') && digits.len() > FEWEST_DIGITS)
}

/// The number that the whole of a text is.
fn read(text: &str) -> Option<String> {
    let number = text.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '+' && letter != '(');
    let is_mark = |letter: char| {
        letter.is_whitespace() || matches!(letter, '.' | '-' | '/' | '(' | ')' | '+' | '\u{2010}'..='\u{2013}')
    };
    if !number.chars().all(|letter| letter.is_ascii_digit() || is_mark(letter)) || text.len() > number.len() + 24 {
        return None;
    }
    let is_lead_blank = text[..text.len() - number.len()].chars().all(|letter| !letter.is_ascii_digit());
    let digits = digits(number);
    if !is_lead_blank || !(2..=MOST_DIGITS).contains(&digits.len()) {
        return None;
    }
    let trimmed = number.trim_start_matches(['(', ' ']);
    if let Some(international) = digits.strip_prefix("00").filter(|_| !trimmed.starts_with('+')) {
        return of_code(international);
    }
    if trimmed.starts_with('+') {
        return of_code(&digits);
    }
    if is_short(&digits) {
        return Some(digits.into_owned());
    }
    if digits.len() < FEWEST_DIGITS {
        return None;
    }
    TERRITORIES.iter().find_map(|territory| of_territory(territory, &digits))
}

/// A number with its code. What stands in brackets behind it, `+33 (0)1`, is dialled inside the country alone.
fn of_code(digits: &str) -> Option<String> {
    let of_prefix = |territory: &Territory, national: &str| {
        let bare = national.strip_prefix('0').filter(|_| territory.has_prefix).unwrap_or(national);
        bare.to_owned()
    };
    if let Some(national) = digits.strip_prefix(FRANCE) {
        let mut all = TERRITORIES.iter().filter(|territory| territory.is_departement || territory.code == FRANCE);
        return all.find_map(|territory| valid(territory, &of_prefix(territory, national)));
    }
    let mut same_code = TERRITORIES.iter().filter(|territory| digits.starts_with(&territory.code)).peekable();
    if same_code.peek().is_none() {
        return plan::is_abroad(digits).then(|| format!("+{digits}"));
    }
    same_code.find_map(|territory| {
        let national = of_prefix(territory, &digits[territory.code.len()..]);
        territory.plan.has(&national).then(|| international(&territory.code, &national))
    })
}

/// A number without a code, as it would be dialled in a territory.
fn of_territory(territory: &Territory, digits: &str) -> Option<String> {
    let national = digits.strip_prefix('0').filter(|_| territory.has_prefix).unwrap_or(digits);
    // Else its own code, without the sign that says so.
    valid(territory, national).or_else(|| valid(territory, national.strip_prefix(territory.code.as_str())?))
}

/// Numbers of services are the same ones all over France, and are France's.
fn valid(territory: &Territory, national: &str) -> Option<String> {
    let is_service = national.starts_with(['8', '9']);
    let may_be = !is_service || territory.code == FRANCE;
    (may_be && territory.plan.has(national)).then(|| international(&territory.code, national))
}

fn international(code: &str, national: &str) -> String {
    format!("+{code}{national}")
}

fn is_international(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Numbers of emergencies and services, which no code goes before.
fn is_short(digits: &str) -> bool {
    match digits.len() {
        2 => matches!(digits, "15" | "17" | "18"),
        3 => digits.starts_with('1'),
        4 => digits.starts_with('3') || digits.starts_with("10"),
        6 => digits.starts_with("116") || digits.starts_with("118"),
        _ => false,
    }
}

/// The numbers that a text with more than one may hold.
fn pieces(text: &str) -> Vec<&str> {
    let is_between =
        |letter: char| letter.is_alphabetic() || matches!(letter, '/' | ';' | ',' | '|' | '\n' | '\r' | ':' | '&');
    text.split(is_between).filter(|piece| piece.bytes().any(|byte| byte.is_ascii_digit())).collect()
}

fn digits(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(char::is_ascii_digit).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_the_code_of_their_territory() {
        for (text, number) in [
            ("01 23 45 67 89", "+33123456789"),
            ("01.23.45.67.89", "+33123456789"),
            ("01/23/45/67/89", "+33123456789"),
            ("+33 (0)1 23 45 67 89", "+33123456789"),
            ("0033 1 23 45 67 89", "+33123456789"),
            ("33 1 23 45 67 89", "+33123456789"),
            ("123456789", "+33123456789"),
            ("Tél. : 01 23 45 67 89", "+33123456789"),
            ("06 39 00 00 00", "+262639000000"),
            ("+33262000000", "+262262000000"),
            ("05 08 41 10 50", "+508411050"),
            ("40 41 57 00", "+68940415700"),
            ("09 12 34 56 78", "+33912345678"),
            ("08 00 12 34 56", "+33800123456"),
            ("+355 23 45 67 89", "+35523456789"),
            ("33-33", "3333"),
            ("116 000", "116000"),
        ] {
            assert_eq!(repair(text), Repaired::made(number, Step::Own("format")), "{text}");
        }
        for text in ["+33123456789", "3939", "15"] {
            assert_eq!(repair(text), Repaired::kept(text));
        }
    }

    #[test]
    fn of_several_the_first_that_can_be_read_counts() {
        for (text, number, step) in [
            ("06 12 34 56 78 ou 03 80 00 00 00", "+33612345678", "several"),
            ("04 60 00 00 01 / 06 12 34 56 79", "+33460000001", "several"),
            ("12 34 56 78 99 00; 06 12 34 56 79", "+33612345679", "several"),
            ("01 23 45 67 89 (accueil)", "+33123456789", "format"),
        ] {
            assert_eq!(repair(text), Repaired::made(number, Step::Own(step)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_left_out() {
        for text in
            ["+33 1 23 45 67", "27 31 15", "72 25 73", "00", "rien", "", "0", "99", "01 23 45 67 89 0", "87 12 34 56"]
        {
            assert_eq!(repair(text), Repaired::left_out(Step::Own("unreadable")), "{text}");
        }
    }

    #[trial::test_with_data]
    fn official_cases_are_read_as_the_platform_reads_them() {
        let text = std::fs::read_to_string(trial::data("inclusion/official/phone_cases.json")).unwrap();
        let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let Some(input) = case[0].as_str() else { continue };
            assert_eq!(read(input).as_deref(), case[1].as_str(), "{input}");
        }
    }
}

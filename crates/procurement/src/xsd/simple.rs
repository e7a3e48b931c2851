//! The types of texts: what libxml2 takes for a number, a day, a text of a closed list.

use crate::element::is_blank;
use crate::value::Decimal;

/// The type of a text: it must be of one of these kinds.
#[derive(Debug)]
pub(crate) struct Simple {
    pub(crate) members: Vec<Member>,
    /// The name of a type of XSD itself, where the element has it as it is.
    pub(crate) builtin: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) base: Base,
    pub(crate) facets: Vec<Facet>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Text,
    Integer,
    Decimal,
    Date,
    /// `true` or `1`, `false` or `0`.
    Boolean,
}

/// What more is asked of a text.
#[derive(Debug)]
pub(crate) enum Facet {
    OneOf(Vec<String>),
    MinLength(usize),
    MaxLength(usize),
    /// A number, as JSON would write it.
    Least(String),
    Most(String),
    Shape(Shape),
}

/// The patterns of the schemas: each of them is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Fourteen digits.
    Siret,
    /// Eight digits, then perhaps a dash and one more.
    Cpv,
    /// Fourteen digits, then 7 to 16 characters that break no line.
    Uid,
}

impl Simple {
    pub(crate) fn allows(&self, text: &str) -> bool {
        self.members.iter().any(|member| member.allows(text))
    }

    /// Whether JSON has a number for it.
    pub(crate) fn is_number(&self) -> bool {
        self.members.iter().any(|member| matches!(member.base, Base::Integer | Base::Decimal))
    }

    /// Whether JSON has a truth value for it; from 2.0.1 on the schema lists the words for it.
    pub(crate) fn is_boolean(&self) -> bool {
        let says_oui = |facet: &Facet| matches!(facet, Facet::OneOf(words) if words.iter().any(|word| word == "oui"));
        self.members.iter().any(|member| member.base == Base::Boolean || member.facets.iter().any(says_oui))
    }

    pub(crate) fn is_date(&self) -> bool {
        self.members.iter().any(|member| member.base == Base::Date)
    }

    /// The closed list of texts, where there is one.
    pub(crate) fn words(&self) -> Option<&[String]> {
        let facets = self.members.iter().flat_map(|member| &member.facets);
        facets.into_iter().find_map(|facet| match facet {
            Facet::OneOf(words) => Some(words.as_slice()),
            _ => None,
        })
    }

    /// The number that a text is by the type, whatever more is asked of it, as JSON would write it.
    pub(crate) fn number<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.members.iter().find_map(|member| member.base.number(text))
    }
}

impl Base {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "string" | "anyURI" => Some(Self::Text),
            "integer" | "int" => Some(Self::Integer),
            "boolean" => Some(Self::Boolean),
            "decimal" => Some(Self::Decimal),
            "date" => Some(Self::Date),
            _ => None,
        }
    }

    /// The text of a number without blanks around it and without a plus.
    fn number(self, text: &str) -> Option<&str> {
        let text = trimmed(text);
        let (text, unsigned) = match text.as_bytes().first() {
            Some(b'+') => (&text[1..], &text[1..]),
            Some(b'-') => (text, &text[1..]),
            _ => (text, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
        let is_of_it = match self {
            Self::Integer => is_number && !unsigned.contains('.'),
            Self::Decimal => is_number,
            Self::Text | Self::Date | Self::Boolean => false,
        };
        is_of_it.then_some(text)
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| u8::try_from(c).is_ok_and(is_blank))
}

impl Member {
    fn allows(&self, text: &str) -> bool {
        match self.base {
            Base::Text => self.facets.iter().all(|facet| facet.allows_text(text)),
            // libxml2 takes no blanks around a day, other than the standard (2.14, and those before it).
            Base::Date => is_day(text),
            Base::Boolean => matches!(trimmed(text), "true" | "false" | "1" | "0"),
            Base::Integer | Base::Decimal => self.base.number(text).is_some_and(|number| {
                let number = Decimal::read(number);
                self.facets.iter().all(|facet| facet.allows_number(&number))
            }),
        }
    }
}

impl Facet {
    fn allows_text(&self, text: &str) -> bool {
        match self {
            Self::OneOf(words) => words.iter().any(|word| word == text),
            Self::MinLength(least) => text.chars().take(*least).count() >= *least,
            Self::MaxLength(most) => text.len() <= *most || text.chars().take(most + 1).count() <= *most,
            Self::Shape(shape) => shape.fits(text),
            Self::Least(_) | Self::Most(_) => true,
        }
    }

    fn allows_number(&self, number: &Decimal<'_>) -> bool {
        match self {
            Self::Least(least) => *number >= Decimal::read(least),
            Self::Most(most) => *number <= Decimal::read(most),
            _ => true,
        }
    }
}

impl Shape {
    /// The shape that a pattern of the schemas asks for.
    pub(crate) fn of_pattern(pattern: &str) -> Option<Self> {
        match pattern {
            "([0-9]{14,14})" | "([0-9]{14})" => Some(Self::Siret),
            r"([0-9]{8,8}(\-[0-9])?)" | "([0-9]{8}(-[0-9])?)" => Some(Self::Cpv),
            "[0-9]{14}.{7,16}" => Some(Self::Uid),
            _ => None,
        }
    }

    fn fits(self, text: &str) -> bool {
        let is_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
        match (self, text.as_bytes()) {
            (Self::Siret, bytes) => bytes.len() == 14 && is_digits(bytes),
            (Self::Cpv, bytes) => match bytes.len() {
                8 => is_digits(bytes),
                10 => is_digits(&bytes[..8]) && bytes[8] == b'-' && bytes[9].is_ascii_digit(),
                _ => false,
            },
            (Self::Uid, bytes) => {
                let begins = bytes.len() >= 14 && is_digits(&bytes[..14]);
                begins && (7..=16).contains(&text[14..].chars().count()) && !text.contains(['\n', '\r'])
            }
        }
    }
}

/// A day of the calendar, with or without a zone: `2024-02-29+01:00`.
fn is_day(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some((year, rest)) = unsigned.split_once('-') else { return false };
    let is_year = year.len() >= 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (year.len() == 4 || !year.starts_with('0'))
        && year != "0000"
        && year.parse::<i64>().is_ok();
    let bytes = rest.as_bytes();
    let two = |at: usize| match bytes.get(at..at + 2) {
        Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    };
    let (Some(month), Some(day), Some(b'-')) = (two(0), two(3), bytes.get(2)) else { return false };
    is_year && day > 0 && day <= days_of(year, month, text.starts_with('-')) && is_zone(&rest[5..])
}

fn days_of(year: &str, month: u8, is_before: bool) -> u8 {
    // Leap years repeat after 400, so the last four digits tell; those before our era count from its year 0.
    let last = year[year.len().saturating_sub(4)..].parse::<i64>().unwrap_or(1);
    let year = if is_before { -last } else { last };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(is_leap),
        _ => 0,
    }
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        b"" | b"Z" => true,
        [b'+' | b'-', a @ b'0'..=b'9', b @ b'0'..=b'9', b':', c @ b'0'..=b'9', d @ b'0'..=b'9'] => {
            let two = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
            let (hours, minutes) = (two(*a, *b), two(*c, *d));
            minutes < 60 && hours * 60 + minutes <= 14 * 60
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(base: Base, facets: Vec<Facet>) -> Simple {
        Simple { members: vec![Member { base, facets }], builtin: None }
    }

    /// Each line was put to libxml2 2.14.
    #[test]
    fn days_are_those_of_libxml2() {
        for text in [
            "0001-01-01",
            "-0001-01-01",
            "-0004-02-29",
            "10000-02-29",
            "12024-01-01",
            "2024-03-02Z",
            "2024-03-02+14:00",
            "2024-03-02-14:00",
            "2000-02-29",
            "9223372036854775807-01-01",
            "2024-03-02-00:00",
        ] {
            assert!(is_day(text), "{text}");
        }
        for text in [
            "",
            "0000-01-01",
            "02024-01-01",
            "-0001-02-29",
            "10001-02-29",
            "110100-02-29",
            "2024-03-02+14:01",
            "2024-03-02+24:00",
            "2024-03-02+13:60",
            "2024-03-02+1:00",
            "2024-03-02 Z",
            "1900-02-29",
            " 2024-03-02 ",
            "2024-3-2",
            "2024-00-01",
            "2024-13-01",
            "2024-04-31",
            "9223372036854775808-01-01",
            "+2024-03-02",
            "2024-03-02z",
            "2024-03-02+01",
            "2024-03-02+0100",
            "20240302",
            "--2024-01-01",
            "2024-02-29+14:00Z",
            "2024--2-29",
            "2024-03-02T00:00:00",
            "2024-03-0é",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_libxml2() {
        let amount = of(Base::Decimal, vec![Facet::Least("1".to_owned())]);
        for text in ["1", "+1", "01", "1.", " 42 ", "1.0", "99999999999999999999999999.5", "\t1\n"] {
            assert!(amount.allows(text), "{text}");
        }
        for text in [
            "",
            " ",
            "-0",
            "0",
            ".5",
            "1,5",
            "1e3",
            "INF",
            "4 2",
            "0.999999999999999999999999",
            "１",
            "--1",
            "+",
            ".",
            "\u{a0}5",
            "+-3",
        ] {
            assert!(!amount.allows(text), "{text}");
        }
        let months = of(Base::Integer, vec![Facet::Least("1".to_owned())]);
        assert!(months.allows("013") && months.allows("+3") && months.allows(&"9".repeat(30)));
        assert!(!months.allows("13.0") && !months.allows("13.") && !months.allows("-0") && !months.allows("-+3"));
    }

    #[test]
    fn lengths_count_characters_and_blanks_count() {
        let id = of(Base::Text, vec![Facet::MinLength(1), Facet::MaxLength(16)]);
        assert!(id.allows(&"😀".repeat(16)) && id.allows(" "));
        assert!(!id.allows("") && !id.allows(&"é".repeat(17)));
        let shape = |shape| of(Base::Text, vec![Facet::Shape(shape)]);
        assert!(!shape(Shape::Siret).allows("80008710900479 ") && !shape(Shape::Siret).allows("8000871090047９"));
        assert!(shape(Shape::Cpv).allows("45261210-9") && !shape(Shape::Cpv).allows("452612109"));
        assert!(shape(Shape::Uid).allows("80008710900479éééééééé"));
        assert!(!shape(Shape::Uid).allows("80008710900479\n\n\n\n\n\n\n"));
    }

    proptest! {
        #[test]
        fn no_text_leads_it_astray(text in "[-+.0-9 :TZé٣]{0,16}") {
            let _ = is_day(&text);
            for base in [Base::Text, Base::Integer, Base::Decimal, Base::Date, Base::Boolean] {
                let simple = of(base, vec![Facet::Least("1".to_owned()), Facet::Shape(Shape::Uid)]);
                let _ = simple.allows(&text);
            }
        }
    }
}

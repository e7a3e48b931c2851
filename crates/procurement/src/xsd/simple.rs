//! The types of texts: what libxml2 takes for a number, a day, a text of a closed list.

use crate::element::is_blank;
use crate::value::Decimal;

use super::day::is_day;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(base: Base, facets: Vec<Facet>) -> Simple {
        Simple { members: vec![Member { base, facets }], builtin: None }
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
            for base in [Base::Text, Base::Integer, Base::Decimal, Base::Date, Base::Boolean] {
                let simple = of(base, vec![Facet::Least("1".to_owned()), Facet::Shape(Shape::Uid)]);
                let _ = simple.allows(&text);
            }
        }
    }
}

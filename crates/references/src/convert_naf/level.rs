//! The five levels of the NAF, and how their codes are written.

use tables::workbook::Value;

/// A level; its number is INSEE's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Section = 1,
    Division,
    Groupe,
    Classe,
    SousClasse,
}

impl Level {
    /// From the top.
    pub(super) const ALL: [Self; 5] = [Self::Section, Self::Division, Self::Groupe, Self::Classe, Self::SousClasse];

    pub(super) fn number(self) -> usize {
        self as usize
    }

    /// How messages call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Division => "division",
            Self::Groupe => "groupe",
            Self::Classe => "classe",
            Self::SousClasse => "sous-classe",
        }
    }

    /// What its codes look like: `9` a digit, `A` a capital.
    fn shape(self) -> &'static [u8] {
        match self {
            Self::Section => b"A",
            Self::Division => b"99",
            Self::Groupe => b"99.9",
            Self::Classe => b"99.99",
            Self::SousClasse => b"99.99A",
        }
    }

    /// The code in a cell, if it is one of this level. In INSEE's workbooks some codes are numbers: `01` is 1, and were
    /// a class one, `10.20` would be 10.2.
    pub(super) fn code(self, cell: Value<'_>) -> Option<String> {
        let text = match cell {
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => self.written(number)?,
            _ => return None,
        };
        let fits = |(letter, kind): (u8, &u8)| match kind {
            b'9' => letter.is_ascii_digit(),
            b'A' => letter.is_ascii_uppercase(),
            mark => letter == *mark,
        };
        (text.len() == self.shape().len() && text.bytes().zip(self.shape()).all(fits)).then_some(text)
    }

    /// A number with as many digits as the codes of this level.
    fn written(self, number: f64) -> Option<String> {
        let (width, decimals) = match self {
            Self::Division => (2, 0),
            Self::Groupe => (4, 1),
            Self::Classe => (5, 2),
            Self::Section | Self::SousClasse => return None,
        };
        let text = format!("{number:0width$.decimals$}");
        // Digits that the code has no room for must not be lost.
        let same = text.parse::<f64>().is_ok_and(|written| (written - number).abs() < 1e-9);
        same.then_some(text)
    }

    /// The code of this level that a code further down belongs to; not of a section, which is in no code.
    pub(super) fn above(self, code: &str) -> &str {
        &code[..self.shape().len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_codes_of_their_level() {
        for (level, number, code) in [
            (Level::Division, 1.0, Some("01")),
            (Level::Groupe, 1.1, Some("01.1")),
            (Level::Groupe, 10.0, Some("10.0")),
            (Level::Classe, 10.2, Some("10.20")),
            (Level::Classe, 1.11, Some("01.11")),
            (Level::Division, 1.5, None),
            (Level::Groupe, 1.11, None),
            (Level::Division, 100.0, None),
            (Level::Division, -1.0, None),
            (Level::Classe, f64::NAN, None),
            (Level::SousClasse, 1.0, None),
        ] {
            assert_eq!(level.code(Value::Number(number)).as_deref(), code, "{level:?} {number}");
        }
    }

    #[test]
    fn a_text_must_have_the_shape_of_its_level() {
        assert_eq!(Level::SousClasse.code(Value::Text(" 01.11Z ")).as_deref(), Some("01.11Z"));
        for text in ["1.11Z", "01.11", "01.11z", "0111Z", "é1.11Z", ""] {
            assert_eq!(Level::SousClasse.code(Value::Text(text)), None, "{text}");
        }
    }
}

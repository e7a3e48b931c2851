//! What all codes share: the macro that makes one from a check, the check's tool, and the error.

use std::fmt;

/// Makes a code of a function that says what is wrong with a text, if anything is, and allocates nothing.
///
/// A code that can be written in more than one way also names the function that writes it in one. The pattern is for
/// JSON Schema: it tells outsiders the shape, it is not what checks it.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $called:literal, like $example:literal, pattern $pattern:literal, $check:ident) => {
        code! { $(#[$doc])* $name, $called, like $example, pattern $pattern, $check, written by str::to_owned }
    };
    (
        $(#[$doc:meta])* $name:ident, $called:literal, like $example:literal, pattern $pattern:literal, $check:ident,
        written by $write:path
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What is wrong with a text, found without keeping it: nothing is allocated, whatever the answer.
            pub fn check(text: &str) -> Result<(), $crate::Flaw> {
                $check(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::CodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let called = concat!($called, " (such as `", $example, "`)");
                match Self::check(text) {
                    Ok(()) => Ok(Self($write(text))),
                    Err(flaw) => Err($crate::CodeError::new(text, called, flaw)),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::CodeError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::CodeError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    };
}
pub(crate) use code;

/// A text that is not the code it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {called}: {flaw}", Shortened(.value))]
pub struct CodeError {
    /// The text, whole; the message shows its beginning.
    pub value: String,
    called: &'static str,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a text: some registers accept a wrong key, none a wrong shape, so a step may branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is too long or too short, or a character is out of place.
    #[error("{0}")]
    Shape(Misfit),
    /// The shape is right, but the check digit does not fit the others: a typing error, or an invented number.
    #[error("{0}")]
    Key(&'static str),
}

/// Where a text leaves the shape of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It has another number of characters.
    Length { found: usize, needed: usize },
    /// A character, counted from 1, is another than the shape has there: `9` is a digit, `A` a capital letter, all else
    /// itself.
    Character { at: usize, found: char, shape: char },
    /// Each character is right, but no code begins or ends so.
    Value(&'static str),
}

impl Flaw {
    pub(crate) fn value(why: &'static str) -> Self {
        Self::Shape(Misfit::Value(why))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length { found: 1, needed } => write!(f, "it has 1 character, not {needed}"),
            Self::Length { found, needed } => write!(f, "it has {found} characters, not {needed}"),
            Self::Character { at, found, shape } => {
                write!(f, "character {at}, `{}`, is not ", found.escape_debug())?;
                match shape {
                    '9' => f.write_str("a digit"),
                    'A' => f.write_str("a capital letter"),
                    itself => write!(f, "`{itself}`"),
                }
            }
            Self::Value(why) => f.write_str(why),
        }
    }
}

impl CodeError {
    pub(crate) fn new(value: &str, called: &'static str, flaw: Flaw) -> Self {
        CodeError { value: value.to_owned(), called, flaw }
    }
}

/// At most 40 characters of a text, control characters escaped: a whole file pasted into a cell must not fill the log.
struct Shortened<'a>(&'a str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 40;
        let shown: String = self.0.chars().take(SHOWN).collect();
        let more = if self.0.chars().nth(SHOWN).is_some() { "…" } else { "" };
        write!(f, "{}{more}", shown.escape_debug())
    }
}

/// Compares a text with one shape: `9` stands for a digit, `A` for a capital letter, all else for itself.
///
/// What passes is ASCII, so it can be cut at any byte.
pub(crate) fn check_shape(text: &str, shape: &str) -> Result<(), Flaw> {
    // Nearly every text is right, and then its characters are bytes.
    let fits_byte = |(byte, place): (u8, u8)| fits(char::from(byte), char::from(place));
    if text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits_byte) {
        return Ok(());
    }
    let (found, needed) = (text.chars().count(), shape.len());
    if found != needed {
        return Err(Flaw::Shape(Misfit::Length { found, needed }));
    }
    let misplaced =
        text.chars().zip(shape.chars()).enumerate().find(|(_, (character, place))| !fits(*character, *place));
    match misplaced {
        Some((at, (found, shape))) => Err(Flaw::Shape(Misfit::Character { at: at + 1, found, shape })),
        None => Ok(()),
    }
}

fn fits(character: char, place: char) -> bool {
    match place {
        '9' => character.is_ascii_digit(),
        'A' => character.is_ascii_uppercase(),
        itself => character == itself,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why(text: &str, shape: &str) -> String {
        check_shape(text, shape).unwrap_err().to_string()
    }

    #[test]
    fn says_which_character_is_out_of_place() {
        assert_eq!(check_shape("62.01Z", "99.99A"), Ok(()));
        assert_eq!(why("", "99"), "it has 0 characters, not 2");
        assert_eq!(why("1", "99"), "it has 1 character, not 2");
        assert_eq!(why("6O.01Z", "99.99A"), "character 2, `O`, is not a digit");
        assert_eq!(why("62,01Z", "99.99A"), "character 3, `,`, is not `.`");
        assert_eq!(why("62.01z", "99.99A"), "character 6, `z`, is not a capital letter");
        assert_eq!(why("1\n", "99"), "character 2, `\\n`, is not a digit");
        assert_eq!(why("1٣", "99"), "character 2, `٣`, is not a digit");
    }

    #[test]
    fn shows_only_the_beginning_of_a_long_value() {
        let error = CodeError::new(&"é\n".repeat(1000), "a SIRET", Flaw::Key("no"));
        assert_eq!(error.to_string(), format!("`{}…` is not a SIRET: no", "é\\n".repeat(20)));
        assert_eq!(error.value.chars().count(), 2000);
    }

    proptest! {
        #[test]
        fn never_panics_and_passes_only_ascii(text in "\\PC{0,6}|[0-9A-Zé٣]{5}", shape in "[9A.-]{5}") {
            if check_shape(&text, &shape).is_ok() {
                prop_assert!(text.is_ascii());
                prop_assert_eq!(text.len(), shape.len());
            }
        }
    }
}

//! What all codes share: the macro that makes one from a reader, the reader's tool, and the error.

use std::fmt;

/// Makes a code of `read`, a function that takes a text and gives back the one way to write it, or what is wrong.
///
/// The pattern is for JSON Schema: it tells outsiders the shape, it is not what checks it.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $called:literal, like $example:literal, pattern $pattern:literal, $read:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::CodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let called = concat!($called, " (such as `", $example, "`)");
                $read(text).map(Self).map_err(|flaw| $crate::CodeError::new(text, called, flaw))
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is too long or too short, or a character is out of place.
    #[error("{0}")]
    Shape(String),
    /// The shape is right, but the check digit does not fit the others: a typing error, or an invented number.
    #[error("{0}")]
    Key(&'static str),
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
    let (found, needed) = (text.chars().count(), shape.len());
    if found != needed {
        return Err(Flaw::Shape(format!("it has {}, not {needed}", count_characters(found))));
    }
    let misplaced = text.chars().zip(shape.chars()).position(|(character, place)| !fits(character, place));
    misplaced.map_or(Ok(()), |at| Err(misfit(text, shape, at)))
}

fn count_characters(count: usize) -> String {
    if count == 1 { "1 character".to_owned() } else { format!("{count} characters") }
}

fn fits(character: char, place: char) -> bool {
    match place {
        '9' => character.is_ascii_digit(),
        'A' => character.is_ascii_uppercase(),
        itself => character == itself,
    }
}

fn misfit(text: &str, shape: &str, at: usize) -> Flaw {
    let character = text.chars().nth(at).map(|character| character.escape_debug().to_string()).unwrap_or_default();
    let expected = match shape.as_bytes()[at] {
        b'9' => "a digit".to_owned(),
        b'A' => "a capital letter".to_owned(),
        itself => format!("`{}`", char::from(itself)),
    };
    Flaw::Shape(format!("character {}, `{character}`, is not {expected}", at + 1))
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

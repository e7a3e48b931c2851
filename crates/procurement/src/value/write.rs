//! Values as JSON.

use std::borrow::Cow;

use tables::write_json_text;

use super::decimal::Decimal;
use super::node::Value;

/// A number whose plain form is longer keeps its exponent.
const LONGEST_NUMBER: usize = 400;

impl Value<'_> {
    /// Adds it in one line without blanks; numbers without exponent and without zeros that say nothing.
    pub(crate) fn write(&self, output: &mut Vec<u8>) {
        match self {
            Self::Null => output.extend_from_slice(b"null"),
            Self::Bool(true) => output.extend_from_slice(b"true"),
            Self::Bool(false) => output.extend_from_slice(b"false"),
            Self::Number(text) => write_number(text, output),
            Self::Text(text) => write_json_text(text, output),
            Self::List(list) => {
                output.push(b'[');
                for (place, value) in list.iter().enumerate() {
                    if place > 0 {
                        output.push(b',');
                    }
                    value.write(output);
                }
                output.push(b']');
            }
            Self::Object(object) => {
                output.push(b'{');
                for (place, (key, value)) in object.iter().enumerate() {
                    if place > 0 {
                        output.push(b',');
                    }
                    write_json_text(key, output);
                    output.push(b':');
                    value.write(output);
                }
                output.push(b'}');
            }
        }
    }

    /// [`Value::write`] to a text.
    pub(crate) fn to_json(&self) -> String {
        let mut output = Vec::new();
        self.write(&mut output);
        String::from_utf8(output).expect("texts are UTF-8, and all else is ASCII")
    }

    /// As findings show it: a text as it is, all else as JSON.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_json()),
        }
    }
}

/// Adds a number without exponent and without zeros that say nothing.
pub(crate) fn write_number(text: &str, output: &mut Vec<u8>) {
    match is_written_plainly(text.as_bytes()) {
        true => output.extend_from_slice(text.as_bytes()),
        false => match Decimal::read(text).plain(LONGEST_NUMBER) {
            Some(plain) => output.extend_from_slice(plain.as_bytes()),
            None => output.extend_from_slice(text.as_bytes()),
        },
    }
}

/// Whether a number stands as it is written: whole, or with a last digit behind the point that says something.
fn is_written_plainly(text: &[u8]) -> bool {
    let has_exponent = text.iter().any(|byte| matches!(byte, b'e' | b'E'));
    let has_point = text.contains(&b'.');
    !has_exponent && (!has_point || !text.ends_with(b"0")) && text != b"-0"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_written_on_one_line() {
        let text = r#" { "b" : [ 1.50 , null , true ] , "a" : "é\"\u0001\n" , "c" : {} } "#;
        assert_eq!(Value::parse(text).unwrap().to_json(), r#"{"b":[1.5,null,true],"a":"é\"\u0001\n","c":{}}"#);
    }

    proptest! {
        #[test]
        fn texts_are_written_as_another_writer_does(text in "\\PC{0,20}|[\\x00-\\x7f]{0,20}") {
            prop_assert_eq!(Value::text(text.as_str()).to_json(), serde_json::to_string(&text).unwrap());
        }
    }
}

//! A value as it stands in the input, whatever its format.

use std::borrow::Cow;
use std::fmt::Write;

/// A value: of JSON as it is, of a table a text or a list of texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(&'a str),
    /// A text.
    Text(Cow<'a, str>),
    /// Several values.
    List(Vec<Value<'a>>),
    /// An object, as JSON writes it.
    Object(&'a str),
}

impl Value<'_> {
    /// Whether it says nothing: null, a text of blanks, a list or an object without anything else.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.iter().all(Self::is_blank),
            Self::Object(json) => serde_json::from_str::<serde_json::Value>(json).is_ok_and(|object| is_empty(&object)),
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a report shows it: a text as it is, anything else as JSON.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(text) => Cow::Borrowed(text),
            other => {
                let mut json = String::new();
                other.write_json(&mut json);
                Cow::Owned(json)
            }
        }
    }

    fn write_json(&self, json: &mut String) {
        match self {
            Self::Text(text) => json.push_str(&quoted(text)),
            Self::List(values) => {
                json.push('[');
                for (nth, value) in values.iter().enumerate() {
                    if nth > 0 {
                        json.push(',');
                    }
                    value.write_json(json);
                }
                json.push(']');
            }
            Self::Object(text) => {
                let compact = serde_json::from_str::<serde_json::Value>(text).map(|object| object.to_string());
                json.push_str(compact.as_deref().unwrap_or(text));
            }
            scalar => {
                let _ = write!(json, "{}", scalar.shown());
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text can always be written as JSON")
}

fn is_empty(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
        serde_json::Value::String(text) => text.trim().is_empty(),
        serde_json::Value::Array(values) => values.iter().all(is_empty),
        serde_json::Value::Object(members) => members.values().all(is_empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_shown_as_json() {
        let list = Value::List(vec![Value::Text("a\"b".into()), Value::Null, Value::Number("1e3"), Value::Bool(true)]);
        assert_eq!(list.shown(), r#"["a\"b",null,1e3,true]"#);
        assert_eq!(Value::Object("{ \"a\" : [1, 2] }").shown(), r#"{ "a" : [1, 2] }"#.replace(' ', ""));
        assert_eq!(Value::Text("a b".into()).shown(), "a b");
    }

    #[test]
    fn blanks_are_no_value_wherever_they_stand() {
        for blank in [Value::Null, Value::Text("\u{a0}".into()), Value::List(vec![Value::Null]), Value::Object("{}")] {
            assert!(blank.is_blank(), "{blank:?}");
        }
        for value in [Value::Bool(false), Value::Number("0"), Value::Object(r#"{"a": {"b": 0}}"#)] {
            assert!(!value.is_blank(), "{value:?}");
        }
    }
}

//! JSON as a tree that borrows its texts: in the order of the page, keys that come twice and all.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::rdf::nesting::LONGEST;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'t> {
    Null,
    Boolean(bool),
    /// As it is written.
    Integer(String),
    Text(Text<'t>),
    List(Vec<Value<'t>>),
    Object(Pairs<'t>),
}

pub(super) type Text<'t> = Cow<'t, str>;
pub(super) type Pairs<'t> = Vec<(Text<'t>, Value<'t>)>;

/// A node that has more values is no dataset, and takes more memory than the page.
const MOST_VALUES: u32 = 1 << 18;

/// How many values may still come.
#[derive(Debug)]
pub(super) struct Room(Cell<u32>);

impl Room {
    pub(super) fn new() -> Self {
        Self(Cell::new(MOST_VALUES))
    }

    fn take<E: Error>(&self) -> Result<(), E> {
        let left = self.0.get().checked_sub(1).ok_or_else(|| E::custom("too many values"))?;
        self.0.set(left);
        Ok(())
    }
}

/// Reads a value.
pub(super) struct OfValue<'r>(pub(super) &'r Room);

impl<'t> DeserializeSeed<'t> for OfValue<'_> {
    type Value = Value<'t>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Value<'t>, D::Error> {
        self.0.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for OfValue<'_> {
    type Value = Value<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without decimals")
    }

    fn visit_unit<E>(self) -> Result<Value<'t>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'t>, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'t>, E> {
        Ok(Value::Integer(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'t>, E> {
        Ok(Value::Integer(value.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Value<'t>, E> {
        OfText.visit_borrowed_str(text).map(Value::Text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'t>, E> {
        OfText.visit_str(text).map(Value::Text)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Value<'t>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(OfValue(self.0))? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Value<'t>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key_seed(OfText)? {
            pairs.push((key, map.next_value_seed(OfValue(self.0))?));
        }
        Ok(Value::Object(pairs))
    }
}

/// Reads a text, copied only where it has escapes.
pub(super) struct OfText;

impl<'t> DeserializeSeed<'t> for OfText {
    type Value = Text<'t>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Text<'t>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for OfText {
    type Value = Text<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Text<'t>, E> {
        if text.len() > LONGEST { Err(E::custom("too long")) } else { Ok(Cow::Borrowed(text)) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'t>, E> {
        if text.len() > LONGEST { Err(E::custom("too long")) } else { Ok(Cow::Owned(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> serde_json::Result<Value<'_>> {
        let mut json = serde_json::Deserializer::from_str(text);
        let value = OfValue(&Room::new()).deserialize(&mut json)?;
        json.end()?;
        Ok(value)
    }

    #[test]
    fn a_tree_keeps_order_and_what_comes_twice() {
        let read = read(r#"{"b": [1, -2, null, true], "a": "x", "a": "\u00e9"}"#).unwrap();
        let text = |text: &'static str| Value::Text(text.into());
        let list = [Value::Integer("1".into()), Value::Integer("-2".into()), Value::Null, Value::Boolean(true)];
        let pairs = [("b", Value::List(list.to_vec())), ("a", text("x")), ("a", text("é"))];
        assert_eq!(read, Value::Object(pairs.map(|(key, value)| (key.into(), value)).to_vec()));
    }

    #[test]
    fn what_is_rare_or_too_much_is_left_to_others() {
        for text in ["1.5", "1e3", "-0", "18446744073709551616", "", "[", "\"\\ud800\""] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("[0{}]", ",0".repeat(MOST_VALUES as usize))).is_err());
    }
}

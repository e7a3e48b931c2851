//! What an offer says, whatever the order of its keys and however it is written.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::offre::mended::mended;

/// Of an offer, what sweeps are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) id: String,
    /// As it stands there.
    pub(crate) date_creation: String,
    /// Equal for offers that are equal as JSON values, and for no others that anybody will meet.
    pub(crate) digest: u64,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "dateCreation", borrow, default)]
    date_creation: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// The id of an offer; none if it has none. Of a key that is there twice the last counts.
pub(crate) fn id_of(text: &str) -> Option<Cow<'_, str>> {
    if let Ok(Identity { id }) = serde_json::from_str(text) {
        return Some(id);
    }
    let mended = mended(text)?;
    serde_json::from_str::<Identity>(mended.get()).ok().map(|Identity { id }| Cow::Owned(id.into_owned()))
}

impl Content {
    /// None if it is no offer: it has no id.
    pub(crate) fn of(raw: &RawValue) -> Option<Self> {
        let read = |raw: &RawValue| -> Option<Self> {
            let head: Head = serde_json::from_str(raw.get()).ok()?;
            let value: Value = serde_json::from_str(raw.get()).ok()?;
            let date_creation = head.date_creation.unwrap_or_default().into_owned();
            Some(Self { id: head.id.into_owned(), date_creation, digest: digest(&value) })
        };
        read(raw).or_else(|| read(&mended(raw.get())?))
    }
}

/// A line break in JSON text is never inside a value; the service sends none, a proxy that prettifies might.
pub(crate) fn on_one_line(offre: &RawValue) -> Box<RawValue> {
    let text = offre.get().replace(['\n', '\r'], " ");
    RawValue::from_string(text).expect("a blank for a blank leaves it what it was")
}

fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(truth) => (1_u8, truth).hash(&mut hasher),
        Value::Number(number) => (2_u8, number).hash(&mut hasher),
        Value::String(text) => (3_u8, text).hash(&mut hasher),
        Value::Array(elements) => {
            (4_u8, elements.len()).hash(&mut hasher);
            elements.iter().for_each(|element| digest(element).hash(&mut hasher));
        }
        Value::Object(members) => {
            // A sum does not depend on the order.
            let of_member = |(key, value): (&String, &Value)| {
                let mut hasher = DefaultHasher::new();
                (key, digest(value)).hash(&mut hasher);
                hasher.finish()
            };
            let sum = members.iter().map(of_member).fold(0, u64::wrapping_add);
            (5_u8, members.len(), sum).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(json: &str) -> Option<Content> {
        Content::of(&RawValue::from_string(json.to_owned()).unwrap())
    }

    #[test]
    fn offers_are_equal_as_values() {
        let one = content(r#"{"id":"1","dateCreation":"2024-06-04T10:00:00Z","a":{"b":[1,2.50],"c":"é"}}"#).unwrap();
        let same = r#"{ "a": {"c":"\u00e9", "b":[1, 2.50]}, "dateCreation":"2024-06-04T10:00:00Z", "id":"1" }"#;
        assert_eq!(content(same).unwrap(), one);
        for other in [
            r#"{"id":"1","dateCreation":"2024-06-04T10:00:00Z","a":{"b":[2.50,1],"c":"é"}}"#,
            r#"{"id":"1","dateCreation":"2024-06-04T10:00:00Z","a":{"b":[1,2.50],"c":null}}"#,
            r#"{"id":"1","dateCreation":"2024-06-04T10:00:00Z","a":{"b":[1,2.50],"c":"é","d":""}}"#,
            r#"{"id":"1","dateCreation":"2024-06-04T10:00:00Z","b":[1,2.50],"a":{"c":"é"}}"#,
        ] {
            assert_ne!(content(other).unwrap().digest, one.digest, "{other}");
        }
    }

    #[test]
    fn what_no_reader_takes_is_read_and_what_is_no_offer_is_not() {
        let half = content(r#"{"id":"1","a":"\ud800","a":"\udc00"}"#).unwrap();
        assert_eq!((half.id.as_str(), half.date_creation.as_str()), ("1", ""));
        for odd in [r#"{"id":"1","\ud800":1}"#, r#"{"id":"2","id":"1"}"#, r#"{"\u0069d":"1","a":"\ud800"}"#] {
            assert_eq!(id_of(odd).as_deref(), Some("1"), "{odd}");
        }
        for no_offer in ["7", "null", "[]", "{}", r#"{"id":7}"#, r#"{"dateCreation":"x"}"#] {
            assert_eq!((content(no_offer), id_of(no_offer)), (None, None), "{no_offer}");
        }
    }
}

//! What of an element is looked at before it becomes a row: who it is, when it is from, and what its content is.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::days::elements::Flaw;
use crate::offre;
use crate::offre::mended::mended;
use crate::offre::reject::{Reject, Shown};
use crate::offre::scan::{Scan, unescaped};
use crate::offre::text::clean;
use crate::offre::{at, time};

/// The same in every run: it is remembered from one to the next.
const HASHES: FixedState = FixedState::with_seed(0x0ff2e);

/// An offer, as far as it is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: String,
    /// Milliseconds of the wall clock.
    pub(crate) created: i64,
    /// As served.
    pub(crate) created_text: String,
    pub(crate) updated_text: Option<String>,
    /// The same for contents that are the same JSON value, whatever the order of keys.
    pub(crate) content: u64,
}

/// Reads an element; the reason for which it can be no row, and the id that it tells, if any.
///
/// # Errors
/// When it is no JSON.
pub(crate) fn read_text(text: &str) -> Result<Result<Head, (Reject, String)>, Flaw> {
    // What is as the service mostly writes it is read in one pass.
    if let Some(top) = scan(text)
        && let Ok(head) = head(top)
    {
        return Ok(Ok(head));
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| Flaw::Malformed)?;
    Ok(read(raw))
}

/// The outermost object of an element without anything out of the ordinary.
fn scan(text: &str) -> Option<Top<'_>> {
    let mut top = Top { id: None, created: None, updated: None, content: 0 };
    let mut entries = Vec::with_capacity(48);
    let mut scan = Scan::of(text);
    scan.object(|scan, key| {
        let hash = match key {
            "id" | "dateCreation" | "dateActualisation" if scan.peek()? == b'"' => {
                let (text, is_escaped) = scan.string()?;
                let text = if is_escaped { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) };
                let hash = of_bytes(text.as_bytes());
                match key {
                    "id" => top.id = Some(text),
                    "dateCreation" => top.created = Some(text),
                    _ => top.updated = Some(text),
                }
                hash
            }
            // Of a key that is there twice, what is no text may be the last.
            "id" | "dateCreation" | "dateActualisation" => return None,
            _ => scan_value(scan)?,
        };
        entries.push((of_bytes(key.as_bytes()), hash));
        Some(())
    })?;
    scan.end()?;
    top.content = of_object(entries);
    Some(top)
}

/// The hash of the next value.
fn scan_value(scan: &mut Scan<'_>) -> Option<u64> {
    match scan.peek()? {
        b'"' => match scan.string()? {
            (text, false) => Some(of_bytes(text.as_bytes())),
            (text, true) => Some(of_bytes(unescaped(text).as_bytes())),
        },
        b'{' => {
            let mut entries = Vec::new();
            scan.object(|scan, key| {
                entries.push((of_bytes(key.as_bytes()), scan_value(scan)?));
                Some(())
            })?;
            Some(of_object(entries))
        }
        b'[' => {
            let mut hasher = HASHES.build_hasher();
            hasher.write_u8(6);
            scan.array(|scan| scan_value(scan).map(|hash| hasher.write_u64(hash)))?;
            Some(hasher.finish())
        }
        b't' => scan.word("true").map(|()| of_truth(true)),
        b'f' => scan.word("false").map(|()| of_truth(false)),
        b'n' => scan.word("null").map(|()| of_hashes(2, [])),
        _ => number(scan.number()?),
    }
}

fn of_truth(truth: bool) -> u64 {
    of_hashes(1, [u64::from(truth)])
}

fn of_u64(number: u64) -> u64 {
    // The same number, however it is written: 12, 12.0 and 1.2e1.
    match number as f64 {
        double if double as u64 == number && number < u64::MAX => of_f64(double),
        _ => of_hashes(3, [number]),
    }
}

fn of_i64(number: i64) -> u64 {
    match number as f64 {
        double if double as i64 == number => of_f64(double),
        _ => of_hashes(4, [number.cast_unsigned()]),
    }
}

fn of_f64(number: f64) -> u64 {
    // Zero has one sign.
    of_hashes(5, [(number + 0.0).to_bits()])
}

/// As a value would hold it; none where no value can.
fn number(text: &str) -> Option<u64> {
    if let Ok(number) = text.parse::<u64>() {
        return Some(of_u64(number));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(of_i64(number));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(of_f64)
}

/// Reads an element.
///
/// # Errors
/// The reason for which it can be no row, and the id that it tells, if any.
fn read(raw: &RawValue) -> Result<Head, (Reject, String)> {
    if !raw.get().starts_with('{') {
        return Err((Reject::Shape, String::new()));
    }
    let refuse = |reject| (reject, Shown::of(raw).id.into_owned());
    match serde_json::from_str::<Top>(raw.get()) {
        Ok(top) => head(top).map_err(refuse),
        Err(_) => match mended(raw.get()) {
            Some(mended) => match serde_json::from_str::<Top>(mended.get()) {
                Ok(top) => head(top).map_err(refuse),
                Err(_) => Err(refuse(Reject::Shape)),
            },
            None => unusual(raw).map_err(refuse),
        },
    }
}

fn head(top: Top<'_>) -> Result<Head, Reject> {
    let id = top.id.and_then(clean).ok_or(Reject::Id)?.into_owned();
    let created_text = top.created.ok_or(Reject::Date)?;
    let created = clean(created_text.clone()).and_then(|_| time::read(&created_text)).ok_or(Reject::Date)?;
    let updated_text = top.updated.map(Cow::into_owned);
    Ok(Head { id, created, created_text: created_text.into_owned(), updated_text, content: top.content })
}

/// Of what no value can hold, such as a number beyond all doubles, the text stands for the content.
fn unusual(raw: &RawValue) -> Result<Head, Reject> {
    offre::read(raw, |filled| {
        let row = filled?.row;
        let updated_text = match row.cells[at::DATE_UPDATED] {
            offre::Cell::Time(ms) => Some(time::text(ms)),
            _ => None,
        };
        Ok(Head {
            id: row.id().to_owned(),
            created: row.created(),
            created_text: time::text(row.created()),
            updated_text,
            content: of_bytes(raw.get().as_bytes()),
        })
    })
}

/// The hash of bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = HASHES.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// The hash of several hashes, in order.
fn of_hashes(kind: u8, hashes: impl IntoIterator<Item = u64>) -> u64 {
    let mut hasher = HASHES.build_hasher();
    hasher.write_u8(kind);
    hashes.into_iter().for_each(|hash| hasher.write_u64(hash));
    hasher.finish()
}

/// The outermost object.
struct Top<'a> {
    id: Option<Cow<'a, str>>,
    created: Option<Cow<'a, str>>,
    updated: Option<Cow<'a, str>>,
    content: u64,
}

impl<'de: 'a, 'a> Deserialize<'de> for Top<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut top = Top { id: None, created: None, updated: None, content: 0 };
        let mut entries = Vec::with_capacity(48);
        while let Some(Text(key)) = map.next_key()? {
            let Valued { hash, text } = map.next_value()?;
            match &*key {
                "id" => top.id = text,
                "dateCreation" => top.created = text,
                "dateActualisation" => top.updated = text,
                _ => {}
            }
            entries.push((of_bytes(key.as_bytes()), hash));
        }
        top.content = of_object(entries);
        Ok(top)
    }
}

/// A key, borrowed where it can be.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(ValueVisitor)?.text {
            Some(text) => Ok(Self(text)),
            None => Err(D::Error::custom("a key is a text")),
        }
    }
}

/// The hash of a value, and the value if it is a text.
struct Valued<'a> {
    hash: u64,
    text: Option<Cow<'a, str>>,
}

impl Valued<'_> {
    fn of(hash: u64) -> Self {
        Self { hash, text: None }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Valued<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Valued<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Valued { hash: of_bytes(text.as_bytes()), text: Some(Cow::Borrowed(text)) })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Valued { hash: of_bytes(text.as_bytes()), text: Some(Cow::Owned(text.to_owned())) })
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Valued::of(of_truth(truth)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Valued::of(of_hashes(2, [])))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_u64(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_i64(number)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_f64(number)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut hasher = HASHES.build_hasher();
        hasher.write_u8(6);
        while let Some(Valued { hash, .. }) = list.next_element()? {
            hasher.write_u64(hash);
        }
        Ok(Valued::of(hasher.finish()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            let Valued { hash, .. } = map.next_value()?;
            entries.push((of_bytes(key.as_bytes()), hash));
        }
        Ok(Valued::of(of_object(entries)))
    }
}

/// Of a key that is there twice, the last value counts.
fn of_object(mut entries: Vec<(u64, u64)>) -> u64 {
    entries.sort_by_key(|(key, _)| *key);
    let last = |(nth, entry): (usize, &(u64, u64))| {
        let is_last = entries.get(nth + 1).is_none_or(|next| next.0 != entry.0);
        is_last.then_some([entry.0, entry.1])
    };
    of_hashes(7, entries.iter().enumerate().filter_map(last).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Head, (Reject, String)> {
        let quick = read_text(json).unwrap();
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        assert_eq!(quick, read(&raw), "both ways of reading {json} say the same");
        quick
    }

    fn content(rest: &str) -> u64 {
        of(&format!(r#"{{"id":"1","dateCreation":"2024-06-04T10:00:00.000Z",{rest}}}"#)).unwrap().content
    }

    #[test]
    fn contents_are_compared_as_values() {
        for (one, other) in [
            (r#""a":1,"b":{"c":[1,2],"d":null}"#, r#""b":{"d":null,"c":[1,2]},"a":1"#),
            (r#""a":1"#, r#" "a" : 1.0 "#),
            (r#""a":12"#, r#""a":1.2e1"#),
            (r#""a":0"#, r#""a":-0.0"#),
            (r#""a":"é""#, r#""a":"\u00e9""#),
            (r#""a":1,"a":2"#, r#""a":2"#),
            (r#""a":"\ud800x""#, r#""a":"�x""#),
        ] {
            assert_eq!(content(one), content(other), "{one} {other}");
        }
        let all = [
            r#""a":1"#,
            r#""a":"1""#,
            r#""a":true"#,
            r#""a":false"#,
            r#""a":null"#,
            r#""a":[]"#,
            r#""a":{}"#,
            r#""a":[1,2]"#,
            r#""a":[2,1]"#,
            r#""a":[[1],2]"#,
            r#""b":1"#,
            r#""a":9007199254740993"#,
            r#""a":9007199254740992"#,
            r#""a":{"b":1}"#,
            r#""a":1e400"#,
        ];
        let hashes: std::collections::HashSet<u64> = all.iter().map(|json| content(json)).collect();
        assert_eq!(hashes.len(), all.len());
    }

    #[test]
    fn what_can_be_no_row_is_told_as_the_row_is() {
        for (json, reject, id) in [
            ("[1]", Reject::Shape, ""),
            (r#"{"id":7,"dateCreation":"2024-06-04T10:00:00"}"#, Reject::Id, ""),
            (r#"{"id":" ","dateCreation":"2024-06-04T10:00:00"}"#, Reject::Id, " "),
            (r#"{"id":"7","dateCreation":"hier"}"#, Reject::Date, "7"),
            (r#"{"id":"7"}"#, Reject::Date, "7"),
        ] {
            assert_eq!(of(json).unwrap_err(), (reject, id.to_owned()), "{json}");
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            offre::read(&raw, |filled| assert_eq!(filled.unwrap_err(), reject));
        }
    }

    #[test]
    fn who_and_when_are_as_the_row_has_them() {
        let head = of(r#"{"id":"a\u0007b","dateActualisation":"x","dateCreation":"2024-06-04T10:00:00.5Z"}"#).unwrap();
        assert_eq!((&*head.id, &*head.created_text), ("ab", "2024-06-04T10:00:00.5Z"));
        assert_eq!((head.created, head.updated_text.as_deref()), (1_717_495_200_500, Some("x")));
    }
}

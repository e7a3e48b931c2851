//! What an offer says, whatever the order of its keys and however it is written: what offers are compared by.

mod hash;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::content::hash::{Text, Valued, of_object};
use crate::offre::given::Given;
use crate::offre::item::Item;
use crate::offre::mended::mended;
use crate::offre::scan::{Scan, plain};

pub(crate) use hash::{Digest, of_bytes};

/// The outermost object of an element. Of a key that is there twice the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said<'a> {
    /// Texts as they are served; none where there is something else.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) created: Option<Cow<'a, str>>,
    pub(crate) updated: Option<Cow<'a, str>>,
    /// Equal for offers that are equal as JSON values, and for no others that anybody will meet.
    pub(crate) digest: u64,
}

/// The outermost object of an element without anything out of the ordinary.
pub(crate) fn scan(text: &str) -> Option<Said<'_>> {
    let mut digest = Digest::default();
    let mut scan = Scan::watched(text, &mut digest);
    let said = scan_next(&mut scan)?;
    scan.end()?;
    Some(said)
}

/// The same of the element that is next in a text of several.
pub(crate) fn scan_next<'a>(scan: &mut Scan<'a, &mut Digest>) -> Option<Said<'a>> {
    let mut said = Said { id: None, created: None, updated: None, digest: 0 };
    scan.watch().clear();
    scan.object(|scan, key| {
        let place = match key {
            "id" => &mut said.id,
            "dateCreation" => &mut said.created,
            "dateActualisation" => &mut said.updated,
            _ => return scan.skip(),
        };
        // Of a key that is there twice, what is no text may be the last.
        let (text, escapes) = scan.string()?;
        *place = Some(plain(text, escapes));
        Some(())
    })?;
    said.digest = scan.watch().whole();
    Some(said)
}

/// An element as it was scanned.
#[derive(Debug)]
pub(crate) struct Scanned<'a> {
    pub(crate) said: Said<'a>,
    /// What a table needs of it, where that was asked for.
    pub(crate) item: Option<Box<Item<'a>>>,
}

/// [`scan_next`], and what a table needs of the element, in one pass.
pub(crate) fn scan_item<'a>(scan: &mut Scan<'a, &mut Digest>) -> Option<Scanned<'a>> {
    scan.watch().clear();
    let item = Box::new(scan.item()?);
    let [id, created, updated] = [&item.id, &item.date_creation, &item.date_actualisation].map(|text| match text {
        Given::Is(text) => Some(text.clone()),
        _ => None,
    });
    Some(Scanned { said: Said { id, created, updated, digest: scan.watch().whole() }, item: Some(item) })
}

impl<'de: 'a, 'a> Deserialize<'de> for Said<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SaidVisitor)
    }
}

struct SaidVisitor;

impl<'de> Visitor<'de> for SaidVisitor {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut said = Said { id: None, created: None, updated: None, digest: 0 };
        let mut entries = Vec::with_capacity(48);
        while let Some(Text(key)) = map.next_key()? {
            let Valued { hash, text } = map.next_value()?;
            match &*key {
                "id" => said.id = text,
                "dateCreation" => said.created = text,
                "dateActualisation" => said.updated = text,
                _ => {}
            }
            entries.push((of_bytes(key.as_bytes()), hash));
        }
        said.digest = of_object(&entries);
        Ok(said)
    }
}

/// Of an offer, what sweeps are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) id: String,
    /// As it stands there.
    pub(crate) date_creation: String,
    /// As [`Said::digest`].
    pub(crate) digest: u64,
}

/// Which offer it is, and of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: String,
    /// As they stand there; none where there is something else.
    pub(crate) date_creation: Option<String>,
    pub(crate) date_actualisation: Option<String>,
}

/// Dates are read afterwards: one that is no text makes no offer another.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "dateCreation", borrow, default)]
    date_creation: Option<&'a RawValue>,
    #[serde(rename = "dateActualisation", borrow, default)]
    date_actualisation: Option<&'a RawValue>,
}

/// Which offer it is; none if it has no id. Of a key that is there twice the last counts.
pub(crate) fn identity(text: &str) -> Option<Identity> {
    named(text, |Named { id, date_creation, date_actualisation }| Identity {
        id: id.into_owned(),
        date_creation: said(date_creation),
        date_actualisation: said(date_actualisation),
    })
}

/// The id of an offer alone.
pub(crate) fn id_of(text: &str) -> Option<String> {
    named(text, |named| named.id.into_owned())
}

fn named<T>(text: &str, take: impl Fn(Named<'_>) -> T) -> Option<T> {
    match serde_json::from_str(text) {
        Ok(named) => Some(take(named)),
        Err(_) => serde_json::from_str(mended(text)?.get()).ok().map(take),
    }
}

fn said(value: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(value?.get()).ok()
}

impl Content {
    /// None if it is no offer: it has no id.
    pub(crate) fn of(raw: &RawValue) -> Option<Self> {
        let text = raw.get();
        if let Some(said) = scan(text).or_else(|| serde_json::from_str(text).ok()) {
            return Self::said(said);
        }
        match mended(text) {
            Some(mended) => Self::said(serde_json::from_str(mended.get()).ok()?),
            None => Self::unusual(text),
        }
    }

    fn said(Said { id, created, digest, .. }: Said<'_>) -> Option<Self> {
        Some(Self { id: id?.into_owned(), date_creation: created.unwrap_or_default().into_owned(), digest })
    }

    /// Of what no value can hold, such as a number beyond all doubles, the text stands for the content.
    fn unusual(text: &str) -> Option<Self> {
        let Named { id, date_creation, .. } = serde_json::from_str(text).ok()?;
        let date_creation = said(date_creation).unwrap_or_default();
        Some(Self { id: id.into_owned(), date_creation, digest: of_bytes(text.as_bytes()) })
    }
}

/// A line break in JSON text is never inside a value; the service sends none, a proxy that prettifies might.
pub(crate) fn on_one_line(offre: &RawValue) -> Box<RawValue> {
    let text = offre.get().replace(['\n', '\r'], " ");
    RawValue::from_string(text).expect("a blank for a blank leaves it what it was")
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
        let number = same.replace("2.50", "25e-1");
        assert_eq!(content(&number).unwrap(), one, "a number is the same however it is written");
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
    fn an_element_read_with_its_item_says_the_same() {
        let whole = r#""id":"1","dateCreation":"2024-06-04T10:00:00Z","description":"a\n\u00e9\/b""#;
        for rest in [
            "",
            r#","lieuTravail":{"libelle":"01 - B","latitude":1.5,"x":[{}]},"competences":[{"libelle":"c"},null]"#,
            r#","intitule":null,"alternance":true,"nombrePostes":2,"autre":{"libelle":["d",-1e2]}"#,
        ] {
            let text = format!("{{{whole}{rest}}}");
            let mut digest = Digest::default();
            let Scanned { said, item } = scan_item(&mut Scan::watched(&text, &mut digest)).unwrap();
            assert_eq!((Some(said), item), (scan(&text), serde_json::from_str(&text).ok().map(Box::new)), "{text}");
        }
        for odd in [r#","intitule":7"#, r#","alternance":"x""#, r#","id":"2""#, r#","langues":{}"#] {
            let (text, mut digest) = (format!("{{{whole}{odd}}}"), Digest::default());
            assert!(scan_item(&mut Scan::watched(&text, &mut digest)).is_none(), "{odd}");
        }
    }

    #[test]
    fn an_offer_is_known_whatever_its_dates_are() {
        let known = identity(r#"{"dateCreation":5,"id":"1","dateActualisation":"2024-06-04","x":{"id":"2"}}"#).unwrap();
        assert_eq!(
            (&*known.id, known.date_creation, known.date_actualisation.as_deref()),
            ("1", None, Some("2024-06-04"))
        );
        for odd in ["5", "null", "[1e400]", "{\"id\":\"2\"}", "\"\\ud800\""] {
            assert_eq!(id_of(&format!(r#"{{"id":"1","dateCreation":{odd}}}"#)).as_deref(), Some("1"), "{odd}");
        }
    }

    #[test]
    fn what_no_reader_takes_is_read_and_what_is_no_offer_is_not() {
        let half = content(r#"{"id":"1","a":"\ud800","a":"\udc00"}"#).unwrap();
        assert_eq!((half.id.as_str(), half.date_creation.as_str()), ("1", ""));
        for odd in [r#"{"id":"1","\ud800":1}"#, r#"{"id":"2","id":"1"}"#, r#"{"\u0069d":"1","a":"\ud800"}"#] {
            assert_eq!(id_of(odd).as_deref(), Some("1"), "{odd}");
        }
        let vast = |number: &str| content(&format!(r#"{{"id":"1","dateCreation":"x","a":{number}}}"#)).unwrap();
        assert_eq!((&*vast("1e400").id, &*vast("1e400").date_creation), ("1", "x"), "what no value can hold");
        assert_ne!(vast("1e400").digest, vast("2e400").digest);
        for no_offer in ["7", "null", "[]", "{}", r#"{"id":7}"#, r#"{"dateCreation":"x"}"#] {
            assert_eq!((content(no_offer), id_of(no_offer)), (None, None), "{no_offer}");
        }
    }
}

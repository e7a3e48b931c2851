//! A line of a data file, in the parts that a harvest writes anew: the archive mark, what it knows of the source, and the
//! rest, which is the portal's.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::model::{Dataservice, Dataset, Harvest};

/// Why a dataset was archived: nothing else does it.
const NOT_ON_REMOTE: &str = "not-on-remote";

/// Room that most parts of a line find enough.
const BYTES: usize = 2 << 10;

/// How an object ends whose `harvest` says nothing.
static END: LazyLock<String> = LazyLock::new(|| {
    let harvest = serde_json::to_string(&Harvest::default()).expect("texts can be written as JSON");
    format!("\"harvest\":{harvest}}}")
});

/// A line of `datasets.jsonl` or `dataservices.jsonl`.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// From the opening brace to the comma before `archived`, or `harvest`.
    head: Vec<u8>,
    pub(crate) harvest: Harvest,
    /// From after `harvest` to the closing brace.
    tail: Vec<u8>,
}

/// By what two lines are told to say the same, whenever they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(pub(crate) [u8; 16]);

/// The keys of an object and their values as they are written.
struct Pairs<'a>(Vec<(&'a str, &'a RawValue)>);

impl Line {
    pub(crate) fn of_dataset(mut dataset: Dataset) -> Result<Self> {
        let resources = std::mem::take(&mut dataset.resources);
        dataset.archived = None;
        let harvest = std::mem::take(&mut dataset.harvest);
        let head = head(&dataset)?;
        let mut tail = Vec::with_capacity(BYTES);
        if !resources.is_empty() {
            tail.extend_from_slice(b",\"resources\":");
            serde_json::to_writer(&mut tail, &resources)?;
        }
        tail.push(b'}');
        Ok(Self { head, harvest, tail })
    }

    pub(crate) fn of_dataservice(mut service: Dataservice) -> Result<Self> {
        service.archived = None;
        let harvest = std::mem::take(&mut service.harvest);
        let head = head(&service)?;
        Ok(Self { head, harvest, tail: b"}".to_vec() })
    }

    /// Reads one that was written.
    pub(crate) fn read(line: &[u8]) -> Result<Self> {
        let Pairs(pairs) = serde_json::from_slice(line).context("could not read a line of an earlier run")?;
        let (mut head, mut tail, mut harvest) = (b"{".to_vec(), Vec::new(), None);
        for (key, value) in pairs {
            match key {
                "archived" => {}
                "harvest" => harvest = Some(serde_json::from_str(value.get())?),
                _ if harvest.is_none() => {
                    serde_json::to_writer(&mut head, key)?;
                    head.push(b':');
                    head.extend_from_slice(value.get().as_bytes());
                    head.push(b',');
                }
                _ => {
                    tail.push(b',');
                    serde_json::to_writer(&mut tail, key)?;
                    tail.push(b':');
                    tail.extend_from_slice(value.get().as_bytes());
                }
            }
        }
        tail.push(b'}');
        Ok(Self { head, harvest: harvest.context("could not read a line of an earlier run: no `harvest`")?, tail })
    }

    /// Appends it, without a line end.
    pub(crate) fn write(&self, output: &mut Vec<u8>) -> Result<()> {
        output.extend_from_slice(&self.head);
        if let Some(archived) = &self.harvest.archived_at {
            output.extend_from_slice(b"\"archived\":");
            serde_json::to_writer(&mut *output, archived)?;
            output.push(b',');
        }
        output.extend_from_slice(b"\"harvest\":");
        serde_json::to_writer(&mut *output, &self.harvest)?;
        output.extend_from_slice(&self.tail);
        Ok(())
    }

    /// Sets the archive marks, or takes them away.
    pub(crate) fn mark(&mut self, archived_at: Option<&str>) {
        self.harvest.archived_at = archived_at.map(str::to_owned);
        self.harvest.archived_reason = archived_at.map(|_| NOT_ON_REMOTE.to_owned());
    }

    /// Of what the portal said: neither of when it was harvested, nor of archive marks.
    pub(crate) fn digest(&self) -> Result<Digest> {
        let mut hash = Sha256::new();
        hash.update(&self.head);
        let mut harvest = Vec::with_capacity(BYTES);
        serde_json::to_writer(&mut harvest, &self.lasting())?;
        hash.update(&harvest);
        hash.update(&self.tail);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.finalize()[..16]);
        Ok(Digest(digest))
    }

    /// In which fields it says something else than `before`: top-level names and `harvest.NAME`, sorted.
    pub(crate) fn changed_fields(&self, before: &Self) -> Result<Vec<String>> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        before.write(&mut old)?;
        self.write(&mut new)?;
        let (Pairs(old), Pairs(new)) = (serde_json::from_slice(&old)?, serde_json::from_slice(&new)?);
        let text = |pairs: &[(&str, &RawValue)], name: &str| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.get().to_owned())
        };
        let names = old.iter().chain(&new).map(|(key, _)| (*key).to_owned());
        let mut fields: BTreeSet<String> = names
            .filter(|name| name != "archived" && name != "harvest")
            .filter(|name| text(&old, name) != text(&new, name))
            .collect();
        let (old, new) = (serde_json::to_value(before.lasting())?, serde_json::to_value(self.lasting())?);
        let names = [&old, &new].into_iter().filter_map(Value::as_object).flat_map(|object| object.keys());
        fields.extend(names.filter(|name| old.get(name) != new.get(name)).map(|name| format!("harvest.{name}")));
        Ok(fields.into_iter().collect())
    }

    /// A value as it is written, at the top level.
    pub(crate) fn field<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        let mut whole = Vec::new();
        self.write(&mut whole).ok()?;
        let Pairs(pairs) = serde_json::from_slice(&whole).ok()?;
        let (_, value) = pairs.iter().find(|(key, _)| *key == name)?;
        serde_json::from_str(value.get()).ok()
    }

    /// What of the source does not change with each harvest.
    fn lasting(&self) -> Harvest {
        Harvest { last_update: String::new(), archived_at: None, archived_reason: None, ..self.harvest.clone() }
    }
}

/// What stands before `harvest`, which is the last key, and says nothing here.
fn head(object: &impl Serialize) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(BYTES);
    serde_json::to_writer(&mut head, object)?;
    debug_assert!(head.ends_with(END.as_bytes()), "`harvest` is the last key but `resources`");
    head.truncate(head.len() - END.len());
    Ok(head)
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(20);
                // A key that we wrote is a plain word, so that it can be borrowed; another one is not ours.
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Extras, Resource, Spatial};

    fn dataset(title: &str) -> Dataset {
        let mut extras = Extras::new();
        // What a portal may put there to be taken for ours.
        extras.insert("harvest".to_owned(), serde_json::json!({"last_update": "x", "archived": "y"}));
        let harvest =
            Harvest { remote_id: "a".into(), last_update: "2026-03-01T00:00:00Z".into(), ..Harvest::default() };
        let resources = vec![Resource { url: "http://a.fr/\"harvest\":{".into(), ..Resource::default() }];
        let square = vec![vec![vec![0.1, 48.000_000_000_000_01], vec![1e-7, 2.0]]];
        let spatial = Some(Spatial::new(vec![square]));
        Dataset { title: title.to_owned(), spatial, extras, harvest, resources, ..Dataset::default() }
    }

    fn text(line: &Line) -> String {
        let mut text = Vec::new();
        line.write(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_line_is_what_the_model_says_and_comes_back_as_it_was() {
        let whole = serde_json::to_string(&dataset("t")).unwrap();
        let line = Line::of_dataset(dataset("t")).unwrap();
        assert_eq!(text(&line), whole);
        let mut archived = line.clone();
        archived.mark(Some("2026-04-01T00:00:00Z"));
        let marked: Dataset = serde_json::from_str(&text(&archived)).unwrap();
        assert_eq!(marked.archived.as_deref(), Some("2026-04-01T00:00:00Z"));
        assert_eq!(marked.harvest.archived_reason.as_deref(), Some("not-on-remote"));
        let mut back = Line::read(text(&archived).as_bytes()).unwrap();
        assert_eq!(text(&back), text(&archived));
        back.mark(None);
        assert_eq!(text(&back), whole);
        assert_eq!(back.field::<String>("title").as_deref(), Some("t"));
    }

    #[test]
    fn a_later_harvest_of_the_same_says_the_same() {
        let line = Line::of_dataset(dataset("t")).unwrap();
        let mut later = line.clone();
        later.harvest.last_update = "2026-03-02T00:00:00Z".into();
        later.mark(Some("2026-03-02T00:00:00Z"));
        assert_eq!(line.digest().unwrap(), later.digest().unwrap());
        assert_eq!(later.changed_fields(&line).unwrap(), [""; 0]);
    }

    #[test]
    fn what_differs_is_named() {
        let line = Line::of_dataset(dataset("t")).unwrap();
        let mut other = dataset("u");
        other.resources.clear();
        other.harvest.uri = Some("http://a.fr".into());
        let other = Line::of_dataset(other).unwrap();
        assert_ne!(line.digest().unwrap(), other.digest().unwrap());
        assert_eq!(other.changed_fields(&line).unwrap(), ["harvest.uri", "resources", "title"]);
    }
}

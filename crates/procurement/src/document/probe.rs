//! A first look at a document in JSON: whether it is regulatory, and whether all its contracts are of 2.0.

use anyhow::Result;
use tables::Source;

use super::entry::Container;
use super::reader::Reader;
use crate::value::{Object, Value};

/// Keys that only contracts of 2.0 have.
pub(crate) const OF_2_0: [&str; 8] = [
    "techniques",
    "modalitesExecution",
    "ccag",
    "typesPrix",
    "marcheInnovant",
    "offresRecues",
    "considerationsSociales",
    "considerationsEnvironnementales",
];

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) container: Container,
    /// It has `marches`, is a contract, or a list that holds one.
    pub(crate) is_regulatory: bool,
    /// Its contracts are in one list, and every one has keys that only 2.0 has.
    pub(crate) is_all_of_2_0: bool,
}

impl Probe {
    /// Reads no further than needed: to the first contract, but where it may be that all are of 2.0.
    /// `takes_any`: a bare object that has an `id` is a contract too.
    ///
    /// # Errors
    /// 65 where it is not JSON.
    pub(crate) fn take(source: &Source, reads_not_finite: bool, takes_any: bool) -> Result<Self> {
        let mut reader = Reader::open(source, reads_not_finite)?;
        let (mut is_contract, mut is_all_of_2_0, mut has_any) = (false, true, false);
        loop {
            let is_more = reader.next(&mut |entry| {
                has_any = true;
                is_contract |= self::is_contract(&entry.value) || (takes_any && entry.value.get("id").is_some());
                is_all_of_2_0 &= is_of_2_0(&entry.value);
                Ok(())
            })?;
            let is_wrapped = reader.shape().is_wrapped;
            let container = reader.container();
            let is_decided = (is_wrapped || is_contract) && (container == Container::V2 || !is_all_of_2_0);
            if !is_more || is_decided {
                let is_all_of_2_0 = has_any && is_all_of_2_0 && container == Container::V1;
                return Ok(Self { container, is_regulatory: is_wrapped || is_contract, is_all_of_2_0 });
            }
        }
    }
}

/// Whether an object says of itself that it is a contract.
fn is_contract(value: &Value<'_>) -> bool {
    let is_object = |key| matches!(value.get(key), Some(Value::Object(_)));
    let names_its_type =
        matches!(value.get("_type").and_then(Value::as_text), Some("Marché" | "Contrat de concession"));
    is_object("acheteur") || is_object("autoriteConcedante") || names_its_type
}

/// Whether a contract has a key that only 2.0 has.
pub(crate) fn is_of_2_0(value: &Value<'_>) -> bool {
    value.as_object().is_some_and(|object: &Object<'_>| object.keys().any(|key| OF_2_0.contains(&key)))
}

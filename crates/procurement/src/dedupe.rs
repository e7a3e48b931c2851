//! Contracts that a file holds more than once: which of them is kept, and why the others are not.
//!
//! First exact copies, of which the first is kept. Then contracts of one buyer, number, set of operators, day and initial
//! amount: the one published last is kept, then the one that says most, then the last of the file. Others that share a
//! number stay: real files give one number to several lots.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::fault::RuleName;
use crate::kind::Kind;
use crate::sorter::{Entries, Sorted, Sorter};
use crate::states::{modifications, operators};
use crate::value::Value;

/// Why a contract is dropped, by number, as it waits to be told.
pub(crate) const RULES: [RuleName; 4] =
    ["dedupe.exact", "dedupe.older_publication", "dedupe.less_complete", "dedupe.earlier_in_file"];

/// The day of the last publication, as text; zeros where there is none.
type Day = [u8; 10];

/// The contracts of a file, as far as duplicates are concerned. Memory does not grow with their number.
#[derive(Debug)]
pub(crate) struct Candidates {
    by_content: Sorter,
    folder: PathBuf,
}

/// A contract that is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub(crate) rule: RuleName,
    /// The contract to which it yields.
    pub(crate) to: u64,
}

/// All that are dropped.
#[derive(Debug)]
pub(crate) struct Drops(Sorted);

impl Candidates {
    /// What memory does not hold waits in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { by_content: Sorter::new(folder), folder: folder.to_owned() }
    }

    /// Takes a contract.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add(&mut self, record: u64, kind: Kind, contract: &Value<'_>) -> Result<()> {
        let identity = identity(kind, contract);
        self.by_content.push(&[
            &contract.fingerprint().to_be_bytes(),
            &record.to_be_bytes(),
            &[u8::from(identity.is_some())],
            &identity.unwrap_or_default().to_be_bytes(),
            &published(contract),
            &filled(contract).to_be_bytes(),
        ])
    }

    /// Decides which are dropped.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn decide(self) -> Result<Drops> {
        let (mut drops, mut by_identity) = (Sorter::new(&self.folder), Sorter::new(&self.folder));
        let by_content = self.by_content.finish()?;
        let mut entries = by_content.iter()?;
        let mut first: Option<([u8; 16], u64)> = None;
        while let Some(entry) = entries.next()? {
            let (content, record) = (bytes::<16>(entry, 0), u64::from_be_bytes(bytes(entry, 16)));
            if let Some((same, to)) = first
                && same == content
            {
                add_drop(&mut drops, record, 0, to)?;
                continue;
            }
            first = Some((content, record));
            if entry[24] == 1 {
                // Turned round, so that of one identity the one to keep comes first.
                let rank = inverted::<22>(&[&entry[41..55], &entry[16..24]]);
                by_identity.push(&[&entry[25..41], &rank])?;
            }
        }
        drop(entries);
        drop_of_identity(by_identity, &mut drops)?;
        Ok(Drops(drops.finish()?))
    }
}

/// Of each identity all but the first are dropped.
fn drop_of_identity(by_identity: Sorter, drops: &mut Sorter) -> Result<()> {
    let by_identity = by_identity.finish()?;
    let mut entries = by_identity.iter()?;
    let mut kept: Option<([u8; 16], [u8; 22])> = None;
    while let Some(entry) = entries.next()? {
        let (identity, rank) = (bytes::<16>(entry, 0), inverted::<22>(&[&entry[16..38]]));
        match kept {
            Some((same, best)) if same == identity => {
                let rule = match () {
                    () if rank[..10] != best[..10] => 1,
                    () if rank[10..14] != best[10..14] => 2,
                    () => 3,
                };
                add_drop(drops, number(&rank), rule, number(&best))?;
            }
            _ => kept = Some((identity, rank)),
        }
    }
    Ok(())
}

fn add_drop(drops: &mut Sorter, record: u64, rule: u8, to: u64) -> Result<()> {
    drops.push(&[&record.to_be_bytes(), &[rule], &to.to_be_bytes()])
}

/// The number of a contract, at the end of its rank.
fn number(rank: &[u8; 22]) -> u64 {
    u64::from_be_bytes(bytes(rank, 14))
}

fn bytes<const N: usize>(entry: &[u8], at: usize) -> [u8; N] {
    entry[at..at + N].try_into().expect("an entry has the length with which it was put together")
}

fn inverted<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut turned = [0; N];
    turned.iter_mut().zip(parts.concat()).for_each(|(place, byte)| *place = !byte);
    turned
}

impl Drops {
    /// Goes through them in the order of the file.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn iter(&self) -> Result<InOrder<'_>> {
        let mut in_order = InOrder { entries: self.0.iter()?, next: None };
        in_order.advance()?;
        Ok(in_order)
    }
}

/// Contracts that are dropped, in the order of the file.
#[derive(Debug)]
pub(crate) struct InOrder<'d> {
    entries: Entries<'d>,
    next: Option<(u64, Dropped)>,
}

impl InOrder<'_> {
    /// Whether the contract of a number is dropped; numbers must be asked for in order.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn take(&mut self, record: u64) -> Result<Option<Dropped>> {
        match self.next {
            Some((of, dropped)) if of == record => {
                self.advance()?;
                Ok(Some(dropped))
            }
            _ => Ok(None),
        }
    }

    fn advance(&mut self) -> Result<()> {
        self.next = self.entries.next()?.map(|entry| {
            let rule = RULES[usize::from(entry[8])];
            (u64::from_be_bytes(bytes(entry, 0)), Dropped { rule, to: u64::from_be_bytes(bytes(entry, 9)) })
        });
        Ok(())
    }
}

/// What two versions of one contract have in common; none of a contract without buyer or number.
fn identity(kind: Kind, contract: &Value<'_>) -> Option<u128> {
    let filled = |value: &Value<'_>| !value.shown().trim().is_empty();
    let single = |value: &&Value<'_>| matches!(value, Value::Text(_) | Value::Number(_)) && filled(value);
    let buyer = contract.get(kind.buyer_key()).and_then(|buyer| buyer.get("id")).filter(single)?;
    let id = contract.get("id").filter(single)?;
    let date = contract.get(if kind.is_concession() { "dateDebutExecution" } else { "dateNotification" });
    let day = date.and_then(Value::as_text).map_or(Value::Null, |text| Value::text(iso_day(text).unwrap_or(text)));
    let amount = contract.get(kind.amount_key()).map_or(0, Value::fingerprint);
    let parts = [buyer.fingerprint(), id.fingerprint(), operators_print(kind, contract), day.fingerprint(), amount];
    Some(join(&parts))
}

/// The operators in any order, each once: by type and identifier, else by all that is said of them.
fn operators_print(kind: Kind, contract: &Value<'_>) -> u128 {
    let of_one = |operator: &Value<'_>| match operator.get("id").filter(|id| !id.is_null()) {
        Some(id) => join(&[id.fingerprint(), operator.get("typeIdentifiant").map_or(0, Value::fingerprint)]),
        None => operator.fingerprint(),
    };
    let mut prints: Vec<u128> = operators(kind, contract).into_iter().flatten().map(of_one).collect();
    prints.sort_unstable();
    prints.dedup();
    join(&prints)
}

/// One fingerprint of several.
fn join(prints: &[u128]) -> u128 {
    let texts = prints.iter().map(|print| Value::text(format!("{print:x}")));
    Value::List(texts.collect()).fingerprint()
}

/// The day on which a contract or one of its modifications was last published.
fn published(contract: &Value<'_>) -> Day {
    let date = |of: &Value<'_>, key: &str| {
        let day = of.get(key).and_then(Value::as_text).and_then(iso_day)?;
        Day::try_from(day.as_bytes()).ok()
    };
    let changes = modifications(contract).filter_map(|change| date(change, "datePublicationDonneesModification"));
    changes.chain(date(contract, "datePublicationDonnees")).max().unwrap_or_default()
}

/// `2024-03-05` at the begin of a text.
fn iso_day(text: &str) -> Option<&str> {
    let day = text.get(..10)?;
    let is_like = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    day.bytes().enumerate().all(is_like).then_some(day)
}

/// How many values a contract has that say something.
fn filled(value: &Value<'_>) -> u32 {
    match value {
        Value::Null => 0,
        Value::Bool(_) | Value::Number(_) => 1,
        Value::Text(text) => u32::from(!text.trim().is_empty()),
        Value::List(list) => list.iter().map(filled).sum(),
        Value::Object(object) => object.iter().map(|(_, value)| filled(value)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn outcomes(contracts: &[Value<'_>]) -> Vec<Option<Dropped>> {
        let folder = tempfile::tempdir().unwrap();
        let mut candidates = Candidates::new(folder.path());
        for (nth, contract) in contracts.iter().enumerate() {
            let kind = if contract.get("autoriteConcedante").is_some() { Kind::Concession } else { Kind::Marche };
            candidates.add(nth as u64, kind, contract).unwrap();
        }
        let drops = candidates.decide().unwrap();
        let mut in_order = drops.iter().unwrap();
        (0..contracts.len() as u64).map(|nth| in_order.take(nth).unwrap()).collect()
    }

    #[trial::test_with_data]
    fn every_case_is_decided_as_expected() {
        let text = std::fs::read_to_string(trial::data("procurement/cases/dedupe.jsonl")).unwrap();
        for line in text.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let json: Vec<String> = case["contracts"].as_array().unwrap().iter().map(ToString::to_string).collect();
            let contracts: Vec<_> = json.iter().map(|text| Value::parse(text).unwrap()).collect();
            let found = outcomes(&contracts);
            for (found, expected) in found.into_iter().zip(case["expect"].as_array().unwrap()) {
                let (rule, to) = match found {
                    Some(dropped) => (dropped.rule.strip_prefix("dedupe."), Some(dropped.to)),
                    None => (None, None),
                };
                assert_eq!((rule, to), (expected["because"].as_str(), expected["of"].as_u64()), "{}", case["case"]);
            }
        }
    }

    #[trial::test_with_data]
    fn national_files_lose_what_is_expected() {
        for source in ["aife", "e-marchespublics", "marches-publics-info", "pes"] {
            let read = |name: String| std::fs::read_to_string(trial::data(name)).unwrap();
            let text = read(format!("procurement/national/{source}.json"));
            let whole = Value::parse(&text).unwrap();
            let contracts = whole.get("marches").unwrap_or(&whole).as_list().unwrap();
            let mut counts = BTreeMap::new();
            for outcome in outcomes(contracts) {
                let name = outcome.map_or("kept".to_owned(), |one| one.rule.replacen("dedupe.", "dropped:", 1));
                *counts.entry(name).or_insert(0_u64) += 1;
            }
            let summary: serde_json::Value =
                serde_json::from_str(&read(format!("procurement/national/{source}.summary.json"))).unwrap();
            assert_eq!(serde_json::to_value(counts).unwrap(), summary["dedupe"], "{source}");
        }
    }

    #[test]
    fn a_contract_of_any_type_has_no_identity() {
        for json in ["1", "null", "[]", "{}", r#"{"id":"1","acheteur":"x"}"#, r#"{"id":[],"acheteur":{"id":{}}}"#] {
            let value = Value::parse(json).unwrap();
            assert_eq!(identity(Kind::Marche, &value), None, "{json}");
            assert_eq!(outcomes(&[value.clone(), value]), [None, Some(Dropped { rule: RULES[0], to: 0 })]);
        }
    }
}

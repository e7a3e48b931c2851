//! What is said of a file once all of its contracts are known: which of them share an identifier, which are the same.

use std::path::Path;

use anyhow::Result;

use crate::kind::Kind;
use crate::sorter::{Entries, Sorted, Sorter};
use crate::value::{Value, print};

/// Collects of each contract what is needed, in memory that does not grow.
#[derive(Debug)]
pub(crate) struct Whole {
    sorter: Sorter,
}

/// A contract that shares buyer and identifier with an earlier one, and says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub(crate) record: u64,
    /// 0 where lines have no meaning.
    pub(crate) line: u64,
    pub(crate) kind: Kind,
    pub(crate) id: String,
}

/// Where a contract stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand {
    pub(crate) record: u64,
    pub(crate) line: u64,
    pub(crate) kind: Kind,
}

/// Before the identifier: key, content, record, line, kind.
const HEAD_BYTES: usize = 16 + 16 + 8 + 8 + 1;

impl Whole {
    /// `folder` is where the outputs will be.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { sorter: Sorter::new(folder) }
    }

    /// Takes a contract.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add(&mut self, contract: &Value<'_>, stand: Stand) -> Result<()> {
        let content = contract.fingerprint();
        let id = contract.get("id").and_then(Value::as_text).filter(|id| !id.trim().is_empty());
        // Contracts without one are only compared as a whole: the same content gives the same key.
        let key = id.and_then(|id| key(contract, stand.kind, id)).unwrap_or_else(|| print(20, &content.to_be_bytes()));
        let kind = [u8::from(stand.kind.is_concession())];
        let id = id.unwrap_or_default().as_bytes();
        self.sorter.push(&[
            &key.to_be_bytes(),
            &content.to_be_bytes(),
            &stand.record.to_be_bytes(),
            &stand.line.to_be_bytes(),
            &kind,
            id,
        ])
    }

    /// All are known.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(self) -> Result<Known> {
        Ok(Known { sorted: self.sorter.finish()? })
    }
}

/// Buyer and identifier; the buyer by its number, else by its name.
fn key(contract: &Value<'_>, kind: Kind, id: &str) -> Option<u128> {
    let buyer = contract.get(kind.buyer_key())?;
    let text = |key: &str| buyer.get(key).and_then(Value::as_text).filter(|text| !text.trim().is_empty());
    let name = || text("nom").map(|name| print(21, tables::fold(name).as_bytes()));
    let buyer = text("id").map(|id| print(22, id.as_bytes())).or_else(name)?;
    let mut both = [0; 32];
    both[..16].copy_from_slice(&buyer.to_be_bytes());
    both[16..].copy_from_slice(&print(23, id.as_bytes()).to_be_bytes());
    Some(print(24, &both))
}

/// All contracts of a file, by buyer and identifier.
#[derive(Debug)]
pub(crate) struct Known {
    sorted: Sorted,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
struct Member<'e> {
    key: u128,
    content: u128,
    record: u64,
    line: u64,
    is_concession: bool,
    id: &'e [u8],
}

impl<'e> Member<'e> {
    fn read(entry: &'e [u8]) -> Self {
        let wide = |from: usize| u128::from_be_bytes(entry[from..from + 16].try_into().expect("sixteen bytes"));
        let long = |from: usize| u64::from_be_bytes(entry[from..from + 8].try_into().expect("eight bytes"));
        let id = &entry[HEAD_BYTES..];
        Self { key: wide(0), content: wide(16), record: long(32), line: long(40), is_concession: entry[48] == 1, id }
    }
}

/// What is known of those that share a key before they are gone through.
#[derive(Debug, Clone, Copy)]
struct Group {
    /// Not all say the same.
    differs: bool,
    first: u64,
}

impl Known {
    /// Shows every contract that shares buyer and identifier with an earlier one, where not all of these say the same.
    ///
    /// # Errors
    /// What `see` fails with.
    pub(crate) fn duplicates(&self, see: &mut dyn FnMut(Duplicate) -> Result<()>) -> Result<()> {
        let (mut ahead, mut all) = (Ahead::new(&self.sorted)?, self.sorted.iter()?);
        let mut here: Option<(u128, Group)> = None;
        while let Some(entry) = all.next()? {
            let member = Member::read(entry);
            let group = match here {
                Some((key, group)) if key == member.key => group,
                _ => ahead.next()?,
            };
            here = Some((member.key, group));
            if group.differs && member.record != group.first {
                let kind = if member.is_concession { Kind::Concession } else { Kind::Marche };
                let id = String::from_utf8_lossy(member.id).into_owned();
                see(Duplicate { record: member.record, line: member.line, kind, id })?;
            }
        }
        Ok(())
    }

    /// Whether two contracts say the same.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn has_repeated(&self) -> Result<bool> {
        let mut all = self.sorted.iter()?;
        let mut before = None;
        while let Some(entry) = all.next()? {
            let member = Member::read(entry);
            let here = Some((member.key, member.content));
            if std::mem::replace(&mut before, here) == here {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Goes ahead to the end of each group.
#[derive(Debug)]
struct Ahead<'s> {
    entries: Entries<'s>,
    /// The first of the next group.
    next: Option<Seen>,
}

/// Of a member, what matters for its group.
#[derive(Debug, Clone, Copy)]
struct Seen {
    key: u128,
    content: u128,
    record: u64,
}

impl<'s> Ahead<'s> {
    fn new(sorted: &'s Sorted) -> Result<Self> {
        let mut entries = sorted.iter()?;
        let next = see(&mut entries)?;
        Ok(Self { entries, next })
    }

    fn next(&mut self) -> Result<Group> {
        let begin = self.next.take().expect("there are as many groups ahead as behind");
        let mut group = Group { differs: false, first: begin.record };
        loop {
            match see(&mut self.entries)? {
                Some(seen) if seen.key == begin.key => {
                    group.differs |= seen.content != begin.content;
                    group.first = group.first.min(seen.record);
                }
                next => {
                    self.next = next;
                    return Ok(group);
                }
            }
        }
    }
}

fn see(entries: &mut Entries<'_>) -> Result<Option<Seen>> {
    Ok(entries.next()?.map(|entry| {
        let member = Member::read(entry);
        Seen { key: member.key, content: member.content, record: member.record }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(contracts: &[&str]) -> Known {
        let folder = tempfile::tempdir().unwrap();
        let mut whole = Whole::new(folder.path());
        for (place, text) in contracts.iter().enumerate() {
            let stand = Stand { record: place as u64 + 1, line: 0, kind: Kind::Marche };
            whole.add(&Value::parse(text).unwrap(), stand).unwrap();
        }
        whole.finish().unwrap()
    }

    fn duplicates(contracts: &[&str]) -> Vec<u64> {
        let mut records = vec![];
        let see = &mut |duplicate: Duplicate| {
            records.push(duplicate.record);
            Ok(())
        };
        known(contracts).duplicates(see).unwrap();
        records.sort_unstable();
        records
    }

    const A: &str = r#"{"id":"1","acheteur":{"id":"2"},"montant":3}"#;
    const COPY: &str = r#"{"montant":3.0,"id":"1","acheteur":{"id":"2"}}"#;
    const B: &str = r#"{"id":"1","acheteur":{"id":"2"},"montant":4}"#;
    const OTHER: &str = r#"{"id":"1","acheteur":{"id":"3"},"montant":4}"#;

    #[test]
    fn contracts_of_one_identifier_are_told_but_the_first_where_they_differ() {
        assert!(duplicates(&[A, COPY, OTHER]).is_empty());
        assert_eq!(duplicates(&[B, OTHER, A]), [3]);
        assert_eq!(duplicates(&[A, B, COPY]), [2, 3]);
        assert!(duplicates(&[r#"{"montant":1}"#, r#"{"montant":2}"#]).is_empty(), "without identifier");
        let named =
            |montant: u8, nom: &str| format!(r#"{{"id":"1","acheteur":{{"nom":"{nom}"}},"montant":{montant}}}"#);
        assert_eq!(duplicates(&[&named(1, "Ville de X"), &named(2, "VILLE de  X")]), [2]);
    }

    #[test]
    fn equal_contracts_are_found_whatever_they_are() {
        for (contracts, repeated) in [
            (vec![A, B, COPY], true),
            (vec![A, B, OTHER], false),
            (vec!["1", "null", "1.0"], true),
            (vec![r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":1}"#], true),
            (vec![], false),
        ] {
            assert_eq!(known(&contracts).has_repeated().unwrap(), repeated, "{contracts:?}");
        }
    }
}

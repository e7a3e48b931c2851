//! What is remembered from one harvest to the next, in `DIR/.harvest/memory.jsonl`: what each answer gave, and what was
//! said of each dataset when it was written. No data: these are in the data files, whose hashes it holds.

mod part;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use foldhash::quality::FixedState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use transfer::Validators;

use crate::item::{Finding, Kind};
use crate::line::Digest;
use crate::model::Backend;
use crate::store::{Place, read_at};

pub(crate) use part::PartTold;

/// What one answer, or one item of a listing, gave last time.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Unit {
    /// The address that was asked, or `item:ID`.
    pub(crate) key: String,
    pub(crate) validators: Validators,
    /// SHA-256 of the answer, in hexadecimal; empty for an item.
    pub(crate) hash: String,
    /// What the dialect wanted to know again: the next page, the count, the date of a package.
    pub(crate) data: Value,
    pub(crate) items: Vec<UnitItem>,
    /// Services that wait for the end of all pages.
    pub(crate) services: Vec<UnitService>,
}

/// An item as it was told, without its data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UnitItem {
    pub(crate) remote_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) remote_url: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) findings: Vec<Finding>,
}

/// A service of a page, whether or not it became an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UnitService {
    pub(crate) uri: Option<String>,
    pub(crate) item: UnitItem,
    /// What it serves, as the page named it.
    pub(crate) serves: Vec<String>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Done,
    Failed,
    Skipped,
    /// It failed because another one of its identifier came before: whether it does so again, that one decides.
    Duplicate,
}

/// A line of a data file as it was last written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) remote_id: Box<str>,
    pub(crate) last_update: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) archived_at: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) name: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) slug: Option<Box<str>>,
    pub(crate) digest: String,
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
}

/// What the memory is of, and how its run ended. The last line: where it is missing, the memory is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The dialect and the address.
    pub(crate) source: String,
    /// All by which an answer is read as it was.
    pub(crate) settings: String,
    /// The journal of the run that wrote it.
    pub(crate) run: String,
    /// SHA-256 of the data files; of services none where there are none.
    pub(crate) datasets: String,
    pub(crate) dataservices: Option<String>,
    /// What the run had to say at its end, if that was a receipt.
    pub(crate) receipt: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Entry<'a> {
    Dataset(Known),
    Dataservice(Known),
    Unit(#[serde(borrow)] &'a RawValue),
    Head(Head),
}

/// The memory of an earlier run.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) head: Head,
    pub(crate) datasets: Vec<Known>,
    pub(crate) dataservices: Vec<Known>,
    file: File,
    units: HashMap<u64, Place>,
}

/// A dialect as the command line has it.
pub(crate) fn dialect_of(backend: Backend) -> &'static str {
    match backend {
        Backend::Dcat => "dcat",
        Backend::Ckan => "ckan",
        Backend::Dkan => "dkan",
        Backend::OpenDataSoft => "ods",
    }
}

/// Where it is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("memory.jsonl")
}

/// The key of one item of a listing.
pub(crate) fn key_of_item(remote_id: &str) -> String {
    format!("item:{remote_id}")
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

/// The number that a key goes by.
pub(crate) fn number_of(key: &str) -> u64 {
    use std::hash::BuildHasher;
    FixedState::default().hash_one(key)
}

impl Unit {
    /// One that has nothing yet.
    pub(crate) fn new(key: &str) -> Self {
        let (validators, hash, data) = (Validators::default(), String::new(), Value::Null);
        Self { key: key.to_owned(), validators, hash, data, items: Vec::new(), services: Vec::new() }
    }
}

impl Known {
    pub(crate) fn new(remote_id: &str, digest: Digest, place: Place, last_update: &str) -> Self {
        Self {
            remote_id: remote_id.into(),
            last_update: last_update.into(),
            archived_at: None,
            name: None,
            slug: None,
            digest: hex(&digest.0),
            offset: place.offset,
            bytes: place.bytes,
        }
    }

    /// The same, which stands elsewhere; nowhere, where there are no bytes.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { offset: place.offset, bytes: place.bytes, ..self }
    }

    pub(crate) fn place(&self) -> Place {
        Place { offset: self.offset, bytes: self.bytes }
    }

    pub(crate) fn digest(&self) -> Option<Digest> {
        let mut digest = [0; 16];
        for (nth, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.digest.get(nth * 2..nth * 2 + 2)?, 16).ok()?;
        }
        Some(Digest(digest))
    }
}

impl Memory {
    /// Reads what an earlier run left; none where that is not whole.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let path = path(folder);
        std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        let file = File::open(&path).ok()?;
        let mut reader = BufReader::with_capacity(256 << 10, &file);
        let (mut datasets, mut dataservices, mut units, mut head) = (Vec::new(), Vec::new(), HashMap::new(), None);
        let (mut line, mut offset) = (Vec::new(), 0);
        loop {
            line.clear();
            let bytes = reader.read_until(b'\n', &mut line).ok()?;
            if bytes == 0 {
                break;
            }
            match serde_json::from_slice(&line).ok()? {
                Entry::Dataset(known) => datasets.push(known),
                Entry::Dataservice(known) => dataservices.push(known),
                Entry::Unit(unit) => {
                    let key = serde_json::from_str::<Key>(unit.get()).ok()?.key;
                    units.insert(number_of(&key), Place { offset, bytes: bytes as u32 });
                }
                Entry::Head(last) => head = Some(last),
            }
            offset += bytes as u64;
        }
        drop(reader);
        Some(Self { head: head?, datasets, dataservices, file, units })
    }

    /// What was remembered under a key.
    pub(crate) fn unit(&self, key: &str) -> Option<Unit> {
        #[derive(Deserialize)]
        struct Line {
            unit: Unit,
        }
        let mut line = Vec::new();
        read_at(&self.file, *self.units.get(&number_of(key))?, &mut line).ok()?;
        serde_json::from_slice::<Line>(&line).ok().map(|line| line.unit).filter(|unit| unit.key == key)
    }

    /// The lines of the units, but those of the keys that `is_new`.
    pub(crate) fn copy_units(&self, is_new: impl Fn(u64) -> bool, output: &mut impl Write) -> Result<()> {
        let mut places: Vec<_> = self.units.iter().filter(|(key, _)| !is_new(**key)).map(|(_, place)| *place).collect();
        places.sort_by_key(|place| place.offset);
        let mut line = Vec::new();
        for place in places {
            read_at(&self.file, place, &mut line)?;
            output.write_all(&line)?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// What a run leaves for the next one.
#[derive(Debug)]
pub(crate) struct Remembering {
    output: files::Output,
}

impl Remembering {
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let output = files::Output::create_with(path(folder), files::Access::OwnerAndGroup)?;
        Ok(Self { output })
    }

    pub(crate) fn known(&mut self, kind: Kind, known: Known) -> Result<()> {
        self.entry(&match kind {
            Kind::Dataset => Entry::Dataset(known),
            Kind::Dataservice => Entry::Dataservice(known),
        })
    }

    /// Lines of units, as [`write_unit`] makes them.
    pub(crate) fn units(&mut self, mut lines: impl Read) -> Result<()> {
        std::io::copy(&mut lines, &mut self.output).context("could not write the memory")?;
        Ok(())
    }

    pub(crate) fn old_units(&mut self, memory: &Memory, is_new: impl Fn(u64) -> bool) -> Result<()> {
        memory.copy_units(is_new, &mut self.output)
    }

    /// It takes the place of the one before.
    pub(crate) fn end(mut self, head: Head) -> Result<()> {
        self.entry(&Entry::Head(head))?;
        self.output.commit()?;
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Result<()> {
        let mut line = serde_json::to_vec(entry).context("could not write the memory as JSON")?;
        line.push(b'\n');
        self.output.write_all(&line).context("could not write the memory")
    }
}

//! A regulatory file, whichever form it has, contract by contract.

use std::path::PathBuf;

use anyhow::Result;
use tables::{Source, Text};

use crate::document::{self, Container, Probe, is_of_2_0};
use crate::element::{Element, Scope};
use crate::fault::Fault;
use crate::kind::Kind;
use crate::origin::Origin;
use crate::value::{Oddity, Value};
use crate::version::Version;
use crate::xml_form::{self, Found, to_value};

/// What a file is, before its contracts are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nature {
    /// As reports call it: `1.x`, `2.0`, `xml`.
    pub(super) container: &'static str,
    pub(super) version: Version,
}

/// What stands in a list of contracts.
pub(super) struct Item<'t> {
    /// In the input, from 1.
    pub(super) record: u64,
    /// Of XML.
    pub(super) line: Option<u64>,
    /// The list or element that says its kind.
    pub(super) list: Option<Kind>,
    pub(super) value: Value<'t>,
    pub(super) oddities: Vec<Oddity>,
}

/// Who takes what stands there.
pub(super) type See<'s> = dyn FnMut(Item<'_>) -> Result<()> + 's;

/// A file under way.
pub(super) enum Input {
    Json(Box<document::Reader>),
    Xml(Box<Xml>),
}

pub(super) struct Xml {
    reader: xml_form::Reader<Text>,
    path: PathBuf,
    version: Version,
    record: u64,
}

impl Nature {
    /// Looks at a file; `reads_not_finite`: `NaN` is read as null.
    ///
    /// # Errors
    /// 65 where it cannot be read.
    pub(super) fn find(source: &Source, origin: Origin, reads_not_finite: bool) -> Result<Self> {
        if origin == Origin::RegulatoryXml {
            return Ok(Self { container: "xml", version: version_of_xml(source)? });
        }
        let probe = Probe::take(source, reads_not_finite, false)?;
        let is_2_0 = probe.container == Container::V2 || probe.is_all_of_2_0;
        let version = if is_2_0 { Version::V2_0_3 } else { Version::V1_5_0 };
        Ok(Self { container: probe.container.name(), version })
    }
}

/// The version of a document in XML is that of its first contract.
fn version_of_xml(source: &Source) -> Result<Version> {
    let mut reader = xml_form::open(source)?;
    loop {
        match reader.next().map_err(|stop| xml_form::failure(source.path(), stop))? {
            Some(Found::Stray(_)) => {}
            Some(Found::Contract(_, tree)) => return Ok(version_of(tree.root(), Version::V1_5_0)),
            None => return Ok(Version::V1_5_0),
        }
    }
}

/// A contract with elements of 2.0 is one, whatever stands around it.
fn version_of(contract: Element<'_>, around: Version) -> Version {
    let names = contract.children().filter(|child| child.scope() != Scope::Prefixed);
    let keys = names.map(|child| (child.name().into(), Value::Null)).collect();
    if is_of_2_0(&Value::Object(keys)) { Version::V2_0_3 } else { around }
}

impl Input {
    /// Begins to read.
    ///
    /// # Errors
    /// 65 where it cannot be read.
    pub(super) fn open(source: &Source, origin: Origin, nature: Nature, reads_not_finite: bool) -> Result<Self> {
        Ok(match origin {
            Origin::RegulatoryXml => Self::Xml(Box::new(Xml {
                reader: xml_form::open(source)?,
                path: source.path().to_owned(),
                version: nature.version,
                record: 0,
            })),
            _ => Self::Json(Box::new(document::Reader::open(source, reads_not_finite)?)),
        })
    }

    /// Shows what comes next; false at the end.
    ///
    /// # Errors
    /// 65 where it cannot be read, and what `see` fails with.
    pub(super) fn next(&mut self, see: &mut See<'_>) -> Result<bool> {
        match self {
            Self::Json(reader) => reader.next(&mut |entry| {
                let document::Entry { number, list, value, oddities } = entry;
                see(Item { record: number, line: None, list, value, oddities })
            }),
            Self::Xml(xml) => xml.next(see),
        }
    }

    /// What there is to tell of the file around its contracts, once all is read.
    pub(super) fn faults(&self) -> Vec<Fault<'static>> {
        let Self::Json(reader) = self else { return vec![] };
        let shape = reader.shape();
        let duplicate = shape.duplicate_keys.iter().map(|path| Fault::new("json.duplicate_key", path.clone()));
        let odd = shape.lists.iter().filter(|(_, is_list)| !is_list);
        let odd = odd.map(|(kind, _)| Fault::new("schema.type", format!("/marches/{}", kind.name())));
        duplicate.chain(odd).collect()
    }
}

impl Xml {
    fn next(&mut self, see: &mut See<'_>) -> Result<bool> {
        let found = self.reader.next().map_err(|stop| xml_form::failure(&self.path, stop))?;
        self.record += 1;
        let record = self.record;
        match found {
            None => return Ok(false),
            Some(Found::Stray(tree)) => {
                // No contract, and so no object.
                let value = Value::text(tree.root().deep_text());
                see(Item { record, line: Some(tree.line()), list: None, value, oddities: vec![] })?;
            }
            Some(Found::Contract(kind, tree)) => {
                let root = tree.root();
                let value = to_value(kind, root, version_of(root, self.version));
                see(Item { record, line: Some(tree.line()), list: Some(kind), value, oddities: vec![] })?;
            }
        }
        Ok(true)
    }
}

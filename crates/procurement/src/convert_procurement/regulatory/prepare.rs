//! A contract on its way from the input to the output: its kind and version found, brought to 2.0, repaired.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use super::super::options::Options;
use crate::branch::branch;
use crate::document::is_of_2_0;
use crate::fault::Fault;
use crate::kind::Kind;
use crate::repair::Repairer;
use crate::upgrade::upgrade;
use crate::value::{Oddity, Value};
use crate::version::Version;

use super::input::{Item, Nature};

/// What becomes of contracts before they are compared, judged and written.
pub(super) struct Prepare<'o> {
    options: &'o Options,
    nature: Nature,
    version: Version,
    /// Contracts of 2.0 may stand in a list of 1.x.
    repairers: BTreeMap<Version, Repairer<'o>>,
}

/// A contract as it is compared, judged and written.
pub(super) struct Prepared<'t> {
    pub(super) kind: Kind,
    pub(super) version: Version,
    pub(super) value: Value<'t>,
    pub(super) is_upgraded: bool,
    /// What was done to it and found on the way, one of a rule at a place.
    pub(super) faults: Vec<Fault<'static>>,
}

impl<'o> Prepare<'o> {
    pub(super) fn new(options: &'o Options, nature: Nature, version: Version) -> Self {
        Self { options, nature, version, repairers: BTreeMap::new() }
    }

    /// Prepares what stands in a list of contracts; what is no object stays as it is.
    ///
    /// # Errors
    /// When the table of procedures cannot be read any more.
    pub(super) fn item<'t>(&mut self, item: Item<'t>) -> Result<Prepared<'t>> {
        let Item { list, value, oddities, .. } = item;
        let (kind, is_known) = branch(&value, list);
        let mut faults: Vec<Fault<'static>> = oddities.into_iter().map(of_oddity).collect();
        if !is_known {
            faults.push(Fault::new("contract.unknown_kind", ""));
        }
        let is_of_other = !self.nature.version.is_2_0() && is_of_2_0(&value);
        if is_of_other {
            faults.push(Fault::new("contract.other_version", ""));
        }
        let version = match self.options.format {
            Some(version) => version,
            None if is_of_other => Version::V2_0_3,
            None => self.nature.version,
        };
        let is_upgraded = self.version.is_2_0() && !self.nature.version.is_2_0() && !is_of_other;
        let value = match is_upgraded {
            true => upgrade(kind, value, &mut |fault| faults.push(fault.into_owned())),
            false => value,
        };
        let value = match self.options.args.repair {
            true => {
                let (value, repairs) = self.repairer(version)?.repair(kind, value);
                faults.extend(repairs);
                value
            }
            false => value,
        };
        let mut told = HashSet::new();
        faults.retain(|fault| told.insert((fault.rule, fault.path.clone())));
        Ok(Prepared { kind, version, value, is_upgraded, faults })
    }

    fn repairer(&mut self, version: Version) -> Result<&mut Repairer<'o>> {
        if !self.repairers.contains_key(&version) {
            let repairer = Repairer::new(version, self.options.procedures(version)?, &self.options.cpv);
            self.repairers.insert(version, repairer);
        }
        Ok(self.repairers.get_mut(&version).expect("it was just put there"))
    }
}

fn of_oddity(oddity: Oddity) -> Fault<'static> {
    match oddity {
        Oddity::DuplicateKey { path } => Fault::new("json.duplicate_key", path),
        Oddity::NotFinite { path, text } => Fault::new("json.not_finite", path).value(text).to("null"),
    }
}

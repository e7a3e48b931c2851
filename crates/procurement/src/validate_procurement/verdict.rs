//! The verdict under way: what is found of each contract, and of the file once all are known.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use report::{Findings, Lang, Level, Levels};
use serde_json::Value as Json;

use crate::cpv::Cpv;
use crate::fault::Fault;
use crate::judge::Judge;
use crate::kind::Kind;
use crate::telling::{self, Place};
use crate::value::Value;
use crate::version::Version;
use crate::whole::{Known, Stand, Whole};

use super::tally::Contracts;

/// What was asked for, and what was found so far.
#[derive(Debug)]
pub(super) struct Verdict {
    asked: Option<Version>,
    cpv: Arc<Cpv>,
    lang: Lang,
    /// Of the file's version, and of another where a contract is of that: made when they are needed.
    judges: Vec<Judge>,
    contracts: Contracts,
    whole: Whole,
}

/// What there is to say in the end, besides the findings.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) version: Version,
    pub(super) container: &'static str,
    pub(super) contracts: Contracts,
}

/// What was found of one contract.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub(super) is_conform: bool,
    pub(super) is_valid: bool,
}

impl Verdict {
    pub(super) fn new(asked: Option<Version>, cpv: Arc<Cpv>, lang: Lang, folder: &Path) -> Self {
        let whole = Whole::new(folder);
        Self { asked, cpv, lang, judges: vec![], contracts: Contracts::default(), whole }
    }

    /// The version that was asked for.
    pub(super) fn asked(&self) -> Option<Version> {
        self.asked
    }

    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// Tells a fault.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn tell(&self, findings: &mut Findings, place: &Place<'_>, fault: &Fault<'_>) -> Result<()> {
        telling::tell(findings, self.lang, place, fault)
    }

    /// Judges a contract by a version: the schema too, unless an XSD has its say in place of it.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn judge(
        &mut self,
        version: Version,
        contract: &Value<'_>,
        place: &Place<'_>,
        has_schema: bool,
        findings: &mut Findings,
    ) -> Result<Outcome> {
        let lang = self.lang;
        let (mut outcome, mut told) = (Outcome { is_conform: true, is_valid: true }, Ok(()));
        let judge = judge(&mut self.judges, version, &self.cpv);
        let mut tell = |fault: Fault<'_>| {
            outcome.is_conform &= !fault.rule.starts_with("schema.");
            outcome.is_valid &= findings.rules().get(findings.rule(fault.rule)).level != Level::Error;
            if told.is_ok() {
                told = telling::tell(findings, lang, place, &fault);
            }
        };
        if has_schema {
            judge.schema(contract, place.kind, &mut tell);
        }
        judge.rules(contract, place.kind, &mut tell);
        told.map(|()| outcome)
    }

    /// Counts a contract that was judged, and keeps what matters for the file as a whole.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn count(&mut self, contract: &Value<'_>, place: &Place<'_>, outcome: Outcome) -> Result<()> {
        self.contracts.count(place.kind, outcome.is_conform, outcome.is_valid);
        let (record, line) = (place.record.unwrap_or(0), place.line.unwrap_or(0));
        self.whole.add(contract, Stand { record, line, kind: place.kind })
    }

    pub(super) fn contracts(&self) -> Contracts {
        self.contracts
    }

    /// All contracts are known: tells which of them share an identifier, and that there is none.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn finish(self, findings: &mut Findings) -> Result<(Contracts, Known)> {
        let known = self.whole.finish()?;
        if self.contracts.all() == 0 {
            telling::tell(findings, self.lang, &Place::FILE, &Fault::new("file.empty", ""))?;
        }
        known.duplicates(&mut |duplicate| {
            let place = Place {
                record: Some(duplicate.record),
                line: Some(duplicate.line).filter(|line| *line > 0),
                column: None,
                id: Some(&duplicate.id),
                kind: duplicate.kind,
            };
            telling::tell(findings, self.lang, &place, &Fault::new("uid.duplicate", "/id").value(duplicate.id.as_str()))
        })?;
        Ok((self.contracts, known))
    }
}

fn judge<'j>(judges: &'j mut Vec<Judge>, version: Version, cpv: &Arc<Cpv>) -> &'j Judge {
    let place = judges.iter().position(|judge| judge.version() == version).unwrap_or_else(|| {
        judges.push(Judge::new(version, cpv.clone()));
        judges.len() - 1
    });
    &judges[place]
}

/// A contract's identifier, as findings name it.
pub(super) fn id_of<'c>(contract: &'c Value<'_>) -> Option<&'c str> {
    contract.get("id").and_then(Value::as_text).filter(|id| !id.trim().is_empty())
}

/// The place of a contract.
pub(super) fn place_of<'c>(contract: &'c Value<'_>, record: u64, line: Option<u64>, kind: Kind) -> Place<'c> {
    Place { record: Some(record), line, column: None, id: id_of(contract), kind }
}

/// What a report says of the verdict, whether it was written now or earlier.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) version: String,
    pub(super) container: String,
    pub(super) contracts: Contracts,
    pub(super) levels: Levels,
    /// The worst and most frequent one.
    pub(super) first_rule: String,
}

impl Summary {
    /// # Errors
    /// When it is no report of this step: somebody has written over it.
    pub(super) fn of_report(report: &Json) -> Result<Self> {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let count = |level: &str| report["levels"][level].as_u64().unwrap_or(0);
        let contracts = serde_json::from_value(report["contracts"].clone());
        Ok(Self {
            version: text(&report["version"]),
            container: text(&report["container"]),
            contracts: contracts.context("could not read the report back")?,
            levels: Levels { error: count("error"), warning: count("warning"), info: count("info") },
            first_rule: text(&report["rules"][0]["rule"]),
        })
    }
}

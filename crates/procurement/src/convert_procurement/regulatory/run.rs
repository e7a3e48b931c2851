//! The contracts of a file from the first to the last.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use files::Output;
use report::{Findings, Lang, Records, Rejects};
use serde_json::json;
use step::Task;
use tables::Source;

use super::super::To;
use super::super::options::Options;
use crate::cells::Told;
use crate::dedupe::{Candidates, Drops, InOrder, RULES};
use crate::fault::Fault;
use crate::judge::Judge;
use crate::judged::{Judged, Verdicts};
use crate::origin::Origin;
use crate::output::{Contracts, Counts};
use crate::states::shown;
use crate::table::{Name, Names};
use crate::telling::{self, Place};
use crate::upgraded::Upgraded;
use crate::value::Value;
use crate::version::Version;
use crate::whole::{Stand, Whole};

use super::input::{Input, Item, Nature};
use super::prepare::{Prepare, Prepared};
use super::states_file::StatesFile;

/// Contracts between two looks at whether the step was told to stop.
const AT_ONCE: u64 = 1_024;

/// What is converted, and how.
pub(super) struct Run<'o> {
    pub(super) options: &'o Options,
    pub(super) source: &'o Source,
    pub(super) origin: Origin,
    pub(super) nature: Nature,
    pub(super) version: Version,
    /// Where what memory does not hold may wait.
    pub(super) folder: &'o Path,
    pub(super) task: &'o Task,
}

/// What came of a file.
pub(super) struct Converted {
    pub(super) output: Output,
    pub(super) states: Option<Output>,
    pub(super) counts: Counts,
    pub(super) verdicts: Verdicts,
    pub(super) records: Records,
    pub(super) rejects: Rejects,
    pub(super) procedures: Vec<Name>,
    pub(super) upgrade: Option<Upgraded>,
    pub(super) dedupe: Option<serde_json::Value>,
}

impl Run<'_> {
    /// Converts the file.
    ///
    /// # Errors
    /// 65 when it breaks a rule, 74 when the disk refuses.
    pub(super) fn convert(&self, findings: &mut Findings, rejects: Rejects) -> Result<Converted> {
        let drops = match self.options.args.dedupe {
            true => Some(self.duplicates()?),
            false => None,
        };
        let mut dropped = drops.as_ref().map(Drops::iter).transpose()?;
        let mut writer = Writer::begin(self, findings, rejects)?;
        let mut prepare = Prepare::new(self.options, self.nature, self.version);
        let input = self.each("writing", &mut |item| writer.item(item, &mut prepare, dropped.as_mut()))?;
        for fault in input.faults() {
            writer.tell(&Place::FILE, &fault)?;
        }
        writer.finish(self.options.args.dedupe)
    }

    /// Goes through the file to find which contracts it holds more than once.
    fn duplicates(&self) -> Result<Drops> {
        let mut candidates = Candidates::new(self.folder);
        let mut prepare = Prepare::new(self.options, self.nature, self.version);
        self.each("comparing", &mut |item| {
            let record = item.record;
            if item.value.as_object().is_none() {
                return Ok(());
            }
            let prepared = prepare.item(item)?;
            candidates.add(record, prepared.kind, &prepared.value)
        })?;
        candidates.decide()
    }

    fn each(&self, doing: &str, see: &mut super::input::See<'_>) -> Result<Input> {
        let mut input = Input::open(self.source, self.origin, self.nature, self.options.args.repair)?;
        let progress = self.task.progress(format!("{doing} `{}`", self.source.found().name), "contracts");
        let mut count = 0;
        while input.next(see)? {
            count += 1;
            if count % AT_ONCE == 0 {
                self.task.go_on()?;
                progress.set(count);
            }
        }
        Ok(input)
    }
}

/// Writes contracts, and tells what there is to tell of each.
struct Writer<'w> {
    run: &'w Run<'w>,
    findings: &'w mut Findings,
    rejects: Rejects,
    contracts: Contracts,
    states: Option<StatesFile>,
    judges: BTreeMap<Version, Judge>,
    judged: Judged,
    whole: Whole,
    records: Records,
    names: Names,
    upgraded: Upgraded,
    dropped: BTreeMap<&'static str, u64>,
}

impl<'w> Writer<'w> {
    fn begin(run: &'w Run<'w>, findings: &'w mut Findings, rejects: Rejects) -> Result<Self> {
        let options = run.options;
        let output = Output::create(&options.output)?;
        let contracts = match options.to {
            To::Json => Contracts::json(output, run.version, run.folder)?,
            To::Xml => Contracts::xml(output)?,
        };
        let states = match options.args.states {
            true => Some(StatesFile::begin(Output::create(options.states())?)?),
            false => None,
        };
        Ok(Self {
            run,
            findings,
            rejects,
            judged: contracts.judged(),
            contracts,
            states,
            judges: BTreeMap::new(),
            whole: Whole::new(run.folder),
            records: Records::default(),
            names: Names::default(),
            upgraded: Upgraded::default(),
            dropped: RULES.iter().map(|rule| (*rule, 0)).collect(),
        })
    }

    fn lang(&self) -> Lang {
        self.run.options.args.findings.lang
    }

    fn item(&mut self, item: Item<'_>, prepare: &mut Prepare<'_>, dropped: Option<&mut InOrder<'_>>) -> Result<()> {
        self.records.read += 1;
        let (record, line) = (item.record, item.line);
        if item.value.as_object().is_none() {
            return self.reject(record, line, &item.value);
        }
        let Prepared { kind, version, value, is_upgraded, faults } = prepare.item(item)?;
        let id = shown(value.get("id"));
        let id = Some(id.as_ref()).filter(|id| !id.is_empty());
        let place = Place { record: Some(record), line, column: None, id, kind };
        if let Some(yields) = dropped.map(|dropped| dropped.take(record)).transpose()?.flatten() {
            self.records.dropped += 1;
            *self.dropped.entry(yields.rule).or_insert(0) += 1;
            return self.tell(&place, &Fault::new(yields.rule, "").to(yields.to.to_string()));
        }
        self.records.kept += 1;
        for fault in &faults {
            self.tell(&place, fault)?;
            self.note(fault, record);
        }
        if let Some(states) = &mut self.states {
            states.add(record, kind, &value)?;
        }
        self.judge(&value, &place, version, is_upgraded, faults)?;
        self.whole.add(&value, Stand { record, line: line.unwrap_or(0), kind })?;
        self.contracts.write(kind, &value, version)
    }

    /// What is no object gives no contract.
    fn reject(&mut self, record: u64, line: Option<u64>, value: &Value<'_>) -> Result<()> {
        self.records.rejected += 1;
        let place = Place { record: Some(record), line, ..Place::FILE };
        self.tell(&place, &Fault::new("record.unusable", ""))?;
        let rules = self.findings.rules();
        let message = rules.get(rules.id("record.unusable")).message.to_string();
        self.rejects.add_cells(record, line, "record.unusable", &message, [value.shown().as_ref()])
    }

    /// What the report lists besides the findings.
    fn note(&mut self, fault: &Fault<'_>, record: u64) {
        self.upgraded.add(fault);
        let told = match fault.rule {
            "procedure.mapped" => Told::ProcedureMapped,
            "procedure.ambiguous" => Told::ProcedureAmbiguous,
            _ => return,
        };
        self.names.add(told, fault.value.as_deref().unwrap_or_default(), fault.to.as_deref(), record);
    }

    fn judge(
        &mut self,
        value: &Value<'_>,
        place: &Place<'_>,
        version: Version,
        is_upgraded: bool,
        faults: Vec<Fault<'static>>,
    ) -> Result<()> {
        let lang = self.lang();
        let cpv = &self.run.options.cpv;
        let judge = self.judges.entry(version).or_insert_with(|| Judge::new(version, cpv.clone()));
        // What 2.0 needs and nobody has said is told by the verdict; the report counts it.
        let upgraded = &mut self.upgraded;
        if is_upgraded && self.run.options.to == To::Xml {
            judge.schema(value, place.kind, &mut |fault| upgraded.add(&fault));
        }
        // A repair may leave something of what it is about: that is told once.
        let mut is_told = |fault: &Fault<'_>| {
            if is_upgraded {
                upgraded.add(fault);
            }
            faults.iter().any(|told| told.rule == fault.rule && told.path == fault.path)
        };
        // A contract of no kind is no valid one, whatever stands in it.
        let is_known = faults.iter().all(|fault| fault.rule != "contract.unknown_kind");
        self.judged.contract(judge, value, place, is_known, lang, self.findings, &mut is_told)
    }

    fn tell(&mut self, place: &Place<'_>, fault: &Fault<'_>) -> Result<()> {
        telling::tell(self.findings, self.lang(), place, fault)
    }

    fn finish(mut self, has_dedupe: bool) -> Result<Converted> {
        self.tell_whole()?;
        let lang = self.lang();
        let verdicts = self.judged.finish(lang, self.findings)?;
        let (output, counts) = self.contracts.finish()?;
        let records = Records { written: counts.total(), ..self.records };
        assert!(records.is_closed(), "records do not add up: {records:?}");
        let is_upgrade = self.run.version.is_2_0() && !self.run.nature.version.is_2_0();
        let dedupe = has_dedupe.then(|| {
            let counts = self.dropped.iter().map(|(rule, count)| (rule.replacen("dedupe.", "", 1), json!(count)));
            serde_json::Value::Object(counts.chain([("kept".to_owned(), json!(records.kept))]).collect())
        });
        Ok(Converted {
            output,
            states: self.states.map(StatesFile::finish).transpose()?,
            counts,
            verdicts,
            records,
            rejects: self.rejects,
            procedures: self.names.finish(),
            upgrade: is_upgrade.then_some(self.upgraded),
            dedupe,
        })
    }

    /// What is said of the output as a whole.
    fn tell_whole(&mut self) -> Result<()> {
        let whole = std::mem::replace(&mut self.whole, Whole::new(self.run.folder));
        let (known, lang) = (whole.finish()?, self.lang());
        let findings = &mut *self.findings;
        known.duplicates(&mut |duplicate| {
            let line = Some(duplicate.line).filter(|line| *line > 0);
            let id = Some(duplicate.id.as_str());
            let place = Place { record: Some(duplicate.record), line, column: None, id, kind: duplicate.kind };
            telling::tell(findings, lang, &place, &Fault::new("uid.duplicate", "/id").value(duplicate.id.as_str()))
        })?;
        if self.records.read == 0 {
            self.tell(&Place::FILE, &Fault::new("file.empty", ""))?;
        }
        let has_one_list = self.run.version.has_one_list() && self.run.options.to == To::Json;
        match has_one_list && known.has_repeated()? {
            true => self.tell(&Place::FILE, &Fault::new("schema.uniqueItems", "/marches")),
            false => Ok(()),
        }
    }
}

//! Contracts judged as they are written: what is the matter with each, and how many are as they should be.

use anyhow::Result;
use report::{Findings, Lang, Level, Spot};

use crate::fault::{Fault, RuleName};
use crate::judge::Judge;
use crate::telling::{self, Place};
use crate::value::Value;
use crate::way::Way;
use crate::xml_form::{self, Found};
use crate::xsd::{Document, Entry, Schema};

/// The rule of a key that is missing, which is an error.
const MISSING: RuleName = "schema.required";

/// How many contracts are as they should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verdicts {
    /// The official schema finds nothing.
    pub(crate) conform: u64,
    /// Nothing of level error is found.
    pub(crate) valid: u64,
}

/// The contracts of an output, judged by the schema of its form.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    verdicts: Verdicts,
    /// Of XML: libxml2 numbers an element only where there is another of its name, so that faults may wait.
    document: Option<Document>,
}

impl Judged {
    pub(crate) fn json() -> Self {
        Self::default()
    }

    pub(crate) fn xml() -> Self {
        Self { document: Some(Document::of_list("marches")), ..Self::default() }
    }

    /// Whether the schema of JSON counts.
    pub(crate) fn is_of_json(&self) -> bool {
        self.document.is_none()
    }

    /// Judges a contract and tells what is the matter, but for what `is_told` says was told of it before. `is_sound`: nothing
    /// of level error was found before.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    #[expect(clippy::too_many_arguments, reason = "each decides on what is told")]
    pub(crate) fn contract(
        &mut self,
        judge: &Judge,
        contract: &Value<'_>,
        place: &Place<'_>,
        is_sound: bool,
        lang: Lang,
        findings: &mut Findings,
        is_told: &mut dyn FnMut(&Fault<'_>) -> bool,
    ) -> Result<()> {
        let mut hearing = Hearing::new(place, is_sound, lang, findings, is_told);
        match &mut self.document {
            None => judge.contract(contract, place.kind, &mut |fault| hearing.hear(&fault)),
            Some(document) => {
                judge.rules(contract, place.kind, &mut |fault| hearing.hear(&fault));
                hearing.is_conform = judge_xml(document, judge, contract, place, lang, hearing.findings)?;
            }
        }
        self.end(hearing)
    }

    /// Counts a contract of which everything was heard.
    ///
    /// # Errors
    /// 74 when the disk refused what there was to tell of it.
    pub(crate) fn end(&mut self, hearing: Hearing<'_>) -> Result<()> {
        hearing.told?;
        self.verdicts.conform += u64::from(hearing.is_conform);
        self.verdicts.valid += u64::from(hearing.is_valid && hearing.is_conform);
        Ok(())
    }

    /// Tells what has waited.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(self, lang: Lang, findings: &mut Findings) -> Result<Verdicts> {
        if let Some(document) = self.document {
            document.finish(&mut |entry, fault| tell_entry(entry, &fault, lang, findings))?;
        }
        Ok(self.verdicts)
    }
}

/// Hears what is the matter with one contract, and tells it.
pub(crate) struct Hearing<'h> {
    place: &'h Place<'h>,
    lang: Lang,
    findings: &'h mut Findings,
    is_told: &'h mut dyn FnMut(&Fault<'_>) -> bool,
    is_conform: bool,
    is_valid: bool,
    told: Result<()>,
}

/// Where it is counted that a key is missing which every contract has to have.
#[derive(Debug, Default)]
pub(crate) struct Required(Option<Spot>);

impl<'h> Hearing<'h> {
    /// As [`Judged::contract`] does.
    pub(crate) fn new(
        place: &'h Place<'h>,
        is_sound: bool,
        lang: Lang,
        findings: &'h mut Findings,
        is_told: &'h mut dyn FnMut(&Fault<'_>) -> bool,
    ) -> Self {
        Self { place, lang, findings, is_told, is_conform: true, is_valid: is_sound, told: Ok(()) }
    }

    pub(crate) fn hear(&mut self, fault: &Fault<'_>) {
        let Self { place, findings, .. } = self;
        let rule = findings.rule(fault.rule);
        self.is_conform &= !fault.rule.starts_with("schema.");
        self.is_valid &= findings.rules().get(rule).level != Level::Error;
        if self.told.is_ok() && !(self.is_told)(fault) && !findings.count_only(&place.finding(rule, &fault.path)) {
            self.told = telling::tell_whole(findings, rule, self.lang, place, fault);
        }
    }

    /// Hears that a key is missing, to which this way would lead: of most contracts of a file the same ones are.
    pub(crate) fn hear_missing(&mut self, key: &mut Required, way: &Way<'_>) {
        if let (Some(spot), Some(record)) = (key.0, self.place.record)
            && self.findings.count_at(spot, record)
        {
            (self.is_conform, self.is_valid) = (false, false);
            return;
        }
        way.with_pointer(|path| {
            self.hear(&Fault::new(MISSING, path));
            if key.0.is_none() {
                let rule = self.findings.rule(MISSING);
                key.0 = self.findings.spot(&self.place.finding(rule, path));
            }
        });
    }
}

/// Judges a contract by what of it is written.
fn judge_xml(
    document: &mut Document,
    judge: &Judge,
    contract: &Value<'_>,
    place: &Place<'_>,
    lang: Lang,
    findings: &mut Findings,
) -> Result<bool> {
    let xml = xml_form::write_alone(place.kind, contract, judge.version());
    let mut reader = xml_form::Reader::open(&xml[..]).expect("what was written is XML");
    let Ok(Some(Found::Contract(kind, tree))) = reader.next() else { return Ok(false) };
    let entry = Entry {
        record: place.record.unwrap_or(0),
        line: place.line,
        id: place.id.map(str::to_owned),
        kind: place.kind,
    };
    document.contract(&entry, (kind, tree), Schema::of(judge.version()), &mut |entry, fault| {
        tell_entry(entry, &fault, lang, findings)
    })
}

/// Tells a fault of a document in XML.
///
/// # Errors
/// 74 when the disk refuses.
pub(crate) fn tell_entry(entry: &Entry, fault: &Fault<'_>, lang: Lang, findings: &mut Findings) -> Result<()> {
    let record = Some(entry.record).filter(|record| *record > 0);
    let place = Place { record, line: entry.line, column: None, id: entry.id.as_deref(), kind: entry.kind };
    telling::tell(findings, lang, &place, fault)
}

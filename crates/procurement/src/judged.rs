//! Contracts judged as they are written: what is the matter with each, and how many are as they should be.

use anyhow::Result;
use report::{Findings, Lang, Level};

use crate::fault::Fault;
use crate::judge::Judge;
use crate::telling::{self, Place};
use crate::value::Value;
use crate::xml_form::{self, Found};
use crate::xsd::{Document, Entry, Schema};

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
        let (mut is_conform, mut is_valid) = (true, is_sound);
        let mut told = Ok(());
        let mut tell = |fault: Fault<'_>| {
            is_conform &= !fault.rule.starts_with("schema.");
            let rule = findings.rule(fault.rule);
            is_valid &= findings.rules().get(rule).level != Level::Error;
            if told.is_ok() && !is_told(&fault) && !findings.count_only(&place.finding(rule, &fault.path)) {
                told = telling::tell_whole(findings, rule, lang, place, &fault);
            }
        };
        match &mut self.document {
            None => judge.contract(contract, place.kind, &mut tell),
            Some(document) => {
                judge.rules(contract, place.kind, &mut tell);
                told?;
                told = Ok(());
                is_conform = judge_xml(document, judge, contract, place, lang, findings)?;
            }
        }
        told?;
        self.verdicts.conform += u64::from(is_conform);
        self.verdicts.valid += u64::from(is_valid && is_conform);
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

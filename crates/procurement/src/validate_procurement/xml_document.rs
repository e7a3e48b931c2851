//! A document in XML, judged as libxml2 does, and by our own rules on what its contracts are in JSON.

use anyhow::Result;
use report::Findings;
use step::{Progress, Task};
use tables::Source;

use crate::document::OF_2_0;
use crate::fault::Fault;
use crate::kind::Kind;
use crate::telling::Place;
use crate::version::Version;
use crate::xml_form::{self, Found, to_value};
use crate::xsd::{Document, ELEMENT, Entry, Schema};

use super::json::tell_encoding;
use super::verdict::{Judged, Outcome, Verdict, id_of, place_of};

/// A look at the clock and the signals now and then is enough.
const CONTRACTS_A_LOOK: u64 = 256;

pub(super) fn judge(
    source: &Source,
    mut verdict: Verdict,
    findings: &mut Findings,
    task: &Task,
    progress: &Progress,
) -> Result<Judged> {
    let refused = |stop| xml_form::failure(source.path(), stop);
    let mut reader = xml_form::open(source)?;
    let root = reader.root().clone();
    tell_encoding(source, &verdict, findings)?;
    if !root.is_conform() {
        verdict.tell(findings, &Place::FILE, &Fault::new(ELEMENT, root.path()))?;
    }
    let mut document = if root.contract.is_some() { Document::of_contract() } else { Document::of_list(&root.name) };
    let mut version = verdict.asked();
    let mut record = 0;
    loop {
        // Whatever stands below a root that nobody knows, the document has to be well formed.
        match reader.next().map_err(refused)? {
            None => break,
            Some(_) if !root.is_known() => continue,
            Some(Found::Contract(kind, tree)) => {
                record += 1;
                let is_of_2_0 = tree.root().children().any(|child| OF_2_0.contains(&child.local()));
                let of_file = *version.get_or_insert(if is_of_2_0 { Version::V2_0_3 } else { Version::V1_5_0 });
                let is_other = is_of_2_0 && !of_file.is_2_0();
                let of_contract = if is_other && verdict.asked().is_none() { Version::V2_0_3 } else { of_file };
                let contract = to_value(kind, tree.root(), of_contract);
                let place = place_of(&contract, record, Some(tree.line()), kind);
                if is_other {
                    verdict.tell(findings, &place, &Fault::new("contract.other_version", ""))?;
                }
                let id = id_of(&contract).map(str::to_owned);
                let entry = Entry { record, line: Some(tree.line()), id, kind };
                let is_conform = root.is_conform() && {
                    let tell = &mut |entry: &Entry, fault: Fault<'_>| tell_of(&verdict, findings, entry, &fault);
                    document.contract(&entry, (kind, tree), Schema::of(of_contract), tell)?
                };
                let own = verdict.judge(of_contract, &contract, &place, false, findings)?;
                verdict.count(&contract, &place, Outcome { is_conform, is_valid: own.is_valid && is_conform })?;
            }
            Some(Found::Stray(tree)) => {
                record += 1;
                let entry = Entry { record, line: Some(tree.line()), id: None, kind: Kind::Marche };
                if root.is_conform() {
                    let tell = &mut |entry: &Entry, fault: Fault<'_>| tell_of(&verdict, findings, entry, &fault);
                    document.stray(&entry, tree.root(), tell)?;
                }
            }
        }
        if record % CONTRACTS_A_LOOK == 0 {
            task.go_on()?;
            progress.set(reader.bytes());
        }
    }
    for rule in reader.root_faults() {
        verdict.tell(findings, &Place::FILE, &Fault::new(rule, root.path()))?;
    }
    document.finish(&mut |entry, fault| tell_of(&verdict, findings, entry, &fault))?;
    let (contracts, _) = verdict.finish(findings)?;
    Ok(Judged { version: version.unwrap_or(Version::V1_5_0), container: "xml", contracts })
}

/// A fault of the XSD: of an element below the root, or of the root itself.
fn tell_of(verdict: &Verdict, findings: &mut Findings, entry: &Entry, fault: &Fault<'_>) -> Result<()> {
    let place = Place {
        record: Some(entry.record).filter(|record| *record > 0),
        line: entry.line,
        column: None,
        id: entry.id.as_deref(),
        kind: entry.kind,
    };
    verdict.tell(findings, &place, fault)
}

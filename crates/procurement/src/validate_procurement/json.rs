//! A document in JSON, judged.

use anyhow::Result;
use report::Findings;
use step::{Progress, Task};
use tables::Source;

use crate::document::{Container, Entry, Probe, Reader, Shape, is_of_2_0, refuse};
use crate::fault::Fault;
use crate::telling::Place;
use crate::value::Oddity;
use crate::version::Version;

use super::kind_of::kind_of;
use super::verdict::{Judged, Outcome, Verdict, place_of};

/// A look at the clock and the signals now and then is enough.
const CONTRACTS_A_LOOK: u64 = 256;

pub(super) fn judge(
    source: &Source,
    mut verdict: Verdict,
    findings: &mut Findings,
    task: &Task,
    progress: &Progress,
) -> Result<Judged> {
    let takes_any = verdict.asked().is_some_and(Version::is_of_2017);
    let probe = Probe::take(source, false, takes_any)?;
    if !probe.is_regulatory {
        let hint =
            "give `{\"marches\": ...}`, a contract, or a list of contracts; a table is for `convert-procurement`";
        return Err(refuse(source.path(), "it is not of the regulatory format: no `marches`, and no contract", hint));
    }
    let version = verdict.asked().unwrap_or(match probe.container == Container::V2 || probe.is_all_of_2_0 {
        true => Version::V2_0_3,
        false => Version::V1_5_0,
    });
    tell_encoding(source, &verdict, findings)?;
    let mut reader = Reader::open(source, false)?;
    let mut count = 0;
    while reader.next(&mut |entry| judge_entry(&entry, version, probe, &mut verdict, findings))? {
        count += 1;
        if count % CONTRACTS_A_LOOK == 0 {
            task.go_on()?;
            progress.set(reader.bytes());
        }
    }
    let container = reader.container();
    tell_shape(reader.shape(), container, version, &verdict, findings)?;
    if is_list(reader.shape(), container, version) && verdict.contracts().all() == 0 {
        verdict.tell(findings, &Place::FILE, &Fault::new("schema.minItems", MARCHES))?;
    }
    let lang = verdict.lang();
    let (contracts, known) = verdict.finish(findings)?;
    if container == Container::V1 && version.has_one_list() && known.has_repeated()? {
        crate::telling::tell(findings, lang, &Place::FILE, &Fault::new("schema.uniqueItems", MARCHES))?;
    }
    Ok(Judged { version, container: container.name(), contracts })
}

/// Path of what holds all contracts.
const MARCHES: &str = "/marches";

/// Whether the list around all contracts is one that the schema of the version describes.
fn is_list(shape: &Shape, container: Container, version: Version) -> bool {
    container == Container::V1 && version.has_one_list() && shape.is_wrapped && !shape.has_odd_marches
}

pub(super) fn tell_encoding(source: &Source, verdict: &Verdict, findings: &mut Findings) -> Result<()> {
    let encoding = source.found().encoding.unwrap_or_default();
    let is_whole = source.broken_line().is_none();
    match encoding == "utf-8" && is_whole {
        true => Ok(()),
        false => {
            let place = Place { line: source.broken_line(), ..Place::FILE };
            verdict.tell(findings, &place, &Fault::new("text.encoding", "").value(encoding))
        }
    }
}

fn judge_entry(
    entry: &Entry<'_>,
    version: Version,
    probe: Probe,
    verdict: &mut Verdict,
    findings: &mut Findings,
) -> Result<()> {
    let is_other = entry.list.is_none() && is_of_2_0(&entry.value) && !(probe.is_all_of_2_0 && version.is_2_0());
    let version = match is_other && verdict.asked().is_none() {
        true => Version::V2_0_3,
        false => version,
    };
    let (kind, is_said) = kind_of(&entry.value, entry.list, version);
    let place = place_of(&entry.value, entry.number, None, kind);
    if is_other {
        verdict.tell(findings, &place, &Fault::new("contract.other_version", ""))?;
    }
    if !is_said {
        verdict.tell(findings, &place, &Fault::new("contract.unknown_kind", ""))?;
    }
    for oddity in &entry.oddities {
        if let Oddity::DuplicateKey { path } = oddity {
            verdict.tell(findings, &place, &Fault::new("json.duplicate_key", path.as_str()))?;
        }
    }
    let outcome = verdict.judge(version, &entry.value, &place, true, findings)?;
    verdict.count(&entry.value, &place, Outcome { is_valid: outcome.is_valid && is_said, ..outcome })
}

/// What the schema of the whole document says of what is around the contracts.
fn tell_shape(
    shape: &Shape,
    container: Container,
    version: Version,
    verdict: &Verdict,
    findings: &mut Findings,
) -> Result<()> {
    let mut tell = |fault| verdict.tell(findings, &Place::FILE, &fault);
    for path in &shape.duplicate_keys {
        tell(Fault::new("json.duplicate_key", path.as_str()))?;
    }
    let is_other_container = shape.is_wrapped && (container == Container::V1) != version.has_one_list();
    if shape.has_odd_marches || is_other_container {
        return tell(Fault::new("schema.type", MARCHES));
    }
    for (kind, _) in shape.lists.iter().filter(|(_, is_list)| !is_list) {
        tell(Fault::new("schema.type", format!("{MARCHES}/{kind}")))?;
    }
    match container == Container::V2 && version == Version::V2_0_3 && shape.lists.is_empty() {
        true => tell(Fault::new("schema.anyOf", MARCHES)),
        false => Ok(()),
    }
}

//! From the journal to the table, its report and its page.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use files::{Access, Backwards, OutputSet};
use jiff::civil::DateTime;
use report::{Finding, Findings, FindingsArgs, Levels, Names, Records, Rejects, RuleEntry, name_of};
use step::{Provenance, Task, paris};

use crate::collect_history::STEP;
use crate::collect_history::account::{
    Complete, LICENCE, LICENCE_URL, Licence, MODIFICATIONS, OutputTold, Own, Requests, SOURCE,
};
use crate::collect_history::coverage::Coverage;
use crate::collect_history::items::rejects;
use crate::collect_history::ledger::{Ledger, moment};
use crate::collect_history::options::Parameters;
use crate::collect_history::page::page;
use crate::collect_history::period::Period;
use crate::collect_history::referentials::Referentials;
use crate::collect_history::rules::rules;
use crate::collect_history::table::Table;
use crate::collect_history::tally::Tally;
use crate::collect_history::walk::{Found, WalkTold, Walked};
use crate::offre::kept::{Bytes, take_row};
use crate::offre::reject::{Reject, Shown};
use crate::offre::{Cell, Row, at, time};
use crate::survey::query::PAGE_SIZE;

/// All that is known at the end of a collection.
pub(crate) struct End {
    pub(crate) ledger: Ledger,
    pub(crate) journal: PathBuf,
    pub(crate) walked: Vec<Walked>,
    pub(crate) referentials: Referentials,
    pub(crate) service: String,
    pub(crate) parameters: Parameters,
    pub(crate) period: Period,
    /// The first start.
    pub(crate) started: DateTime,
    pub(crate) findings: FindingsArgs,
    pub(crate) is_invented: bool,
    pub(crate) tally: Tally,
    pub(crate) begun: Instant,
}

/// What was published.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) records: u64,
    pub(crate) announced: u64,
    pub(crate) walks: usize,
    pub(crate) windows: usize,
    pub(crate) rejected: u64,
    pub(crate) levels: Levels,
    pub(crate) report: PathBuf,
}

/// Claims all that a collection may write: the table appears last.
pub(crate) fn claim(output: &Path) -> Result<OutputSet> {
    let names = Names::beside(output);
    let beside = [&names.findings, &names.rejects, &names.page, &names.report].map(|path| name_of(path).to_owned());
    let folder = output.parent().unwrap_or(Path::new(""));
    OutputSet::claim(folder, beside.into_iter().chain([name_of(output).to_owned()]), Access::OwnerAndGroup)
}

/// Writes all files; they appear together, the table last.
pub(crate) fn publish(mut set: OutputSet, output: &Path, mut end: End, task: &Task) -> Result<Published> {
    let names = Names::beside(output);
    let told: Vec<WalkTold> = end.walked.iter().map(|walked| walked.told.clone()).collect();
    let set_aside = end.walked.iter().any(|walked| walked.set_aside > 0);
    let (found, neighbours) = gather(std::mem::take(&mut end.walked), &end.period);
    let mut findings = Findings::new(rules(end.findings.lang), &end.findings, set.folder());
    let rejects = if set_aside { set_apart(&end, &names, &set, &mut findings)? } else { None };
    let coverage = write_table(&mut set, output, &end, &found, &mut findings, task)?;
    drop(found);
    let rejected = match rejects {
        Some(rejects) => {
            let count = rejects.count();
            if let Some(output) = rejects.finish()? {
                set.put(output)?;
            }
            count
        }
        None => 0,
    };
    let levels = findings.levels();
    let entries = write_findings(&mut set, &names, findings)?;
    let records = Records {
        read: coverage.offers + rejected,
        kept: coverage.offers,
        rejected,
        written: coverage.offers,
        ..Records::default()
    };
    let own = own(&set, output, &end, told, coverage, neighbours, rejected)?;
    let page = page(&own, end.findings.lang).write(STEP, levels, &entries)?;
    set.write(name_of(&names.page), page.as_bytes())?;
    let mut text = serde_json::to_vec_pretty(&Complete::of(records, levels, &entries, &own))
        .context("could not write the report as JSON")?;
    text.push(b'\n');
    set.write(name_of(&names.report), &text)?;
    set.commit()?;
    Ok(Published {
        path: output.to_owned(),
        bytes: own.output.bytes,
        sha256: own.output.sha256.clone(),
        records: own.collected,
        announced: own.announced,
        walks: own.walks.len(),
        windows: own.walks.iter().map(|walk| walk.windows.len()).sum(),
        rejected,
        levels,
        report: names.report,
    })
}

/// The offers of the period in the order of the table, each once, as the last version that came; and how many others there
/// were.
fn gather(walked: Vec<Walked>, period: &Period) -> (Vec<Found>, u64) {
    let is_one_walk = walked.len() == 1;
    let mut found: Vec<Found> = walked.into_iter().flat_map(|walked| walked.found).collect();
    if !is_one_walk {
        // What came later lies further back in the journal.
        found.sort_unstable_by(|a, b| a.id.cmp(&b.id).then(b.place.offset.cmp(&a.place.offset)));
        found.dedup_by(|later, kept| later.id == kept.id);
    }
    let before = found.len();
    let span = period.span();
    found.retain(|found| (span.from..=span.to).contains(&found.created.div_euclid(1_000)));
    let neighbours = (before - found.len()) as u64;
    found.sort_unstable_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    (found, neighbours)
}

/// Writes the items that can be no row, those of the period and those of which nobody knows the time.
fn set_apart(end: &End, names: &Names, set: &OutputSet, findings: &mut Findings) -> Result<Option<Rejects>> {
    let span = end.period.span();
    let is_ours = |(_, shown): &(Reject, Shown<'_>)| {
        shown.created().is_none_or(|created| (span.from..=span.to).contains(&created.div_euclid(1_000)))
    };
    let columns = ["id", "date_created", "title", "offer"].map(str::to_owned).into();
    let mut file = Rejects::new(set.destination(name_of(&names.rejects)), columns, ',');
    let mut all: Vec<_> = rejects(&end.journal)?.into_iter().filter(is_ours).collect();
    // Not in the order in which answers happened to come.
    all.sort_by(|(_, a), (_, b)| (&a.date_created, &a.offer).cmp(&(&b.date_created, &b.offer)));
    for (reject, shown) in all {
        let rule = findings.rule(reject.rule());
        let message = findings.rules().get(rule).message.clone();
        file.add_unplaced(reject.rule(), &message, [&*shown.id, &shown.date_created, &shown.title, &shown.offer])?;
        let finding = Finding::new(rule);
        findings.add(if shown.id.is_empty() { finding } else { finding.id(&shown.id) })?;
    }
    Ok(Some(file))
}

fn write_table(
    set: &mut OutputSet,
    output: &Path,
    end: &End,
    found: &[Found],
    findings: &mut Findings,
    task: &Task,
) -> Result<Coverage> {
    let mut coverage = Coverage::of(&end.period, end.started.date());
    let mut table = Table::begin(end.parameters.format, set.create(name_of(output))?)?;
    let extracted = time::of(end.started);
    // Pages come newest first, and rows are wanted oldest first.
    let mut blocks = Backwards::default();
    for (nth, found) in found.iter().enumerate() {
        task.go_on()?;
        let kept = end.ledger.read_back(found.place, &mut blocks)?;
        let mut row = take_row(&mut Bytes(kept)).context("could not read a row back from the journal")?;
        row.cells[at::DATE_EXTRACTION] = Cell::Time(extracted);
        table.write(&row)?;
        coverage.add(&row);
        tell(&row, nth as u64 + 1, findings)?;
    }
    set.put(table.finish()?)?;
    Ok(coverage)
}

/// Tells what is to be told of a row.
fn tell(row: &Row<'_>, number: u64, findings: &mut Findings) -> Result<()> {
    for notice in &row.notices {
        let place = notice.flaw.place();
        let finding =
            Finding::new(findings.rule(place.rule)).record(number).column(place.column).path(place.path).id(row.id());
        findings.add(if notice.value.is_empty() { finding } else { finding.value(&notice.value) })?;
    }
    Ok(())
}

fn write_findings(set: &mut OutputSet, names: &Names, findings: Findings) -> Result<Vec<RuleEntry>> {
    if findings.is_empty() {
        return Ok(vec![]);
    }
    let mut output = set.create(name_of(&names.findings))?;
    let entries = findings.finish(&mut output).context("could not write the findings")?;
    set.put(output)?;
    Ok(entries)
}

fn own(
    set: &OutputSet,
    output: &Path,
    end: &End,
    walks: Vec<WalkTold>,
    coverage: Coverage,
    neighbours: u64,
    rejected: u64,
) -> Result<Own> {
    let written = set.written().find(|written| written.path.file_name() == output.file_name());
    let written = written.expect("the table was written");
    let floor = |walk: &WalkTold| u64::from(walk.announced.div_ceil(PAGE_SIZE).max(1));
    let Tally { search, other, retries, by_status } = end.tally.clone();
    let provenance = if end.is_invented { Provenance::invented() } else { Provenance::new(SOURCE, LICENCE) };
    Ok(Own {
        output: OutputTold {
            name: name_of(output).to_owned(),
            bytes: written.bytes,
            sha256: written.sha256.clone(),
            format: end.parameters.format,
        },
        service: end.service.clone(),
        parameters: end.parameters.clone(),
        period: end.period.clone(),
        unknown_rome: end.ledger.agenda.unknown_rome.clone(),
        complete: true,
        announced: walks.iter().map(|walk| u64::from(walk.announced)).sum(),
        collected: coverage.offers,
        neighbours,
        requests: Requests { search, other, retries, floor: walks.iter().map(floor).sum(), by_status },
        walks,
        told: coverage.tell(&end.referentials),
        withdrawn: "absent",
        licence: Licence {
            name: provenance.licence,
            url: if end.is_invented { "".into() } else { LICENCE_URL.into() },
        },
        source: provenance.source,
        modifications: MODIFICATIONS,
        started: moment(end.started),
        finished: moment(paris::now()?),
        duration_s: (end.begun.elapsed().as_secs_f64() * 1_000.0).round() / 1_000.0,
        runs: end.ledger.runs(),
        rejected,
    })
}

//! What stands beside the table: licence, rejects, findings, page, report.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use files::{Access, Output, OutputSet};
use report::{Findings, Levels, Names, RuleEntry, name_of};
use tables::CsvWriter;

use crate::merge_offers::STEP;
use crate::merge_offers::account::Account;
use crate::merge_offers::page::page;
use crate::merge_offers::part::Part;
use crate::merge_offers::publish::Around;
use crate::merge_offers::target::Target;
use crate::merge_offers::tell::{join_findings, remarks, rules};

/// Names of what may stand beside the table, in the order in which they appear.
pub(crate) fn claim(target: &Target) -> Result<OutputSet> {
    let Names { rejects, findings, page, report } = target.names();
    let licence = target.licence();
    let beside = [&licence, &rejects, &findings, &page, &report].map(|path| name_of(path).to_owned());
    let table = match target {
        Target::Lake(_) => None,
        Target::File(file) => Some(name_of(file).to_owned()),
    };
    OutputSet::claim(target.folder(), beside.into_iter().chain(table), Access::OwnerAndGroup)
}

/// Writes licence, rejects, findings, page and report into their set.
pub(super) fn beside<'p>(
    mut set: OutputSet,
    target: &Target,
    context: &Around<'_>,
    account: &mut Account,
    parts: impl IntoIterator<Item = (&'p Part, PathBuf)>,
) -> Result<(OutputSet, Levels)> {
    let names = target.names();
    let mut findings = Findings::new(rules(context.findings.lang), context.findings, set.folder());
    set_aside(&mut set, &names, |rejected| {
        remarks(&mut findings, &account.sources, parts, &mut account.part, rejected)
    })?;
    join_findings(&mut findings, &account.part.joins)?;
    account.records.written = account.part.rows;
    set.write(name_of(&target.licence()), context.origin.page(&account.part, account.keep).as_bytes())?;
    let levels = findings.levels();
    let entries = write_findings(&mut set, &names, findings)?;
    let html = page(account, context.findings.lang).write(STEP, levels, &entries)?;
    set.write(name_of(&names.page), html.as_bytes())?;
    let mut text =
        serde_json::to_vec_pretty(&account.report(levels, &entries)).context("could not write the report as JSON")?;
    text.push(b'\n');
    set.write(name_of(&names.report), &text)?;
    Ok((set, levels))
}

/// Writes the rejected elements, if there are any: cells that `tell` hands over.
fn set_aside(
    set: &mut OutputSet,
    names: &Names,
    tell: impl FnOnce(&mut dyn FnMut([&str; 5]) -> Result<()>) -> Result<()>,
) -> Result<()> {
    let mut csv: Option<CsvWriter<Output>> = None;
    let context = "could not write the rejected elements";
    tell(&mut |cells| {
        let csv = match &mut csv {
            Some(csv) => csv,
            None => {
                let output = set.create(name_of(&names.rejects))?;
                let csv = csv.insert(CsvWriter::with_mark(output, ',').context(context)?);
                csv.write(["file", "record", "rule", "message", "id"]).context(context)?;
                csv
            }
        };
        csv.write(cells).context(context)
    })?;
    if let Some(csv) = csv {
        set.put(csv.finish().context(context)?)?;
    }
    Ok(())
}

fn write_findings(set: &mut OutputSet, names: &Names, findings: Findings) -> Result<Vec<RuleEntry>> {
    if findings.is_empty() {
        return Ok(vec![]);
    }
    let mut output = set.create(name_of(&names.findings))?;
    let entries = findings.finish(&mut output).context("could not write the findings")?;
    output.flush().context("could not write the findings")?;
    set.put(output)?;
    Ok(entries)
}

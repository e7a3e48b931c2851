//! A table converted: by which mapping, and what is said of its header.

use anyhow::Result;
use files::OutputSet;
use report::{Finding, Findings, PartId, Rejects, name_of};
use step::{ExitCode, Failure, Outcome, Task};
use tables::{Header, Source, Table, fold};

use super::options::Options;
use super::report_of::{self, Left, OfContracts, Own};
use super::{Receipt, To};
use crate::heading::{self, Heading};
use crate::messages;
use crate::output::Contracts;
use crate::table::{self, Converted, Order, Settings};
use crate::target;
use crate::version::Version;

/// Converts a table.
pub(super) fn convert(options: &Options, source: &Source, task: &Task) -> Result<Outcome<Receipt>> {
    let (table, heading) = open(options.heading.as_ref(), source)?;
    let own = target::version_of(&heading.mapping.target().name).unwrap_or(Version::V1_5_0);
    let version = options.format.unwrap_or(own);
    let set = options.claim()?;
    let (found, deciding) = (table.found().clone(), options.deciding()?);
    if let Some(earlier) = report_of::earlier(options, &found, &deciding) {
        return Ok(earlier);
    }
    tracing::info!("converting `{}`, read as {}, to {version}", options.input.display(), heading.name);
    let (converted, findings) = run(options, source, table, &heading, version, &set, task)?;
    let Converted { output, counts, verdicts, records, rejects, names: procedures, upgrade } = converted;
    let contracts = OfContracts {
        marche: counts.marche,
        concession: counts.concession,
        conform: verdicts.conform,
        valid: verdicts.valid,
    };
    let is_strict = options.args.strict && records.rejected > 0;
    let is_useless = records.kept == 0;
    let own = Own {
        version: version.name().to_owned(),
        to: options.to.name(),
        mapping: Some(heading.name.clone()),
        source_version: None,
        container: None,
        procedures: Some(procedures),
        upgrade: upgrade.map(serde_json::to_value).transpose()?,
        dedupe: None,
        contracts,
        options: deciding,
    };
    let output = (!is_strict && !is_useless).then_some(output);
    let left = Left { found: &found, records, own, findings, rejects, output, states: None };
    let receipt = report_of::commit(options, left, set)?;
    match (is_useless, is_strict) {
        (true, _) => Err(table::nothing_usable(&found.name, records)),
        (_, true) => Err(rejected(&found.name, records.rejected)),
        _ => Ok(Outcome::Done(receipt)),
    }
}

/// Opens the table by the mapping that is given, else by the one built in whose columns stand in it.
pub(super) fn open(given: Option<&Heading>, source: &Source) -> Result<(Table, Heading)> {
    if let Some(heading) = given {
        return Ok((Table::open(source, &heading.options())?, heading.clone()));
    }
    let table = Table::open(source, &tables::Options { known: heading::known_by_any(), ..Default::default() })?;
    let heading = heading::find(table.header()).ok_or_else(|| heading::unknown(source.path(), table.header()))?;
    Ok((table, heading))
}

/// Converts the table in one go, where records of one contract stand near each other; else from its first record once more.
fn run(
    options: &Options,
    source: &Source,
    table: Table,
    heading: &Heading,
    version: Version,
    set: &OutputSet,
    task: &Task,
) -> Result<(Converted, Findings)> {
    let folder = files_folder(options);
    let settings = Settings {
        heading,
        version,
        mode: options.args.mode.unwrap_or_default(),
        published: options.args.publication_date.as_deref(),
        cpv: options.cpv.clone(),
        lang: options.args.findings.lang,
        folder: &folder,
    };
    // Text is read twice at little cost; a workbook is not.
    let order = if source.format().is_text() { Order::Near } else { Order::Any };
    if let Some(done) = run_in(order, options, source, table, &settings, set, task)? {
        return Ok(done);
    }
    tracing::info!(
        "reading `{}` once more: records of one contract stand far from each other",
        source.path().display()
    );
    let (table, _) = open(options.heading.as_ref(), source)?;
    let done = run_in(Order::Any, options, source, table, &settings, set, task)?;
    Ok(done.expect("in any order means in every order"))
}

fn run_in(
    order: Order,
    options: &Options,
    source: &Source,
    table: Table,
    settings: &Settings<'_>,
    set: &OutputSet,
    task: &Task,
) -> Result<Option<(Converted, Findings)>> {
    let rules = messages::rules(settings.lang);
    let findings_file = set.destination(name_of(&options.names().findings));
    let mut findings = Findings::new(rules, &options.args.findings, settings.folder).settling_to(findings_file);
    tell_header(source, &table, settings.heading, &mut findings)?;
    let output = set.create(name_of(&options.output))?;
    let contracts = match options.to {
        To::Json => Contracts::json(output, settings.version, settings.folder)?,
        To::Xml => Contracts::xml(output)?,
    };
    let rejects = Rejects::of_table(set.destination(name_of(&options.names().rejects)), table.header(), table.found());
    let procedures = options.procedures(settings.version)?;
    let converted = table::convert(table, order, settings, procedures, rejects, contracts, &mut findings, task)?;
    Ok(converted.map(|converted| (converted, findings)))
}

/// The folder of the output, where what memory does not hold may wait.
pub(super) fn files_folder(options: &Options) -> std::path::PathBuf {
    let folder = options.output.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(std::path::Path::new(".")).to_owned()
}

/// Tells which known columns are missing, which are not known, and what there is to tell of the file.
fn tell_header(source: &Source, table: &Table, heading: &Heading, findings: &mut Findings) -> Result<()> {
    findings.add_table(PartId::default(), table)?;
    let encoding = table.found().encoding.as_deref();
    if source.format().is_text() && encoding.is_some_and(|encoding| encoding != "utf-8") {
        findings.add(Finding::new(findings.rule("text.encoding")))?;
    }
    let known = heading.known();
    let header = table.header();
    let missing = findings.rule("header.missing_column");
    for name in known.iter().filter(|name| header.column(name).is_none()) {
        findings.add(Finding::new(missing).column(name))?;
    }
    let unknown = findings.rule("header.unknown_column");
    for name in unknown_columns(header, &known) {
        findings.add(Finding::new(unknown).column(name))?;
    }
    Ok(())
}

/// Columns that a mapping does not know; repeated ones are told as such.
fn unknown_columns<'h>(header: &'h Header, known: &[String]) -> Vec<&'h String> {
    let known: std::collections::HashSet<String> = known.iter().map(|name| fold(name)).collect();
    let names = header.names().iter().enumerate().filter(|(nth, name)| {
        !header.repeated().contains(nth) && !name.trim().is_empty() && !known.contains(&fold(name))
    });
    names.map(|(_, name)| name).collect()
}

fn rejected(name: &str, count: u64) -> anyhow::Error {
    let message = format!("could not use {count} of the records of `{name}`, and `--strict` wants all");
    let hint = "the rejects beside the output say why, record by record";
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}

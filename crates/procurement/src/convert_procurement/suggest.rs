//! A mapping proposed for a table.

use anyhow::Result;
use files::{Lock, Output};
use mapping::Survey;
use step::{ExitCode, Failure, Outcome};
use tables::{Kind, Options as TableOptions, Source, Table};

use super::options::Options;
use super::{Receipt, misuse};
use crate::heading::{self, BUILT_IN};
use crate::target;
use crate::version::Version;

/// Writes a mapping for a table: the one that is built in, where the table is known.
pub(super) fn suggest(options: &Options, source: &Source) -> Result<Outcome<Receipt>> {
    let path = match &options.args.output {
        Some(path) => path.clone(),
        None => options.input.with_extension("mapping.toml"),
    };
    let _lock = Lock::claim(&path)?;
    if std::fs::symlink_metadata(&path).is_ok() {
        let message = format!("could not write the mapping `{}`: a file is there", path.display());
        return Err(misuse(message, "name another with `--output`, or remove it"));
    }
    let mut table = Table::open(source, &TableOptions { known: heading::known_by_any(), ..TableOptions::default() })?;
    let (text, records) = match heading::find(table.header()) {
        Some(known) => (built_in(&known.name, options.format), 0),
        None => propose(options, &mut table)?,
    };
    let written = Output::write(&path, text.as_bytes())?;
    tracing::info!("looked at {records} records");
    Ok(Outcome::Done(step::Receipt::new(path, Receipt::of_nothing()).bytes(written.bytes).sha256(written.sha256)))
}

/// A mapping that is built in, with the target that is asked for.
fn built_in(name: &str, format: Option<Version>) -> String {
    let text = BUILT_IN.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text);
    match format.and_then(target::of_version) {
        Some(name) => text.replacen("decp/1.5", name, 1),
        None => text.to_owned(),
    }
}

fn propose(options: &Options, table: &mut Table) -> Result<(String, u64)> {
    let name = target::of_version(options.format.unwrap_or(Version::V1_5_0)).unwrap_or("decp/1.5");
    let targets = target::targets();
    let target = targets.iter().find(|target| target.name == name).unwrap_or(&targets[0]);
    let header = table.header().clone();
    let mut survey = Survey::new(&header, target);
    let mut records = 0;
    while let Some(record) = table.next()? {
        if record.kind() == Kind::Data {
            survey.add(&record);
            records += 1;
        }
    }
    let suggestion = survey.propose();
    if suggestion.proposals.is_empty() {
        let message = format!(
            "could not propose a mapping for `{}`: none of its columns looks like one",
            options.input.display()
        );
        let hint = "write a mapping by hand: the README of the family shows one";
        return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
    }
    Ok((suggestion.text(None, &[], options.args.findings.lang), records))
}

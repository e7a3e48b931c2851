//! A file of the regulatory format converted: brought to another version or form, repaired, without duplicates.
//!
//! In this order: read, 1.x to 2.0, repairs, duplicates, states, verdict, written. Without a flag each contract is written as
//! it was read. Where duplicates are dropped, the file is gone through twice: which of them is kept depends on all of it.

mod input;
mod prepare;
mod run;
mod states_file;

use std::path::Path;

use anyhow::Result;
use files::Lock;
use report::{Finding, Findings, Rejects};
use step::{ExitCode, Failure, Outcome, Task};
use tables::Source;

use super::Receipt;
use super::options::Options;
use super::report_of::{Left, OfContracts, Own, commit, earlier};
use crate::messages;
use crate::origin::Origin;
use crate::version::Version;

use input::Nature;
use run::{Converted, Run};

/// The column of rejects that holds what stood in place of a contract.
const REJECTED: &str = "valeur";

/// Converts a file.
///
/// # Errors
/// 2 when 2.0 is to become 1.x, 65 when the file breaks a rule or no contract could be used, 74 when the disk refuses.
pub(super) fn convert(options: &Options, source: &Source, origin: Origin, task: &Task) -> Result<Outcome<Receipt>> {
    let nature = Nature::find(source, origin, options.args.repair)?;
    let version = target(options, nature)?;
    let _lock = Lock::claim(&options.output)?;
    // The lock clears away what a killed run had begun of the output alone.
    files::remove_staged(&options.states())?;
    let (found, deciding) = (source.found(), options.deciding()?);
    if let Some(earlier) = earlier(options, &found, &deciding) {
        return Ok(earlier);
    }
    tracing::info!(
        "converting `{}`, {} of {}, to {version}",
        options.input.display(),
        nature.container,
        nature.version
    );
    let folder = options.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut findings = Findings::new(messages::rules(options.args.findings.lang), &options.args.findings, folder);
    tell_encoding(source, &mut findings)?;
    let rejects = Rejects::new(options.names().rejects, vec![REJECTED.to_owned()], ',');
    let run = Run { options, source, origin, nature, version, folder, task };
    let Converted { output, states, counts, verdicts, records, rejects, procedures, upgrade, dedupe } =
        run.convert(&mut findings, rejects)?;
    let is_strict = options.args.strict && records.rejected > 0;
    let is_useless = records.kept == 0;
    let is_written = !is_strict && !is_useless;
    let own = Own {
        version: version.name().to_owned(),
        to: options.to.name(),
        mapping: None,
        source_version: Some(nature.version.name().to_owned()),
        container: Some(nature.container),
        procedures: Some(procedures),
        upgrade: upgrade.map(serde_json::to_value).transpose()?,
        dedupe,
        contracts: OfContracts {
            marche: counts.marche,
            concession: counts.concession,
            conform: verdicts.conform,
            valid: verdicts.valid,
        },
        options: deciding,
    };
    let (output, states) = (is_written.then_some(output), states.filter(|_| is_written));
    let left = Left { found: &found, records, own, findings, rejects, output, states };
    let receipt = commit(options, left)?;
    match (is_useless, is_strict) {
        (true, _) => Err(bad(
            format!("could not use any of the {} contracts of `{}`", records.read, found.name),
            "the report beside the output says why",
        )),
        (_, true) => Err(bad(
            format!(
                "could not use {} of the contracts of `{}`, and `--strict` wants all",
                records.rejected, found.name
            ),
            "the rejects beside the output say why, one by one",
        )),
        _ => Ok(Outcome::Done(receipt)),
    }
}

/// The version to write: the one that is asked for, else the file's own.
fn target(options: &Options, nature: Nature) -> Result<Version> {
    let version = options.format.unwrap_or(nature.version);
    match nature.version.is_2_0() && !version.is_2_0() {
        true => {
            let message = format!("could not write {version}: `{}` is of {}", options.input.display(), nature.version);
            let hint = "2.0 says what 1.x has no place for: leave `--format` out";
            Err(Failure::new(ExitCode::Usage, message).hint(hint).into())
        }
        false => Ok(version),
    }
}

/// Tells that the text is in another encoding than the one of today, or broken.
fn tell_encoding(source: &Source, findings: &mut Findings) -> Result<()> {
    let rule = findings.rule("text.encoding");
    let encoding = source.found().encoding;
    if let Some(line) = source.broken_line() {
        findings.add(Finding::new(rule).line(line))?;
    } else if let Some(encoding) = encoding.filter(|encoding| encoding != "utf-8") {
        findings.add(Finding::new(rule).value(&encoding))?;
    }
    Ok(())
}

fn bad(message: String, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}

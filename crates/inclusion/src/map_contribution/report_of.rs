//! What a run leaves beside its output, and its receipt.

use std::path::Path;

use anyhow::Result;
use files::{Committed, OutputSet};
use report::{Records, Report};
use step::{ExitCode, Failure};

use super::Receipt;
use super::lane::Ran;
use super::options::Options;
use super::own::Own;
use super::page;
use super::telling::Teller;
use crate::schema::Kind;

/// The name of the step.
const STEP: &str = "map-contribution";

/// Writes all files, the report last; the output is left out where it would mislead.
///
/// # Errors
/// 65 when no record could be used, or one was rejected and all are wanted; 74 when the disk refuses.
pub(super) fn commit(
    options: &Options,
    ran: Ran,
    teller: Teller,
    mut set: OutputSet,
) -> Result<step::Receipt<Receipt>> {
    let own = Own::new(options, &ran.lanes, &teller)?;
    let Ran { found, records, rejects, output, .. } = ran;
    let failure = failure(options, &found.name, records);
    if failure.is_none() {
        set.put(output)?;
    }
    let lang = options.args.common.findings.lang;
    let page = page::page(&found.name, records, &own, failure.is_none(), lang);
    let receipt = Receipt::new(&own, records, teller.findings.levels(), &options.names().page)?;
    let report = Report { step: STEP, input: (&found).into(), records, own, lists_files: false, page };
    report.write(&options.names(), teller.findings, Some(rejects), &mut set)?;
    let Committed { files, unchanged, .. } = set.commit()?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let written = files.into_iter().find(|file| file.path == options.output).expect("the output was put");
    let receipt = step::Receipt::new(options.output.clone(), receipt).records(records.written);
    Ok(receipt.bytes(written.bytes).sha256(written.sha256).unchanged(unchanged))
}

fn failure(options: &Options, name: &str, records: Records) -> Option<Failure> {
    if records.kept == 0 {
        let message = format!(
            "could not use any of the {} records of `{name}`: {} are blank, {} were dropped, {} rejected",
            records.read, records.blank, records.dropped, records.rejected
        );
        let hint = "the report beside the output says why, rule by rule";
        return Some(Failure::new(ExitCode::BadInput, message).hint(hint));
    }
    let is_refused = options.args.strict && records.rejected > 0;
    is_refused.then(|| {
        let count = records.rejected;
        let message = format!("could not use {count} of the records of `{name}`, and `--strict` wants all");
        let hint = "the rejects beside the output say why, record by record";
        Failure::new(ExitCode::BadInput, message).hint(hint)
    })
}

impl Receipt {
    fn new(own: &Own, records: Records, levels: report::Levels, page: &Path) -> Result<Self> {
        let list = |kind: Kind| own.lists.get(kind.name()).map(|list| list.records);
        Ok(Self {
            findings: Some(levels),
            report: Some(step::absolute(page)?),
            structures: list(Kind::Structures),
            services: list(Kind::Services),
            rejected: Some(records.rejected),
            dropped: Some(records.dropped),
            repairs: Some(own.repairs.iter().map(|repair| repair.count).sum()),
            unmapped: Some(own.unmapped.iter().map(|value| value.count).sum()),
            schema_version: Some(own.schema_version.to_owned()),
            ..Self::default()
        })
    }
}

//! What a run leaves beside its output, and its receipt.

use std::path::Path;

use anyhow::Result;
use files::{Committed, OutputSet};
use indexmap::IndexMap;
use report::{Records, Report, Reported};
use serde::Serialize;
use step::{ExitCode, Failure};

use super::Receipt;
use super::lane::{Lane, Ran};
use super::options::{Options, Plan};
use super::page;
use super::tally::{Repair, Unmapped};
use super::telling::Teller;
use crate::schema::Kind;
use crate::v0;

/// The name of the step.
const STEP: &str = "map-contribution";

/// The keys of the report that are this step's.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub(super) schema_version: &'static str,
    pub(super) today: String,
    pub(super) mapping: OfMapping,
    pub(super) lists: IndexMap<&'static str, OfList>,
    pub(super) repairs: Vec<Repair>,
    pub(super) unmapped: Vec<Unmapped>,
}

/// By what records were mapped.
#[derive(Debug, Serialize)]
pub(super) struct OfMapping {
    /// The name alone, or `v0`.
    pub(super) path: String,
    pub(super) sha256: String,
    /// Columns of the file that it does not name.
    pub(super) unused: Vec<String>,
}

/// What was written of a list.
#[derive(Debug, Serialize)]
pub(super) struct OfList {
    pub(super) records: u64,
    pub(super) filled: IndexMap<&'static str, u64>,
}

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
    let own = own(options, &ran.lanes, &teller)?;
    let Ran { found, records, rejects, output, .. } = ran;
    let failure = failure(options, &found.name, records);
    if failure.is_none() {
        set.put(output)?;
    }
    let lang = options.args.common.findings.lang;
    let page = page::page(&found.name, records, &own, failure.is_none(), lang);
    let receipt = Receipt::new(&own, records, teller.findings.levels(), &options.names().page)?;
    let report = Report { step: STEP, input: (&found).into(), records, own, lists_files: false, page };
    let Reported { .. } = report.write(&options.names(), teller.findings, Some(rejects), &mut set)?;
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

fn own(options: &Options, lanes: &[Lane], teller: &Teller) -> Result<Own> {
    let (path, sha256) = match &options.plan {
        Plan::V0 => (v0::NAME.to_owned(), files::sha256_of(&v0::bytes())),
        Plan::File(mapping) => {
            let name = mapping.file().file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, files::sha256(mapping.file())?)
        }
    };
    let mut unused: Vec<String> = Vec::new();
    for name in lanes.iter().flat_map(|lane| unused_of(options, lane)) {
        if !unused.contains(&name) {
            unused.push(name);
        }
    }
    let lists = lanes.iter().map(|lane| (lane.kind.name(), of_list(options, lane)));
    Ok(Own {
        schema_version: options.version.name(),
        today: options.today.to_string(),
        mapping: OfMapping { path, sha256, unused },
        lists: lists.collect(),
        repairs: teller.tally.repairs(),
        unmapped: teller.tally.unmapped(),
    })
}

/// The columns of a list that its mapping does not name.
fn unused_of(options: &Options, lane: &Lane) -> Vec<String> {
    let header = lane.table.header();
    let is_known = |name: &str| match options.plan {
        Plan::V0 => v0::columns(lane.kind).any(|known| header.column(known) == header.column(name)),
        Plan::File(_) => false,
    };
    let unused = lane.reader.mapper.unused(header).map(|column| &header.names()[column]);
    let told = unused.filter(|name| !name.trim().is_empty() && !report::has_contact(name) && !is_known(name));
    told.cloned().collect()
}

fn of_list(options: &Options, lane: &Lane) -> OfList {
    let fields = &options.schema().list(lane.kind).fields;
    let filled = fields.iter().zip(&lane.counts.filled).map(|(field, filled)| (field.name, *filled));
    OfList { records: lane.counts.records, filled: filled.collect() }
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

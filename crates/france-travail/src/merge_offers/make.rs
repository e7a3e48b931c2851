//! From what is known of the days to the files of the table: what all of them share, and what is to be told of them.

use std::path::Path;

use anyhow::Result;
use report::Records;
use step::Task;

use crate::collect_history::options::Form;
use crate::joins::References;
use crate::merge_offers::account::{Account, Origin};
use crate::merge_offers::before::Earlier;
use crate::merge_offers::days::Days;
use crate::merge_offers::draft::Drafts;
use crate::merge_offers::gather::Memory;
use crate::merge_offers::lake::Lake;
use crate::merge_offers::part::Part;
use crate::merge_offers::publish::{self, Around, Published};
use crate::merge_offers::resolve::Resolved;
use crate::merge_offers::row::Keep;
use crate::merge_offers::target::Target;
use crate::merge_offers::tell::SourceTold;
use crate::merge_offers::write::Maker;
use crate::merge_offers::{Args, VERSION};

/// What is there of the table.
pub(crate) struct Table {
    pub(crate) lake: Lake,
    pub(crate) earlier: Earlier,
    pub(crate) form: Form,
}

/// What all files of the run share.
pub(crate) fn around<'a>(
    args: &'a Args,
    memory: &'a Memory,
    table: &'a Table,
    references: &References,
    keep: Keep,
    days: &Days,
) -> Around<'a> {
    let Days { service, is_invented, .. } = days;
    Around {
        memory: &memory.folder,
        lake: &table.lake,
        findings: &args.findings,
        origin: Origin::of(*is_invented, service.clone()),
        keep,
        form: table.form,
        settings: format!("{} {is_invented} {service:?}", settings(args, references, table.form)),
        verifies: args.verify,
    }
}

/// What each row depends on, besides its offer.
fn settings(args: &Args, references: &References, form: Form) -> String {
    let told = (VERSION, form, &args.keep, references.files());
    serde_json::to_string(&told).unwrap_or_default()
}

/// Writes the table and what stands beside it.
///
/// # Errors
/// 65, 66 what was read is not there any more; 74.
#[expect(clippy::too_many_arguments, reason = "all that a table is made of")]
pub(crate) fn publish(
    target: &Target,
    set: files::OutputSet,
    folder: &Path,
    days: &Days,
    resolved: &Resolved,
    drafts: Drafts<'_>,
    around: &Around<'_>,
    task: &Task,
) -> Result<(Published, Records)> {
    let mut account = account(folder, days, resolved, drafts.making.references, around);
    let progress = task.progress("writing rows", "offers");
    progress.set_total(resolved.shown.len() as u64);
    let mut maker = Maker::new(&days.sources, resolved, drafts, around.form, &progress, task);
    let published = match target {
        Target::Lake(dir) => publish::lake(dir, set, target, around, &mut maker, &mut account)?,
        Target::File(file) => publish::file(file, set, target, around, &mut maker, &mut account)?,
    };
    Ok((published, account.records))
}

/// What is known before anything is written.
fn account(folder: &Path, days: &Days, resolved: &Resolved, references: &References, around: &Around<'_>) -> Account {
    let read = days.sources.iter().map(|source| source.known.elements).sum();
    let rejected = days.sources.iter().map(|source| source.known.rejects.lines).sum();
    let records = Records { read, kept: read - rejected, rejected, ..Records::default() };
    Account {
        input: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        records,
        since: days.since,
        until: days.until,
        service: days.service.clone(),
        days: days.told.clone(),
        versions: resolved.versions,
        part: Part::default(),
        references: references.files().to_vec(),
        origin: around.origin.clone(),
        keep: around.keep,
        sources: days.sources.iter().map(SourceTold::of).collect(),
    }
}

//! What is remembered of a whole run, so that one that has nothing to do is soon over; and what is no longer needed of it.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::collect_history::options::Form;
use crate::days::Folder;
use crate::merge_offers::before::TOLD;
use crate::merge_offers::days::Days;
use crate::merge_offers::gather::Memory;
use crate::merge_offers::lake::Lake;
use crate::merge_offers::publish::Published;
use crate::merge_offers::sheet::Stat;
use crate::merge_offers::source::Source;
use crate::merge_offers::{Args, Receipt, VERSION};

/// Where it is remembered.
pub(crate) const RUN: &str = "run";

/// What is remembered of a whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Of all that it depends on.
    pub(crate) inputs: String,
    pub(crate) files: Vec<(String, Option<Stat>)>,
    pub(crate) bytes: u64,
    pub(crate) sha256: Option<String>,
    pub(crate) records: u64,
    pub(crate) receipt: Receipt,
}

impl Run {
    /// Whether it had the same inputs, and what it wrote is still there.
    pub(crate) fn is_of(&self, inputs: &str) -> bool {
        let is_there = |(path, stat): &(String, Option<Stat>)| stat.is_some() && Stat::of(Path::new(path)) == *stat;
        self.inputs == inputs && self.files.iter().all(is_there)
    }
}

/// All that a run depends on, but what is in the files: who, how large, of when.
pub(crate) fn inputs(args: &Args, folder: &Folder, form: Form, lake: &Lake) -> String {
    let references = args.joins.paths(&args.root).into_iter().map(|path| (Stat::of(&path), path));
    let days = folder.days.values().map(|day| (day.date, Stat::of(&day.data), Stat::of(&day.log)));
    let journals =
        folder.journals.values().map(|journal| (journal.date, Stat::of(&journal.data), Stat::of(&journal.log)));
    let told = (
        (VERSION, form, &args.keep, args.findings.lang),
        references.collect::<Vec<_>>(),
        &folder.path,
        days.collect::<Vec<_>>(),
        journals.collect::<Vec<_>>(),
        lake.files.keys().collect::<Vec<_>>(),
        (args.since, args.until, args.missing, args.unproven, args.findings.max_findings),
    );
    serde_json::to_string(&told).unwrap_or_default()
}

/// Removes what is remembered of days and files that are no more.
pub(crate) fn forget(memory: &Memory, days: &Days, published: &Published) {
    let of_source = |source: &Source| [&source.sheet, &source.rejects()].map(|path| report::name_of(path).to_owned());
    let sheets = days.sources.iter().flat_map(of_source);
    let stems = published.files.iter().filter_map(|file| file.file_stem()?.to_str()?.strip_prefix("offres-"));
    let parts = stems.flat_map(|day| ["part", "remarks"].map(|extension| format!("jour-{day}.{extension}")));
    let known: HashSet<String> = sheets.chain(parts).chain([RUN, TOLD].map(str::to_owned)).collect();
    for entry in std::fs::read_dir(&memory.folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| !known.contains(name)) {
            let _ = files::remove(&entry.path());
        }
    }
}

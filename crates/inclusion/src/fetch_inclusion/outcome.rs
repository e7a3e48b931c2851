//! What a run leaves of a list: its files, and the log that proves them.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result};
use files::{Output, OutputSet, unwritable};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use step::{LICENCE_OUVERTE, Provenance};

use crate::schema::Kind;

use super::fate::{Fate, Fates};
use super::shelf::{Page, Shelf};
use super::wanted::Chosen;

/// Form of the log.
const SCHEMA: &str = "collecte.inclusion/1";

/// The names of a list's files.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) data: String,
    pub(super) doublons: String,
    pub(super) changes: String,
    pub(super) log: String,
}

impl Names {
    pub(super) fn of(kind: Kind) -> Self {
        let name = kind.name();
        Self {
            data: format!("{name}.json"),
            doublons: format!("{name}-doublons.json"),
            changes: format!("{name}-changes.json"),
            log: format!("{name}.log"),
        }
    }
}

/// The log of a list, which is there once all else is.
#[derive(Debug, Serialize)]
pub(super) struct Log<'a> {
    schema: &'static str,
    begun: String,
    ended: String,
    from: Value,
    options: &'a Chosen,
    totals: Vec<u64>,
    pages: Vec<LoggedPage>,
    reloads: u64,
    pub(super) served: u64,
    pub(super) kept: u64,
    pub(super) doublons: Option<Doublons>,
    pub(super) excluded: BTreeMap<String, u64>,
    pub(super) orphans: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) filtered: Option<u64>,
    requests: BTreeMap<String, u64>,
    retries: u64,
    pub(super) files: BTreeMap<String, String>,
    licence: String,
}

#[derive(Debug, Serialize)]
struct LoggedPage {
    page: u64,
    size: u64,
    records: u64,
    known: u64,
}

/// Records that were set aside.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Doublons {
    pub(super) own: u64,
    pub(super) others: u64,
}

/// As much of the last run's log as the next run wants to know.
#[derive(Debug, Deserialize)]
pub(super) struct LastLog {
    pub(super) options: Chosen,
    pub(super) served: u64,
    pub(super) files: BTreeMap<String, String>,
}

/// How a list was fetched.
#[derive(Debug)]
pub(super) struct Course {
    /// Address, or name of the file.
    pub(super) from: Value,
    pub(super) requests: BTreeMap<String, u64>,
    pub(super) retries: u64,
}

impl<'a> Log<'a> {
    pub(super) fn new(shelf: &Shelf, fates: &Fates, chosen: &'a Chosen, course: Course) -> Self {
        let mut totals: Vec<u64> = shelf.pages.iter().flat_map(|page| page.totals.iter().copied()).collect();
        totals.dedup();
        let logged =
            |page: &Page| LoggedPage { page: page.page, size: page.size, records: page.records, known: page.known };
        let is_aside = |of_own: bool| move |fate: &Fate| matches!(fate, Fate::Aside { own, .. } if *own == of_own);
        let doublons = Doublons { own: fates.count(is_aside(true)), others: fates.count(is_aside(false)) };
        let provenance = Provenance::new("data·inclusion", LICENCE_OUVERTE);
        let is_invented = shelf.pages.iter().any(|page| page.is_invented);
        Self {
            schema: SCHEMA,
            begun: in_seconds(shelf.begun.at),
            ended: in_seconds(Timestamp::now()),
            from: course.from,
            options: chosen,
            totals,
            pages: shelf.pages.iter().map(logged).collect(),
            reloads: shelf.pages.last().map_or(0, |page| page.reloads),
            served: shelf.len() as u64,
            kept: fates.count(|fate| *fate == Fate::Kept),
            doublons: chosen.sets_aside().then_some(doublons),
            excluded: fates.excluded.clone(),
            orphans: fates.orphans,
            filtered: chosen.only.as_ref().map(|_| fates.count(|fate| *fate == Fate::Filtered)),
            requests: course.requests,
            retries: course.retries,
            files: BTreeMap::new(),
            licence: if is_invented { Provenance::invented() } else { provenance }.licence.into_owned(),
        }
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.values().sum()
    }

    pub(super) fn retries(&self) -> u64 {
        self.retries
    }

    pub(super) fn reloads(&self) -> u64 {
        self.reloads
    }

    pub(super) fn text(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self).context("could not write a log as JSON")?;
        text.push(b'\n');
        Ok(text)
    }
}

fn in_seconds(at: Timestamp) -> String {
    at.round(jiff::Unit::Second).unwrap_or(at).to_string()
}

/// A JSON array, an entry a line.
#[derive(Debug)]
pub(super) struct Lines {
    output: Output,
    name: String,
    is_begun: bool,
}

impl Lines {
    pub(super) fn begin(set: &OutputSet, name: &str) -> Result<Self> {
        Ok(Self { output: set.create(name)?, name: name.to_owned(), is_begun: false })
    }

    pub(super) fn add(&mut self, entry: &[u8]) -> Result<()> {
        let before: &[u8] = if std::mem::replace(&mut self.is_begun, true) { b",\n" } else { b"[" };
        self.write(before)?;
        self.write(entry)
    }

    /// Closes it; its SHA-256.
    pub(super) fn end(mut self, set: &mut OutputSet) -> Result<String> {
        self.write(if self.is_begun { b"]\n" } else { b"[]\n" })?;
        Ok(set.put(self.output)?.sha256.clone())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.output.write_all(bytes).map_err(|error| unwritable("write", self.name.as_ref(), error))?)
    }
}

/// Writes the records that are kept, and those that were set aside, each by identifier.
///
/// # Errors
/// 74 when the disk refuses, or what `go_on` says.
pub(super) fn write_records(
    shelf: &Shelf,
    fates: &Fates,
    log: &mut Log<'_>,
    names: &Names,
    set: &mut OutputSet,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<()> {
    let sorted = shelf.sorted();
    let mut text = vec![];
    let mut kept = Lines::begin(set, &names.data)?;
    let mut aside = log.doublons.map(|_| Lines::begin(set, &names.doublons)).transpose()?;
    for (count, nth) in sorted.into_iter().map(|nth| nth as usize).enumerate() {
        if count % 4_096 == 0 {
            go_on()?;
        }
        match (&fates.fates[nth], &mut aside) {
            (Fate::Kept, _) => {
                shelf.read(nth, &mut text)?;
                kept.add(&text)?;
            }
            (Fate::Aside { kept, own }, Some(aside)) => {
                shelf.read(nth, &mut text)?;
                let mut entry = b"{\"kept\":".to_vec();
                tables::write_json_text(kept, &mut entry);
                entry.extend_from_slice(format!(",\"own\":{own},\"record\":").as_bytes());
                entry.extend_from_slice(&text);
                entry.push(b'}');
                aside.add(&entry)?;
            }
            _ => {}
        }
    }
    log.files.insert(names.data.clone(), kept.end(set)?);
    if let Some(aside) = aside {
        log.files.insert(names.doublons.clone(), aside.end(set)?);
    }
    Ok(())
}

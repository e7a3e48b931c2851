//! The data files of a harvest: its lines, sorted, as they came, as they were, or archived now.

use std::collections::HashSet;
use std::io::Write;

use anyhow::{Context, Result};
use files::{Access, Output, OutputSet, Written};

use crate::gathering::{Gathering, ItemLine, kind_name};
use crate::item::Kind;
use crate::ledger::{self, Ledger};
use crate::memory::Remembering;
use crate::model::Dataset;
use crate::settings::Settings;
use crate::store::Place;

use super::account::Totals;
use super::archiving::Decision;
use super::folder::{DATASERVICES, DATASETS, Folder};

/// The data files, on the disk, but not in their place yet.
pub(super) struct Data {
    /// None once they are in their place.
    pub(super) set: Option<OutputSet>,
    pub(super) datasets: Written,
    pub(super) dataservices: Option<Written>,
    pub(super) totals: Totals,
    /// None of a preview.
    pub(super) remembering: Option<Remembering>,
}

/// A line of `items.jsonl` for each that is archived now.
pub(super) fn tell_archived(gathering: &mut Gathering, decision: &Decision) -> Result<()> {
    for (kind, archived) in [(Kind::Dataset, &decision.datasets), (Kind::Dataservice, &decision.dataservices)] {
        let mut ids: Vec<_> = archived.iter().map(AsRef::as_ref).collect();
        ids.sort_unstable();
        for remote_id in ids {
            let before = match kind {
                Kind::Dataset => gathering.datasets.line_before(remote_id)?,
                Kind::Dataservice => gathering.dataservices.line_before(remote_id)?,
            };
            gathering.count += 1;
            gathering.counts.archived += 1;
            gathering.changes.archived += 1;
            let line = ItemLine {
                item: gathering.count,
                remote_id: Some(remote_id.into()),
                remote_url: before.and_then(|line| line.harvest.remote_url).map(Into::into),
                kind: kind_name(kind).into(),
                status: "archived".into(),
                change: Some("archived".into()),
                ..ItemLine::default()
            };
            gathering.write_item(&line)?;
        }
    }
    Ok(())
}

/// Writes the data, and what is to be remembered of it.
pub(super) fn write_data(
    gathering: &mut Gathering,
    folder: &Folder,
    settings: &Settings,
    decision: &Decision,
) -> Result<Data> {
    let mut set = OutputSet::claim(&folder.output, [DATASETS, DATASERVICES], Access::OwnerAndGroup)?;
    let mut remembering = match settings.is_preview {
        true => None,
        false => Some(Remembering::begin(&folder.hidden)?),
    };
    let mut totals = Totals::default();
    let Gathering { datasets: lines, dataservices: services, coverage, now, .. } = gathering;
    let mut output = set.create(DATASETS)?;
    write_lines(lines, &decision.datasets, now, &mut output, remembering.as_mut(), |line| {
        totals.datasets.count(line.is_archived);
        if is_to_be_counted(line) {
            coverage.add(&read(line.text)?, &[]);
        }
        Ok(())
    })?;
    totals.datasets.resources = coverage.resource_count;
    let datasets = set.put(output)?.clone();
    let mut output = set.create(DATASERVICES)?;
    write_lines(services, &decision.dataservices, now, &mut output, remembering.as_mut(), |line| {
        totals.dataservices.count(line.is_archived);
        Ok(())
    })?;
    let dataservices = match totals.dataservices.lines() {
        0 => None,
        _ => Some(set.put(output)?.clone()),
    };
    Ok(Data { set: Some(set), datasets, dataservices, totals, remembering })
}

/// What there is if nothing is written.
pub(super) fn survey(gathering: &mut Gathering) -> Result<Totals> {
    let mut totals = Totals::default();
    let (none, Gathering { datasets, dataservices, coverage, now, .. }) = (HashSet::new(), gathering);
    datasets.each(&none, now, |line| {
        totals.datasets.count(line.is_archived);
        if is_to_be_counted(&line) {
            coverage.add(&read(line.text)?, &[]);
        }
        Ok(())
    })?;
    dataservices.each(&none, now, |line| {
        totals.dataservices.count(line.is_archived);
        Ok(())
    })?;
    totals.datasets.resources = coverage.resource_count;
    Ok(totals)
}

/// Those that came were counted when they came.
fn is_to_be_counted(line: &ledger::Written<'_>) -> bool {
    !line.is_fresh && !line.is_archived
}

fn read(text: &[u8]) -> Result<Dataset> {
    serde_json::from_slice(text).context("could not read a line of an earlier run")
}

fn write_lines(
    ledger: &Ledger,
    archived: &HashSet<Box<str>>,
    now: &str,
    output: &mut Output,
    mut remembering: Option<&mut Remembering>,
    mut count: impl FnMut(&ledger::Written<'_>) -> Result<()>,
) -> Result<()> {
    let mut offset = 0;
    ledger.each(archived, now, |line| {
        output.write_all(line.text).and_then(|()| output.write_all(b"\n")).context("could not write a line")?;
        count(&line)?;
        let place = Place { offset, bytes: line.text.len() as u32 };
        offset += line.text.len() as u64 + 1;
        match &mut remembering {
            Some(remembering) => remembering.known(ledger.kind, line.known.at(place)),
            None => Ok(()),
        }
    })
}

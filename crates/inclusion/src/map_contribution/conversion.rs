//! A file from its first record to its last.

use std::path::Path;

use anyhow::Result;
use files::OutputSet;
use mapping::Mapper;
use report::{Findings, Part, Rejects, name_of};
use step::{Outcome, Task};

use super::Receipt;
use super::intake::{Intake, union};
use super::lane::{Counts, Lane, Ran};
use super::messages;
use super::options::{Options, Plan};
use super::output::Writer;
use super::reader::Reader;
use super::report_of;
use super::seen::Seen;
use super::telling::Teller;
use crate::lists::{Ignore, List};

/// Records between two looks at whether the step was told to stop.
const AT_ONCE: u64 = 4_096;

/// Maps the input.
pub(super) fn convert(options: &Options, task: &Task) -> Result<Outcome<Receipt>> {
    let source = options.source()?;
    let lists = options.lists(&source)?;
    let set = options.claim()?;
    let folder = set.folder().to_owned();
    let common = &options.args.common;
    let findings = Findings::new(messages::rules(common.findings.lang), &common.findings, &folder);
    let mut teller = Teller::new(findings, common.findings.lang);
    let lanes = lists.into_iter().map(|list| lane(options, list, &folder, &mut teller)).collect::<Result<Vec<_>>>()?;
    tracing::info!("mapping `{}` to {}", options.input.display(), options.version.name());
    let ran = run(options, lanes, &set, &mut teller, task)?;
    report_of::commit(options, ran, teller, set).map(Outcome::Done)
}

fn lane(options: &Options, list: List, folder: &Path, teller: &mut Teller) -> Result<Lane> {
    let List { kind, table } = list;
    let part = teller.findings.part(Part { list: Some(kind.name().to_owned()), file: None });
    let header = table.header().clone();
    let mapper = Mapper::new(options.mapping(kind)?, &header, &[])?;
    teller.findings.add_table(part, &table)?;
    let is_v0 = matches!(options.plan, Plan::V0);
    // What v0 leaves open may be missing; of a mapping that names a column it is told.
    if !is_v0 {
        mapping::tell_missing(&mapper, part, &mut teller.findings)?;
    }
    let ignore = Ignore::of(&header);
    let list = options.schema().list(kind);
    let counts = Counts { records: 0, filled: vec![0; list.fields.len()] };
    let reader = Reader::new(options.schema(), kind, part, mapper, header, is_v0, options.today);
    Ok(Lane { kind, table, reader, ignore, seen: Seen::new(folder), counts, part })
}

fn run(options: &Options, mut lanes: Vec<Lane>, set: &OutputSet, teller: &mut Teller, task: &Task) -> Result<Ran> {
    let columns: Vec<&[String]> = lanes.iter().map(|lane| lane.table.header().names()).collect();
    let (columns, is_pair) = (union(&columns), lanes.len() > 1);
    let found = lanes.first().expect("a file has a list").table.found().clone();
    let destination = set.destination(name_of(&options.names().rejects));
    let rejects = match lanes.as_slice() {
        [lane] => Rejects::of_table(destination, lane.table.header(), &found),
        _ => Rejects::new(destination, columns.clone(), found.separator.unwrap_or(',')),
    };
    let mut intake = Intake::new(rejects);
    let output = set.create(name_of(&options.output))?;
    let mut writer = Writer::begin(output, options.form, options.schema(), is_pair);
    let progress = task.progress(format!("mapping `{}`", found.name), "records");
    let mut read = 0;
    for lane in &mut lanes {
        intake.turn_to(lane.part, lane.table.header().names(), is_pair.then_some(columns.as_slice()));
        writer.begin_list(lane.kind)?;
        while lane.next(&mut intake, &mut writer, teller)? {
            read += 1;
            if read % AT_ONCE == 0 {
                task.go_on()?;
                progress.set(read);
            }
        }
    }
    let written = lanes.iter().map(|lane| lane.counts.records).sum();
    let (records, rejects) = intake.finish(written);
    Ok(Ran { lanes, found, records, rejects, output: writer.finish()? })
}

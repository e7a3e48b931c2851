//! What the report says besides what all reports say.

use anyhow::Result;
use indexmap::IndexMap;
use serde::Serialize;

use super::lane::{IGNORE, Lane};
use super::options::{Options, Plan};
use super::tally::{Repair, Unmapped};
use super::telling::Teller;
use crate::v0;

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

impl Own {
    /// # Errors
    /// 66 when the mapping can no longer be read.
    pub(super) fn new(options: &Options, lanes: &[Lane], teller: &Teller) -> Result<Self> {
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
        Ok(Self {
            schema_version: options.version.name(),
            today: options.today.to_string(),
            mapping: OfMapping { path, sha256, unused },
            lists: lists.collect(),
            repairs: teller.tally.repairs(),
            unmapped: teller.tally.unmapped(),
        })
    }
}

/// The columns of a list that its mapping does not name.
fn unused_of(options: &Options, lane: &Lane) -> Vec<String> {
    let header = lane.table.header();
    let is_known = |name: &str| match options.plan {
        Plan::V0 => v0::columns(lane.kind).any(|known| header.column(known) == header.column(name)),
        Plan::File(_) => false,
    };
    let unused = lane.reader.mapper.unused(header).map(|column| &header.names()[column]);
    let is_own = |name: &str| name.trim().is_empty() || tables::fold(name) == IGNORE || is_known(name);
    let told = unused.filter(|name| !is_own(name) && !report::has_contact(name));
    told.cloned().collect()
}

fn of_list(options: &Options, lane: &Lane) -> OfList {
    let fields = &options.schema().list(lane.kind).fields;
    let filled = fields.iter().zip(&lane.counts.filled).map(|(field, filled)| (field.name, *filled));
    OfList { records: lane.counts.records, filled: filled.collect() }
}

//! A list beside the same one in an older delivery.

use std::path::Path;

use anyhow::Result;
use report::Finding;
use step::{ExitCode, Failure};
use tables::Record;

use super::cell::Column;
use super::delivery::{Compared, Delivery, Previous, identifiers};
use super::sources::Listed;
use super::telling::{ID_RENUMBERED, Teller};
use crate::lists::{List, Place, for_each};
use crate::schema::Kind;

/// What is compared of a list.
#[derive(Debug)]
pub(super) struct Before<'s> {
    listed: &'s Listed,
    place: &'s Place,
    column: Column,
    columns: Compared,
    old_columns: Compared,
    now: Delivery,
    old: Delivery,
}

impl<'s> Before<'s> {
    /// Reads the list in the older delivery; none where it does not have it, or where there is no identifier. Of one list
    /// each, they are compared whatever each seems to hold.
    ///
    /// # Errors
    /// 65 when the older delivery does not have the column, or breaks a rule.
    pub(super) fn read(
        listed: &'s Listed,
        list: &List,
        is_alone: bool,
        column: Option<Column>,
        folder: &Path,
    ) -> Result<Option<Self>> {
        let is_same = |kind: &Kind| *kind == list.kind || (is_alone && listed.places.len() == 1);
        let place = listed.places.iter().find(|(kind, _)| is_same(kind)).map(|(_, place)| place);
        let Some((place, column)) = place.zip(column) else { return Ok(None) };
        let mut before = place.clone().open(&listed.source)?;
        let header = before.table.header().clone();
        let Some((columns, old_columns)) = Compared::pair(list.table.header(), column.nth, &header) else {
            let name = listed.source.found().name;
            let message = format!("could not compare with `{name}`: it has no column `{}`", column.name);
            let hint = "give an older delivery with the same columns";
            return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
        };
        let old = Delivery::read(&mut before.table, &old_columns, folder)?;
        Ok(Some(Self { listed, place, column, columns, old_columns, now: Delivery::new(folder), old }))
    }

    /// Takes a record of this delivery.
    pub(super) fn add(&mut self, record: &Record<'_>) -> Result<()> {
        self.now.add(record, &self.columns)
    }

    /// Compares, and tells of each record that has another identifier now; with both identifiers of the first `most`.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn tell(
        mut self,
        now: &Listed,
        place: &Place,
        most: usize,
        teller: &mut Teller<'_>,
    ) -> Result<Previous> {
        let comparison = self.now.compare(&self.old, most)?;
        if comparison.renumbered.is_empty() {
            return Ok(comparison.previous);
        }
        let known = identifiers(&self.listed.source, self.place, &self.old_columns, &comparison.renumbered)?;
        let rule = teller.findings.rule(ID_RENUMBERED);
        for_each(&mut place.clone().open(&now.source)?.table, |record| {
            let Some(place) = self.columns.place(record) else { return Ok(()) };
            if !self.now.is_renumbered(&self.old, place)? {
                return Ok(());
            }
            let shown = |id: Option<&str>| id.and_then(|id| self.column.shown(id)).map(str::to_owned);
            let (old, new) = (shown(known.get(&place).map(String::as_str)), shown(self.column.of(record)));
            let mut finding = Finding::new(rule).part(teller.part).at(record).column(&self.column.name);
            finding = old.as_deref().map_or(finding, |old| finding.value(old));
            finding = new.as_deref().map_or(finding, |new| finding.to(new));
            teller.findings.add(finding)
        })?;
        Ok(comparison.previous)
    }
}

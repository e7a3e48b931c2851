//! Opening hours.

use anyhow::Result;
use mapping::Given;
use report::RuleId;

use super::identifier::without_controls;
use super::{Reading, place};
use crate::map_contribution::entry::Entry;
use crate::map_contribution::field::Known;
use crate::map_contribution::telling::Teller;
use crate::repair::{Step, hours};

impl Reading<'_> {
    /// Opening hours that the mapping has put into the syntax of OpenStreetMap.
    pub(super) fn written_hours(
        &self,
        nth: usize,
        known: &Known,
        given: &Given<'_>,
        is_readable: bool,
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<Option<RuleId>> {
        let (spot, place, column) = (&self.spot, place(known), given.column);
        let stood = self.hours_as_they_stood(given);
        if !is_readable || !self.checker.borrow_mut().is_osm(given.text) {
            let comment = match is_readable {
                true => hours::comment(given.text),
                false => given.text.to_owned(),
            };
            teller.warn(spot, place, column, Step::Shared("hours.unreadable"), &stood)?;
            entry.set(nth, &without_controls(&comment));
            return Ok(None);
        }
        if stood.trim() != given.text {
            teller.repair(spot, place, column, Step::Shared("hours.osm"), &stood, given.text)?;
        }
        entry.set(nth, given.text);
        Ok(None)
    }

    /// The cells that opening hours were read from.
    fn hours_as_they_stood(&self, given: &Given<'_>) -> String {
        let record = self.spot.record;
        if self.hours.is_empty() {
            return given.column.map_or(given.text, |column| record.cell(column)).to_owned();
        }
        let cells = self.hours.iter().map(|column| (&self.spot.header.names()[*column], record.cell(*column).trim()));
        let filled = cells.filter(|(_, cell)| !cell.is_empty()).map(|(name, cell)| format!("{name} : {cell}"));
        filled.collect::<Vec<_>>().join(" ; ")
    }
}

//! Longitude and latitude.

use anyhow::Result;

use super::{Places, Reading, place};
use crate::lists::is_null;
use crate::map_contribution::entry::Entry;
use crate::map_contribution::field::Known;
use crate::map_contribution::telling::Teller;
use crate::repair::{Step, number};

impl Reading<'_> {
    /// Of coordinates that could not be computed nothing is left: tells what stood there.
    pub(super) fn nothing_came(&self, nth: usize, known: &Known, teller: &mut Teller) -> Result<()> {
        let columns = match nth {
            _ if nth == self.at.longitude => &self.columns[0],
            _ if nth == self.at.latitude => &self.columns[1],
            _ => return Ok(()),
        };
        let filled = columns.iter().find(|column| !is_null(self.spot.record.cell(**column)));
        let Some(column) = filled else { return Ok(()) };
        let cell = self.spot.record.cell(*column);
        teller.warn(&self.spot, place(known), Some(*column), Step::Own("unreadable"), cell)
    }

    /// Puts right what stands the wrong way round.
    pub(super) fn exchange_coordinates(&self, entry: &mut Entry, teller: &mut Teller) -> Result<()> {
        let Places { longitude, latitude, .. } = self.at;
        let read = |field: usize| entry.text(field).and_then(number::read);
        let is_swapped = read(longitude).zip(read(latitude)).is_some_and(|(x, y)| number::is_swapped(x, y));
        if !is_swapped {
            return Ok(());
        }
        entry.exchange(longitude, latitude);
        for (field, other) in [(longitude, latitude), (latitude, longitude)] {
            let (to, stood) = (entry.text(field).unwrap_or_default(), entry.text(other).unwrap_or_default());
            let column = self.filled.value(field, self.spot.record, self.mapper).and_then(|given| given.column);
            let step = Step::Shared("coordinates.swapped");
            teller.repair(&self.spot, place(&self.fields[field]), column, step, stood, to)?;
        }
        Ok(())
    }
}

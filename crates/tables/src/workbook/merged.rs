//! Cells that are merged: only the first of an area is shown, whatever the others hold.

use super::fault::Parsed;
use super::limits::MOST_COLUMNS;
use super::row::Row;

/// First and last row, first and last column of an area, from 0.
pub(crate) type Area = [u32; 4];

/// The areas of a sheet, met row by row.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// In the order of their first rows.
    areas: Vec<Area>,
    next: usize,
    /// Those that the present row is in.
    active: Vec<Area>,
}

impl Merged {
    pub(crate) fn new(mut areas: Vec<Area>) -> Self {
        areas.sort_unstable();
        Self { areas, ..Self::default() }
    }

    /// Empties the cells of a row that are not shown. Rows come in order.
    ///
    /// # Errors
    /// When there are more than a row has columns: areas that overlap could be crossed for ever.
    pub(crate) fn clear(&mut self, number: u32, row: &mut Row) -> Parsed<()> {
        let from = self.next;
        self.next += self.areas[from..].iter().take_while(|[first, ..]| *first <= number).count();
        self.active.retain(|[_, last, ..]| *last >= number);
        self.active.extend(self.areas[from..self.next].iter().filter(|[_, last, ..]| *last >= number));
        let width = |[.., left, right]: &Area| right.saturating_sub(*left) as usize + 1;
        if self.active.iter().map(width).sum::<usize>() > 16 * MOST_COLUMNS {
            return Err("it is damaged: its merged cells overlap".into());
        }
        for [first, _, left, right] in &self.active {
            let cells = (*left as usize..row.values().len()).take_while(|column| *column <= *right as usize);
            for column in cells.filter(|column| (number, *column) != (*first, *left as usize)) {
                row.clear(column);
            }
        }
        Ok(())
    }
}

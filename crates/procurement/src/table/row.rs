//! One record of a table, read: its cells by the place of the contract that they fill.

mod written;

use crate::cells::{AllTold, Read, Told};

use crate::target_path::TargetPath;

/// So much of what stood in a cell is kept to be told.
const LONGEST_RAW_CHARS: usize = 10_000;

/// No column.
const NOWHERE: u16 = u16::MAX;

/// A record that was read; used again for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) line: u64,
    /// Its operator carries the contract, alone or before others.
    pub(crate) is_contractor: bool,
    /// It should name an operator, and names none.
    pub(crate) lacks_operator: bool,
    /// What there is to tell of the role of its operator.
    pub(crate) role_told: Option<Told>,
    cells: Vec<Cell>,
    text: String,
}

/// A cell that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) place: TargetPath,
    /// Which of several, from 0.
    pub(crate) item: u16,
    column: u16,
    value: Option<Span>,
    raw: Span,
    pub(crate) told: AllTold,
}

/// Where a text lies in that of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u32,
    to: u32,
}

impl Cell {
    /// The column that it stands in.
    pub(crate) fn column(&self) -> Option<usize> {
        (self.column != NOWHERE).then_some(usize::from(self.column))
    }

    pub(crate) fn has_value(&self) -> bool {
        self.value.is_some()
    }
}

impl Row {
    /// Begins a record.
    pub(crate) fn begin(&mut self, number: u64, line: u64) {
        self.cells.clear();
        self.text.clear();
        (self.number, self.line) = (number, line);
        (self.is_contractor, self.lacks_operator, self.role_told) = (true, false, None);
    }

    /// What it takes in memory, about.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.cells.len() * size_of::<Cell>()
    }

    /// Becomes another row, in the memory that is there.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        let Self { number, line, is_contractor, lacks_operator, role_told, cells, text } = self;
        (*number, *line, *role_told) = (other.number, other.line, other.role_told);
        (*is_contractor, *lacks_operator) = (other.is_contractor, other.lacks_operator);
        cells.clone_from(&other.cells);
        text.clone_from(&other.text);
    }

    /// Keeps the cells that are wanted.
    pub(crate) fn retain(&mut self, is_wanted: impl FnMut(&Cell) -> bool) {
        self.cells.retain(is_wanted);
    }

    /// Adds a cell, unless it is blank.
    pub(crate) fn push(&mut self, place: TargetPath, item: usize, column: Option<usize>, raw: &str, read: &Read<'_>) {
        if read.value.is_none() && read.told.is_empty() {
            return;
        }
        let value = read.value.as_deref().map(|value| self.keep(value));
        let raw = match value {
            Some(value) if read.told.is_empty() => value,
            _ => self.keep(cut(raw.trim(), LONGEST_RAW_CHARS)),
        };
        let column = column.and_then(|column| u16::try_from(column).ok()).unwrap_or(NOWHERE);
        // More values than that no record has; see the limits of `tables`.
        let item = u16::try_from(item).unwrap_or(u16::MAX);
        self.cells.push(Cell { place, item, column, value, raw, told: read.told });
    }

    fn keep(&mut self, text: &str) -> Span {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        Span { from, to: self.text.len() as u32 }
    }

    /// Takes a cell over from another record.
    pub(crate) fn take(&mut self, cell: &Cell, other: &Self) {
        self.take_as(cell, other, cell.item);
    }

    /// Takes a cell over from another record, as another one of several.
    pub(crate) fn take_as(&mut self, cell: &Cell, other: &Self, item: u16) {
        self.take_over(cell, other, cell.place, item);
    }

    /// Takes a cell over from another record, for another place.
    pub(crate) fn take_to(&mut self, cell: &Cell, other: &Self, place: TargetPath) {
        self.take_over(cell, other, place, 0);
    }

    fn take_over(&mut self, cell: &Cell, other: &Self, place: TargetPath, item: u16) {
        let value = cell.value.map(|span| self.keep(other.at(span)));
        let raw = match value {
            Some(value) if cell.value == Some(cell.raw) => value,
            _ => self.keep(other.at(cell.raw)),
        };
        self.cells.push(Cell { place, item, value, raw, ..*cell });
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell of a place; of several the first.
    #[inline]
    pub(crate) fn get(&self, place: TargetPath) -> Option<&Cell> {
        self.get_item(place, 0)
    }

    /// One of several cells of a place.
    #[inline]
    pub(crate) fn get_item(&self, place: TargetPath, item: u16) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.place == place && cell.item == item)
    }

    /// Takes a cell out.
    pub(crate) fn remove(&mut self, place: TargetPath) {
        self.cells.retain(|cell| cell.place != place);
    }

    /// Takes one of several cells out.
    pub(crate) fn remove_item(&mut self, place: TargetPath, item: u16) {
        self.cells.retain(|cell| cell.place != place || cell.item != item);
    }

    /// The value of a place.
    #[inline]
    pub(crate) fn value(&self, place: TargetPath) -> Option<&str> {
        self.get(place).and_then(|cell| self.value_of(cell))
    }

    #[inline]
    pub(crate) fn value_of(&self, cell: &Cell) -> Option<&str> {
        cell.value.map(|span| self.at(span))
    }

    /// What stood in the cell.
    pub(crate) fn raw(&self, cell: &Cell) -> &str {
        self.at(cell.raw)
    }

    fn at(&self, span: Span) -> &str {
        &self.text[span.from as usize..span.to as usize]
    }

    /// Tells one thing more of a cell.
    pub(crate) fn tell(&mut self, place: TargetPath, item: u16, told: Told) {
        let cell = self.cells.iter_mut().find(|cell| cell.place == place && cell.item == item);
        if let Some(cell) = cell {
            cell.told.add(told);
        }
    }

    /// Puts another value into a cell.
    pub(crate) fn set_value(&mut self, place: TargetPath, value: &str, told: Told) {
        let span = self.keep(value);
        if let Some(cell) = self.cells.iter_mut().find(|cell| cell.place == place) {
            cell.value = Some(span);
            cell.told.add(told);
        }
    }

    /// How many of several there are.
    pub(crate) fn items(&self, places: &[TargetPath]) -> u16 {
        let of = self.cells.iter().filter(|cell| places.contains(&cell.place));
        of.map(|cell| cell.item.saturating_add(1)).max().unwrap_or(0)
    }
}

/// The first characters of a text.
fn cut(text: &str, chars: usize) -> &str {
    match text.len() <= chars {
        true => text,
        false => text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_comes_back_as_it_was_written(
            cells in proptest::collection::vec((0_u8..41, 0_usize..3, proptest::option::of(0_usize..400), "\\PC{0,9}", proptest::option::of("\\PC{1,9}"), 0_u8..52), 0..15),
        ) {
            let mut row = Row::default();
            row.begin(7, 9);
            row.is_contractor = cells.len() % 2 == 0;
            for (place, item, column, raw, value, told) in &cells {
                let mut read = Read { value: value.as_deref().map(Into::into), ..Read::default() };
                if told % 3 == 0 {
                    read.told.add(Told::of_number(*told));
                }
                row.push(TargetPath::of_number(*place), *item, *column, raw, &read);
            }
            let mut bytes = vec![];
            row.write(&mut bytes);
            prop_assert!(bytes.len() <= row.most_bytes());
            prop_assert_eq!(Row::length_of(&bytes), Some(bytes.len()));
            let mut back = Row::default();
            back.read(&bytes);
            let shown = |row: &Row| {
                let cell = |cell: &Cell| format!(
                    "{:?} {} {:?} {:?} {:?} {:?}",
                    cell.place, cell.item, cell.column(), row.value_of(cell), row.raw(cell), cell.told
                );
                let cells: Vec<String> = row.cells().iter().map(cell).collect();
                (row.number, row.line, row.is_contractor, row.lacks_operator, row.role_told, cells)
            };
            prop_assert_eq!(shown(&back), shown(&row));
        }
    }
}

//! One record of a table, read: its cells by the place of the contract that they fill.

use crate::cells::{AllTold, Read, Told};

use super::place::Place;

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
    pub(crate) place: Place,
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

    /// Adds a cell, unless it is blank.
    pub(crate) fn push(&mut self, place: Place, item: usize, column: Option<usize>, raw: &str, read: &Read<'_>) {
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
    pub(crate) fn take_to(&mut self, cell: &Cell, other: &Self, place: Place) {
        self.take_over(cell, other, place, 0);
    }

    fn take_over(&mut self, cell: &Cell, other: &Self, place: Place, item: u16) {
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
    pub(crate) fn get(&self, place: Place) -> Option<&Cell> {
        self.get_item(place, 0)
    }

    /// One of several cells of a place.
    #[inline]
    pub(crate) fn get_item(&self, place: Place, item: u16) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.place == place && cell.item == item)
    }

    /// Takes a cell out.
    pub(crate) fn remove(&mut self, place: Place) {
        self.cells.retain(|cell| cell.place != place);
    }

    /// Takes one of several cells out.
    pub(crate) fn remove_item(&mut self, place: Place, item: u16) {
        self.cells.retain(|cell| cell.place != place || cell.item != item);
    }

    /// The value of a place.
    #[inline]
    pub(crate) fn value(&self, place: Place) -> Option<&str> {
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
    pub(crate) fn tell(&mut self, place: Place, item: u16, told: Told) {
        let cell = self.cells.iter_mut().find(|cell| cell.place == place && cell.item == item);
        if let Some(cell) = cell {
            cell.told.add(told);
        }
    }

    /// Puts another value into a cell.
    pub(crate) fn set_value(&mut self, place: Place, value: &str, told: Told) {
        let span = self.keep(value);
        if let Some(cell) = self.cells.iter_mut().find(|cell| cell.place == place) {
            cell.value = Some(span);
            cell.told.add(told);
        }
    }

    /// How many of several there are.
    pub(crate) fn items(&self, places: &[Place]) -> u16 {
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

/// Bytes of a row before its cells: number, line, flags, role, cells, length of the text.
const HEAD_BYTES: usize = 8 + 8 + 1 + 1 + 2 + 4;

/// Bytes of a cell.
const CELL_BYTES: usize = 1 + 2 + 2 + 4 * 4 + 4;

/// Stands for no value, and for nothing told.
const NO_VALUE: u32 = u32::MAX;
const NOTHING: u8 = u8::MAX;

impl Row {
    /// Bytes of the row as it is written.
    pub(crate) fn written_bytes(&self) -> usize {
        HEAD_BYTES + self.cells.len() * CELL_BYTES + self.text.len()
    }

    /// Adds it to bytes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.reserve(self.written_bytes());
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&self.line.to_le_bytes());
        bytes.push(u8::from(self.is_contractor) | u8::from(self.lacks_operator) << 1);
        bytes.push(self.role_told.map_or(NOTHING, |told| told as u8));
        bytes.extend_from_slice(&(self.cells.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&(self.text.len() as u32).to_le_bytes());
        for cell in &self.cells {
            let mut all = [NOTHING; CELL_BYTES];
            all[0] = cell.place as u8;
            all[1..3].copy_from_slice(&cell.item.to_le_bytes());
            all[3..5].copy_from_slice(&cell.column.to_le_bytes());
            let value = cell.value.unwrap_or(Span { from: NO_VALUE, to: NO_VALUE });
            all[5..9].copy_from_slice(&value.from.to_le_bytes());
            all[9..13].copy_from_slice(&value.to.to_le_bytes());
            all[13..17].copy_from_slice(&cell.raw.from.to_le_bytes());
            all[17..21].copy_from_slice(&cell.raw.to.to_le_bytes());
            cell.told.iter().zip(&mut all[21..]).for_each(|(told, place)| *place = told as u8);
            bytes.extend_from_slice(&all);
        }
        bytes.extend_from_slice(self.text.as_bytes());
    }

    /// How long the row is whose begin these bytes are; none where they are too few to tell.
    pub(crate) fn length_of(bytes: &[u8]) -> Option<usize> {
        let head = bytes.get(..HEAD_BYTES)?;
        let cells = u16::from_le_bytes(head[18..20].try_into().expect("two bytes are two"));
        let text = u32::from_le_bytes(head[20..24].try_into().expect("four bytes are four"));
        Some(HEAD_BYTES + usize::from(cells) * CELL_BYTES + text as usize)
    }

    /// Reads one back that [`Row::write`] wrote.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        let u16_at = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes are two"));
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes are four"));
        let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes are eight"));
        self.begin(u64_at(0), u64_at(8));
        self.is_contractor = bytes[16] & 1 != 0;
        self.lacks_operator = bytes[16] & 2 != 0;
        self.role_told = Some(bytes[17]).filter(|told| *told != NOTHING).map(Told::of_number);
        let count = usize::from(u16_at(18));
        for nth in 0..count {
            let at = HEAD_BYTES + nth * CELL_BYTES;
            let span = |at: usize| Span { from: u32_at(at), to: u32_at(at + 4) };
            let value = Some(span(at + 5)).filter(|span| span.from != NO_VALUE);
            let mut told = AllTold::default();
            for number in bytes[at + 21..at + CELL_BYTES].iter().take_while(|number| **number != NOTHING) {
                told.add(Told::of_number(*number));
            }
            self.cells.push(Cell {
                place: Place::of_number(bytes[at]),
                item: u16_at(at + 1),
                column: u16_at(at + 3),
                value,
                raw: span(at + 13),
                told,
            });
        }
        let text = &bytes[HEAD_BYTES + count * CELL_BYTES..];
        self.text.push_str(std::str::from_utf8(text).expect("it was written from a text"));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_comes_back_as_it_was_written(
            cells in proptest::collection::vec((0_u8..41, 0_usize..3, proptest::option::of(0_usize..40), "\\PC{0,9}", proptest::option::of("\\PC{1,9}"), 0_u8..52), 0..15),
        ) {
            let mut row = Row::default();
            row.begin(7, 9);
            row.is_contractor = cells.len() % 2 == 0;
            for (place, item, column, raw, value, told) in &cells {
                let mut read = Read { value: value.as_deref().map(Into::into), ..Read::default() };
                if told % 3 == 0 {
                    read.told.add(Told::of_number(*told));
                }
                row.push(Place::of_number(*place), *item, *column, raw, &read);
            }
            let mut bytes = vec![];
            row.write(&mut bytes);
            prop_assert_eq!(bytes.len(), row.written_bytes());
            prop_assert_eq!(Row::length_of(&bytes), Some(bytes.len()));
            let mut back = Row::default();
            back.read(&bytes);
            prop_assert_eq!(back, row);
        }
    }
}

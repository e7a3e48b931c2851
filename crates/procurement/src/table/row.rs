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

/// Bytes of a row before its cells: number, line, length of the cells, length of the text, flags, role.
const HEAD_BYTES: usize = 8 + 8 + 4 + 4 + 1 + 1;

/// Stands for nothing told.
const NOTHING: u8 = u8::MAX;

/// What a written cell has, in a byte: the upper half is how many things are told of it.
const HAS_VALUE: u8 = 1;
const HAS_RAW: u8 = 2;
const HAS_ITEM: u8 = 4;
const HAS_COLUMN: u8 = 8;

impl Row {
    /// Bytes that the row takes at most as it is written.
    pub(crate) fn most_bytes(&self) -> usize {
        HEAD_BYTES + self.cells.len() * 24 + 2 * self.text.len()
    }

    /// Adds it to bytes: its cells in few bytes each, then their texts, one after the other. A million rows wait on the
    /// disk, so that every byte of them costs twice.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.extend_from_slice(&[0; HEAD_BYTES]);
        for cell in &self.cells {
            self.write_cell(cell, bytes);
        }
        let cells = bytes.len() - start - HEAD_BYTES;
        for cell in &self.cells {
            let value = cell.value.map_or("", |span| self.at(span));
            bytes.extend_from_slice(value.as_bytes());
            if Some(cell.raw) != cell.value {
                bytes.extend_from_slice(self.at(cell.raw).as_bytes());
            }
        }
        let text = bytes.len() - start - HEAD_BYTES - cells;
        let head = &mut bytes[start..start + HEAD_BYTES];
        head[..8].copy_from_slice(&self.number.to_le_bytes());
        head[8..16].copy_from_slice(&self.line.to_le_bytes());
        // A row is made of a record, which is limited.
        head[16..20].copy_from_slice(&(cells as u32).to_le_bytes());
        head[20..24].copy_from_slice(&(text as u32).to_le_bytes());
        head[24] = u8::from(self.is_contractor) | u8::from(self.lacks_operator) << 1;
        head[25] = self.role_told.map_or(NOTHING, |told| told as u8);
    }

    fn write_cell(&self, cell: &Cell, bytes: &mut Vec<u8>) {
        let has_raw = Some(cell.raw) != cell.value;
        let told = cell.told.iter().count() as u8;
        let mut flags = told << 4;
        for (flag, is_there) in [
            (HAS_VALUE, cell.value.is_some()),
            (HAS_RAW, has_raw),
            (HAS_ITEM, cell.item > 0),
            (HAS_COLUMN, cell.column != NOWHERE),
        ] {
            flags |= if is_there { flag } else { 0 };
        }
        bytes.extend_from_slice(&[cell.place as u8, flags]);
        if cell.item > 0 {
            write_number(u32::from(cell.item), bytes);
        }
        if cell.column != NOWHERE {
            write_number(u32::from(cell.column), bytes);
        }
        if let Some(value) = cell.value {
            write_number(value.to - value.from, bytes);
        }
        if has_raw {
            write_number(cell.raw.to - cell.raw.from, bytes);
        }
        bytes.extend(cell.told.iter().map(|told| told as u8));
    }

    /// How long the row is whose begin these bytes are; none where they are too few to tell.
    pub(crate) fn length_of(bytes: &[u8]) -> Option<usize> {
        let head = bytes.get(..HEAD_BYTES)?;
        let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes are four")) as usize;
        Some(HEAD_BYTES + number(16) + number(20))
    }

    /// Reads one back that [`Row::write`] wrote.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        let wide = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes are eight"));
        self.begin(wide(0), wide(8));
        self.is_contractor = bytes[24] & 1 != 0;
        self.lacks_operator = bytes[24] & 2 != 0;
        self.role_told = Some(bytes[25]).filter(|told| *told != NOTHING).map(Told::of_number);
        let cells = u32::from_le_bytes(bytes[16..20].try_into().expect("four bytes are four")) as usize;
        let (mut rest, text) = bytes[HEAD_BYTES..].split_at(cells);
        let mut end = 0;
        while let [place, flags, after @ ..] = rest {
            rest = after;
            let mut number = |flag: u8| if flags & flag != 0 { read_number(&mut rest) } else { 0 };
            let (item, column) = (number(HAS_ITEM), number(HAS_COLUMN));
            let (value, raw) = (number(HAS_VALUE), number(HAS_RAW));
            let mut span = |length: u32| {
                end += length;
                Span { from: end - length, to: end }
            };
            let value = span(value);
            let raw = if flags & HAS_RAW != 0 { span(raw) } else { value };
            let (told, after) = rest.split_at(usize::from(flags >> 4));
            rest = after;
            let mut all = AllTold::default();
            told.iter().for_each(|number| all.add(Told::of_number(*number)));
            self.cells.push(Cell {
                place: Place::of_number(*place),
                item: item as u16,
                column: if flags & HAS_COLUMN != 0 { column as u16 } else { NOWHERE },
                value: (flags & HAS_VALUE != 0).then_some(value),
                raw,
                told: all,
            });
        }
        self.text.push_str(std::str::from_utf8(text).expect("it was written from a text"));
    }
}

/// Seven bits a byte, the lowest first.
fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_number(bytes: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let [byte, rest @ ..] = *bytes {
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
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
                row.push(Place::of_number(*place), *item, *column, raw, &read);
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

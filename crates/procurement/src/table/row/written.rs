//! A row in few bytes, for as long as it waits.

use crate::cells::{AllTold, Told};
use crate::target_path::TargetPath;

use super::{Cell, NOWHERE, Row, Span};

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
                place: TargetPath::of_number(*place),
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

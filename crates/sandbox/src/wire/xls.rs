//! Writes workbooks as Excel 97 to 2003 does (BIFF8 in a compound file); a single sheet of some megabytes, or several small ones.
//!
//! Written from Microsoft's descriptions \[MS-XLS\] and \[MS-CFB\].

use super::xlsx::{Cell, Sheet};

// Record numbers.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CODE_PAGE: u16 = 0x0042;
const BOUND_SHEET: u16 = 0x0085;
const STRINGS: u16 = 0x00fc;
const CONTINUE: u16 = 0x003c;
const DIMENSIONS: u16 = 0x0200;
const LABEL: u16 = 0x00fd;
const NUMBER: u16 = 0x0203;

/// No record is longer: what is left goes to the next one.
const LONGEST_RECORD: usize = 8_224;

const SECTOR: usize = 512;
const FREE: u32 = 0xffff_ffff;
const END_OF_CHAIN: u32 = 0xffff_fffe;
const TABLE_SECTOR: u32 = 0xffff_fffd;
/// Shorter streams would have to go elsewhere.
const SHORTEST_STREAM: usize = 4_096;

/// The bytes of a workbook.
pub(crate) fn write(sheets: &[Sheet]) -> Vec<u8> {
    compound(&stream(sheets))
}

fn stream(sheets: &[Sheet]) -> Vec<u8> {
    let mut strings = Vec::new();
    let bodies: Vec<Vec<u8>> = sheets.iter().map(|sheet| sheet_stream(sheet, &mut strings)).collect();
    let mut start = Vec::new();
    record(&mut start, BOF, &beginning(0x0005));
    record(&mut start, CODE_PAGE, &1200_u16.to_le_bytes());
    let table = string_table(&strings);
    let sheet_bytes: usize = sheets.iter().map(|sheet| 4 + 8 + sheet.name.len()).sum();
    let mut position = start.len() + sheet_bytes + table.len() + 4;
    for (sheet, body) in sheets.iter().zip(&bodies) {
        let mut described = (position as u32).to_le_bytes().to_vec();
        described.extend([0, 0, sheet.name.len() as u8, 0]);
        described.extend(sheet.name.as_bytes());
        record(&mut start, BOUND_SHEET, &described);
        position += body.len();
    }
    start.extend(table);
    record(&mut start, EOF, &[]);
    bodies.into_iter().fold(start, |all, body| [all, body].concat())
}

fn beginning(kind: u16) -> Vec<u8> {
    [0x0600, kind, 0x0dbb, 0x07cc, 0, 0, 6, 0].iter().flat_map(|word: &u16| word.to_le_bytes()).collect()
}

fn sheet_stream(sheet: &Sheet, strings: &mut Vec<String>) -> Vec<u8> {
    let mut body = Vec::new();
    record(&mut body, BOF, &beginning(0x0010));
    let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or_default();
    let size = [(sheet.rows.len() as u32).to_le_bytes(), [columns as u8, 0, 0, 0]].concat();
    record(&mut body, DIMENSIONS, &[&[0; 4], &size[..4], &[0; 2], &size[4..6], &[0; 2]].concat());
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let mut at: Vec<u8> = [row as u16, column as u16, 0].iter().flat_map(|word| word.to_le_bytes()).collect();
            match cell {
                Cell::Text(text) => {
                    at.extend((strings.len() as u32).to_le_bytes());
                    strings.push(text.clone());
                    record(&mut body, LABEL, &at);
                }
                Cell::Number(number) => {
                    at.extend(number.to_le_bytes());
                    record(&mut body, NUMBER, &at);
                }
            }
        }
    }
    record(&mut body, EOF, &[]);
    body
}

/// The texts of all cells; a record ends between two of them.
fn string_table(strings: &[String]) -> Vec<u8> {
    let count = (strings.len() as u32).to_le_bytes();
    let (mut table, mut piece, mut number) = (Vec::new(), [count, count].concat(), STRINGS);
    for text in strings {
        let units: Vec<u16> = text.encode_utf16().collect();
        let narrow = units.iter().all(|unit| *unit < 0x100);
        let mut written = (units.len() as u16).to_le_bytes().to_vec();
        written.push(u8::from(!narrow));
        units.iter().for_each(|unit| match narrow {
            true => written.push(*unit as u8),
            false => written.extend(unit.to_le_bytes()),
        });
        if piece.len() + written.len() > LONGEST_RECORD {
            record(&mut table, number, &piece);
            (piece, number) = (Vec::new(), CONTINUE);
        }
        piece.extend(written);
    }
    record(&mut table, number, &piece);
    table
}

fn record(stream: &mut Vec<u8>, number: u16, content: &[u8]) {
    stream.extend(number.to_le_bytes());
    stream.extend((content.len() as u16).to_le_bytes());
    stream.extend(content);
}

/// A compound file whose one stream is the workbook: header, stream, directory, table of sectors.
fn compound(workbook: &[u8]) -> Vec<u8> {
    let bytes = workbook.len().max(SHORTEST_STREAM);
    let stream_sectors = bytes.div_ceil(SECTOR);
    let per_table = SECTOR / 4;
    // The directory takes one sector; the tables also list themselves.
    let tables = (stream_sectors + 1).div_ceil(per_table - 1);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.extend([0; 16]);
    [0x003e_u16, 3, 0xfffe, 9, 6, 0, 0, 0].iter().for_each(|word| file.extend(word.to_le_bytes()));
    let directory = stream_sectors as u32;
    let words = [0, tables as u32, directory, 0, SHORTEST_STREAM as u32, END_OF_CHAIN, 0, END_OF_CHAIN, 0];
    words.iter().for_each(|word: &u32| file.extend(word.to_le_bytes()));
    (0..109).for_each(|nth| {
        let sector = if nth < tables { (stream_sectors + 1 + nth) as u32 } else { FREE };
        file.extend(sector.to_le_bytes());
    });
    file.extend(workbook);
    file.resize(SECTOR * (1 + stream_sectors), 0);
    file.extend(entry("Root Entry", 5, 1, END_OF_CHAIN, 0));
    file.extend(entry("Workbook", 2, FREE, 0, bytes as u32));
    file.resize(SECTOR * (2 + stream_sectors), 0);
    let mut table: Vec<u32> = (1..stream_sectors as u32).collect();
    table.extend([END_OF_CHAIN, END_OF_CHAIN]);
    table.extend((0..tables).map(|_| TABLE_SECTOR));
    table.resize(tables * per_table, FREE);
    table.iter().for_each(|next| file.extend(next.to_le_bytes()));
    file
}

/// An entry of the directory: name, kind, child, first sector, size.
fn entry(name: &str, kind: u8, child: u32, first: u32, bytes: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_bytes = entry.len() as u16 + 2;
    entry.resize(64, 0);
    entry.extend(name_bytes.to_le_bytes());
    entry.extend([kind, 1]);
    [FREE, FREE, child].iter().for_each(|word| entry.extend(word.to_le_bytes()));
    entry.resize(116, 0);
    entry.extend(first.to_le_bytes());
    entry.extend(u64::from(bytes).to_le_bytes());
    entry
}

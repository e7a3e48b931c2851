//! The records of an `.xls` (BIFF8, Excel 97 to 2003): names and places of its sheets, its texts, their cells.
//!
//! Written from Microsoft's description \[MS-XLS\]; formats, formulas and all else are passed over.

use super::record::{Record, Records};
use super::workbook::{Cell, Parsed, Room, Sheet};

// Kinds of records.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const PASSWORD: u16 = 0x002f;
const BOUND_SHEET: u16 = 0x0085;
const TEXTS: u16 = 0x00fc;
const SHARED_TEXT: u16 = 0x00fd;
const TEXT: u16 = 0x0204;
const RICH_TEXT: u16 = 0x00d6;
const NUMBER: u16 = 0x0203;
const SHORT_NUMBER: u16 = 0x027e;
const SHORT_NUMBERS: u16 = 0x00bd;
const TRUTH_OR_ERROR: u16 = 0x0205;
const FORMULA: u16 = 0x0006;
const FORMULA_TEXT: u16 = 0x0207;

/// What a BOF says of Excel 97 to 2003.
const BIFF8: u16 = 0x0600;

/// INSEE's have three at most; many could share the same cells.
const MOST_SHEETS: usize = 64;

/// The sheets of a workbook, in its order.
pub(super) fn sheets(stream: &[u8], room: &mut Room) -> Parsed<Vec<Sheet>> {
    let (mut bound, mut texts) = (Vec::new(), Vec::new());
    let mut records = Records::of(stream);
    let (kind, mut begin) = records.next()?;
    if kind != BOF || begin.short()? != BIFF8 {
        return Err("it is not of Excel 97 to 2003".to_owned());
    }
    loop {
        match records.next()? {
            (EOF, _) => break,
            (PASSWORD, _) => return Err("a password protects it".to_owned()),
            (BOUND_SHEET, mut record) => {
                let place = record.long()? as usize;
                // Whether it is shown, and whether it is a chart.
                record.short()?;
                let letters = record.byte()?.into();
                bound.push((place, record.text(letters)?));
            }
            (TEXTS, record) => texts = read_texts(record, room)?,
            _ => {}
        }
        if bound.len() > MOST_SHEETS {
            return Err(format!("it has more than {MOST_SHEETS} sheets"));
        }
    }
    let sheet = |(place, name)| {
        let cells = stream.get(place..).ok_or("it is damaged: a sheet is beyond its end")?;
        read_cells(Sheet { name, ..Sheet::default() }, cells, &texts, room)
    };
    bound.into_iter().map(sheet).collect()
}

fn read_texts(mut record: Record<'_>, room: &mut Room) -> Parsed<Vec<String>> {
    // How often texts are used, and how many there are: their end tells too.
    record.array::<8>()?;
    let mut texts = Vec::new();
    while !record.is_at_its_end() {
        let letters = record.short()?.into();
        let text = record.text(letters)?;
        room.take(1, text.len())?;
        texts.push(text);
    }
    Ok(texts)
}

fn read_cells(mut sheet: Sheet, stream: &[u8], texts: &[String], room: &mut Room) -> Parsed<Sheet> {
    let mut records = Records::of(stream);
    let (mut depth, mut of_formula) = (0_usize, (0, 0));
    loop {
        let (kind, mut record) = records.next()?;
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => return Ok(sheet),
            EOF => depth -= 1,
            // A chart in the sheet has numbers of its own.
            _ if depth > 1 => {}
            SHARED_TEXT | TEXT | RICH_TEXT | NUMBER | SHORT_NUMBER | TRUTH_OR_ERROR | FORMULA => {
                let place = record.place()?;
                record.short()?;
                let cell = match kind {
                    SHARED_TEXT => {
                        let text = texts.get(record.long()? as usize);
                        Cell::from_text(text.ok_or("it is damaged: a cell has a text that is not there")?)
                    }
                    TEXT | RICH_TEXT => {
                        let letters = record.short()?.into();
                        Cell::from_text(&record.text(letters)?)
                    }
                    NUMBER => Cell::Number(f64::from_le_bytes(record.array()?)),
                    SHORT_NUMBER => Cell::Number(short_number(record.long()?)),
                    FORMULA => {
                        of_formula = place;
                        result(record.array()?)
                    }
                    _ => Cell::Other,
                };
                sheet.put(place.0, place.1, cell, room)?;
            }
            SHORT_NUMBERS => {
                let (row, first) = record.place()?;
                // Each with its format; the last column comes after them.
                for column in (first..).take(record.left() / 6) {
                    record.short()?;
                    sheet.put(row, column, Cell::Number(short_number(record.long()?)), room)?;
                }
            }
            FORMULA_TEXT => {
                let letters = record.short()?.into();
                sheet.put(of_formula.0, of_formula.1, Cell::from_text(&record.text(letters)?), room)?;
            }
            _ => {}
        }
    }
}

/// A number in 30 bits: a whole one or the upper half of a longer one, times a hundred or not.
fn short_number(bits: u32) -> f64 {
    let number = match bits & 2 {
        0 => f64::from_bits(u64::from(bits & !3) << 32),
        _ => f64::from(bits.cast_signed() >> 2),
    };
    if bits & 1 == 0 { number } else { number / 100.0 }
}

/// What a formula came to. A text comes in a record of its own.
fn result(bytes: [u8; 8]) -> Cell {
    match bytes {
        [0 | 3, .., 0xff, 0xff] => Cell::Empty,
        [.., 0xff, 0xff] => Cell::Other,
        number => Cell::Number(f64::from_le_bytes(number)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::{CONTINUE, RICH, SPOKEN};
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
    }

    fn begin() -> Vec<u8> {
        record(BOF, &[BIFF8, 5].map(u16::to_le_bytes).concat())
    }

    /// A cell's row, column and format, and what comes after them.
    fn at(row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
        [&[row, column, 0].map(u16::to_le_bytes).concat()[..], rest].concat()
    }

    /// A workbook of one sheet, from its table of texts and its cells.
    fn stream(texts: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
        let texts = texts.concat();
        let place = begin().len() + 4 + 9 + texts.len() + 4;
        let sheet = record(BOUND_SHEET, &[&(place as u32).to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
        [begin(), sheet, texts, record(EOF, &[]), begin(), cells.concat(), record(EOF, &[])].concat()
    }

    fn read(stream: &[u8]) -> Parsed<Vec<Sheet>> {
        sheets(stream, &mut Room::default())
    }

    fn row(cells: &[Vec<u8>]) -> Vec<Cell> {
        read(&stream(&[], cells)).unwrap().remove(0).rows.remove(0)
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn numbers_come_in_five_forms() {
        let short = |number: i32, flags: i32| ((number << 2) | flags).to_le_bytes();
        let upper = |number: f64| ((number.to_bits() >> 32) as u32).to_le_bytes();
        let several = [&[0_u16, 4, 0].map(u16::to_le_bytes).concat()[..], &short(7, 2), &[0; 2], &short(8, 2), &[5, 0]];
        let cells = row(&[
            record(NUMBER, &at(0, 0, &1.25_f64.to_le_bytes())),
            record(SHORT_NUMBER, &at(0, 1, &short(-3, 2))),
            record(SHORT_NUMBER, &at(0, 2, &short(1_020, 3))),
            record(SHORT_NUMBER, &at(0, 3, &upper(0.5))),
            record(SHORT_NUMBERS, &several.concat()),
            record(FORMULA, &at(0, 6, &[&9.0_f64.to_le_bytes()[..], &[0; 6]].concat())),
        ]);
        assert_eq!(cells, [1.25, -3.0, 10.2, 0.5, 7.0, 8.0, 9.0].map(Cell::Number));
    }

    #[test]
    fn texts_are_in_cells_after_formulas_or_in_the_table() {
        let cells = row(&[
            record(TEXT, &at(0, 0, &[2, 0, 0, b'a', 0xe9])),
            record(FORMULA, &at(0, 1, &[0, 0, 0, 0, 0, 0, 0xff, 0xff])),
            record(FORMULA_TEXT, &[1, 0, 1, 0xac, 0x20]),
            record(TRUTH_OR_ERROR, &at(0, 2, &[1, 0])),
            record(FORMULA, &at(0, 3, &[2, 0, 7, 0, 0, 0, 0xff, 0xff])),
            record(TEXT, &at(0, 4, &[1, 0, 0, b' '])),
        ]);
        assert_eq!(cells, [text("aé"), text("€"), Cell::Other, Cell::Other]);
    }

    /// `ab€` and `cd`, the first with a run of formats and a pronunciation; the table is cut at each of the given places.
    #[test]
    fn a_text_goes_on_in_the_next_record() {
        let flags = RICH | SPOKEN;
        let start = [&[0; 8][..], &[3, 0, flags, 1, 0, 2, 0, 0, 0, b'a']].concat();
        let rest = [b"\x01b\0\xac\x20runs-p".as_slice()].concat();
        let second = [2, 0, 0, b'c', b'd'];
        for (one, two) in [
            (rest.clone(), second.to_vec()),
            (rest[..7].to_vec(), [&rest[7..], &second].concat()),
            (rest[..9].to_vec(), [&rest[9..], &second].concat()),
        ] {
            let table = [record(TEXTS, &start), record(CONTINUE, &one), record(CONTINUE, &two)];
            let cell = |column, nth: u32| record(SHARED_TEXT, &at(0, column, &nth.to_le_bytes()));
            let rows = read(&stream(&table, &[cell(0, 1), cell(1, 0)])).unwrap().remove(0).rows;
            assert_eq!(rows, [[text("cd"), text("ab€")]]);
        }
        let short = [record(TEXTS, &start), record(CONTINUE, &rest[..7])];
        assert!(read(&stream(&short, &[])).unwrap_err().contains("too short"));
    }

    #[test]
    fn cells_of_a_chart_in_the_sheet_are_not_its_own() {
        let one = record(NUMBER, &at(0, 0, &1_f64.to_le_bytes()));
        let other = record(NUMBER, &at(0, 0, &2_f64.to_le_bytes()));
        let after = record(NUMBER, &at(0, 1, &3_f64.to_le_bytes()));
        assert_eq!(row(&[one, begin(), other, record(EOF, &[]), after]), [1.0, 3.0].map(Cell::Number));
    }

    #[test]
    fn what_is_none_or_locked_or_too_much_is_refused() {
        let begun = |more: &[u8]| [&begin(), more].concat();
        let sheet = record(BOUND_SHEET, &[0, 0, 0, 0, 0, 0, 1, 0, b'S']);
        let long = record(TEXT, &at(0, 0, &[255, 255, 0, b'a']));
        for (stream, why) in [
            (Vec::new(), "was cut"),
            (record(BOF, &[0, 5, 5, 0]), "not of Excel 97"),
            (begun(&record(PASSWORD, &[0; 6])), "a password"),
            (begun(&sheet.repeat(65)), "more than 64 sheets"),
            (begun(&[0x85, 0, 9]), "was cut"),
            (stream(&[], &[record(NUMBER, &at(65_535, 65_535, &[0; 8])), record(NUMBER, &[0; 4])]), "too short"),
            (stream(&[], &[long]), "too short"),
            (stream(&[], &[record(SHARED_TEXT, &at(0, 0, &[9, 0, 0, 0]))]), "not there"),
            (stream(&[], &(0..200).map(|n| record(NUMBER, &at(n, 9_999, &[0; 8]))).collect::<Vec<_>>()), "more than"),
        ] {
            let said = read(&stream).unwrap_err();
            assert!(said.contains(why), "{why}: {said}");
        }
    }

    proptest! {
        /// Whatever the bytes: sheets or a reason, and never more than there is room for.
        #[test]
        fn no_bytes_lead_it_astray(
            kinds in proptest::collection::vec(
                (
                    prop::sample::select(vec![
                        BOF, EOF, BOUND_SHEET, TEXTS, CONTINUE, SHARED_TEXT, TEXT, NUMBER, SHORT_NUMBER, SHORT_NUMBERS,
                        FORMULA, FORMULA_TEXT, 0x0200,
                    ]),
                    proptest::collection::vec(prop_oneof![Just(0_u8), Just(0xff), any::<u8>()], 0..40),
                ),
                0..40,
            ),
            cut in 0..40_usize,
        ) {
            let records: Vec<Vec<u8>> = kinds.iter().map(|(kind, content)| record(*kind, content)).collect();
            let all = [stream(&records, &records), vec![0; cut]].concat();
            let _ = read(&all[..all.len() - cut.min(all.len())]);
            let _ = read(&all[cut.min(all.len())..]);
            let _ = read(&[begin(), records.concat()].concat());
        }
    }
}

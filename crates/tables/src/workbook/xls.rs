//! The records of an XLS (BIFF8, Excel 97 to 2003): names and places of its sheets, its texts and formats, their cells.
//!
//! Written from Microsoft's description \[MS-XLS\]; formulas are passed over, what they came to counts. The stream is held
//! in memory, as its tables lead to and fro in it; the cells of a sheet are found by an index, since not every writer
//! sorts them.

mod cells;

use std::collections::HashMap;
use std::sync::Arc;

use super::fault::Parsed;
use super::limits::{Limits, MOST_FORMATS, check_sheets};
use super::merged::Merged;
use super::record::{Record, Records};
use super::row::Row;
use super::serial::{Epoch, Shown};
use super::texts::Texts;

use cells::read_cells;

// Kinds of records.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const PASSWORD: u16 = 0x002f;
const EPOCH: u16 = 0x0022;
const FORMAT: u16 = 0x041e;
const CELL_FORMAT: u16 = 0x00e0;
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
const MERGED: u16 = 0x00e5;

/// What may stand between a formula and the text that it came to: one that is shared, of an array, of a table.
const WITH_FORMULA: [u16; 3] = [0x04bc, 0x0221, 0x0236];

/// What a BOF says of Excel 97 to 2003.
const BIFF8: u16 = 0x0600;

/// An XLS whose sheets are known.
#[derive(Debug)]
pub(crate) struct Xls {
    book: Arc<Book>,
    sheets: Vec<(String, usize)>,
}

/// The stream, and what the cells of all sheets refer to.
#[derive(Debug, Default)]
struct Book {
    stream: Vec<u8>,
    texts: Texts,
    formats: Vec<Shown>,
    epoch: Epoch,
}

/// A sheet under way.
#[derive(Debug)]
pub(crate) struct XlsRows {
    book: Arc<Book>,
    /// Row and place in the stream of each record with cells, in order.
    cells: Vec<(u16, u32)>,
    at: usize,
    merged: Merged,
    row: Row,
}

impl Xls {
    pub(crate) fn open(stream: Vec<u8>, limits: Limits) -> Parsed<Self> {
        let (mut book, mut sheets, mut own) = (Book::default(), Vec::new(), HashMap::new());
        let mut records = Records::of(&stream);
        let (kind, mut begin) = records.next()?;
        if kind != BOF || begin.short()? != BIFF8 {
            return Err("it is not of Excel 97 to 2003".into());
        }
        loop {
            match records.next()? {
                (EOF, _) => break,
                (PASSWORD, _) => return Err("a password protects it".into()),
                (EPOCH, mut record) => {
                    book.epoch = if record.short()? == 1 { Epoch::Of1904 } else { Epoch::Of1900 };
                }
                (FORMAT, mut record) => {
                    let (id, letters) = (record.short()?, record.short()?.into());
                    own.insert(id, Shown::of_code(&record.text(letters)?));
                }
                (CELL_FORMAT, mut record) => {
                    record.short()?;
                    let id = record.short()?;
                    book.formats.push(own.get(&id).copied().unwrap_or_else(|| Shown::of_builtin(id.into())));
                }
                (BOUND_SHEET, mut record) => {
                    let place = record.long()? as usize;
                    // Whether it is shown, and whether it is a sheet of cells.
                    let [_, kind] = record.array()?;
                    let letters = record.byte()?.into();
                    let name = record.text(letters)?;
                    if kind == 0 {
                        sheets.push((name, place));
                    }
                }
                (TEXTS, record) => book.texts = read_texts(record, limits.texts_bytes)?,
                _ => {}
            }
            check_sheets(sheets.len())?;
            if book.formats.len() > MOST_FORMATS {
                return Err(format!("it has more than {MOST_FORMATS} formats").into());
            }
        }
        book.stream = stream;
        Ok(Self { book: Arc::new(book), sheets })
    }

    pub(crate) fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn rows(&self, nth: usize) -> Parsed<XlsRows> {
        let (_, place) = self.sheets.get(nth).ok_or("it has no such sheet")?;
        if *place >= self.book.stream.len() {
            return Err("it is damaged: a sheet is beyond its end".into());
        }
        XlsRows::new(Arc::clone(&self.book), *place)
    }
}

fn read_texts(mut record: Record<'_>, most: usize) -> Parsed<Texts> {
    // How often texts are used, and how many there are: their end tells too.
    record.array::<8>()?;
    let mut texts = Texts::default();
    while !record.is_at_its_end() {
        let letters = record.short()?.into();
        let text = record.text(letters)?;
        texts.next().push_str(&text);
        texts.close(most)?;
    }
    Ok(texts)
}

impl XlsRows {
    fn new(book: Arc<Book>, place: usize) -> Parsed<Self> {
        let (mut cells, mut merged, mut depth) = (Vec::new(), Vec::new(), 0_usize);
        let mut records = Records::from(&book.stream, place);
        loop {
            let at = book.stream.len() - records.left();
            let (kind, mut record) = records.next()?;
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                // A chart in the sheet has numbers of its own.
                _ if depth > 1 => {}
                SHARED_TEXT | TEXT | RICH_TEXT | NUMBER | SHORT_NUMBER | SHORT_NUMBERS | TRUTH_OR_ERROR | FORMULA => {
                    // A stream is shorter than 4 GiB: so the limits on files want it.
                    cells.push((record.short()?, at as u32));
                }
                MERGED => {
                    for _ in 0..record.short()? {
                        merged
                            .push([record.short()?, record.short()?, record.short()?, record.short()?].map(u32::from));
                    }
                }
                _ => {}
            }
        }
        cells.sort_unstable();
        Ok(Self { book, cells, at: 0, merged: Merged::new(merged), row: Row::default() })
    }

    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    /// Reads on to the next row that is not blank; false at the end.
    pub(crate) fn advance(&mut self) -> Parsed<bool> {
        while let Some((row, _)) = self.cells.get(self.at).copied() {
            self.row.begin(u64::from(row) + 1);
            while let Some((_, place)) = self.cells.get(self.at).filter(|(other, _)| *other == row) {
                read_cells(&self.book, *place as usize, &mut self.row)?;
                self.at += 1;
            }
            self.merged.clear(row.into(), &mut self.row)?;
            if !self.row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fault::Fault;
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
        at_with(row, column, 0, rest)
    }

    fn at_with(row: u16, column: u16, format: u16, rest: &[u8]) -> Vec<u8> {
        [&[row, column, format].map(u16::to_le_bytes).concat()[..], rest].concat()
    }

    /// A workbook of one sheet, from what stands before the sheets and its cells.
    fn stream(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
        let globals = globals.concat();
        let place = begin().len() + 4 + 9 + globals.len() + 4;
        let sheet = record(BOUND_SHEET, &[&(place as u32).to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
        [begin(), sheet, globals, record(EOF, &[]), begin(), cells.concat(), record(EOF, &[])].concat()
    }

    /// The rows of all sheets, one after the other.
    fn read(stream: &[u8]) -> Parsed<Vec<(u64, Vec<String>)>> {
        let (book, mut read) = (Xls::open(stream.to_vec(), Limits::default())?, Vec::new());
        for nth in 0..book.sheets().count() {
            let mut rows = book.rows(nth)?;
            while rows.advance()? {
                let values = rows.row().values().map(|value| format!("{value:?}"));
                read.push((rows.row().number(), values.collect()));
            }
        }
        Ok(read)
    }

    fn rows(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<Vec<String>> {
        read(&stream(globals, cells)).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn numbers_come_in_five_forms() {
        let short = |number: i32, flags: i32| ((number << 2) | flags).to_le_bytes();
        let upper = |number: f64| ((number.to_bits() >> 32) as u32).to_le_bytes();
        let several = [&[0_u16, 4, 0].map(u16::to_le_bytes).concat()[..], &short(7, 2), &[0; 2], &short(8, 2), &[5, 0]];
        let cells = rows(
            &[],
            &[
                record(NUMBER, &at(0, 0, &1.25_f64.to_le_bytes())),
                record(SHORT_NUMBER, &at(0, 1, &short(-3, 2))),
                record(SHORT_NUMBER, &at(0, 2, &short(1_020, 3))),
                record(SHORT_NUMBER, &at(0, 3, &upper(0.5))),
                record(SHORT_NUMBERS, &several.concat()),
                record(FORMULA, &at(0, 6, &[&9.0_f64.to_le_bytes()[..], &[0; 6]].concat())),
            ],
        );
        let expected = [1.25, -3.0, 10.2, 0.5, 7.0, 8.0, 9.0].map(|number| format!("Number({number:?})"));
        assert_eq!(cells, [expected]);
    }

    #[test]
    fn texts_truths_and_errors_are_in_cells_or_come_of_formulas() {
        let formula = |kind: u8, value: u8| [kind, 0, value, 0, 0, 0, 0xff, 0xff];
        let cells = rows(
            &[],
            &[
                record(TEXT, &at(0, 0, &[2, 0, 0, b'a', 0xe9])),
                record(FORMULA, &at(0, 1, &formula(0, 0))),
                record(WITH_FORMULA[0], &[]),
                record(FORMULA_TEXT, &[1, 0, 1, 0xac, 0x20]),
                record(TRUTH_OR_ERROR, &at(0, 2, &[1, 0])),
                record(TRUTH_OR_ERROR, &at(0, 3, &[0x2a, 1])),
                record(FORMULA, &at(0, 4, &formula(1, 0))),
                record(FORMULA, &at(0, 5, &formula(2, 7))),
                record(FORMULA, &at(0, 6, &formula(3, 0))),
                record(TEXT, &at(0, 7, &[1, 0, 0, b' '])),
            ],
        );
        let expected = [
            "Text(\"aé\")",
            "Text(\"€\")",
            "Truth(true)",
            "Error(\"#N/A\")",
            "Truth(false)",
            "Error(\"#DIV/0!\")",
            "Empty",
            "Text(\" \")",
        ];
        assert_eq!(cells, [expected]);
    }

    #[test]
    fn dates_are_told_by_the_format_and_the_epoch() {
        let format = |id: u16, code: &str| {
            record(
                FORMAT,
                &[&[id, code.len() as u16].map(u16::to_le_bytes).concat()[..], &[0], code.as_bytes()].concat(),
            )
        };
        let cell_format = |id: u16| record(CELL_FORMAT, &[0, id].map(u16::to_le_bytes).concat());
        let formats = [format(164, "dd/mm/yyyy"), cell_format(0), cell_format(164), cell_format(14)];
        let cells: Vec<Vec<u8>> =
            (0..3).map(|nth| record(NUMBER, &at_with(0, nth, nth, &43_889_f64.to_le_bytes()))).collect();
        assert_eq!(rows(&formats, &cells), [["Number(43889.0)", "Date(\"2020-02-28\")", "Date(\"2020-02-28\")"]]);
        let since_1904 = [&formats[..], &[record(EPOCH, &[1, 0])]].concat();
        assert_eq!(rows(&since_1904, &cells)[0][1], "Date(\"2024-02-29\")");
    }

    #[test]
    fn rows_are_put_in_order_and_merged_cells_keep_their_first() {
        let number = |row, column| record(NUMBER, &at(row, column, &f64::from(10 * row + column).to_le_bytes()));
        let merged = record(MERGED, &[1_u16, 0, 1, 1, 2].map(u16::to_le_bytes).concat());
        let cells = [number(3, 0), number(1, 1), number(0, 2), number(0, 1), number(0, 0), number(1, 0), merged];
        let expected = [
            (1, vec!["Number(0.0)", "Number(1.0)", "Empty"]),
            (2, vec!["Number(10.0)", "Empty"]),
            (4, vec!["Number(30.0)"]),
        ];
        let expected = expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect()));
        assert_eq!(read(&stream(&[], &cells)).unwrap(), expected);
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
            assert_eq!(rows(&table, &[cell(0, 1), cell(1, 0)]), [["Text(\"cd\")", "Text(\"ab€\")"]]);
        }
        let short = [record(TEXTS, &start), record(CONTINUE, &rest[..7])];
        assert!(said(&stream(&short, &[])).contains("too short"));
    }

    #[test]
    fn cells_of_a_chart_in_the_sheet_are_not_its_own() {
        let one = record(NUMBER, &at(0, 0, &1_f64.to_le_bytes()));
        let other = record(NUMBER, &at(0, 0, &2_f64.to_le_bytes()));
        let after = record(NUMBER, &at(0, 1, &3_f64.to_le_bytes()));
        assert_eq!(rows(&[], &[one, begin(), other, record(EOF, &[]), after]), [["Number(1.0)", "Number(3.0)"]]);
    }

    fn said(stream: &[u8]) -> String {
        match read(stream) {
            Err(Fault::Broken(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_none_or_locked_or_too_much_is_refused() {
        let begun = |more: &[u8]| [&begin(), more].concat();
        let sheet = record(BOUND_SHEET, &[0, 0, 0, 0, 0, 0, 1, 0, b'S']);
        let far = record(BOUND_SHEET, &[255, 255, 255, 255, 0, 0, 1, 0, b'S']);
        let long = record(TEXT, &at(0, 0, &[255, 255, 0, b'a']));
        for (stream, why) in [
            (Vec::new(), "was cut"),
            (record(BOF, &[0, 5, 5, 0]), "not of Excel 97"),
            (begun(&record(PASSWORD, &[0; 6])), "a password"),
            (begun(&sheet.repeat(257)), "more than 256 sheets"),
            (begun(&[far, record(EOF, &[])].concat()), "beyond its end"),
            (begun(&[0x85, 0, 9]), "was cut"),
            (stream(&[], &[record(NUMBER, &[0; 4])]), "too short"),
            (stream(&[], &[long]), "too short"),
            (stream(&[], &[record(NUMBER, &at(0, 4_096, &[0; 8]))]), "more than 4096 columns"),
            (stream(&[], &[record(NUMBER, &at(0, 0, &[0xff; 8]))]), "a number that is none"),
            (stream(&[], &[record(SHARED_TEXT, &at(0, 0, &[9, 0, 0, 0]))]), "not there"),
        ] {
            assert!(said(&stream).contains(why), "{why}: {}", said(&stream));
        }
    }

    proptest! {
        /// Whatever the bytes: rows or a reason.
        #[test]
        fn no_bytes_lead_it_astray(
            kinds in proptest::collection::vec(
                (
                    prop::sample::select(vec![
                        BOF, EOF, BOUND_SHEET, TEXTS, CONTINUE, SHARED_TEXT, TEXT, NUMBER, SHORT_NUMBER, SHORT_NUMBERS,
                        FORMULA, FORMULA_TEXT, FORMAT, CELL_FORMAT, MERGED, EPOCH, 0x0200,
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

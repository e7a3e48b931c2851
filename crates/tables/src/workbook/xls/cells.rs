//! What the records of cells hold: numbers in five forms, texts, truth values, errors, what a formula came to.

use super::super::fault::{Fault, Parsed};
use super::super::record::Records;
use super::super::row::{Row, Value};
use super::super::serial::{Shown, write_date};
use super::{
    Book, FORMULA, FORMULA_TEXT, NUMBER, RICH_TEXT, SHARED_TEXT, SHORT_NUMBER, SHORT_NUMBERS, TEXT, TRUTH_OR_ERROR,
    WITH_FORMULA,
};

/// Reads the record at a place of the stream, and puts its cells into the row.
pub(super) fn read_cells(book: &Book, place: usize, row: &mut Row) -> Parsed<()> {
    let mut records = Records::from(&book.stream, place);
    let (kind, mut record) = records.next()?;
    let (_, mut column, format) = match kind {
        SHORT_NUMBERS => {
            let (row, first) = (record.short()?, record.short()?);
            (row, usize::from(first), 0)
        }
        _ => record.place()?,
    };
    match kind {
        SHARED_TEXT => {
            let text = book.texts.get(record.long()? as usize);
            row.put(column, Value::Text(text.ok_or("it is damaged: a cell has a text that is not there")?))
        }
        TEXT | RICH_TEXT => {
            let letters = record.short()?.into();
            row.put(column, Value::Text(&record.text(letters)?))
        }
        NUMBER => put_number(book, f64::from_le_bytes(record.array()?), format, column, row),
        SHORT_NUMBER => put_number(book, short_number(record.long()?), format, column, row),
        SHORT_NUMBERS => {
            // Each with its format; the last column comes after them.
            for _ in 0..record.left() / 6 {
                let format = record.short()?.into();
                put_number(book, short_number(record.long()?), format, column, row)?;
                column += 1;
            }
            Ok(())
        }
        TRUTH_OR_ERROR => {
            let [value, is_error] = record.array()?;
            row.put(column, if is_error == 0 { Value::Truth(value != 0) } else { error(value) })
        }
        FORMULA => match record.array::<8>()? {
            // A text comes in a record of its own.
            [0, .., 0xff, 0xff] => match text_of_formula(&mut records)? {
                Some(text) => row.put(column, Value::Text(&text)),
                None => Ok(()),
            },
            [1, _, value, .., 0xff, 0xff] => row.put(column, Value::Truth(value != 0)),
            [2, _, value, .., 0xff, 0xff] => row.put(column, error(value)),
            [.., 0xff, 0xff] => Ok(()),
            number => put_number(book, f64::from_le_bytes(number), format, column, row),
        },
        _ => Ok(()),
    }
}

fn text_of_formula(records: &mut Records<'_>) -> Parsed<Option<String>> {
    loop {
        match records.next()? {
            (FORMULA_TEXT, mut record) => {
                let letters = record.short()?.into();
                return record.text(letters).map(Some);
            }
            (kind, _) if WITH_FORMULA.contains(&kind) => {}
            _ => return Ok(None),
        }
    }
}

fn put_number(book: &Book, number: f64, format: usize, column: usize, row: &mut Row) -> Parsed<()> {
    let (shown, mut date) = (book.formats.get(format).copied().unwrap_or_default(), String::new());
    match shown != Shown::Number && write_date(number, shown, book.epoch, &mut date) {
        true => row.put(column, Value::Date(&date)),
        false if number.is_finite() => row.put(column, Value::Number(number)),
        false => Err(Fault::from("it is damaged: a cell holds a number that is none")),
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

fn error(code: u8) -> Value<'static> {
    Value::Error(match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#ERR!",
    })
}

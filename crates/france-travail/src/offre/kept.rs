//! A compact form of rows and rejected items, for journals: little-endian, each text after its length. What is kept is read
//! back without copying a text.

use std::borrow::Cow;

use anyhow::{Context, Result, bail, ensure};

use crate::offre::notice::{Flaw, Notice};
use crate::offre::reject::{Reject, Shown};
use crate::offre::{Cell, Row, WIDTH};

const ABSENT: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
const TIME: u8 = 5;
const LIST: u8 = 6;

/// Appends a row: the cells and notices without their texts, then all texts, after how long either is.
pub(crate) fn put_row(row: &Row<'_>, out: &mut Vec<u8>) {
    let lengths = out.len();
    out.extend_from_slice(&[0; 8]);
    row.cells.iter().for_each(|cell| put_cell(cell, out));
    put_length(row.notices.len(), out);
    for notice in &row.notices {
        out.push(notice.flaw.number());
        put_length(notice.value.len(), out);
    }
    let texts = out.len();
    for cell in &row.cells {
        match cell {
            Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
            Cell::List(texts) => texts.iter().for_each(|text| out.extend_from_slice(text.as_bytes())),
            _ => {}
        }
    }
    row.notices.iter().for_each(|notice| out.extend_from_slice(notice.value.as_bytes()));
    let end = out.len();
    out[lengths..lengths + 4].copy_from_slice(&length(texts - lengths - 8));
    out[lengths + 4..lengths + 8].copy_from_slice(&length(end - texts));
}

fn put_cell(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Absent => out.push(ABSENT),
        Cell::Text(text) => {
            out.push(TEXT);
            put_length(text.len(), out);
        }
        Cell::Number(number) => {
            out.push(NUMBER);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Cell::Truth(truth) => out.push(if *truth { TRUE } else { FALSE }),
        Cell::Time(ms) => {
            out.push(TIME);
            out.extend_from_slice(&ms.to_le_bytes());
        }
        Cell::List(texts) => {
            out.push(LIST);
            put_length(texts.len(), out);
            texts.iter().for_each(|text| put_length(text.len(), out));
        }
    }
}

/// Reads a row back.
///
/// # Errors
/// When the bytes are not those of a row.
pub(crate) fn take_row<'a>(from: &mut Bytes<'a>) -> Result<Row<'a>> {
    let (of_cells, of_texts) = (from.length()?, from.length()?);
    let mut cells = Bytes(from.some(of_cells)?);
    // All at once: text by text it would take longer than all the rest.
    let mut texts = Texts(simdutf8::basic::from_utf8(from.some(of_texts)?).context("a text that is not UTF-8")?);
    let mut row = Row::default();
    for column in 0..WIDTH {
        row.cells[column] = take_cell(&mut cells, &mut texts)?;
    }
    for _ in 0..cells.length()? {
        let flaw = Flaw::of_number(cells.byte()?).context("an unknown flaw")?;
        row.notices.push(Notice { flaw, value: Cow::Borrowed(texts.take(cells.length()?)?) });
    }
    ensure!(cells.0.is_empty() && texts.0.is_empty(), "it goes on after its end");
    Ok(row)
}

fn take_cell<'a>(from: &mut Bytes<'a>, texts: &mut Texts<'a>) -> Result<Cell<'a>> {
    Ok(match from.byte()? {
        ABSENT => Cell::Absent,
        TEXT => Cell::Text(Cow::Borrowed(texts.take(from.length()?)?)),
        NUMBER => Cell::Number(f64::from_le_bytes(from.eight()?)),
        FALSE => Cell::Truth(false),
        TRUE => Cell::Truth(true),
        TIME => Cell::Time(i64::from_le_bytes(from.eight()?)),
        LIST => {
            let length = from.length()?;
            let texts = (0..length).map(|_| Ok(Cow::Borrowed(texts.take(from.length()?)?))).collect::<Result<_>>()?;
            Cell::List(texts)
        }
        kind => bail!("a cell of kind {kind}"),
    })
}

/// The texts of a row that are left to be given out.
#[derive(Debug)]
struct Texts<'a>(&'a str);

impl<'a> Texts<'a> {
    fn take(&mut self, length: usize) -> Result<&'a str> {
        let (text, rest) = self.0.split_at_checked(length).context("a text ends too early")?;
        self.0 = rest;
        Ok(text)
    }
}

/// Appends a rejected item.
pub(crate) fn put_reject(reject: Reject, shown: &Shown<'_>, out: &mut Vec<u8>) {
    out.push(reject as u8);
    for text in [&shown.id, &shown.date_created, &shown.title, &shown.offer] {
        put_text(text, out);
    }
}

/// Reads a rejected item back.
///
/// # Errors
/// When the bytes are not those of one.
pub(crate) fn take_reject<'a>(from: &mut Bytes<'a>) -> Result<(Reject, Shown<'a>)> {
    let number = usize::from(from.byte()?);
    let reject = *Reject::ALL.get(number).context("an unknown reason")?;
    let mut text = || from.text().map(Cow::Borrowed);
    Ok((reject, Shown { id: text()?, date_created: text()?, title: text()?, offer: text()? }))
}

/// Appends a text.
pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    put_length(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn put_length(of: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&length(of));
}

fn length(of: usize) -> [u8; 4] {
    u32::try_from(of).expect("a page is smaller than 4 GiB").to_le_bytes()
}

/// What is left to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn byte(&mut self) -> Result<u8> {
        Ok(self.some(1)?[0])
    }

    pub(crate) fn eight(&mut self) -> Result<[u8; 8]> {
        Ok(self.some(8)?.try_into().expect("eight bytes are eight bytes"))
    }

    pub(crate) fn length(&mut self) -> Result<usize> {
        let four = self.some(4)?.try_into().expect("four bytes are four bytes");
        Ok(u32::from_le_bytes(four) as usize)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.some(length)?).context("a text that is not UTF-8")
    }

    pub(crate) fn some(&mut self, count: usize) -> Result<&'a [u8]> {
        let (some, rest) = self.0.split_at_checked(count).context("it ends too early")?;
        self.0 = rest;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offre::at;

    #[test]
    fn a_row_comes_back_as_it_was_kept() {
        let mut row = Row::default();
        row.cells[at::ID] = Cell::of("1é");
        row.cells[at::LATITUDE] = Cell::Number(-0.1);
        row.cells[at::DATE_CREATED] = Cell::Time(-5);
        row.cells[at::SKILLS] = Cell::List(vec!["a".into(), "b".into()]);
        row.cells[at::IS_HANDICAP_ACCESSIBLE] = Cell::Truth(false);
        row.notices.push(Notice { flaw: Flaw::Type(3), value: "7".into() });
        let mut kept = vec![];
        put_row(&row, &mut kept);
        let mut bytes = Bytes(&kept);
        assert_eq!(take_row(&mut bytes).unwrap(), row);
        assert!(bytes.0.is_empty());
        for end in 0..kept.len() {
            assert!(take_row(&mut Bytes(&kept[..end])).is_err(), "cut at {end}");
        }
    }
}

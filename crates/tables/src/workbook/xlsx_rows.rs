//! The rows of one sheet of an XLSX, one at a time.

use std::io::Read;
use std::sync::Arc;

use xml::{Event, Reader, Start, local_name};

use super::fault::{Fault, Parsed};
use super::limits::MOST_ROWS;
use super::merged::Merged;
use super::row::{Row, Value};
use super::serial::{Shown, write_date, written_date};
use super::xlsx_shared::Shared;
use super::xlsx_text::{read_text, without_escapes};

/// A sheet under way.
#[derive(Debug)]
pub(crate) struct XlsxRows<R: Read> {
    name: String,
    reader: Reader<R>,
    shared: Arc<Shared>,
    merged: Merged,
    row: Row,
    /// Of the present cell.
    value: String,
    is_sheet: bool,
}

/// What a cell says of its value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Shared,
    /// In the cell itself, or of a formula.
    Text,
    Truth,
    Error,
    Date,
    Number,
}

/// The begin of a cell.
#[derive(Debug, Clone, Copy)]
struct Cell {
    row: Option<u64>,
    column: Option<usize>,
    kind: Kind,
    is_inline: bool,
    format: usize,
}

impl<R: Read> XlsxRows<R> {
    pub(crate) fn new(name: String, reader: Reader<R>, shared: Arc<Shared>, merged: Merged) -> Self {
        Self { name, reader, shared, merged, row: Row::default(), value: String::new(), is_sheet: false }
    }

    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    /// Reads on to the next row that is not blank; false at the end.
    pub(crate) fn advance(&mut self) -> Parsed<bool> {
        let mut before = self.row.number();
        loop {
            match self.reader.next_event()? {
                Event::Start(start) if start.local() == "sheetData" => self.is_sheet = true,
                Event::Start(start) if start.local() == "row" => {
                    let number = start.attribute("r").and_then(|number| number.trim().parse().ok());
                    self.read_row(before, number)?;
                    before = self.row.number();
                    if !self.row.is_blank() {
                        return Ok(true);
                    }
                }
                Event::Eof if self.is_sheet => return Ok(false),
                Event::Eof => return Err(format!("its sheet `{}` is none", self.name.escape_debug()).into()),
                _ => {}
            }
        }
    }

    /// Reads a row that has begun, after one of that number.
    fn read_row(&mut self, before: u64, number: Option<u64>) -> Parsed<()> {
        let (mut number, mut column) = (number, 0);
        self.row.begin(number.unwrap_or(before + 1));
        loop {
            let cell = match self.reader.next_event()? {
                Event::Start(start) if start.local() == "c" => Cell::of(&start),
                Event::End(name) if local_name(name) == "row" => break,
                Event::Eof => return Err(Fault::cut()),
                _ => continue,
            };
            if let Some(row) = cell.row {
                // A row that does not say its number is where its first cell is.
                let number = *number.get_or_insert(row);
                self.row.renumber(number);
                if number != row {
                    return Err(format!("it is damaged: a cell of row {row} stands in row {number}").into());
                }
            }
            column = cell.column.unwrap_or(column);
            self.read_cell(cell, column)?;
            column = column.saturating_add(1);
        }
        let number = self.row.number();
        if number <= before || number > MOST_ROWS {
            return Err(format!("it is damaged: row {number} comes after row {before}").into());
        }
        // No more than a million: so it was found just now.
        self.merged.clear(number as u32 - 1, &mut self.row)
    }

    /// Reads a cell that has begun, and puts its value into the row.
    fn read_cell(&mut self, cell: Cell, column: usize) -> Parsed<()> {
        let mut is_value = false;
        self.value.clear();
        loop {
            match self.reader.next_event()? {
                Event::Start(start) if start.local() == "is" => {
                    self.value.clear();
                    read_text(&mut self.reader, &mut self.value)?;
                }
                // Beside a text of its own a value only repeats it.
                Event::Start(start) if start.local() == "v" => is_value = !cell.is_inline,
                Event::Text(part) if is_value => self.value.push_str(&part),
                Event::End(name) if local_name(name) == "c" => break,
                Event::End(_) => is_value = false,
                Event::Eof => return Err("it is damaged: a cell has no end".into()),
                _ => {}
            }
        }
        self.put(cell, column)
    }

    fn put(&mut self, cell: Cell, column: usize) -> Parsed<()> {
        let (mut date, text) = (String::new(), self.value.trim());
        let value = match cell.kind {
            _ if self.value.is_empty() => Value::Empty,
            Kind::Shared => {
                let text = text.parse().ok().and_then(|nth: usize| self.shared.text(nth));
                Value::Text(text.ok_or("it is damaged: a cell has a text that is not there")?)
            }
            Kind::Text if cell.is_inline => Value::Text(&self.value),
            Kind::Text => {
                let resolved = without_escapes(&self.value).into_owned();
                self.value = resolved;
                Value::Text(&self.value)
            }
            Kind::Truth => Value::Truth(matches!(text, "1" | "true")),
            Kind::Error => Value::Error(text),
            Kind::Date => {
                date = written_date(text);
                Value::Date(&date)
            }
            Kind::Number => match text.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => match self.shared.shown(cell.format) {
                    Shown::Number => Value::Number(number),
                    shown if write_date(number, shown, self.shared.epoch, &mut date) => Value::Date(&date),
                    _ => Value::Number(number),
                },
                None => Value::Text(&self.value),
            },
        };
        self.row.put(column, value)
    }
}

impl Cell {
    fn of(start: &Start<'_>) -> Self {
        let mut cell = Self { row: None, column: None, kind: Kind::Number, is_inline: false, format: 0 };
        for attribute in start.attributes() {
            let value = attribute.value();
            match attribute.name() {
                "r" => (cell.row, cell.column) = place(&value).unzip(),
                "s" => cell.format = value.parse().unwrap_or_default(),
                "t" => {
                    cell.is_inline = value == "inlineStr";
                    cell.kind = match &*value {
                        "s" => Kind::Shared,
                        "inlineStr" | "str" => Kind::Text,
                        "b" => Kind::Truth,
                        "e" => Kind::Error,
                        "d" => Kind::Date,
                        _ => Kind::Number,
                    };
                }
                _ => {}
            }
        }
        cell
    }
}

/// Row, from 1, and column, from 0, of `AB12`.
pub(crate) fn place(name: &str) -> Option<(u64, usize)> {
    let letters =
        name.find(|letter: char| !letter.is_ascii_alphabetic()).filter(|letters| (1..=3).contains(letters))?;
    let column = name[..letters]
        .bytes()
        .fold(0, |column, letter| 26 * column + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = name[letters..].parse().ok().filter(|row| *row > 0)?;
    Some((row, column - 1))
}

#[cfg(test)]
mod tests {
    use super::super::xlsx_merged;
    use super::*;

    fn read(xml: &str) -> Parsed<Vec<(u64, Vec<String>)>> {
        let xml = format!("<worksheet><sheetData>{xml}</sheetData></worksheet>");
        let merged = Merged::new(xlsx_merged::areas(xml.as_bytes())?);
        let mut rows =
            XlsxRows::new("S".to_owned(), Reader::new(xml.as_bytes()), Arc::new(Shared::for_tests()), merged);
        let mut read = Vec::new();
        while rows.advance()? {
            read.push((rows.row().number(), rows.row().values().map(|value| format!("{value:?}")).collect()));
        }
        Ok(read)
    }

    fn row(xml: &str) -> Vec<String> {
        read(xml).unwrap().pop().unwrap().1
    }

    #[test]
    fn a_cell_has_a_value_of_its_kind() {
        let cells = row("<row r=\"1\"><c t=\"s\"><v>1</v></c><c><v>01.1</v></c><c t=\"n\"><v>1e1</v></c>\
             <c t=\"inlineStr\"><is><t>a &amp; b</t></is><v>c</v></c><c t=\"str\"><f>A1&amp;B1</f><v>&#233;&lt;_x0041_</v></c>\
             <c t=\"b\"><v>1</v></c><c><v>x</v></c><c t=\"e\"><v>#N/A</v></c><c s=\"1\"><v>45351.5</v></c>\
             <c s=\"9\"><v>2</v></c><c t=\"d\"><v>2024-02-29T00:00:00</v></c><c s=\"1\"><v>-1</v></c><c t=\"s\"/><c><v>NaN</v></c></row>");
        let expected = [
            "Text(\"two\")",
            "Number(1.1)",
            "Number(10.0)",
            "Text(\"a & b\")",
            "Text(\"é<A\")",
            "Truth(true)",
            "Text(\"x\")",
            "Error(\"#N/A\")",
            "Date(\"2024-02-29T12:00:00\")",
            "Number(2.0)",
            "Date(\"2024-02-29\")",
            "Number(-1.0)",
            "Empty",
            "Text(\"NaN\")",
        ];
        assert_eq!(cells, expected);
    }

    #[test]
    fn a_cell_says_where_it_is_or_follows_the_one_before() {
        let rows = read(
            "<row/><row r=\"3\"><c/><c><v>2</v></c><c r=\"D3\"><v>4</v></c><c><v>5</v></c></row>\
                         <row><c r=\"B9\"><v>6</v></c></row><row><c><v>7</v></c></row><row><c t=\"inlineStr\"><is><t> </t></is></c></row>",
        );
        let expected = [
            (3, vec!["Empty", "Number(2.0)", "Empty", "Number(4.0)", "Number(5.0)"]),
            (9, vec!["Empty", "Number(6.0)"]),
            (10, vec!["Number(7.0)"]),
        ];
        assert_eq!(rows.unwrap(), expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect())));
        for (name, at) in [("A1", Some((1, 0))), ("ab12", Some((12, 27))), ("XFD1048576", Some((1_048_576, 16_383)))] {
            assert_eq!(place(name), at, "{name}");
        }
        for name in ["", "A", "1", "A0", "ABCD1", "A-1", "é1", "A99999999999999999999"] {
            assert_eq!(place(name), None, "{name}");
        }
    }

    #[test]
    fn merged_cells_keep_their_first() {
        let cells = |row: u64| format!("<row r='{row}'><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>");
        let merged =
            "</sheetData><mergeCells><mergeCell ref='B1:C2'/><mergeCell ref=\"A3:A4\"/></mergeCells><sheetData>";
        let rows = read(&((1..5).map(cells).collect::<String>() + merged)).unwrap();
        let expected = [
            (1, ["Number(1.0)", "Number(2.0)", "Empty"]),
            (2, ["Number(1.0)", "Empty", "Empty"]),
            (3, ["Number(1.0)", "Number(2.0)", "Number(3.0)"]),
            (4, ["Empty", "Number(2.0)", "Number(3.0)"]),
        ];
        assert_eq!(rows, expected.map(|(row, cells)| (row, cells.map(str::to_owned).to_vec())));
    }

    #[test]
    fn what_leads_astray_is_refused() {
        for (xml, why) in [
            ("<row r=\"2\"/><row r=\"1\"/>", "row 1 comes after row 2"),
            ("<row r=\"1048577\"/>", "row 1048577"),
            ("<row r=\"0\"/>", "row 0"),
            ("<row r=\"18446744073709551615\"><c><v>1</v></c></row><row/>", "row 18446744073709551615"),
            ("<row r=\"1\"><c r=\"A2\"/></row>", "a cell of row 2 stands in row 1"),
            ("<row><c r=\"XFD1\"><v>1</v></c></row>", "more than 4096 columns"),
            ("<row><c t=\"s\"><v>2</v></c></row>", "a text that is not there"),
        ] {
            let Err(Fault::Broken(said)) = read(xml) else { panic!("{xml} is read") };
            assert!(said.contains(why), "{why}: {said}");
        }
    }
}

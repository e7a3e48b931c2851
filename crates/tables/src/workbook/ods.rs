//! The content of an ODS: one part that holds all sheets, one after the other.
//!
//! Written from the OpenDocument format 1.3. Cells and rows say how often they are repeated.

use std::io::Read;

use xml::{Event, Reader};

use super::fault::{Fault, Parsed};
use super::limits::{MOST_COLUMNS, MOST_ROWS, check_sheets};
use super::ods_cell::{Cell, count};
use super::package::Package;
use super::row::{Row, Value};

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";

/// An ODS whose sheets are known.
#[derive(Debug)]
pub(crate) struct Ods {
    package: Package,
    sheets: Vec<String>,
}

/// A sheet under way.
#[derive(Debug)]
pub(crate) struct OdsRows<R: Read> {
    reader: Reader<R>,
    /// How deep the sheet's own element is.
    depth: usize,
    row: Row,
    /// How often the row comes once more.
    again: u64,
    /// Of the last row, blank or not.
    number: u64,
    is_over: bool,
}

impl Ods {
    pub(crate) fn open(mut package: Package) -> Parsed<Self> {
        if package.find(MANIFEST).is_some() && is_encrypted(package.part(MANIFEST)?)? {
            return Err("a password protects it".into());
        }
        let (mut reader, mut sheets) = (package.part(CONTENT)?, Vec::new());
        while let Some(name) = next_sheet(&mut reader)? {
            sheets.push(name);
            check_sheets(sheets.len())?;
            reader.skip_element()?;
        }
        Ok(Self { package, sheets })
    }

    pub(crate) fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(String::as_str)
    }

    pub(crate) fn rows(&mut self, nth: usize) -> Parsed<OdsRows<archives::EntryReader>> {
        let mut reader = self.package.part(CONTENT)?;
        for _ in 0..nth {
            next_sheet(&mut reader)?;
            reader.skip_element()?;
        }
        next_sheet(&mut reader)?.ok_or("it has no such sheet")?;
        Ok(OdsRows::new(reader))
    }

    /// The rows of every sheet in turn, in one pass; `see` may leave each where it likes, and says whether to go on.
    pub(crate) fn each(
        &mut self,
        see: &mut dyn FnMut(&mut OdsRows<archives::EntryReader>) -> Parsed<bool>,
    ) -> Parsed<()> {
        let mut reader = self.package.part(CONTENT)?;
        while next_sheet(&mut reader)?.is_some() {
            let mut rows = OdsRows::new(reader);
            if !see(&mut rows)? {
                break;
            }
            reader = rows.into_rest()?;
        }
        Ok(())
    }
}

fn is_encrypted<R: Read>(mut manifest: Reader<R>) -> Parsed<bool> {
    loop {
        match manifest.next_event()? {
            Event::Start(start) if start.local() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// Reads on to where the next sheet begins, and tells its name.
fn next_sheet<R: Read>(reader: &mut Reader<R>) -> Parsed<Option<String>> {
    loop {
        match reader.next_event()? {
            Event::Start(start) if start.local() == "table" => {
                return Ok(Some(start.attribute("name").map(|name| name.into_owned()).unwrap_or_default()));
            }
            // What was changed is kept there, in tables too.
            Event::Start(start) if start.local() == "tracked-changes" => reader.skip_element()?,
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

impl<R: Read> OdsRows<R> {
    fn new(reader: Reader<R>) -> Self {
        let depth = reader.depth();
        Self { reader, depth, row: Row::default(), again: 0, number: 0, is_over: false }
    }

    /// Passes over the rest of the sheet.
    fn into_rest(mut self) -> Parsed<Reader<R>> {
        while !self.is_over {
            if matches!(self.reader.next_event()?, Event::Eof) {
                break;
            }
            self.is_over = self.reader.depth() < self.depth;
        }
        Ok(self.reader)
    }

    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    /// Reads on to the next row that is not blank; false at the end.
    pub(crate) fn advance(&mut self) -> Parsed<bool> {
        if self.again > 0 {
            (self.again, self.number) = (self.again - 1, self.number + 1);
            self.row.renumber(self.number);
            return self.check_number();
        }
        while !self.is_over {
            match self.reader.next_event()? {
                Event::Start(start) if start.local() == "table-row" => {
                    let repeated = count(&start, "number-rows-repeated");
                    self.row.begin(self.number.saturating_add(1));
                    self.read_row()?;
                    if self.row.is_blank() {
                        self.number = self.number.saturating_add(repeated);
                        continue;
                    }
                    self.number = self.row.number();
                    self.again = repeated - 1;
                    return self.check_number();
                }
                // Drawings on the sheet, which may hold tables of their own.
                Event::Start(start) if matches!(start.local(), "shapes" | "table") => self.reader.skip_element()?,
                Event::End(_) => self.is_over = self.reader.depth() < self.depth,
                Event::Eof => return Err(Fault::cut()),
                _ => {}
            }
        }
        Ok(false)
    }

    fn check_number(&self) -> Parsed<bool> {
        match self.number <= MOST_ROWS {
            true => Ok(true),
            false => Err(format!("it has more than {MOST_ROWS} rows").into()),
        }
    }

    /// Reads a row that has begun.
    fn read_row(&mut self) -> Parsed<()> {
        let (around, mut column) = (self.reader.depth(), 0_usize);
        let (mut text, mut lone) = (String::new(), String::new());
        loop {
            let cell = match self.reader.next_event()? {
                Event::Start(start) => Cell::of(&start),
                Event::End(_) => None,
                Event::Eof => return Err(Fault::cut()),
                _ => continue,
            };
            if self.reader.depth() < around {
                return Ok(());
            }
            let Some(cell) = cell else { continue };
            text.clear();
            self.read_text(&mut text)?;
            let value = cell.value(&text, &mut lone);
            if value != Value::Empty && value != Value::Text("") {
                if cell.repeated > MOST_COLUMNS {
                    return Err(format!("its row {} has more than {MOST_COLUMNS} columns", self.row.number()).into());
                }
                for nth in 0..cell.repeated {
                    self.row.put(column.saturating_add(nth), value)?;
                }
            }
            column = column.saturating_add(cell.repeated);
        }
    }

    /// The paragraphs of a cell that has begun, a line each; notes and drawings are no part of it.
    fn read_text(&mut self, text: &mut String) -> Parsed<()> {
        let (cell, mut is_first) = (self.reader.depth(), true);
        loop {
            let is_paragraph = match self.reader.next_event()? {
                Event::Start(start) => start.local() == "p",
                Event::End(_) => false,
                Event::Eof => return Err(Fault::cut()),
                Event::Text(_) => continue,
            };
            if self.reader.depth() < cell {
                return Ok(());
            }
            if !is_paragraph {
                self.reader.skip_element()?;
                continue;
            }
            if !std::mem::take(&mut is_first) {
                text.push('\n');
            }
            self.read_paragraph(text)?;
        }
    }

    /// The text of a paragraph that has begun. Blanks in a row are one; those that count are elements.
    fn read_paragraph(&mut self, text: &mut String) -> Parsed<()> {
        let (paragraph, mut after_blank) = (self.reader.depth(), true);
        loop {
            let is_note = match self.reader.next_event()? {
                Event::Text(part) => {
                    for letter in part.chars() {
                        let is_blank = matches!(letter, ' ' | '\t' | '\n' | '\r');
                        if !is_blank {
                            text.push(letter);
                        } else if !after_blank {
                            text.push(' ');
                        }
                        after_blank = is_blank;
                    }
                    false
                }
                Event::Start(start) => {
                    match start.local() {
                        "s" => text.extend(std::iter::repeat_n(' ', (count(&start, "c") as usize).min(MOST_COLUMNS))),
                        "tab" => text.push('\t'),
                        "line-break" => text.push('\n'),
                        _ => {}
                    }
                    matches!(start.local(), "annotation" | "note" | "ruby-text" | "frame")
                }
                Event::End(_) => false,
                Event::Eof => return Err(Fault::cut()),
            };
            if is_note {
                self.reader.skip_element()?;
            } else if self.reader.depth() < paragraph {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> Parsed<Vec<(u64, Vec<String>)>> {
        let xml = format!("<body><table name='S'>{rows}</table><table name='T'><table-row/></table></body>");
        let mut reader = Reader::new(xml.as_bytes());
        assert_eq!(next_sheet(&mut reader)?.as_deref(), Some("S"));
        let (mut rows, mut read) = (OdsRows::new(reader), Vec::new());
        while rows.advance()? {
            let cells = rows.row().values().map(|value| format!("{value:?}"));
            read.push((rows.row().number(), cells.collect()));
        }
        assert_eq!(next_sheet(&mut rows.into_rest()?)?.as_deref(), Some("T"));
        Ok(read)
    }

    fn row(cells: &str) -> Vec<String> {
        read(&format!("<table-row>{cells}</table-row>")).unwrap().remove(0).1
    }

    #[test]
    fn a_cell_has_a_value_of_its_kind() {
        let cells = row("<c:table-cell value-type='float' value='1.50'><p>1,5</p></c:table-cell>\
             <table-cell value-type='string' calcext:value-type='string'><p>a <span>b</span><s c='2'/>c<line-break/>d</p><p>e\n  f</p></table-cell>\
             <table-cell value-type='date' date-value='2024-02-29T00:00:00'><p>29/02/24</p></table-cell>\
             <table-cell value-type='time' time-value='PT08H30M00S'><p>08:30</p></table-cell>\
             <table-cell value-type='boolean' boolean-value='true'><p>VRAI</p></table-cell>\
             <table-cell value-type='string' string-value='long'><p>lo</p></table-cell>\
             <table-cell value-type='string' calcext:value-type='error'><p>#N/A</p></table-cell>\
             <table-cell value-type='float' value='0'><p>Err:502</p></table-cell>\
             <table-cell value-type='string'><annotation><p>note</p></annotation><p>x</p></table-cell>\
             <covered-table-cell value-type='string'><p>hidden</p></covered-table-cell>\
             <table-cell value-type='string'><p>#N/A</p></table-cell>");
        let expected = [
            "Number(1.5)",
            "Text(\"a b  c\\nd\\ne f\")",
            "Date(\"2024-02-29\")",
            "Date(\"08:30:00\")",
            "Truth(true)",
            "Text(\"long\")",
            "Error(\"#N/A\")",
            "Error(\"Err:502\")",
            "Text(\"x\")",
            "Empty",
            "Text(\"#N/A\")",
        ];
        assert_eq!(cells, expected);
    }

    #[test]
    fn rows_and_cells_are_repeated_and_blanks_take_no_room() {
        let rows = read(
            "<shapes><table name='drawn'/></shapes><table-row number-rows-repeated='3'><table-cell number-columns-repeated='16384'/></table-row>\
             <table-header-rows><table-row><table-cell number-columns-repeated='2' value-type='float' value='7'/>\
             <table-cell number-columns-repeated='99999999999'/></table-row></table-header-rows>\
             <table-row-group><table-row number-rows-repeated='2'><table-cell/><table-cell value-type='string'><p>a</p></table-cell></table-row></table-row-group>\
             <table-row number-rows-repeated='99999999999999999999'><table-cell/></table-row>",
        );
        let expected = [
            (4, vec!["Number(7.0)", "Number(7.0)"]),
            (5, vec!["Empty", "Text(\"a\")"]),
            (6, vec!["Empty", "Text(\"a\")"]),
        ];
        assert_eq!(rows.unwrap(), expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect())));
    }

    #[test]
    fn what_grows_past_all_bounds_is_refused() {
        let filled = "<table-cell value-type='float' value='7'/>";
        for (rows, why) in [
            ("<table-row><table-cell number-columns-repeated='4097' value-type='float' value='7'/></table-row>".to_owned(), "4096 columns"),
            ("<table-row><table-cell number-columns-repeated='4096'/><table-cell value-type='float' value='7'/></table-row>".to_owned(), "4096 columns"),
            (format!("<table-row number-rows-repeated='1048577'>{filled}</table-row>"), "1048576 rows"),
            (format!("<table-row number-rows-repeated='18446744073709551615'/><table-row>{filled}</table-row>"), "1048576 rows"),
        ] {
            let Err(Fault::Broken(said)) = read(&rows) else { panic!("{rows} is read") };
            assert!(said.contains(why), "{why}: {said}");
        }
    }
}

//! The parts of an `.xlsx`: XML files in a zip. One lists the sheets, one holds texts that cells share, one is a sheet.
//!
//! Written from ECMA-376; formats and formulas are passed over.

use std::fs;
use std::path::Path;

use archives::{Archive, Limits};
use files::OutputTree;
use xml::{Event, Reader, Start, local_name};

use super::workbook::{Cell, Parsed, Room, Sheet};

/// INSEE's would unpack to about a megabyte.
pub(super) const LARGEST_UNPACKED_BYTES: u64 = 8 << 20;

/// What an archive may say of itself; how much it would unpack to is judged in our own words.
pub(super) const LISTED: Limits = Limits { max_bytes: u64::MAX, max_entries: 10_000 };

/// Name of the lock and the folder that the parts are unpacked to.
const SCRATCH: &str = "convert-naf";

/// INSEE's has six; many could be the same part.
const MOST_SHEETS: usize = 64;

/// The parts of a workbook, unpacked, until it is dropped.
pub(super) struct Package {
    parts: Vec<String>,
    folder: OutputTree,
}

/// How a part names another: its number, what it is for, and where it is.
struct Relation {
    id: String,
    kind: String,
    part: String,
}

impl Package {
    pub(super) fn unpack(mut archive: Archive, scratch: &Path) -> anyhow::Result<Self> {
        let folder = OutputTree::create(scratch, SCRATCH)?;
        let parts: Vec<String> = archive.entries().iter().map(|entry| entry.path.clone()).collect();
        archive.unpack(&vec![true; parts.len()], folder.folder(), &mut |_| Ok(()))?;
        Ok(Self { parts, folder })
    }

    /// The sheets of the workbook, in its order.
    pub(super) fn sheets(&self, room: &mut Room) -> Parsed<Vec<Sheet>> {
        let workbook = self.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
        let workbook = workbook.ok_or("it says nowhere which of its parts is the workbook")?.part;
        let relations = self.relations(&workbook)?;
        let texts = relations.iter().find(|relation| relation.kind == "sharedStrings");
        let texts = texts.map_or(Ok(Vec::new()), |relation| read_texts(&self.read(&relation.part)?, room))?;
        let listed = read_list(&self.read(&workbook)?)?;
        if listed.len() > MOST_SHEETS {
            return Err(format!("it has more than {MOST_SHEETS} sheets"));
        }
        let mut sheets = Vec::new();
        for (name, id) in listed {
            let relation = relations.iter().find(|relation| relation.id == id);
            let relation = relation.ok_or_else(|| format!("its sheet `{}` is missing", name.escape_debug()))?;
            // Charts have sheets of their own, without cells.
            if relation.kind == "worksheet" {
                sheets.push(read_cells(name, &self.read(&relation.part)?, &texts, room)?);
            }
        }
        Ok(sheets)
    }

    /// The text of a part; only what the archive was found to list is ever opened.
    fn read(&self, part: &str) -> Parsed<String> {
        let listed = self.parts.iter().find(|listed| listed.eq_ignore_ascii_case(part));
        let listed = listed.ok_or_else(|| format!("its part `{}` is missing", part.escape_debug()))?;
        let text = fs::read_to_string(self.folder.folder().join(listed));
        text.map_err(|error| format!("its part `{}` cannot be read: {error}", listed.escape_debug()))
    }

    /// What a part, or the package itself, says of others.
    fn relations(&self, part: &str) -> Parsed<Vec<Relation>> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = format!("{folder}/_rels/{name}.rels");
        let xml = self.read(list.trim_start_matches('/'))?;
        let (mut reader, mut relations) = (Reader::new(xml.as_bytes()), Vec::new());
        loop {
            match next(&mut reader)? {
                Event::Start(start) if is(&start, "Relationship") => relations.push(Relation {
                    id: attribute(&start, "Id"),
                    kind: attribute(&start, "Type").rsplit('/').next().unwrap_or_default().to_owned(),
                    part: resolve(folder, &attribute(&start, "Target")),
                }),
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// Where a part is that another in `folder` names.
fn resolve(folder: &str, target: &str) -> String {
    let whole = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    let mut parts = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The names of the sheets, and the numbers by which the workbook names their parts.
fn read_list(xml: &str) -> Parsed<Vec<(String, String)>> {
    let (mut reader, mut sheets) = (Reader::new(xml.as_bytes()), Vec::new());
    loop {
        match next(&mut reader)? {
            Event::Start(start) if is(&start, "sheet") => {
                sheets.push((attribute(&start, "name"), attribute(&start, "id")));
            }
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

/// The texts that cells share; each is the `t` of an `si`, or of its runs of one format.
fn read_texts(xml: &str, room: &mut Room) -> Parsed<Vec<String>> {
    let (mut reader, mut texts) = (Reader::new(xml.as_bytes()), Vec::new());
    loop {
        let text = match next(&mut reader)? {
            Event::Start(start) if is(&start, "si") => read_text(&mut reader, "si")?,
            Event::Eof => return Ok(texts),
            _ => continue,
        };
        room.take(1, text.len())?;
        texts.push(text);
    }
}

/// The text inside an element that has begun, without what says how it is pronounced.
fn read_text(reader: &mut Reader<&[u8]>, within: &str) -> Parsed<String> {
    let (mut text, mut is_text, mut is_spoken) = (String::new(), false, false);
    loop {
        match next(reader)? {
            Event::Start(start) if is(&start, "rPh") => is_spoken = true,
            Event::Start(start) if is(&start, "t") => is_text = !is_spoken,
            Event::End(end) => match local_name(end) {
                name if name == within => return Ok(text),
                "rPh" => is_spoken = false,
                _ => is_text = false,
            },
            Event::Text(part) if is_text => text.push_str(&part),
            Event::Eof => return Err("it is damaged: a text has no end".to_owned()),
            _ => {}
        }
    }
}

fn read_cells(name: String, xml: &str, texts: &[String], room: &mut Room) -> Parsed<Sheet> {
    let mut sheet = Sheet { name, ..Sheet::default() };
    let mut reader = Reader::new(xml.as_bytes());
    // Of the next row and cell, unless they say otherwise.
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut is_sheet = false;
    loop {
        match next(&mut reader)? {
            Event::Start(start) if is(&start, "sheetData") => is_sheet = true,
            Event::Start(start) if is(&start, "row") => {
                row = attribute(&start, "r").parse().map_or(row, |number: usize| number.saturating_sub(1));
                column = 0;
            }
            Event::End(end) if local_name(end) == "row" => row = row.saturating_add(1),
            Event::Start(start) if is(&start, "c") => {
                (row, column) = place(&attribute(&start, "r")).unwrap_or((row, column));
                let kind = attribute(&start, "t");
                let cell = read_cell(&mut reader, &kind, texts)?;
                sheet.put(row, column, cell, room)?;
                column = column.saturating_add(1);
            }
            Event::Eof if is_sheet => return Ok(sheet),
            Event::Eof => return Err(format!("its sheet `{}` is none", sheet.name.escape_debug())),
            _ => {}
        }
    }
}

/// The value of a cell that has begun.
fn read_cell(reader: &mut Reader<&[u8]>, kind: &str, texts: &[String]) -> Parsed<Cell> {
    let (mut value, mut is_value) = (String::new(), false);
    loop {
        match next(reader)? {
            Event::Start(start) if is(&start, "is") => value = read_text(reader, "is")?,
            // Beside a text of its own a value only repeats it.
            Event::Start(start) if is(&start, "v") => is_value = kind != "inlineStr",
            Event::Text(part) if is_value => value.push_str(&part),
            Event::End(end) if local_name(end) == "c" => break,
            Event::End(_) => is_value = false,
            Event::Eof => return Err("it is damaged: a cell has no end".to_owned()),
            _ => {}
        }
    }
    match kind {
        _ if value.is_empty() => Ok(Cell::Empty),
        "s" => {
            let text = value.trim().parse().ok().and_then(|nth: usize| texts.get(nth));
            text.map(|text| Cell::from_text(text))
                .ok_or("it is damaged: a cell has a text that is not there".to_owned())
        }
        "inlineStr" | "str" => Ok(Cell::from_text(&value)),
        "" | "n" => Ok(value.trim().parse().map_or(Cell::Other, Cell::Number)),
        _ => Ok(Cell::Other),
    }
}

/// Row and column, from 0, of `AB12`.
fn place(name: &str) -> Option<(usize, usize)> {
    let letters =
        name.find(|letter: char| !letter.is_ascii_alphabetic()).filter(|letters| (1..=3).contains(letters))?;
    let column = name[..letters]
        .bytes()
        .fold(0, |column, letter| 26 * column + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((name[letters..].parse::<usize>().ok()?.checked_sub(1)?, column - 1))
}

fn next<'a>(reader: &'a mut Reader<&[u8]>) -> Parsed<Event<'a>> {
    reader.next_event().map_err(|error| format!("it is damaged: {error}"))
}

fn is(start: &Start<'_>, name: &str) -> bool {
    start.local() == name
}

/// The value of an attribute, whatever prefix it has; empty if it is not there.
fn attribute(start: &Start<'_>, name: &str) -> String {
    start.attribute(name).map(|value| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(xml: &str) -> Vec<Cell> {
        let texts = ["one", "two"].map(str::to_owned);
        let xml = format!("<worksheet><sheetData>{xml}</sheetData></worksheet>");
        read_cells("S".to_owned(), &xml, &texts, &mut Room::default()).unwrap().rows.pop().unwrap()
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_cell_has_a_number_or_a_text_of_its_own_or_a_shared_one() {
        let cells = row("<row r=\"1\"><c t=\"s\"><v>1</v></c><c><v>01.1</v></c><c t=\"n\"><v>1e1</v></c>\
             <c t=\"inlineStr\"><is><t>a &amp; b</t></is></c><c t=\"str\"><f>A1&amp;B1</f><v>&#233;&lt;</v></c>\
             <c t=\"b\"><v>1</v></c><c><v>x</v></c><c t=\"inlineStr\"><is><t> </t></is></c></row>");
        let numbers = [1.1, 10.0].map(Cell::Number);
        let [one, ten] = numbers;
        assert_eq!(cells, [text("two"), one, ten, text("a & b"), text("é<"), Cell::Other, Cell::Other]);
    }

    #[test]
    fn a_cell_says_where_it_is_or_follows_the_one_before() {
        let cells = row("<row/><row/><row r=\"2\"><c/><c><v>2</v></c><c r=\"D2\"><v>4</v></c><c><v>5</v></c></row>");
        let number = Cell::Number;
        assert_eq!(cells, [Cell::Empty, number(2.0), Cell::Empty, number(4.0), number(5.0)]);
        for (name, at) in [("A1", Some((0, 0))), ("ab12", Some((11, 27))), ("XFD1048576", Some((1_048_575, 16_383)))] {
            assert_eq!(place(name), at, "{name}");
        }
        for name in ["", "A", "1", "A0", "ABCD1", "A-1", "é1", "A99999999999999999999"] {
            assert_eq!(place(name), None, "{name}");
        }
    }

    #[test]
    fn a_shared_text_is_put_together_from_its_runs_without_what_says_how_it_is_spoken() {
        let xml = "<sst><si><t>one</t></si><si/><si><r><t>t</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">wo </t></r>\
                   <rPh><t>said</t></rPh></si><si><t><![CDATA[<3]]></t></si></sst>";
        assert_eq!(read_texts(xml, &mut Room::default()).unwrap(), ["one", "", "two ", "<3"]);
    }

    #[test]
    fn a_part_is_named_from_the_folder_of_another_and_never_outside_of_the_package() {
        for (folder, target, part) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../sharedStrings.xml", "xl/sharedStrings.xml"),
            ("", "./xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolve(folder, target), part, "{target}");
        }
    }
}

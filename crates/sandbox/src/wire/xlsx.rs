//! Writes workbooks as Excel does since 2007: XML parts in a zip; all values are text.

use super::zip::{self, Member};

/// A cell's value.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
}

impl Cell {
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }

    /// A code that was typed in without an apostrophe: `01` is 1.
    pub(crate) fn number(code: &str) -> Self {
        code.parse().map_or_else(|_| Self::text(code), Self::Number)
    }
}

/// A sheet and its cells, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<Vec<Cell>>,
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The bytes of a workbook.
pub(crate) fn write(sheets: &[Sheet]) -> Vec<u8> {
    let part = |path: &str, content: String| Member {
        path: path.to_owned(),
        content: (DECLARATION.to_owned() + &content).into_bytes(),
    };
    let mut parts = vec![
        part("[Content_Types].xml", content_types(sheets.len())),
        part("_rels/.rels", relations(&[("officeDocument".to_owned(), "xl/workbook.xml".to_owned())])),
        part("xl/workbook.xml", workbook(sheets)),
    ];
    let targets = (1..=sheets.len()).map(|n| ("worksheet".to_owned(), format!("worksheets/sheet{n}.xml")));
    parts.push(part("xl/_rels/workbook.xml.rels", relations(&targets.collect::<Vec<_>>())));
    parts.extend(
        sheets
            .iter()
            .enumerate()
            .map(|(nth, sheet)| part(&format!("xl/worksheets/sheet{}.xml", nth + 1), cells(sheet))),
    );
    zip::write(&parts, false)
}

fn content_types(sheets: usize) -> String {
    let sheet =
        |n| format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{TYPES}.worksheet+xml\"/>");
    format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPES}.sheet.main+xml\"/>{}</Types>",
        (1..=sheets).map(sheet).collect::<String>()
    )
}

fn relations(targets: &[(String, String)]) -> String {
    let relation = |(nth, (kind, target)): (usize, &(String, String))| {
        format!("<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>", nth + 1)
    };
    let all: String = targets.iter().enumerate().map(relation).collect();
    format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
}

fn workbook(sheets: &[Sheet]) -> String {
    let sheet = |(nth, sheet): (usize, &Sheet)| {
        format!("<sheet name=\"{}\" sheetId=\"{1}\" r:id=\"rId{1}\"/>", sheet.name, nth + 1)
    };
    let all: String = sheets.iter().enumerate().map(sheet).collect();
    format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{all}</sheets></workbook>")
}

fn cells(sheet: &Sheet) -> String {
    let cell = |row: usize, (column, cell): (usize, &Cell)| {
        let place = format!("{}{}", letters(column), row + 1);
        match cell {
            Cell::Text(text) if text.is_empty() => String::new(),
            Cell::Text(text) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
            Cell::Number(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
        }
    };
    let row = |(nth, cells): (usize, &Vec<Cell>)| {
        let all: String = cells.iter().enumerate().map(|one| cell(nth, one)).collect();
        format!("<row r=\"{}\">{all}</row>", nth + 1)
    };
    let all: String = sheet.rows.iter().enumerate().map(row).collect();
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{all}</sheetData></worksheet>")
}

/// `A` to `Z`, then `AA`: a workbook of ours has at most 702 columns.
fn letters(column: usize) -> String {
    let letter = |nth: usize| char::from(b'A' + (nth % 26) as u8);
    let first = (column >= 26).then(|| letter(column / 26 - 1));
    first.into_iter().chain([letter(column)]).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_excel_does() {
        assert_eq!([0, 25, 26, 51, 52, 701].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ"]);
    }
}

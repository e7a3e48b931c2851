//! Writes workbooks as LibreOffice does (OpenDocument 1.3): one XML part with all cells in a zip.

use std::fmt::Write;

use super::xlsx::{Cell, Sheet};
use super::zip::{self, Member};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";

/// The bytes of a workbook.
pub(crate) fn write(sheets: &[Sheet]) -> Vec<u8> {
    let part = |path: &str, content: String| Member { path: path.to_owned(), content: content.into_bytes() };
    let parts = [
        part("mimetype", MEDIA_TYPE.to_owned()),
        part("content.xml", format!("{DECLARATION}{}", content(sheets))),
        part("META-INF/manifest.xml", format!("{DECLARATION}{}", manifest())),
    ];
    zip::write(&parts, false)
}

fn manifest() -> String {
    let entry = |path: &str, kind: &str| {
        format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"{kind}\"/>")
    };
    format!(
        "<manifest:manifest xmlns:manifest=\"{NAMES}:manifest:1.0\" manifest:version=\"1.3\">{}{}</manifest:manifest>",
        entry("/", MEDIA_TYPE),
        entry("content.xml", "text/xml")
    )
}

fn content(sheets: &[Sheet]) -> String {
    format!(
        "<office:document-content xmlns:office=\"{NAMES}:office:1.0\" xmlns:table=\"{NAMES}:table:1.0\" \
         xmlns:text=\"{NAMES}:text:1.0\" office:version=\"1.3\"><office:body><office:spreadsheet>{}\
         </office:spreadsheet></office:body></office:document-content>",
        sheets.iter().map(table).collect::<String>()
    )
}

fn table(sheet: &Sheet) -> String {
    let rows = sheet
        .rows
        .iter()
        .map(|cells| format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>()));
    format!("<table:table table:name=\"{}\">{}</table:table>", sheet.name, rows.collect::<String>())
}

fn cell(cell: &Cell) -> String {
    let typed = |kind: &str, value: &str, text: &str| {
        format!("<table:table-cell office:value-type=\"{kind}\"{value}>{text}</table:table-cell>")
    };
    match cell {
        Cell::Text(text) if text.is_empty() => "<table:table-cell/>".to_owned(),
        Cell::Text(text) => {
            let lines = text.lines().map(|line| format!("<text:p>{}</text:p>", in_xml(line)));
            typed("string", "", &lines.collect::<String>())
        }
        Cell::Number(number) => {
            typed("float", &format!(" office:value=\"{number}\""), &format!("<text:p>{number}</text:p>"))
        }
    }
}

/// Of several blanks the first is one, the others are counted; a tab is an element.
fn in_xml(text: &str) -> String {
    let mut written = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => {
                let mut more = 0;
                while letters.next_if_eq(&' ').is_some() {
                    more += 1;
                }
                written.push(' ');
                if more > 0 {
                    let _ = write!(written, "<text:s text:c=\"{more}\"/>");
                }
            }
            '\t' => written.push_str("<text:tab/>"),
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            letter => written.push(letter),
        }
    }
    written
}

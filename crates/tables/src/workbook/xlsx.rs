//! The parts of an XLSX: one lists the sheets, one holds the texts that cells share, one the formats, one is a sheet.
//!
//! Written from ECMA-376; formulas are passed over, what they came to counts.

use std::sync::Arc;

use xml::Event;

use super::fault::Parsed;
use super::limits::{Limits, MOST_FORMATS, check_sheets};
use super::merged::Merged;
use super::package::{Package, Part};
use super::serial::Epoch;
use super::xlsx_merged;
use super::xlsx_rows::XlsxRows;
use super::xlsx_shared::{Shared, attribute, read_formats, read_texts};

/// An XLSX whose sheets are known.
#[derive(Debug)]
pub(crate) struct Xlsx {
    package: Package,
    /// Name and part of each.
    sheets: Vec<(String, String)>,
    shared: Arc<Shared>,
}

/// How a part names another: its number, what it is for, and where it is.
struct Relation {
    id: String,
    kind: String,
    part: String,
}

impl Xlsx {
    pub(crate) fn open(mut package: Package, limits: Limits) -> Parsed<Self> {
        let workbook = relations(&mut package, "")?.into_iter().find(|relation| relation.kind == "officeDocument");
        let workbook = workbook.ok_or("it says nowhere which of its parts is the workbook")?.part;
        if workbook.ends_with(".bin") {
            return Err("it is an XLSB: save it as XLSX".into());
        }
        let relations = relations(&mut package, &workbook)?;
        let part_of =
            |kind: &str| relations.iter().find(|relation| relation.kind == kind).map(|relation| &relation.part);
        let (listed, epoch) = read_list(&mut package.part(&workbook)?)?;
        check_sheets(listed.len())?;
        let mut shared = Shared { epoch, ..Shared::default() };
        if let Some(part) = part_of("sharedStrings") {
            shared.texts = read_texts(&mut package.part(part)?, limits.texts_bytes)?;
        }
        if let Some(part) = part_of("styles") {
            shared.formats = read_formats(&mut package.part(part)?)?;
        }
        let mut sheets = Vec::new();
        for (name, id) in listed {
            let relation = relations.iter().find(|relation| relation.id == id);
            let relation = relation.ok_or_else(|| format!("its sheet `{}` is missing", name.escape_debug()))?;
            // Charts have sheets of their own, without cells.
            if relation.kind == "worksheet" {
                sheets.push((name, relation.part.clone()));
            }
        }
        Ok(Self { package, sheets, shared: Arc::new(shared) })
    }

    pub(crate) fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn rows(&mut self, nth: usize) -> Parsed<XlsxRows<archives::EntryReader>> {
        let (name, part) = self.sheets.get(nth).ok_or("it has no such sheet")?;
        let merged = Merged::new(xlsx_merged::areas(self.package.stream(part)?)?);
        Ok(XlsxRows::new(name.clone(), self.package.part(part)?, Arc::clone(&self.shared), merged))
    }
}

/// What a part, or the package itself, says of others.
fn relations(package: &mut Package, part: &str) -> Parsed<Vec<Relation>> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let list = format!("{folder}/_rels/{name}.rels");
    let (mut reader, mut relations) = (package.part(list.trim_start_matches('/'))?, Vec::new());
    loop {
        match reader.next_event()? {
            Event::Start(start) if start.local() == "Relationship" => relations.push(Relation {
                id: attribute(&start, "Id"),
                kind: attribute(&start, "Type").rsplit('/').next().unwrap_or_default().to_owned(),
                part: resolve(folder, &attribute(&start, "Target")),
            }),
            Event::Eof => return Ok(relations),
            _ => {}
        }
        if relations.len() > MOST_FORMATS {
            return Err("it has too many parts".into());
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

/// The names of the sheets, the numbers by which the workbook names their parts, and where its days begin.
fn read_list(reader: &mut Part) -> Parsed<(Vec<(String, String)>, Epoch)> {
    let (mut sheets, mut epoch) = (Vec::new(), Epoch::default());
    loop {
        match reader.next_event()? {
            Event::Start(start) if start.local() == "sheet" => {
                sheets.push((attribute(&start, "name"), attribute(&start, "id")));
                check_sheets(sheets.len())?;
            }
            Event::Start(start) if start.local() == "workbookPr" => {
                if matches!(attribute(&start, "date1904").as_str(), "1" | "true" | "on") {
                    epoch = Epoch::Of1904;
                }
            }
            Event::Eof => return Ok((sheets, epoch)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

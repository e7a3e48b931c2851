//! The parts of an XLSX: one lists the sheets, one holds the texts that cells share, one the formats, one is a sheet.
//!
//! Written from ECMA-376; formulas are passed over, what they came to counts.

use std::collections::HashMap;
use std::sync::Arc;

use xml::{Event, Start};

use super::fault::Parsed;
use super::limits::{Limits, MOST_FORMATS, check_sheets};
use super::package::{Package, Part};
use super::serial::{Epoch, Shown};
use super::texts::Texts;
use super::xlsx_rows::{XlsxRows, read_text};

/// An XLSX whose sheets are known.
#[derive(Debug)]
pub(crate) struct Xlsx {
    package: Package,
    /// Name and part of each.
    sheets: Vec<(String, String)>,
    shared: Arc<Shared>,
}

/// What the cells of all sheets refer to.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    texts: Texts,
    /// How the formats of cells show numbers.
    formats: Vec<Shown>,
    pub(crate) epoch: Epoch,
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
        Ok(XlsxRows::new(name.clone(), self.package.part(part)?, Arc::clone(&self.shared)))
    }
}

impl Shared {
    pub(crate) fn text(&self, nth: usize) -> Option<&str> {
        self.texts.get(nth)
    }

    /// The texts `one` and `two`, and two formats of which the second shows dates.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        let texts = read_texts(&mut xml::Reader::new("<a><si><t>one</t></si><si><t>two</t></si></a>".as_bytes()), 100);
        Self {
            texts: texts.expect("they are well formed"),
            formats: vec![Shown::Number, Shown::Date],
            epoch: Epoch::Of1900,
        }
    }

    pub(crate) fn shown(&self, format: usize) -> Shown {
        self.formats.get(format).copied().unwrap_or_default()
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

/// The texts that cells share; each is the `t` of an `si`, or of its runs of one format.
fn read_texts<R: std::io::Read>(reader: &mut xml::Reader<R>, most: usize) -> Parsed<Texts> {
    let mut texts = Texts::default();
    loop {
        match reader.next_event()? {
            Event::Start(start) if start.local() == "si" => {}
            Event::Eof => return Ok(texts),
            _ => continue,
        }
        read_text(reader, texts.next())?;
        texts.close(most)?;
    }
}

/// How the formats that cells name show numbers.
fn read_formats<R: std::io::Read>(reader: &mut xml::Reader<R>) -> Parsed<Vec<Shown>> {
    let (mut own, mut formats, mut is_of_cells) = (HashMap::new(), Vec::new(), false);
    loop {
        match reader.next_event()? {
            Event::Start(start) => match start.local() {
                "numFmt" => {
                    let id: u32 = attribute(&start, "numFmtId").parse().unwrap_or_default();
                    own.insert(id, Shown::of_code(&attribute(&start, "formatCode")));
                }
                "cellXfs" => is_of_cells = true,
                "xf" if is_of_cells => {
                    let id: u32 = attribute(&start, "numFmtId").parse().unwrap_or_default();
                    formats.push(own.get(&id).copied().unwrap_or_else(|| Shown::of_builtin(id)));
                }
                _ => {}
            },
            Event::End(name) if xml::local_name(name) == "cellXfs" => is_of_cells = false,
            Event::Eof => return Ok(formats),
            _ => {}
        }
        if own.len().max(formats.len()) > MOST_FORMATS {
            return Err(format!("it has more than {MOST_FORMATS} formats").into());
        }
    }
}

/// The value of an attribute, whatever prefix it has; empty if it is not there.
fn attribute(start: &Start<'_>, name: &str) -> String {
    start.attribute(name).map(|value| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str, most: usize) -> Parsed<Vec<String>> {
        let texts = read_texts(&mut xml::Reader::new(xml.as_bytes()), most)?;
        let shared = Shared { texts, ..Shared::default() };
        Ok((0..).map_while(|nth| shared.text(nth).map(str::to_owned)).collect())
    }

    #[test]
    fn a_shared_text_is_put_together_from_its_runs_without_what_says_how_it_is_spoken() {
        let xml = "<sst uniqueCount='1000000000000'><si><t>one</t></si><si/><si><r><t>t</t></r><r><rPr><b/></rPr>\
                   <t xml:space=\"preserve\">wo </t></r><rPh><t>said</t></rPh></si><si><t><![CDATA[<3]]></t></si>\
                   <si><t>a_x000D_\nb_x005F_x0041__x00</t></si></sst>";
        assert_eq!(texts(xml, 1_000).unwrap(), ["one", "", "two ", "<3", "a\r\nb_x0041__x00"]);
    }

    #[test]
    fn texts_are_paid_for_and_so_are_empty_ones() {
        assert!(texts(&format!("<sst>{}</sst>", "<si/>".repeat(25)), 99).is_err());
        assert!(texts(&format!("<sst><si><t>{}</t></si></sst>", "a".repeat(96)), 99).is_err());
        assert_eq!(texts(&format!("<sst>{}</sst>", "<si/>".repeat(24)), 99).unwrap().len(), 24);
    }

    #[test]
    fn formats_of_cells_are_their_own_or_those_that_all_have() {
        let xml = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd/mm/yyyy'/></numFmts>\
                   <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>\
                   <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='14'/><xf/><xf numFmtId='x'/></cellXfs></styleSheet>";
        let formats = read_formats(&mut xml::Reader::new(xml.as_bytes())).unwrap();
        assert_eq!(formats, [Shown::Number, Shown::Date, Shown::Date, Shown::Number, Shown::Number]);
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

//! What the cells of an XLSX share: texts, and how formats show numbers.

use std::collections::HashMap;
use std::io::Read;

use xml::{Event, Reader, Start};

use super::fault::Parsed;
use super::limits::MOST_FORMATS;
use super::serial::{Epoch, Shown};
use super::texts::Texts;
use super::xlsx_text::read_text;

/// What the cells of all sheets refer to.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) texts: Texts,
    /// How the formats of cells show numbers.
    pub(crate) formats: Vec<Shown>,
    pub(crate) epoch: Epoch,
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

/// The texts that cells share; each is the `t` of an `si`, or of its runs of one format.
pub(crate) fn read_texts<R: Read>(reader: &mut Reader<R>, most: usize) -> Parsed<Texts> {
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
pub(crate) fn read_formats<R: Read>(reader: &mut Reader<R>) -> Parsed<Vec<Shown>> {
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
pub(crate) fn attribute(start: &Start<'_>, name: &str) -> String {
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
}

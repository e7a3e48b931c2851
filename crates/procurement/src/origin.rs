//! What an input is: of the regulatory format, or a table. Told by its content, never by its name.

use std::io::Read;

use anyhow::{Context as _, Result};
use tables::{Format, Source};

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    RegulatoryJson,
    RegulatoryXml,
    Table,
    /// XML of another root, which no mapping built in can read.
    OtherXml,
}

/// Roots of the regulatory format.
const ROOTS: [&str; 3] = ["marches", "marche", "contrat-concession"];

/// Where a buyer stands; an object there makes a contract.
const BUYERS: [&str; 2] = ["acheteur", "autoriteConcedante"];

/// What contracts say that they are.
const TYPES: [&str; 2] = ["Marché", "Contrat de concession"];

impl Origin {
    /// Looks into a source; `has_mapping` makes everything a table.
    ///
    /// # Errors
    /// 66 when it cannot be read.
    pub(crate) fn find(source: &Source, has_mapping: bool) -> Result<Self> {
        if has_mapping {
            return Ok(Self::Table);
        }
        match source.format() {
            Format::Json => Ok(if is_regulatory(source.text()?)? { Self::RegulatoryJson } else { Self::Table }),
            Format::Xml => Ok(if has_root(source.text()?)? { Self::RegulatoryXml } else { Self::OtherXml }),
            _ => Ok(Self::Table),
        }
    }
}

/// Whether the first element of a document is one of the format.
fn has_root(mut text: impl Read) -> Result<bool> {
    // A root stands at the begin, behind a declaration and comments.
    let mut begin = vec![0; 64 << 10];
    let mut length = 0;
    while length < begin.len() {
        match text.read(&mut begin[length..]).context("could not read the input")? {
            0 => break,
            count => length += count,
        }
    }
    let begin = String::from_utf8_lossy(&begin[..length]);
    let mut rest = begin.as_ref();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = match rest.as_bytes().first() {
            Some(b'?') => "?>",
            Some(b'!') if rest.starts_with("!--") => "-->",
            // A document type is refused by whoever reads it; it names the root, too.
            Some(b'!') => ">",
            _ => {
                let name = rest.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next();
                let name = name.unwrap_or_default();
                return Ok(ROOTS.contains(&name.rsplit(':').next().unwrap_or(name)));
            }
        };
        match rest.find(end) {
            Some(at) => rest = &rest[at + end.len()..],
            None => return Ok(false),
        }
    }
    Ok(false)
}

/// Whether a JSON text has `marches`, is a contract, or is a list that holds one. What is no JSON is for its reader to say.
fn is_regulatory(mut text: impl Read) -> Result<bool> {
    let mut scan = Scan::default();
    let mut block = vec![0; 64 << 10];
    loop {
        match text.read(&mut block).context("could not read the input")? {
            0 => return Ok(false),
            count => {
                if let Some(answer) = scan.take(&block[..count]) {
                    return Ok(answer);
                }
            }
        }
    }
}

/// Looks at the keys of the root, or of the entries of the root where that is a list.
#[derive(Debug, Default)]
struct Scan {
    /// Objects and lists that are open, outermost first.
    open: Vec<u8>,
    /// Objects and lists that are open deeper than it matters.
    deeper: u64,
    in_text: bool,
    is_escaped: bool,
    /// The text under way, as far as it may matter.
    text: Vec<u8>,
    /// The key whose value is next.
    key: Option<Vec<u8>>,
}

/// No key or value that matters is longer.
const LONGEST_TEXT: usize = 32;

impl Scan {
    /// Takes the next bytes; the answer as soon as it is known.
    fn take(&mut self, bytes: &[u8]) -> Option<bool> {
        bytes.iter().find_map(|byte| self.byte(*byte))
    }

    fn byte(&mut self, byte: u8) -> Option<bool> {
        if self.in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_text = false;
                    return self.end_of_text();
                }
                _ => {}
            }
            if self.text.len() < LONGEST_TEXT {
                self.text.push(byte);
            }
            return None;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.text.clear();
            }
            b'{' | b'[' => return self.open(byte),
            b'}' | b']' => {
                match self.deeper {
                    0 => drop(self.open.pop()),
                    _ => self.deeper -= 1,
                }
                self.key = None;
            }
            b',' => self.key = None,
            _ => {}
        }
        None
    }

    /// Whether what is read now are members of the root, or of an entry of it.
    fn is_at_members(&self) -> bool {
        self.deeper == 0 && matches!(self.open.as_slice(), [b'{'] | [b'[', b'{'])
    }

    fn open(&mut self, byte: u8) -> Option<bool> {
        if byte == b'{' && self.is_at_members() && self.key.as_deref().is_some_and(|key| is_any(&BUYERS, key)) {
            return Some(true);
        }
        self.key = None;
        match self.open.len() {
            0 | 1 if self.deeper == 0 => self.open.push(byte),
            _ => self.deeper += 1,
        }
        None
    }

    fn end_of_text(&mut self) -> Option<bool> {
        if !self.is_at_members() {
            return None;
        }
        match self.key.take() {
            Some(key) if key == b"_type" && is_any(&TYPES, &self.text) => return Some(true),
            Some(_) => {}
            None => {
                if self.text == b"marches" && self.open.as_slice() == [b'{'] {
                    return Some(true);
                }
                self.key = Some(std::mem::take(&mut self.text));
            }
        }
        None
    }
}

fn is_any(names: &[&str], text: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_makes_json_regulatory_wherever_it_stands() {
        for (text, expected) in [
            (r#"{"marches": []}"#, true),
            (r#" {"a":{"marches":1},"marches":{"marche":[]}}"#, true),
            (r#"{"id":"1","acheteur":{"id":"2"}}"#, true),
            (r#"{"id":"1","acheteur":"2"}"#, false),
            (r#"[{"a":[{"acheteur":{}}]},{"b":"\"acheteur"},{"_type":"Marché"}]"#, true),
            (r#"[{"a":{"acheteur":{}}},{"_type":"autre","x":"Marché"},"marches",["acheteur",{}]]"#, false),
            (r#"[{"autoriteConcedante" : {"id":1}}]"#, true),
            (r#"{"donnees":[{"acheteur":{}}]}"#, false),
            ("[", false),
            ("]]}}\"", false),
            ("12", false),
        ] {
            assert_eq!(is_regulatory(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_root_makes_xml_regulatory() {
        for (text, expected) in [
            ("<?xml version='1.0'?><!-- <a> --><marches/>", true),
            ("<marche >", true),
            ("<x:contrat-concession xmlns:x='y'>", true),
            ("<!DOCTYPE marches><marches>", true),
            ("<lieux><marche/></lieux>", false),
            ("", false),
            ("<!--", false),
        ] {
            assert_eq!(has_root(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }
}

//! What stands in a tag behind its name.

use std::borrow::Cow;
use std::ops::Range;

use crate::character::{has_noncharacter, is_blank, is_name, of_reference, shown};

/// More in one tag is no document of the field, and each is compared with those before it.
pub(crate) const MOST: usize = 256;

/// An attribute of an element.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'a> {
    name: &'a str,
    raw: &'a str,
    is_plain: bool,
}

/// Where an attribute is in its tag.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    /// Whether the value stands for itself.
    is_plain: bool,
}

impl<'a> Attribute<'a> {
    pub(crate) fn at(tag: &'a str, span: &Span) -> Self {
        Self { name: &tag[span.name.clone()], raw: &tag[span.value.clone()], is_plain: span.is_plain }
    }

    /// The name as written, with its prefix.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &'a str {
        local_name(self.name)
    }

    /// The value, with what references stand for and every blank as a space.
    #[must_use]
    pub fn value(&self) -> Cow<'a, str> {
        match self.is_plain {
            true => Cow::Borrowed(self.raw),
            false => Cow::Owned(resolve(self.raw).expect("the reader has checked each value")),
        }
    }
}

/// A name without its prefix.
#[must_use]
pub fn local_name(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// Finds the attributes in a tag, from a place in it on. The error is a clause for a message.
pub(crate) fn parse(tag: &str, from: usize, spans: &mut Vec<Span>) -> Result<(), String> {
    let bytes = tag.as_bytes();
    let blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
            at += 1;
        }
        at
    };
    let mut at = from;
    loop {
        let begin = blanks(at);
        if begin == bytes.len() {
            return Ok(());
        }
        let is_end = |byte: &u8| is_blank(*byte) || matches!(byte, b'=' | b'"' | b'\'' | b'<');
        let end = bytes[begin..].iter().position(is_end).map_or(bytes.len(), |length| begin + length);
        let name = &tag[begin..end];
        if begin == at || !is_name(name) {
            return Err(format!("a tag holds `{}` where an attribute should be", shown(&tag[begin..])));
        }
        let open = blanks(end);
        let open = if bytes.get(open) == Some(&b'=') { blanks(open + 1) } else { bytes.len() };
        let value = bytes.get(open).filter(|quote| matches!(quote, b'"' | b'\'')).and_then(|quote| {
            let length = bytes[open + 1..].iter().position(|byte| byte == quote)?;
            Some(open + 1..open + 1 + length)
        });
        let value = value.ok_or_else(|| format!("the attribute `{}` has no value in quotes", shown(name)))?;
        let is_plain =
            check_value(&tag[value.clone()]).map_err(|why| format!("in the attribute `{}` {why}", shown(name)))?;
        if spans.iter().any(|other| &tag[other.name.clone()] == name) {
            return Err(format!("the attribute `{}` stands twice in a tag", shown(name)));
        }
        at = value.end + 1;
        spans.push(Span { name: begin..end, value, is_plain });
        if spans.len() > MOST {
            return Err(format!("a tag has more than {MOST} attributes"));
        }
    }
}

/// Whether the value stands for itself; wrong where it holds what no value may.
fn check_value(raw: &str) -> Result<bool, String> {
    let mut is_plain = true;
    for byte in raw.bytes() {
        match byte {
            b'<' => return Err("stands `<`".to_owned()),
            b'&' | b'\t' | b'\n' | b'\r' => is_plain = false,
            _ => {}
        }
    }
    if has_noncharacter(raw) {
        return Err("is a character that XML does not allow".to_owned());
    }
    if !is_plain {
        resolve(raw)?;
    }
    Ok(is_plain)
}

fn resolve(raw: &str) -> Result<String, String> {
    let (mut value, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(at) = rest.find(['&', '\t', '\n', '\r']) {
        value.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        match mark {
            "&" => {
                let (name, after) = rest.split_once(';').ok_or("a `&` begins no reference")?;
                value.push(of_reference(name)?);
                rest = after;
            }
            _ => {
                // A line break of two characters is one.
                rest = rest.strip_prefix('\n').filter(|_| mark == "\r").unwrap_or(rest);
                value.push(' ');
            }
        }
    }
    value.push_str(rest);
    Ok(value)
}

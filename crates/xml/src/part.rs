//! One part of a document as it stands there: what kind it is, and its text.

use std::borrow::Cow;

use quick_xml::events::Event as Token;

use crate::character::{has_noncharacter, is_name, shown};

/// What kind a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Start,
    Empty,
    End,
    Text,
    Section,
    Reference,
    Comment,
    Declaration,
    Instruction,
    Doctype,
    Eof,
}

impl Kind {
    pub(crate) fn of(token: &Token<'_>) -> Self {
        match token {
            Token::Start(_) => Self::Start,
            Token::Empty(_) => Self::Empty,
            Token::End(_) => Self::End,
            Token::Text(_) => Self::Text,
            Token::CData(_) => Self::Section,
            Token::GeneralRef(_) => Self::Reference,
            Token::Comment(_) => Self::Comment,
            Token::Decl(_) => Self::Declaration,
            Token::PI(_) => Self::Instruction,
            Token::DocType(_) => Self::Doctype,
            Token::Eof => Self::Eof,
        }
    }
}

/// That an instruction has a target which is no declaration.
pub(crate) fn check_instruction(content: &str) -> Result<(), String> {
    let target = content.split(|letter: char| letter.is_ascii_whitespace()).next().unwrap_or_default();
    match is_name(target) && !target.eq_ignore_ascii_case("xml") && !has_noncharacter(content) {
        true => Ok(()),
        false => Err(format!("`<?{}` begins no instruction", shown(content))),
    }
}

/// As text; quick-xml has found it to be UTF-8.
pub(crate) fn text(part: &[u8]) -> &str {
    std::str::from_utf8(part).unwrap_or_default()
}

/// The text without what begins and ends it, which quick-xml has found there.
pub(crate) fn inner(part: &[u8], begin: usize, end: usize) -> &str {
    part.get(begin..part.len().saturating_sub(end)).map_or("", text)
}

/// The text with its line ends as XML hands them over.
pub(crate) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    match text.as_bytes().contains(&b'\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

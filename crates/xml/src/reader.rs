//! The reader: what a document holds, piece by piece.

use std::borrow::Cow;
use std::io::{self, Read};
use std::mem;

use crate::attribute::{self, Attribute, Span};
use crate::character::{has_noncharacter, is_blank, is_name, of_reference, shown};
use crate::declaration;
use crate::error::Error;
use crate::event::Event;
use crate::gauge::{Gauge, Stop};
use crate::limits::Limits;
use crate::namespace::Namespaces;
use crate::part::{Kind, check_instruction, inner, text, with_line_feeds};
use crate::start::Start;

/// Reads a document, as UTF-8, from a stream, in constant memory.
#[derive(Debug)]
pub struct Reader<R: Read> {
    tokens: quick_xml::Reader<Gauge<R>>,
    limits: Limits,
    /// The present part, as it stands in the document.
    part: Vec<u8>,
    /// Bytes of the name in the present tag.
    name_bytes: usize,
    spans: Vec<Span>,
    namespaces: Namespaces,
    /// What the present reference stands for.
    letter: String,
    /// Bytes of text since the last tag.
    run: usize,
    line: u64,
    depth: usize,
    /// An element without content has begun: its end comes next.
    is_empty: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was read, not even blanks: only here may a declaration be.
    Fresh,
    BeforeRoot,
    InRoot,
    Failed,
}

impl<R: Read> Reader<R> {
    /// A reader with the common [`Limits`].
    pub fn new(stream: R) -> Self {
        Self::with_limits(stream, Limits::default())
    }

    /// A reader with limits of one's own.
    pub fn with_limits(stream: R, limits: Limits) -> Self {
        let mut tokens = quick_xml::Reader::from_reader(Gauge::new(stream));
        tokens.config_mut().check_comments = true;
        Self {
            tokens,
            limits,
            part: Vec::new(),
            name_bytes: 0,
            spans: Vec::new(),
            namespaces: Namespaces::default(),
            letter: String::new(),
            run: 0,
            line: 1,
            depth: 0,
            is_empty: false,
            state: State::Fresh,
        }
    }

    /// The next piece.
    ///
    /// # Errors
    /// When the stream fails, or the document is not well formed, has a DOCTYPE or passes a limit. There is nothing to be
    /// read after that.
    pub fn next_event(&mut self) -> Result<Event<'_>, Error> {
        if self.state == State::Failed {
            return Err(Error::syntax(self.line, "it was read on after a fault"));
        }
        self.namespaces.leave(self.depth + 1);
        if mem::take(&mut self.is_empty) {
            self.depth -= 1;
            return Ok(Event::End(self.start().name()));
        }
        match self.advance() {
            Ok(kind) => Ok(self.event(kind)),
            Err(error) => {
                self.state = State::Failed;
                Err(error)
            }
        }
    }

    /// Adds to `text` what stands in the element that has just begun, in elements inside it too, and passes its end.
    ///
    /// # Errors
    /// As [`Reader::next_event`]; also when all of it together is more than a part may have.
    pub fn read_text(&mut self, text: &mut String) -> Result<(), Error> {
        let (around, most) = (self.depth, text.len().saturating_add(self.limits.part_bytes));
        loop {
            match self.next_event()? {
                Event::Text(part) => text.push_str(&part),
                Event::Eof => return Ok(()),
                _ => {}
            }
            if self.depth < around {
                return Ok(());
            }
            if text.len() > most {
                return Err(self.too_long());
            }
        }
    }

    /// Passes over the rest of the element that has just begun, and its end.
    ///
    /// # Errors
    /// As [`Reader::next_event`].
    pub fn skip_element(&mut self) -> Result<(), Error> {
        let around = self.depth;
        while self.depth >= around {
            if matches!(self.next_event()?, Event::Eof) {
                break;
            }
        }
        Ok(())
    }

    /// The line on which the last piece began, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many elements are open: one that has just begun counts, one that has just ended does not.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Bytes of the document that were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tokens.buffer_position()
    }

    /// Reads on to what is worth an event, and checks it.
    fn advance(&mut self) -> Result<Kind, Error> {
        loop {
            self.part.clear();
            self.line = self.tokens.get_mut().begin_part(self.limits.part_bytes);
            let kind = match self.tokens.read_event_into(&mut self.part) {
                Ok(token) => Kind::of(&token),
                Err(error) => return Err(self.refuse(error)),
            };
            let was = self.state;
            if was == State::Fresh {
                self.state = State::BeforeRoot;
            }
            let checked = match kind {
                Kind::Start | Kind::Empty => self.open(kind).map(|()| true),
                Kind::End => {
                    (self.depth, self.run) = (self.depth - 1, 0);
                    Ok(true)
                }
                Kind::Text if self.depth == 0 => match self.part.iter().all(|byte| is_blank(*byte)) {
                    true => Ok(false),
                    false => Err("there is text outside of the root element".to_owned()),
                },
                Kind::Text | Kind::Section | Kind::Reference => {
                    self.run += self.part.len();
                    if self.run > self.limits.part_bytes {
                        return Err(self.too_long());
                    }
                    self.check_text(kind).map(|()| true)
                }
                Kind::Comment => match has_noncharacter(text(&self.part)) {
                    true => Err("a comment holds a character that XML does not allow".to_owned()),
                    false => Ok(false),
                },
                Kind::Declaration if was == State::Fresh => declaration::check(inner(&self.part, 2, 2)).map(|()| false),
                Kind::Declaration => Err("the XML declaration is not at its begin".to_owned()),
                Kind::Instruction => check_instruction(inner(&self.part, 2, 2)).map(|()| false),
                Kind::Doctype => return Err(Error::Doctype { line: self.line }),
                Kind::Eof if self.depth > 0 => Err("it ends before its elements do: it was cut".to_owned()),
                Kind::Eof if self.state != State::InRoot => Err("it has no element".to_owned()),
                Kind::Eof => Ok(true),
            };
            match checked {
                Ok(true) if self.depth > self.limits.depth => {
                    let what = format!("elements more than {} deep inside each other", self.limits.depth);
                    return Err(Error::Limit { line: self.line, what });
                }
                Ok(true) => return Ok(kind),
                Ok(false) => {}
                Err(why) => return Err(Error::syntax(self.line, why)),
            }
        }
    }

    /// Checks a tag that begins an element, and enters it.
    fn open(&mut self, kind: Kind) -> Result<(), String> {
        if self.depth == 0 && self.state == State::InRoot {
            return Err("there is more than one root element".to_owned());
        }
        self.is_empty = kind == Kind::Empty;
        let tag = inner(&self.part, 1, if self.is_empty { 2 } else { 1 });
        self.name_bytes = tag.bytes().position(is_blank).unwrap_or(tag.len());
        if !is_name(&tag[..self.name_bytes]) {
            return Err(format!("`<{}` begins no element", shown(tag)));
        }
        self.spans.clear();
        attribute::parse(tag, self.name_bytes, &mut self.spans)?;
        (self.depth, self.run, self.state) = (self.depth + 1, 0, State::InRoot);
        for attribute in self.spans.iter().map(|span| Attribute::at(tag, span)) {
            if attribute.name().starts_with("xmlns") {
                self.namespaces.bind(self.depth, attribute.name(), &attribute.value());
            }
        }
        Ok(())
    }

    fn check_text(&mut self, kind: Kind) -> Result<(), String> {
        if self.depth == 0 {
            return Err("there is text outside of the root element".to_owned());
        }
        let text = text(&self.part);
        if kind == Kind::Reference {
            self.letter.clear();
            self.letter.push(of_reference(&text[1..text.len() - 1])?);
        } else if has_noncharacter(text) {
            return Err("a text holds a character that XML does not allow".to_owned());
        } else if kind == Kind::Text && self.part.contains(&b'>') && text.contains("]]>") {
            return Err("a text holds `]]>`".to_owned());
        }
        Ok(())
    }

    fn event(&self, kind: Kind) -> Event<'_> {
        match kind {
            Kind::Start | Kind::Empty => Event::Start(self.start()),
            Kind::End => Event::End(inner(&self.part, 2, 1).trim_ascii_end()),
            Kind::Reference => Event::Text(Cow::Borrowed(&self.letter)),
            Kind::Section => Event::Text(with_line_feeds(inner(&self.part, 9, 3))),
            Kind::Text => Event::Text(with_line_feeds(text(&self.part))),
            _ => Event::Eof,
        }
    }

    fn start(&self) -> Start<'_> {
        let tag = inner(&self.part, 1, 1);
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        Start { tag, name_bytes: self.name_bytes, spans: &self.spans, namespaces: &self.namespaces }
    }

    fn too_long(&self) -> Error {
        let what = format!("a part of more than {} bytes", self.limits.part_bytes);
        Error::Limit { line: self.line, what }
    }

    fn refuse(&mut self, error: quick_xml::Error) -> Error {
        if self.part.starts_with(b"<!D") || self.part.starts_with(b"<!d") {
            return Error::Doctype { line: self.line };
        }
        match (error, self.tokens.get_mut().stop) {
            (quick_xml::Error::Io(_), Some(Stop::TooLong)) => self.too_long(),
            (quick_xml::Error::Io(_), Some(Stop::Control(byte))) => {
                let line = self.tokens.get_mut().line();
                Error::syntax(line, format!("the control character {byte:#04x} may not be in XML"))
            }
            (quick_xml::Error::Io(error), None) => Error::Read(io::Error::new(error.kind(), error)),
            (quick_xml::Error::Encoding(_), _) => Error::syntax(self.line, "it is not valid UTF-8"),
            (error, _) => Error::syntax(self.line, shown(&error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests;

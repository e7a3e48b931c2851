//! The reader: what a document holds, piece by piece.

use std::borrow::Cow;
use std::io::{self, Read};
use std::mem;

use crate::attribute::{self, Attribute, Span};
use crate::character::{has_noncharacter, is_blank, is_name, of_reference, shown};
use crate::declaration;
use crate::error::Error;
use crate::gauge::{Gauge, Stop};
use crate::namespace::Namespaces;
use crate::part::{Kind, check_instruction, inner, text, with_line_feeds};
use crate::start::Start;

/// How large a document may make what has to be held at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside each other.
    pub depth: usize,
    /// Bytes of one tag, one comment, or the text between two tags.
    pub part_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, part_bytes: 16 << 20 }
    }
}

/// A piece of a document. Comments and instructions are passed over.
#[derive(Debug)]
pub enum Event<'a> {
    /// An element begins. One without content ends right after.
    Start(Start<'a>),
    /// Text of the innermost element, or a part of it: a reference and a CDATA section come on their own.
    Text(Cow<'a, str>),
    /// The innermost element ends, which has this name, as written.
    End(&'a str),
    /// The document ends, and is well formed.
    Eof,
}

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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A stream that hands out a byte at a time, so that every part is cut everywhere.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(1);
            self.0.read(&mut into[..most])
        }
    }

    fn told(stream: impl Read) -> Result<Vec<String>, Error> {
        let (mut reader, mut told) = (Reader::new(stream), Vec::new());
        loop {
            let event = match reader.next_event()? {
                Event::Start(start) => {
                    let attributes = start.attributes().map(|one| format!(" {}={}", one.name(), one.value()));
                    format!("<{}{}", start.name(), attributes.collect::<String>())
                }
                Event::Text(text) => text.into_owned(),
                Event::End(name) => format!("/{name}"),
                Event::Eof => return Ok(told),
            };
            told.push(event);
        }
    }

    fn why(xml: &str) -> String {
        told(xml.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_document_comes_piece_by_piece() {
        let xml = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- no --><?ours do?>\n<a x = \"1 &lt; 2&#10;\" \
                   y='\t\r\né'>t&amp;&#x20AC;<![CDATA[<3]]>\r\nu<b/><c:d\n></c:d ></a>\n<!-- end -->";
        let expected =
            ["<a x=1 < 2\n y=  é", "t", "&", "€", "<3", "\nu", "<b", "/b", "<c:d", "/c:d", "/a"].map(str::to_owned);
        assert_eq!(told(xml.as_bytes()).unwrap(), expected);
        assert_eq!(told(Drops(xml.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_line() {
        for (xml, line, part) in [
            ("", 1, "no element"),
            (" \n", 2, "no element"),
            ("text", 1, "outside of the root"),
            ("<a/>\n&amp;", 2, "outside of the root"),
            ("<a/>\n<b/>", 2, "more than one root"),
            ("<a>\n<b>\n</a>", 3, "expected"),
            ("<a>\n<b></b>", 2, "was cut"),
            ("<a>\n<b", 2, "not closed"),
            ("<a>\n&nbsp;</a>", 2, "`&nbsp;` is not defined"),
            ("<a>\n&#0;</a>", 2, "no character"),
            ("<a>\n&amp</a>", 2, ""),
            ("<a x='&b'/>", 1, "begins no reference"),
            ("<a x='<'/>", 1, "stands `<`"),
            ("<a\n x='1' x='2'/>", 1, "twice"),
            ("<a x/>", 1, "no value in quotes"),
            ("<a x=1/>", 1, "no value in quotes"),
            ("<a x='1'y='2'/>", 1, "where an attribute"),
            ("<1/>", 1, "begins no element"),
            ("< a/>", 1, "begins no element"),
            ("<a>]]></a>", 1, "`]]>`"),
            ("<a><!-- -- --></a>", 1, ""),
            ("<a>\n\u{1}</a>", 2, "control character 0x01"),
            ("<a>\n\u{fffe}</a>", 1, "not allow"),
            ("<a>\n<!--\u{ffff}--></a>", 2, "not allow"),
            ("\n<?xml version='1.0'?><a/>", 2, "not at its begin"),
            ("<?xml?><a/>", 1, "declaration"),
            ("<a><?XML x?></a>", 1, "no instruction"),
            ("<a></a x='1'>", 1, ""),
        ] {
            let error = told(xml.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Syntax { .. }), "{xml}: {error:?}");
            assert_eq!(error.line(), Some(line), "{xml}: {error}");
            assert!(error.to_string().contains(part), "{xml}: {error}");
            assert_eq!(told(Drops(xml.as_bytes())).unwrap_err().to_string(), error.to_string(), "in drops");
        }
        assert!(told(&b"<a>\xe9</a>"[..]).unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn a_doctype_is_refused_however_it_stands() {
        let endless = format!("<!DOCTYPE a [{}", "<!ENTITY b 'bb'>".repeat(20_000));
        for xml in ["<!DOCTYPE a><a/>", "<!doctype html>", "<!DOCTYPE a [<!ENTITY x 'y'>", "\n\n<!DOCTYPE", &endless] {
            let limits = Limits { depth: 1, part_bytes: 100_000 };
            let error = Reader::with_limits(xml.as_bytes(), limits).next_event().unwrap_err();
            assert!(matches!(error, Error::Doctype { .. }), "{}: {error:?}", &xml[..12]);
        }
    }

    #[test]
    fn a_document_that_outgrows_a_limit_is_refused() {
        let limits = Limits { depth: 3, part_bytes: 100_000 };
        let read = |xml: &str| {
            let mut reader = Reader::with_limits(xml.as_bytes(), limits);
            loop {
                match reader.next_event() {
                    Ok(Event::Eof) => return Ok(()),
                    Ok(_) => {}
                    Err(error) => return Err(error),
                }
            }
        };
        let long = "a".repeat(60_000);
        assert!(read(&format!("<a><b><c x='{long}'>{long}</c>{long}</b></a>")).is_ok());
        for xml in [
            "<a><b><c><d/>".to_owned(),
            format!("<a>{long}{long}{long}</a>"),
            format!("<a>{long}&amp;<!-- -->{long}</a>"),
            format!("<a x='{long}{long}{long}'/>"),
            format!("<{long}{long}{long}/>"),
            format!("<a><!--{long}{long}{long}-->"),
        ] {
            let error = read(&xml).unwrap_err();
            assert!(matches!(error, Error::Limit { line: 1, .. }), "{error:?}");
        }
        let attributes: String = (0..257).map(|nth| format!(" a{nth}=''")).collect();
        assert!(why(&format!("<a{attributes}/>")).contains("256 attributes"));
        let mut reader =
            Reader::with_limits("<a><b>12345</b><b>67890</b></a>".as_bytes(), Limits { depth: 3, part_bytes: 8 });
        reader.next_event().unwrap();
        assert!(matches!(reader.read_text(&mut String::new()), Err(Error::Limit { .. })), "of several elements");
    }

    #[test]
    fn names_know_their_namespace_as_long_as_it_is_declared() {
        let xml = "<a xmlns='u:1' xmlns:p='u:2'><p:b p:x='1' x='2'/><c xmlns='' xmlns:p='u:3'><p:d/><e xml:lang='fr'/></c>\
                   <q:f/><p:g/></a>";
        let (mut reader, mut found) = (Reader::new(xml.as_bytes()), Vec::new());
        loop {
            match reader.next_event().unwrap() {
                Event::Start(start) => found.push((start.local().to_owned(), start.namespace().map(str::to_owned))),
                Event::Eof => break,
                _ => {}
            }
        }
        let expected = [("a", "u:1"), ("b", "u:2"), ("c", ""), ("d", "u:3"), ("e", ""), ("f", ""), ("g", "u:2")];
        let expected =
            expected.map(|(name, uri)| (name.to_owned(), Some(uri.to_owned()).filter(|uri| !uri.is_empty())));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_attribute_is_found_by_its_name_or_its_namespace() {
        let xml = "<a xmlns:p='u:2' p:x='1' x='2' p:y='&#51;'/>";
        let mut reader = Reader::new(xml.as_bytes());
        let Event::Start(start) = reader.next_event().unwrap() else { panic!("no element") };
        assert_eq!(start.attribute("x").as_deref(), Some("2"));
        assert_eq!(start.attribute("y").as_deref(), Some("3"));
        assert_eq!(start.attribute_in("u:2", "x").as_deref(), Some("1"));
        assert_eq!(start.attribute_in("u:1", "x"), None);
        assert_eq!(start.attribute("z"), None);
    }

    #[test]
    fn an_element_is_read_as_text_or_passed_over_to_its_end() {
        let mut reader = Reader::new("<a><b>1<c>2</c>&lt;</b><b/><d><e/></d><f/></a>".as_bytes());
        let mut text = String::new();
        for expected in ["a", "b"] {
            let Event::Start(start) = reader.next_event().unwrap() else { panic!("no {expected}") };
            assert_eq!(start.name(), expected);
        }
        reader.read_text(&mut text).unwrap();
        assert!(matches!(reader.next_event(), Ok(Event::Start(_))));
        reader.read_text(&mut text).unwrap();
        assert_eq!(text, "12<");
        assert!(matches!(reader.next_event(), Ok(Event::Start(_))));
        reader.skip_element().unwrap();
        assert!(matches!(reader.next_event(), Ok(Event::Start(start)) if start.name() == "f"));
        assert_eq!(reader.depth(), 2);
        reader.skip_element().unwrap();
        assert!(matches!(reader.next_event(), Ok(Event::End("a"))));
        assert!(matches!(reader.next_event(), Ok(Event::Eof)));
    }

    #[test]
    fn lines_count_across_pieces() {
        let xml = format!("<a>{}\n<b/>\n</a>", "x\n".repeat(100_000));
        let mut reader = Reader::new(xml.as_bytes());
        loop {
            match reader.next_event().unwrap() {
                Event::Start(start) if start.name() == "b" => break,
                _ => {}
            }
        }
        assert_eq!(reader.line(), 100_002);
    }

    proptest! {
        /// Whatever the bytes: events or a reason, the same however the stream is cut.
        #[test]
        fn no_bytes_lead_it_astray(
            parts in proptest::collection::vec(
                prop_oneof![
                    prop::sample::select(vec![
                        "<a>", "</a>", "<a/>", "<a x='1'", "/>", ">", "<", "&", "&amp;", ";", "<![CDATA[", "]]>", "<!--", "-->",
                        "<?xml version='1.0'?>", "<?p ?>", "<!", "'", "\"", "=", "\r", "\n", "é", " xmlns:p='u'", "p:", "<!D",
                    ]).prop_map(|part| part.as_bytes().to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..4),
                ],
                0..30,
            ),
        ) {
            let xml = parts.concat();
            let (whole, drops) = (told(&xml[..]), told(Drops(&xml)));
            prop_assert_eq!(whole.map_err(|error| error.to_string()), drops.map_err(|error| error.to_string()));
        }
    }
}

//! The writer: elements, attributes and texts, escaped, onto a stream.

use std::io::{self, Write};

use crate::character::{is_allowed, is_name};

/// What becomes of a character that XML cannot carry, such as U+0000, even escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// U+FFFD stands in its place.
    Replace,
    /// It is left out.
    Drop,
    /// Writing it is an error.
    Refuse,
}

/// Writes a document. The caller decides on line breaks: nothing is indented.
#[derive(Debug)]
pub struct Writer<W: Write> {
    stream: W,
    unfit: Unfit,
    /// Names of the open elements, one after the other, and where each begins.
    names: String,
    begins: Vec<usize>,
    /// The last tag may still get attributes.
    is_open: bool,
}

impl<W: Write> Writer<W> {
    /// A writer without a declaration yet.
    pub fn new(stream: W, unfit: Unfit) -> Self {
        Self { stream, unfit, names: String::new(), begins: Vec::new(), is_open: false }
    }

    /// Writes the declaration, for UTF-8, and ends its line.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn declaration(&mut self) -> io::Result<()> {
        self.stream.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    }

    /// Begins an element.
    ///
    /// # Errors
    /// When the stream fails, or the name is none ([`is_name`]).
    pub fn start(&mut self, name: &str) -> io::Result<()> {
        check_name(name)?;
        self.close_tag()?;
        self.begins.push(self.names.len());
        self.names.push_str(name);
        self.is_open = true;
        self.stream.write_all(b"<")?;
        self.stream.write_all(name.as_bytes())
    }

    /// Adds an attribute to the element that has just begun.
    ///
    /// # Errors
    /// When the stream fails, the name is none, no tag is open, or the value cannot be carried and that is refused.
    pub fn attribute(&mut self, name: &str, value: &str) -> io::Result<()> {
        check_name(name)?;
        if !self.is_open {
            return Err(invalid(format!("the attribute `{name}` comes after the tag")));
        }
        write!(self.stream, " {name}=\"")?;
        self.escape(value, true)?;
        self.stream.write_all(b"\"")
    }

    /// Writes text into the innermost element.
    ///
    /// # Errors
    /// When the stream fails, or the text cannot be carried and that is refused.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.close_tag()?;
        self.escape(text, false)
    }

    /// Ends the innermost element; one without content gets the short form.
    ///
    /// # Errors
    /// When the stream fails, or no element is open.
    pub fn end(&mut self) -> io::Result<()> {
        let begin = self.begins.pop().ok_or_else(|| invalid("no element is open".to_owned()))?;
        if std::mem::take(&mut self.is_open) {
            self.stream.write_all(b"/>")?;
        } else {
            self.stream.write_all(b"</")?;
            self.stream.write_all(&self.names.as_bytes()[begin..])?;
            self.stream.write_all(b">")?;
        }
        self.names.truncate(begin);
        Ok(())
    }

    /// Writes an element that holds nothing but text.
    ///
    /// # Errors
    /// As [`Writer::start`] and [`Writer::text`].
    pub fn element(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.start(name)?;
        if !text.is_empty() {
            self.text(text)?;
        }
        self.end()
    }

    /// Breaks the line, for people who look at the document.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn break_line(&mut self) -> io::Result<()> {
        self.close_tag()?;
        self.stream.write_all(b"\n")
    }

    /// How many elements are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.begins.len()
    }

    /// The stream. What was begun must be ended before.
    pub fn into_inner(self) -> W {
        self.stream
    }

    fn close_tag(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_open) {
            self.stream.write_all(b">")?;
        }
        Ok(())
    }

    fn escape(&mut self, text: &str, in_attribute: bool) -> io::Result<()> {
        let mut written = 0;
        // All that needs a closer look is below `?`, but for two characters that begin with 0xef.
        let is_suspect = |byte: &u8| *byte < b'?' || *byte == 0xef;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| is_suspect(byte)) {
            let (stand_in, length) = match byte {
                b'<' => ("&lt;", 1),
                b'>' => ("&gt;", 1),
                b'&' => ("&amp;", 1),
                b'"' if in_attribute => ("&quot;", 1),
                // Left as they are, a reader would make other blanks of them.
                b'\r' => ("&#13;", 1),
                b'\t' if in_attribute => ("&#9;", 1),
                b'\n' if in_attribute => ("&#10;", 1),
                b'\t' | b'\n' => continue,
                b' '.. if byte != 0xef => continue,
                _ => match text[at..].chars().next() {
                    Some(character) if !is_allowed(character) => (self.stand_in(character)?, character.len_utf8()),
                    _ => continue,
                },
            };
            self.stream.write_all(&text.as_bytes()[written..at])?;
            self.stream.write_all(stand_in.as_bytes())?;
            written = at + length;
        }
        self.stream.write_all(&text.as_bytes()[written..])
    }

    fn stand_in(&self, character: char) -> io::Result<&'static str> {
        match self.unfit {
            Unfit::Replace => Ok("\u{fffd}"),
            Unfit::Drop => Ok(""),
            Unfit::Refuse => Err(invalid(format!("XML cannot carry U+{:04X}", u32::from(character)))),
        }
    }
}

fn check_name(name: &str) -> io::Result<()> {
    if is_name(name) { Ok(()) } else { Err(invalid(format!("`{}` is no name in XML", name.escape_debug()))) }
}

fn invalid(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::Event;
    use crate::reader::Reader;

    fn written(unfit: Unfit, write: impl Fn(&mut Writer<Vec<u8>>) -> io::Result<()>) -> io::Result<String> {
        let mut writer = Writer::new(Vec::new(), unfit);
        write(&mut writer)?;
        Ok(String::from_utf8(writer.into_inner()).unwrap())
    }

    #[test]
    fn elements_attributes_and_texts_are_escaped() {
        let xml = written(Unfit::Replace, |writer| {
            writer.declaration()?;
            writer.start("a")?;
            writer.attribute("x", "1 < \"2\"\n")?;
            writer.element("b", "<&>\r\n'é'")?;
            writer.break_line()?;
            writer.element("c", "")?;
            assert_eq!(writer.depth(), 1);
            writer.end()
        });
        assert_eq!(
            xml.unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1 &lt; &quot;2&quot;&#10;\"><b>&lt;&amp;&gt;&#13;\n'é'</b>\n<c/></a>"
        );
    }

    #[test]
    fn what_xml_cannot_carry_goes_by_the_rule() {
        let text = "a\0b\u{fffe}\u{ffff}c\u{fffd}\u{feff}\u{1f}";
        let of = |unfit| written(unfit, |writer| writer.text(text));
        assert_eq!(of(Unfit::Replace).unwrap(), "a\u{fffd}b\u{fffd}\u{fffd}c\u{fffd}\u{feff}\u{fffd}");
        assert_eq!(of(Unfit::Drop).unwrap(), "abc\u{fffd}\u{feff}");
        assert!(of(Unfit::Refuse).unwrap_err().to_string().contains("U+0000"));
    }

    #[test]
    fn what_would_not_be_well_formed_is_an_error() {
        assert!(written(Unfit::Drop, |writer| writer.start("a b")).is_err());
        assert!(written(Unfit::Drop, |writer| writer.end()).is_err());
        assert!(written(Unfit::Drop, |writer| writer.attribute("x", "")).is_err());
        let late = written(Unfit::Drop, |writer| {
            writer.start("a")?;
            writer.text("t")?;
            writer.attribute("x", "")
        });
        assert!(late.is_err());
    }

    proptest! {
        /// Whatever was written is read again, but for what XML cannot carry.
        #[test]
        fn what_is_written_is_read(value: String, text: String) {
            let mut writer = Writer::new(Vec::new(), Unfit::Replace);
            writer.start("a").unwrap();
            writer.attribute("x", &value).unwrap();
            writer.text(&text).unwrap();
            writer.end().unwrap();
            let fit = |text: &str| text.replace(|letter| !is_allowed(letter), "\u{fffd}");
            let xml = writer.into_inner();
            let mut reader = Reader::new(&xml[..]);
            let Ok(Event::Start(start)) = reader.next_event() else { panic!("no element") };
            prop_assert_eq!(start.attribute("x").unwrap().into_owned(), fit(&value));
            let mut read = String::new();
            reader.read_text(&mut read).unwrap();
            prop_assert_eq!(read, fit(&text));
        }
    }
}

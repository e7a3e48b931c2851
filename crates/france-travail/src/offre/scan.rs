//! An item, read in one pass over its bytes as the service mostly writes it.
//!
//! Whatever is out of the ordinary (a key twice, half of a character, another type than documented, what is no JSON) is not
//! judged here: it ends the reading, and a reader that knows all of JSON is asked. What is read here is what that one reads.

mod members;

use std::borrow::Cow;

use tables::{first_escaped, is_json_number, unescape_json};

use crate::offre::given::{Given, Object};
use crate::offre::item::{Raw, Text};

/// Deeper is not ordinary.
const DEEPEST: u32 = 32;

/// A text in which something is escaped is mostly a description: room for one.
const ESCAPED_BYTES: usize = 2 << 10;

/// A place in a JSON text. Each of its readers moves past what it reads; with None the place is of no use any more.
#[derive(Debug)]
pub(crate) struct Scan<'a, W = ()> {
    text: &'a str,
    at: usize,
    depth: u32,
    watch: W,
}

/// Is told of all that is read, or passed over, in its order.
pub(crate) trait Watch {
    /// An object begins, or else a list.
    fn open(&mut self, _is_object: bool) {}

    /// What was opened last has ended.
    fn close(&mut self) {}

    fn key(&mut self, _key: &str) {}

    fn text(&mut self, _written: &str, _escapes: Escapes) {}

    /// None if it is of no use.
    fn number(&mut self, _written: &str) -> Option<()> {
        Some(())
    }

    fn truth(&mut self, _truth: bool) {}

    fn null(&mut self) {}
}

/// Nobody watches.
impl Watch for () {}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Escapes {
    None,
    /// Only such as a backslash and one character: no other text is written like that, and this one not otherwise, if what
    /// can be escaped in this way is.
    Short,
    /// Also such as could stand there as they are.
    Any,
}

/// Which keys of an object were there.
#[derive(Debug, Default)]
pub(crate) struct Seen(u32);

impl Seen {
    pub(crate) fn once(&mut self, key: u32) -> Option<()> {
        let is_new = self.0 & (1 << key) == 0;
        self.0 |= 1 << key;
        is_new.then_some(())
    }
}

impl<'a> Scan<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self::watched(text, ())
    }
}

impl<'a, W: Watch> Scan<'a, W> {
    pub(crate) fn watched(text: &'a str, watch: W) -> Self {
        Self { text, at: 0, depth: 0, watch }
    }

    pub(crate) fn watch(&mut self) -> &mut W {
        &mut self.watch
    }

    /// How much of the text is read.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// Nothing but blanks is left.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// What `read` makes of the next value, and that value as it is written.
    pub(crate) fn with_text<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<(T, &'a str)> {
        self.peek()?;
        let begin = self.at;
        let value = read(self)?;
        Some((value, self.text.get(begin..self.at)?))
    }

    /// The same of the next element in a list of which one was read already.
    pub(crate) fn next_with_text<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<(T, &'a str)> {
        self.take(b',')?;
        self.with_text(read)
    }

    /// What `read` makes of what is next; with None the place is what it was.
    pub(crate) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, depth) = (self.at, self.depth);
        let value = read(self);
        if value.is_none() {
            (self.at, self.depth) = (at, depth);
        }
        value
    }

    /// Passes over a value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(drop),
            b'{' => self.object(|scan, _| scan.skip()),
            b'[' => self.array(Self::skip),
            b't' | b'f' => self.either().map(drop),
            b'n' => self.null(),
            _ => self.number().map(drop),
        }
    }

    /// Reads an object: `member` reads the value of each key.
    pub(crate) fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.open(b'{')?;
        if self.closes(b'}') {
            return Some(());
        }
        loop {
            let (key, Escapes::None) = self.quoted()? else { return None };
            self.watch.key(key);
            self.take(b':')?;
            member(self, key)?;
            if self.closes(b'}') {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    /// Reads a list: `element` reads each of its values.
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.open(b'[')?;
        if self.closes(b']') {
            return Some(());
        }
        loop {
            element(self)?;
            if self.closes(b']') {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    /// The next byte that is no blank.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                other => return Some(*other),
            }
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn open(&mut self, byte: u8) -> Option<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        self.take(byte)?;
        self.watch.open(byte == b'{');
        Some(())
    }

    #[inline]
    fn closes(&mut self, byte: u8) -> bool {
        let closes = self.take(byte).is_some();
        if closes {
            self.depth -= 1;
            self.watch.close();
        }
        closes
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.peek()?;
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn null(&mut self) -> Option<()> {
        self.word("null").map(|()| self.watch.null())
    }

    fn either(&mut self) -> Option<bool> {
        let truth = self.peek()? == b't';
        self.word(if truth { "true" } else { "false" })?;
        self.watch.truth(truth);
        Some(truth)
    }

    /// What is between the quotes, and how it is written.
    #[inline]
    pub(crate) fn string(&mut self) -> Option<(&'a str, Escapes)> {
        let (written, escapes) = self.quoted()?;
        self.watch.text(written, escapes);
        Some((written, escapes))
    }

    #[inline]
    fn quoted(&mut self) -> Option<(&'a str, Escapes)> {
        self.take(b'"')?;
        let bytes = self.text.as_bytes();
        let (begin, mut escapes) = (self.at, Escapes::None);
        loop {
            self.at += first_escaped(&bytes[self.at..])?;
            match bytes[self.at] {
                b'"' => break,
                b'\\' => {
                    let (length, kind) = escape(&bytes[self.at + 1..])?;
                    escapes = escapes.max(kind);
                    self.at += length;
                }
                _ => return None,
            }
        }
        let text = self.text.get(begin..self.at)?;
        self.at += 1;
        Some((text, escapes))
    }

    pub(crate) fn number(&mut self) -> Option<&'a str> {
        self.peek()?;
        let rest = &self.text[self.at..];
        let is_of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(|byte| is_of_number(byte)).count();
        self.at += length;
        let number = is_json_number(&rest.as_bytes()[..length]).then(|| &rest[..length])?;
        self.watch.number(number).map(|()| number)
    }

    /// A value that is documented as one of a type, which `read` reads.
    fn given<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Given<T>> {
        match self.peek()? {
            b'n' => self.null().map(|()| Given::Absent),
            _ => read(self).map(Given::Is),
        }
    }

    pub(crate) fn text(&mut self) -> Option<Text<'a>> {
        self.given(Self::meaning)
    }

    /// What the next text means: what is escaped in it is put right while its end is looked for.
    fn meaning(&mut self) -> Option<Cow<'a, str>> {
        self.take(b'"')?;
        let bytes = self.text.as_bytes();
        let (begin, mut from, mut meaning) = (self.at, self.at, String::new());
        let mut escapes = Escapes::None;
        loop {
            self.at += first_escaped(&bytes[self.at..])?;
            match bytes[self.at] {
                b'"' => break,
                b'\\' => {
                    let (length, kind) = escape(&bytes[self.at + 1..])?;
                    escapes = escapes.max(kind);
                    if from == begin {
                        meaning.reserve(ESCAPED_BYTES);
                    }
                    meaning.push_str(self.text.get(from..self.at)?);
                    match bytes[self.at + 1] {
                        // Of all escapes nearly the only one.
                        b'n' => meaning.push('\n'),
                        _ => unescape_json(self.text.get(self.at..self.at + length)?, &mut meaning),
                    }
                    self.at += length;
                    from = self.at;
                }
                _ => return None,
            }
        }
        let (written, rest) = (self.text.get(begin..self.at)?, self.text.get(from..self.at)?);
        self.at += 1;
        self.watch.text(written, escapes);
        if from == begin {
            return Some(Cow::Borrowed(written));
        }
        meaning.push_str(rest);
        Some(Cow::Owned(meaning))
    }

    /// An object of which some members are read.
    pub(crate) fn part<T: Default>(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a str, &mut T, &mut Seen) -> Option<()>,
    ) -> Option<Given<Object<T>>> {
        self.given(|scan| {
            let (mut part, mut seen) = (T::default(), Seen::default());
            scan.object(|scan, key| member(scan, key, &mut part, &mut seen))?;
            Some(Object(part))
        })
    }

    fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Option<Given<T>>) -> Option<Given<Vec<Given<T>>>> {
        self.given(|scan| {
            let mut list = Vec::new();
            scan.array(|scan| element(scan).map(|one| list.push(one)))?;
            Some(list)
        })
    }

    pub(crate) fn raw_number(&mut self) -> Option<Option<Raw<'a>>> {
        match self.peek()? {
            b'n' => self.null().map(|()| None),
            _ => self.number().map(|number| Some(Raw(number))),
        }
    }

    pub(crate) fn truth(&mut self) -> Option<Given<bool>> {
        match self.peek()? {
            b'n' => self.null().map(|()| Given::Absent),
            _ => self.either().map(Given::Is),
        }
    }
}

/// How far an escape reaches, its backslash included, and of which kind it is; `after` begins behind that. Halves of a
/// character only in pairs.
fn escape(after: &[u8]) -> Option<(usize, Escapes)> {
    let unit = |bytes: &[u8]| {
        let digits = bytes.get(..4)?;
        let value = |digit: &u8| char::from(*digit).to_digit(16);
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + value(digit)?))
    };
    match after.first()? {
        b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => Some((2, Escapes::Short)),
        b'/' => Some((2, Escapes::Any)),
        b'u' => match unit(&after[1..])? {
            0xd800..0xdc00 => {
                let second = unit(after.get(5..)?.strip_prefix(b"\\u")?)?;
                (0xdc00..0xe000).contains(&second).then_some((12, Escapes::Any))
            }
            0xdc00..0xe000 => None,
            _ => Some((6, Escapes::Any)),
        },
        _ => None,
    }
}

/// What a text means that is written like that.
pub(crate) fn plain(text: &str, escapes: Escapes) -> Cow<'_, str> {
    match escapes {
        Escapes::None => Cow::Borrowed(text),
        Escapes::Short | Escapes::Any => Cow::Owned(unescaped(text)),
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    unescape_json(text, &mut plain);
    plain
}

#[cfg(test)]
mod tests;

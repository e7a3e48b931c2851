//! An item, read in one pass over its bytes as the service mostly writes it.
//!
//! Whatever is out of the ordinary (a key twice, half of a character, another type than documented, what is no JSON) is not
//! judged here: it ends the reading, and a reader that knows all of JSON is asked. What is read here is what that one reads.

mod members;
mod strings;
mod watch;

use tables::is_json_number;

use crate::offre::given::{Given, Object};
use crate::offre::item::{Raw, Text};

pub(crate) use strings::{Escapes, plain};
pub(crate) use watch::Watch;

/// Deeper is not ordinary.
const DEEPEST: u32 = 32;

/// A place in a JSON text. Each of its readers moves past what it reads; with None the place is of no use any more.
#[derive(Debug)]
pub(crate) struct Scan<'a, W = ()> {
    text: &'a str,
    at: usize,
    depth: u32,
    watch: W,
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

#[cfg(test)]
mod tests;

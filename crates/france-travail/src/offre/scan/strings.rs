//! Texts between quotes: how they are written, and what they mean.

use std::borrow::Cow;

use tables::{first_escaped, unescape_json};

use crate::offre::scan::{Scan, Watch};

/// A text in which something is escaped is mostly a description: room for one.
const ESCAPED_BYTES: usize = 2 << 10;

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

impl<'a, W: Watch> Scan<'a, W> {
    /// What is between the quotes, and how it is written.
    #[inline]
    pub(crate) fn string(&mut self) -> Option<(&'a str, Escapes)> {
        let (written, escapes) = self.quoted()?;
        self.watch.text(written, escapes);
        Some((written, escapes))
    }

    #[inline]
    pub(super) fn quoted(&mut self) -> Option<(&'a str, Escapes)> {
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

    /// What the next text means: what is escaped in it is put right while its end is looked for.
    pub(super) fn meaning(&mut self) -> Option<Cow<'a, str>> {
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

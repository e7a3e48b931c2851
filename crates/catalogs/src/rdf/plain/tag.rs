//! The tags of XML.

use memchr::memchr2;

/// A tag, but for its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag<'t> {
    /// `is_empty`: it is its own end.
    Start {
        name: &'t str,
        is_empty: bool,
    },
    End {
        name: &'t str,
    },
}

/// Names and raw values.
pub(super) type Attributes<'t> = Vec<(&'t str, &'t str)>;

/// Reads the tag whose `<` is at `at`, and moves behind it. None where it is none, or no common one.
pub(super) fn read<'t>(text: &'t str, at: &mut usize, attributes: &mut Attributes<'t>) -> Option<Tag<'t>> {
    attributes.clear();
    let mut tag = Scan { text, at: *at + 1 };
    let is_end = tag.take(b'/');
    let name = tag.name()?;
    let mut is_empty = false;
    loop {
        let has_blanks = tag.skip_blanks();
        match tag.peek()? {
            b'>' => break,
            b'/' if !is_end => {
                is_empty = true;
                tag.at += 1;
                if tag.peek()? != b'>' {
                    return None;
                }
            }
            _ if has_blanks && !is_end => attributes.push(tag.attribute()?),
            _ => return None,
        }
    }
    *at = tag.at + 1;
    Some(if is_end { Tag::End { name } } else { Tag::Start { name, is_empty } })
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_blanks(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
        self.at > start
    }

    fn name(&mut self) -> Option<&'t str> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            return None;
        }
        let start = self.at;
        while self.peek().is_some_and(is_in_name) {
            self.at += 1;
        }
        self.text.get(start..self.at)
    }

    fn attribute(&mut self) -> Option<(&'t str, &'t str)> {
        let name = self.name()?;
        self.skip_blanks();
        if !self.take(b'=') {
            return None;
        }
        self.skip_blanks();
        let quote = self.peek().filter(|quote| matches!(quote, b'"' | b'\''))?;
        let start = self.at + 1;
        let rest = &self.text.as_bytes()[start..];
        let end = memchr2(quote, b'<', rest).filter(|end| rest[*end] == quote)?;
        self.at = start + end + 1;
        Some((name, self.text.get(start..start + end)?))
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
}

/// Appends a text with its references resolved; None where one is not of XML itself.
pub(super) fn unescape(text: &str, output: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        output.push_str(before);
        let (reference, after) = after.split_once(';')?;
        output.push(match reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => character(reference.strip_prefix('#')?)?,
        });
        rest = after;
    }
    output.push_str(rest);
    Some(())
}

/// A character by its number.
fn character(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // `from_str_radix` takes a sign.
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    char::from_u32(code).filter(|character| *character != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_to_its_end() {
        let (text, mut at, mut attributes) = ("<a:b c = 'd>' e=\"f'\"\n/> g</a:b >", 0, Attributes::new());
        let tag = read(text, &mut at, &mut attributes);
        assert_eq!(tag, Some(Tag::Start { name: "a:b", is_empty: true }));
        assert_eq!((attributes.as_slice(), &text[at..at + 2]), ([("c", "d>"), ("e", "f'")].as_slice(), " g"));
        at += 2;
        assert_eq!(read(text, &mut at, &mut attributes), Some(Tag::End { name: "a:b" }));
        assert_eq!((at, attributes.len()), (text.len(), 0));
    }

    #[test]
    fn what_is_no_common_tag_is_none() {
        for text in [
            "<",
            "< a>",
            "<a",
            "<a b>",
            "<a b=c>",
            "<a b='c>",
            "<a b='<'>",
            "<a b='c'd='e'>",
            "</a b='c'>",
            "<!-- -->",
            "<é>",
        ] {
            assert_eq!(read(text, &mut 0, &mut Attributes::new()), None, "{text}");
        }
    }

    #[test]
    fn references_of_xml_are_resolved_and_no_others() {
        let mut text = String::new();
        assert_eq!(unescape("a &amp; &lt;b&gt; &#233;&#xe9; &quot;&apos;", &mut text), Some(()));
        assert_eq!(text, "a & <b> éé \"'");
        for odd in ["&eacute;", "&", "&amp", "&#0;", "&#xd800;", "&#+1;", "&#;"] {
            assert_eq!(unescape(odd, &mut String::new()), None, "{odd}");
        }
    }
}

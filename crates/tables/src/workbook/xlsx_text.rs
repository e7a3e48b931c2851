//! Texts of an XLSX: of runs of one format, without what says how they are spoken.

use std::borrow::Cow;
use std::io::Read;

use xml::{Event, Reader, local_name};

use super::fault::Parsed;

/// Adds the text of an element that has begun (`si`, `is`) to `text`, without what says how it is pronounced.
pub(crate) fn read_text<R: Read>(reader: &mut Reader<R>, text: &mut String) -> Parsed<()> {
    let (begin, around, mut is_text, mut is_spoken) = (text.len(), reader.depth(), false, false);
    loop {
        match reader.next_event()? {
            Event::Start(start) => match start.local() {
                "rPh" => is_spoken = true,
                "t" => is_text = !is_spoken,
                _ => {}
            },
            Event::End(name) => {
                match local_name(name) {
                    "rPh" => is_spoken = false,
                    _ => is_text = false,
                }
                if reader.depth() < around {
                    break;
                }
            }
            Event::Text(part) if is_text => text.push_str(&part),
            Event::Eof => return Err("it is damaged: a text has no end".into()),
            _ => {}
        }
    }
    if let Cow::Owned(resolved) = without_escapes(&text[begin..]) {
        text.truncate(begin);
        text.push_str(&resolved);
    }
    Ok(())
}

/// The text with its letters in place of `_x000D_` and the like: so Excel writes those that XML cannot carry.
pub(crate) fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut resolved, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        resolved.push_str(&rest[..at]);
        let digits = rest.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let letter = digits.filter(|_| rest[at + 6..].starts_with('_'));
        let letter = letter.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        let used = match letter {
            Some(letter) => {
                resolved.push(letter);
                at + 7
            }
            None => {
                resolved.push_str("_x");
                at + 2
            }
        };
        rest = &rest[used..];
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_xml_cannot_carry_come_back() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x", "_x"),
            ("_xéabc_", "_xéabc_"),
            ("_xD800_", "_xD800_"),
        ] {
            assert_eq!(without_escapes(text), expected);
        }
    }
}

//! Which characters XML 1.0 may carry, and which may stand in a name.

/// Whether XML 1.0 can carry the character at all, escaped or not.
pub(crate) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Whether the byte is a control character that no document may hold.
pub(crate) fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Whether there is a character in the text that is none to XML, besides those that [`is_control`] finds.
pub(crate) fn has_noncharacter(text: &str) -> bool {
    text.as_bytes().contains(&0xef) && text.contains(['\u{fffe}', '\u{ffff}'])
}

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text can be the name of an element or of an attribute.
#[must_use]
pub fn is_name(text: &str) -> bool {
    // Nearly every name is of ASCII, and each element of a document has one.
    if let [first, rest @ ..] = text.as_bytes()
        && (first.is_ascii_alphabetic() || *first == b'_')
        && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'))
    {
        return true;
    }
    let mut characters = text.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

fn starts_name(character: char) -> bool {
    matches!(character,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The character that `&name;` stands for: one of the five that XML defines, or a number.
pub(crate) fn of_reference(name: &str) -> Result<char, String> {
    let number = |digits: &str, radix| {
        let is_digits = !digits.is_empty() && digits.bytes().all(|digit| char::from(digit).is_digit(radix));
        let code = is_digits.then(|| u32::from_str_radix(digits, radix).ok()).flatten();
        let character = code.and_then(char::from_u32).filter(|character| is_allowed(*character));
        character.ok_or_else(|| format!("`&{};` is no character", shown(name)))
    };
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match name.strip_prefix("#x").map(|digits| (digits, 16)).or(name.strip_prefix('#').map(|rest| (rest, 10)))
        {
            Some((digits, radix)) => number(digits, radix),
            None => Err(format!("the entity `&{};` is not defined", shown(name))),
        },
    }
}

/// The begin of a text from the document, fit for a message.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text[..end].escape_debug()),
        None => text.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_the_five_or_numbers_of_characters() {
        for (name, character) in
            [("lt", '<'), ("quot", '"'), ("#233", 'é'), ("#xE9", 'é'), ("#x1F600", '😀'), ("#9", '\t')]
        {
            assert_eq!(of_reference(name), Ok(character), "{name}");
        }
        for name in
            ["", "nbsp", "LT", "#", "#x", "#0", "#1", "#xD800", "#xFFFE", "#x110000", "#+9", "#99999999999", "#é"]
        {
            assert!(of_reference(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_quick_way_to_a_name_is_the_long_one() {
        for byte in 0..=0x7f_u8 {
            let letter = char::from(byte);
            assert_eq!(is_name(&letter.to_string()), starts_name(letter), "{letter:?}");
            assert_eq!(is_name(&format!("a{letter}")), continues_name(letter), "{letter:?}");
            assert_eq!(is_name(&format!("é{letter}")), continues_name(letter), "{letter:?}");
        }
    }

    #[test]
    fn names_are_those_of_xml() {
        for name in ["a", "_a-1.b", "xs:element", "département", "\u{10000}"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", ".", "a b", "a<", "a\u{d7}", "\u{b7}", "a\u{2028}"] {
            assert!(!is_name(name), "{name}");
        }
    }
}

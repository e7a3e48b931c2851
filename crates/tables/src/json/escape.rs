//! What a string means whose characters are escaped.

use crate::marks::first_mark;

/// Adds what a string means to `output`; `text` is what stands between its quotes.
pub fn unescape(text: &str, output: &mut String) {
    let mut rest = text;
    while let Some(backslash) = first_mark(rest.as_bytes(), 0, [b'\\']) {
        output.push_str(&rest[..backslash]);
        let escape = &rest[backslash + 1..];
        let plain = match escape.as_bytes()[0] {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (c, length) = code_point(escape);
                output.push(c);
                rest = &escape[length..];
                continue;
            }
            other => char::from(other),
        };
        output.push(plain);
        rest = &escape[1..];
    }
    output.push_str(rest);
}

/// The character of `uXXXX`, or of two of them that belong together, and the bytes they take. Half a pair is lost.
fn code_point(escape: &str) -> (char, usize) {
    let unit = |text: &str| u32::from_str_radix(text.get(1..5)?, 16).ok();
    let first = unit(escape).expect("it was judged before");
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = escape[5..].strip_prefix('\\').filter(|second| second.starts_with('u')).and_then(unit)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_mean_what_another_reader_says() {
        for text in [r"a\n\t\r\b\f\/\\\\", "é\\u00e9\\ud83d\\ude00", r#"\""#, "", "\\u0041b"] {
            let mut ours = String::new();
            unescape(text, &mut ours);
            assert_eq!(ours, serde_json::from_str::<String>(&format!("\"{text}\"")).unwrap());
        }
        let mut lost = String::new();
        unescape("\\ud83dx\\ud83d\\u0041\\ude00", &mut lost);
        assert_eq!(lost, "\u{fffd}x\u{fffd}A\u{fffd}");
    }
}

//! What stands between quotes, and what a number is.

/// Whether a text is a number as JSON writes it.
pub(super) fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// What a string means; `text` is what stands between its quotes, and was judged before.
pub(super) fn unescape(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
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
    output
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

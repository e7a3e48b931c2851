//! Days as libxml2 takes them for `xs:date`.

/// A day of the calendar, with or without a zone: `2024-02-29+01:00`.
///
/// libxml2 takes no blanks around a day, other than the standard (2.14, and those before it).
pub(super) fn is_day(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some((year, rest)) = unsigned.split_once('-') else { return false };
    let is_year = year.len() >= 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (year.len() == 4 || !year.starts_with('0'))
        && year != "0000"
        && year.parse::<i64>().is_ok();
    let bytes = rest.as_bytes();
    let two = |at: usize| match bytes.get(at..at + 2) {
        Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    };
    let (Some(month), Some(day), Some(b'-')) = (two(0), two(3), bytes.get(2)) else { return false };
    is_year && day > 0 && day <= days_of(year, month, text.starts_with('-')) && is_zone(&rest[5..])
}

fn days_of(year: &str, month: u8, is_before: bool) -> u8 {
    // Leap years repeat after 400, so the last four digits tell; those before our era count from its year 0.
    let last = year[year.len().saturating_sub(4)..].parse::<i64>().unwrap_or(1);
    let year = if is_before { -last } else { last };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(is_leap),
        _ => 0,
    }
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        b"" | b"Z" => true,
        [b'+' | b'-', a @ b'0'..=b'9', b @ b'0'..=b'9', b':', c @ b'0'..=b'9', d @ b'0'..=b'9'] => {
            let two = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
            let (hours, minutes) = (two(*a, *b), two(*c, *d));
            minutes < 60 && hours * 60 + minutes <= 14 * 60
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each line was put to libxml2 2.14.
    #[test]
    fn days_are_those_of_libxml2() {
        for text in [
            "0001-01-01",
            "-0001-01-01",
            "-0004-02-29",
            "10000-02-29",
            "12024-01-01",
            "2024-03-02Z",
            "2024-03-02+14:00",
            "2024-03-02-14:00",
            "2000-02-29",
            "9223372036854775807-01-01",
            "2024-03-02-00:00",
        ] {
            assert!(is_day(text), "{text}");
        }
        for text in [
            "",
            "0000-01-01",
            "02024-01-01",
            "-0001-02-29",
            "10001-02-29",
            "110100-02-29",
            "2024-03-02+14:01",
            "2024-03-02+24:00",
            "2024-03-02+13:60",
            "2024-03-02+1:00",
            "2024-03-02 Z",
            "1900-02-29",
            " 2024-03-02 ",
            "2024-3-2",
            "2024-00-01",
            "2024-13-01",
            "2024-04-31",
            "9223372036854775808-01-01",
            "+2024-03-02",
            "2024-03-02z",
            "2024-03-02+01",
            "2024-03-02+0100",
            "20240302",
            "--2024-01-01",
            "2024-02-29+14:00Z",
            "2024--2-29",
            "2024-03-02T00:00:00",
            "2024-03-0é",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_leads_it_astray(text in "[-+0-9:TZé٣]{0,16}") {
            if is_day(&text) {
                prop_assert!(text.is_ascii() && text.len() >= 10);
            }
        }
    }
}

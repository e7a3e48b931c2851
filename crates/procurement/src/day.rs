//! Days of the calendar, as the format writes them: `AAAA-MM-JJ`.

use std::fmt;

/// A day that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    pub(crate) fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = year <= 9999 && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// The day of ten characters, if they have its shape and it exists.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number =
            |from: usize, to: usize| bytes[from..to].iter().fold(0, |so_far, b| so_far * 10 + u16::from(b - b'0'));
        has_shape(bytes).then(|| Self::new(number(0, 4), number(5, 7) as u8, number(8, 10) as u8)).flatten()
    }

    pub(crate) fn year(self) -> u16 {
        self.year
    }

    /// The same day so many months later, or the last of that month where it has none.
    pub(crate) fn plus_months(self, months: u16) -> Self {
        let month = u32::from(self.year) * 12 + u32::from(self.month) - 1 + u32::from(months);
        let (year, month) = ((month / 12) as u16, (month % 12 + 1) as u8);
        Self { year, month, day: self.day.min(length(year, month)) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Whether these are ten characters `9999-99-99`.
pub(crate) fn has_shape(bytes: &[u8]) -> bool {
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn length(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_exist_or_not() {
        for text in ["2024-02-29", "2000-02-29", "0219-03-01", "0000-01-01", "2023-12-31"] {
            assert_eq!(Day::read(text).unwrap().to_string(), text);
        }
        for text in
            ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-1-01", "２024-01-1", ""]
        {
            assert_eq!(Day::read(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_added_within_their_length() {
        let later = |text: &str| Day::read(text).unwrap().plus_months(2).to_string();
        assert_eq!(later("2023-12-31"), "2024-02-29");
        assert_eq!(later("2024-03-31"), "2024-05-31");
        assert_eq!(later("2024-11-30"), "2025-01-30");
    }

    proptest! {
        #[test]
        fn the_calendar_is_that_of_another_library(year in 0_i16..9999, month in 0_i8..14, day in 0_i8..33) {
            let theirs = jiff::civil::Date::new(year, month, day);
            let ours = Day::new(year as u16, month as u8, day as u8);
            prop_assert_eq!(ours.is_some(), theirs.is_ok());
            if let (Some(ours), Ok(theirs)) = (ours, theirs) {
                let theirs = theirs.checked_add(jiff::Span::new().months(2));
                if let Ok(theirs) = theirs {
                    prop_assert_eq!(ours.plus_months(2).to_string(), theirs.to_string());
                }
            }
        }
    }
}

//! Numbers that are shown as dates: which format makes them so, and which day they are.

use std::fmt::Write;

/// How a format shows a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shown {
    #[default]
    Number,
    /// As a day, with or without a time.
    Date,
    /// As a time of day, or a duration.
    Time,
}

/// Where a workbook's days begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Epoch {
    /// 1 is 1900-01-01, and 60 a day that never was.
    #[default]
    Of1900,
    /// 0 is 1904-01-01: Excel for the Macintosh, for long.
    Of1904,
}

/// Days from 1900-01-01 (which is 1) to 1904-01-01.
const FROM_1900_TO_1904: f64 = 1_462.0;

/// 9999-12-31.
const LAST_DAY: f64 = 2_958_465.0;

/// Excel counts 1900-02-29, as Lotus did before it: later days are one further.
const NO_DAY: f64 = 60.0;

const SECONDS_A_DAY: f64 = 86_400.0;

/// From 1970-01-01 back to the day before 1899-12-31, which is 0 for all days after the one that never was.
const DAYS_TO_1970: i64 = 25_569;

impl Shown {
    /// Of a number that stands for a format that every workbook has (ECMA-376, 18.8.30).
    pub(crate) fn of_builtin(id: u32) -> Self {
        match id {
            14..=17 | 22 | 27..=36 | 50..=58 => Self::Date,
            18..=21 | 45..=47 => Self::Time,
            _ => Self::Number,
        }
    }

    /// Of a format's own text, such as `dd/mm/yyyy hh:mm`; only what it says of positive numbers counts.
    pub(crate) fn of_code(code: &str) -> Self {
        let (mut has_day, mut has_time, mut has_month_or_minute) = (false, false, false);
        if code.eq_ignore_ascii_case("general") || code.eq_ignore_ascii_case("standard") {
            return Self::Number;
        }
        let mut letters = code.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter.to_ascii_lowercase() {
                ';' => break,
                '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
                // The next letter stands for itself, fills the cell, or is as wide as the gap.
                '\\' | '*' | '_' => drop(letters.next()),
                '[' => {
                    let inner: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                    let elapsed =
                        |unit: &str| !inner.is_empty() && inner.to_ascii_lowercase().replace(unit, "").is_empty();
                    has_time |= elapsed("h") || elapsed("m") || elapsed("s");
                }
                'e' if matches!(letters.peek(), Some('+' | '-')) => return Self::Number,
                // Digits that could be of a time too: only after seconds, and then there is an `s`.
                'd' | 'y' | 'e' => has_day = true,
                'h' | 's' => has_time = true,
                'm' => has_month_or_minute = true,
                'a' if matches!(letters.peek(), Some('m' | 'M' | '/')) => {
                    // `AM/PM` and `A/P` are not months.
                    while letters.next_if(|letter| matches!(letter.to_ascii_lowercase(), 'm' | '/' | 'p')).is_some() {}
                }
                _ => {}
            }
        }
        match (has_day, has_time, has_month_or_minute) {
            (true, ..) | (false, false, true) => Self::Date,
            (false, true, _) => Self::Time,
            (false, false, false) => Self::Number,
        }
    }
}

/// Writes a number as the date that it is shown as; false where it is none: then it is a number.
pub(crate) fn write_date(number: f64, shown: Shown, epoch: Epoch, date: &mut String) -> bool {
    if shown == Shown::Number || !(0.0..1e9).contains(&number) {
        return false;
    }
    let (mut day, second) = (number.floor(), ((number - number.floor()) * SECONDS_A_DAY).round());
    let second = if second >= SECONDS_A_DAY {
        day += 1.0;
        0.0
    } else {
        second
    };
    if day == 0.0 && (epoch == Epoch::Of1900 || shown == Shown::Time) {
        // Of day 0 nothing is known but the time.
        let is_time = second > 0.0 || shown == Shown::Time;
        if is_time {
            write_time(second as u32, date);
        }
        return is_time;
    }
    let day = if epoch == Epoch::Of1904 { day + FROM_1900_TO_1904 } else { day };
    if day > LAST_DAY || day == NO_DAY {
        return false;
    }
    let day = if day < NO_DAY { day + 1.0 } else { day };
    write_day(day as i64 - DAYS_TO_1970, date);
    if second > 0.0 {
        date.push('T');
        write_time(second as u32, date);
    }
    true
}

fn write_time(second: u32, date: &mut String) {
    // A String takes what is written to it.
    let _ = write!(date, "{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
}

/// A day by its number from 1970-01-01, in years of 400 that are all alike, each from March on.
fn write_day(day: i64, date: &mut String) {
    let from_march_0 = day + 719_468;
    let (era, of_era) = (from_march_0.div_euclid(146_097), from_march_0.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let _ = write!(date, "{year:04}-{month:02}-{of_month:02}");
}

/// A date or a date and time that a workbook writes out (ISO 8601), as all others are written: no midnight, no parts of
/// seconds.
pub(crate) fn written_date(text: &str) -> String {
    let text = text.trim();
    let Some((day, time)) = text.split_once('T') else { return text.to_owned() };
    let time = time.trim_end_matches('Z');
    let time = time.split_once('.').map_or(time, |(time, _)| time);
    match (day.is_empty(), time) {
        (false, "00:00:00" | "00:00") => day.to_owned(),
        (true, time) => time.to_owned(),
        (false, time) => format!("{day}T{time}"),
    }
}

/// A duration as ODS writes times (`PT08H30M00S`), as a time of day.
pub(crate) fn written_time(text: &str) -> String {
    let units = ['H', 'M', 'S'];
    let Some(mut rest) = text.trim().strip_prefix("PT").filter(|rest| !rest.is_empty()) else { return text.to_owned() };
    let mut numbers = [0_u64; 3];
    for (unit, number) in units.into_iter().zip(&mut numbers) {
        if let Some((digits, after)) = rest.split_once(unit) {
            let whole = digits.split_once(['.', ',']).map_or(digits, |(whole, _)| whole);
            let Ok(count) = whole.parse() else { return text.to_owned() };
            (*number, rest) = (count, after);
        }
    }
    let [hours, minutes, seconds] = numbers;
    if rest.is_empty() && minutes < 60 && seconds < 60 {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        text.to_owned()
    }
}

/// Spreadsheets count with so many digits; what a number has beyond them comes of its binary form.
const DIGITS: usize = 15;

/// A number that needs no more once it is rounded is meant to be the round one.
const ROUND_DIGITS: usize = 12;

/// The shortest text that gives a number back, without `.0` and without an exponent. A sum such as 0.1 + 0.2, whose last
/// binary digit is off, is the number that the spreadsheet shows: 0.3.
pub(crate) fn write_number(number: f64, text: &mut String) {
    // Zero may have a sign, which no one wrote.
    let number = if number == 0.0 { 0.0 } else { number };
    let significant = |written: &str| {
        let digits = written.split('e').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
        digits - written.split('e').next().unwrap_or_default().bytes().rev().take_while(|digit| *digit == b'0').count()
    };
    let rounded = format!("{number:.*e}", DIGITS - 1);
    let is_round =
        number.fract() != 0.0 && significant(&format!("{number:e}")) > DIGITS && significant(&rounded) <= ROUND_DIGITS;
    let number = if is_round { rounded.parse().unwrap_or(number) } else { number };
    let _ = write!(text, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_days_or_times_are_known() {
        for (code, shown) in [
            ("General", Shown::Number),
            ("0.00", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0.00\\ \"€\";[Red]\\-#,##0.00\\ \"euros de dédit\"", Shown::Number),
            ("0\" d\"", Shown::Number),
            ("@", Shown::Number),
            ("yyyy\\-mm\\-dd", Shown::Date),
            ("dd/mm/yyyy\\ hh:mm", Shown::Date),
            ("[$-40C]d\\ mmmm\\ yyyy;@", Shown::Date),
            ("mmm", Shown::Date),
            ("hh:mm:ss", Shown::Time),
            ("h:mm\\ AM/PM", Shown::Time),
            ("[h]:mm:ss", Shown::Time),
            ("mm:ss.0", Shown::Time),
            ("[Red]0", Shown::Number),
            ("[", Shown::Number),
            ("\"d", Shown::Number),
        ] {
            assert_eq!(Shown::of_code(code), shown, "{code}");
        }
        assert_eq!([0, 14, 20, 22, 46, 49].map(Shown::of_builtin)[..2], [Shown::Number, Shown::Date]);
    }

    #[test]
    fn days_are_counted_as_excel_counts_them() {
        for (number, shown, epoch, date) in [
            (1.0, Shown::Date, Epoch::Of1900, Some("1900-01-01")),
            (59.0, Shown::Date, Epoch::Of1900, Some("1900-02-28")),
            (60.0, Shown::Date, Epoch::Of1900, None),
            (61.0, Shown::Date, Epoch::Of1900, Some("1900-03-01")),
            (45_351.0, Shown::Date, Epoch::Of1900, Some("2024-02-29")),
            (45_351.354_166_666_664, Shown::Date, Epoch::Of1900, Some("2024-02-29T08:30:00")),
            (45_351.999_999_999, Shown::Date, Epoch::Of1900, Some("2024-03-01")),
            (43_889.0, Shown::Date, Epoch::Of1904, Some("2024-02-29")),
            (0.0, Shown::Date, Epoch::Of1904, Some("1904-01-01")),
            (0.0, Shown::Date, Epoch::Of1900, None),
            (0.354_166_666_666_666_7, Shown::Time, Epoch::Of1900, Some("08:30:00")),
            (0.0, Shown::Time, Epoch::Of1904, Some("00:00:00")),
            (2_958_465.0, Shown::Date, Epoch::Of1900, Some("9999-12-31")),
            (2_958_466.0, Shown::Date, Epoch::Of1900, None),
            (-1.0, Shown::Date, Epoch::Of1900, None),
            (f64::NAN, Shown::Date, Epoch::Of1900, None),
            (f64::INFINITY, Shown::Date, Epoch::Of1904, None),
            (45_351.0, Shown::Number, Epoch::Of1900, None),
        ] {
            let mut text = String::new();
            let is_date = write_date(number, shown, epoch, &mut text);
            assert_eq!(is_date.then_some(text.as_str()), date, "{number} {shown:?} {epoch:?}");
        }
    }

    #[test]
    fn written_dates_and_times_lose_what_says_nothing() {
        for (text, date) in [
            ("2024-02-29", "2024-02-29"),
            ("2024-02-29T00:00:00", "2024-02-29"),
            ("2024-02-29T08:30:00.000Z", "2024-02-29T08:30:00"),
            ("soon", "soon"),
        ] {
            assert_eq!(written_date(text), date);
        }
        for (text, time) in
            [("PT08H30M00S", "08:30:00"), ("PT36H", "36:00:00"), ("PT", "PT"), ("P1D", "P1D"), ("PT1X", "PT1X")]
        {
            assert_eq!(written_time(text), time);
        }
    }

    #[test]
    fn a_number_is_as_short_as_it_can_be() {
        for (number, expected) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1234.5, "1234.5"),
            (2.33e13, "23300000000000"),
            (1e-7, "0.0000001"),
            (0.1 + 0.2, "0.3"),
            (-49_200.600_000_000_006, "-49200.6"),
            (2.290_084_042_781_648_2, "2.2900840427816482"),
            (9_007_199_254_740_991.0, "9007199254740991"),
        ] {
            let mut text = String::new();
            write_number(number, &mut text);
            assert_eq!(text, expected);
        }
    }
}

//! Days, however people and spreadsheets write them; never month first.

use jiff::civil::Date;
use tables::fold;

use super::{Repaired, Step};

/// How a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// `2025-02-14`.
    Iso,
    /// `2025-02-14T10:00:00+02:00`, `2025/02/14 10:00`.
    IsoDatetime,
    /// `14/02/2025`, with or without a time.
    French,
    /// `14 février 2025`.
    FrenchWords,
    /// `20250214`.
    Compact,
    /// Days since the end of 1899.
    Excel,
    /// Seconds or milliseconds since 1970.
    Epoch,
}

impl Form {
    /// As reports and rules call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Iso => "iso",
            Self::IsoDatetime => "iso_datetime",
            Self::French => "french",
            Self::FrenchWords => "french_words",
            Self::Compact => "compact",
            Self::Excel => "excel",
            Self::Epoch => "epoch",
        }
    }
}

/// The first day that the schema takes.
pub(crate) const FIRST: Date = jiff::civil::date(2000, 1, 1);

/// Day 0 of a spreadsheet: 1900 counts as a leap year there, so that days from March 1900 on are right.
const SPREADSHEET_BEGIN: Date = jiff::civil::date(1899, 12, 30);

/// Months as they begin; those that people cut are cut no shorter.
const MONTHS: [&str; 12] = ["janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"];

/// Months as they are written out.
const WHOLE_MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// Reads a day, of whatever year, and tells how it was written.
pub(crate) fn read(text: &str) -> Option<(Date, Form)> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if !text.is_ascii()
        || bytes.iter().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'T' | b'Z' | b't' | b'z' | b'h'))
    {
        return words(text).map(|date| (date, Form::FrenchWords)).or_else(|| numeric(text));
    }
    numeric(text)
}

/// Whether a text can be read as a day.
pub(crate) fn is_readable(text: &str) -> bool {
    read(text).is_some()
}

/// A day as the schema wants it; not before 2000, not after today.
pub(crate) fn repair(text: &str, today: Date) -> Repaired<'_> {
    let Some((date, form)) = read(text).filter(|(date, _)| (FIRST..=today).contains(date)) else {
        return Repaired::left_out(Step::Own("unreadable"));
    };
    match form {
        Form::Iso if text.len() == 10 => Repaired::kept(text),
        Form::Iso => Repaired::made(date.to_string(), Step::Own("iso_datetime")),
        form => Repaired::made(date.to_string(), Step::Own(form.name())),
    }
}

fn numeric(text: &str) -> Option<(Date, Form)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after = text.as_bytes().get(digits);
    match (digits, after) {
        (4, Some(b'-' | b'/')) => iso(text),
        (1 | 2, Some(b'/' | b'.' | b'-')) => french(text).map(|date| (date, Form::French)),
        (_, None | Some(b'.' | b',')) => number(&text[..digits], &text[digits..]),
        _ => None,
    }
}

fn iso(text: &str) -> Option<(Date, Form)> {
    let separator = text.as_bytes()[4];
    let is_date = text.len() >= 10 && text.as_bytes()[7] == separator && text.is_char_boundary(10);
    if !is_date {
        return None;
    }
    let (date, time) = text.split_at(10);
    let (year, month, day) = (whole(&date[..4])?, whole(&date[5..7])?, whole(&date[8..10])?);
    let form = match (separator, time) {
        (b'-', "") => Form::Iso,
        _ => Form::IsoDatetime,
    };
    Some((civil(year, month, day)?, form)).filter(|_| is_time(time))
}

fn french(text: &str) -> Option<Date> {
    let at = text.bytes().take_while(u8::is_ascii_digit).count();
    let separator = char::from(text.as_bytes()[at]);
    let mut parts = text.splitn(3, separator);
    let (day, month, rest) = (whole(parts.next()?)?, whole(parts.next()?)?, parts.next()?);
    let year = rest.get(..4)?;
    civil(whole(year)?, month, day).filter(|_| is_time(&rest[4..]))
}

/// What may stand behind a day: nothing, or a time of any precision and zone.
fn is_time(text: &str) -> bool {
    let Some(time) = text.strip_prefix(['T', 't', ' ', ',', '\u{a0}']) else { return text.is_empty() };
    let time = time.trim().trim_start_matches("à ");
    let (hours, rest) = time.split_at(time.bytes().take_while(u8::is_ascii_digit).count());
    let is_hour = matches!(hours.len(), 1 | 2) && hours.parse::<u8>().is_ok_and(|hour| hour < 25);
    is_hour
        && rest.starts_with([':', 'h', 'H'])
        && rest.bytes().all(|byte| byte.is_ascii_digit() || b":.,hHZz+- ".contains(&byte))
}

/// Eight digits, days of a spreadsheet, or seconds and milliseconds of a machine.
fn number(digits: &str, fraction: &str) -> Option<(Date, Form)> {
    let is_fraction = fraction.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if !is_fraction {
        return None;
    }
    match digits.len() {
        8 if fraction.is_empty() => {
            let date = civil(whole(&digits[..4])?, whole(&digits[4..6])?, whole(&digits[6..])?)?;
            Some((date, Form::Compact))
        }
        5 => Some((SPREADSHEET_BEGIN.checked_add(days(digits.parse().ok()?)).ok()?, Form::Excel)),
        9..=11 => epoch(digits.parse().ok()?).map(|date| (date, Form::Epoch)),
        12..=14 => epoch(digits.parse::<i64>().ok()?.div_euclid(1000)).map(|date| (date, Form::Epoch)),
        _ => None,
    }
}

fn epoch(seconds: i64) -> Option<Date> {
    let begin = jiff::civil::date(1970, 1, 1);
    begin.checked_add(days(seconds.div_euclid(24 * 60 * 60))).ok()
}

fn days(count: i64) -> jiff::Span {
    // Fewer than a number of 14 digits has: what is too far is refused when it is added.
    jiff::Span::new().try_days(count).unwrap_or_else(|_| jiff::Span::new().days(7_304_484))
}

/// `14 février 2025`, `vendredi 1er mars 2024`, `14 févr. 2025 à 10h`.
fn words(text: &str) -> Option<Date> {
    let folded = fold(text);
    let mut words = folded.split([' ', ',']).filter(|word| !word.is_empty()).peekable();
    words.next_if(|word| *word == "le");
    words.next_if(|word| WEEKDAYS.contains(word));
    let day = words.next()?;
    let day = day.strip_suffix("er").unwrap_or(day);
    let month = month(words.next()?)?;
    let year = words.next().filter(|year| year.len() == 4)?;
    let date = civil(whole(year)?, month, whole(day)?)?;
    let rest: Vec<&str> = words.filter(|word| *word != "a").collect();
    let is_over = rest.is_empty() || is_time(&format!(" {}", rest.concat()));
    is_over.then_some(date)
}

fn month(word: &str) -> Option<u16> {
    let cut = word.strip_suffix('.').unwrap_or(word);
    let found = WHOLE_MONTHS.iter().position(|month| *month == cut);
    let found = found.or_else(|| MONTHS.iter().position(|begin| *begin == cut || cut == &begin[..3.min(begin.len())]));
    // `jui` may be June or July, `mar` and `mai` are no abbreviations but of themselves.
    found.filter(|_| cut != "jui").map(|month| month as u16 + 1)
}

fn whole(digits: &str) -> Option<u16> {
    let is_number = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

fn civil(year: u16, month: u16, day: u16) -> Option<Date> {
    Date::new(year as i16, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_days_as_people_and_machines_write_them() {
        for (text, date, form) in [
            ("2025-02-14", "2025-02-14", Form::Iso),
            ("2025-02-14T23:30:00Z", "2025-02-14", Form::IsoDatetime),
            ("2025-02-14 00:00:00", "2025-02-14", Form::IsoDatetime),
            ("2025-02-14T10:00:00.123456+02:00", "2025-02-14", Form::IsoDatetime),
            ("2020/07/07 09:21:39.160", "2020-07-07", Form::IsoDatetime),
            ("14/02/2025", "2025-02-14", Form::French),
            ("4/2/2025 10:30", "2025-02-04", Form::French),
            ("14.02.2025", "2025-02-14", Form::French),
            ("14-02-2025 10h30", "2025-02-14", Form::French),
            ("14 février 2025", "2025-02-14", Form::FrenchWords),
            ("Vendredi 1er mars 2024", "2024-03-01", Form::FrenchWords),
            ("3 déc. 2024 à 10h30", "2024-12-03", Form::FrenchWords),
            ("20250214", "2025-02-14", Form::Compact),
            ("45702", "2025-02-14", Form::Excel),
            ("45702.4375", "2025-02-14", Form::Excel),
            ("1739491200", "2025-02-14", Form::Epoch),
            ("1739491200000", "2025-02-14", Form::Epoch),
            ("1739491200.5", "2025-02-14", Form::Epoch),
        ] {
            let (read, how) = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((read.to_string().as_str(), how), (date, form), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "2025",
            "2025-02-30",
            "02/14/2025",
            "14/02/25",
            "14/02/2025 environ",
            "février 2025",
            "31 juin 2024",
            "20251301",
            "2025-02-14T",
            "1.5",
            "12/2024",
            "14 jui 2024",
            "99999999999999999999",
            "à venir",
            "2025-2-4",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_of_the_schema_is_neither_too_old_nor_to_come() {
        let today = jiff::civil::date(2025, 3, 1);
        assert_eq!(repair("2025-03-01", today), Repaired::kept("2025-03-01"));
        assert_eq!(repair("01/03/2025", today), Repaired::made("2025-03-01".to_owned(), Step::Own("french")));
        for text in ["2025-03-02", "1999-12-31", "x"] {
            assert_eq!(repair(text, today), Repaired::left_out(Step::Own("unreadable")));
        }
    }
}

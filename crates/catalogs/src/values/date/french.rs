//! Dates as DKAN's pages show them: with the names of days and months, in French or in English.

use jiff::Timestamp;

/// Of each month and day both languages' names; the first three letters of a month, but for June and July, tell it.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb", "fev"],
    &["mar"],
    &["apr", "avr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aou"],
    &["sep"],
    &["oct"],
    &["nov"],
    &["dec"],
];
const ENGLISH_DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FRENCH_DAYS: [&str; 7] = ["lun", "mar", "mer", "jeu", "ven", "sam", "dim"];

/// Reads a date that is not ISO.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let folded = deunicode::deunicode(text).to_lowercase();
    let words: Vec<&str> =
        folded.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let words = words.strip_prefix(&["date", "changed"]).unwrap_or(&words);
    let (weekday, words) = match words.split_first() {
        Some((first, rest)) if is_one(&ENGLISH_DAYS, first) || is_one(&FRENCH_DAYS, first) => (Some(*first), rest),
        _ => (None, words),
    };
    let end = words.iter().position(|word| *word == "-" || *word == "a" || word.contains(':')).unwrap_or(words.len());
    let (day, time) = words.split_at(end);
    let date = match day {
        [date] => of_numbers(date, weekday)?,
        [first, second, year] => of_name(first, second, year)?,
        _ => return None,
    };
    match time {
        [] => super::read(&date),
        [time] | ["-" | "a", time] => {
            let zero = if time.find(':') == Some(1) { "0" } else { "" };
            super::read(&format!("{date} {zero}{time}"))
        }
        _ => None,
    }
}

fn is_one(names: &[&str], word: &str) -> bool {
    names.iter().any(|name| word.starts_with(name))
        && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
}

/// `05/09/2019`: the day first, unless an English weekday stands before it. An ISO date stays.
fn of_numbers(date: &str, weekday: Option<&str>) -> Option<String> {
    let mut parts = date.split('/');
    let (Some(first), Some(second), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return date.contains('-').then(|| date.to_owned());
    };
    // `mar` is Tuesday in French, `mer` Wednesday; no English day begins like a French one.
    let is_english = weekday.is_some_and(|word| is_one(&ENGLISH_DAYS, word));
    let (day, month) = if is_english { (second, first) } else { (first, second) };
    Some(format!("{year}-{month:0>2}-{day:0>2}"))
}

/// `december 5 2019`, `5 decembre 2019`, `1er janvier 2020`.
fn of_name(first: &str, second: &str, year: &str) -> Option<String> {
    let (month, day) = match month_of(first) {
        Some(month) => (month, second),
        None => (month_of(second)?, first),
    };
    let day = day.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    Some(format!("{year}-{month:02}-{day:0>2}"))
}

fn month_of(word: &str) -> Option<usize> {
    Some(MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)))? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::date::show;

    #[test]
    fn days_and_months_by_name() {
        for (text, expected) in [
            ("Thursday, December 5, 2019 - 03:00", "2019-12-05T03:00:00Z"),
            ("jeudi 5 décembre 2019", "2019-12-05T00:00:00Z"),
            ("dimanche 1er août 2021 - 9:05", "2021-08-01T09:05:00Z"),
            ("Lundi, Juillet 6, 2020 - 10:30", "2020-07-06T10:30:00Z"),
            ("lundi 6 juin 2022", "2022-06-06T00:00:00Z"),
            ("mercredi, 3/2/2021", "2021-02-03T00:00:00Z"),
            ("Wednesday, 2/3/2021", "2021-02-03T00:00:00Z"),
        ] {
            assert_eq!(read(text).map(show).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "hier", "lundi", "32/01/2020", "5 brumaire 2019", "05/09", "a/b/c/d", "mar, 10/12/2019 - tard"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

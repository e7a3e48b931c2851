//! The words that opening hours are made of.

use tables::fold;

/// A word that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Monday is 0.
    Day(usize),
    EveryDay,
    /// Minutes from midnight.
    Time(u16),
    AllDay,
    Closed,
    /// From one to the other.
    Link,
    And,
}

/// The days, as they are written out; each may be cut to its first letters.
const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// The words of a text; none where one of them means nothing here.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let folded = fold(text);
    let (mut rest, mut tokens) = (folded.as_str(), Vec::new());
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Some(tokens) };
        let (token, after) = match first {
            '0'..='9' => number(rest)?,
            '-' | '–' | '—' | '>' => (Some(Token::Link), &rest[first.len_utf8()..]),
            '/' | ',' | ';' | '+' | '&' | '|' => (Some(Token::And), &rest[1..]),
            ':' | '.' | '\'' | '’' => (None, &rest[first.len_utf8()..]),
            'a'..='z' => word(rest)?,
            _ => return None,
        };
        tokens.extend(token);
        rest = after;
    }
}

/// A time: `9h`, `9 h 30`, `09:30`, `9.30`, `9`; or a way to say always.
fn number(text: &str) -> Option<(Option<Token>, &str)> {
    for always in ["24h/24h", "24h/24", "24/24"] {
        if let Some(after) = text.strip_prefix(always) {
            return Some((Some(Token::AllDay), after));
        }
    }
    for every in ["7j/7j", "7j/7", "7/7"] {
        if let Some(after) = text.strip_prefix(every) {
            return Some((Some(Token::EveryDay), after));
        }
    }
    let (hour, after) = digits(text, 1..=2)?;
    let unit = after.trim_start();
    let of_hour = ["heures", "heure", "h", ":"].into_iter().find_map(|word| unit.strip_prefix(word));
    let point = after.strip_prefix('.').and_then(|after| digits(after, 2..=2));
    let (minute, after) = match (of_hour, point) {
        (Some(after), _) => match digits(after.trim_start(), 2..=2) {
            // The next number is no minute where it has an hour's mark itself.
            Some((minute, next)) if !next.trim_start().starts_with('h') && !next.starts_with(':') => {
                (minute, ["min", "mn"].into_iter().find_map(|word| next.strip_prefix(word)).unwrap_or(next))
            }
            _ => (0, after),
        },
        (None, Some(point)) => point,
        (None, None) => (0, after),
    };
    let is_time = hour < 24 && minute < 60 || (hour, minute) == (24, 0);
    is_time.then_some((Some(Token::Time(hour * 60 + minute)), after))
}

/// A number of so many digits, and no more.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<(u16, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = text.split_at(length);
    count.contains(&length).then(|| digits.parse().ok()).flatten().map(|number| (number, after))
}

fn word(text: &str) -> Option<(Option<Token>, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let token = match word {
        "a" | "au" => Some(Token::Link),
        "et" | "puis" | "ainsi" | "que" => Some(Token::And),
        "de" | "du" | "le" | "les" | "des" | "d" | "jusqu" | "tous" | "ouvert" | "ouverte" | "horaires" => None,
        "ferme" | "fermee" | "fermes" | "fermeture" => Some(Token::Closed),
        "midi" => Some(Token::Time(12 * 60)),
        "minuit" => Some(Token::Time(24 * 60)),
        "jours" => Some(Token::EveryDay),
        _ => Some(Token::Day(day(word)?)),
    };
    Some((token, after))
}

/// The day that a word is, whole, cut, or said of several.
pub(crate) fn day(word: &str) -> Option<usize> {
    let word = word.strip_suffix('s').filter(|word| word.len() > 4).unwrap_or(word);
    DAYS.iter().position(|day| (2..=4).contains(&word.len()) && day.starts_with(word) || *day == word)
}

//! French opening hours to the syntax of OpenStreetMap (`Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00`).
//!
//! What is read is said; what cannot be read stays as a comment of that syntax, so that no hour is guessed.

mod token;

use std::fmt::Write;

use token::{Token, tokens};

pub(crate) use token::day;

/// How OpenStreetMap calls the days, Monday first.
pub(crate) const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// Opening hours, and whether all of them could be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// Empty where nothing is open.
    pub text: String,
    pub is_readable: bool,
}

/// Minutes from midnight, of the begin and the end.
type Range = (u16, u16);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Day {
    #[default]
    Closed,
    Open(Vec<Range>),
    Unreadable(String),
}

/// A text that says the hours of a whole week.
#[must_use]
pub fn of_week(text: &str) -> Hours {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_osm(trimmed) {
        return Hours { text: trimmed.to_owned(), is_readable: true };
    }
    match read_week(trimmed) {
        Some(week) => written(&week),
        None => Hours { text: comment(trimmed), is_readable: false },
    }
}

/// Texts that each say the hours of one day, or a part of it; Monday is 0.
#[must_use]
pub fn of_days<'a>(days: impl IntoIterator<Item = (usize, &'a str)>) -> Hours {
    let mut texts: [Vec<&str>; 7] = Default::default();
    for (day, text) in days {
        texts[day % 7].push(text.trim());
    }
    written(&texts.map(|texts| read_day(&texts)))
}

/// Whether a text is in the syntax already.
fn is_osm(text: &str) -> bool {
    let is_rule = |rule: &str| {
        let rule = rule.trim();
        let selector = rule.split(' ').next().unwrap_or_default();
        let is_day = |day: &str| DAYS.contains(&day) || matches!(day, "PH" | "SH");
        selector.split([',', '-']).all(is_day)
    };
    text == "24/7" || text.split(';').all(is_rule)
}

fn read_day(texts: &[&str]) -> Day {
    let mut ranges = Vec::new();
    for text in texts {
        match tokens(text).and_then(|tokens| read_times(&tokens)) {
            Some(times) => ranges.extend(times),
            None => {
                let told: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
                return Day::Unreadable(told.join(", "));
            }
        }
    }
    ranges.sort_unstable();
    if ranges.is_empty() { Day::Closed } else { Day::Open(ranges) }
}

/// The times of a day: two each, a begin and an end; none where it is closed.
fn read_times(tokens: &[Token]) -> Option<Vec<Range>> {
    let mut times = Vec::new();
    let mut is_closed = false;
    for token in tokens {
        match token {
            Token::Time(minutes) => times.push(*minutes),
            Token::Closed => is_closed = true,
            Token::AllDay => times.extend([0, 24 * 60]),
            Token::Link | Token::And => {}
            Token::Day(_) | Token::EveryDay => return None,
        }
    }
    if is_closed && !times.is_empty() || times.len() % 2 != 0 {
        return None;
    }
    let mut ranges: Vec<Range> = times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    // Midnight to midnight is how a form without hours is exported.
    ranges.retain(|range| *range != (0, 0));
    // Up to six in the morning a time may be one of the next day.
    let is_range = |(begin, end): &Range| begin < end || (*end <= 6 * 60 && *begin >= 12 * 60);
    let is_in_order = ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    (ranges.iter().all(is_range) && is_in_order).then_some(ranges)
}

fn read_week(text: &str) -> Option<[Day; 7]> {
    let mut week: [Vec<Range>; 7] = Default::default();
    let (mut days, mut rest, mut is_linked) = (Vec::new(), Vec::new(), false);
    let mut close = |days: &mut Vec<usize>, rest: &mut Vec<Token>| -> Option<()> {
        let times = read_times(rest)?;
        if days.is_empty() || !rest.iter().any(|token| matches!(token, Token::Time(_) | Token::Closed | Token::AllDay))
        {
            return None;
        }
        days.drain(..).for_each(|day| week[day].extend(&times));
        rest.clear();
        Some(())
    };
    for token in tokens(text)? {
        match token {
            Token::Day(_) | Token::EveryDay
                if rest.iter().any(|token| *token != Token::And && *token != Token::Link) =>
            {
                close(&mut days, &mut rest)?;
                is_linked = false;
            }
            _ => {}
        }
        match token {
            Token::EveryDay => days.extend(0..7),
            Token::Day(day) => {
                match days.last() {
                    Some(first) if is_linked && *first < day => days.extend(first + 1..=day),
                    Some(_) if is_linked => return None,
                    _ => days.push(day),
                }
                (rest, is_linked) = (Vec::new(), false);
            }
            Token::Link if rest.is_empty() && !days.is_empty() => is_linked = true,
            token => rest.push(token),
        }
    }
    close(&mut days, &mut rest)?;
    Some(week.map(|mut ranges| {
        ranges.sort_unstable();
        ranges.dedup();
        if ranges.is_empty() { Day::Closed } else { Day::Open(ranges) }
    }))
}

/// The days in the syntax; neighbours that are alike are put together.
fn written(week: &[Day; 7]) -> Hours {
    let (mut hours, mut first) = (Hours { text: String::new(), is_readable: true }, 0);
    while first < 7 {
        let alike = week[first..].iter().take_while(|day| **day == week[first]).count();
        let last = first + alike - 1;
        if week[first] != Day::Closed {
            if !hours.text.is_empty() {
                hours.text.push_str("; ");
            }
            hours.text.push_str(DAYS[first]);
            match alike {
                1 => {}
                2 => hours.text.extend([",", DAYS[last]]),
                _ => hours.text.extend(["-", DAYS[last]]),
            }
            hours.text.push(' ');
        }
        match &week[first] {
            Day::Closed => {}
            Day::Open(ranges) => {
                for (nth, (begin, end)) in ranges.iter().enumerate() {
                    let separator = if nth == 0 { "" } else { "," };
                    // A String takes what is written to it.
                    let _ = write!(
                        hours.text,
                        "{separator}{:02}:{:02}-{:02}:{:02}",
                        begin / 60,
                        begin % 60,
                        end / 60,
                        end % 60
                    );
                }
            }
            Day::Unreadable(text) => {
                hours.text.push_str(&comment(text));
                hours.is_readable = false;
            }
        }
        first = last + 1;
    }
    hours
}

/// A text as a comment of the syntax, which knows no quotes inside.
fn comment(text: &str) -> String {
    let plain = text.replace('"', "'");
    format!("\"{}\"", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weeks_are_read_as_people_write_them() {
        for (text, hours) in [
            ("du lundi au vendredi 9h-12h30", "Mo-Fr 09:00-12:30"),
            (
                "Lundi, mardi et jeudi : de 9h à 12h et de 14h à 17h",
                "Mo,Tu 09:00-12:00,14:00-17:00; Th 09:00-12:00,14:00-17:00",
            ),
            (
                "Lun. au Ven. 09:00 - 12:00 / 13:30 - 17:00 ; Samedi 9.30-12",
                "Mo-Fr 09:00-12:00,13:30-17:00; Sa 09:30-12:00",
            ),
            ("Lundi : fermé\nMardi : 9 h 00 – 12 h 00", "Tu 09:00-12:00"),
            ("tous les jours 24h/24", "Mo-Su 00:00-24:00"),
            ("7j/7 de 8h à minuit", "Mo-Su 08:00-24:00"),
            ("Mercredi 14h-18h, samedi 10h-12h", "We 14:00-18:00; Sa 10:00-12:00"),
            ("lundi-mardi 9h à midi", "Mo,Tu 09:00-12:00"),
            ("Mo-Fr 09:00-12:00; PH off", "Mo-Fr 09:00-12:00; PH off"),
            ("24/7", "24/7"),
            ("", ""),
        ] {
            let read = of_week(text);
            assert_eq!((read.text.as_str(), read.is_readable), (hours, true), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_as_a_comment() {
        for text in [
            "sur rendez-vous",
            "9h-12h",
            "lundi",
            "lundi 9h",
            "du vendredi au lundi 9h-12h",
            "lundi 12h-9h",
            "lundi 25h-26h",
            "lundi au jeudi sauf mardi 9h-12h",
            "fermé le lundi à 12h",
            "lundi 9h-12h (été)",
            "lundi 9h-12h 11h-13h",
        ] {
            assert_eq!(of_week(text), Hours { text: format!("\"{text}\""), is_readable: false });
        }
        assert_eq!(of_week("dit \"le 8\"\n à huit heures").text, "\"dit 'le 8' à huit heures\"");
    }

    #[test]
    fn days_are_put_together_where_they_are_alike() {
        let read = |days: [&str; 7]| of_days(days.into_iter().enumerate());
        let day = "9h-12h, 13h30-17h";
        for (days, hours, is_readable) in [
            ([day, day, day, day, "9h-12h", "", "Fermé"], "Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00", true),
            (["9h-12h", "9h-12h", "", "9h-12h", "00:00 - 00:00", "", ""], "Mo,Tu 09:00-12:00; Th 09:00-12:00", true),
            (["", "", "sur rendez-vous", "", "", "", ""], "We \"sur rendez-vous\"", false),
            (["", "", "", "", "22h-2h", "", ""], "Fr 22:00-02:00", true),
            ([""; 7], "", true),
        ] {
            let read = read(days);
            assert_eq!((read.text.as_str(), read.is_readable), (hours, is_readable));
        }
        let halves =
            of_days([(0, "9h-12h"), (0, ""), (1, "14h-17h"), (1, "9h-12h"), (2, "9h-12h"), (2, "l'après-midi")]);
        assert_eq!(halves.text, "Mo 09:00-12:00; Tu 09:00-12:00,14:00-17:00; We \"9h-12h, l'après-midi\"");
    }

    proptest! {
        #[test]
        fn no_text_leads_it_astray(text in "([lmjvsd][a-z.]{0,7}|[0-9:h.]{1,6}|[-/,; ]|du|au|à|\\PC){0,12}") {
            let read = of_week(&text);
            prop_assert!(!read.is_readable || !read.text.contains('"') || text.contains('"'));
            let _ = of_days([(0, text.as_str()), (8, text.as_str())]);
        }
    }
}

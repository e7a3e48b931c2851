//! The journals in which `mirror-offers` notes what has become of offers, and whether their logs prove them.

use std::borrow::Cow;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::Hash;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::days::day::{Measured, State};
use crate::days::elements::{Flaw, LONGEST_BYTES};
use crate::days::log::{Anonymisation, is_about};
use crate::offre::time;

/// The largest log of a journal: a line a day swept.
const LARGEST_LOG_BYTES: u64 = 256 << 20;

/// `miroir-{R}.jsonl` and its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Journal {
    /// The Paris day of the runs that wrote it.
    pub(crate) date: Date,
    pub(crate) data: PathBuf,
    pub(crate) log: PathBuf,
}

/// What happened to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Evenement {
    Creee,
    Modifiee,
    Retiree,
    Reapparue,
}

/// One line of a journal.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    /// The day whose sweep it was.
    pub(crate) jour: Date,
    pub(crate) evenement: Evenement,
    /// What proves it.
    #[serde(borrow, default)]
    pub(crate) preuve: Cow<'a, str>,
    /// `YYYY-MM-DDTHH:MM:SS`, on the Paris clock.
    #[serde(borrow)]
    pub(crate) vue: Cow<'a, str>,
    /// Of a withdrawn offer, when it was last seen.
    #[serde(borrow, default)]
    pub(crate) presente_le: Option<Cow<'a, str>>,
    /// Of another, as served.
    #[serde(borrow, default)]
    pub(crate) offre: Option<&'a RawValue>,
}

/// A line and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) record: u64,
    /// Where the line begins in the file.
    pub(crate) offset: u64,
    /// Its length, with its end.
    pub(crate) bytes: u64,
    /// Where `offre` begins in the file.
    pub(crate) offre_offset: u64,
    pub(crate) event: Event<'a>,
    /// When it was seen, in milliseconds of the Paris clock.
    pub(crate) vue: i64,
    /// When a withdrawn offer was last seen.
    pub(crate) presente_le: Option<i64>,
}

/// The log of a journal; its keys in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct JournalLog {
    pub(crate) date: Option<String>,
    pub(crate) service: String,
    pub(crate) fuseau: String,
    pub(crate) fichier: String,
    pub(crate) octets: u64,
    pub(crate) sha256: String,
    pub(crate) balayages: Vec<Balayage>,
    pub(crate) source: String,
    pub(crate) licence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anonymisation: Option<Anonymisation>,
}

/// A sweep that was proven.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Balayage {
    pub(crate) jour: Option<Date>,
    /// `YYYY-MM-DDTHH:MM:SS`, on the Paris clock.
    pub(crate) debut: String,
    pub(crate) fin: String,
    /// Announced for the bounds of the day; neighbours are among them.
    pub(crate) total_annonce: u64,
    /// Offers of the day that are online.
    pub(crate) presentes: u64,
    pub(crate) creees: u64,
    pub(crate) modifiees: u64,
    pub(crate) retirees: u64,
    pub(crate) reapparues: u64,
    /// Of the withdrawn, those of which the service itself said so.
    pub(crate) confirmees: u64,
    /// Searches and details.
    pub(crate) requetes: u64,
    /// There where the search hid offers: those that it did not find may be online all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) absences_douteuses: bool,
}

/// What is known of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JournalJudged {
    /// Complete, unproven or altered.
    pub(crate) state: State,
    pub(crate) why: Option<&'static str>,
    pub(crate) log: Option<JournalLog>,
}

impl Journal {
    /// The journal of a date in a folder, whether it is there or not.
    pub(crate) fn of(folder: &Path, date: Date) -> Self {
        let path = |extension: &str| folder.join(format!("miroir-{date}.{extension}"));
        Self { date, data: path("jsonl"), log: path("log") }
    }

    /// Reads the file once, hands each line over, and hashes it on the way. A line that is no event ends the reading; `take`
    /// has seen what was before.
    ///
    /// # Errors
    /// 66 when it cannot be read, and what `take` says.
    pub(crate) fn read(&self, mut take: impl FnMut(Line<'_>) -> Result<()>) -> Result<Measured> {
        let file = files::open(&self.data)?;
        let mut input = BufReader::with_capacity(256 << 10, file);
        let (mut hash, mut octets, mut record) = (Hash::default(), 0, 0);
        let (mut elements, mut bytes) = (Ok(()), Vec::new());
        loop {
            bytes.clear();
            // Of a line that has no end, no more than is to be told of it.
            let mut bounded = std::io::Read::take(&mut input, 2 * LONGEST_BYTES as u64);
            let length = bounded.read_until(b'\n', &mut bytes);
            if length.map_err(|error| files::unreadable(&self.data, error))? == 0 {
                break;
            }
            hash.update(&bytes);
            let offset = octets;
            octets += bytes.len() as u64;
            if elements.is_err() || bytes.trim_ascii().is_empty() {
                continue;
            }
            record += 1;
            match read_line(&bytes, record, offset) {
                Ok(line) => take(line)?,
                Err(flaw) => elements = Err(flaw),
            }
        }
        Ok(Measured { octets, sha256: hash.finish(), elements: elements.map(|()| record) })
    }

    /// What its log says, if it is of that date.
    pub(crate) fn read_log(&self) -> Option<JournalLog> {
        let text = files::read_left(&self.log, LARGEST_LOG_BYTES)?;
        let log: JournalLog = serde_json::from_slice(&text).ok()?;
        (log.date.as_deref() == Some(self.date.to_string().as_str())).then_some(log)
    }

    /// What is known of it after it was read.
    pub(crate) fn judge(&self, measured: &Measured) -> JournalJudged {
        let log = self.read_log();
        let (state, why) = match (&measured.elements, &log) {
            (Err(flaw), _) => (State::Altered, Some(why(*flaw))),
            (Ok(_), None) => (State::Unproven, Some("has no log that proves it")),
            (Ok(_), Some(log)) => match log.is_about(measured) {
                true => (State::Complete, None),
                false => (State::Altered, Some("is not the file that its log speaks of")),
            },
        };
        JournalJudged { state, why, log }
    }
}

impl Balayage {
    /// Lines of the journal.
    fn lines(&self) -> u64 {
        self.creees + self.modifiees + self.retirees + self.reapparues
    }
}

impl JournalLog {
    /// The sweeps whose events are among so many lines of the journal. A log is renamed before its journal: where a run was
    /// killed in between, it tells of a sweep more.
    pub(crate) fn balayages_held(&self, lines: u64) -> &[Balayage] {
        let (mut held, mut told) = (self.balayages.len(), self.balayages.iter().map(Balayage::lines).sum::<u64>());
        while told > lines && held > 0 {
            held -= 1;
            told -= self.balayages[held].lines();
        }
        &self.balayages[..held]
    }

    fn is_about(&self, measured: &Measured) -> bool {
        is_about((self.octets, &self.sha256), self.anonymisation.as_ref(), measured.octets, &measured.sha256)
    }
}

fn why(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Malformed => "holds a line that is no event",
        other => other.why(),
    }
}

fn read_line(bytes: &[u8], record: u64, offset: u64) -> Result<Line<'_>, Flaw> {
    let text = simdutf8::basic::from_utf8(bytes).map_err(|_| Flaw::NotUtf8)?;
    if !text.ends_with('\n') {
        return Err(Flaw::Cut);
    }
    let event: Event = serde_json::from_str(text).map_err(|_| Flaw::Malformed)?;
    let vue = time::read(&event.vue).ok_or(Flaw::Malformed)?;
    let presente_le = event.presente_le.as_deref().map(|text| time::read(text).ok_or(Flaw::Malformed)).transpose()?;
    let has_offre = event.offre.is_some_and(|offre| offre.get().starts_with('{'));
    if has_offre == (event.evenement == Evenement::Retiree) {
        return Err(Flaw::Malformed);
    }
    let inside = event.offre.map_or(0, |offre| offset_in(text, offre.get()));
    let length = bytes.len() as u64;
    Ok(Line { record, offset, bytes: length, offre_offset: offset + inside, event, vue, presente_le })
}

/// Where a part of a text begins in it.
fn offset_in(text: &str, part: &str) -> u64 {
    (part.as_ptr() as usize - text.as_ptr() as usize) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> (Vec<(String, Evenement, u64)>, Measured) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::of(folder.path(), jiff::civil::date(2024, 6, 7));
        std::fs::write(&journal.data, text).unwrap();
        let mut all = vec![];
        let measured = journal
            .read(|line| {
                if let Some(offre) = line.event.offre {
                    assert!(text[line.offre_offset as usize..].starts_with(offre.get()));
                }
                all.push((line.event.id.clone().into_owned(), line.event.evenement, line.record));
                Ok(())
            })
            .unwrap();
        (all, measured)
    }

    const GONE: &str = r#"{"id":"1","jour":"2024-06-04","evenement":"retiree","preuve":"detail","vue":"2024-06-07T01:02:03","presente_le":"2024-06-05T01:00:00"}"#;
    const NEW: &str = r#"{"id":"2","jour":"2024-06-04","evenement":"creee","preuve":"balayage","vue":"2024-06-07T01:02:03","offre":{"id":"2","a":"\ud800"}}"#;

    #[test]
    fn events_are_read_in_order() {
        let (all, measured) = lines(&format!("{GONE}\n{NEW}\n"));
        assert_eq!(all, [("1".to_owned(), Evenement::Retiree, 1), ("2".to_owned(), Evenement::Creee, 2)]);
        assert_eq!(measured.elements, Ok(2));
    }

    #[test]
    fn a_line_that_is_no_event_is_found_out() {
        let broken = [
            GONE.to_owned(),
            format!("{NEW}\n{{}}\n"),
            format!("{}\n", GONE.replace("retiree", "creee")),
            format!("{}\n", NEW.replace("creee", "retiree")),
            format!("{}\n", NEW.replace("2024-06-07T", "hier ")),
        ];
        for text in broken {
            assert!(lines(&text).1.elements.is_err(), "{text}");
        }
    }
}

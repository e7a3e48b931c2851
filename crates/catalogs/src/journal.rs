//! The answers of a run, so that one that was stopped asks for none of them again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::Extent;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use transfer::Validators;

/// After that, what a portal said is no longer news.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The answers of a run and of those that it goes on with.
#[derive(Debug)]
pub(crate) struct Journal {
    file: files::Journal,
    /// By the time that the listing was gone through, and the address.
    answers: HashMap<(u32, String), (Noted, Extent)>,
    /// Tells this run from others.
    pub(crate) run: String,
    /// Whether it was begun by a run that was stopped.
    pub(crate) is_resumed: bool,
}

/// Begins a journal.
#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    /// What it is of: the command, as far as it matters.
    settings: String,
    run: String,
    /// By the clock.
    at: Timestamp,
    /// The run's own instant.
    now: Timestamp,
}

/// An answer, but for its body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// Where redirects led.
    pub(crate) url: String,
    pub(crate) validators: Validators,
    /// It was what the harvest before had: there is no body.
    pub(crate) is_as_before: bool,
}

#[derive(Serialize, Deserialize)]
struct Header {
    round: u32,
    asked: String,
    #[serde(flatten)]
    noted: Noted,
}

/// Where it is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("journal")
}

impl Journal {
    /// Goes on with the one in `folder`, if it is of the same `settings` and not too old; else begins one.
    pub(crate) fn open(folder: &Path, settings: &str, now: Timestamp) -> Result<Self> {
        let path = path(folder);
        let at = Timestamp::now();
        let mut begun: Option<Begun> = None;
        let mut answers = HashMap::new();
        let file = files::Journal::open(&path, |header, _, extent| {
            match &begun {
                None => begun = Some(serde_json::from_slice(header)?),
                Some(_) => {
                    let header: Header = serde_json::from_slice(header)?;
                    answers.insert((header.round, header.asked), (header.noted, extent));
                }
            }
            Ok(())
        });
        let is_near = |then: Timestamp, now: Timestamp| now.duration_since(then).abs() <= LONGEST_LIFE;
        match (file, begun) {
            (Ok(file), Some(begun))
                if begun.settings == settings && is_near(begun.at, at) && is_near(begun.now, now) =>
            {
                if !answers.is_empty() {
                    tracing::info!("going on with a run that was stopped: {} answers are there", answers.len());
                }
                Ok(Self { file, answers, run: begun.run, is_resumed: true })
            }
            _ => Self::begin(&path, settings, at, now),
        }
    }

    /// Begins anew, whatever there is.
    pub(crate) fn begin_in(folder: &Path, settings: &str, now: Timestamp) -> Result<Self> {
        Self::begin(&path(folder), settings, Timestamp::now(), now)
    }

    fn begin(path: &Path, settings: &str, at: Timestamp, now: Timestamp) -> Result<Self> {
        files::Journal::remove_at(path)?;
        let mut file = files::Journal::open(path, |_, _, _| Ok(()))?;
        let run = format!("{}-{}", at.as_nanosecond(), std::process::id());
        let begun = Begun { settings: settings.to_owned(), run: run.clone(), at, now };
        file.append(&serde_json::to_vec(&begun).context("could not write a journal")?, b"")?;
        Ok(Self { file, answers: HashMap::new(), run, is_resumed: false })
    }

    /// The answer to `asked`, and where its body is.
    pub(crate) fn find(&self, round: u32, asked: &str) -> Option<&(Noted, Extent)> {
        self.answers.get(&(round, asked.to_owned()))
    }

    pub(crate) fn read(&self, extent: Extent) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        self.file.read(extent, &mut body)?;
        Ok(body)
    }

    /// Adds an answer: from now on it survives the run.
    pub(crate) fn note(&mut self, round: u32, asked: &str, noted: Noted, body: &[u8]) -> Result<()> {
        let header = Header { round, asked: asked.to_owned(), noted };
        let text = serde_json::to_vec(&header).context("could not write a journal")?;
        self.file.append(&text, body)?;
        Ok(())
    }

    /// The run has come to its end.
    pub(crate) fn remove(self) -> Result<()> {
        self.file.remove()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted() -> Noted {
        let (content_type, url) = (Some("text/turtle".to_owned()), "http://a.fr/".to_owned());
        Noted { status: 200, content_type, url, validators: Validators::default(), is_as_before: false }
    }

    fn found(journal: &Journal, round: u32) -> Option<Vec<u8>> {
        journal.find(round, "http://a.fr/").map(|(_, extent)| journal.read(*extent).unwrap())
    }

    #[test]
    fn answers_are_found_again_for_a_day_and_under_the_same_settings() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let mut journal = Journal::open(folder.path(), "s", now).unwrap();
        let run = journal.run.clone();
        journal.note(0, "http://a.fr/", noted(), b"body").unwrap();
        drop(journal);
        let journal = Journal::open(folder.path(), "s", now + SignedDuration::from_hours(23)).unwrap();
        assert_eq!((&journal.run, found(&journal, 0).as_deref()), (&run, Some(&b"body"[..])));
        assert_eq!(found(&journal, 1), None, "once more is once more");
        drop(journal);
        let journal = Journal::open(folder.path(), "s", now + SignedDuration::from_hours(25)).unwrap();
        assert_eq!(found(&journal, 0), None);
        drop(journal);
        let mut journal = Journal::open(folder.path(), "s", now).unwrap();
        journal.note(0, "http://a.fr/", noted(), b"body").unwrap();
        drop(journal);
        assert_eq!(found(&Journal::open(folder.path(), "t", now).unwrap(), 0), None);
        std::fs::write(path(folder.path()), b"rubbish").unwrap();
        assert_eq!(found(&Journal::open(folder.path(), "t", now).unwrap(), 0), None);
    }
}

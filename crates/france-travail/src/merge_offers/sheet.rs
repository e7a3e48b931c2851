//! What is remembered of a file that was read: who is in it, where, and of when; sorted by identifier.
//!
//! It only saves work. It is written whole and ends with a hash: one that was cut or spoilt is none, and the file is read
//! again.

mod chain;
mod notes;
mod reader;

use std::cmp::Ordering;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::days::State;
use crate::merge_offers::lines::Noted;
use crate::offre::time;

pub(crate) use notes::Notes;
pub(crate) use reader::{Sheet, recall};

/// Changes with the form of what is remembered.
const MAGIC: &[u8; 8] = b"COLOFF05";

/// How a note begins.
const SEEN: u8 = 1;
const GONE: u8 = 2;
const KEPT: u8 = 3;

/// What tells that a file is still the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stat {
    bytes: u64,
    modified_s: i64,
    modified_ns: i64,
    inode: u64,
}

impl Stat {
    /// None where there is no file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|there| Self::read(&there))
    }

    pub(crate) fn read(there: &fs::Metadata) -> Self {
        Self { bytes: there.len(), modified_s: there.mtime(), modified_ns: there.mtime_nsec(), inode: there.ino() }
    }
}

/// What is known of a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) data: Option<Stat>,
    pub(crate) log: Option<Stat>,
    pub(crate) state: State,
    /// After its name, unless it is complete.
    pub(crate) why: Option<String>,
    pub(crate) sha256: String,
    pub(crate) service: Option<String>,
    pub(crate) is_invented: bool,
    /// When its elements were seen.
    pub(crate) vue: i64,
    /// Elements, those that are rejected among them.
    pub(crate) elements: u64,
    /// Beside the sheet, by [`crate::merge_offers::source::Source::rejects`].
    pub(crate) rejects: Noted,
}

/// An element that can be no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rejected {
    pub(crate) record: u64,
    pub(crate) rule: String,
    pub(crate) id: String,
}

/// Where an element stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
    /// From 1.
    pub(crate) record: u32,
}

/// One thing known of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    Seen(Seen),
    Gone(Gone),
    Kept(Kept),
}

/// It was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) vue: i64,
    pub(crate) created: i64,
    pub(crate) created_as: Stamp,
    pub(crate) updated_as: Stamp,
    pub(crate) content: u64,
    pub(crate) place: Place,
}

/// It was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    /// The day whose sweep did not find it; none where only the row is left that says so.
    pub(crate) jour: Option<Date>,
    pub(crate) retiree_le: i64,
    pub(crate) presente_le: Option<i64>,
    pub(crate) preuve: String,
}

/// All that a row of the table says, whose files are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// As the version shown.
    pub(crate) seen: Seen,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) versions: u32,
    pub(crate) is_proven: bool,
    pub(crate) gone: Option<Gone>,
}

/// A time as it was served; absent is lowest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stamp {
    Absent,
    /// `2025-08-21T06:32:43.000Z`
    Usual(i64),
    Other(String),
}

impl Stamp {
    pub(crate) fn of(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::Absent };
        Self::read(text, time::read(text))
    }

    /// Of a text that was read.
    pub(crate) fn read(text: &str, ms: Option<i64>) -> Self {
        // What can be read is written like this if its fraction is of three digits.
        let is_usual = matches!(text.as_bytes(), [.., b'.', _, _, _, b'Z']);
        match ms.filter(|_| is_usual) {
            Some(ms) => Self::Usual(ms),
            None => Self::Other(text.to_owned()),
        }
    }

    fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Absent => None,
            Self::Usual(ms) => Some(usual(*ms).into()),
            Self::Other(text) => Some(text.as_str().into()),
        }
    }
}

fn usual(ms: i64) -> String {
    let mut text = time::text(ms);
    text.push('Z');
    text
}

impl Ord for Stamp {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Of years of four digits, which all that can be read have.
            (Self::Usual(one), Self::Usual(other)) => one.cmp(other),
            _ => self.text().cmp(&other.text()),
        }
    }
}

impl PartialOrd for Stamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn known() -> Known {
        Known {
            data: None,
            log: None,
            state: State::Complete,
            why: None,
            sha256: "ab".to_owned(),
            service: Some("api".to_owned()),
            is_invented: false,
            vue: 7,
            elements: 3,
            rejects: Noted::default(),
        }
    }

    fn seen(created_as: Stamp, updated_as: Stamp) -> Seen {
        let place = Place { offset: 1 << 40, bytes: 3, record: 9 };
        Seen { vue: -1, created: 5, created_as, updated_as, content: u64::MAX, place }
    }

    fn notes() -> Vec<(String, Note)> {
        let gone =
            Gone { jour: Some(date(2024, 6, 4)), retiree_le: 3, presente_le: None, preuve: "balayage".to_owned() };
        let kept = Kept {
            seen: seen(Stamp::Usual(5), Stamp::Absent),
            first: 1,
            last: 2,
            versions: 3,
            is_proven: true,
            gone: Some(Gone { jour: None, presente_le: Some(8), ..gone.clone() }),
        };
        vec![
            ("1".to_owned(), Note::Seen(seen(Stamp::Usual(5), Stamp::Usual(6)))),
            ("1".to_owned(), Note::Gone(gone)),
            ("2".repeat(300), Note::Seen(seen(Stamp::Other("é".repeat(300)), Stamp::Absent))),
            ("é".to_owned(), Note::Kept(kept)),
        ]
    }

    #[test]
    fn notes_come_back_by_identifier() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet");
        let mut all = Notes::default();
        let [first, second, third, fourth] = notes().try_into().unwrap();
        for (id, note) in [&fourth, &third, &first, &second] {
            all.add(id, note);
        }
        all.write(&path, &known()).unwrap();
        assert_eq!(recall(&path), Some(known()));
        let mut sheet = Sheet::open(&path, 64).unwrap();
        for expected in [first, second, third, fourth] {
            assert_eq!(sheet.take().unwrap(), Some(expected));
        }
        assert_eq!(sheet.take().unwrap(), None);
    }

    #[test]
    fn what_was_cut_or_spoilt_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet");
        let mut all = Notes::default();
        notes().iter().for_each(|(id, note)| all.add(id, note));
        all.write(&path, &known()).unwrap();
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(5) {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 1;
            fs::write(&path, &spoilt).unwrap();
            assert_eq!(recall(&path), None, "byte {at}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(recall(&path), None, "cut at {at}");
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(recall(&path), None);
    }

    #[test]
    fn stamps_are_ordered_as_texts() {
        let of = |text| Stamp::of(Some(text));
        assert_eq!(of("2025-08-21T06:32:43.000Z"), Stamp::Usual(1_755_757_963_000));
        assert!(Stamp::Absent < of(""));
        assert!(of("2025-08-21T06:32:43.000Z") < of("2025-08-21T06:32:43Z"));
        assert!(of("2025-08-21T06:32:43.000Z") < of("2025-08-21T06:32:43.001Z"));
        assert!(of("2025-08-21T06:32:43") < of("2025-08-21T06:32:43.000Z"));
    }
}

//! One day of a folder, and whether its log proves it.

use std::cell::Cell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::Hash;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::content::Scanned;
use crate::days::elements::{Element, Elements, Flaw, Stop};
use crate::days::log::Log;

/// What is known of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Its log proves it.
    Complete,
    /// No log proves it.
    Unproven,
    /// Its log speaks of another file, or it cannot be read.
    Altered,
    /// Its file is gone, and the table holds its rows.
    Archived,
    Missing,
}

/// The files of a day that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// `offres-{date}.json`
    pub(crate) data: PathBuf,
    /// `offres-{date}.log`, which may not be there.
    pub(crate) log: PathBuf,
}

/// A file that was read to its end, or as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) octets: u64,
    pub(crate) sha256: String,
    /// How many elements there are.
    pub(crate) elements: Result<u64, Flaw>,
}

/// What is known of a day, why, and what its log says, if it is of that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) state: State,
    /// After the name of its file; none of a complete day.
    pub(crate) why: Option<&'static str>,
    pub(crate) log: Option<Log>,
}

impl Day {
    /// The day of a date in a folder, whether it is there or not.
    pub(crate) fn of(folder: &Path, date: Date) -> Self {
        let path = |extension: &str| folder.join(format!("offres-{date}.{extension}"));
        Self { date, data: path("json"), log: path("log") }
    }

    /// Reads the file once, hands each element over, and hashes it on the way. An element that is no JSON ends the reading,
    /// as any other flaw does; `take` has seen what was before.
    ///
    /// # Errors
    /// 66 when it cannot be read, and what `take` says.
    pub(crate) fn read(&self, mut take: impl FnMut(Element<'_>) -> Result<()>) -> Result<Measured> {
        self.read_scanned(&Cell::new(false), |element, scanned| {
            match scanned.map_or_else(|| element.raw().map(drop), |_| Ok(())) {
                Ok(()) => take(element).map(Ok),
                Err(flaw) => Ok(Err(flaw)),
            }
        })
    }

    /// The same with what an element says, where it is as it mostly is, and its item as long as `with_items`; else `take`
    /// itself finds out what is no JSON.
    ///
    /// # Errors
    /// As [`Day::read`].
    pub(crate) fn read_scanned(
        &self,
        with_items: &Cell<bool>,
        take: impl FnMut(Element<'_>, Option<Scanned<'_>>) -> Result<Result<(), Flaw>>,
    ) -> Result<Measured> {
        measure(&self.data, with_items, take)
    }

    /// Hands over the text of each element, as far as there is an array, and hashes nothing.
    ///
    /// # Errors
    /// 66 when it cannot be read, and what `take` says.
    pub(crate) fn offres(&self, mut take: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let file = files::open(&self.data)?;
        let mut elements = Elements::new(&file, |_: &[u8]| {});
        loop {
            match elements.next() {
                Ok(Some(element)) => take(element.text)?,
                Ok(None) | Err(Stop::Flaw(_)) => return Ok(()),
                Err(Stop::Disk(error)) => return Err(files::unreadable(&self.data, error).into()),
            }
        }
    }

    /// What its log says, if it is of this day.
    pub(crate) fn read_log(&self) -> Option<Log> {
        Log::read(&self.log).filter(|log| log.is_of(self.date))
    }

    /// When its offers were seen: the end of the collection, else the midnight after the day.
    pub(crate) fn seen(&self) -> DateTime {
        self.read_log().as_ref().and_then(Log::ended).unwrap_or_else(|| midnight_after(self.date))
    }

    /// What is known of it after it was read.
    pub(crate) fn judge(&self, measured: &Measured) -> Judged {
        let log = self.read_log();
        let (state, why) = judge(log.as_ref(), measured);
        Judged { state, why, log }
    }

    /// What is known of it where the size stands for the hash; only a file that was changed since it was collected, or is
    /// not whole yet, is read.
    pub(crate) fn judge_by_size(&self) -> Result<Judged> {
        let octets = fs::metadata(&self.data).map_err(|error| files::unreadable(&self.data, error))?.len();
        let log = self.read_log();
        let preuve = log.as_ref().and_then(|log| log.preuve.as_ref());
        let (state, why) = match preuve {
            None => (State::Unproven, Some(NO_PROOF)),
            Some(preuve) if preuve.octets != octets => {
                let is_before = preuve.anonymisation.is_some() && preuve.is_about(octets, &files::sha256(&self.data)?);
                if is_before { of_whole(preuve.jour_entier) } else { (State::Altered, Some(OTHER_BYTES)) }
            }
            Some(preuve) => of_whole(preuve.jour_entier),
        };
        Ok(Judged { state, why, log })
    }
}

impl Judged {
    /// When its offers were seen: the end of the collection, else the midnight after the day.
    pub(crate) fn seen(&self, date: Date) -> DateTime {
        self.log.as_ref().and_then(Log::ended).unwrap_or_else(|| midnight_after(date))
    }
}

/// The end of a day.
pub(crate) fn midnight_after(date: Date) -> DateTime {
    date.tomorrow().unwrap_or(date).at(0, 0, 0, 0)
}

/// Whole days from the end of a day to a moment.
pub(crate) fn delay_days(date: Date, seen: DateTime) -> i64 {
    seen.duration_since(midnight_after(date)).as_secs().div_euclid(86_400)
}

const NO_PROOF: &str = "has no log that proves it";
const NOT_WHOLE: &str = "was collected before its day was over";
const OTHER_BYTES: &str = "is not the file that its log speaks of";
const OTHER_COUNT: &str = "has not as many offers as its log says";

fn of_whole(is_whole: bool) -> (State, Option<&'static str>) {
    if is_whole { (State::Complete, None) } else { (State::Unproven, Some(NOT_WHOLE)) }
}

fn judge(log: Option<&Log>, measured: &Measured) -> (State, Option<&'static str>) {
    let elements = match measured.elements {
        Ok(elements) => elements,
        Err(flaw) => return (State::Altered, Some(flaw.why())),
    };
    let Some(log) = log else { return (State::Unproven, Some(NO_PROOF)) };
    let about = log.preuve.as_ref().map(|preuve| preuve.is_about(measured.octets, &measured.sha256));
    if about == Some(false) {
        return (State::Altered, Some(OTHER_BYTES));
    }
    if log.total_offres_collecte.is_some_and(|told| told != elements) {
        return (State::Altered, Some(OTHER_COUNT));
    }
    match &log.preuve {
        None => (State::Unproven, Some(NO_PROOF)),
        Some(preuve) => of_whole(preuve.jour_entier),
    }
}

/// Reads a file of one array.
fn measure(
    path: &Path,
    with_items: &Cell<bool>,
    mut take: impl FnMut(Element<'_>, Option<Scanned<'_>>) -> Result<Result<(), Flaw>>,
) -> Result<Measured> {
    let file = files::open(path)?;
    let (mut hash, mut octets) = (Hash::default(), 0);
    let elements = {
        let mut elements = Elements::new(&file, |bytes: &[u8]| {
            hash.update(bytes);
            octets += bytes.len() as u64;
        });
        count(&mut elements, path, with_items, &mut take)?
    };
    if elements.is_err() {
        rest(&file, path, &mut hash, &mut octets)?;
    }
    Ok(Measured { octets, sha256: hash.finish(), elements })
}

fn count<R: std::io::Read, S: FnMut(&[u8])>(
    elements: &mut Elements<R, S>,
    path: &Path,
    with_items: &Cell<bool>,
    take: &mut impl FnMut(Element<'_>, Option<Scanned<'_>>) -> Result<Result<(), Flaw>>,
) -> Result<Result<u64, Flaw>> {
    let mut count = 0;
    loop {
        let mut flaw = None;
        elements.ordinary(with_items, |element, scanned| {
            count += 1;
            take(element, Some(scanned)).map(|taken| flaw = flaw.or(taken.err()))
        })?;
        if let Some(flaw) = flaw {
            return Ok(Err(flaw));
        }
        match elements.next() {
            Ok(None) => return Ok(Ok(count)),
            Ok(Some(element)) => {
                if let Err(flaw) = take(element, None)? {
                    return Ok(Err(flaw));
                }
                count += 1;
            }
            Err(Stop::Flaw(flaw)) => return Ok(Err(flaw)),
            Err(Stop::Disk(error)) => return Err(files::unreadable(path, error).into()),
        }
    }
}

/// What is behind a flaw belongs to the file too.
fn rest(mut file: &File, path: &Path, hash: &mut Hash, octets: &mut u64) -> Result<()> {
    use std::io::Read;
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer).map_err(|error| files::unreadable(path, error))? {
            0 => return Ok(()),
            count => {
                hash.update(&buffer[..count]);
                *octets += count as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    const DATE: Date = date(2024, 6, 4);
    const TEXT: &str = "[\n{\"id\":\"1\"},\n{\"id\":\"2\"}\n]\n";

    fn proof(text: &str) -> serde_json::Value {
        json!({
            "dt_deb_collecte": "05/06/2024 01:00:00",
            "date_creation": "2024-06-04",
            "dt_fin_collecte": "05/06/2024 01:10:00",
            "total_offres_collecte": 2,
            "preuve": {
                "octets": text.len(),
                "sha256": files::sha256_of(text.as_bytes()),
                "service": "api",
                "jour_entier": true,
            },
        })
    }

    /// What is known of a day with that file and that log, by reading it and by its size.
    fn states(text: &str, log: Option<&serde_json::Value>) -> [State; 2] {
        let folder = tempfile::tempdir().unwrap();
        let day = Day::of(folder.path(), DATE);
        fs::write(&day.data, text).unwrap();
        if let Some(log) = log {
            fs::write(&day.log, log.to_string()).unwrap();
        }
        let measured = day.read(|_| Ok(())).unwrap();
        assert_eq!((measured.octets, &measured.sha256), (text.len() as u64, &files::sha256_of(text.as_bytes())));
        [day.judge(&measured).state, day.judge_by_size().unwrap().state]
    }

    #[test]
    fn a_day_is_what_its_log_proves() {
        assert_eq!(states(TEXT, Some(&proof(TEXT))), [State::Complete; 2]);
        assert_eq!(states(TEXT, None), [State::Unproven; 2]);
        let mut log = proof(TEXT);
        log["preuve"]["jour_entier"] = false.into();
        assert_eq!(states(TEXT, Some(&log)), [State::Unproven; 2]);
        log["date_creation"] = "2024-06-03".into();
        assert_eq!(states(TEXT, Some(&log)), [State::Unproven; 2]);
        log = proof(TEXT);
        log.as_object_mut().unwrap().remove("preuve");
        assert_eq!(states(TEXT, Some(&log)), [State::Unproven; 2], "of the collector before ours");
        log["total_offres_collecte"] = 3.into();
        assert_eq!(states(TEXT, Some(&log))[0], State::Altered);
    }

    #[test]
    fn what_is_not_as_its_log_says_is_altered() {
        let other = TEXT.replace("\"2\"", "\"3\"");
        assert_eq!(states(&other, Some(&proof(TEXT))), [State::Altered, State::Complete]);
        assert_eq!(states(&TEXT[..20], Some(&proof(TEXT))), [State::Altered; 2]);
        for broken in ["", "[{\"id\":\"1\"}", "[{\"id\" 1}]"] {
            assert_eq!(states(broken, None)[0], State::Altered, "{broken}");
            assert_eq!(states(broken, Some(&proof(broken)))[0], State::Altered, "{broken}");
        }
    }

    #[test]
    fn a_change_that_was_cut_short_leaves_the_file_before() {
        let mut log = proof("[]");
        log["preuve"]["anonymisation"] = json!({ "sha256_avant": files::sha256_of(TEXT.as_bytes()) });
        assert_eq!(states(TEXT, Some(&log)), [State::Complete; 2]);
        assert_eq!(states("[1,2]", Some(&log)), [State::Altered; 2]);
    }

    #[test]
    fn it_was_seen_when_its_collection_ended() {
        let log: Log = serde_json::from_value(proof(TEXT)).unwrap();
        assert_eq!((log.duration_s(), log.ended()), (Some(600), Some(date(2024, 6, 5).at(1, 10, 0, 0))));
        let judged = Judged { state: State::Complete, why: None, log: Some(log) };
        assert_eq!(delay_days(DATE, judged.seen(DATE)), 0);
        let judged = Judged { log: None, ..judged };
        assert_eq!(judged.seen(DATE), date(2024, 6, 5).at(0, 0, 0, 0));
        assert_eq!(delay_days(DATE, date(2024, 6, 7).at(0, 0, 0, 0)), 2);
    }
}

//! One file of offers, a day or a journal: which of its bytes are to change, and how they do.

use std::collections::HashSet;
use std::io::{BufReader, Read as _, Write};
use std::path::Path;

use anyhow::{Context, Result};
use files::{Access, Hash, Lock, Output};
use serde_json::Value;
use step::{Provenance, Task};

use crate::anonymise_offers::surgery::Surgery;
use crate::article7;
use crate::content::id_of;
use crate::days::journal::{Journal, JournalLog};
use crate::days::log::Anonymisation;
use crate::days::{Day, Measured, State};

/// As much as any log has.
const LARGEST_LOG_BYTES: u64 = 256 << 20;

/// A file that may hold withdrawn offers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'f> {
    Day(&'f Day),
    Journal(&'f Journal),
}

/// What is in a file that its log proves.
#[derive(Debug)]
pub(crate) struct Found<'f> {
    pub(crate) subject: Subject<'f>,
    /// Where the offers stand that are to change: offset and length.
    edits: Vec<(u64, usize)>,
    /// Withdrawn offers in it, each as often as it stands there.
    pub(crate) withdrawn: u64,
    /// Whether its log speaks of another file, which was to take its place.
    pub(crate) is_cut: bool,
    /// What was done to it before.
    pub(crate) before: Anonymisation,
    pub(crate) is_invented: bool,
    sha256: String,
    lines: u64,
    /// Nobody collects the day meanwhile.
    _lock: Lock,
}

/// A file that was read to its end.
struct Read {
    measured: Measured,
    state: State,
    why: Option<&'static str>,
    /// Hash, source, and what was done to it.
    proof: Option<(String, String, Option<Anonymisation>)>,
}

impl<'f> Subject<'f> {
    pub(crate) fn data(self) -> &'f Path {
        match self {
            Self::Day(day) => &day.data,
            Self::Journal(journal) => &journal.data,
        }
    }

    fn log(self) -> &'f Path {
        match self {
            Self::Day(day) => &day.log,
            Self::Journal(journal) => &journal.log,
        }
    }

    pub(crate) fn name(self) -> String {
        self.data().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Reads it once; the error inside says why it is not proven.
    ///
    /// # Errors
    /// 66 when it cannot be read, 75 when another run is at it.
    pub(crate) fn look(
        self,
        withdrawn: &HashSet<String>,
        surgery: &Surgery,
        task: &Task,
    ) -> Result<Result<Found<'f>, &'static str>> {
        let lock = Lock::claim(self.data())?;
        files::remove_staged(self.log())?;
        let (mut edits, mut count) = (Vec::new(), 0);
        let Read { measured, state, why, proof } = self.read(|id, text, offset| {
            task.go_on()?;
            if withdrawn.contains(id) {
                count += 1;
                edits.extend(surgery.operate(text).map(|_| (offset, text.len())));
            }
            Ok(())
        })?;
        let (State::Complete, Some((sha256, source, before)), Ok(lines)) = (state, proof, measured.elements) else {
            return Ok(Err(why.unwrap_or("is not proven")));
        };
        Ok(Ok(Found {
            subject: self,
            edits,
            withdrawn: count,
            is_cut: sha256 != measured.sha256,
            before: before.unwrap_or_default(),
            is_invented: source == Provenance::invented().source,
            sha256: measured.sha256,
            lines,
            _lock: lock,
        }))
    }

    /// Hands over the id, the text and the place of each offer, and judges the file.
    fn read(self, mut meet: impl FnMut(&str, &str, u64) -> Result<()>) -> Result<Read> {
        match self {
            Self::Day(day) => {
                let measured = day.read(|element| match id_of(element.text) {
                    Some(id) => meet(&id, element.text, element.offset),
                    None => Ok(()),
                })?;
                let judged = day.judge(&measured);
                let preuve = judged.log.and_then(|log| log.preuve);
                let proof = preuve.map(|preuve| (preuve.sha256, preuve.source, preuve.anonymisation));
                Ok(Read { measured, state: judged.state, why: judged.why, proof })
            }
            Self::Journal(journal) => {
                let measured = journal.read(|line| match line.event.offre {
                    Some(offre) => meet(&line.event.id, offre.get(), line.offre_offset),
                    None => Ok(()),
                })?;
                let judged = journal.judge(&measured);
                let proof = judged.log.map(|log| (log.sha256, log.source, log.anonymisation));
                Ok(Read { measured, state: judged.state, why: judged.why, proof })
            }
        }
    }
}

impl Found<'_> {
    /// Offers that are to change.
    pub(crate) fn changes(&self) -> u64 {
        self.edits.len() as u64
    }

    /// The fields that its offers lack then.
    pub(crate) fn champs(&self, fields: &[&'static str]) -> Vec<String> {
        let before = self.before.champs.iter().flatten();
        let is_taken = |path: &&str| fields.contains(path) || before.clone().any(|champ| champ == path);
        article7::FIELDS.iter().map(|(path, _)| *path).filter(is_taken).map(str::to_owned).collect()
    }

    /// Writes it anew, its log before it.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn write(&self, surgery: &Surgery, fields: &[&'static str], task: &Task) -> Result<()> {
        let data = self.subject.data();
        let mut output = Output::create_with(data, Access::OwnerAndGroup)?;
        let (mut hash, mut octets) = (Hash::default(), 0);
        self.copy(surgery, task, |bytes| {
            hash.update(bytes);
            octets += bytes.len() as u64;
            output.write_all(bytes).map_err(|error| files::unwritable("write", data, error).into())
        })?;
        // A disk that is full says so before the log appears.
        output.flush().map_err(|error| files::unwritable("write", data, error))?;
        let anonymisation = Anonymisation {
            offres: Some(self.withdrawn),
            champs: Some(self.champs(fields)),
            sha256_avant: self.sha256.clone(),
            sha256_servi: Some(self.before.sha256_servi.clone().unwrap_or_else(|| self.sha256.clone())),
        };
        self.write_log(octets, hash.finish(), anonymisation)?;
        output.commit()?;
        Ok(())
    }

    /// Hands over all bytes, those of the offers that change as they are to be.
    fn copy(&self, surgery: &Surgery, task: &Task, mut put: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let data = self.subject.data();
        let unreadable = |error| files::unreadable(data, error);
        let mut file = BufReader::with_capacity(256 << 10, files::open(data)?);
        let (mut at, mut buffer) = (0, Vec::new());
        for (offset, length) in &self.edits {
            task.go_on()?;
            pass(&mut file, offset - at, data, &mut put)?;
            buffer.resize(*length, 0);
            file.read_exact(&mut buffer).map_err(unreadable)?;
            at = offset + *length as u64;
            let offre = std::str::from_utf8(&buffer).with_context(|| format!("`{}` has changed", data.display()))?;
            put(surgery.operate(offre).as_deref().unwrap_or(offre).as_bytes())?;
        }
        pass(&mut file, u64::MAX, data, &mut put)
    }

    fn write_log(&self, octets: u64, sha256: String, anonymisation: Anonymisation) -> Result<()> {
        let path = self.subject.log();
        let unreadable = || format!("could not read `{}` again: it has changed", path.display());
        let text = files::read_left(path, LARGEST_LOG_BYTES).with_context(unreadable)?;
        let (text, access) = match self.subject {
            Subject::Day(_) => {
                let mut log: Value = serde_json::from_slice(&text).with_context(unreadable)?;
                let preuve = log.get_mut("preuve").and_then(Value::as_object_mut).with_context(unreadable)?;
                preuve.insert("octets".to_owned(), octets.into());
                preuve.insert("sha256".to_owned(), sha256.into());
                preuve.insert("anonymisation".to_owned(), serde_json::to_value(anonymisation)?);
                (serde_json::to_vec_pretty(&log), Access::Everyone)
            }
            Subject::Journal(_) => {
                let log: JournalLog = serde_json::from_slice(&text).with_context(unreadable)?;
                let balayages = log.balayages_held(self.lines).to_vec();
                let log = JournalLog { octets, sha256, balayages, anonymisation: Some(anonymisation), ..log };
                (serde_json::to_vec_pretty(&log), Access::OwnerAndGroup)
            }
        };
        let mut text = text.context("could not write the log as JSON")?;
        text.push(b'\n');
        Output::write_with(path, access, &text)?;
        Ok(())
    }
}

/// Hands over so many bytes, or all there are.
fn pass(
    file: &mut impl std::io::Read,
    bytes: u64,
    path: &Path,
    put: &mut impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let (mut left, mut buffer) = (bytes, vec![0; 64 << 10]);
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        match file.read(&mut buffer[..most]).map_err(|error| files::unreadable(path, error))? {
            0 => break,
            count => {
                put(&buffer[..count])?;
                left -= count as u64;
            }
        }
    }
    Ok(())
}

//! The folder of the outputs: who may write there, what the last run left, and what changes hands.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Access, Lock, OutputSet, unwritable};
use step::{ExitCode, Failure};

use crate::options::misuse;
use crate::schema::Kind;

use super::changes::foreign;
use super::outcome::{LastLog, Names};
use super::wanted::{Chosen, Origin};

/// No log has more than a page a line.
const LONGEST_LOG_BYTES: u64 = 64 << 20;

/// The folder, claimed for this run.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    lists: Vec<Kind>,
    /// Ends the names of the journals: one of a dump takes no other's place.
    journals: &'static str,
    _lock: Lock,
}

/// The files of a run, which appear in this order: the data, what changed, and the logs by which a reader can tell that the
/// others are there.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) data: OutputSet,
    pub(super) changes: OutputSet,
    pub(super) logs: OutputSet,
}

impl Folder {
    /// # Errors
    /// 75 when another run is at it, 74 when the disk refuses.
    pub(super) fn claim(path: PathBuf, lists: &[Kind], origin: &Origin) -> Result<Self> {
        let lock = Lock::claim(&path.join("fetch-inclusion"))?;
        let journals = if *origin == Origin::Api { "journal" } else { "dump.journal" };
        Ok(Self { path, lists: lists.to_vec(), journals, _lock: lock })
    }

    pub(super) fn journal(&self, kind: Kind) -> PathBuf {
        self.path.join(format!(".{}.{}", kind.name(), self.journals))
    }

    /// Where the last run's files of a list are: set aside, if a run was killed while new ones took their place.
    fn last(&self, kind: Kind) -> PathBuf {
        let aside = self.aside(kind);
        if aside.is_dir() { aside } else { self.path.clone() }
    }

    fn aside(&self, kind: Kind) -> PathBuf {
        self.path.join(format!(".{}.last", kind.name()))
    }

    /// What the last run's log says, if there is one.
    ///
    /// # Errors
    /// 65 when it is no such log.
    pub(super) fn last_log(&self, kind: Kind) -> Result<Option<LastLog>> {
        let path = self.last(kind).join(Names::of(kind).log);
        let Some(text) = files::read_left(&path, LONGEST_LOG_BYTES) else { return Ok(None) };
        match serde_json::from_slice(&text) {
            Ok(log) => Ok(Some(log)),
            Err(error) => Err(foreign(&path, &format!("it is no log of such a run: {error}"))),
        }
    }

    /// The last run's records of a list, proven to be those; none if there was no run.
    ///
    /// # Errors
    /// 2 when it was asked for something else, 65 when its files are not as its log says.
    pub(super) fn last_records(&self, kind: Kind, chosen: &Chosen) -> Result<Option<PathBuf>> {
        let Some(log) = self.last_log(kind)? else { return Ok(None) };
        if log.options != *chosen {
            let name = kind.name();
            return Err(misuse(
                format!("could not tell the changes of the {name}: the last run was asked for something else"),
                "give the same flags, or another `--dir`; or leave out `--since-last` once",
            ));
        }
        let name = Names::of(kind).data;
        let path = self.last(kind).join(&name);
        let sha256 = if path.is_file() { files::sha256(&path)? } else { String::new() };
        match log.files.get(&name) == Some(&sha256) {
            true => Ok(Some(path)),
            false => Err(foreign(&path, "it is not as its log says")),
        }
    }

    /// Claims the names of all that the run may write.
    ///
    /// # Errors
    /// 75 when another run holds one of them.
    pub(super) fn claim_outputs(&self) -> Result<Sets> {
        let names: Vec<Names> = self.lists.iter().map(|kind| Names::of(*kind)).collect();
        let claim = |names: Vec<&String>, access| OutputSet::claim(&self.path, names, access);
        // Contacts stand in all but the logs.
        let closed = Access::OwnerAndGroup;
        Ok(Sets {
            data: claim(names.iter().flat_map(|names| [&names.data, &names.doublons]).collect(), closed)?,
            changes: claim(names.iter().map(|names| &names.changes).collect(), closed)?,
            logs: claim(names.iter().map(|names| &names.log).collect(), Access::Everyone)?,
        })
    }

    /// Makes the files appear; whether the data had been there already.
    ///
    /// What the last run left is set aside meanwhile, and goes only once all is there: whoever is killed in between finds
    /// the same changes again.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn commit(&self, sets: Sets, hashes: &[&BTreeMap<String, String>]) -> Result<bool> {
        let was_killed = self.lists.iter().any(|kind| self.aside(*kind).is_dir());
        let is_same = self.lists.iter().zip(hashes).all(|(kind, hashes)| self.has(*kind, hashes));
        for kind in &self.lists {
            self.set_aside(*kind)?;
        }
        // After a kill the new data may be there already, and yet nobody was told of them.
        let unchanged = sets.data.commit()?.unchanged || was_killed;
        sets.changes.commit()?;
        sets.logs.commit()?;
        for kind in &self.lists {
            files::remove(&self.journal(*kind))?;
        }
        for kind in &self.lists {
            self.let_go(*kind)?;
        }
        Ok(unchanged && is_same)
    }

    /// Whether the last run's data files had these hashes.
    fn has(&self, kind: Kind, hashes: &BTreeMap<String, String>) -> bool {
        let Names { data, doublons, .. } = Names::of(kind);
        let last = self.last_log(kind).ok().flatten().map(|log| log.files).unwrap_or_default();
        [data, doublons].iter().all(|name| last.get(name) == hashes.get(name))
    }

    fn set_aside(&self, kind: Kind) -> Result<()> {
        let (aside, names) = (self.aside(kind), Names::of(kind));
        if aside.is_dir() {
            return Ok(());
        }
        let begun = self.beside_aside(kind);
        remove_folder(&begun)?;
        fs::create_dir(&begun).map_err(|error| unwritable("make the folder", &begun, error))?;
        for name in [&names.data, &names.log] {
            let (from, to) = (self.path.join(name), begun.join(name));
            if from.is_file() && fs::hard_link(&from, &to).is_err() {
                files::copy(&from, &to, &mut |_| Ok(()))?;
            }
        }
        Ok(fs::rename(&begun, &aside).map_err(|error| unwritable("write", &aside, error))?)
    }

    /// What was set aside goes at once: half of it would be taken for a last run without files.
    fn let_go(&self, kind: Kind) -> Result<()> {
        let (aside, gone) = (self.aside(kind), self.beside_aside(kind));
        remove_folder(&gone)?;
        fs::rename(&aside, &gone).map_err(|error| unwritable("remove", &aside, error))?;
        remove_folder(&gone)
    }

    /// What is set aside, before it is whole and when it goes.
    fn beside_aside(&self, kind: Kind) -> PathBuf {
        self.path.join(format!(".{}.last.part", kind.name()))
    }

    /// Refuses a list that cannot be believed; what was gathered of it is no use then.
    ///
    /// # Errors
    /// 75 when it is empty, or has lost half of its records since the last run.
    pub(super) fn refuse_shrunk(&self, kind: Kind, served: u64) -> Result<()> {
        let last = self.last_log(kind).ok().flatten().map_or(0, |log| log.served);
        if served > 0 && served * 2 >= last {
            return Ok(());
        }
        files::remove(&self.journal(kind))?;
        let name = kind.name();
        let message = match served {
            0 => format!("could not believe that there are no {name}"),
            _ => format!("could not believe the {name}: {served} were served, {last} the last time"),
        };
        Err(Failure::new(ExitCode::Incomplete, message)
            .hint("the last files stay: run again later, or accept it with `--force`")
            .into())
    }
}

fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable("remove", path, error).into()),
        _ => Ok(()),
    }
}

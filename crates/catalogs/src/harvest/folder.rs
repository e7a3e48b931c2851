//! The folder of a source: what is in it, what is remembered there, and whose it is.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};
use files::Lock;
use serde::{Deserialize, Serialize};
use transfer::Client;

use crate::gathering::Gathering;
use crate::item::Kind;
use crate::journal::Journal;
use crate::ledger::{Ledger, base};
use crate::line::Line;
use crate::memory::{self, Memory};
use crate::portal::Portal;
use crate::settings::Settings;

use super::{Args, Receipt, misuse};

pub(super) const DATASETS: &str = "datasets.jsonl";
pub(super) const DATASERVICES: &str = "dataservices.jsonl";

/// The folder, claimed for this run.
#[derive(Debug)]
pub(super) struct Folder {
    /// Where the files go.
    pub(super) output: PathBuf,
    /// Where the harvest remembers, and where what is too much for memory waits.
    pub(super) hidden: PathBuf,
    memory: Option<Memory>,
    journal: Option<Journal>,
    /// Folders that were made for this run, the deepest first.
    made: Vec<PathBuf>,
    _lock: Lock,
}

/// A receipt, as it is kept for a run that was killed before it could be given.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    path: PathBuf,
    bytes: u64,
    sha256: String,
    records: u64,
    unchanged: bool,
    own: Receipt,
}

impl Folder {
    /// # Errors
    /// 2 the folder is another source's; 75 another run is at it; 74 the disk refuses.
    pub(super) fn claim(args: &Args, settings: &Settings) -> Result<Self> {
        let folder = match &args.dir {
            Some(folder) => folder.clone(),
            None => args.root.join(Path::new("moissonnage").join(&settings.domain)),
        };
        let (output, hidden) = match settings.is_preview {
            true => (folder.join("preview"), folder.join("preview")),
            false => (folder.clone(), folder.join(".harvest")),
        };
        let made = hidden.ancestors().take_while(|folder| is_missing(folder)).map(Path::to_owned).collect();
        let lock = Lock::claim(&hidden.join("run"))?;
        let mut claimed = Self { output, hidden, memory: None, journal: None, made, _lock: lock };
        let memory = Memory::read(&folder.join(".harvest"));
        if let Err(error) = refuse_foreign(&folder, memory.as_ref(), settings) {
            claimed.leave();
            return Err(error);
        }
        if !settings.is_preview {
            claimed.memory = memory;
            let fingerprint = settings.fingerprint();
            claimed.journal = Some(match args.force {
                true => Journal::begin_in(&claimed.hidden, &fingerprint, settings.now)?,
                false => Journal::open(&claimed.hidden, &fingerprint, settings.now)?,
            });
        }
        Ok(claimed)
    }

    /// The receipt of a run that was killed when all of its files were there.
    pub(super) fn finish_before(&mut self) -> Result<Option<step::Receipt<Receipt>>> {
        let (Some(memory), Some(journal)) = (&self.memory, &self.journal) else { return Ok(None) };
        let Some(receipt) = memory.head.receipt.as_ref().filter(|_| memory.head.run == journal.run) else {
            return Ok(None);
        };
        let kept: Kept = serde_json::from_value(receipt.clone()).context("could not read a receipt")?;
        tracing::info!("the run before had done all but say so");
        if let Some(journal) = self.journal.take() {
            journal.remove()?;
        }
        self.forget_before()?;
        Ok(Some(kept.receipt()))
    }

    /// What is known, and who asks.
    pub(super) fn open(&mut self, args: &Args, settings: &Rc<Settings>, client: Client) -> Result<(Portal, Gathering)> {
        let mut memory = self.memory.take();
        let is_resumed = self.journal.as_ref().is_some_and(|journal| journal.is_resumed);
        let mut ledger = |kind, name: &str| match settings.is_preview {
            true => Ledger::empty(kind, &self.hidden),
            false => Ledger::open(kind, &self.output.join(name), &self.hidden, memory.as_mut(), settings, is_resumed),
        };
        let datasets = ledger(Kind::Dataset, DATASETS)?;
        let dataservices = ledger(Kind::Dataservice, DATASERVICES)?;
        let fingerprint = settings.fingerprint();
        let memory = memory.filter(|memory| !args.force && memory.head.settings == fingerprint);
        let journal = self.journal.take();
        let portal = Portal::new(settings.clone(), client, memory, journal, (&datasets, &dataservices));
        let gathering = Gathering::new(settings.clone(), args.findings.clone(), &self.hidden, datasets, dataservices)?;
        Ok((portal, gathering))
    }

    /// What the data files were when the run began is no longer of use.
    pub(super) fn forget_before(&self) -> Result<()> {
        for name in [DATASETS, DATASERVICES] {
            files::remove(&base::before(&self.hidden, &self.output.join(name)))?;
        }
        Ok(())
    }

    /// Takes away the folders that were made, if nothing is in them.
    pub(super) fn leave(self) {
        let Self { made, _lock, .. } = self;
        drop(_lock);
        for folder in made {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Kept {
    pub(super) fn new(written: &files::Written, records: u64, unchanged: bool, own: Receipt) -> Self {
        let (path, bytes, sha256) = (written.path.clone(), written.bytes, written.sha256.clone());
        Self { path, bytes, sha256, records, unchanged, own }
    }

    pub(super) fn receipt(self) -> step::Receipt<Receipt> {
        let Self { path, bytes, sha256, records, unchanged, own } = self;
        step::Receipt::new(path, own).bytes(bytes).sha256(sha256).records(records).unchanged(unchanged)
    }
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && fs::symlink_metadata(folder).is_err()
}

/// A folder holds one source. Where nothing is remembered, its data say whose it is.
fn refuse_foreign(folder: &Path, memory: Option<&Memory>, settings: &Settings) -> Result<()> {
    let ours = settings.source();
    let theirs = match memory {
        Some(memory) => Some(memory.head.source.clone()),
        None => source_of_data(&folder.join(DATASETS)),
    };
    match theirs.filter(|theirs| *theirs != ours) {
        Some(theirs) => {
            let message = format!("could not harvest into `{}`: it holds the source `{theirs}`", folder.display());
            Err(misuse(message, "choose another folder with `--dir`"))
        }
        None => Ok(()),
    }
}

fn source_of_data(data: &Path) -> Option<String> {
    fs::symlink_metadata(data).ok().filter(fs::Metadata::is_file)?;
    let mut first = Vec::new();
    BufReader::new(fs::File::open(data).ok()?).read_until(b'\n', &mut first).ok()?;
    let harvest = Line::read(&first).ok()?.harvest;
    Some(format!("{} {}", memory::dialect_of(harvest.backend), harvest.source_url))
}

//! `extract`: what is in an archive, all of it right, or nothing.
//!
//! - **Input**: a 7z or a zip, by path or by the receipt of `download`. The content tells the format, not the name.
//! - **Output**: its files and folders below `--dir`, by default the archive's own folder. They are written to a hidden
//!   folder there, each checked against the size and the CRC that the archive gives, and renamed once all are right.
//!   Links are refused, and no permission is taken over. What is there already, as it should be, is left alone.
//! - **Receipt**: `path` is the one top-level folder or file when there is just one, else the folder.
//! - **Failures**: 2 wrong arguments; 65 the archive breaks a rule, and nothing was written; 66 it cannot be read; 74 the
//!   disk refuses, or has too little space; 75 another run extracts the same archive there.
//!
//! What makes an archive break a rule is told in `archives::Archive`.

mod choice;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use archives::{Archive, Entry, EntryKind, Limits};
use clap::Parser;
use files::OutputTree;
use globset::Glob;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use step::{ExitCode, Failure, Given, Input, Outcome, Task};

use crate::extract::choice::{choose, parse_glob};

/// The CSV of SIRENE alone is over 8 GiB; a disk that can take much more than that is rare.
const MOST_BYTES: u64 = 64 << 30;

/// Some hundred are usual.
const MOST_ENTRIES: usize = 100_000;

/// Extract an archive, 7z or zip: all of it is right, or nothing is written.
#[derive(Debug, Parser)]
#[command(name = "extract", version)]
pub struct Args {
    /// The archive, or `-` for the receipt of the step before on stdin
    #[arg(value_name = "ARCHIVE|-")]
    archive: Input,
    /// Folder to extract to; by default that of the archive
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Extract only what matches: the glob is for the whole path inside the archive, `*` does not cross `/`, `**` does
    #[arg(long, value_name = "GLOB", value_parser = parse_glob)]
    only: Vec<Glob>,
    /// Refuse an archive that would unpack to more bytes
    #[arg(long, value_name = "N", default_value_t = MOST_BYTES)]
    max_bytes: u64,
    /// Refuse an archive that holds more files and folders
    #[arg(long, value_name = "N", default_value_t = MOST_ENTRIES)]
    max_entries: usize,
}

/// What the receipt of `extract` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// The archive.
    archive: String,
    /// Its format: `7z` or `zip`.
    format: String,
    /// Number of files extracted.
    files: u64,
    /// Edition of the archive, as the step before said.
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<String>,
    /// Month of the archive, as the step before said.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Extracts the archive.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let given = args.archive.read(&task).await?;
    task.blocking(move |task| extract(&args, &given, task)).await
}

/// No remote is asked: looks whether the archive is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    args.archive.check()
}

/// What is to appear where.
struct Job {
    archive: Archive,
    path: PathBuf,
    dir: PathBuf,
    /// Of each entry of the archive.
    wanted: Vec<bool>,
    chosen: Vec<Entry>,
    bytes: u64,
}

fn extract(args: &Args, given: &Given, task: &Task) -> Result<Outcome<Receipt>> {
    let mut job = Job::plan(args, given)?;
    let tree = OutputTree::create(&job.dir, &job.lock_name())?;
    let unchanged = job.is_done(task)?;
    let sha256 = if unchanged { job.hash()? } else { job.unpack(&tree, task)? };
    if !unchanged {
        tree.commit()?;
    }
    let own = Receipt {
        archive: step::absolute(&job.path)?,
        format: job.archive.format().to_string(),
        files: job.chosen.iter().filter(|entry| entry.kind != EntryKind::Folder).count() as u64,
        edition: passed_on(given, "edition"),
        month: passed_on(given, "month"),
    };
    let receipt = step::Receipt::new(job.output(), own).bytes(job.bytes).unchanged(unchanged);
    Ok(Outcome::Done(match sha256 {
        Some(sha256) if job.only_file().is_some() => receipt.sha256(sha256),
        _ => receipt,
    }))
}

impl Job {
    /// Judges the archive, and whether it may go where it is to.
    fn plan(args: &Args, given: &Given) -> Result<Self> {
        let path = given.path.clone();
        let archive = Archive::open(&path, Limits { max_bytes: args.max_bytes, max_entries: args.max_entries })?;
        // `download` says it only of SIRENE.
        if given.receipt.contains_key("month") {
            require_one_csv(&path, archive.entries())?;
        }
        let wanted = choose(&archive, &path, &args.only)?;
        let chosen = archive.entries().iter().zip(&wanted).filter(|(_, wanted)| **wanted);
        let chosen: Vec<_> = chosen.map(|(entry, _)| entry.clone()).collect();
        let dir = args.dir.clone().unwrap_or_else(|| path.parent().map(Path::to_owned).unwrap_or_default());
        let bytes = chosen.iter().map(Entry::bytes).sum();
        let job = Self { archive, path, dir, wanted, chosen, bytes };
        job.spare_archive()?;
        Ok(job)
    }

    /// The names that appear in the folder.
    fn tops(&self) -> BTreeSet<&str> {
        self.chosen.iter().map(Entry::top).collect()
    }

    /// The archive stays: a retry must find it.
    fn spare_archive(&self) -> Result<()> {
        let Ok(archive) = self.path.canonicalize() else { return Ok(()) };
        let replaces = |top: &&&str| self.dir.join(top).canonicalize().is_ok_and(|there| archive.starts_with(there));
        match self.tops().iter().find(replaces) {
            Some(top) => {
                let message = format!(
                    "could not extract `{}`: its `{top}` would replace the archive itself",
                    self.path.display()
                );
                Err(Failure::new(ExitCode::BadInput, message).hint("choose another folder with `--dir`").into())
            }
            None => Ok(()),
        }
    }

    /// What two runs must not write at once.
    fn lock_name(&self) -> String {
        format!("{}.extract", self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    /// Whether a run before has left all of it there.
    fn is_done(&self, task: &Task) -> Result<bool> {
        for entry in &self.chosen {
            if !entry.is_at(&self.dir, &mut |_| task.go_on())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn unpack(&mut self, tree: &OutputTree, task: &Task) -> Result<Option<String>> {
        let (path, bytes, free) = (self.path.display(), self.bytes, tree.free_bytes()?);
        if free < bytes {
            let message = format!("could not extract `{path}`: it takes {bytes} bytes, and {free} are free");
            let failure = Failure::new(ExitCode::DiskRefused, message);
            return Err(failure.hint("free some space, or choose another disk with `--dir`").into());
        }
        tracing::info!("extracting `{path}`: {bytes} bytes");
        let progress = task.progress_bytes(format!("extracting `{path}`"));
        progress.set_total(bytes);
        self.archive.unpack(&self.wanted, tree.folder(), &mut |count| {
            progress.add(count);
            task.go_on()
        })
    }

    /// The one entry that appears in the folder, or else the folder.
    fn output(&self) -> PathBuf {
        let tops = self.tops();
        match tops.first() {
            Some(top) if tops.len() == 1 => self.dir.join(top),
            _ if self.dir.as_os_str().is_empty() => PathBuf::from("."),
            _ => self.dir.clone(),
        }
    }

    /// The output, if it is a file.
    fn only_file(&self) -> Option<PathBuf> {
        let is_file = |entry: &&Entry| entry.kind != EntryKind::Folder && entry.path == entry.top();
        self.chosen.first().filter(is_file).filter(|_| self.chosen.len() == 1).map(|entry| self.dir.join(&entry.path))
    }

    fn hash(&self) -> Result<Option<String>> {
        self.only_file().map(|file| files::sha256(&file)).transpose()
    }
}

/// The stock of SIRENE is one file.
fn require_one_csv(path: &Path, entries: &[Entry]) -> Result<()> {
    if matches!(entries, [entry] if entry.kind != EntryKind::Folder && entry.path.to_lowercase().ends_with(".csv")) {
        return Ok(());
    }
    let names: Vec<_> = entries.iter().take(5).map(|entry| format!("`{}`", entry.path)).collect();
    let message = format!(
        "could not extract `{}`: the stock of SIRENE is one CSV, and this holds {} entries: {}",
        path.display(),
        entries.len(),
        names.join(", ")
    );
    Err(Failure::new(ExitCode::BadInput, message)
        .hint("see what INSEE changed; give the path of the archive to extract it as it is")
        .into())
}

fn passed_on(given: &Given, key: &str) -> Option<String> {
    given.receipt.get(key).and_then(Value::as_str).map(str::to_owned)
}

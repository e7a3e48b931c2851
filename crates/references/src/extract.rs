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
//! What makes an archive break a rule is told in `files::Archive`.

mod choice;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use files::{Archive, Entry, Kind, Limits, Tree};
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
#[command(name = "extract", version, about)]
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

/// Extracts the archive.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let given = args.archive.read(&task).await?;
    task.blocking(move |task| extract(&args, &given, task)).await
}

/// No remote is asked.
pub use step::nothing_remote as check;

fn extract(args: &Args, given: &Given, task: &Task) -> Result<Outcome<Receipt>> {
    let path = &given.path;
    let mut archive = Archive::open(path, Limits { max_bytes: args.max_bytes, max_entries: args.max_entries })?;
    let wanted = choose(&archive, path, &args.only)?;
    let chosen: Vec<Entry> =
        archive.entries().iter().zip(&wanted).filter(|(_, w)| **w).map(|(e, _)| e.clone()).collect();
    if given.receipt.contains_key("month") {
        require_one_csv(path, archive.entries())?;
    }
    let dir = args.dir.clone().unwrap_or_else(|| path.parent().map(Path::to_owned).unwrap_or_default());
    spare_archive(path, &dir, &chosen)?;
    let bytes = chosen.iter().map(Entry::bytes).sum();
    let tree = Tree::create(&dir, &lock_name(path))?;
    let unchanged = is_there(&chosen, &dir, task)?;
    if !unchanged {
        require_space(&tree, path, bytes)?;
        unpack(&mut archive, &wanted, &tree, bytes, path, task)?;
        tree.commit()?;
    }
    let own = Receipt {
        archive: path.display().to_string(),
        format: archive.format().to_string(),
        files: chosen.iter().filter(|entry| entry.kind != Kind::Folder).count() as u64,
        edition: passed_on(given, "edition"),
        month: passed_on(given, "month"),
    };
    receipt(&dir, &chosen, own).map(|receipt| Outcome::Done(receipt.bytes(bytes).unchanged(unchanged)))
}

/// The stock of SIRENE is one file. `download` says `month` only of it.
fn require_one_csv(path: &Path, entries: &[Entry]) -> Result<()> {
    if matches!(entries, [entry] if entry.kind != Kind::Folder && entry.path.to_lowercase().ends_with(".csv")) {
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

/// The archive stays: a retry must find it.
fn spare_archive(path: &Path, dir: &Path, chosen: &[Entry]) -> Result<()> {
    let archive = path.canonicalize().ok();
    for top in chosen.iter().map(Entry::top).collect::<BTreeSet<_>>() {
        let there = dir.join(top).canonicalize().ok();
        if there.is_some_and(|there| archive.as_ref().is_some_and(|archive| archive.starts_with(there))) {
            let message =
                format!("could not extract `{}`: its `{top}` would replace the archive itself", path.display());
            return Err(Failure::new(ExitCode::BadInput, message).hint("choose another folder with `--dir`").into());
        }
    }
    Ok(())
}

/// What two runs must not write at once.
fn lock_name(path: &Path) -> String {
    format!("{}.extract", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Whether a run before has left all of it there.
fn is_there(chosen: &[Entry], dir: &Path, task: &Task) -> Result<bool> {
    let mut go_on = |_| task.go_on();
    for entry in chosen {
        if !entry.is_at(dir, &mut go_on)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn require_space(tree: &Tree, path: &Path, bytes: u64) -> Result<()> {
    let free = tree.free_bytes()?;
    if free >= bytes {
        return Ok(());
    }
    let message = format!("could not extract `{}`: it takes {bytes} bytes, and {free} are free", path.display());
    Err(Failure::new(ExitCode::DiskRefused, message)
        .hint("free some space, or choose another disk with `--dir`")
        .into())
}

fn unpack(archive: &mut Archive, wanted: &[bool], tree: &Tree, bytes: u64, path: &Path, task: &Task) -> Result<()> {
    tracing::info!("extracting `{}`: {bytes} bytes", path.display());
    let progress = task.progress_bytes(format!("extracting `{}`", path.display()));
    progress.set_total(bytes);
    archive.unpack(wanted, tree.folder(), &mut |count| {
        progress.add(count);
        task.go_on()
    })
}

fn passed_on(given: &Given, key: &str) -> Option<String> {
    given.receipt.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// Names the one entry that appeared in the folder, or else the folder.
fn receipt(dir: &Path, chosen: &[Entry], own: Receipt) -> Result<step::Receipt<Receipt>> {
    let tops: BTreeSet<_> = chosen.iter().map(Entry::top).collect();
    let only = tops.first().filter(|_| tops.len() == 1).map(|top| dir.join(top));
    Ok(match only {
        Some(file) if file.is_file() => {
            let sha256 = files::sha256(&file)?;
            step::Receipt::new(file, own).sha256(sha256)
        }
        Some(folder) => step::Receipt::new(folder, own),
        None if dir.as_os_str().is_empty() => step::Receipt::new(".", own),
        None => step::Receipt::new(dir, own),
    })
}

//! The zip of the SIRENE stock, and its CSV.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use archives::{Archive, EntryKind, Inflated, Limits, inflate_first};
use step::{ExitCode, Failure, Task};
use transfer::{Growth, LocalFile, StagedFile};

use super::Got;

/// The CSV has over 8 GB; what is eight times as long is something else.
const LIMITS: Limits = Limits { max_bytes: 64 << 30, max_entries: 1_000 };

/// Gives the zip its name, if its end is there and sound: no checksum tells that the server sent all of it.
pub(super) async fn publish_judged(task: &Task, staged: StagedFile) -> Result<LocalFile> {
    task.blocking(move |_| match judge(staged.part()) {
        Ok(()) => staged.publish(),
        Err(error) => {
            staged.discard()?;
            Err(error)
        }
    })
    .await
}

/// Whether the list of the zip is whole.
pub(super) fn judge(zip: &Path) -> Result<()> {
    Archive::open(zip, LIMITS).map(drop)
}

/// Inflates the CSV of the zip that is to be at `zip` while it comes. None: no zip comes.
pub(super) async fn follow(task: &Task, growth: Growth, zip: &Path) -> Result<Option<Inflated>> {
    let zip = zip.to_owned();
    task.blocking(move |task| {
        while let Some(mut coming) = growth.follow() {
            let inflated = inflate_first(&mut coming, &zip, folder_of(&zip), LIMITS, &mut |_| task.go_on());
            if inflated.is_err() && growth.outran(&coming) {
                tracing::info!("inflating from the start again");
                continue;
            }
            return inflated.map(Some);
        }
        Ok(None)
    })
    .await
}

/// Gives zip and CSV their names, if the CSV is what the zip says it is.
pub(super) async fn publish_inflated(
    task: &Task,
    staged: StagedFile,
    inflated: Result<Option<Inflated>>,
) -> Result<Got> {
    task.blocking(move |_| {
        let confirmed = inflated
            .and_then(|inflated| inflated.context("could not inflate the stock: it ended before it began"))
            .and_then(|inflated| ensure_csv(inflated.name(), staged.part()).map(|()| inflated))
            .and_then(|inflated| inflated.confirm(staged.part(), LIMITS));
        let confirmed = match confirmed {
            Ok(confirmed) => confirmed,
            // The next run must not go on with what is bad.
            Err(error) if is_bad(&error) => {
                staged.discard()?;
                return Err(error);
            }
            // The disk refused: the zip is good.
            Err(error) => {
                staged.publish()?;
                return Err(error);
            }
        };
        let zip = Got::new(staged.publish()?);
        let csv = confirmed.commit()?;
        Ok(of_csv(zip, csv.path, csv.bytes, csv.sha256, None))
    })
    .await
}

/// Inflates the CSV of a zip that is there, unless it is there too.
pub(super) async fn inflate(task: &Task, zip: Got) -> Result<Got> {
    task.blocking(move |task| {
        let archive = Archive::open(&zip.path, LIMITS)?;
        let [csv] = archive.entries() else {
            return Err(odd(&zip.path, format!("it should hold one file, and holds {}", archive.entries().len())));
        };
        ensure_csv(&csv.path, &zip.path)?;
        let (folder, mut go_on) = (folder_of(&zip.path).to_owned(), |_| task.go_on());
        if let (EntryKind::File { bytes, .. }, true) = (csv.kind, csv.is_at(&folder, &mut go_on)?) {
            let path = folder.join(&csv.path);
            let sha256 = files::sha256(&path)?;
            let unchanged = zip.unchanged;
            return Ok(of_csv(zip, path, bytes, sha256, unchanged));
        }
        let mut source = files::open(&zip.path)?;
        let inflated = inflate_first(&mut source, &zip.path, &folder, LIMITS, &mut go_on)?;
        let csv = inflated.confirm(&zip.path, LIMITS)?.commit()?;
        Ok(of_csv(zip, csv.path, csv.bytes, csv.sha256, None))
    })
    .await
}

fn of_csv(zip: Got, path: PathBuf, bytes: u64, sha256: String, unchanged: Option<&'static str>) -> Got {
    let mut own = zip.own;
    own.archive = step::absolute(&zip.path).ok();
    Got { path, bytes, sha256: Some(sha256), unchanged, own }
}

fn ensure_csv(name: &str, zip: &Path) -> Result<()> {
    match name.to_ascii_lowercase().ends_with(".csv") {
        true => Ok(()),
        false => Err(odd(zip, format!("it should hold a CSV, and holds `{}`", name.escape_debug()))),
    }
}

fn odd(zip: &Path, why: String) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not extract `{}`: {why}", zip.display()))
        .hint("see what its publisher says of a new form")
        .into()
}

fn is_bad(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(|failure| failure.code() == ExitCode::BadInput)
}

fn folder_of(zip: &Path) -> &Path {
    zip.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

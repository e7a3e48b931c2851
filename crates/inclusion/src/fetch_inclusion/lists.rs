//! The lists that are fetched, wherever they come from: each on a shelf, and how it came there.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use step::Task;
use tables::Format;

use crate::lists::List;
use crate::options::misuse;
use crate::schema::Kind;

use super::api::{Api, since};
use super::dump;
use super::folder::Folder;
use super::outcome::Course;
use super::published::Published;
use super::shelf::{Begun, Page, Shelf};

/// After that, what was gathered is no longer news: the service loads new data every hour, or every day.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(6);

/// What asks.
#[derive(Debug)]
pub(super) enum Origins {
    Api(Api),
    Published(Published),
    Files(Vec<PathBuf>),
}

/// Lists that are complete.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub(super) lists: Vec<(Kind, Shelf)>,
    pub(super) courses: Vec<Course>,
}

/// A list of a file, before its first record.
struct Given {
    path: PathBuf,
    format: Format,
    list: List,
}

impl Fetched {
    fn take(&mut self, kind: Kind, shelf: Shelf, course: Course) {
        self.lists.push((kind, shelf));
        self.courses.push(course);
    }
}

/// Brings all lists.
///
/// # Errors
/// As the contract says; journals stay for the next run, but those of lists that cannot be believed.
pub(super) async fn fetch(
    origins: &Origins,
    lists: &[Kind],
    folder: &Folder,
    page_size: u64,
    force: bool,
    task: &Task,
) -> Result<Fetched> {
    match origins {
        Origins::Api(api) => from_api(api, lists, folder, page_size, force, task).await,
        Origins::Published(published) => from_published(published, lists, folder, task).await,
        Origins::Files(paths) => {
            let begun: Vec<_> = lists.iter().map(|kind| (*kind, folder.journal(*kind))).collect();
            let paths = paths.clone();
            task.blocking(move |task| from_files(&paths, &begun, task)).await
        }
    }
}

async fn from_api(
    api: &Api,
    lists: &[Kind],
    folder: &Folder,
    page_size: u64,
    force: bool,
    task: &Task,
) -> Result<Fetched> {
    let mut fetched = Fetched::default();
    for kind in lists {
        let address = api.address(kind.name());
        let mut shelf = open(&folder.journal(*kind), address.as_str(), page_size, force)?;
        let progress = task.progress(format!("fetching {}", kind.name()), "records");
        progress.set_before(shelf.len() as u64);
        let gathered = api.gather(*kind, &mut shelf, &progress).await?;
        if !force {
            folder.refuse_shrunk(*kind, shelf.len() as u64)?;
        }
        tracing::info!("{} {} were served, and none is missing", shelf.len(), kind.name());
        let course = Course { from: json!(address.as_str()), requests: gathered.requests, retries: gathered.retries };
        fetched.take(*kind, shelf, course);
    }
    Ok(fetched)
}

/// Goes on with the journal of a run that was stopped, if that is of the same list; else begins one.
fn open(path: &Path, address: &str, page_size: u64, force: bool) -> Result<Shelf> {
    let now = Timestamp::now();
    let begun = Begun { address: address.to_owned(), page_size, at: now };
    if force {
        return Shelf::begin(path, begun);
    }
    let is_there = path.exists();
    match Shelf::resume(path)? {
        Some(shelf)
            if shelf.begun.address == address
                && shelf.begun.page_size == page_size
                && now.duration_since(shelf.begun.at).abs() <= LONGEST_LIFE =>
        {
            if shelf.len() > 0 {
                tracing::info!("going on with a run that was stopped: {} records are there", shelf.len());
            }
            Ok(shelf)
        }
        _ => {
            if is_there {
                tracing::info!(
                    "beginning anew: what a run before gathered is of another address or page size, or over 6 hours old"
                );
            }
            Shelf::begin(path, begun)
        }
    }
}

async fn from_published(published: &Published, lists: &[Kind], folder: &Folder, task: &Task) -> Result<Fetched> {
    let mut fetched = Fetched::default();
    for kind in lists {
        let before = published.counts();
        let dump = published.fetch(*kind, &folder.path).await?;
        let (kind, journal, address) = (*kind, folder.journal(*kind), published.address(*kind));
        let (shelf, dump) = task
            .blocking(move |task| {
                let (format, lists) = dump::open(&dump.path)?;
                // What an address brings is what it was asked for, whatever its columns.
                let Some(list) = lists.into_iter().next() else {
                    return Err(misuse("could not find a list in the dump", "see whether the address is right"));
                };
                let given = Given { path: dump.path.clone(), format, list: List { kind, ..list } };
                Ok((shelve(given, &journal, dump.is_invented, task)?, dump))
            })
            .await?;
        drop(dump);
        let (requests, retries) = since(&before, &published.counts());
        fetched.take(kind, shelf, Course { from: json!(address.as_str()), requests, retries });
    }
    Ok(fetched)
}

fn from_files(paths: &[PathBuf], wanted: &[(Kind, PathBuf)], task: &Task) -> Result<Fetched> {
    let mut given = open_all(paths)?;
    let mut fetched = Fetched::default();
    for (kind, journal) in wanted {
        let Some(nth) = given.iter().position(|given| given.list.kind == *kind) else {
            let message = format!("could not find the {}: no file that was given holds them", kind.name());
            return Err(misuse(message, "name the one list that is wanted, or give a file for each"));
        };
        let one = given.swap_remove(nth);
        if let Some(other) = given.iter().find(|other| other.list.kind == *kind) {
            let (name, path) = (kind.name(), other.path.display());
            return Err(misuse(
                format!("could not choose the {name}: `{path}` holds them too"),
                "give one file for each",
            ));
        }
        let name = one.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shelf = shelve(one, journal, false, task)?;
        let course = Course { from: json!([name]), requests: Default::default(), retries: 0 };
        fetched.take(*kind, shelf, course);
    }
    for unused in given {
        tracing::warn!("`{}` is not used: its list was not asked for", unused.path.display());
    }
    Ok(fetched)
}

fn open_all(paths: &[PathBuf]) -> Result<Vec<Given>> {
    let mut given = vec![];
    for path in paths {
        crate::options::refuse_folder(path)?;
        let (format, lists) = dump::open(path)?;
        given.extend(lists.into_iter().map(|list| Given { path: path.clone(), format, list }));
    }
    Ok(given)
}

/// That the files can be read, and hold what is asked for.
///
/// # Errors
/// 65 when one is no table, 66 when one cannot be read.
pub(super) fn look(paths: &[PathBuf]) -> Result<Vec<String>> {
    open_all(paths)?;
    Ok(paths.iter().map(|path| path.display().to_string()).collect())
}

/// All records of a dump are one page.
fn shelve(given: Given, journal: &Path, is_invented: bool, task: &Task) -> Result<Shelf> {
    let Given { path, format, list } = given;
    let progress = task.progress(format!("reading {}", list.kind.name()), "records");
    let begun = Begun { address: path.display().to_string(), page_size: 0, at: Timestamp::now() };
    let mut shelf = Shelf::begin(journal, begun)?;
    // No run goes on with it: its file goes with this one, however that ends.
    shelf.remove_journal()?;
    dump::shelve(&path, format, list, &mut shelf, &progress, &|| task.go_on())?;
    let records = shelf.len() as u64;
    let (requests, totals) = (Default::default(), vec![records]);
    let (page, size, known, retries, reloads) = (1, records, 0, 0, 0);
    shelf.keep(Page { page, size, records, known, requests, retries, reloads, totals, is_last: true, is_invented })?;
    Ok(shelf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch_inclusion::record::Told;

    #[test]
    fn a_journal_lives_for_six_hours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        for (hours, address, page_size, is_kept) in
            [(5, "a", 9, true), (7, "a", 9, false), (-7, "a", 9, false), (1, "b", 9, false), (1, "a", 8, false)]
        {
            let at = Timestamp::now() - SignedDuration::from_hours(hours);
            let mut shelf = Shelf::begin(&path, Begun { address: "a".to_owned(), page_size: 9, at }).unwrap();
            shelf.add(&Told::read(b"{\"id\":\"x\"}").unwrap(), b"{\"id\":\"x\"}").unwrap();
            let (requests, totals) = (Default::default(), vec![]);
            let (page, size, records, known, retries, reloads) = (1, 9, 1, 0, 0, 0);
            let (is_last, is_invented) = (false, false);
            shelf
                .keep(Page { page, size, records, known, requests, retries, reloads, totals, is_last, is_invented })
                .unwrap();
            drop(shelf);
            let open = |force| open(&path, address, page_size, force).unwrap().len() == 1;
            assert_eq!(open(false), is_kept, "{hours} {address} {page_size}");
            assert!(!open(true));
        }
    }
}

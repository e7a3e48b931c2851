//! The lines of one data file: those of the run before, and those that came in their place.

pub(crate) mod base;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;
use foldhash::fast::RandomState;

use crate::item::Kind;
use crate::line::{Digest, Line};
use crate::memory::{Known, Memory};
use crate::settings::Settings;
use crate::store::{Place, Store, read_at};

/// The lines of one data file, by remote identifier.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) kind: Kind,
    /// Where the lines of the run before are.
    base: Option<File>,
    /// Whether that is, byte for byte, what the run before wrote.
    is_trusted: bool,
    known: Rc<KnownLines>,
    /// By the name that the portal lists them by; made when it is first needed.
    by_name: Option<HashMap<Box<str>, Box<str>>>,
    store: Store,
    lines: HashMap<Box<str>, Placed, RandomState>,
    /// Identifiers of items that brought no line.
    met: HashSet<Box<str>, RandomState>,
    /// Items that brought neither line nor identifier.
    unnamed: u64,
}

/// Lines of the run before, by identifier.
type KnownLines = HashMap<Box<str>, Known, RandomState>;

/// Which lines of the run before can be taken over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carriable(Option<Rc<KnownLines>>);

/// A line that came.
#[derive(Debug)]
struct Placed {
    place: Place,
    digest: Digest,
    name: Option<Box<str>>,
    slug: Option<Box<str>>,
    is_new: bool,
    item: u64,
}

/// What became of a line since the run before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    New,
    Changed(Vec<String>),
    Unchanged,
    /// It was archived; what differs besides.
    Restored(Vec<String>),
}

/// A line as it is to be written.
pub(crate) struct Written<'a> {
    /// Without line end.
    pub(crate) text: &'a [u8],
    pub(crate) is_archived: bool,
    /// It came in this run.
    pub(crate) is_fresh: bool,
    /// What is to be remembered of it, but for its place.
    pub(crate) known: Known,
}

/// A dataset that is new.
pub(crate) struct Newcomer<'a> {
    pub(crate) remote_id: &'a str,
    pub(crate) item: u64,
}

impl Carriable {
    /// Whether there is anything to rely on.
    pub(crate) fn is_trusted(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn has(&self, remote_id: &str) -> bool {
        let known = self.0.as_ref().and_then(|known| known.get(remote_id));
        known.is_some_and(|known| known.place().bytes > 0)
    }
}

impl Ledger {
    /// Of the data file at `data`; `folder` holds what is remembered. Without memory and file nothing is known.
    /// Where a run that was stopped `is_resumed`, a file without memory may be its own.
    pub(crate) fn open(
        kind: Kind,
        data: &Path,
        folder: &Path,
        memory: Option<&mut Memory>,
        settings: &Settings,
        is_resumed: bool,
    ) -> Result<Self> {
        let base = match memory {
            Some(memory) => base::find(kind, data, folder, memory)?,
            None => base::find_unremembered(data, folder, settings, is_resumed)?,
        };
        Ok(Self {
            kind,
            base: base.file,
            is_trusted: base.is_trusted,
            known: Rc::new(base.known.into_iter().map(|known| (known.remote_id.clone(), known)).collect()),
            by_name: None,
            store: Store::new(folder)?,
            lines: HashMap::default(),
            met: HashSet::default(),
            unnamed: 0,
        })
    }

    /// One that knows nothing, for a preview.
    pub(crate) fn empty(kind: Kind, folder: &Path) -> Result<Self> {
        let (known, lines, met) = (Rc::default(), HashMap::default(), HashSet::default());
        let store = Store::new(folder)?;
        Ok(Self { kind, base: None, is_trusted: false, known, by_name: None, store, lines, met, unnamed: 0 })
    }

    /// Forgets what came in this run.
    pub(crate) fn begin_again(&mut self) -> Result<()> {
        self.lines.clear();
        self.met.clear();
        self.unnamed = 0;
        self.store.clear()
    }

    /// Whether a line of that identifier came.
    pub(crate) fn has(&self, remote_id: &str) -> bool {
        self.lines.contains_key(remote_id)
    }

    /// An item of that identifier came, without a line.
    pub(crate) fn meet(&mut self, remote_id: &str) {
        self.met.insert(remote_id.into());
    }

    /// An item came that has no identifier.
    pub(crate) fn meet_unnamed(&mut self) {
        self.unnamed += 1;
    }

    /// The identifier of the line whose portal's name is `name`.
    pub(crate) fn id_of_name(&mut self, name: &str) -> Option<Box<str>> {
        let known = &self.known;
        let by_name = self.by_name.get_or_insert_with(|| {
            let named = known.values().filter_map(|known| Some((known.name.clone()?, known.remote_id.clone())));
            named.collect()
        });
        by_name.get(name).cloned()
    }

    /// The slug that was given at the first harvest.
    pub(crate) fn slug_of(&self, remote_id: &str) -> Option<&str> {
        self.known.get(remote_id)?.slug.as_deref()
    }

    /// Which lines of the run before can be taken over: none of a file that somebody changed.
    pub(crate) fn carriable(&self) -> Carriable {
        Carriable(self.is_trusted.then(|| self.known.clone()))
    }

    /// The line of the run before.
    pub(crate) fn line_before(&self, remote_id: &str) -> Result<Option<Line>> {
        let known = self.known.get(remote_id).filter(|known| known.place().bytes > 0);
        let (Some(base), Some(known)) = (&self.base, known) else { return Ok(None) };
        let mut text = Vec::new();
        read_at(base, known.place(), &mut text)?;
        let mut line = Line::read(&text)?;
        // What was remembered counts: the digest does not tell about these.
        known.last_update.as_ref().clone_into(&mut line.harvest.last_update);
        line.mark(known.archived_at.as_deref());
        Ok(Some(line))
    }

    /// Takes the line that an item brought.
    pub(crate) fn add(&mut self, line: &Line, slug: Option<&str>, item: u64) -> Result<Change> {
        let remote_id = line.harvest.remote_id.as_str();
        let digest = line.digest()?;
        let change = self.compare(line, digest)?;
        let place = self.store.add(|held| line.write(held))?;
        let name = line.harvest.ckan_name.as_deref().map(Box::from);
        let (slug, is_new) = (slug.map(Box::from), change == Change::New);
        self.lines.insert(remote_id.into(), Placed { place, digest, name, slug, is_new, item });
        Ok(change)
    }

    fn compare(&self, line: &Line, digest: Digest) -> Result<Change> {
        let Some(known) = self.known.get(line.harvest.remote_id.as_str()) else { return Ok(Change::New) };
        let is_same = known.digest() == Some(digest);
        let fields = match is_same {
            true => Vec::new(),
            false => match self.line_before(&known.remote_id)? {
                Some(before) => line.changed_fields(&before)?,
                None => Vec::new(),
            },
        };
        Ok(match (known.archived_at.is_some(), is_same) {
            (true, _) => Change::Restored(fields),
            (false, true) => Change::Unchanged,
            (false, false) => Change::Changed(fields),
        })
    }

    /// Active lines of the run before.
    pub(crate) fn active_before(&self) -> u64 {
        self.known.values().filter(|known| known.archived_at.is_none()).count() as u64
    }

    /// Identifiers that came, with or without a line.
    pub(crate) fn named(&self) -> u64 {
        (self.lines.len() + self.met.len()) as u64
    }

    /// Items that came, each identifier once.
    pub(crate) fn came(&self) -> u64 {
        self.named() + self.unnamed
    }

    /// Active lines of the run before of which no item came, sorted.
    pub(crate) fn missing(&self) -> Vec<&Known> {
        let is_missing = |known: &&Known| {
            known.archived_at.is_none()
                && !self.lines.contains_key(&known.remote_id)
                && !self.met.contains(&known.remote_id)
        };
        let mut missing: Vec<_> = self.known.values().filter(is_missing).collect();
        missing.sort_unstable_by(|a, b| a.remote_id.cmp(&b.remote_id));
        missing
    }

    /// Lines that nobody knew, in the order of their items.
    pub(crate) fn newcomers(&self) -> Vec<Newcomer<'_>> {
        let new = self.lines.iter().filter(|(_, placed)| placed.is_new);
        let mut new: Vec<_> = new.map(|(remote_id, placed)| Newcomer { remote_id, item: placed.item }).collect();
        new.sort_unstable_by_key(|newcomer| newcomer.item);
        new
    }

    /// The line that came in this run.
    pub(crate) fn line(&self, remote_id: &str) -> Result<Option<Line>> {
        let Some(placed) = self.lines.get(remote_id) else { return Ok(None) };
        let mut text = Vec::new();
        self.store.read(placed.place, &mut text)?;
        Line::read(&text).map(Some)
    }

    /// Hands over each line as it is to be written, sorted by the bytes of its identifier: those that came, and those of
    /// the run before that nothing came in place of. `archived` holds those that are archived now, `now` when that is.
    pub(crate) fn each(
        &self,
        archived: &HashSet<Box<str>>,
        now: &str,
        mut take: impl FnMut(Written<'_>) -> Result<()>,
    ) -> Result<()> {
        let kept = self.known.values().filter(|known| known.place().bytes > 0).map(|known| &known.remote_id);
        let mut ids: Vec<&str> = self.lines.keys().chain(kept).map(AsRef::as_ref).collect();
        ids.sort_unstable();
        ids.dedup();
        let (mut kept, mut ahead) = (Vec::new(), self.store.ahead());
        for remote_id in ids {
            let (text, known, is_fresh) = match self.lines.get(remote_id) {
                Some(placed) => {
                    let known = Known::new(remote_id, placed.digest, placed.place, now);
                    let known = Known { name: placed.name.clone(), slug: placed.slug.clone(), ..known };
                    (ahead.read(placed.place)?, known, true)
                }
                None => {
                    let archived_at = archived.contains(remote_id).then_some(now);
                    let known = self.read_kept(remote_id, archived_at, &mut kept)?;
                    (kept.as_slice(), known, false)
                }
            };
            take(Written { text, is_archived: known.archived_at.is_some(), is_fresh, known })?;
        }
        Ok(())
    }

    /// A line of the run before, archived now if `archived_at` says when.
    fn read_kept(&self, remote_id: &str, archived_at: Option<&str>, text: &mut Vec<u8>) -> Result<Known> {
        let mut known = self.known[remote_id].clone();
        let base = self.base.as_ref().expect("a known line with a place is in a file");
        if archived_at.is_none() && self.is_trusted {
            read_at(base, known.place(), text)?;
            return Ok(known);
        }
        let mut line = self.line_before(remote_id)?.expect("a known line with a place can be read");
        if let Some(now) = archived_at {
            known.archived_at = Some(now.into());
            line.mark(archived_at);
        }
        text.clear();
        line.write(text)?;
        Ok(known)
    }
}

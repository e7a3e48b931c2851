//! From all that is known of each offer to its one row: the latest version, when it was seen, whether it is still there.

use std::collections::{BTreeSet, HashSet};

use anyhow::Result;
use jiff::civil::Date;

use crate::merge_offers::sheet::{Gone, Kept, Note, Place, Seen, Sheet};
use crate::merge_offers::source::{Kind, Source};
use crate::offre::time;

const MS_A_DAY: i64 = 86_400_000;

/// A row to be: where the version that it shows stands, and what is known besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// Milliseconds of the wall clock.
    pub(crate) created: i64,
    /// Where its identifier is among all.
    id: (u32, u32),
    /// The number of the source, and the place in it.
    pub(crate) source: u32,
    pub(crate) place: Place,
    pub(crate) content: u64,
    /// When the version shown was seen.
    pub(crate) vue: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) versions: u32,
    /// One more than its place among those that were withdrawn; 0: it is still there.
    gone: u32,
    pub(crate) is_proven: bool,
}

impl Shown {
    /// Of an offer that was seen once, in a day; where its identifier stands is said by whoever keeps that.
    pub(crate) fn once(seen: &Seen, source: u32, is_proven: bool) -> Self {
        Self {
            created: seen.created,
            id: (0, 0),
            source,
            place: seen.place,
            content: seen.content,
            vue: seen.vue,
            first: seen.vue,
            last: seen.vue,
            versions: 1,
            gone: 0,
            is_proven,
        }
    }

    /// Whether it was not withdrawn.
    pub(crate) fn is_there(&self) -> bool {
        self.gone == 0
    }
}

/// All rows to be.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// By creation, then identifier.
    pub(crate) shown: Vec<Shown>,
    ids: Vec<Vec<u8>>,
    gone: Vec<Gone>,
    pub(crate) versions: Versions,
    /// Rows that may move: the day in which they are to be, and one in which they were.
    pub(crate) moves: BTreeSet<(i64, i64)>,
    /// The same row by row: the day in which one was, and which.
    moved: Vec<(i64, (u32, u32))>,
}

/// What became of the observations that are no row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Versions {
    pub(crate) offers_with_several: u64,
    pub(crate) superseded: u64,
    pub(crate) repeats: u64,
}

const PIECE_BYTES: usize = 1 << 20;

/// What is held of all sheets while they are merged.
const SHEETS_BYTES: usize = 8 << 20;

impl Resolved {
    pub(crate) fn id(&self, shown: &Shown) -> &str {
        let (piece, begin) = shown.id;
        let bytes = &self.ids[piece as usize][begin as usize..];
        let (length, rest) = bytes.split_at(4);
        let length = u32::from_le_bytes(length.try_into().expect("four bytes are four bytes"));
        std::str::from_utf8(&rest[..length as usize]).expect("it was put there as a text")
    }

    /// The rows that may have been in one of these days, and are to be in another.
    pub(crate) fn leaving(&self, day: i64) -> Vec<Shown> {
        let ids: HashSet<(u32, u32)> = self.moved.iter().filter(|(from, _)| *from == day).map(|(_, id)| *id).collect();
        self.shown.iter().filter(|shown| ids.contains(&shown.id) && day_of(shown.created) != day).copied().collect()
    }

    pub(crate) fn gone(&self, shown: &Shown) -> Option<&Gone> {
        self.gone.get((shown.gone as usize).checked_sub(1)?)
    }

    fn keep_id(&mut self, id: &str) -> (u32, u32) {
        if self.ids.last().is_none_or(|piece| piece.len() + id.len() + 4 > piece.capacity()) {
            self.ids.push(Vec::with_capacity(PIECE_BYTES.max(id.len() + 4)));
        }
        let number = self.ids.len() - 1;
        let piece = &mut self.ids[number];
        let begin = piece.len();
        piece.extend_from_slice(&(id.len() as u32).to_le_bytes());
        piece.extend_from_slice(id.as_bytes());
        (number as u32, begin as u32)
    }

    /// Puts the rows in order.
    fn sort(&mut self) {
        let mut shown = std::mem::take(&mut self.shown);
        shown.sort_unstable_by(|a, b| a.created.cmp(&b.created).then_with(|| self.id(a).cmp(self.id(b))));
        self.shown = shown;
    }
}

/// The day of a time, counted from 1970.
pub(crate) fn day_of(ms: i64) -> i64 {
    ms.div_euclid(MS_A_DAY)
}

/// Brings together what all sources say, which come in the order in which a later one wins.
///
/// A row that only a journal tells of must be of the period.
pub(crate) fn resolve(sources: &[Source], (since, until): (Date, Date)) -> Result<Resolved> {
    let period = [since, until].map(|date| day_of(time::of(date.at(0, 0, 0, 0))));
    let held = (SHEETS_BYTES / sources.len().max(1)).clamp(4 << 10, 64 << 10);
    let mut sheets = sources.iter().map(|source| Sheet::open(&source.sheet, held)).collect::<Result<Vec<_>>>()?;
    let mut heap = Heap::of(&sheets);
    let mut resolved = Resolved::default();
    let mut group = Group::default();
    while let Some(number) = heap.first() {
        let sheet = &mut sheets[number];
        let Some((id, note)) = sheet.take()? else { break };
        if group.id != id {
            group.close(sources, period, &mut resolved);
            group.begin(id);
        }
        group.add(number, sources[number].kind, note);
        heap.settle(&sheets);
    }
    group.close(sources, period, &mut resolved);
    resolved.sort();
    Ok(resolved)
}

/// Sheets by the identifier that comes next, then by number; the first is the least.
struct Heap(Vec<usize>);

impl Heap {
    fn of(sheets: &[Sheet]) -> Self {
        let mut heap = Self((0..sheets.len()).filter(|number| sheets[*number].next.is_some()).collect());
        heap.0.sort_by(|a, b| key(sheets, *a).cmp(&key(sheets, *b)));
        heap
    }

    fn first(&self) -> Option<usize> {
        self.0.first().copied()
    }

    /// Puts the first in its place after it has moved on.
    fn settle(&mut self, sheets: &[Sheet]) {
        if sheets[self.0[0]].next.is_none() {
            self.0.swap_remove(0);
        }
        let mut at = 0;
        loop {
            let children = [2 * at + 1, 2 * at + 2].into_iter().filter(|child| *child < self.0.len());
            let least = children.min_by(|a, b| key(sheets, self.0[*a]).cmp(&key(sheets, self.0[*b])));
            match least {
                Some(child) if key(sheets, self.0[child]) < key(sheets, self.0[at]) => {
                    self.0.swap(at, child);
                    at = child;
                }
                _ => return,
            }
        }
    }
}

fn key(sheets: &[Sheet], number: usize) -> (Option<&str>, usize) {
    (sheets[number].next.as_ref().map(|(id, _)| id.as_str()), number)
}

/// What is known of one offer.
#[derive(Debug, Default)]
struct Group {
    id: String,
    seen: Vec<(usize, Seen)>,
    kept: Option<(usize, Kept)>,
    /// Whether a journal tells of it, and whether its last event says that it was withdrawn.
    has_event: bool,
    gone: Option<Gone>,
}

impl Group {
    /// Of another offer, of which nothing is known yet.
    fn begin(&mut self, id: String) {
        self.seen.clear();
        (self.id, self.kept, self.has_event, self.gone) = (id, None, false, None);
    }

    /// Takes a note into account; those of journals come last, in the order of events.
    fn add(&mut self, source: usize, kind: Kind, note: Note) {
        match note {
            Note::Seen(seen) => {
                if kind == Kind::Journal {
                    (self.has_event, self.gone) = (true, None);
                }
                self.seen.push((source, seen));
            }
            Note::Kept(kept) => self.kept = Some((source, kept)),
            Note::Gone(gone) => (self.has_event, self.gone) = (true, Some(gone)),
        }
    }

    fn close(&mut self, sources: &[Source], [since, until]: [i64; 2], resolved: &mut Resolved) {
        if self.seen.is_empty() && self.kept.is_none() {
            return;
        }
        if let ([(source, seen)], None, None) = (self.seen.as_slice(), &self.kept, &self.gone)
            && sources[*source].kind == Kind::Day
        {
            // Most are seen once.
            let is_proven = sources[*source].known.state == crate::days::State::Complete;
            let id = resolved.keep_id(&self.id);
            resolved.shown.push(Shown { id, ..Shown::once(seen, *source as u32, is_proven) });
            return;
        }
        let gone = self.withdrawn(sources);
        let known_until = self.kept.as_ref().map(|(_, kept)| {
            let withdrawn = kept.gone.as_ref().map_or(i64::MIN, |gone| gone.retiree_le);
            kept.last.max(kept.seen.vue).max(withdrawn)
        });
        // What a row that is kept has taken into account already.
        let is_new = |seen: &Seen| known_until.is_none_or(|until| seen.vue > until);
        let all = self.seen.len() as u64;
        let new: Vec<&(usize, Seen)> = self.seen.iter().filter(|(_, seen)| is_new(seen)).collect();
        let base = self.kept.as_ref().map(|(source, kept)| (*source, &kept.seen));
        let candidates = new.iter().map(|(source, seen)| (*source, seen)).chain(base);
        let best = candidates.max_by(|(one, a), (other, b)| {
            (a.vue, &a.updated_as, &a.created_as, *one, a.place.record).cmp(&(
                b.vue,
                &b.updated_as,
                &b.created_as,
                *other,
                b.place.record,
            ))
        });
        let Some((source, seen)) = best else { return };
        let is_of_day = self.kept.is_some() || self.seen.iter().any(|(source, _)| sources[*source].kind == Kind::Day);
        if !is_of_day && !(since..=until).contains(&day_of(seen.created)) {
            return;
        }
        let mut contents: Vec<u64> = new.iter().map(|(_, seen)| seen.content).collect();
        contents.sort_unstable();
        contents.dedup();
        let kept = self.kept.as_ref().map(|(_, kept)| kept);
        let versions = contents.len() as u32 + kept.map_or(0, |kept| kept.versions);
        let first = new.iter().map(|(_, seen)| seen.vue).chain(kept.map(|kept| kept.first)).min().unwrap_or(seen.vue);
        let mut last = new.iter().map(|(_, seen)| seen.vue).chain(kept.map(|kept| kept.last)).max().unwrap_or(seen.vue);
        if let Some(presente_le) = gone.as_ref().and_then(|gone| gone.presente_le) {
            last = presente_le;
        }
        let proven = |(source, _): &&(usize, Seen)| sources[*source].known.state == crate::days::State::Complete;
        let is_proven = new.iter().all(proven) && kept.is_none_or(|kept| kept.is_proven);
        resolved.versions.offers_with_several += u64::from(versions > 1);
        resolved.versions.superseded += u64::from(versions - 1);
        let observations = if kept.is_some() { u64::from(versions) + all - new.len() as u64 } else { all };
        resolved.versions.repeats += observations.saturating_sub(u64::from(versions));
        let gone = match gone {
            Some(gone) => {
                resolved.gone.push(gone);
                resolved.gone.len() as u32
            }
            None => 0,
        };
        let shown = Shown {
            created: seen.created,
            id: (0, 0),
            source: source as u32,
            place: seen.place,
            content: seen.content,
            vue: seen.vue,
            first,
            last,
            versions,
            gone,
            is_proven,
        };
        let id = resolved.keep_id(&self.id);
        for other in self.seen.iter().map(|(_, seen)| seen).chain(kept.map(|kept| &kept.seen)) {
            if day_of(other.created) != day_of(seen.created) {
                resolved.moves.insert((day_of(seen.created), day_of(other.created)));
                resolved.moved.push((day_of(other.created), id));
            }
        }
        resolved.shown.push(Shown { id, ..shown });
    }

    /// How it was withdrawn, if it was. A row that is kept tells of events whose journal may be gone.
    fn withdrawn(&self, sources: &[Source]) -> Option<Gone> {
        let gone = match self.has_event {
            true => self.gone.as_ref()?,
            false => self.kept.as_ref()?.1.gone.as_ref()?,
        };
        // Another day was collected afterwards that holds it: it was online, dated to that day.
        let is_other = |source: &Source| source.kind == Kind::Day && gone.jour != Some(source.date);
        let is_back = self.seen.iter().any(|(at, seen)| is_other(&sources[*at]) && seen.vue > gone.retiree_le);
        (!is_back).then(|| gone.clone())
    }
}

//! The tables from the first list request to the last: each reload swaps them whole.

use std::sync::Arc;

use super::options::InclusionOptions;
use super::record::Maker;
use super::reload::{Reload, Spot};
use super::row::{Row, SOURCES};
use super::tables::{Key, List, Tables, order};
use crate::world::dice::Dice;

/// One state of the tables.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// The list request after which they are so; 0 from the start.
    pub(crate) after: u64,
    pub(crate) reload: Reload,
    pub(crate) tables: Arc<Tables>,
}

/// All states so far.
#[derive(Debug)]
pub(crate) struct History {
    options: InclusionOptions,
    maker: Maker,
    /// As they would be if nothing were missing.
    full: Arc<Tables>,
    /// The number of the next row.
    next: u64,
    loads: Vec<Load>,
    /// The reloads after all requests up to this one have been made.
    done: u64,
    /// The last list request that came.
    latest: u64,
    /// The list that was asked for last, and where its page ended.
    seam: (List, usize),
}

/// Enough to find a new identifier that lies in a gap of a few records among thousands.
const TRIES: u64 = 5_000;

impl History {
    pub(crate) fn new(seed: u64, options: InclusionOptions) -> Self {
        let maker = Maker::new(seed, options.inclusion_indented);
        let rows = Row::first(seed, options.structures);
        let next = rows.len() as u64;
        let full = Arc::new(Tables::new(&maker, rows, &Tables::default()));
        let loads = vec![Load { after: 0, reload: Reload::Same, tables: full.clone() }];
        Self { options, maker, full, next, loads, done: 0, latest: 0, seam: (List::Structures, 0) }
    }

    pub(crate) fn maker(&self) -> &Maker {
        &self.maker
    }

    pub(crate) fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// What the next list request sees, unless a reload comes before it.
    pub(crate) fn current(&self) -> Arc<Tables> {
        self.loads.last().map(|load| load.tables.clone()).unwrap_or_default()
    }

    /// What list request number `request` sees.
    pub(crate) fn seen_by(&mut self, request: u64) -> Load {
        while self.done + 1 < request {
            self.done += 1;
            self.reload_as_planned(self.done);
        }
        let load = self.loads.iter().rev().find(|load| load.after < request).or(self.loads.first());
        load.cloned().unwrap_or_else(|| Load { after: 0, reload: Reload::Same, tables: self.full.clone() })
    }

    /// That request was for a page of this list that ends there.
    pub(crate) fn note_page(&mut self, request: u64, list: List, end: usize) {
        self.latest = self.latest.max(request);
        self.seam = (list, end);
    }

    /// Swaps the tables now.
    pub(crate) fn reload_now(&mut self, reload: Reload, spot: Spot) {
        self.seen_by(self.latest + 1);
        self.reload(reload, spot, self.latest);
    }

    fn reload_as_planned(&mut self, after: u64) {
        let mut dice = Dice::of(&[self.maker.seed, 0x10ad, after]);
        if self.options.reload_every > 0 && after.is_multiple_of(self.options.reload_every) {
            let of = |given: &[Reload]| if given.is_empty() { Reload::USUAL.to_vec() } else { given.to_vec() };
            let reload = dice.pick(&of(&self.options.reloads));
            let spots = &self.options.reload_spots;
            let spot = if spots.is_empty() { Spot::Anywhere } else { dice.pick(spots) };
            self.reload(reload, spot, after);
        }
        for at in self.options.reload_at.clone() {
            if at.request == after {
                self.reload(at.reload, at.spot, after);
            }
        }
    }

    fn reload(&mut self, reload: Reload, spot: Spot, after: u64) {
        let mut dice = Dice::of(&[self.maker.seed, 0xe10d, self.loads.len() as u64]);
        let mut rows = self.full.rows().to_vec();
        for _ in 0..1 + dice.below(self.options.reload_rows.max(1)) {
            self.touch(&mut rows, reload, spot, &mut dice);
        }
        self.full = Arc::new(Tables::new(&self.maker, rows, &self.full));
        let seen: Option<Vec<Row>> = match reload {
            Reload::Shrink => Some(self.full.rows().iter().filter(|row| row.nth % 3 == 0).copied().collect()),
            Reload::Empty => Some(vec![]),
            _ => None,
        };
        let tables = seen.map_or(self.full.clone(), |rows| Arc::new(Tables::new(&self.maker, rows, &self.full)));
        self.loads.push(Load { after, reload, tables });
    }

    /// One row less, more or other.
    fn touch(&mut self, rows: &mut Vec<Row>, reload: Reload, spot: Spot, dice: &mut Dice) {
        let at = self.find(rows, spot, dice);
        match (reload, at) {
            (Reload::Delete, Some(at)) => drop(rows.remove(at)),
            (Reload::Insert, _) => rows.push(self.insert(spot, dice)),
            (Reload::Swap, Some(at)) => {
                rows.remove(at);
                // The other place is any: what goes before the reader's page and comes behind it leaves the total as it was.
                rows.push(self.insert(Spot::Anywhere, dice));
            }
            (Reload::Move, Some(at)) => {
                rows[at].salt += 1;
                rows[at].source = dice.below(SOURCES.len());
            }
            (Reload::Change, Some(at)) => rows[at].version += 1,
            (Reload::Cluster, Some(at)) => rows[at].cluster = rows[dice.below(rows.len())].cluster,
            _ => {}
        }
    }

    /// The position, among the rows, of one that the list asked for last has at that spot.
    fn find(&self, rows: &[Row], spot: Spot, dice: &mut Dice) -> Option<usize> {
        let records = self.full.list(self.seam.0);
        let (first, end) = self.span(spot);
        let record = records.get(first + dice.below((end - first).max(1)))?;
        rows.iter().position(|row| row.nth == record.nth)
    }

    /// A new row that has a record at that spot of the list asked for last.
    fn insert(&mut self, spot: Spot, dice: &mut Dice) -> Row {
        let nth = self.next;
        self.next += 1;
        let before = self.full.rows().get(dice.below(self.full.rows().len().max(1)));
        let mut row = Row { hidden: false, ..Row::new(self.maker.seed, nth, before) };
        let (low, high) = self.gap(spot);
        for salt in 0..TRIES {
            row.salt = salt;
            row.source = dice.below(SOURCES.len());
            let ids = match self.seam.0 {
                List::Structures => vec![row.id(self.maker.seed)],
                List::Services => row.service_ids(self.maker.seed),
            };
            let is_there = |id: &String| {
                low.as_ref().is_none_or(|low| *low < order(id)) && high.as_ref().is_none_or(|high| order(id) < *high)
            };
            // Without a service it is nowhere in their list, whatever it is called.
            if ids.is_empty() || ids.iter().any(is_there) {
                break;
            }
        }
        row
    }

    /// What a record at that spot comes after, and before.
    fn gap(&self, spot: Spot) -> (Option<Key>, Option<Key>) {
        let (first, end) = self.span(spot);
        let records = self.full.list(self.seam.0);
        let key = |at: usize| records.get(at).map(|record| order(&record.id));
        (first.checked_sub(1).and_then(key), key(end))
    }

    /// First position and the one after the last.
    fn span(&self, spot: Spot) -> (usize, usize) {
        let (list, end) = self.seam;
        let count = self.full.list(list).len();
        match spot {
            Spot::Anywhere => (0, count),
            Spot::Start => (0, count.min(3)),
            Spot::Seam => (end.saturating_sub(2).min(count), (end + 2).min(count)),
            Spot::End => (count.saturating_sub(3), count),
        }
    }
}

//! One Paris day: its offers, newest first, and what becomes of them.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::civil::Date;

use super::body::can_change;
use super::offre::{Offre, Source};
use super::options::{Setup, SortWithin, Ties};
use super::tables::Tables;
use super::turnover::Turnover;
use crate::world::clock::{DAY_MS, Stamp, day_number, hours_of, midnight, stamp_of};
use crate::world::dice::{Dice, Weights};

/// Hours of real offers of origin 1 (office time, a dip at noon), and of partners (batches before noon, and at night).
const HOURS: [[u64; 24]; 2] = [
    [2, 1, 2, 1, 1, 1, 2, 4, 12, 15, 14, 13, 3, 10, 9, 9, 6, 4, 4, 3, 11, 2, 1, 1],
    [1, 1, 14, 10, 2, 2, 8, 4, 15, 11, 18, 64, 68, 20, 27, 12, 31, 44, 5, 3, 3, 1, 1, 1],
];

/// Share of offers of origin 1.
const OWN: f64 = 0.225;

/// How stamps fall into a day.
struct Plan {
    seed: u64,
    date: Date,
    hours: [Weights; 2],
}

impl Plan {
    fn of(seed: u64, date: Date) -> Self {
        let mut table = HOURS;
        for hours in &mut table {
            match hours_of(date) {
                23 => hours[2] = 0,
                25 => hours[2] *= 2,
                _ => {}
            }
        }
        Self { seed, date, hours: table.map(Weights::of) }
    }

    /// A stamp by the clock of offices and batches. Partners' stamps have no milliseconds.
    fn stamp(&self, dice: &mut Dice, origine: u8) -> Stamp {
        let hour = self.hours[usize::from(origine == b'2')].draw(dice);
        // Each hour has a minute, and that minute a second, in which a batch comes in: 970 a minute and 57 a second at 50,000 a day.
        let mut batch = Dice::of(&[self.seed, 0xba, day_number(self.date) as u64, hour as u64]);
        let (batch_minute, batch_second) = (batch.below(60), batch.below(60));
        let in_batch = origine == b'2' && dice.chance(0.11);
        let minute = if in_batch { batch_minute } else { dice.below(60) };
        let second = if in_batch && dice.chance(0.045) { batch_second } else { dice.below(60) };
        let ms = if origine == b'1' { dice.below(1000) } else { 0 };
        midnight(self.date) + (((hour * 60 + minute) * 60 + second) * 1000 + ms) as Stamp
    }
}

/// What a day is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) date: Date,
    /// Offers to draw.
    pub(crate) count: usize,
    /// Whether what befalls one day befalls this one.
    pub(crate) is_main: bool,
    /// The number of its first identifier; by default each day of a month has its own range.
    pub(crate) first_number: Option<u64>,
    /// Search requests of a sweep over it; by default one per 150 offers.
    pub(crate) requests: Option<usize>,
}

/// The offers of one day that ever lived.
#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) date: Date,
    pub(crate) offres: Vec<Offre>,
    /// Positions in `offres` of those that live, newest first.
    pub(crate) order: Vec<u32>,
    /// Those whose time has not come, newest first.
    pending: Vec<u32>,
    /// Churn has been played up to, and with, the gap after this search request.
    played: u64,
    /// How many were there at the start: what the shares of churn are of.
    initial: usize,
    /// Search requests of a sweep over it: what the shares of churn are spread over.
    requests: usize,
    /// Time has gone by for it up to, and with, that date.
    turned: Date,
    /// How often it was told that time goes by.
    pub(crate) turns: u64,
    /// Whether what befalls one day befalls this one.
    is_main: bool,
    /// The number of its first identifier.
    first_number: Option<u64>,
    drawn: usize,
}

impl Day {
    /// A day of drawn offers and of those of a file, as it is before the search request after `played`.
    pub(crate) fn new(tables: &Tables, setup: &Setup, order: Order, loaded: &[Offre], played: u64) -> Self {
        let Order { date, count, is_main, first_number, requests } = order;
        let plan = Plan::of(setup.seed, date);
        let mut day = Self {
            date,
            offres: Vec::with_capacity(count + loaded.len()),
            order: Vec::new(),
            pending: Vec::new(),
            played,
            initial: 0,
            requests: 0,
            turned: date,
            turns: 0,
            is_main,
            first_number,
            drawn: 0,
        };
        let ties = setup.options.ties.filter(|_| is_main);
        for index in 0..count {
            day.draw(tables, setup, &plan, index, Some((count, ties)));
        }
        day.offres.extend_from_slice(loaded);
        let mut keys: Vec<(i64, u32, u32)> = day
            .offres
            .iter()
            .enumerate()
            .map(|(index, offre)| (sort_key(setup, offre.stamp), offre.rank, index as u32))
            .collect();
        keys.sort_unstable_by_key(|(key, rank, _)| Reverse((*key, *rank)));
        day.pending = keys.into_iter().map(|(.., index)| index).collect();
        if setup.options.omit_one && is_main {
            day.omit_one();
        }
        day.initial = day.offres.len();
        day.requests = requests.unwrap_or(day.initial.div_ceil(150)).max(1);
        day
    }

    /// Lets in the offers whose time has come. Those of the first call were there from the start.
    pub(crate) fn let_in(&mut self, now: Stamp, born: u64) {
        let first = self.pending.partition_point(|index| self.offres[*index as usize].stamp > now);
        let come = self.pending.split_off(first);
        for index in &come {
            self.offres[*index as usize].born = born;
        }
        // All that were let in before are older.
        self.order.splice(0..0, come);
    }

    /// Offers that may appear, change or vanish after each search request up to, but without, number `search`.
    pub(crate) fn play(&mut self, tables: &Tables, setup: &Setup, search: u64, now: Stamp) {
        if self.is_main && setup.options.redate_at.is_some_and(|at| (self.played + 1..search).contains(&at)) {
            self.redate_one(setup);
        }
        let requests = self.requests as f64;
        let mean = |share: f64| self.initial as f64 * share / requests;
        let (appear, vanish, change) =
            (mean(setup.options.appear), mean(setup.options.vanish), mean(setup.options.change));
        if appear + vanish + change > 0.0 {
            let plan = Plan::of(setup.seed, self.date);
            for after in self.played + 1..search {
                let mut dice = Dice::of(&[setup.seed, 0xc4, day_number(self.date) as u64, after]);
                for _ in 0..dice.around(vanish) {
                    self.vanish_one(&mut dice, after);
                }
                for _ in 0..dice.around(change) {
                    self.change_one(&mut dice);
                }
                for _ in 0..dice.around(appear) {
                    self.appear_one(tables, setup, &plan, after, now);
                }
            }
        }
        self.played = self.played.max(search.saturating_sub(1));
    }

    /// Lets the dates up to `today` go by, each with what becomes of the offers on it. It depends on the dates alone: a day
    /// that is made again is what it was.
    pub(crate) fn age(&mut self, tables: &Tables, setup: &Setup, today: Date, search: u64, now: Stamp) {
        let turnover = setup.options.turnover;
        while self.turned < today && !turnover.is_none() {
            let Ok(next) = self.turned.tomorrow() else { return };
            self.turned = next;
            let dice = Dice::of(&[setup.seed, 0xa9e, day_number(self.date) as u64, day_number(next) as u64]);
            self.turn_over(tables, setup, turnover, dice, (search, now));
        }
    }

    /// Time goes by because somebody says so.
    pub(crate) fn turn(&mut self, tables: &Tables, setup: &Setup, turnover: Turnover, at: (u64, Stamp)) {
        self.turns += 1;
        let dice = Dice::of(&[setup.seed, 0x7b9, day_number(self.date) as u64, self.turns]);
        self.turn_over(tables, setup, turnover, dice, at);
    }

    /// What was gone may come back; then offers go, change and appear, after the search of that number.
    fn turn_over(
        &mut self,
        tables: &Tables,
        setup: &Setup,
        turnover: Turnover,
        mut dice: Dice,
        (search, now): (u64, Stamp),
    ) {
        let of_all = |share: f64, dice: &mut Dice| dice.around(self.initial as f64 * share);
        let (withdrawn, changed, late) = (
            of_all(turnover.withdrawn, &mut dice),
            of_all(turnover.changed, &mut dice),
            of_all(turnover.late, &mut dice),
        );
        self.bring_back(setup, turnover.back, &mut dice);
        for _ in 0..withdrawn {
            self.vanish_one(&mut dice, search);
        }
        for _ in 0..changed {
            self.change_one(&mut dice);
        }
        let plan = Plan::of(setup.seed, self.date);
        for _ in 0..late {
            self.appear_one(tables, setup, &plan, search, now);
        }
    }

    fn bring_back(&mut self, setup: &Setup, share: f64, dice: &mut Dice) {
        for index in 0..self.offres.len() {
            let offre = &mut self.offres[index];
            if offre.died.is_some() && dice.chance(share) {
                (offre.died, offre.returned) = (None, true);
                self.put_in_order(setup, index as u32);
            }
        }
    }

    /// Every offer that lives or lived; not those whose time has not come.
    pub(crate) fn lived(&self) -> Vec<Offre> {
        let pending: HashSet<u32> = self.pending.iter().copied().collect();
        let lived = self.offres.iter().enumerate().filter(|(index, _)| !pending.contains(&(*index as u32)));
        lived.map(|(_, offre)| offre.clone()).collect()
    }

    /// The one in the middle of those that were drawn.
    fn omit_one(&mut self) {
        let is_drawn = |index: &&u32| matches!(self.offres[**index as usize].source, Source::Drawn { .. });
        let drawn: Vec<u32> = self.pending.iter().filter(is_drawn).copied().collect();
        if let Some(index) = drawn.get(drawn.len() / 2) {
            self.offres[*index as usize].is_omitted = true;
        }
    }

    /// The last one before 04:48 goes to 23:50, where a sweep from new to old has been already.
    fn redate_one(&mut self, setup: &Setup) {
        const FROM_MS: i64 = (4 * 60 + 48) * 60_000;
        const TO_MS: i64 = (23 * 60 + 50) * 60_000;
        let start = midnight(self.date);
        let is_early = |index: &u32| {
            let offre = &self.offres[*index as usize];
            offre.stamp <= start + FROM_MS && matches!(offre.source, Source::Drawn { .. })
        };
        let Some(at) = self.order.iter().position(is_early) else { return };
        let index = self.order.remove(at);
        let offre = &mut self.offres[index as usize];
        offre.changes += 1;
        offre.redated = Some((offre.changes, offre.stamp));
        offre.stamp = start + TO_MS;
        self.put_in_order(setup, index);
    }

    fn vanish_one(&mut self, dice: &mut Dice, after: u64) {
        if !self.order.is_empty() {
            let index = self.order.remove(dice.below(self.order.len()));
            self.offres[index as usize].died = Some(after);
        }
    }

    fn change_one(&mut self, dice: &mut Dice) {
        if !self.order.is_empty() {
            let offre = &mut self.offres[self.order[dice.below(self.order.len())] as usize];
            offre.changes += u32::from(can_change(offre));
        }
    }

    /// A late one: created before, seen only now.
    fn appear_one(&mut self, tables: &Tables, setup: &Setup, plan: &Plan, after: u64, now: Stamp) {
        self.draw(tables, setup, plan, self.drawn, None);
        let index = self.offres.len() - 1;
        let offre = &mut self.offres[index];
        offre.born = after;
        if offre.stamp > now {
            offre.stamp = now - now.rem_euclid(1000);
        }
        self.put_in_order(setup, index as u32);
    }

    fn put_in_order(&mut self, setup: &Setup, index: u32) {
        let key = |index: u32| {
            let offre = &self.offres[index as usize];
            (sort_key(setup, offre.stamp), offre.rank)
        };
        let at = self.order.partition_point(|other| key(*other) > key(index));
        self.order.insert(at, index);
    }

    /// Draws the offer of that number; the initial ones know how many they are, since a few have stamps at the edges of the day.
    fn draw(
        &mut self,
        tables: &Tables,
        setup: &Setup,
        plan: &Plan,
        index: usize,
        initial: Option<(usize, Option<Ties>)>,
    ) {
        let number = day_number(self.date);
        let key = Dice::of(&[setup.seed, 0x0f, number as u64, index as u64]).next();
        let mut dice = Dice::of(&[key, 2]);
        let mut origine = if dice.chance(OWN) { b'1' } else { b'2' };
        let mut stamp = plan.stamp(&mut dice, origine);
        if let Some((count, ties)) = initial {
            let start = midnight(self.date);
            let edge = if count < 4 { None } else { EDGES.get(index) };
            let first_tie = if count < 4 { 0 } else { EDGES.len() };
            if let Some((edge_origine, ms)) = edge {
                (origine, stamp) = (*edge_origine, start + ms);
            } else if let Some(ties) = ties.filter(|ties| index < first_tie + ties.count) {
                stamp = stamp_of(self.date.to_datetime(ties.at)) + stamp % 1000;
            }
        }
        let id = identifier(setup, self.first_number, number, index, origine);
        self.offres.push(Offre::draw(tables, key, id, stamp, origine, setup.options.missing_attributes));
        self.drawn = self.drawn.max(index + 1);
    }
}

/// Every day has offers at its very first and last instants: origin, and milliseconds since midnight.
const EDGES: [(u8, i64); 4] = [(b'2', 0), (b'1', DAY_MS - 1), (b'2', DAY_MS - 1000), (b'1', 371)];

/// What the newest-first order compares.
pub(crate) fn sort_key(setup: &Setup, stamp: Stamp) -> i64 {
    match setup.options.sort_within {
        SortWithin::Milliseconds => stamp,
        SortWithin::Second => stamp.div_euclid(1000),
    }
}

/// Seven digits (partners), or three digits and four consonants; no two offers of a month, or of a history, have the same.
fn identifier(setup: &Setup, first: Option<u64>, day: i64, index: usize, origine: u8) -> Box<str> {
    const DIGITS: u64 = 9_000_000;
    const LETTERS: u64 = 160_000_000;
    const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let span = (setup.options.offers as u64 * 2).max(250_000);
    let space = if origine == b'2' { DIGITS } else { LETTERS };
    let first = first.unwrap_or_else(|| day as u64 % (space / span).max(1) * span);
    // 7,654,321 shares no divisor with either space, so this is a shuffle: no two numbers meet.
    let number = ((first + index as u64) * 7_654_321 + setup.seed % 1000) % space;
    if origine == b'2' {
        return (1_000_000 + number).to_string().into();
    }
    let mut id = format!("{:03}", number / 160_000);
    let mut rest = number % 160_000;
    for _ in 0..4 {
        id.push(char::from(CONSONANTS[(rest % 20) as usize]));
        rest /= 20;
    }
    id.into()
}

//! Against a table that is swapped at any moment, and a truth that knows all of its states.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::ask::Ask;
use super::super::shelf::Brought;
use super::{Answer, Chain, Verdict};

/// Numbers drawn from a seed, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

/// What the table does.
#[derive(Debug, Clone, Copy)]
struct Weather {
    /// Of 100 answers, so many have a reload before them, and so many one between their records and their total.
    before: u64,
    within: u64,
    /// Records that a reload takes away, and that it brings, at most.
    gone: u64,
    come: u64,
    /// Of 100 answers, so many lack a record, and so many are another page.
    lacking: u64,
    stale: u64,
}

const CALM: Weather = Weather { before: 0, within: 0, gone: 0, come: 0, lacking: 0, stale: 0 };

struct Table {
    /// In order.
    state: Vec<u64>,
    /// What was there in every state.
    throughout: BTreeSet<u64>,
    /// What was there in any.
    ever: BTreeSet<u64>,
    dice: Dice,
    weather: Weather,
    reloads: u64,
}

impl Table {
    fn new(records: u64, seed: u64, weather: Weather) -> Self {
        let mut dice = Dice(seed);
        let state: Vec<u64> = (0..records).map(|nth| nth * 1_000 + dice.below(1_000)).collect();
        let all = || state.iter().copied().collect();
        Self { throughout: all(), ever: all(), state, dice, weather, reloads: 0 }
    }

    fn reload(&mut self) {
        self.reloads += 1;
        for _ in 0..self.dice.below(self.weather.gone + 1) {
            let nth = self.dice.below(self.state.len() as u64) as usize;
            if nth < self.state.len() {
                self.state.remove(nth);
            }
        }
        for _ in 0..self.dice.below(self.weather.come + 1) {
            let most = self.ever.last().copied().unwrap_or_default() + 1_500;
            let id = self.dice.below(most);
            if let Err(place) = self.state.binary_search(&id) {
                self.state.insert(place, id);
            }
            self.ever.insert(id);
        }
        self.throughout.retain(|id| self.state.binary_search(id).is_ok());
    }

    /// The identifiers on a page, and what it says of itself: page and total.
    fn serve(&mut self, ask: Ask) -> (Vec<u64>, u64, u64) {
        if self.dice.below(100) < self.weather.before {
            self.reload();
        }
        let page = if self.dice.below(100) < self.weather.stale { ask.page + 1 } else { ask.page };
        let at = |offset: u64| (offset as usize).min(self.state.len());
        let mut ids = self.state[at((page - 1) * ask.size)..at(page * ask.size)].to_vec();
        if self.dice.below(100) < self.weather.lacking && !ids.is_empty() {
            ids.remove(self.dice.below(ids.len() as u64) as usize);
        }
        if self.dice.below(100) < self.weather.within {
            self.reload();
        }
        (ids, page, self.state.len() as u64)
    }
}

/// What was gathered, and how it ended; with the requests that it took.
struct Read {
    known: BTreeSet<u64>,
    ended: Verdict,
    asked: u64,
}

fn read(table: &mut Table, page_size: u64) -> Read {
    let mut chain = Chain::new(page_size);
    let (mut known, mut used) = (BTreeSet::new(), 0);
    for asked in 1.. {
        let ask = chain.next();
        let (ids, page, total) = table.serve(ask);
        let is_known = |id: Option<&u64>| id.is_some_and(|id| known.contains(id));
        let brought = Brought {
            records: ids.len() as u64,
            known: 0,
            first_is_known: is_known(ids.first()),
            last_is_new: !ids.is_empty() && !is_known(ids.last()),
            repeated: None,
        };
        let verdict = chain.judge(&Answer { ask, page, size: ids.len() as u64, total, brought });
        if matches!(verdict, Verdict::Linked | Verdict::Last) {
            known.extend(ids);
            used += 1;
        }
        let is_given = matches!(verdict, Verdict::Given(_));
        assert_eq!(chain.useless(), asked - used - u64::from(is_given), "each page is used, or asked for again");
        if matches!(verdict, Verdict::Last | Verdict::Given(_)) {
            return Read { known, ended: verdict, asked };
        }
    }
    unreachable!("it ends or gives up")
}

fn calm_ceiling(records: u64, page_size: u64) -> u64 {
    (records * 10).div_ceil(page_size * 9) + 3
}

#[test]
fn a_calm_list_is_read_with_no_more_requests_than_it_may_take() {
    let sizes = [1, 2, 3, 4, 5, 7, 9, 10, 11, 13, 20, 25, 50, 64, 99, 100, 101, 150, 250, 300, 500, 777, 1_000];
    for page_size in sizes {
        for records in [0, 1, 2, 9, 10, 11, 37, 100, 101, 555, 1_000, 5_000] {
            let mut table = Table::new(records, 1, CALM);
            let read = read(&mut table, page_size);
            assert_eq!((read.ended, read.known == table.throughout), (Verdict::Last, true), "{page_size} {records}");
            let most = calm_ceiling(records, page_size);
            assert!(read.asked <= most, "{records} by {page_size}: {} requests, {most} at most", read.asked);
        }
    }
}

/// Without a table: only how far pages reach.
#[test]
fn large_lists_take_no_more_requests_either() {
    for (page_size, records) in [(10_000, 3_000_000), (5_000, 1_000_000), (2_000, 700_000), (10_000, 90_000)] {
        let mut chain = Chain::new(page_size);
        let mut asked = 0;
        loop {
            let ask = chain.next();
            asked += 1;
            let end = ask.end().min(records);
            let brought = Brought {
                records: end - ask.offset(),
                first_is_known: ask.offset() > 0,
                last_is_new: true,
                ..Brought::default()
            };
            let answer = Answer { ask, page: ask.page, size: ask.size, total: records, brought };
            if chain.judge(&answer) == Verdict::Last {
                break;
            }
        }
        assert!(asked <= calm_ceiling(records, page_size), "{records} by {page_size}: {asked}");
    }
}

#[test]
fn a_reload_takes_four_more_requests_at_most() {
    let (mut worst, mut given) = (0.0, 0);
    for seed in 0..300 {
        let weather = Weather { before: 4, within: 3, gone: 6, come: 6, ..CALM };
        let (page_size, records) = ([20, 50, 200][seed as usize % 3], 300 + seed % 1_000);
        let mut table = Table::new(records, seed, weather);
        let read = read(&mut table, page_size);
        given += u32::from(read.ended != Verdict::Last);
        let most = calm_ceiling(records, page_size) + 4 * table.reloads;
        assert!(read.asked <= most, "seed {seed}: {} requests, {most} at most", read.asked);
        worst = f64::max(worst, read.asked as f64 / most as f64);
    }
    println!("at worst {worst:.2} of what it may take; {given} of 300 were given up");
    assert!(given == 0, "{given}");
}

#[test]
fn a_table_that_grows_faster_than_it_is_read_is_given_up() {
    let mut table = Table::new(50, 1, Weather { before: 100, come: 60, ..CALM });
    let read = read(&mut table, 2);
    assert!(matches!(read.ended, Verdict::Given(_)) && read.asked < 600, "{} requests", read.asked);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Whatever the table does, the end is proven or refused.
    #[test]
    fn what_was_held_throughout_is_there_or_it_is_given_up(
        seed in any::<u64>(),
        records in 0_u64..300,
        page_size in 2_u64..60,
        (before, within) in prop_oneof![Just((0, 0)), (0_u64..40, 0_u64..40), (60_u64..101, 0_u64..60)],
        (gone, come) in prop_oneof![(0_u64..4, 0_u64..4), (0_u64..60, 0_u64..60)],
        (lacking, stale) in prop_oneof![Just((0, 0)), (0_u64..20, 0_u64..20)],
    ) {
        // Nothing tells a record that an answer lacks from one that went before the total was counted.
        let within = if lacking > 0 { 0 } else { within };
        let mut table = Table::new(records, seed, Weather { before, within, gone, come, lacking, stale });
        let read = read(&mut table, page_size);
        prop_assert!(read.known.is_subset(&table.ever));
        if read.ended == Verdict::Last {
            let lost: Vec<_> = table.throughout.difference(&read.known).collect();
            prop_assert!(lost.is_empty(), "lost {lost:?}");
        }
    }
}

//! Random histories: whatever is drawn, the table equals the truth or the exit is not 0.
//!
//! `SEEDS=10000 cargo nextest run -p france-travail history::seeds` runs any number, `FIRST_SEED=77 SEEDS=1` one again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sandbox::{Bound, Faults, Milliseconds, SortWithin, TieOrder, Ties};

use super::*;

/// In CI.
const SEEDS: u64 = 100;

/// Most of a run is waiting.
const AT_ONCE: u64 = 4;

const RUNS: usize = 4;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number of seeds"))
}

/// A history, a service and filters, drawn by seed.
fn draw(seed: u64) -> (Options, Vec<&'static str>, &'static str) {
    let mut dice = StdRng::seed_from_u64(seed);
    let offers = [0, 1, 140, 160, 700, 1_500, 3_200, 4_000][dice.random_range(0..8)];
    let some = |dice: &mut StdRng, most: f64| if dice.random_bool(0.5) { dice.random_range(0.0..most) } else { 0.0 };
    let ties =
        dice.random_bool(0.4).then(|| Ties { count: [2, 30, 160][dice.random_range(0..3)], at: Ties::BUSY_SECOND });
    let origin_trap = dice.random_bool(0.15);
    let bound = |dice: &mut StdRng| if dice.random() { Bound::Inclusive } else { Bound::Exclusive };
    let options = year_of(offers).with(|options| {
        let travail = &mut options.france_travail;
        options.wire.seed = seed;
        travail.ties = ties;
        travail.min_bound = bound(&mut dice);
        travail.max_bound = bound(&mut dice);
        travail.milliseconds = if dice.random() { Milliseconds::Compared } else { Milliseconds::Truncated };
        travail.sort_within = if dice.random() { SortWithin::Milliseconds } else { SortWithin::Second };
        travail.tie_order = if dice.random() { TieOrder::Stable } else { TieOrder::Unstable };
        travail.origin_trap = origin_trap;
        travail.missing_attributes = if !origin_trap && dice.random_bool(0.2) { 0.05 } else { 0.0 };
        travail.appear = some(&mut dice, 0.2);
        travail.vanish = some(&mut dice, 0.2);
        travail.change = some(&mut dice, 0.2);
        options.wire.faults = Faults::every(some(&mut dice, 0.15));
    });
    let (arguments, filters) = match dice.random_range(0..4) {
        0 => (vec!["--rome", "K1302,K1304,J1501,N1103"], "&codeROME=K1302,K1304,J1501,N1103"),
        1 => (vec!["--rome", "all", "--departement", "59,69,13,33"], "&departement=59,69,13,33"),
        2 => (vec!["--rome", "all", "--search", "h/f"], "&motsCles=h/f"),
        _ => (vec!["--rome", "all"], ""),
    };
    (options, arguments, filters)
}

/// Whether the table was collected; an honest failure is none.
fn try_seed(seed: u64) -> bool {
    let (options, arguments, filters) = draw(seed);
    let server = start_sandbox(options.clone());
    let run = collect(&server).args(["--stall-s", "0.4", "--tries", "12"]).args(arguments.clone());
    for attempt in 0..RUNS {
        let finished = match attempt {
            0 if seed.is_multiple_of(4) => run.kill_after(Duration::from_millis(seed % 300)),
            _ => run.run(),
        };
        let told = format!("seed {seed}, {arguments:?}, {options:?}\n{finished}");
        assert!([0, 69, 75, 77, 137].contains(&finished.code), "ended otherwise: {told}");
        let is_there = finished.path("jobs.csv").exists();
        assert!(is_there || finished.code != 0, "the table is not there: {told}");
        assert!(!is_there || [0, 137].contains(&finished.code), "there is a table though it failed: {told}");
        if is_there {
            compare(&ids(&finished, "jobs.csv"), &truth(&server, filters)).unwrap_or_else(|why| panic!("{why}{told}"));
        }
        if finished.code == 0 {
            return true;
        }
    }
    false
}

#[test]
fn seeds_give_the_truth_or_an_honest_failure() {
    let (first, count) = (number("FIRST_SEED", 0), number("SEEDS", SEEDS));
    let (next, complete) = (AtomicU64::new(first), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    complete.fetch_add(u64::from(try_seed(seed)), Ordering::Relaxed);
                }
            });
        }
    });
    let complete = complete.into_inner();
    println!("{complete} of {count} histories were collected and are the truth; the others failed honestly");
    assert!(count < 20 || complete * 10 >= count * 8, "only {complete} of {count} histories could be collected");
}

//! Random days: whatever is drawn, the file equals the truth or the exit is not 0.
//!
//! `SEEDS=100000 cargo nextest run -p france-travail seeds` runs any number, `FIRST_SEED=77 SEEDS=1` one again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sandbox::{Bound, Faults, FranceTravail, Milliseconds, Options, SortWithin, TieOrder, Ties};

use super::*;

/// In CI.
const SEEDS: u64 = 300;

/// Most of a run is waiting.
const AT_ONCE: u64 = 6;

/// A day that changes all the time may need several runs; one that was never proven is honest.
const RUNS: usize = 4;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number of seeds"))
}

/// A day and a service, drawn by seed.
fn draw(seed: u64) -> Options {
    let mut dice = StdRng::seed_from_u64(seed);
    let offers = [0, 1, 140, 160, 700, 1_500, 3_200, 5_000][dice.random_range(0..8)];
    let some = |dice: &mut StdRng, most: f64| if dice.random_bool(0.5) { dice.random_range(0.0..most) } else { 0.0 };
    let ties = dice.random_bool(0.6).then(|| {
        let count = [2, 30, 160, 400, 3_300][dice.random_range(0..5)];
        let at = if dice.random_bool(0.2) { "00:00:00" } else { "11:48:23" };
        Ties { count: count.min(offers), at: at.parse().expect("a time of day") }
    });
    let origin_trap = dice.random_bool(0.15);
    // In the trap an offer without an origin is found by no search at all.
    let missing = !origin_trap && dice.random_bool(0.2);
    let bound = |dice: &mut StdRng| if dice.random() { Bound::Inclusive } else { Bound::Exclusive };
    day_of(offers).with(|options| {
        options.wire.seed = seed;
        options.france_travail.ties = ties;
        options.france_travail.min_bound = bound(&mut dice);
        options.france_travail.max_bound = bound(&mut dice);
        options.france_travail.milliseconds =
            if dice.random() { Milliseconds::Compared } else { Milliseconds::Truncated };
        options.france_travail.sort_within = if dice.random() { SortWithin::Milliseconds } else { SortWithin::Second };
        options.france_travail.tie_order = if dice.random() { TieOrder::Stable } else { TieOrder::Unstable };
        options.france_travail.origin_trap = origin_trap;
        options.france_travail.missing_attributes = if missing { dice.random_range(0.0..0.1) } else { 0.0 };
        options.france_travail.appear = some(&mut dice, 0.3);
        options.france_travail.vanish = some(&mut dice, 0.3);
        options.france_travail.change = some(&mut dice, 0.3);
        options.wire.faults = Faults::every(some(&mut dice, 0.2));
    })
}

/// Whether the day was collected; an honest failure is none.
fn try_seed(seed: u64) -> bool {
    let options = draw(seed);
    let server = start_sandbox(options.clone());
    let run = collect(&server, DAY).args(["--stall-s", "0.4", "--tries", "12"]);
    for attempt in 0..RUNS {
        let finished = match attempt {
            // Some runs do not even come to an end.
            0 if seed.is_multiple_of(4) => run.kill_after(Duration::from_millis(seed % 300)),
            _ => run.run(),
        };
        let told = format!("seed {seed}, {options:?}\n{finished}");
        assert!([0, 69, 75, 77, 137].contains(&finished.code), "ended otherwise: {told}");
        // A run may be killed when the file is there already.
        let is_there = finished.path(format!("offre_emploi/offres-{DAY}.json")).exists();
        assert!(is_there || finished.code != 0, "the file is not there: {told}");
        assert!(!is_there || [0, 137].contains(&finished.code), "there is a file though it failed: {told}");
        if is_there {
            compare(&offers(&finished, DAY), &server.service::<FranceTravail>().truth(DAY))
                .unwrap_or_else(|why| panic!("{why}{told}"));
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
    println!("{complete} of {count} days were collected and are the truth; the others failed honestly");
    assert!(count < 20 || complete * 10 >= count * 8, "only {complete} of {count} days could be collected");
}

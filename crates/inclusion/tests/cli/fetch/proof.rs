//! Random tables, reloads and faults, by seed: the files are the truth, or the exit is not 0.

use std::sync::atomic::{AtomicU64, Ordering};

use sandbox::{Fault, Faults, Reload, Spot};

use super::{assert_complete, faulty, fetch, number};

/// Numbers drawn from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Those that cost no time to speak of, and that anybody could notice.
const FAULTS: [Fault; 9] = [
    Fault::Internal,
    Fault::BadGateway,
    Fault::TooManyBare,
    Fault::Reset,
    Fault::Cut,
    Fault::ShortJson,
    Fault::Html,
    Fault::Empty,
    Fault::RepeatedPage,
];

/// One run; whether it ended with 0.
fn run(seed: u64) -> bool {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
    let share = [0.0, 0.01, 0.03][dice.below(3) as usize];
    let faults = FAULTS.iter().fold(Faults::default(), |faults, kind| faults.and(*kind, share));
    let server = faulty(seed, faults, |options| {
        options.structures = 1 + dice.below(120) as usize;
        options.reload_every = [0, 1, 2, 5, 9][dice.below(5) as usize];
        options.reload_rows = 1 + dice.below(8) as usize;
        options.reload_within = [0.0, 0.5][dice.below(2) as usize];
        options.stale = [0.0, 0.05][dice.below(2) as usize];
        options.reload_spots = vec![[Spot::Anywhere, Spot::Start, Spot::Seam, Spot::End][dice.below(4) as usize]];
        if dice.below(5) == 0 {
            options.reloads = vec![Reload::Shrink, Reload::Empty, Reload::Delete, Reload::Same];
        }
    });
    let list = ["structures", "services"][dice.below(2) as usize];
    let page_size = ["10", "10", "3", "25"][dice.below(4) as usize];
    let finished = fetch(&server, &[list, "--keep-duplicates", "--page-size", page_size]).run();
    match finished.code {
        0 => {
            assert_complete(&server, &finished, list, 0);
            true
        }
        code => {
            assert!([69, 75].contains(&code), "seed {seed}\n{finished}");
            false
        }
    }
}

#[test]
fn files_are_the_truth_or_the_exit_is_not_0() {
    let seeds = number("SEEDS", 300);
    let (next, proven) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    proven.fetch_add(u64::from(run(seed)), Ordering::Relaxed);
                }
            });
        }
    });
    let proven = proven.into_inner();
    println!("{proven} of {seeds} runs ended with 0");
    assert!(proven * 2 > seeds, "{proven} of {seeds} runs ended with 0");
}

//! `extract`, stopped at random instants, and run again.

use std::fs;
use std::time::Instant;

use archives::testing::{self, Blocks, Item};
use trial::{Run, Signal};

use super::EXTRACT;
use crate::support::tree;

/// Enough to be hit at every stage: listing, writing, flushing, renaming.
const KILLS: u32 = 40;

/// Many files, so that there are many instants between them, and two top-level folders, so that renaming takes two.
fn archive() -> Vec<u8> {
    let content: Vec<u8> = (0..60_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let names: Vec<_> = (0..80).map(|n| format!("{}/{n:02}.bin", if n % 2 == 0 { "one" } else { "two" })).collect();
    let items: Vec<Item> = names.iter().map(|name| (name.as_str(), content.as_slice())).collect();
    testing::seven_z(&items, Blocks::One)
}

/// Whatever is visible is whole: the old or the new folder, never a part of one.
#[test]
fn killed_at_random_instants_then_again_gives_the_same_bytes() {
    let archive = archive();
    let undisturbed = Run::new(EXTRACT);
    let path = undisturbed.write("a.7z", &archive);
    let start = Instant::now();
    let whole = tree(&undisturbed.args([path]).run().expect_code(0).path(""));
    let takes = start.elapsed();
    for kill in 0..KILLS {
        let run = Run::new(EXTRACT);
        let path = run.write("a.7z", &archive);
        let run = run.args([path]);
        run.kill_after(takes * kill / KILLS);
        let visible = tree(&run.donnees_brutes()).into_iter().filter(|(name, _)| !name.starts_with('.'));
        for (name, what) in visible.filter(|(name, _)| name.contains('/')) {
            assert_eq!(Some(&what), whole.get(&name), "{name} was half extracted after kill {kill}");
        }
        let again = run.run().expect_code(0);
        assert_eq!(tree(&again.path("")), whole, "after kill {kill}");
    }
}

#[test]
fn told_to_stop_it_tidies_up_and_says_so() {
    let archive = archive();
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let run = Run::new(EXTRACT);
        let path = run.write("a.7z", &archive);
        // As soon as a file is being written.
        let running = run.clone().args([&path]).start().until(|| tree(&run.donnees_brutes()).len() >= 5);
        running.signal(signal);
        let finished = running.wait();
        if finished.code == 0 {
            continue; // It was faster than the signal.
        }
        let finished = finished.expect_code(code);
        finished.failure();
        assert_eq!(fs::read_dir(run.donnees_brutes()).unwrap().count(), 1, "only the archive is left\n{finished}");
    }
}

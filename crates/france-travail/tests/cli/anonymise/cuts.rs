//! Killed at any instant: what is there is proven, and the next run finishes it.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

/// The files of a folder, but what hides.
fn all(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        entries.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())).collect();
    all.sort();
    all
}

fn put(folder: &std::path::Path, files: &[(String, Vec<u8>)]) {
    fs::create_dir_all(folder).unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
}

/// Of two files that a kill may have come between, the log is the new one.
#[test]
fn a_run_that_was_cut_between_log_and_file_is_finished_by_the_next() {
    let world = mirrored(150);
    let before = all(&world.path(""));
    anonymise(&world).run().expect_code(0);
    let after = all(&world.path(""));
    for (name, old) in before.iter().filter(|(name, _)| name.ends_with(".json") || name.ends_with(".jsonl")) {
        put(&world.path(""), &after);
        fs::write(world.path(name), old).unwrap();
        if let Some(day) = name.strip_prefix("offres-").and_then(|rest| rest.strip_suffix(".json")) {
            // The day is what it was; nobody collects it again.
            let asked = world.server.requests().len();
            let collected = world.run(crate::mirror::COLLECT_OFFERS).args(["--date", day]).run().expect_code(0);
            assert_eq!((&collected.receipt()["unchanged"], world.server.requests().len()), (&true.into(), asked));
        }
        anonymise(&world).run().expect_code(0);
        for ((name, there), (_, wanted)) in all(&world.path("")).iter().zip(&after) {
            assert_eq!(String::from_utf8_lossy(there), String::from_utf8_lossy(wanted), "{name}");
        }
    }
}

/// In CI some; `KILLS=200 cargo nextest run -p france-travail anonymise::cuts` as many as one likes.
#[test]
fn killed_at_any_instant_it_ends_as_if_it_had_not_been() {
    let wanted: u64 = std::env::var("KILLS").map_or(15, |text| text.parse().expect("a number of kills"));
    let mut dice = StdRng::seed_from_u64(20_241_124);
    let world = mirrored(200);
    let before = all(&world.path(""));
    let begun = std::time::Instant::now();
    anonymise(&world).run().expect_code(0);
    let longest_us = begun.elapsed().as_micros() as u64;
    let whole = all(&world.path(""));
    let mut kills = 0;
    while kills < wanted {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &before);
        let run = anonymise(&world).args([folder.path()]);
        for _ in 0..3 {
            let ended = run.kill_after(Duration::from_micros(dice.random_range(0..longest_us)));
            kills += u64::from(ended.code == 137);
            // Each file is the old one or the new one.
            for (name, bytes) in all(folder.path()).iter().filter(|(name, _)| !name.starts_with('.')) {
                let is_one = |files: &[(String, Vec<u8>)]| {
                    files.iter().any(|(known, content)| known == name && content == bytes)
                };
                assert!(is_one(&before) || is_one(&whole), "{name}");
            }
        }
        run.run().expect_code(0);
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let left = all(folder.path());
        assert_eq!(names(&left), names(&whole), "nothing is left of the runs that were killed");
        for ((name, there), (_, wanted)) in left.iter().zip(&whole) {
            assert_eq!(
                String::from_utf8_lossy(there),
                String::from_utf8_lossy(wanted),
                "{name} is as if nothing was killed"
            );
        }
    }
}

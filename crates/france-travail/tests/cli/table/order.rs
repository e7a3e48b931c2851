//! The same input gives the same bytes, however it came.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use jiff::ToSpan;
use jiff::civil::Date;
use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::world::{DAY, MADE, Seeded, World, event, offer, withdrawn};

/// Inode and time of each file of the table.
fn stamps(world: &World) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let root = world.run.donnees_brutes();
    let stamp = |path: PathBuf| {
        let there = fs::metadata(root.join(&path)).expect(MADE);
        (path, (there.ino(), there.mtime(), there.mtime_nsec()))
    };
    world.snapshot().into_keys().map(stamp).collect()
}

#[test]
fn days_in_any_order_give_the_bytes_of_one_go() {
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    for seed in 0..seeds {
        let form = ["parquet", "csv", "jsonl"][seed as usize % 3];
        let seeded = Seeded::new(seed);
        let at_once = World::new();
        seeded.put(&at_once);
        at_once.merge(&["--format", form]).expect_code(0);
        let expected = at_once.snapshot();
        let world = World::new();
        let mut pieces: Vec<usize> = (0..seeded.days.len() + seeded.journals.len()).collect();
        pieces.shuffle(&mut StdRng::seed_from_u64(seed));
        for piece in pieces {
            match seeded.days.get(piece) {
                Some((day, offers)) => world.day(*day, offers),
                None => {
                    let (day, events) = &seeded.journals[piece - seeded.days.len()];
                    world.journal(*day, events);
                }
            }
            let merged = world.merge(&["--missing", "allow", "--format", form]);
            // A journal alone is no day.
            assert!([0, 66].contains(&merged.code), "{merged}");
        }
        let found = world.snapshot();
        assert!(found.keys().eq(expected.keys()), "seed {seed}: {:?} {:?}", found.keys(), expected.keys());
        for (path, bytes) in &expected {
            assert!(found[path] == *bytes, "seed {seed}: {} differs", path.display());
        }
        let again = world.merge(&["--format", form]).expect_code(0);
        assert_eq!(again.receipt()["records"], at_once.report()["records"]["written"], "{again}");
    }
}

#[test]
fn only_files_that_change_are_written() {
    let world = World::new();
    for n in 0..4 {
        let day = DAY + n.days();
        world.day(day, &[offer(&n.to_string(), day, 0), offer(&format!("{n}b"), day, 0)]);
    }
    let first = world.merge(&[]).expect_code(0);
    assert_eq!((&first.receipt()["files_written"], &first.receipt()["unchanged"]), (&4.into(), &false.into()));
    let before = stamps(&world);
    let again = world.merge(&[]).expect_code(0);
    assert_eq!((&again.receipt()["files_written"], &again.receipt()["unchanged"]), (&0.into(), &true.into()));
    assert_eq!(stamps(&world), before, "nothing is new");
    assert_eq!(again.receipt()["bytes"], first.receipt()["bytes"]);
    let day = DAY + 4.days();
    world.day(day, &[offer("4", day, 0)]);
    // A day that was merged is not read again: its file could be anything, as long as it seems to be the same.
    let next = world.merge(&[]).expect_code(0);
    assert_eq!(next.receipt()["files_written"], 1, "{next}");
    let after = stamps(&world);
    let lake = |(path, _): &(&PathBuf, &(u64, i64, i64))| path.starts_with("offres");
    for (path, stamp) in before.iter().filter(lake) {
        assert_eq!(&after[path], stamp, "{}", path.display());
    }
    world.journal(DAY + 6.days(), &[withdrawn("2b", DAY, "2024-06-10T03:00:00", "2024-06-09T03:00:00")]);
    let gone = world.merge(&[]).expect_code(0);
    assert_eq!(gone.receipt()["files_written"], 1, "{gone}");
    let verified = world.merge(&["--verify"]).expect_code(0);
    assert_eq!(verified.receipt()["unchanged"], true, "{verified}");
}

#[test]
fn there_may_be_more_days_than_files_that_can_be_open() {
    let world = World::new();
    for n in 0..70 {
        let day = DAY + n.days();
        world.day(day, &[offer(&n.to_string(), day, 0)]);
    }
    for form in ["jsonl", "parquet"] {
        let script = format!("ulimit -n 48; exec {} --format {form} --dir {form}", super::MERGE_OFFERS);
        let merged = world.run.beside("/bin/sh").args(["-c", &script]).run().expect_code(0);
        assert_eq!((&merged.receipt()["records"], &merged.receipt()["files_written"]), (&70.into(), &70.into()));
    }
}

#[test]
fn a_row_that_moves_is_in_its_new_day_alone() {
    let world = World::new();
    let later = DAY + 2.days();
    world.day(DAY, &[offer("1", DAY, 0), offer("2", DAY, 0)]);
    world.day(DAY + 1.days(), &[]);
    world.merge(&["--format", "jsonl"]).expect_code(0);
    world.journal(later, &[event("modifiee", DAY, "2024-06-07T03:00:00", &offer("1", later, 1))]);
    let moved = world.merge(&["--format", "jsonl"]).expect_code(0);
    let [old, new, empty] =
        [DAY, later, DAY + 1.days()].map(|day| moved.read(format!("offres/annee=2024/mois=06/offres-{day}.jsonl")));
    assert!(!old.contains("\"id\":\"1\"") && old.contains("\"id\":\"2\""), "{old}");
    assert!(new.contains("\"id\":\"1\"") && empty.is_empty(), "{new}{empty}");
    // Back again, and the file of a day that was never merged is no more.
    world.journal(later + 1.days(), &[event("modifiee", DAY, "2024-06-08T03:00:00", &offer("1", DAY, 2))]);
    let back = world.merge(&["--format", "jsonl"]).expect_code(0);
    assert!(!back.path(format!("offres/annee=2024/mois=06/offres-{later}.jsonl")).exists());
    assert!(back.read(format!("offres/annee=2024/mois=06/offres-{DAY}.jsonl")).contains("Métier 1 v2"));
}

/// Two large days, of which the first has offers that are dated to the second afterwards, and small ones around them.
fn large() -> World {
    let world = World::new();
    let days = [DAY, DAY + 1.days(), DAY + 2.days(), DAY + 3.days()];
    let many = |day: Date, from: usize, count: usize| -> Vec<Value> {
        (from..from + count).map(|nth| offer(&format!("{nth:05}"), day, 0)).collect()
    };
    let mut last = many(days[2], 20_000, 6_000);
    for offer in last.iter_mut().step_by(500) {
        offer["salaire"] = json!({ "libelle": "Selon 3 grilles" });
    }
    let mut both = many(days[2], 10_100, 30);
    both.append(&mut last);
    world.day(days[0], &many(days[0], 0, 10));
    world.day(days[1], &many(days[1], 10_000, 6_000));
    world.day(days[2], &both);
    world.day(days[3], &many(days[3], 30_000, 10));
    world
}

/// A day that is read for the first time is read once; of one that is remembered the rows are read again.
#[test]
fn rows_are_the_same_whether_their_day_was_read_once_or_twice() {
    let worlds = (0..12).map(|seed| {
        let world = World::new();
        Seeded::new(seed).put(&world);
        world
    });
    for (nth, world) in worlds.chain([large()]).enumerate() {
        let path = world.run.donnees_brutes().join("table.parquet");
        let once = |args: &[&str]| {
            let finished = world.merge(args).expect_code(0);
            let beside =
                ["table.report.json", "table.findings.jsonl"].map(|name| fs::read(path.with_file_name(name)).ok());
            (finished.receipt()["records"].clone(), fs::read(&path).unwrap(), beside)
        };
        let args = ["--output", path.to_str().unwrap()];
        let first = once(&args);
        fs::remove_file(&path).unwrap();
        assert!(once(&args) == first, "one file, world {nth}");
        world.merge(&[]).expect_code(0);
        let lake = world.snapshot();
        fs::remove_dir_all(world.run.donnees_brutes().join("offres")).unwrap();
        world.merge(&[]).expect_code(0);
        assert!(world.snapshot() == lake, "a lake, world {nth}");
    }
}

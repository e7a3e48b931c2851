//! Killed at any instant, and read at any instant.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::ToSpan;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::world::{DAY, World, event, offer, withdrawn};

const FORM: [&str; 2] = ["--format", "jsonl"];

/// A world that has been merged, and to which this was then added.
fn world(nth: usize, merged: bool) -> World {
    let world = World::new();
    for n in 0..3_usize {
        let day = DAY + (n as i32).days();
        world.day(day, &(0..100).map(|id| offer(&format!("{n}-{id}"), day, 0)).collect::<Vec<_>>());
    }
    if merged {
        world.merge(&FORM).expect_code(0);
    }
    let day = DAY + 3.days();
    world.day(day, &(0..100).map(|id| offer(&format!("3-{id}"), day, nth % 5)).collect::<Vec<_>>());
    let events = [
        event("modifiee", DAY, "2024-06-09T03:00:00", &offer("0-7", DAY + 1.days(), 1)),
        withdrawn("1-9", DAY + 1.days(), "2024-06-09T03:00:00", "2024-06-08T03:00:00"),
        event("modifiee", DAY, "2024-06-09T03:00:00", &offer("2-5", DAY, 1)),
        // Rows go both ways between two days.
        event("modifiee", DAY, "2024-06-09T03:00:00", &offer("1-3", DAY, 1)),
    ];
    world.journal(DAY + 5.days(), &events);
    world
}

#[test]
fn a_killed_run_is_finished_by_the_next() {
    let kills: usize = std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(16);
    let whole = world(0, false);
    whole.merge(&FORM).expect_code(0);
    let expected = whole.snapshot();
    let other = world(0, true);
    let begun = Instant::now();
    other.merge(&FORM).expect_code(0);
    let longest = begun.elapsed();
    let mut random = StdRng::seed_from_u64(17);
    let mut killed = 0;
    for nth in 0..kills {
        let world = world(0, nth % 2 == 0);
        for _ in 0..2 {
            let delay = longest.mul_f64(random.random_range(0.0..0.9));
            let ended = world.run.clone().args(FORM).kill_after(delay);
            killed += usize::from(ended.code == 137);
        }
        world.merge(&FORM).expect_code(0);
        assert!(world.snapshot() == expected, "kill {nth}");
        let lake = world.run.donnees_brutes().join("offres/annee=2024/mois=06");
        let hidden =
            fs::read_dir(lake).unwrap().flatten().filter(|entry| entry.file_name().to_str().unwrap().starts_with('.'));
        assert_eq!(hidden.count(), 0, "kill {nth}: nothing of a killed run is left");
    }
    assert!(killed > 0, "some runs were killed before their end");
}

#[test]
fn readers_never_miss_a_row_nor_see_half_a_file() {
    let world = world(0, true);
    let folder = world.run.donnees_brutes().join("offres/annee=2024/mois=06");
    let ids = || -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let name = entry.file_name().to_str().unwrap().to_owned();
            if name.starts_with('.') {
                continue;
            }
            // A file may be gone by now: its rows are elsewhere then.
            let Ok(text) = fs::read_to_string(entry.path()) else { continue };
            for line in text.lines() {
                let row: serde_json::Value = serde_json::from_str(line).expect("a line is whole");
                ids.insert(row["id"].as_str().unwrap().to_owned());
            }
        }
        ids
    };
    let before = ids();
    assert_eq!(before.len(), 300);
    let (ended, rounds) = (AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                let now = ids();
                let missing: Vec<_> = before.difference(&now).collect();
                // Listing and reading are not one instant: a row that has just moved may be looked for again.
                let is_there = missing.is_empty() || before.is_subset(&ids());
                assert!(is_there, "{missing:?} are nowhere");
                rounds.fetch_add(1, Ordering::Relaxed);
            }
        });
        for version in 1..6_usize {
            let day = if version % 2 == 0 { DAY } else { DAY + 2.days() };
            let vue = format!("2024-06-{:02}T03:00:00", 9 + version);
            world.journal(
                DAY + (5 + version as i32).days(),
                &[event("modifiee", DAY, &vue, &offer("0-8", day, version))],
            );
            world.merge(&FORM).expect_code(0);
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert!(rounds.load(Ordering::Relaxed) > 0);
}

#[test]
fn of_two_runs_at_once_the_second_is_75() {
    let world = world(0, false);
    let lock = world.run.donnees_brutes().join(".offres.lock");
    let held = fs::File::create(&lock).unwrap();
    held.lock().unwrap();
    let refused = world.merge(&[]).expect_code(75);
    assert!(refused.failure().contains("offres"), "{refused}");
    drop(held);
    world.merge(&[]).expect_code(0);
}

#[test]
fn a_full_disk_leaves_the_old_table_whole() {
    let Some(disk) = trial::SmallDisk::mount("size=300k") else { return };
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let dir = disk.path().join("offres");
    let args = ["--format", "jsonl", "--dir", dir.to_str().unwrap()];
    world.merge(&args).expect_code(0);
    let file = dir.join("annee=2024/mois=06/offres-2024-06-04.jsonl");
    let before = fs::read(&file).unwrap();
    let many: Vec<_> = (0..2_000).map(|id| offer(&id.to_string(), DAY, 1)).collect();
    world.day(DAY, &many);
    world.merge(&args).expect_code(74);
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_disk_that_nobody_can_write_to_is_74() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.merge(&["--dir", &format!("{}/offres", trial::READ_ONLY)]).expect_code(74);
}

#[test]
fn a_signal_ends_it_143() {
    let world = World::new();
    world.day(DAY, &(0..8_000).map(|id| offer(&id.to_string(), DAY, 0)).collect::<Vec<_>>());
    let running = world.run.start().until_it_hears(trial::Signal::TERM);
    std::thread::sleep(Duration::from_millis(20));
    running.signal(trial::Signal::TERM);
    assert_eq!(running.wait().code, 143);
    assert!(!world.run.donnees_brutes().join("offres.report.json").exists());
    world.merge(&[]).expect_code(0);
}

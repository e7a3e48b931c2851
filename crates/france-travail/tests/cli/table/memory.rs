//! What a run remembers only saves work.

use std::fs;
use std::path::PathBuf;

use jiff::ToSpan;

use super::world::{DAY, MADE, Seeded, World, event, offer};

/// Days of a world, a journal, merged; then one more day.
fn merged() -> World {
    let world = World::new();
    for n in 0..3 {
        let day = DAY + n.days();
        // Something to be told of, and something that is no offer.
        let mut odd = offer(&n.to_string(), day, 0);
        odd["alternance"] = "oui".into();
        world.day(day, &[odd, offer("x", day, n as usize), 7.into()]);
    }
    world.journal(DAY + 4.days(), &[event("modifiee", DAY, "2024-06-08T03:00:00", &offer("1", DAY, 3))]);
    world.merge(&[]).expect_code(0);
    world
}

fn remembered(world: &World) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(world.memory()).expect(MADE).map(|entry| entry.expect(MADE).path()).collect();
    files.sort();
    files
}

#[test]
fn lost_cut_or_spoilt_it_changes_nothing() {
    let expected = merged().snapshot();
    type Spoil = (&'static str, fn(&PathBuf));
    let spoil: [Spoil; 4] = [
        ("lost", |path| fs::remove_file(path).unwrap()),
        ("cut", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("rubbish", |path| fs::write(path, b"rubbish").unwrap()),
        ("turned", |path| {
            let mut bytes = fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 4;
            fs::write(path, bytes).unwrap();
        }),
    ];
    let world = merged();
    let has = |end: &str| remembered(&world).iter().any(|path| path.to_str().expect(MADE).ends_with(end));
    assert!(
        ["/run", "/told", ".sheet", ".rejects", ".part", ".remarks"].into_iter().all(has),
        "{:?}",
        remembered(&world)
    );
    for (how, spoil) in spoil {
        for path in remembered(&world) {
            // Without what is remembered of the whole run, all else is looked at.
            for path in [&path, &world.memory().join("run")] {
                if path.exists() {
                    spoil(path);
                }
            }
            let again = world.merge(&[]).expect_code(0);
            assert!(world.snapshot() == expected, "{how}: {}", path.display());
            assert_eq!(again.receipt()["records"], 4, "{how}: {}", path.display());
        }
        remembered(&world).iter().for_each(spoil);
        world.merge(&[]).expect_code(0);
        assert!(world.snapshot() == expected, "all {how}");
    }
    fs::remove_dir_all(world.memory()).unwrap();
    let again = world.merge(&[]).expect_code(0);
    assert!(world.snapshot() == expected);
    assert_eq!(again.receipt()["files_written"], 0, "what is there is as it should be");
}

#[test]
fn a_file_of_the_table_that_is_lost_or_spoilt_is_made_again() {
    let world = merged();
    let expected = world.snapshot();
    for path in expected.keys() {
        let path = world.run.donnees_brutes().join(path);
        fs::remove_file(&path).unwrap();
        let again = world.merge(&[]).expect_code(0);
        assert!(world.snapshot() == expected, "{} lost", path.display());
        assert_eq!(again.receipt()["unchanged"], false, "{}", path.display());
        fs::write(&path, b"rubbish").unwrap();
        world.merge(&[]).expect_code(0);
        assert!(world.snapshot() == expected, "{} spoilt", path.display());
    }
}

#[test]
fn what_seems_to_be_the_same_is_read_again_on_demand() {
    let world = merged();
    let path = world.run.donnees_brutes().join("offres/annee=2024/mois=06/offres-2024-06-04.parquet");
    let there = fs::metadata(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let expected = bytes.clone();
    bytes[200] ^= 1;
    // In place, with the time that it had.
    fs::write(&path, &bytes).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(there.modified().unwrap()).unwrap();
    drop(file);
    assert_eq!(world.merge(&[]).expect_code(0).receipt()["unchanged"], true);
    assert_eq!(world.merge(&["--verify"]).expect_code(0).receipt()["files_written"], 1);
    assert!(fs::read(&path).unwrap() == expected);
}

#[test]
fn a_day_that_was_read_is_not_read_again_unless_asked() {
    let world = merged();
    let path = world.run.donnees_brutes().join(format!("offre_emploi/offres-{DAY}.json"));
    let there = fs::metadata(&path).unwrap();
    // In place, with the size and the time that it had: only who reads it can tell.
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("Rust", "Ruse")).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(there.modified().unwrap()).unwrap();
    let day = DAY + 3.days();
    world.day(day, &[offer("3", day, 0)]);
    assert_eq!(world.merge(&[]).expect_code(0).receipt()["files_written"], 1);
    let refused = world.merge(&["--verify"]).expect_code(65);
    assert!(refused.failure().contains("1 altered (2024-06-04)"), "{refused}");
}

#[test]
fn other_references_or_flags_make_the_table_anew() {
    let world = merged();
    let report = world.report();
    world.merge(&["--rome", "none"]).expect_code(0);
    assert_eq!(world.report()["joins"]["rome"]["matched"], 0);
    world.merge(&[]).expect_code(0);
    assert_eq!(world.report(), report);
    let refused = world.merge(&["--format", "csv"]).expect_code(2);
    assert!(refused.failure().contains("parquet"), "{refused}");
    let refused = world.merge(&["--since", "2024-06-05"]).expect_code(2);
    assert!(refused.failure().contains("2024-06-04"), "{refused}");
}

#[test]
fn seeded_worlds_forget_nothing_by_remembering() {
    for seed in 20..24 {
        let seeded = Seeded::new(seed);
        let world = World::new();
        for (nth, (day, offers)) in seeded.days.iter().enumerate() {
            world.day(*day, offers);
            if nth % 2 == 0 {
                world.merge(&[]).expect_code(0);
            }
        }
        seeded.journals.iter().for_each(|(day, events)| world.journal(*day, events));
        world.merge(&[]).expect_code(0);
        let found = world.snapshot();
        fs::remove_dir_all(world.memory()).unwrap();
        fs::remove_dir_all(world.run.donnees_brutes().join("offres")).unwrap();
        world.merge(&[]).expect_code(0);
        assert!(world.snapshot() == found, "seed {seed}");
    }
}

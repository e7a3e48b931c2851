//! Killed at any instant: at worst the day under way is swept again.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

/// In CI some; `KILLS=200 cargo nextest run -p france-travail mirror::kills` as many as one likes.
#[test]
fn killed_at_any_instant_it_tells_the_truth_in_the_end() {
    let wanted: u64 = std::env::var("KILLS").map_or(15, |text| text.parse().expect("a number of kills"));
    let mut dice = StdRng::seed_from_u64(20_241_124);
    let (mut kills, mut round, mut longest_ms) = (0, 0, 60);
    while kills < wanted {
        let world = World::new(
            days_of(200).with(|options| {
                options.wire.latency_ms = 5;
                options.wire.seed = round;
            }),
            &[DAY, NEXT],
        );
        for _ in 0..3 {
            world.turn(SOME);
            let run = world.mirror().args(["--force"]);
            loop {
                let begun = Instant::now();
                let ended = run.kill_after(Duration::from_micros(dice.random_range(0..longest_ms * 1_000)));
                assert_whole(&world);
                if ended.code == 0 {
                    longest_ms = longest_ms.max(begun.elapsed().as_millis() as u64);
                    break;
                }
                assert_eq!(ended.code, 137, "{ended}");
                kills += 1;
                if dice.random_bool(0.3) {
                    run.run().expect_code(0);
                    break;
                }
            }
            world.days.iter().for_each(|day| world.assert_truth(*day));
            world.assert_proven();
        }
        round += 1;
    }
}

/// Whatever was killed: each line is an event, and the log tells of this journal, or of the one that was to come.
#[track_caller]
fn assert_whole(world: &World) {
    for event in world.events() {
        assert!(event["id"].is_string() && event["evenement"].is_string(), "{event}");
    }
    for date in world.journals() {
        let text = world.read(&format!("miroir-{date}.jsonl"));
        let log: Value = serde_json::from_str(&world.read(&format!("miroir-{date}.log"))).unwrap();
        let hash: Value = sha256(text.as_bytes()).into();
        assert!(log["sha256"] == hash || log["anonymisation"]["sha256_avant"] == hash, "{log}");
    }
}

/// The instant between the two renames: the log tells of a sweep whose events are not there.
#[test]
fn killed_between_log_and_journal_the_day_is_swept_again() {
    let world = World::new(days_of(100), &[DAY, NEXT]);
    world.turn(SOME);
    let first = DAY.to_string();
    world.mirror().args(["--until", &first]).run().expect_code(0);
    let name = world.log()["fichier"].as_str().unwrap().to_owned();
    let before = world.read(&name);
    world.mirror().run().expect_code(0);
    let (after, log) = (world.read(&name), world.log());
    assert_eq!(log["balayages"].as_array().unwrap().len(), 2);
    fs::write(world.path(&name), &before).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert_eq!(run.receipt()["days_swept"], 1, "{run}");
    let of = |text: &str| text.lines().count();
    assert_eq!(of(&world.read(&name)), of(&after));
    world.days.iter().for_each(|day| world.assert_truth(*day));
    world.assert_proven();
    // Before the first journal there is a log alone.
    fs::remove_file(world.path(&name)).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert_eq!(run.receipt()["days_swept"], 2);
    world.days.iter().for_each(|day| world.assert_truth(*day));
    world.assert_proven();
}

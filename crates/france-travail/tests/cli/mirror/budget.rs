//! How many requests it takes, and that it never takes more than it may.

use jiff::ToSpan;

use super::*;
use crate::support::quick_faults_at;

/// Of a day of so many offers, what a sweep may take.
fn most(offers: usize) -> usize {
    (offers.div_ceil(150) * 103).div_euclid(100) + 4
}

#[test]
fn a_sweep_takes_hardly_more_searches_than_there_are_pages() {
    for offers in [0, 1, 151, 1_500, 3_160] {
        let world = World::new(days_of(offers), &[DAY]);
        let before = asked(&world.server).0;
        world.mirror().run().expect_code(0);
        let searches = asked(&world.server).0 - before;
        assert!(searches <= most(offers), "{searches} searches for {offers} offers, {} are allowed", most(offers));
        assert_eq!(world.log()["balayages"][0]["requetes"], searches);
    }
}

#[test]
#[ignore = "large days: `cargo nextest run -p france-travail --run-ignored all large_days`"]
fn a_sweep_of_large_days_takes_no_more_either() {
    for offers in [3_000, 5_000, 7_500, 10_000, 15_000, 19_900, 20_100, 30_000, 50_000] {
        let world = World::new(days_of(offers), &[DAY]);
        let before = asked(&world.server).0;
        world.mirror().run().expect_code(0);
        let searches = asked(&world.server).0 - before;
        assert!(searches <= most(offers), "{searches} searches for {offers} offers, {} are allowed", most(offers));
    }
}

#[test]
fn no_more_is_asked_than_allowed_and_the_rest_is_for_the_next_runs() {
    let days: Vec<Date> = (0..4).map(|n| DAY.saturating_add(n.days())).collect();
    let world = World::new(days_of(300), &days);
    world.turn(SOME);
    // Each needs at most 7 searches, and a sample of 20.
    let mut swept = Vec::new();
    for left in [3, 2, 1, 0] {
        let before = asked(&world.server);
        let run = world.mirror().args(["--max-requests", "40"]).run().expect_code(0);
        let (searches, details) = (asked(&world.server).0 - before.0, asked(&world.server).1 - before.1);
        assert!(searches + details <= 40, "{searches} + {details}\n{run}");
        assert_eq!((&run.receipt()["days_swept"], &run.receipt()["days_left"]), (&1.into(), &left.into()), "{run}");
        swept.push(world.log()["balayages"].as_array().unwrap().last().unwrap()["jour"].as_str().unwrap().to_owned());
    }
    let collected: Vec<String> = days.iter().map(Date::to_string).collect();
    assert_eq!(swept, collected, "the day checked longest ago first, which is the one collected first");
    days.iter().for_each(|day| world.assert_truth(*day));
    let none = world.mirror().args(["--max-requests", "40"]).run().expect_code(0);
    assert_eq!((&none.receipt()["unchanged"], &none.receipt()["requests"]), (&true.into(), &0.into()));
}

#[test]
fn a_budget_is_kept_whatever_goes_wrong() {
    for seed in 0..3 {
        let world = World::new(days_of(300), &[DAY, NEXT]);
        world.turn(SOME);
        world.server.set_faults(quick_faults_at(0.3, &[]));
        let before = asked(&world.server);
        let budget = 30 + seed * 14;
        let args = [
            "--max-requests".to_owned(),
            budget.to_string(),
            "--stall-s".to_owned(),
            "0.3".to_owned(),
            "--tries".to_owned(),
            "30".to_owned(),
        ];
        let run = world.mirror().args(args).run();
        let sent = asked(&world.server).0 - before.0 + asked(&world.server).1 - before.1;
        assert!(sent <= budget, "{sent} were sent of {budget}\n{run}");
        assert_eq!(run.code, 0, "what remains is no failure\n{run}");
        let swept = run.receipt()["days_swept"].as_u64().unwrap();
        assert_eq!(run.receipt()["days_left"], 2 - swept);
        // What was swept is told, what was not is not.
        for day in world.log_days() {
            world.assert_truth(day);
        }
    }
}

#[test]
fn a_day_that_is_beyond_any_run_does_not_keep_the_others_waiting() {
    let world = World::new(days_of(600), &[DAY]);
    // Another day has ten.
    let small = start_sandbox(days_of(10));
    let collect = quick_beside(&world.root, COLLECT_OFFERS).sandbox(&small).args(["--date", &NEXT.to_string()]);
    collect.run().expect_code(0);
    let run =
        quick_beside(&world.root, MIRROR_OFFERS).sandbox(&small).args(["--max-requests", "16"]).run().expect_code(0);
    assert!(run.noted("2024-06-04 needs 29 requests, more than `--max-requests` allows any run"), "{run}");
    assert_eq!((&run.receipt()["days_swept"], &run.receipt()["days_left"]), (&1.into(), &1.into()));
}

#[test]
fn the_day_checked_longest_ago_comes_first_then_the_older() {
    let world = World::new(days_of(20), &[NEXT, DAY]);
    let sweep = |day: Date| {
        let day = day.to_string();
        world.mirror().args(["--since", &day, "--until", &day]).run().expect_code(0)
    };
    sweep(NEXT);
    let run = world.mirror().args(["--max-requests", "40", "--force"]).run().expect_code(0);
    let log = world.log();
    let order: Vec<&str> =
        log["balayages"].as_array().unwrap().iter().map(|swept| swept["jour"].as_str().unwrap()).collect();
    assert_eq!(order[..2], ["2024-06-05", "2024-06-04"], "the one that was not swept yet\n{run}");
    assert_eq!(run.receipt()["oldest_check"].as_str().map(str::len), Some(19));
}

#[test]
fn the_oldest_check_is_that_of_the_day_that_comes_next() {
    let world = World::new(days_of(20), &[DAY, NEXT]);
    world.collected_on(DAY, 5);
    world.collected_on(NEXT, 6);
    // Six searches and a sample of twenty for each.
    let oldest = |run: &Finished| run.receipt()["oldest_check"].clone();
    let one = world.mirror().args(["--max-requests", "26"]).run().expect_code(0);
    assert_eq!(world.log_days(), [DAY]);
    assert_eq!(
        oldest(&one),
        "2024-06-06T02:30:00",
        "a day that was never swept was checked when it was collected\n{one}"
    );
    let swept = world.log()["balayages"][0]["fin"].clone();
    let both = world.mirror().run().expect_code(0);
    assert_eq!((world.log_days(), oldest(&both)), (vec![DAY, NEXT], swept.clone()), "{both}");
    // Also of a run that has nothing to do, and of the days that it looks at alone.
    assert_eq!(oldest(&world.mirror().run().expect_code(0)), swept);
    let next = NEXT.to_string();
    let of_next = world.mirror().args(["--since", &next]).run().expect_code(0);
    assert_eq!(oldest(&of_next), world.log()["balayages"][1]["fin"]);
    for day in world.days.clone() {
        fs::remove_file(world.path(&format!("offres-{day}.log"))).unwrap();
    }
    let none = world.mirror().run().expect_code(0);
    assert!(oldest(&none).is_null() && none.receipt()["unchanged"] == true, "{none}");
}

//! What proves nothing withdraws nothing.

use sandbox::{Fault, Faults};

use super::*;

/// No offer was withdrawn, whatever else is told.
#[track_caller]
fn assert_none_withdrawn(world: &World) {
    let withdrawn: Vec<Value> = world.events().into_iter().filter(|event| event["evenement"] == "retiree").collect();
    assert!(withdrawn.is_empty(), "{withdrawn:?}");
}

#[test]
fn an_outage_withdraws_nothing_and_ends_69() {
    for fault in [Fault::Internal, Fault::Unavailable, Fault::Reset, Fault::Html, Fault::Empty, Fault::NoContentRange] {
        let world = World::new(days_of(100), &[DAY]);
        world.server.set_faults(Faults::of(fault, 1.0));
        let run = world.mirror().args(["--tries", "2"]).run().expect_code(69);
        assert!(!run.hint().is_empty(), "{fault:?}\n{run}");
        assert_none_withdrawn(&world);
        assert!(world.journals().is_empty(), "{:?}", world.names());
    }
}

#[test]
fn an_outage_in_mid_run_keeps_the_days_before() {
    let world = World::new(days_of(200), &[DAY, NEXT]);
    world.turn(SOME);
    let before = asked(&world.server).0 as u64;
    // The first day takes five searches.
    let faults = (before + 7..before + 40).fold(Faults::default(), |faults, nth| faults.and_at(Fault::Internal, nth));
    world.server.set_faults(faults);
    world.mirror().args(["--tries", "2"]).run().expect_code(69);
    world.assert_proven();
    world.assert_truth(DAY);
    assert!(world.events().iter().all(|event| event["jour"] == DAY.to_string()));
    world.server.set_faults(Faults::default());
    let run = world.mirror().run().expect_code(0);
    assert_eq!(run.receipt()["days_swept"], 1, "the first is swept already");
    world.assert_truth(NEXT);
}

/// The search answers well, in every way, that there is nothing.
#[test]
fn an_empty_answer_withdraws_nothing() {
    let world = World::new(days_of(100), &[DAY, NEXT]);
    world.service().hide(1.0);
    let run = world.mirror().run().expect_code(75);
    assert!(run.failure().contains("the search hides offers of 2024-06-04, 2024-06-05"), "{run}");
    assert!(run.hint().contains("run again later"));
    assert_none_withdrawn(&world);
    world.assert_proven();
    // Nobody takes these days for checked: when the search finds them again, the same day's run looks again.
    world.service().hide(0.0);
    let again = world.mirror().run().expect_code(0);
    assert_eq!((counts(&again), &again.receipt()["days_swept"]), ([0; 5], &2.into()));
    world.days.iter().for_each(|day| world.assert_truth(*day));
}

#[test]
fn where_the_search_hides_offers_only_those_that_are_gone_themselves_are_withdrawn() {
    let world = World::new(days_of(400), &[DAY]);
    world.turn(Turnover { withdrawn: 0.1, changed: 0.1, ..Turnover::default() });
    world.service().hide(0.1);
    let run = world.mirror().run().expect_code(75);
    assert!(run.failure().contains("the search hides offers of 2024-06-04"), "{run}");
    let truth: HashMap<String, bool> =
        world.service().truth(DAY).into_iter().map(|life| (life.id, life.died.is_some())).collect();
    let events = world.events();
    let withdrawn: Vec<&Value> = events.iter().filter(|event| event["evenement"] == "retiree").collect();
    assert!((1..20).contains(&withdrawn.len()), "{}", withdrawn.len());
    assert!(withdrawn.iter().all(|event| event["preuve"] == "detail" && truth[event["id"].as_str().unwrap()]));
    assert!(events.iter().any(|event| event["evenement"] == "modifiee"), "what it did find is told");
    world.assert_proven();
    // One by one, all are found out.
    world.mirror().args(["--sample", "all"]).run().expect_code(75);
    assert_eq!(world.events().iter().filter(|event| event["evenement"] == "retiree").count(), 40);
    world.service().hide(0.0);
    world.mirror().run().expect_code(0);
    world.assert_truth(DAY);
}

#[test]
fn details_that_are_no_answer_withdraw_nothing() {
    for (fault, code) in [
        (Fault::Internal, 69),
        (Fault::Html, 69),
        (Fault::Empty, 69),
        (Fault::ShortJson, 69),
        (Fault::Unauthorised, 77),
    ] {
        let world = World::new(days_of(100), &[DAY]);
        // Hidden, so that the details would be 200.
        world.service().hide(1.0);
        let run = world.mirror().args(["--tries", "3", "--sample", "5"]).start();
        // An empty day takes four searches; then come the details.
        let before = asked(&world.server).0;
        let run = run.until(|| asked(&world.server).0 >= before + 3);
        world.server.set_faults(Faults::of(fault, 1.0));
        let run = run.wait();
        assert!([code, 75].contains(&run.code), "{fault:?}\n{run}");
        assert_none_withdrawn(&world);
    }
}

#[test]
fn a_sweep_that_cannot_be_proven_records_nothing_of_its_day() {
    let world = World::new(days_of(200).with(|options| options.france_travail.omit_one = false), &[DAY, NEXT]);
    world.turn(SOME);
    // Searches of the first day contradict themselves, whatever is tried.
    let before = asked(&world.server).0 as u64;
    let faults = (before + 1..=before + 3).fold(Faults::default(), |faults, nth| faults.and_at(Fault::ShortPage, nth));
    world.server.set_faults(faults);
    let run = world.mirror().args(["--tries", "3", "--rate", "5000"]).run().expect_code(75);
    assert!(run.failure().contains(&DAY.to_string()), "{run}");
    assert!(world.events().iter().all(|event| event["jour"] == NEXT.to_string()), "the other day goes on");
    world.assert_truth(NEXT);
    world.assert_proven();
    world.server.set_faults(Faults::default());
    world.mirror().run().expect_code(0);
    world.assert_truth(DAY);
}

#[test]
fn one_answer_in_five_may_be_bad() {
    for seed in 0..3 {
        let world = World::new(days_of(400).with(|options| options.wire.seed = seed), &[DAY]);
        world.turn(SOME);
        world.server.set_faults(trial::faults_but(&[Fault::TokenRefused], 0.2));
        let run = world.mirror().args(["--stall-s", "0.5", "--tries", "20"]).run().expect_code(0);
        assert!(run.receipt()["retries"].as_u64() > Some(0));
        world.assert_truth(DAY);
        world.assert_proven();
    }
}

/// It changes while it is swept: what was online throughout is never withdrawn.
#[test]
fn a_stock_that_changes_under_way_loses_nothing_that_was_there_throughout() {
    let world = World::new(days_of(1_500).with(|options| options.france_travail.date = Some(DAY)), &[DAY]);
    let options = days_of(1_500).with(|options| {
        options.france_travail.date = Some(DAY);
        options.france_travail.vanish = 0.2;
        options.france_travail.appear = 0.2;
        options.france_travail.change = 0.2;
    });
    let moving = start_sandbox(options);
    let run = quick_beside(&world.root, MIRROR_OFFERS).sandbox(&moving).run();
    assert!([0, 75].contains(&run.code), "{run}");
    let lives: HashMap<String, sandbox::Life> =
        moving.service::<FranceTravail>().truth(DAY).into_iter().map(|life| (life.id.clone(), life)).collect();
    for event in world.events().iter().filter(|event| event["evenement"] == "retiree") {
        assert!(!lives[event["id"].as_str().unwrap()].lived_throughout, "{event}");
    }
}

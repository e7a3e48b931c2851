//! Offers that appear, change and vanish while the day is collected.

use sandbox::{FranceTravail, TieOrder, Ties};

use super::*;

#[test]
fn what_lived_throughout_is_there_whatever_came_and_went() {
    for seed in 0..10 {
        let share = 0.002 * (seed + 1) as f64;
        let options = day_of(5_000).with(|options| {
            options.france_travail.appear = share;
            options.france_travail.vanish = share;
            options.france_travail.change = share;
            options.wire.seed = seed;
        });
        let (_server, run) = collects_the_truth(options);
        let proof = &log(&run, DAY)["preuve"];
        assert!(proof["fenetres"].as_array().unwrap().len() >= 2, "{proof}");
    }
}

/// Where so much moves, all is read once more: an offer that moved to a second that was read already is found by nothing else.
#[test]
fn half_a_per_cent_of_churn_costs_the_day_once_more() {
    let options = day_of(20_000).with(|options| {
        options.france_travail.appear = 0.005;
        options.france_travail.vanish = 0.005;
        options.france_travail.change = 0.005;
    });
    let (server, run) = collects_the_truth(options);
    // A reference needed 138 to 143 for the first reading, floor 134; then the counts of some dozen slices.
    assert!(searches(&server) <= 143 + 143 + 40, "{} searches\n{run}", searches(&server));
}

#[test]
fn churn_is_told_from_the_origin_trap() {
    for seed in 0..8 {
        let (_server, run) = collects_the_truth(day_of(3_000).with(|options| {
            options.france_travail.appear = 0.3;
            options.wire.seed = seed;
        }));
        assert_eq!(log(&run, DAY)["preuve"]["origines_collectees_a_part"], false, "{run}");
    }
}

#[test]
fn an_unstable_order_and_churn_together_lose_nothing() {
    for seed in 0..10 {
        let options = day_of(3_000).with(|options| {
            options.france_travail.appear = 0.02;
            options.france_travail.vanish = 0.02;
            options.france_travail.change = 0.02;
            options.france_travail.tie_order = TieOrder::Unstable;
            options.france_travail.ties = Some(Ties { count: 400, at: Ties::BUSY_SECOND });
            options.wire.seed = seed;
        });
        collects_the_truth(options);
    }
}

#[test]
fn churn_is_told_in_the_log() {
    let (_server, run) = collects_the_truth(day_of(6_000).with(|options| {
        options.france_travail.appear = 0.5;
        options.france_travail.vanish = 0.5;
        options.france_travail.change = 0.5;
    }));
    let proof = &log(&run, DAY)["preuve"];
    let seen: u64 = ["apparues", "modifiees", "disparues"].iter().map(|key| proof[key].as_u64().unwrap()).sum();
    assert!(seen > 0, "{proof}");
}

/// What one run could not prove is asked for anew by the next, not judged again from the journal.
#[test]
fn what_could_not_be_proven_is_asked_for_anew_by_a_later_run() {
    let dense = |port, missing_attributes| {
        day_of(3_600).with(|options| {
            options.wire.port = port;
            options.france_travail.ties = Some(Ties { count: 3_400, at: Ties::BUSY_SECOND });
            options.france_travail.tie_order = TieOrder::Unstable;
            options.france_travail.missing_attributes = missing_attributes;
        })
    };
    let lacking = start_sandbox(dense(0, 0.5));
    let port = lacking.url().rsplit(':').next().unwrap().parse().unwrap();
    let run = collect(&lacking, DAY);
    run.run().expect_code(75);
    let before = searches(&lacking);
    run.run().expect_code(75);
    assert!(searches(&lacking) > before);
    drop(lacking);
    let whole = start_sandbox(dense(port, 0.0));
    let finished = run.run().expect_code(0);
    let there: HashSet<_> = offers(&finished, DAY).iter().map(|offer| id(offer)).collect();
    let missing: Vec<_> =
        whole.service::<FranceTravail>().truth(DAY).into_iter().filter(|life| !there.contains(&life.id)).collect();
    assert!(missing.is_empty(), "{} offers are missing", missing.len());
}

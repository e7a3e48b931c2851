//! Days of every kind.

use jiff::civil::{Time, date};
use sandbox::{Bound, FranceTravail, Milliseconds, SortWithin, TieOrder, Ties};

use super::*;

#[test]
fn a_plain_day_is_collected_whole_with_few_requests() {
    let (server, run) = collects_the_truth(day_of(5_000));
    let receipt = run.receipt();
    assert_eq!(receipt["step"], "collect-offers");
    assert_eq!(receipt["records"], 5_000);
    assert_eq!(receipt["unchanged"], false);
    assert_eq!(receipt["partial"], false);
    assert_eq!(receipt["date"], "2024-06-04");
    assert_eq!(receipt["zone"], "Europe/Paris");
    assert_eq!(receipt["min_creation_date"], "2024-06-03T23:59:59Z");
    assert_eq!(receipt["max_creation_date"], "2024-06-05T00:00:00Z");
    assert_eq!(receipt["requests"], searches(&server) + 1, "one more for the token");
    assert_eq!(run.list("offre_emploi"), ["offres-2024-06-04.json", "offres-2024-06-04.log"]);
    // 34 pages without any overlap.
    assert!(searches(&server) <= 42, "{} searches", searches(&server));
}

/// The target for 50,000 offers: 1.03 times the pages that there are, guard and overlaps included.
#[test]
fn a_large_day_takes_hardly_more_requests_than_it_has_pages() {
    let (server, run) = collects_the_truth(day_of(50_000));
    let pages = 50_000_usize.div_ceil(150);
    assert!(searches(&server) * 100 <= pages * 103, "{} searches for {pages} pages\n{run}", searches(&server));
    assert_eq!(log(&run, DAY)["preuve"]["ordre_stable"], true);
}

#[test]
fn the_log_has_the_six_keys_of_its_ancestor_in_order_and_then_the_proof() {
    let (_server, run) = collects_the_truth(day_of(2_000));
    let text = run.read("offre_emploi/offres-2024-06-04.log");
    let keys = [
        "dt_deb_collecte",
        "date_creation",
        "dt_fin_collecte",
        "total_offres",
        "total_offres_collecte",
        "duree_totale",
    ];
    let places: Vec<_> = keys.iter().chain(&["preuve"]).map(|key| text.find(&format!("\"{key}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    let log = log(&run, DAY);
    assert_eq!(log["date_creation"], "2024-06-04");
    assert_eq!(log["total_offres_collecte"], 2_000);
    let proof = &log["preuve"];
    let announced = log["total_offres"].as_u64().unwrap();
    assert_eq!(proof["voisines_ecartees"].as_u64().unwrap(), announced - 2_000, "the totals count neighbours too");
    assert_eq!(proof["sha256"], run.receipt()["sha256"]);
    assert_eq!(proof["fenetres"][0]["total"], announced);
    // The sandbox's offers are nobody's, and under no licence.
    for key in ["source", "licence"] {
        let said = proof[key].as_str().unwrap();
        assert!(said.contains("inventées") && !said.contains("France Travail"), "{said}");
    }
}

#[test]
fn an_empty_day_is_an_empty_array() {
    let (server, run) = collects_the_truth(day_of(0));
    assert_eq!(run.read("offre_emploi/offres-2024-06-04.json"), "[\n]\n");
    assert_eq!(run.receipt()["records"], 0);
    // The day, its two origins, and the total once more at the end.
    assert!(searches(&server) <= 4, "{}", searches(&server));
}

#[test]
fn days_on_which_the_clock_changes_are_whole() {
    for day in [date(2026, 3, 29), date(2026, 10, 25)] {
        let options = day_of(1_500).with(|options| {
            options.france_travail.date = Some(day);
            options.wire.now = Some(date(2026, 11, 10).at(12, 0, 0, 0));
        });
        let server = start_sandbox(options);
        let run = collect(&server, day).run().expect_code(0);
        assert_truth(&run, &server, day);
        assert_eq!(run.receipt()["records"], 1_500);
    }
}

#[test]
fn five_thousand_offers_of_one_second_are_split_and_found() {
    let ties = Ties { count: 5_000, at: Ties::BUSY_SECOND };
    let (server, run) = collects_the_truth(day_of(7_000).with(|options| options.france_travail.ties = Some(ties)));
    let split = log(&run, DAY)["preuve"]["secondes_decoupees"].clone();
    assert_eq!(split[0], "11:48:22 to 11:48:23");
    assert!(searches(&server) < 188, "{} searches; a reference needed 188 for more offers", searches(&server));
}

#[test]
fn the_first_and_the_last_second_of_a_day_may_be_dense_too() {
    for at in [Time::midnight(), Time::constant(23, 59, 59, 0)] {
        let ties = Ties { count: 4_000, at };
        collects_the_truth(day_of(5_000).with(|options| options.france_travail.ties = Some(ties)));
    }
}

#[test]
fn dense_seconds_whose_order_changes_are_split_down_to_single_pages() {
    for sort_within in [SortWithin::Milliseconds, SortWithin::Second] {
        let ties = Ties { count: 3_500, at: Ties::BUSY_SECOND };
        let unstable = day_of(4_500).with(|options| {
            options.france_travail.ties = Some(ties);
            options.france_travail.tie_order = TieOrder::Unstable;
            options.france_travail.sort_within = sort_within;
        });
        collects_the_truth(unstable);
    }
}

#[test]
fn dense_seconds_in_which_attributes_are_missing_are_accounted_for() {
    let lacks =
        |life: &&Life| !["typeContrat", "romeCode", "origineOffre"].iter().all(|key| life.versions[0].contains(key));
    let mut accounted = 0;
    for seed in 0..3 {
        let ties = Some(Ties { count: 3_500, at: Ties::BUSY_SECOND });
        let server = start_sandbox(day_of(4_500).with(|options| {
            options.france_travail.ties = ties;
            options.france_travail.missing_attributes = 0.001;
            options.wire.seed = seed;
        }));
        let run = collect(&server, DAY).run();
        if run.code == 0 {
            assert_truth(&run, &server, DAY);
            accounted += server.service::<FranceTravail>().truth(DAY).iter().filter(lacks).count();
        } else {
            // An offer that lacks all three is in no part of any split: nothing can prove that it is there.
            assert!(run.failure().contains("3500 offers share 11:48:22 to 11:48:23"), "{run}");
            assert_eq!(run.code, 75, "{run}");
        }
    }
    assert!(accounted >= 3, "{accounted} offers without an attribute were found");
}

#[test]
fn a_second_that_cannot_be_split_is_named() {
    let ties = Some(Ties { count: 3_500, at: Ties::BUSY_SECOND });
    let server = start_sandbox(day_of(4_500).with(|options| {
        options.france_travail.ties = ties;
        options.france_travail.missing_attributes = 0.5;
    }));
    let run = collect(&server, DAY).run().expect_code(75);
    assert!(run.failure().contains("3500 offers share 11:48:22 to 11:48:23"), "{run}");
    assert_eq!(run.list("offre_emploi"), [".offres-2024-06-04.journal"]);
}

#[test]
fn a_search_that_hides_an_origin_is_found_out() {
    let (_server, run) = collects_the_truth(day_of(2_000).with(|options| options.france_travail.origin_trap = true));
    assert_eq!(log(&run, DAY)["preuve"]["origines_collectees_a_part"], true);
    assert!(run.noted("each origin is collected apart"));
}

/// What nobody has measured of the service must not matter.
#[test]
fn every_setting_of_the_unmeasured_gives_the_truth() {
    let bounds = [Bound::Inclusive, Bound::Exclusive];
    let mut tried = 0;
    for min_bound in bounds {
        for max_bound in bounds {
            for milliseconds in [Milliseconds::Compared, Milliseconds::Truncated] {
                for sort_within in [SortWithin::Milliseconds, SortWithin::Second] {
                    for tie_order in [TieOrder::Stable, TieOrder::Unstable] {
                        let origin_trap = tried % 3 == 0;
                        let ties = Some(Ties { count: 300, at: Ties::BUSY_SECOND });
                        let seed = tried;
                        let options = day_of(4_000).with(|options| {
                            options.france_travail.min_bound = min_bound;
                            options.france_travail.max_bound = max_bound;
                            options.france_travail.milliseconds = milliseconds;
                            options.france_travail.sort_within = sort_within;
                            options.france_travail.tie_order = tie_order;
                            options.france_travail.origin_trap = origin_trap;
                            options.france_travail.ties = ties;
                            options.wire.seed = seed;
                        });
                        collects_the_truth(options);
                        tried += 1;
                    }
                }
            }
        }
    }
    assert_eq!(tried, 32);
}

#[test]
fn the_same_offers_give_the_same_bytes() {
    let hash = |faults: f64| {
        let options = day_of(1_000).with(|options| options.wire.faults = sandbox::Faults::every(faults));
        collects_the_truth(options).1.receipt()["sha256"].clone()
    };
    assert_eq!(hash(0.0), hash(0.1));
}

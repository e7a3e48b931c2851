//! A proof whose numbers add up, or none.

use super::*;

#[test]
fn a_quiet_day_costs_one_count_more() {
    let (server, run) = collects_the_truth(day_of(3_000));
    let (log, gathered) = (log(&run, DAY), offers(&run, DAY).len());
    let proof = &log["preuve"];
    assert_eq!((&proof["total_final"], &proof["ecart_mouvement"]), (&log["total_offres"], &0.into()), "{proof}");
    assert_eq!((&proof["offres_retrouvees"], gathered), (&0.into(), 3_000));
    assert!(proof["tranches_relues"].as_array().is_some_and(Vec::is_empty), "{proof}");
    // Pages that overlap by ten, two counts of origins, and the one at the end.
    assert!(searches(&server) <= 3_000_usize.div_ceil(140) + 3, "{} searches", searches(&server));
}

/// The offer is on no page: its old place was not read yet, its new one was, and every total is right.
#[test]
fn an_offer_that_moves_to_a_second_that_was_read_already_is_found() {
    let mut recovered = 0;
    for redate_at in 3..=6 {
        let (server, run) = collects_the_truth(day_of(3_000).with(|options| {
            options.france_travail.redate_at = Some(redate_at);
            options.wire.latency_ms = 20;
        }));
        let proof = log(&run, DAY)["preuve"].clone();
        assert_eq!(proof["ecart_mouvement"], 0, "{proof}");
        if proof["offres_retrouvees"] == 1 {
            recovered += 1;
            let told = proof["tranches_relues"].to_string();
            assert!(told.contains("23:59:59"), "{told}");
            assert!(searches(&server) < 50, "{} searches: only what differs is read again", searches(&server));
        }
    }
    assert!(recovered > 0, "no offer was missed at first: this shows nothing");
}

/// As before, while so much comes and goes that sums which agree say nothing.
#[test]
fn an_offer_that_moves_while_others_come_and_go_is_found_too() {
    let mut recovered = 0;
    for seed in 0..6 {
        let (_server, run) = collects_the_truth(day_of(3_000).with(|options| {
            options.wire.seed = seed;
            options.france_travail.redate_at = Some(3 + seed % 4);
            (options.france_travail.appear, options.france_travail.vanish) = (0.05, 0.05);
            options.wire.latency_ms = 20;
        }));
        recovered += log(&run, DAY)["preuve"]["offres_retrouvees"].as_u64().unwrap();
    }
    assert!(recovered > 0, "no offer was missed at first: this shows nothing");
}

/// Every total counts it, every page is full, and one offer is on none of them.
#[test]
fn an_offer_that_the_service_counts_and_never_shows_is_75() {
    let server = start_sandbox(day_of(3_000).with(|options| options.france_travail.omit_one = true));
    let run = collect(&server, DAY);
    let first = run.run().expect_code(75);
    assert!(first.failure().contains("reading it again has brought no other"), "{first}");
    assert_eq!(first.list("offre_emploi"), [".offres-2024-06-04.journal"]);
    // What could not be proven is asked for anew, not judged from the journal.
    let before = searches(&server);
    run.run().expect_code(75);
    assert!(searches(&server) > before + 3);
}

/// Offers that appear or vanish while the day is read are no failure, and the proof says by how much the sums differ.
#[test]
fn what_moves_while_the_day_is_read_is_told_as_such() {
    let mut moved = 0;
    for seed in 0..6 {
        let (_server, run) = collects_the_truth(day_of(3_000).with(|options| {
            options.wire.seed = seed;
            (options.france_travail.appear, options.france_travail.vanish) = (0.1, 0.1);
        }));
        let log = log(&run, DAY);
        let told = |key: &str| log["preuve"][key].as_i64().unwrap();
        let gathered = log["total_offres_collecte"].as_i64().unwrap() + told("voisines_ecartees");
        assert_eq!(told("total_final") + told("ecart_mouvement"), gathered, "{log}");
        moved += i64::from(told("ecart_mouvement") != 0);
    }
    assert!(moved > 0, "the sums never differed: this shows nothing");
}

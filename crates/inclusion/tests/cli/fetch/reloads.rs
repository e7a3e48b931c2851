//! Tables that are swapped while they are read.

use sandbox::{Reload, ReloadAt, Spot};

use super::{assert_complete, ceiling, fetch, list_requests, log, server, truth};

const KEEP: [&str; 2] = ["structures", "--keep-duplicates"];

#[test]
fn each_kind_of_reload_at_each_place_loses_nothing() {
    for reload in
        [Reload::Delete, Reload::Insert, Reload::Swap, Reload::Move, Reload::Change, Reload::Cluster, Reload::Same]
    {
        for spot in [Spot::Anywhere, Spot::Start, Spot::Seam, Spot::End] {
            for request in [1, 5] {
                let server = server(|options| options.reload_at = vec![ReloadAt { reload, spot, request }]);
                let finished = fetch(&server, &KEEP).run().expect_code(0);
                let records = assert_complete(&server, &finished, "structures", 0);
                let most = ceiling(records, 20) + 4;
                let sent = list_requests(&server, 0);
                assert!(
                    sent <= most,
                    "{reload:?} at {spot:?} after {request}: {sent} requests, {most} at most\n{finished}"
                );
            }
        }
    }
}

#[test]
fn a_swap_before_the_page_that_totals_do_not_tell_is_seen() {
    let swap = ReloadAt { reload: Reload::Swap, spot: Spot::Start, request: 3 };
    let server = server(|options| options.reload_at = vec![swap]);
    let finished = fetch(&server, &KEEP).run().expect_code(0);
    assert_complete(&server, &finished, "structures", 0);
    let log = log(&finished, "structures");
    assert_eq!(log["totals"].as_array().unwrap().len(), 1, "{log}");
}

#[test]
fn reloads_between_records_and_total_are_seen_through() {
    let mut seen = 0;
    for seed in 0..6 {
        let server = super::seeded(seed, |options| (options.reload_every, options.reload_within) = (3, 1.0));
        let finished = fetch(&server, &KEEP).run().expect_code(0);
        assert_complete(&server, &finished, "structures", 0);
        seen += log(&finished, "structures")["reloads"].as_u64().unwrap();
    }
    assert!(seen > 0, "{seen}");
}

#[test]
fn endless_reloads_end_in_the_truth_or_in_75() {
    for rows in [1, 40] {
        let server = server(|options| {
            options.reload_every = 1;
            options.reload_rows = rows;
        });
        let finished = fetch(&server, &KEEP).run();
        match finished.code {
            0 => drop(assert_complete(&server, &finished, "structures", 0)),
            code => assert!(code == 75 && finished.failure().contains("structures"), "{finished}"),
        }
    }
}

#[test]
fn a_table_that_shrinks_or_stands_empty_for_a_moment_is_not_believed() {
    for reload in [Reload::Shrink, Reload::Empty] {
        for request in [1, 4] {
            let blip = |reload, request| ReloadAt { reload, spot: Spot::Anywhere, request };
            let for_a_moment = vec![blip(reload, request), blip(Reload::Same, request + 2)];
            let server = server(|options| options.reload_at = for_a_moment);
            let finished = fetch(&server, &KEEP).run().expect_code(0);
            let records = assert_complete(&server, &finished, "structures", 0);
            assert!(records as u64 > 100, "{reload:?} after {request}: {records}\n{finished}");
        }
    }
}

#[test]
fn a_list_that_lost_half_of_its_records_leaves_the_last_files() {
    for reload in [Reload::Shrink, Reload::Empty] {
        let server = server(|_| {});
        let run = fetch(&server, &KEEP);
        let before = run.run().expect_code(0).read(super::STRUCTURES);
        server.service::<sandbox::Inclusion>().reload(reload, Spot::Anywhere);
        let refused = run.run().expect_code(75);
        assert!(refused.failure().contains("could not believe"), "{refused}");
        assert!(refused.hint().contains("--force"), "{refused}");
        assert_eq!(refused.read(super::STRUCTURES), before);
        assert_eq!(refused.list("inclusion"), ["structures.json", "structures.log"], "its journal goes");
        let since = server.requests().len();
        let forced = run.clone().args(["--force"]).run().expect_code(0);
        assert_eq!(assert_complete(&server, &forced, "structures", since) == 0, reload == Reload::Empty);
        assert!(truth(&server, "structures").len() >= 150);
    }
}

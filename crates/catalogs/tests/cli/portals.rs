//! The four portals of the sandbox, harvested whole, again, while they move, and when they have their ways.

use std::collections::BTreeMap;

use sandbox::{Fault, Faults, Options, PortalOptions, Portals, Server};
use serde_json::Value;
use trial::{Finished, Run, faults_but, start_sandbox};

const HARVEST: &str = env!("CARGO_BIN_EXE_harvest");
const NOW: &str = "2026-01-01";
const DIALECTS: [&str; 4] = ["dcat", "ckan", "dkan", "ods"];

fn server(change: impl FnOnce(&mut PortalOptions)) -> Server {
    start_sandbox(Options::default().with(|options| {
        options.france_travail.offers = 0;
        change(&mut options.portals);
    }))
}

/// The harvest of a portal into the folder of its dialect.
fn harvest(server: &Server, dialect: &str) -> Run {
    let name = format!("PORTAL_{}", dialect.to_uppercase());
    let variables = server.variables();
    let (_, url) = variables.iter().find(|(known, _)| *known == name).expect("the portal has an address");
    let folder = format!("donnees_brutes/{dialect}");
    let flags = ["--allow-private", "--now", NOW, "--dir", &folder, "--rate", "1000", "--retry-wait-s", "0.01"];
    Run::new(HARVEST).args([dialect, url]).args(flags)
}

fn lines(finished: &Finished, dialect: &str) -> BTreeMap<String, String> {
    let file = finished.read(format!("{dialect}/datasets.jsonl"));
    let id = |line: &str| -> String {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        line["harvest"]["remote_id"].as_str().expect("an identifier").to_owned()
    };
    file.lines().map(|line| (id(line), line.to_owned())).collect()
}

/// What was asked since so many requests, without the address of the portal.
fn asked(server: &Server, since: usize) -> Vec<String> {
    let all = server.requests().into_iter().skip(since);
    all.filter(|request| request.service == "portals").map(|request| request.target).collect()
}

fn shown(server: &Server, since: usize) -> usize {
    asked(server, since).iter().filter(|target| target.contains("package_show")).count()
}

#[test]
fn each_portal_is_harvested_whole() {
    let server = server(|_| {});
    for dialect in DIALECTS {
        let finished = harvest(&server, dialect).run().expect_code(0);
        let receipt = finished.receipt();
        assert_eq!(
            (receipt["status"].as_str(), receipt["complete"].as_bool()),
            (Some("done"), Some(true)),
            "{finished}"
        );
        assert_eq!(
            (receipt["records"].as_u64(), receipt["items"]["failed"].as_u64()),
            (Some(60), Some(0)),
            "{finished}"
        );
        assert_eq!(receipt["changes"]["new"], if dialect == "dcat" { 61 } else { 60 }, "{finished}");
        assert_eq!(lines(&finished, dialect).len(), 60, "{finished}");
    }
}

#[test]
fn the_four_say_the_same_of_a_dataset() {
    let server = server(|_| {});
    let titles = |dialect: &str| -> Vec<String> {
        let finished = harvest(&server, dialect).run().expect_code(0);
        let title = |line: &String| serde_json::from_str::<Value>(line).unwrap()["title"].as_str().unwrap().to_owned();
        let mut titles: Vec<String> = lines(&finished, dialect).values().map(title).collect();
        titles.sort();
        titles
    };
    let [dcat, ckan, dkan, ods] = DIALECTS.map(titles);
    assert!(dcat == ckan && ckan == dkan && dkan == ods);
}

#[test]
fn a_second_harvest_asks_only_for_what_changed_and_gives_the_lines_of_a_first() {
    let server = server(|_| {});
    for dialect in DIALECTS {
        let run = harvest(&server, dialect);
        let first = run.run().expect_code(0);
        let before = server.requests().len();
        let again = run.run().expect_code(0);
        assert_eq!(again.receipt()["unchanged"], true, "{again}");
        assert_eq!(first.receipt()["sha256"], again.receipt()["sha256"], "{again}");
        // DKAN tells dates in its packages alone: each is asked for, and each has not changed.
        assert_eq!(shown(&server, before), if dialect == "dkan" { 60 } else { 0 }, "{again}");

        server.service::<Portals>().release();
        let before = server.requests().len();
        let changed = run.run().expect_code(0);
        let changes = changed.receipt()["changes"].clone();
        assert_eq!(
            (&changes["new"], &changes["changed"], &changes["missing"]),
            (&1.into(), &6.into(), &1.into()),
            "{changed}"
        );
        if dialect == "ckan" {
            assert_eq!(shown(&server, before), 7, "{changed}");
        }
        let elsewhere = harvest(&server, dialect).run().expect_code(0);
        let (here, there) = (lines(&changed, dialect), lines(&elsewhere, dialect));
        let gone: Vec<&String> = here.keys().filter(|id| !there.contains_key(*id)).collect();
        assert_eq!((gone.len(), there.len()), (1, 60), "{changed}");
        assert!(
            there.iter().all(|(id, line)| here.get(id) == Some(line)),
            "{dialect}: other lines than a first harvest"
        );
    }
}

/// Whatever went wrong on the way: what a portal has in the end is what its lines say.
#[test]
fn catalogues_that_change_behind_a_bad_wire_end_as_a_first_harvest_elsewhere() {
    for (seed, dialect) in (11..).zip(DIALECTS) {
        let options = Options::default().with(|options| {
            options.france_travail.offers = 0;
            options.wire.seed = seed;
            options.portals.portal_datasets = 30;
            options.portals.portal_page = 7;
        });
        let server = start_sandbox(options);
        let run = harvest(&server, dialect).args(["--tries", "2", "--no-archive"]);
        // A list that announces no number cannot be found to lack a name.
        let all = [Fault::Hang, Fault::Drip, Fault::Slow, Fault::ShortPage, Fault::RepeatedPage];
        let without = if dialect == "dkan" { &all[..] } else { &all[..3] };
        for _ in 0..3 {
            server.set_faults(faults_but(without, 0.3));
            let tried = run.run();
            assert!([0, 65, 69, 75].contains(&tried.code), "{tried}");
            server.set_faults(Faults::default());
            let mended = run.run().expect_code(0);
            let elsewhere = harvest(&server, dialect).run().expect_code(0);
            let (here, there) = (lines(&mended, dialect), lines(&elsewhere, dialect));
            assert_eq!(there.len(), 30, "{elsewhere}");
            assert!(there.iter().all(|(id, line)| here.get(id) == Some(line)), "{dialect}: other lines, {mended}");
            server.service::<Portals>().release();
        }
    }
}

#[test]
fn a_listing_that_moves_once_is_gone_through_again_and_one_that_never_rests_is_incomplete() {
    for dialect in ["ckan", "ods"] {
        let server = server(|portals| portals.portal_moves = 1);
        let finished = harvest(&server, dialect).run().expect_code(0);
        assert_eq!(finished.receipt()["records"], 59, "{finished}");

        server.service::<Portals>().set_moves(1_000);
        let run = harvest(&server, dialect);
        let finished = run.run().expect_code(65);
        assert!(finished.failure().contains("could not prove the listing"), "{finished}");
        assert!(!lines(&finished, dialect).is_empty(), "{finished}");
        let accepted = harvest(&server, dialect).args(["--accept-incomplete"]).run().expect_code(0);
        assert_eq!(accepted.receipt()["complete"], false, "{accepted}");
    }
}

#[test]
fn a_page_that_lacks_what_it_announces_is_found_out() {
    for (dialect, fault) in [("ckan", Fault::ShortPage), ("ckan", Fault::RepeatedPage), ("ods", Fault::RepeatedPage)] {
        let server = server(|_| {});
        server.set_faults(Faults::default().and_at(fault, 2));
        let finished = harvest(&server, dialect).run().expect_code(0);
        assert_eq!(
            (finished.receipt()["records"].as_u64(), lines(&finished, dialect).len()),
            (Some(60), 60),
            "{finished}"
        );
    }
}

#[test]
fn without_search_each_package_is_asked_for_and_one_that_fails_costs_itself_alone() {
    let server = server(|portals| {
        portals.portal_without_search = true;
        portals.portal_refusal = Some(404);
    });
    let finished = harvest(&server, "ckan").run().expect_code(0);
    let receipt = finished.receipt();
    assert_eq!((&receipt["records"], &receipt["items"]["failed"]), (&59.into(), &1.into()), "{finished}");
    assert_eq!(
        (receipt["status"].as_str(), receipt["complete"].as_bool()),
        (Some("done-errors"), Some(true)),
        "{finished}"
    );
}

#[test]
fn a_package_that_may_still_come_is_asked_for_alone() {
    let server = server(|portals| portals.portal_refusal = Some(500));
    let run = harvest(&server, "dkan").args(["--tries", "1"]);
    let finished = run.run().expect_code(75);
    assert_eq!(lines(&finished, "dkan").len(), 59, "{finished}");
    let before = server.requests().len();
    run.run().expect_code(75);
    assert_eq!(shown(&server, before), 1);
}

#[test]
fn a_key_is_sent_to_the_portal_that_wants_it() {
    let server = server(|portals| portals.portal_key = Some("cle-inventee-9".to_owned()));
    harvest(&server, "ckan").run().expect_code(77);
    let finished = harvest(&server, "ckan").env("CATALOG_API_KEY", "cle-inventee-9").run().expect_code(0);
    assert!(!finished.noted("cle-inventee-9"), "{finished}");
    for file in ["report.json", "report.html", "items.jsonl"] {
        assert!(!finished.read(format!("ckan/{file}")).contains("cle-inventee-9"), "{file}");
    }
}

#[test]
fn a_preview_asks_no_more_than_twenty_items_need() {
    for (dialect, requests) in [("dcat", 1), ("ckan", 1), ("dkan", 21), ("ods", 1)] {
        let server = server(|_| {});
        let finished = harvest(&server, dialect).args(["--preview"]).run().expect_code(0);
        assert_eq!(asked(&server, 0).len(), requests, "{dialect}: {:?}", asked(&server, 0));
        assert_eq!(finished.receipt()["items"]["done"], 20, "{finished}");
        assert_eq!(finished.list(dialect), ["preview"], "{finished}");
    }
}

#[test]
fn filters_narrow_what_is_asked_for() {
    let server = server(|_| {});
    let narrow = ["--include", "organization=regie-des-eaux", "--exclude", "tags=Finances"];
    let finished = harvest(&server, "ckan").args(narrow).run().expect_code(0);
    assert_eq!(finished.receipt()["records"], 12, "{finished}");
    let narrow = ["--include", "tags=Finances", "--exclude", "publisher=Office du tourisme"];
    let finished = harvest(&server, "ods").args(narrow).run().expect_code(0);
    assert_eq!(finished.receipt()["records"], 3, "{finished}");
}

#[test]
fn a_search_by_filters_that_is_refused_says_why() {
    let server = server(|portals| portals.portal_without_search = true);
    let finished = harvest(&server, "ckan").args(["--include", "tags=eau"]).run().expect_code(69);
    assert!(finished.failure().contains("HTTP 400"), "{finished}");
    assert!(finished.read("ckan/report.json").contains("Action name not known: package_search"), "{finished}");
}

#[test]
fn what_is_no_answer_of_a_portal_fails_the_job_and_leaves_the_data() {
    for (fault, code) in [(Fault::Html, 65), (Fault::Empty, 65), (Fault::Internal, 69)] {
        for dialect in ["ckan", "dkan", "ods"] {
            let server = server(|_| {});
            let run = harvest(&server, dialect).args(["--tries", "1"]);
            let first = lines(&run.run().expect_code(0), dialect);
            server.service::<Portals>().release();
            server.set_faults(Faults::of(fault, 1.0));
            let failed = run.run().expect_code(code);
            assert_eq!(lines(&failed, dialect), first, "{dialect}, {fault:?}: {failed}");
        }
    }
}

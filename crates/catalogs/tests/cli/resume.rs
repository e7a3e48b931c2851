//! A run that is killed, and run again: the bytes of one that nobody disturbed, and no answer asked for twice.

use std::collections::HashSet;

use serde_json::{Value, json};
use trial::Run;

use crate::portal::{Portal, Route, catalogue, out, report, tree, written};

const DAY: [&str; 2] = ["--now", "2026-03-01T10:00:00Z"];

fn dcat_pages() -> Vec<Route> {
    let page = |nth: usize| {
        let (a, b) = (format!("d{nth}a"), format!("d{nth}b"));
        let next = (nth < 9).then(|| format!("/{}.ttl", nth + 1));
        let text = catalogue(&[(a.as_str(), "A"), (b.as_str(), "B")], next.as_deref());
        Route::turtle(&format!("/{nth}.ttl"), &text).tagged()
    };
    (0..10).map(page).collect()
}

fn package(nth: usize) -> Value {
    json!({"id": format!("id-{nth}"), "name": format!("nom-{nth}"), "title": format!("Titre {nth}"),
        "resources": [{"id": format!("r{nth}"), "name": "données", "url": format!("http://a.test.org/{nth}.csv"), "format": "CSV"}]})
}

/// A portal without a search: a list of names, and each package of it.
fn packages(is_dkan: bool) -> Vec<Route> {
    let names: Vec<_> = (0..10).map(|nth| format!("nom-{nth}")).collect();
    let mut routes = vec![Route::json("/api/3/action/package_list", &json!({"success": true, "result": names}))];
    routes.extend((0..10).map(|nth| {
        let result = if is_dkan { json!([package(nth)]) } else { package(nth) };
        Route::json(&format!("/api/3/action/package_show?id=nom-{nth}"), &json!({"success": true, "result": result}))
    }));
    routes
}

fn ods() -> Vec<Route> {
    let dataset = |nth: usize| {
        json!({"datasetid": format!("jeu-{nth:03}"), "has_records": true, "features": [],
        "metas": {"title": format!("Titre {nth}"), "modified": "2026-01-01T00:00:00+00:00", "records_count": 1}, "attachments": [], "fields": []})
    };
    let page = |start: usize| {
        let datasets: Vec<_> = (start..(start + 50).min(480)).map(dataset).collect();
        Route::json(&format!("/api/datasets/1.0/search/?start={start}"), &json!({"nhits": 480, "datasets": datasets}))
    };
    (0..480).step_by(50).map(page).collect()
}

/// Kills a harvest after some requests, again and again, and compares with one that nobody disturbed.
fn kill_and_resume(dialect: &str, url: &str, routes: Vec<Route>) {
    let quiet = Portal::start(routes.clone());
    let undisturbed = quiet.harvest(dialect, url).args(DAY);
    undisturbed.run().expect_code(0);
    let portal = Portal::start(routes);
    let run = portal.harvest(dialect, url).args(DAY).args(["--rate", "20"]);
    for _ in 0..2 {
        let count = portal.asked().len() + 2;
        run.start().until(|| portal.asked().len() >= count).kill();
        assert!(!out(&run).join("datasets.jsonl").exists(), "half a harvest is none");
    }
    let before: HashSet<_> = portal.asked().into_iter().collect();
    let count = portal.asked().len();
    run.run().expect_code(0);
    let again = portal.asked_since(count).into_iter().filter(|asked| before.contains(asked)).count();
    assert!(again <= 1, "only the answer that was under way is asked for again, not {again}");
    assert_eq!(written(&run), written(&undisturbed));
    let left: Vec<_> = tree(&out(&run)).into_iter().filter(|path| path.ends_with("journal")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_killed_harvest_of_dcat_goes_on() {
    kill_and_resume("dcat", "http://data.test.org/0.ttl", dcat_pages());
}

#[test]
fn a_killed_harvest_of_ckan_goes_on() {
    kill_and_resume("ckan", "http://data.test.org/", packages(false));
}

#[test]
fn a_killed_harvest_of_dkan_goes_on() {
    kill_and_resume("dkan", "http://data.test.org/", packages(true));
}

#[test]
fn a_killed_harvest_of_ods_goes_on() {
    kill_and_resume("ods", "http://data.test.org/", ods());
}

#[test]
fn a_second_harvest_that_is_killed_tells_the_changes_since_the_first() {
    let changed = || {
        let mut pages = dcat_pages();
        pages[7] = Route::turtle("/7.ttl", &catalogue(&[("d7a", "Autre")], Some("/8.ttl"))).tagged();
        pages
    };
    let (quiet, portal) = (Portal::start(dcat_pages()), Portal::start(dcat_pages()));
    let url = "http://data.test.org/0.ttl";
    let (undisturbed, run) =
        (quiet.harvest("dcat", url).args(DAY), portal.harvest("dcat", url).args(DAY).args(["--rate", "20"]));
    for run in [&undisturbed, &run] {
        run.run().expect_code(0);
    }
    quiet.routes.set(changed());
    portal.routes.set(changed());
    undisturbed.run().expect_code(0);
    let count = portal.asked().len() + 9;
    run.start().until(|| portal.asked().len() >= count).kill();
    run.run().expect_code(0);
    assert_eq!(written(&run), written(&undisturbed));
    assert_eq!(report(&run)["changes"]["changed"], 1);
}

/// Killed when its files are there, but not its receipt: what is left to do is done.
#[test]
fn a_run_that_is_killed_anywhere_is_finished_by_the_next() {
    let quiet = Portal::start(dcat_pages());
    let url = "http://data.test.org/0.ttl";
    let undisturbed = quiet.harvest("dcat", url).args(DAY);
    undisturbed.run().expect_code(0);
    let portal = Portal::start(dcat_pages());
    for delay_ms in (0..40).map(|nth| 40 + nth * 8) {
        let run: Run = portal.harvest("dcat", url).args(DAY);
        run.kill_after(std::time::Duration::from_millis(delay_ms));
        let receipt = run.run().expect_code(0).receipt();
        // Killed when nothing was left to do but to go, it was harvested: this is the second time.
        if receipt["changes"]["unchanged"] == 20 {
            assert_eq!(written(&run)["datasets.jsonl"], written(&undisturbed)["datasets.jsonl"]);
        } else {
            assert_eq!(written(&run), written(&undisturbed), "killed after {delay_ms} ms");
        }
    }
}

#[test]
fn packages_that_did_not_come_are_asked_for_alone() {
    let mut routes = packages(true);
    let broken: Vec<_> = routes.splice(4..6, []).collect();
    let fault = |route: &Route| Route { status: 503, body: b"busy".to_vec(), ..route.clone() };
    let portal = Portal::start(routes.iter().cloned().chain(broken.iter().map(fault)));
    let run = portal.harvest("dkan", "http://data.test.org/").args(DAY).args(["--tries", "1"]);
    let finished = run.run().expect_code(75);
    assert!(finished.hint().contains("run again"), "{finished}");
    assert_eq!(report(&run)["job"]["status"], "done-errors");
    assert_eq!(report(&run)["job"]["complete"], false);
    assert_eq!(report(&run)["items"]["failed"], 2);
    portal.routes.set(routes.into_iter().chain(broken));
    let count = portal.asked().len();
    run.run().expect_code(0);
    assert_eq!(
        portal.asked_since(count),
        ["/api/3/action/package_show?id=nom-3", "/api/3/action/package_show?id=nom-4"]
    );
    assert_eq!(report(&run)["datasets"]["active"], 10);
    let accepted = Portal::start(packages(true).into_iter().take(5));
    let run = accepted.harvest("dkan", "http://data.test.org/").args(["--accept-incomplete"]);
    run.run().expect_code(0);
    assert_eq!(report(&run)["items"]["failed"], 6, "404 is final");
}

//! Each exit code of the contract.

use serde_json::json;
use trial::{READ_ONLY, Signal};

use crate::portal::{HARVEST, Portal, Route, catalogue, harvest, lines, out, read, report, tree};

const URL: &str = "http://data.test.org/cat.ttl";

fn sound() -> Portal {
    Portal::start([Route::turtle("/cat.ttl", &catalogue(&[("a", "A"), ("b", "B")], None))])
}

#[test]
fn flags_and_addresses_that_are_wrong_are_2_and_nothing_is_written() {
    for (arguments, said) in [
        (&["dcat", "data.test.org/cat.ttl"][..], "https://data.test.org/cat.ttl"),
        (&["dcat", "ftp://data.test.org/"], "neither http nor https"),
        (&["dcat", "http://me@data.test.org/"], "names a user"),
        (&["rdf", URL], "rdf"),
        (&["dcat", URL, "--include", "tags=a"], "dcat has no filters"),
        (&["dkan", URL, "--exclude", "tags=a"], "dkan has no filters"),
        (&["ckan", URL, "--include", "publisher=a"], "ckan knows"),
        (&["ckan", URL, "--include", "tags"], "not a key and a value"),
        (&["ods", URL, "--include", "organization=a"], "ods knows"),
        (&["ckan", URL, "--inspire"], "ods alone"),
        (&["ods", URL, "--remote-url-prefix", "http://a.fr/"], "dcat alone"),
        (&["ckan", URL, "--default-license", "lov2"], "ods alone"),
        (&["ods", URL, "--default-license", "libre"], "licence"),
        (&["dcat", URL, "--now", "hier"], "not a date"),
        (&["dcat", URL, "--max-items", "0"], "0"),
        (&["dcat", URL, "--via", "http://a.fr/b"], "origin"),
        (&["dcat", URL, "--preview", "--max-items", "3"], "--max-items"),
    ] {
        let run = trial::Run::new(HARVEST).args(arguments.iter().copied());
        let finished = run.run().expect_code(2);
        assert!(finished.stderr.contains(said), "{said}: {finished}");
        assert!(tree(run.folder()).is_empty(), "{finished}");
    }
}

#[test]
fn a_folder_of_another_source_is_2() {
    let portal = sound();
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(0);
    let other = run.beside(HARVEST).args(["dcat", "http://data.test.org/autre.ttl"]);
    let other = other.args(["--dir".into(), out(&run)]).args(["--via".to_owned(), portal.origin()]);
    let finished = other.run().expect_code(2);
    assert!(finished.hint().contains("--dir"), "{finished}");
    // The data themselves say whose they are.
    std::fs::remove_dir_all(out(&run).join(".harvest")).unwrap();
    other.run().expect_code(2);
    run.run().expect_code(0);
}

#[test]
fn what_is_no_catalogue_is_65() {
    for (content_type, body) in [
        ("text/html", "<!DOCTYPE html><html><body>Bienvenue</body></html>"),
        ("text/turtle", "<!DOCTYPE html><html><body>Bienvenue</body></html>"),
        ("application/json", "<html></html>"),
        ("text/turtle", ""),
        ("text/turtle", "# rien\n"),
        ("application/rdf+xml", "<rdf:RDF"),
        ("application/ld+json", "{\"@graph\": ["),
        ("application/pdf", "%PDF-1.4"),
    ] {
        let portal = Portal::start([Route::new("/cat.ttl", content_type, body)]);
        let run = portal.harvest("dcat", URL);
        let finished = run.run();
        assert_eq!(finished.code, 65, "{content_type} {body}\n{finished}");
        assert_eq!(report(&run)["job"]["status"], "failed");
        assert!(read(&run, "report.html").contains("a échoué"));
    }
}

#[test]
fn what_cannot_be_had_is_69_and_what_is_refused_is_77() {
    for (status, code) in [(500, 69), (503, 69), (404, 69), (410, 69), (418, 69), (429, 69), (401, 77), (403, 77)] {
        for dialect in ["dcat", "ckan", "dkan", "ods"] {
            let paths =
                ["/cat.ttl", "/api/3/action/package_search", "/api/3/action/package_list", "/api/datasets/1.0/search/"];
            let portal = Portal::start(paths.map(|path| Route::new(path, "text/plain", "non").status(status)));
            let url = if dialect == "dcat" { URL } else { "http://data.test.org/" };
            let finished = portal.harvest(dialect, url).run();
            assert_eq!(finished.code, code, "{dialect} {status}\n{finished}");
        }
    }
    let busy = Portal::start([Route::new("/cat.ttl", "text/plain", "").status(503).header("retry-after", "90")]);
    let finished = busy.harvest("dcat", URL).run().expect_code(69);
    assert!(finished.stderr.contains("\"retry_after_s\":90"), "{finished}");
    assert_eq!(busy.asked().len(), 1, "it wants to be left alone");
    harvest("dcat", "http://nowhere.invalid/").run().expect_code(69);
}

#[test]
fn a_page_that_fails_leaves_the_data_as_they_were() {
    let page = |next: Option<&str>| Route::turtle("/cat.ttl", &catalogue(&[("a", "A"), ("b", "B")], next));
    let portal = Portal::start([page(None)]);
    let run = portal.harvest("dcat", URL);
    run.clone().args(["--now", "2026-03-01"]).run().expect_code(0);
    let before = ["datasets.jsonl", "items.jsonl", ".harvest/memory.jsonl"].map(|name| read(&run, name));
    portal.routes.set([page(Some("/2.ttl"))]);
    run.clone().args(["--now", "2026-05-01"]).run().expect_code(69);
    assert_eq!(["datasets.jsonl", "items.jsonl", ".harvest/memory.jsonl"].map(|name| read(&run, name)), before);
    let report = report(&run);
    assert_eq!((&report["job"]["status"], &report["datasets"]["active"]), (&json!("failed"), &json!(2)));
}

#[test]
fn a_disk_that_refuses_is_74() {
    let portal = sound();
    portal.harvest("dcat", URL).args(["--dir", READ_ONLY]).run();
    let run =
        trial::Run::new(HARVEST).args(["dcat", URL, "--dir", READ_ONLY]).args(["--via".to_owned(), portal.origin()]);
    run.run().expect_code(74);
}

#[test]
fn another_run_at_the_same_folder_is_75() {
    let pages = (0..20).map(|nth| {
        Route::turtle(
            &format!("/{nth}.ttl"),
            &catalogue(&[(&format!("a{nth}"), "A")], Some(&format!("/{}.ttl", nth + 1))),
        )
    });
    let portal = Portal::start(pages);
    let run = portal.harvest("dcat", "http://data.test.org/0.ttl").args(["--rate", "2"]);
    let running = run.start().until(|| !portal.asked().is_empty());
    run.run().expect_code(75);
    running.signal(Signal::TERM);
    running.wait().expect_code(143);
    let running = run.start().until(|| portal.asked().len() > 3);
    running.signal(Signal::INT);
    running.wait().expect_code(130);
}

#[test]
fn a_key_that_cannot_be_read_is_66() {
    harvest("ckan", "http://ckan.test.org/").env("CATALOG_API_KEY_FILE", "/nowhere/key").run().expect_code(66);
}

#[test]
fn an_item_that_failed_is_0_and_65_where_it_is_strict() {
    let twice =
        catalogue(&[("a", "A")], None) + "ex:a2 a dcat:Dataset ; dct:identifier \"a\" ; dct:title \"Encore\" .\n";
    let portal = Portal::start([Route::turtle("/cat.ttl", &twice)]);
    let run = portal.harvest("dcat", URL);
    assert_eq!(run.run().expect_code(0).receipt()["status"], "done-errors");
    let items = lines(&run, "items.jsonl");
    assert_eq!((&items[1]["status"], &items[1]["errors"]), (&json!("failed"), &json!(1)));
    run.clone().args(["--strict"]).run().expect_code(65);
    assert_eq!(lines(&run, "datasets.jsonl").len(), 1, "the files are written all the same");
    run.args(["--strict", "--accept-incomplete"]).run().expect_code(65);
}

#[test]
fn an_incomplete_listing_is_65_unless_it_is_accepted() {
    let portal =
        Portal::start([Route::turtle("/cat.ttl", &(catalogue(&[("a", "A")], None) + "ex:b a inconnu:Dataset .\n"))]);
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(65);
    let receipt = run.clone().args(["--accept-incomplete"]).run().expect_code(0).receipt();
    assert_eq!((&receipt["complete"], &receipt["status"]), (&json!(false), &json!("done-errors")));
}

#[test]
fn a_search_that_never_ends_is_left_at_the_most_pages_and_what_came_is_kept() {
    let package = |nth: usize| json!({"id": format!("{nth}"), "name": format!("n{nth}"), "title": "T", "resources": [{"id": "r", "url": "http://x.fr/"}]});
    let dataset = |nth: usize| json!({"datasetid": format!("{nth}"), "has_records": true, "metas": {"title": "T"}});
    let pages = (0..9).flat_map(|nth| {
        let found = json!({"success": true, "result": {"count": 1_000_000, "results": [package(nth)]}});
        [
            Route::json(&format!("/api/3/action/package_search?start={nth}"), &found),
            Route::json(
                &format!("/api/datasets/1.0/search/?start={nth}"),
                &json!({"nhits": 1_000_000, "datasets": [dataset(nth)]}),
            ),
        ]
    });
    let portal = Portal::start(pages);
    for dialect in ["ckan", "ods"] {
        let run = portal.harvest(dialect, "http://data.test.org/").args(["--max-pages", "4"]);
        let finished = run.run().expect_code(65);
        assert_eq!(report(&run)["job"]["complete"], false, "{finished}");
        assert_eq!(lines(&run, "datasets.jsonl").len(), 4, "{finished}");
    }
}

#[test]
fn nothing_new_is_99_where_that_is_asked_for() {
    let portal = sound();
    let run = portal.harvest("dcat", URL).args(["--skip-unchanged"]);
    run.run().expect_code(0);
    let finished = run.run().expect_code(99);
    assert_eq!(finished.stdout, "");
    portal.routes.set([Route::turtle("/cat.ttl", &catalogue(&[("a", "Autre"), ("b", "B")], None))]);
    run.run().expect_code(0);
}

#[test]
fn a_check_asks_once_and_writes_nothing() {
    let answers = [
        Route::turtle("/cat.ttl", &catalogue(&[("a", "A")], None)),
        Route::json("/api/3/action/package_search", &json!({})),
        Route::json("/api/3/action/package_list", &json!({})),
        Route::json("/api/datasets/1.0/search/", &json!({})),
    ];
    let portal = Portal::start(answers);
    for (nth, dialect) in ["dcat", "ckan", "dkan", "ods"].into_iter().enumerate() {
        let url = if dialect == "dcat" { URL } else { "http://data.test.org/" };
        let run = portal.harvest(dialect, url).args(["--check"]);
        let finished = run.run().expect_code(0);
        assert!(finished.stdout.contains("collecte.check/1"), "{finished}");
        assert_eq!(portal.asked().len(), nth + 1, "{finished}");
        assert!(tree(run.folder()).is_empty(), "{finished}");
    }
}

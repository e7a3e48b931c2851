//! What is where: the default folder, a preview, a limited harvest, and what is left.

use serde_json::json;

use crate::portal::{HARVEST, Portal, Route, catalogue, lines, out, read, report, tree};

const URL: &str = "http://Data.test.org:8080/cat.ttl";

fn pages(count: usize) -> Vec<Route> {
    let page = |nth: usize| {
        let ids: Vec<_> = (0..15).map(|item| format!("d{nth}x{item:02}")).collect();
        let datasets: Vec<_> = ids.iter().map(|id| (id.as_str(), "Titre")).collect();
        let target = if nth == 0 { "/cat.ttl".to_owned() } else { format!("/{nth}.ttl") };
        let next = (nth + 1 < count).then(|| format!("/{}.ttl", nth + 1));
        Route::turtle(&target, &catalogue(&datasets, next.as_deref())).tagged()
    };
    (0..count).map(page).collect()
}

#[test]
fn everything_goes_below_the_host_of_the_source() {
    let portal = Portal::start(pages(1));
    let run = trial::Run::new(HARVEST).args(["dcat", URL]).args(["--via".to_owned(), portal.origin()]);
    let receipt = run.run().expect_code(0).receipt();
    let folder = run.donnees_brutes().join("moissonnage/data.test.org");
    assert_eq!(receipt["path"], folder.join("datasets.jsonl").to_str().unwrap());
    assert_eq!(receipt["report"], folder.join("report.json").to_str().unwrap());
    let mut names: Vec<_> =
        tree(&folder).iter().map(|path| path.strip_prefix(&folder).unwrap().display().to_string()).collect();
    names.sort();
    assert_eq!(names, [".harvest/memory.jsonl", "datasets.jsonl", "items.jsonl", "report.html", "report.json"]);
    assert_eq!(receipt["records"], 15);
    let bytes = std::fs::metadata(folder.join("datasets.jsonl")).unwrap().len();
    assert_eq!(receipt["bytes"], bytes);
}

#[test]
fn a_preview_takes_twenty_items_and_changes_nothing_else() {
    let portal = Portal::start(pages(4));
    let run = portal.harvest("dcat", URL).args(["--now", "2026-03-01"]);
    let receipt = run.clone().args(["--preview"]).run().expect_code(0).receipt();
    assert_eq!(
        (&receipt["preview"], &receipt["complete"], &receipt["items"]["done"]),
        (&json!(true), &json!(false), &json!(20))
    );
    assert_eq!(portal.asked(), ["/cat.ttl", "/1.ttl"], "no page after the twentieth item");
    let names =
        tree(&out(&run)).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names.len(), 4, "{names:?}");
    run.run().expect_code(0);
    let before = ["datasets.jsonl", "items.jsonl", "report.json", ".harvest/memory.jsonl"].map(|name| read(&run, name));
    run.clone().args(["--preview"]).run().expect_code(0);
    assert_eq!(
        ["datasets.jsonl", "items.jsonl", "report.json", ".harvest/memory.jsonl"].map(|name| read(&run, name)),
        before
    );
    assert_eq!(lines(&run, "preview/datasets.jsonl").len(), 20);
}

#[test]
fn a_limited_harvest_is_no_error_and_forgets_nothing() {
    let portal = Portal::start(pages(3));
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(0);
    let receipt = run.clone().args(["--max-items", "4"]).run().expect_code(0).receipt();
    assert_eq!((&receipt["status"], &receipt["complete"]), (&json!("done"), &json!(false)));
    assert_eq!(lines(&run, "datasets.jsonl").len(), 45);
    assert_eq!(report(&run)["changes"]["missing"], 0, "what was not looked for is not missing");
    let count = portal.asked().len();
    run.run().expect_code(0);
    assert_eq!((portal.asked_since(count).len(), &report(&run)["requests"]["not_modified"]), (3, &json!(3)));
}

#[test]
fn data_that_hold_contacts_are_not_for_everyone() {
    use std::os::unix::fs::PermissionsExt;
    let portal = Portal::start(pages(1));
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(0);
    for name in ["datasets.jsonl", ".harvest/memory.jsonl"] {
        assert_eq!(std::fs::metadata(out(&run).join(name)).unwrap().permissions().mode() & 0o007, 0, "{name}");
    }
}

#[test]
fn the_same_answers_at_the_same_instant_give_the_same_bytes() {
    let portal = Portal::start(pages(2));
    let harvest = || {
        let run = portal.harvest("dcat", URL).args(["--now", "2026-03-01T10:00:00Z"]);
        run.run().expect_code(0);
        crate::portal::written(&run)
    };
    assert_eq!(harvest(), harvest());
}

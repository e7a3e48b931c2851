//! A second harvest: it asks only for what changed, and gives what a first harvest would give.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trial::Run;

use crate::portal::{Portal, Route, asked_header, catalogue, lines, out, read, report, written};

const URL: &str = "http://data.test.org/cat.ttl";
const DAY: [&str; 2] = ["--now", "2026-03-01T10:00:00Z"];

fn dcat(portal: &Portal) -> Run {
    portal.harvest("dcat", URL).args(DAY)
}

fn two_pages(second: &[(&str, &str)]) -> [Route; 2] {
    [
        Route::turtle("/cat.ttl", &catalogue(&[("a", "A"), ("b", "B")], Some("/2.ttl"))).tagged(),
        Route::turtle("/2.ttl", &catalogue(second, None)).header("last-modified", "Sun, 01 Mar 2026 00:00:00 GMT"),
    ]
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_gives_the_same_bytes() {
    let portal = Portal::start(two_pages(&[("c", "C")]));
    let run = dcat(&portal);
    run.run().expect_code(0);
    let before = written(&run);
    let finished = run.run().expect_code(0);
    let report = report(&run);
    assert_eq!(report["requests"]["not_modified"], 2, "{report}");
    assert_eq!(
        report["changes"],
        json!({"new": 0, "changed": 0, "unchanged": 3, "missing": 0, "archived": 0, "restored": 0})
    );
    assert_eq!(finished.receipt()["unchanged"], true);
    assert_eq!(written(&run)["datasets.jsonl"], before["datasets.jsonl"]);
    let conditions: Vec<_> = portal.heads()[2..]
        .iter()
        .map(|head| (asked_header(head, "if-none-match").is_some(), asked_header(head, "if-modified-since").is_some()))
        .collect();
    assert_eq!(conditions, [(true, false), (false, true)]);
    let text = read(&run, ".harvest/memory.jsonl");
    assert!(!text.contains('@') && !text.contains("\"title\""), "a memory holds no data: {text}");
}

#[test]
fn what_changed_is_told_by_its_fields_and_what_is_new_and_gone_by_name() {
    let portal = Portal::start(two_pages(&[("c", "C"), ("d", "D")]));
    let run = dcat(&portal);
    run.run().expect_code(0);
    let next = Route::turtle("/2.ttl", &catalogue(&[("c", "Autre"), ("e", "E")], None));
    portal.routes.set([two_pages(&[])[0].clone(), next]);
    run.run().expect_code(0);
    let of = |id: &str| lines(&run, "items.jsonl").into_iter().find(|item| item["remote_id"] == id).unwrap();
    assert_eq!((&of("c")["change"], &of("c")["fields"]), (&json!("changed"), &json!(["title"])));
    assert_eq!(of("e")["change"], "new");
    assert_eq!(of("a")["change"], "unchanged");
    assert_eq!(report(&run)["changes"]["missing"], 1);
    let page = read(&run, "report.html");
    for told in ["<td data-name=\"Titre\">Autre</td>", "title", "Absents du catalogue"] {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(lines(&run, "datasets.jsonl").len(), 5, "what is gone stays for some days");
}

#[test]
fn a_data_file_that_somebody_changed_is_made_whole_again() {
    let portal = Portal::start(two_pages(&[("c", "C"), ("d", "D")]));
    let run = dcat(&portal);
    run.run().expect_code(0);
    // `d` goes, and its line has nowhere else to come from.
    portal.routes.set(two_pages(&[("c", "C")]));
    run.run().expect_code(0);
    let whole = read(&run, "datasets.jsonl");
    let path = out(&run).join("datasets.jsonl");
    let spoilt = [
        whole.replacen("\"title\":\"A\"", "\"title\":\"X\"", 1),
        format!("{whole}rubbish\n"),
        whole[..whole.len() - 9].to_owned(),
    ];
    for (nth, spoilt) in spoilt.iter().enumerate() {
        std::fs::write(&path, spoilt).unwrap();
        let asked = portal.asked().len();
        run.run().expect_code(0);
        let conditional =
            portal.heads()[asked..].iter().filter(|head| asked_header(head, "if-none-match").is_some()).count();
        assert_eq!(conditional, 0, "it is asked for as if it was not known");
        let expected: Vec<_> = whole.lines().filter(|line| nth < 2 || !line.contains("\"remote_id\":\"d\"")).collect();
        assert_eq!(read(&run, "datasets.jsonl").lines().collect::<Vec<_>>(), expected, "{nth}");
        assert_eq!(report(&run)["changes"]["new"], 0, "{nth}");
    }
    std::fs::remove_file(&path).unwrap();
    run.run().expect_code(0);
    assert_eq!(lines(&run, "datasets.jsonl").len(), 3);
}

#[test]
fn other_wishes_and_force_ask_for_everything() {
    let portal = Portal::start(two_pages(&[("c", "C")]));
    let run = dcat(&portal);
    run.run().expect_code(0);
    for flags in [&["--force"][..], &["--source-id", "autre"], &["--remote-url-prefix", "http://a.test.org/"]] {
        let asked = portal.heads().len();
        run.clone().args(flags.iter().copied()).run().expect_code(0);
        for head in &portal.heads()[asked..] {
            assert_eq!(asked_header(head, "if-none-match"), None, "{flags:?} {head}");
        }
    }
}

fn package(id: &str, title: &str, modified: &str) -> Value {
    json!({"id": id, "name": format!("nom-{id}"), "title": title, "metadata_modified": modified,
        "resources": [{"id": format!("r-{id}"), "name": "données", "url": format!("http://a.test.org/{id}.csv"), "format": "CSV"}]})
}

/// A CKAN whose search gives whole packages, unless only names and dates are asked for.
fn ckan(packages: &[Value]) -> Vec<Route> {
    let answer = |results: Vec<Value>| json!({"success": true, "result": {"count": results.len(), "results": results}});
    let short = |package: &Value| json!({"id": package["id"], "name": package["name"], "metadata_modified": package["metadata_modified"]});
    let mut routes = vec![
        Route::json("/api/3/action/package_search", &answer(packages.to_vec())),
        Route::json(
            "/api/3/action/package_search?fl=id,name,metadata_modified",
            &answer(packages.iter().map(short).collect()),
        ),
    ];
    routes.extend(packages.iter().map(|package| {
        let target = format!("/api/3/action/package_show?id={}", package["id"].as_str().unwrap());
        Route::json(&target, &json!({"success": true, "result": package}))
    }));
    routes
}

#[test]
fn of_ckan_only_packages_of_another_date_are_asked_for() {
    let portal =
        Portal::start(ckan(&[package("1", "Un", "2026-01-01T00:00:00"), package("2", "Deux", "2026-01-02T00:00:00")]));
    let run = portal.harvest("ckan", "https://ckan.test.org/").args(DAY);
    run.run().expect_code(0);
    let now = [
        package("1", "Un", "2026-01-01T00:00:00"),
        package("2", "Deux bis", "2026-02-02T00:00:00"),
        package("3", "Trois", "2026-02-03T00:00:00"),
    ];
    portal.routes.set(ckan(&now));
    let asked = portal.asked().len();
    run.run().expect_code(0);
    let shown: BTreeSet<_> =
        portal.asked_since(asked).into_iter().filter(|asked| asked.contains("package_show")).collect();
    assert_eq!(shown, ["2", "3"].map(|id| format!("/api/3/action/package_show?id={id}")).into());
    let first = portal.harvest("ckan", "https://ckan.test.org/").args(DAY);
    first.run().expect_code(0);
    assert_eq!(read(&run, "datasets.jsonl"), read(&first, "datasets.jsonl"));
}

#[test]
fn the_slug_is_that_of_the_first_harvest() {
    let portal = Portal::start(ckan(&[package("1", "Un", "2026-01-01T00:00:00")]));
    let run = portal.harvest("ckan", "https://ckan.test.org/").args(DAY);
    run.run().expect_code(0);
    let mut renamed = package("1", "Un", "2026-01-02T00:00:00");
    renamed["name"] = "autre-nom".into();
    portal.routes.set(ckan(&[renamed]));
    run.run().expect_code(0);
    let dataset = &lines(&run, "datasets.jsonl")[0];
    assert_eq!((&dataset["slug"], &dataset["harvest"]["ckan_name"]), (&json!("nom-1"), &json!("autre-nom")));
    assert_eq!(
        lines(&run, "items.jsonl")[0]["fields"],
        json!(["harvest.ckan_name", "harvest.modified_at", "harvest.remote_url"])
    );
}

#[test]
fn identifiers_that_changed_are_told_as_the_duplicates_they_make() {
    let portal = Portal::start([Route::turtle("/cat.ttl", &catalogue(&[("a", "Le bus"), ("b", "B")], None))]);
    let run = dcat(&portal);
    run.run().expect_code(0);
    let changed = catalogue(&[("neuf", "Le Bus"), ("b", "B")], None).replace("neuf.csv", "a.csv");
    portal.routes.set([Route::turtle("/cat.ttl", &changed)]);
    run.run().expect_code(0);
    let findings = lines(&run, "findings.jsonl");
    let told: Vec<_> = findings.iter().filter(|finding| finding["rule"] == "identifier.changed").collect();
    assert_eq!(told.len(), 1, "{findings:?}");
    assert_eq!((&told[0]["id"], &told[0]["value"]), (&json!("neuf"), &json!("a")));
    let item = lines(&run, "items.jsonl").into_iter().find(|item| item["remote_id"] == "neuf").unwrap();
    assert_eq!((&item["warnings"], &told[0]["record"]), (&json!(1), &item["item"]));
}

/// A sequence of numbers that is the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Pages of a catalogue that changes, with duplicates and datasets without title or identifier.
fn random_pages(dice: &mut Dice, datasets: &mut Vec<(String, String)>) -> Vec<Route> {
    for _ in 0..dice.below(4) {
        let id = format!("d{}", dice.below(30));
        match dice.below(3) {
            0 => datasets.retain(|(there, _)| *there != id),
            1 => datasets.push((id, format!("Titre {}", dice.below(9)))),
            _ => datasets.iter_mut().filter(|(there, _)| *there == id).for_each(|(_, title)| title.push('!')),
        }
    }
    let pages: Vec<_> = datasets.chunks(4).collect();
    let count = pages.len();
    let route = |(nth, page): (usize, &&[(String, String)])| {
        let target = if nth == 0 { "/cat.ttl".to_owned() } else { format!("/{nth}.ttl") };
        let next = (nth + 1 < count).then(|| format!("/{}.ttl", nth + 1));
        let page: Vec<_> = page.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect();
        let mut text = catalogue(&page, next.as_deref());
        if nth % 3 == 1 {
            text.push_str("ex:sans a dcat:Dataset ; dct:title \"Sans identifiant\" .\nex:nu a dcat:Dataset ; dct:identifier \"nu\" .\n");
        }
        Route::turtle(&target, &text).tagged()
    };
    pages.iter().enumerate().map(route).collect()
}

#[test]
fn a_harvest_that_remembers_gives_what_a_first_one_gives() {
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let mut datasets: Vec<_> = (0..14).map(|n| (format!("d{n}"), format!("Titre {n}"))).collect();
        let portal = Portal::start(random_pages(&mut dice, &mut datasets));
        let run = dcat(&portal);
        for round in 0..4 {
            run.run().expect_code(0);
            let first = dcat(&portal);
            first.run().expect_code(0);
            let fresh = lines(&first, "datasets.jsonl");
            let ids: BTreeSet<_> = fresh.iter().map(|dataset| dataset["id"].clone().to_string()).collect();
            let there =
                lines(&run, "datasets.jsonl").into_iter().filter(|dataset| ids.contains(&dataset["id"].to_string()));
            assert_eq!(there.collect::<Vec<_>>(), fresh, "seed {seed}, round {round}");
            let told = |run: &Run| -> Vec<Value> {
                lines(run, "items.jsonl")
                    .into_iter()
                    .map(|item| json!([item["remote_id"], item["status"], item["errors"], item["warnings"]]))
                    .collect()
            };
            assert_eq!(told(&run), told(&first), "seed {seed}, round {round}");
            portal.routes.set(random_pages(&mut dice, &mut datasets));
        }
    }
}

//! `report-collection` over days in every state.

mod browser;
mod interrupted;
mod map;
mod refusals;

use files::sha256_of;
use serde_json::{Value, json};
use trial::{Finished, Run};

const REPORT_COLLECTION: &str = env!("CARGO_BIN_EXE_report-collection");

fn report() -> Run {
    Run::new(REPORT_COLLECTION)
}

/// A day's file of so many offers, each of which is its id alone.
fn offers(count: u64) -> String {
    let lines: Vec<_> = (0..count).map(|n| format!("{{\"id\":\"{n:07}\"}}")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// The log that proves a file.
fn log(date: &str, text: &str, count: u64) -> Value {
    json!({
        "dt_deb_collecte": "10/06/2024 01:00:00",
        "date_creation": date,
        "dt_fin_collecte": "10/06/2024 01:01:07",
        "total_offres": count + 2,
        "total_offres_collecte": count,
        "duree_totale": "00:01",
        "preuve": {
            "octets": text.len(), "sha256": sha256_of(text.as_bytes()), "service": "api.example.org",
            "jour_entier": true, "requetes": { "200": 2, "206": 5 }, "nouvelles_tentatives": 1,
            "source": "une source", "licence": "une licence",
        },
    })
}

fn day(run: &Run, date: &str, count: u64) {
    let text = offers(count);
    run.write(format!("offre_emploi/offres-{date}.json"), text.as_bytes());
    run.write(format!("offre_emploi/offres-{date}.log"), log(date, &text, count).to_string().as_bytes());
}

/// From the 1st to the 7th: complete, unproven, altered, missing, partial, complete, complete but for one byte that changed.
fn in_every_state() -> Run {
    let run = report();
    for (date, count) in [("2024-06-01", 30), ("2024-06-03", 5), ("2024-06-06", 12), ("2024-06-07", 9)] {
        day(&run, date, count);
    }
    run.write("offre_emploi/offres-2024-06-02.json", offers(4).as_bytes());
    run.write("offre_emploi/offres-2024-06-03.json", offers(6).as_bytes());
    let part = offers(3);
    run.write("offre_emploi/partiel-offres-2024-06-05.json", part.as_bytes());
    let log = log("2024-06-05", &part, 3).to_string();
    run.write("offre_emploi/partiel-offres-2024-06-05.log", log.as_bytes());
    let other = offers(9).replace("0000004", "0000009");
    run.write("offre_emploi/offres-2024-06-07.json", other.as_bytes());
    // What is no day is passed over.
    for name in ["offres-2024-02-30.json", "notes.json", ".offres-2024-06-08.json.part"] {
        run.write(format!("offre_emploi/{name}"), b"[]");
    }
    run
}

/// What `merge-offers` reports of its table, as far as the contract says.
fn table() -> Value {
    json!({
        "schema": "collecte.report/1", "step": "merge-offers",
        "days": [{ "date": "2024-06-04", "state": "archived", "offers": 3 }],
        "withdrawn": 2,
        "joins": {
            "rome": { "with_code": 50, "without_code": 1, "matched": 48,
                      "unmatched": [{ "code": "Z9999", "offers": 2 }] },
            "naf": { "with_code": 0, "without_code": 51, "matched": 0, "unmatched": [] },
        },
        "counts": {
            "grand_domaine": [
                { "code": "A", "label": "Agriculture <b>", "offers": 20 },
                { "code": null, "label": null, "offers": 31 },
            ],
            "departement": [
                { "code": "01", "label": "Ain", "offers": 7 },
                { "code": "2A", "label": "Corse-du-Sud", "offers": 1 },
                { "code": "971", "label": "Guadeloupe", "offers": 12_345 },
                { "code": null, "label": null, "offers": 3 },
            ],
            "section": [],
        },
    })
}

fn told(run: &Finished) -> Value {
    serde_json::from_str(&run.read("rapport-collecte.json")).expect("a report is JSON")
}

fn states(run: &Finished) -> Vec<String> {
    let report = told(run);
    let days = report["days"].as_array().expect("days");
    days.iter().map(|day| day["state"].as_str().expect("a state").to_owned()).collect()
}

#[test]
fn each_day_is_told_with_its_state_and_what_its_log_says() {
    let run = in_every_state().run().expect_code(0);
    let expected = ["complete", "unproven", "altered", "missing", "partial", "complete", "complete"];
    assert_eq!(states(&run), expected);
    let report = told(&run);
    assert_eq!((&report["schema"], &report["step"]), (&json!("collecte.report/1"), &json!("report-collection")));
    assert_eq!((&report["since"], &report["until"]), (&json!("2024-06-01"), &json!("2024-06-07")));
    let day = json!({
        "date": "2024-06-01", "state": "complete", "offers": 30, "announced": 32, "requests": 7, "retries": 1,
        "duration_s": 67, "delay_days": 8,
    });
    assert_eq!(report["days"][0], day);
    let nothing = json!({
        "date": "2024-06-04", "state": "missing", "offers": null, "announced": null, "requests": null, "retries": null,
        "duration_s": null, "delay_days": null,
    });
    assert_eq!(report["days"][3], nothing);
    assert_eq!(report["days"][4]["offers"], 3);
    assert_eq!(report["states"], json!({ "complete": 3, "partial": 1, "missing": 1, "unproven": 1, "altered": 1 }));
    assert_eq!([&report["joins"], &report["counts"], &report["withdrawn"]], [&Value::Null; 3], "there is no table");
    let receipt = run.receipt();
    assert_eq!(receipt["path"], run.path("rapport-collecte.html").to_str().unwrap());
    assert_eq!(receipt["report"], run.path("rapport-collecte.json").to_str().unwrap());
    let counts = ["days", "complete", "partial", "missing", "unproven", "altered"].map(|key| receipt[key].as_u64());
    assert_eq!(counts, [Some(7), Some(3), Some(1), Some(1), Some(1), Some(1)]);
}

#[test]
fn verify_reads_what_otherwise_its_size_stands_for() {
    let run = in_every_state().args(["--verify"]).run().expect_code(0);
    assert_eq!(states(&run).last().map(String::as_str), Some("altered"));
}

#[test]
fn the_page_has_a_square_for_each_day_and_the_command_that_mends_it() {
    let run = in_every_state().run().expect_code(0);
    let page = run.read("rapport-collecte.html");
    for square in [
        "data-date=\"2024-06-01\" data-state=\"complete\" data-offers=\"30\"><b>1</b><span>complet</span>",
        "data-date=\"2024-06-02\" data-state=\"unproven\" data-offers=\"\"><b>2</b><span>sans preuve</span>",
        "data-date=\"2024-06-03\" data-state=\"altered\" data-offers=\"5\"><b>3</b><span>altéré</span>",
        "data-date=\"2024-06-04\" data-state=\"missing\" data-offers=\"\"><b>4</b><span>manquant</span>",
        "data-date=\"2024-06-05\" data-state=\"partial\" data-offers=\"3\"><b>5</b><span>partiel</span>",
    ] {
        assert!(page.contains(square), "{square}\n{page}");
    }
    assert_eq!(page.matches("<td data-date=").count(), 7);
    for (command, times) in [
        ("collect-offers --date 2024-06-02 --force", 1),
        ("collect-offers --date 2024-06-03 --force", 1),
        ("collect-offers --date 2024-06-04<", 1),
        ("collect-offers --date 2024-06-05<", 1),
        ("collect-offers --date 2024-06-01", 0),
        ("collect-offers --date 2024-06-06", 0),
    ] {
        assert_eq!(page.matches(command).count(), times, "{command}");
    }
    assert_eq!(page.matches("<rect data-state=").count(), 5, "a bar for each day whose offers are known");
    assert!(page.contains("4 jours sur 7 ne sont pas complets"), "{page}");
    for (french, english) in [("Calendrier", "Calendar"), ("À réparer", "To mend"), ("sans preuve", "unproven")] {
        assert!(page.contains(french));
        let english_page = in_every_state().args(["--lang", "en"]).run().expect_code(0).read("rapport-collecte.html");
        assert!(english_page.contains(english) && !english_page.contains(french), "{english}");
    }
}

#[test]
fn the_table_brings_its_joins_and_counts() {
    let run = in_every_state();
    run.write("offres.report.json", table().to_string().as_bytes());
    let told_before = run.run().expect_code(0);
    let report = told(&told_before);
    assert_eq!([&report["joins"], &report["counts"]], [&table()["joins"], &table()["counts"]]);
    assert_eq!(report["withdrawn"], 2);
    let page = told_before.read("rapport-collecte.html");
    for row in [
        "<tr data-grand-domaine=\"A\" data-offers=\"20\">",
        "<tr data-grand-domaine=\"\" data-offers=\"31\">",
        "<tr data-departement=\"2A\" data-offers=\"1\">",
        "<tr data-departement=\"971\" data-offers=\"12345\">",
        "<tr data-departement=\"\" data-offers=\"3\">",
        "Z9999 (2)",
        "manquant (le tableau garde ses lignes)",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
    assert!(page.contains("Agriculture &lt;b&gt;"), "what others wrote is text");
    // Another table, by its folder.
    std::fs::rename(run.donnees_brutes().join("offres.report.json"), run.folder().join("autre.report.json")).unwrap();
    let named = run.clone().args(["--table", "autre/"]).run().expect_code(0);
    assert_eq!(named.read("rapport-collecte.html"), page);
}

#[test]
fn the_same_days_give_the_same_bytes_and_nothing_is_written_twice() {
    let run = in_every_state();
    let first = run.run().expect_code(0);
    assert_eq!(first.receipt()["unchanged"], false);
    let [page, report] = ["rapport-collecte.html", "rapport-collecte.json"].map(|name| first.read(name));
    let again = run.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true);
    // Elsewhere, at another time, by a receipt.
    let other = in_every_state();
    let receipt = json!({ "path": other.donnees_brutes().join("offre_emploi/offres-2024-06-06.json") });
    let elsewhere = other.args(["-"]).stdin(&receipt.to_string()).run().expect_code(0);
    assert_eq!(elsewhere.read("rapport-collecte.html"), page);
    assert_eq!(elsewhere.read("rapport-collecte.json"), report);
    assert!(!page.contains("/tmp") && !page.contains("donnees_brutes"), "no path of this machine");
}

#[test]
fn a_range_may_reach_beyond_what_is_there() {
    let run = in_every_state();
    let wider = run.clone().args(["--since", "2024-05-31", "--until", "2024-06-02"]).run().expect_code(0);
    assert_eq!(states(&wider), ["missing", "complete", "unproven"]);
    assert_eq!(wider.read("rapport-collecte.html").matches("<caption>").count(), 2, "two months");
    run.args(["--since", "2024-06-02", "--until", "2024-06-01"]).run().expect_code(2);
}

#[test]
fn strict_fails_after_writing_unless_all_days_are_complete() {
    let run = in_every_state().args(["--strict"]).run().expect_code(65);
    let message = run.failure();
    assert!(message.starts_with("could not find all 7 days complete: 4 are not, `2024-06-02`"), "{message}");
    assert!(run.hint().contains("collect-offers --date 2024-06-02 --force"), "{}", run.hint());
    assert_eq!(states(&run).len(), 7, "it was written");
    let whole = report();
    day(&whole, "2024-06-01", 3);
    let whole = whole.args(["--strict"]).run().expect_code(0);
    assert!(whole.read("rapport-collecte.html").contains("<p class=\"summary good\">"));
}

#[test]
fn an_output_and_a_style_of_ones_own() {
    let run = in_every_state();
    run.write("../style.css", b"h1 { color: #123456 }\n");
    let run = run.args(["--output", "rapports/juin.html", "--css", "style.css"]).run().expect_code(0);
    let page = std::fs::read_to_string(run.path("../rapports/juin.html")).unwrap();
    assert!(page.contains("h1 { color: #123456 }\n</style>"));
    assert!(run.path("../rapports/juin.json").is_file());
    assert!(run.list("").iter().all(|name| !name.starts_with("rapport")));
}

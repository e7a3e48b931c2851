//! Keys, and what two runs say alike.

use super::*;
use crate::support::assert_spec;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("it is an object").keys().map(String::as_str).collect()
}

#[test]
fn the_spec_names_the_interface() {
    let server = start_sandbox(year_of(300));
    let receipt = collect_all(&server).run().expect_code(0).receipt();
    let flags = [
        "--months",
        "--since",
        "--until",
        "--search",
        "--rome",
        "--departement",
        "--output",
        "--format",
        "--results-per-page",
        "--checkpoint-interval",
        "--rate-limit-delay",
        "--plan",
        "--force",
        "--rate",
        "--tries",
    ];
    let variables = [
        "FRANCE_TRAVAIL_ID",
        "FRANCE_TRAVAIL_KEY",
        "FRANCE_TRAVAIL_API_URL",
        "FRANCE_TRAVAIL_AUTH_URL",
        "FRANCE_TRAVAIL_RATE",
    ];
    assert_spec(COLLECT_HISTORY, &flags, &variables, &receipt);
    let all = keys(&receipt);
    for key in [
        "schema",
        "step",
        "path",
        "bytes",
        "sha256",
        "records",
        "unchanged",
        "duration_s",
        "since",
        "until",
        "zone",
        "format",
        "announced",
        "walks",
        "windows",
        "requests",
        "retries",
        "rejected",
        "findings",
        "report",
    ] {
        assert!(all.contains(&key), "{key} of {all:?}");
    }
    assert_eq!(keys(&receipt["findings"]), ["error", "warning", "info"]);
    assert_eq!(
        (&receipt["since"], &receipt["until"], &receipt["zone"]),
        (&SINCE.into(), &UNTIL.into(), &"Europe/Paris".into())
    );
}

#[test]
fn the_parts_of_a_report_have_their_keys_in_order() {
    let server = start_sandbox(year_of(5_000));
    let run = collect_all(&server).args(["--departement", "59,69,13,33,35,75"]).run().expect_code(0);
    let report = report(&run, "jobs");
    for (place, expected) in [
        ("/input", &["service", "format"][..]),
        ("/output", &["name", "bytes", "sha256", "format"]),
        ("/period", &["from", "to", "zone"]),
        ("/requests", &["search", "other", "retries", "floor", "by_status"]),
        ("/walks/1", &["departement", "rome", "announced", "collected", "requests", "windows"]),
        ("/walks/0/windows/0", &["from", "to", "announced", "collected", "pages", "mended"]),
        ("/ages/0", &["days", "offers", "share"]),
        ("/months/0", &["month", "offers"]),
        ("/departements/0", &["code", "label", "offers"]),
        ("/romes/0", &["code", "label", "offers"]),
        ("/salaries", &["read", "unread", "absent"]),
        ("/licence", &["name", "url"]),
    ] {
        assert_eq!(keys(report.pointer(place).expect("it is there")), expected, "{place}");
    }
    let ages: Vec<_> = report["ages"].as_array().unwrap().iter().map(|age| age["days"].as_str().unwrap()).collect();
    assert_eq!(ages, ["0-6", "7-29", "30-89", "90-179", "180-364", "365+"]);
    assert_eq!(report["walks"][0]["departement"], serde_json::json!(["13", "33", "35", "59", "69"]));
    assert_eq!(report["walks"][0]["rome"], Value::Null);
    let sum =
        |key: &str| report["walks"].as_array().unwrap().iter().map(|walk| walk[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!(
        (sum("announced"), sum("collected")),
        (report["announced"].as_u64().unwrap(), report["collected"].as_u64().unwrap())
    );
    let floor = |walk: &Value| walk["announced"].as_u64().unwrap().div_ceil(150).max(1);
    assert_eq!(report["requests"]["floor"], report["walks"].as_array().unwrap().iter().map(floor).sum::<u64>());
    let by_status = report["requests"]["by_status"].as_object().unwrap().values().map(|count| count.as_u64().unwrap());
    let [search, other] = ["search", "other"].map(|key| report["requests"][key].as_u64().unwrap());
    assert_eq!(by_status.sum::<u64>(), search + other);
    // By offers, then code; those without one have their place too.
    let places = report["departements"].as_array().unwrap();
    assert!(places.is_sorted_by_key(|place| std::cmp::Reverse(place["offers"].as_u64())), "{places:?}");
    assert!(places.iter().any(|place| place["label"] == "Ille-et-Vilaine"), "{places:?}");
}

#[test]
fn two_runs_differ_in_what_the_clock_says_alone() {
    let server = start_sandbox(year_of(1_200));
    let run = collect_all(&server);
    let told = |finished: Finished| {
        let mut report = report(&finished, "jobs");
        let object = report.as_object_mut().unwrap();
        for key in ["started", "finished", "duration_s", "runs", "output"] {
            assert!(object.remove(key).is_some(), "{key}");
        }
        let mut table = csv::Reader::from_path(finished.path("jobs.csv")).unwrap();
        let extracted = table.headers().unwrap().iter().position(|name| name == "date_extraction");
        let but_then = |row: csv::StringRecord| -> Vec<String> {
            let cells = row.iter().enumerate().filter(|(column, _)| Some(*column) != extracted);
            cells.map(|(_, cell)| cell.to_owned()).collect()
        };
        let rows: Vec<_> = table.records().map(|row| but_then(row.unwrap())).collect();
        (report.to_string(), rows, finished.read("jobs.findings.jsonl"))
    };
    let first = told(run.run().expect_code(0));
    let second = told(run.args(["--force"]).run().expect_code(0));
    assert_eq!(first, second);
}

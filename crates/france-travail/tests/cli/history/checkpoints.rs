//! What the checkpoint says, and when.

use super::*;

/// What it says now, if it is there: whoever looks finds it whole.
fn told(run: &Run) -> Option<Value> {
    let text = std::fs::read(run.donnees_brutes().join("jobs.checkpoint")).ok()?;
    Some(serde_json::from_slice(&text).expect("a checkpoint is readable at every instant"))
}

fn slowly(offers: usize, latency_ms: u64) -> Server {
    start_sandbox(year_of(offers).with(|options| options.wire.latency_ms = latency_ms))
}

#[test]
fn it_is_there_before_the_first_search() {
    let server = slowly(2_000, 300);
    let run = collect_all(&server);
    let killed = run.start().until(|| searches(&server) > 0).kill();
    let told = told(&run).unwrap_or_else(|| panic!("it is not there\n{killed}"));
    assert_eq!(told["position"], serde_json::json!({ "walk": 1, "walks": 1, "created": null }));
    assert_eq!((&told["records"], &told["runs"], &told["service"]), (&0.into(), &1.into(), &"127.0.0.1".into()));
    assert_eq!(
        told["period"],
        serde_json::json!({
            "from": format!("{SINCE}T00:00:00"), "to": format!("{UNTIL}T23:59:59"), "zone": "Europe/Paris",
        })
    );
    let parameters = serde_json::json!({
        "months": null, "since": SINCE, "until": UNTIL, "search": null, "rome": "all", "departement": "all",
        "results_per_page": 150, "format": "csv",
    });
    assert_eq!(told["parameters"].to_string(), parameters.to_string(), "in this order");
}

#[test]
fn it_is_written_as_often_as_is_asked_and_whenever_a_window_is_whole() {
    // Two windows.
    let server = slowly(5_000, 20);
    let at_the_end_of_windows_alone = |run: &Run| {
        let Some(told) = told(run) else { return false };
        let (records, created) = (told["records"].as_u64().unwrap(), told["position"]["created"].as_str());
        assert!(records == 0 || created.is_some(), "{told}");
        created.is_some()
    };
    let seldom = collect_all(&server).args(["--checkpoint-interval", "1000000"]);
    seldom.start().until(|| at_the_end_of_windows_alone(&seldom)).kill();
    for often in ["1", "100"] {
        let often = collect_all(&server).args(["--checkpoint-interval", often]);
        let mut seen = std::collections::BTreeSet::new();
        let in_between = |told: Value| told["position"]["created"].is_null().then(|| told["records"].as_u64());
        often.start().until(|| {
            seen.extend(told(&often).and_then(in_between).flatten());
            seen.len() > 3
        });
    }
}

#[test]
fn it_is_gone_with_its_journal_once_the_table_is_there() {
    let server = slowly(400, 0);
    let finished = collect_all(&server).run().expect_code(0);
    let names = finished.list(".");
    assert_eq!(names.iter().filter(|name| !name.starts_with('.')).collect::<Vec<_>>(), {
        ["jobs.csv", "jobs.findings.jsonl", "jobs.report.html", "jobs.report.json"].iter().collect::<Vec<_>>()
    });
    assert!(!names.iter().any(|name| name.ends_with(".journal")), "{names:?}");
}

//! What the source has no more: the cases of the data, run one after the other on the same state.

use serde_json::Value;

use crate::cases::{cases, routes, run_of};
use crate::portal::{Portal, lines, report};

fn ids(datasets: &[Value], is_archived: bool) -> Vec<String> {
    let of = datasets.iter().filter(|dataset| dataset.get("archived").is_some() == is_archived);
    let mut ids: Vec<_> = of.map(|dataset| dataset["harvest"]["remote_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn sorted(ids: &Value) -> Vec<String> {
    let mut ids: Vec<_> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[trial::test_with_data]
fn what_is_gone_is_archived_when_it_is_time_and_never_by_mistake() {
    let (folder, cases) = cases();
    let mut played = 0;
    for case in cases.iter().filter(|case| case["kind"] == "archive") {
        let portal = Portal::start([]);
        let base = run_of(case, &portal);
        let base = if case["defaults"]["autoarchive"] == false { base.args(["--no-archive"]) } else { base };
        for step in case["steps"].as_array().unwrap() {
            portal.routes.set(routes(&folder, &step["routes"]));
            let mut run = base.clone().args(["--now", step["today"].as_str().unwrap()]);
            if let Some(most) = step["options"]["max_items"].as_u64() {
                run = run.args(["--max-items".to_owned(), most.to_string()]);
            }
            let finished = run.run();
            let told = format!("{} at {}\n{finished}", case["id"], step["today"]);
            let (report, datasets, expected) = (report(&run), lines(&run, "datasets.jsonl"), &step["expected"]);
            assert_eq!(report["job"]["status"], expected["job_status"], "{told}");
            let has_error = !report["job"]["errors"].as_array().unwrap().is_empty();
            assert_eq!(has_error, expected["job_error"] == true, "{told}");
            assert_eq!(ids(&datasets, false), sorted(&expected["active"]), "{told}");
            assert_eq!(ids(&datasets, true), sorted(&expected["archived"]), "{told}");
            for (id, status) in expected["items"].as_object().into_iter().flatten() {
                let items = lines(&run, "items.jsonl");
                let item = items.iter().find(|item| item["remote_id"] == id.as_str()).unwrap();
                assert_eq!(item["status"], *status, "{told}");
            }
            for (id, urls) in expected["resources"].as_object().into_iter().flatten() {
                let dataset = datasets.iter().find(|dataset| dataset["harvest"]["remote_id"] == id.as_str()).unwrap();
                let given: Vec<_> =
                    dataset["resources"].as_array().unwrap().iter().map(|resource| resource["url"].clone()).collect();
                assert_eq!(Value::from(given), *urls, "{told}");
            }
            for dataset in datasets.iter().filter(|dataset| dataset.get("archived").is_some()) {
                assert_eq!(dataset["archived"], dataset["harvest"]["archived_at"]);
                assert_eq!(dataset["harvest"]["archived_reason"], "not-on-remote");
            }
            played += 1;
        }
    }
    assert!(played > 20, "{played}");
}

//! Flags, receipts and exit codes, as the contract has them.

use serde_json::{Map, json};

use super::*;

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().map_or_else(Vec::new, |object: &Map<String, Value>| object.keys().map(String::as_str).collect())
}

fn good() -> String {
    json!({"structures": [structure("a"), structure("b")], "services": [service("1", "a")]}).to_string()
}

#[test]
fn the_receipt_of_a_valid_contribution_says_what_it_is_worth() {
    let finished = judged("a.json", good(), &[]).expect_code(0);
    let receipt = finished.receipt();
    assert_eq!(receipt["path"], finished.path("a.validation.json").to_str().unwrap());
    assert_eq!(receipt["report"], finished.path("a.validation.html").to_str().unwrap());
    assert_eq!((&receipt["records"], &receipt["structures"], &receipt["services"]), (&json!(3), &json!(2), &json!(1)));
    assert_eq!(receipt["findings"], json!({"error": 0, "warning": 0, "info": 0}));
    assert_eq!((&receipt["schema_version"], &receipt["published"]), (&json!("v1/1.0.10"), &json!(3)));
    assert_eq!(receipt["score"], 0.14);
    let written = std::fs::read(finished.path("a.validation.json")).unwrap();
    assert_eq!(receipt["bytes"], written.len());
    let alone = judged("a.json", json!([structure("a")]).to_string(), &["--schema", "v0"]).expect_code(0).receipt();
    assert_eq!((alone.get("services"), &alone["published"], &alone["score"]), (None, &Value::Null, &Value::Null));
}

#[test]
fn the_report_has_the_keys_of_the_contract_in_their_order() {
    let report = report(&judged("a.json", good(), &[]).expect_code(0));
    let top = [
        "schema",
        "step",
        "input",
        "records",
        "levels",
        "rules",
        "schema_version",
        "today",
        "valid",
        "lists",
        "score",
        "publication",
    ];
    assert_eq!(keys(&report), top);
    assert_eq!(keys(&report["lists"]), ["structures", "services"]);
    assert_eq!(keys(&report["lists"]["services"]), ["records", "valid", "invalid", "warned", "publication"]);
    assert_eq!(keys(&report["score"]), ["services", "structures", "scored", "criteria"]);
    assert_eq!(
        (&report["today"], &report["valid"], &report["publication"]),
        (&json!("2026-11-22"), &json!(true), &json!([]))
    );
    assert_eq!(report["input"]["path"], "a.json");
}

#[test]
fn findings_have_their_keys_in_order_and_are_sorted() {
    let text = json!({
        "services": [with(&service("1", "a"), &json!({"frais": "x", "Autre": 1})), with(&service("2", "a"), &json!({"nom": 1}))],
        "structures": [with(&structure("a"), &json!({"nom": "x"}))],
    });
    let all = findings(&judged("a.json", text.to_string(), &[]).expect_code(65));
    let places: Vec<_> =
        all.iter().map(|finding| (finding["list"].as_str().unwrap(), finding["record"].as_u64())).collect();
    assert_eq!(
        places,
        [
            ("structures", Some(1)),
            ("services", None),
            ("services", Some(1)),
            ("services", Some(1)),
            ("services", Some(2)),
            ("services", Some(2)),
        ]
    );
    assert_eq!(keys(&all[2]), ["rule", "level", "list", "record", "line", "path", "id", "value", "message", "remedy"]);
    assert_eq!(
        (&all[2]["rule"], &all[2]["value"], &all[2]["id"]),
        (&json!("frais.enum"), &json!("x"), &json!("essai--1"))
    );
    assert_eq!((&all[4]["rule"], &all[4]["value"]), (&json!("nom.string_type"), &json!("1")));
    let csv = "id;nom;source;date_maj;code_insee;SIRET\nessai--a;Mairie;essai;2026-01-01;29019;123\n";
    let of_table = findings(&judged("a.csv", csv, &[]).expect_code(65));
    assert_eq!((&of_table[0]["column"], &of_table[0]["line"]), (&json!("SIRET"), &json!(2)));
}

#[test]
fn an_error_is_65_with_all_files_and_a_last_note_that_names_the_page() {
    let bad = json!([with(&service("1", "a"), &json!({"nom": "x"}))]).to_string();
    let finished = judged("a.json", &bad, &[]).expect_code(65);
    assert_eq!(finished.stdout, "");
    assert!(finished.failure().contains("1 of 1 records invalid"), "{finished}");
    assert!(finished.hint().contains("a.validation.html"), "{finished}");
    let names: Vec<String> = finished.list("").into_iter().filter(|name| !name.ends_with(".lock")).collect();
    assert_eq!(
        names,
        ["a.json", "a.validation.findings.jsonl", "a.validation.html", "a.validation.json", "a.validation.scores.csv"]
    );
    // A warning is one too, for those who ask.
    let warned = json!([with(&service("1", "a"), &json!({"nom": "Atelier."}))]).to_string();
    judged("a.json", &warned, &[]).expect_code(0);
    assert!(judged("a.json", &warned, &["--strict"]).expect_code(65).failure().contains("1 warnings with --strict"));
}

#[test]
fn a_version_is_pinned_and_told() {
    let text = json!([with(&structure("a"), &json!({"reseaux_porteurs": ["mdph"]}))]).to_string();
    for (flag, version, code) in [
        ("v1", "v1/1.0.10", 0),
        ("v1/1.0.10", "v1/1.0.10", 0),
        ("v1/1.0.9", "v1/1.0.9", 0),
        ("v1/1.0.8", "v1/1.0.8", 0),
        ("v1/1.0.7", "v1/1.0.7", 65),
        ("v1/1.0.2", "v1/1.0.2", 65),
        ("v0", "v0/1.0.6", 0),
        ("v0/1.0.6", "v0/1.0.6", 0),
    ] {
        let finished = judged("a.json", &text, &["--schema", flag]).expect_code(code);
        assert_eq!(report(&finished)["schema_version"], version);
    }
    for wrong in ["v2", "v1/1.0.1", "1.0.10", "v0/1.0.7"] {
        judged("a.json", &text, &["--schema", wrong]).expect_code(2);
    }
}

#[test]
fn max_findings_bounds_lines_of_one_rule_on_one_path() {
    let service = with(&service("1", "a"), &json!({"thematiques": ["a", "b", "c"], "publics": ["a"]}));
    let text = json!([service]).to_string();
    let finished = judged("a.json", &text, &["--max-findings", "2"]).expect_code(65);
    assert_eq!(findings(&finished).len(), 3);
    let report = report(&finished);
    let rule =
        report["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "thematiques.enum").unwrap().clone();
    assert_eq!(
        (&rule["count"], &rule["omitted"], &rule["columns"]),
        (&json!(3), &json!(1), &json!({"/thematiques/#": 3}))
    );
    assert_eq!(findings(&judged("a.json", &text, &["--max-findings", "0"]).expect_code(65)).len(), 4);
}

#[test]
fn what_is_no_object_and_what_is_blank_is_counted() {
    let text = format!("[{}, 5, {{}}, null, {{\"nom\": \" \", \"publics\": []}}, [1]]", structure("a"));
    let finished = judged("a.json", text, &[]).expect_code(65);
    let records = json!({"read": 6, "blank": 3, "kept": 3, "dropped": 0, "rejected": 0, "written": 0});
    assert_eq!(report(&finished)["records"], records);
    let told: Vec<_> =
        told(&finished).into_iter().filter(|(rule, ..)| rule == "record.model_type").map(|(_, nth, _)| nth).collect();
    assert_eq!(told, [2, 6]);
}

#[test]
fn lists_are_told_apart_and_told_which_they_are() {
    let services = json!([service("1", "a")]).to_string();
    assert_eq!(keys(&report(&judged("a.json", &services, &[]).expect_code(0))["lists"]), ["services"]);
    assert_eq!(
        keys(&report(&judged("a.json", &services, &["--kind", "structures"]).expect_code(0))["lists"]),
        ["structures"]
    );
    // A name that only a later record has makes services of all.
    let late = json!([with(&service("1", "a"), &json!({"structure_id": null})), service("2", "a")]).to_string();
    let finished = judged("a.json", late, &[]).expect_code(65);
    assert_eq!(told(&finished)[0], ("structure_id.missing".to_owned(), 1, String::new()));
    judged("a.json", "[]", &[]).expect_code(0);
}

#[test]
fn the_input_is_never_written_over() {
    let run = validate(&[]);
    let input = run.write("a.json", good().as_bytes());
    run.args([&input, Path::new("--output"), &input]).run().expect_code(2);
}

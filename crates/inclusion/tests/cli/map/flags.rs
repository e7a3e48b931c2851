//! Every flag, the receipt, and the exit codes.

use serde_json::{Value, json};
use trial::Finished;

use super::support::{STRUCTURES, map, step};

const INPUT: &str = "id;nom;maj;siret\n1;Mairie;14/02/2025;130 030 133 00016\n2;;2025-02-14;\n";

fn mapping() -> String {
    format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\nsiret = \"siret\"\n")
}

#[test]
fn the_receipt_says_what_became_of_the_records() {
    let mapped = map("lieux.2024.csv", INPUT, &mapping(), &[], 0);
    let receipt = mapped.finished.receipt();
    let keys: Vec<&str> = receipt.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "step",
            "path",
            "bytes",
            "sha256",
            "records",
            "unchanged",
            "duration_s",
            "findings",
            "report",
            "structures",
            "rejected",
            "dropped",
            "repairs",
            "unmapped",
            "schema_version"
        ]
    );
    assert_eq!(receipt["findings"], json!({"error": 1, "warning": 0, "info": 2}));
    assert_eq!(
        ["records", "structures", "rejected", "dropped", "repairs", "unmapped"]
            .map(|key| receipt[key].as_u64().unwrap()),
        [1, 1, 1, 0, 2, 0]
    );
    assert_eq!(receipt["path"], mapped.finished.path("lieux.2024.structures.json").to_str().unwrap());
    assert_eq!(receipt["report"], mapped.finished.path("lieux.2024.structures.report.html").to_str().unwrap());
    assert_eq!(
        mapped.finished.list(""),
        [
            "lieux.2024.csv",
            "lieux.2024.structures.findings.jsonl",
            "lieux.2024.structures.json",
            "lieux.2024.structures.rejects.csv",
            "lieux.2024.structures.report.html",
            "lieux.2024.structures.report.json",
            "m.toml"
        ]
    );
    assert_eq!(receipt["sha256"], sha256(&mapped.finished, "lieux.2024.structures.json"));
}

fn sha256(finished: &Finished, name: &str) -> String {
    let output = std::process::Command::new("sha256sum").arg(finished.path(name)).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn the_report_has_its_keys_in_order() {
    let mapped = map("lieux.csv", INPUT, &mapping(), &[], 0);
    let report = mapped.report();
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "step",
            "input",
            "records",
            "levels",
            "rules",
            "schema_version",
            "today",
            "mapping",
            "lists",
            "repairs",
            "unmapped"
        ]
    );
    assert_eq!(report["input"]["path"], "lieux.csv");
    assert_eq!((&report["schema_version"], &report["today"]), (&json!("v1/1.0.10"), &json!("2026-11-22")));
    assert_eq!(report["mapping"]["path"], "m.toml");
    assert_eq!(report["mapping"]["sha256"], sha256(&mapped.finished, "m.toml"));
    assert_eq!(report["lists"]["structures"]["records"], 1);
    assert_eq!(report["lists"]["structures"]["filled"]["siret"], 1);
    assert_eq!(
        report["repairs"][0],
        json!({"list": "structures", "rule": "date_maj.french", "field": "date_maj", "column": "maj", "count": 1,
               "examples": [{"value": "14/02/2025", "to": "2025-02-14"}]})
    );
    let finding = &mapped.findings()[0];
    let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["rule", "level", "list", "record", "line", "column", "path", "id", "value", "to", "message", "remedy"]
    );
}

#[test]
fn the_output_has_the_form_of_its_name() {
    let input = "id;nom;maj;r\n1;Mairie;2025-02-14;ccas-cias,communes\n2;École \"A\";2025-02-14;\n";
    let mapping = format!(
        "{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\nreseaux_porteurs = {{ column = \"r\", split = \",\" }}\n"
    );
    let write = |name: &str| {
        let run = step();
        let file = run.write("a.csv", input.as_bytes());
        let by = run.write("m.toml", mapping.as_bytes());
        let output = run.donnees_brutes().join(name);
        let run = run.args([file]).args(["--mapping".into(), by, "--output".into(), output]);
        run.run().expect_code(0).read(name)
    };
    let first = "{\"date_maj\":\"2025-02-14\",\"id\":\"ville--1\",\"nom\":\"Mairie\",\"reseaux_porteurs\":[\"ccas-cias\",\"communes\"],\"source\":\"ville\"}";
    let second = "{\"date_maj\":\"2025-02-14\",\"id\":\"ville--2\",\"nom\":\"École \\\"A\\\"\",\"source\":\"ville\"}";
    assert_eq!(write("b.json"), format!("[\n{first},\n{second}\n]\n"));
    assert_eq!(write("b.ndjson"), format!("{first}\n{second}\n"));
    assert_eq!(write("b.jsonl"), write("b.ndjson"));
    let csv = write("b.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("accessibilite_lieu,adresse,code_insee,"), "{csv}");
    assert_eq!(lines[0].split(',').count(), 20);
    assert!(lines[1].contains(",ville--1,,,,Mairie,\"ccas-cias,communes\","), "{csv}");
    assert!(lines[2].contains("\"École \"\"A\"\"\""), "{csv}");
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let run = step();
    let input = run.write("a.csv", INPUT.as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let refused = |flags: &[&str], told: &str| {
        let run = run.clone().args([&input]).args(["--mapping".as_ref(), by.as_os_str()]).args(flags.to_vec());
        let finished = run.run().expect_code(2);
        assert!(finished.to_string().contains(told), "{told}: {finished}");
    };
    refused(&["--output", "a.xml"], "could not tell the form");
    refused(&["--schema", "v0"], "only v1 can be written");
    refused(&["--schema", "v1/1.0.1"], "not a version of the schema");
    refused(&["--today", "22/11/2026"], "YYYY-MM-DD");
    refused(&["--suggest"], "cannot be used with");
    refused(&["--output", input.to_str().unwrap()], "it is a file that is read");
    step().args([&input]).run().expect_code(2);
    step().args(["missing.csv"]).args(["--mapping".as_ref(), by.as_os_str()]).run().expect_code(66);
    step().args([&input]).args(["--mapping", "missing.toml"]).run().expect_code(66);
}

#[test]
fn strict_wants_all_records() {
    let mapped = map("a.csv", INPUT, &mapping(), &["--strict"], 65);
    assert!(mapped.finished.failure().contains("could not use 1 of the records"), "{}", mapped.finished);
    assert_eq!(
        mapped.finished.list(""),
        [
            "a.csv",
            "a.structures.findings.jsonl",
            "a.structures.rejects.csv",
            "a.structures.report.html",
            "a.structures.report.json",
            "m.toml"
        ]
    );
    let good = INPUT.rsplit_once("2;").unwrap().0;
    map("a.csv", good, &mapping(), &["--strict"], 0);
}

#[test]
fn no_usable_record_is_a_failure_that_leaves_its_reports() {
    let mapped = map("a.csv", "id;nom;maj\n1;Mairie;\n;;\n", &mapping(), &[], 65);
    assert!(mapped.finished.failure().contains("could not use any of the 2 records"), "{}", mapped.finished);
    let names = mapped.finished.list("");
    assert!(names.contains(&"a.structures.report.json".to_owned()) && !names.contains(&"a.structures.json".to_owned()));
}

#[test]
fn the_input_is_read_as_flags_and_mapping_say() {
    let cp1252 = b"un titre\nid|nom|maj\n1|\xc9cole|2025-02-14\n";
    let run = step();
    let file = run.write("a.csv", cp1252);
    let by = run.write("m.toml", mapping().as_bytes());
    let run = run.args([file]).args(["--mapping".into(), by]).args(["--encoding", "windows-1252", "--separator", "|"]);
    let finished = run.run().expect_code(0);
    let records: Value = serde_json::from_str(&finished.read("a.structures.json")).unwrap();
    assert_eq!(records[0]["nom"], "École");
    let json = r#"{"lieux": {"autres": [{"id": 9, "nom": "x", "maj": ""}], "liste": [{"id": 1, "nom": "Mairie", "maj": "2025-02-14"}]}}"#;
    let mapped = map("a.json", json, &mapping(), &["--records", "/lieux/liste"], 0);
    assert_eq!(mapped.values("id"), [json!("ville--1")]);
    let input = "[input]\nrecords = \"/lieux/liste\"\n[fields]";
    let mapped = map("a.json", json, &mapping().replace("[fields]", input), &[], 0);
    assert_eq!(mapped.values("id"), [json!("ville--1")]);
}

#[test]
fn of_both_lists_a_mapping_takes_the_one_of_its_target() {
    let json = r#"{"services": [{"id": "s", "nom": "Atelier", "maj": "2025-02-14"}],
                   "structures": [{"id": "a", "nom": "Mairie", "maj": "2025-02-14"}]}"#;
    let mapped = map("a.json", json, &mapping(), &[], 0);
    assert_eq!(mapped.values("id"), [json!("ville--a")]);
    assert_eq!(mapped.report()["records"]["read"], 1);
}

#[test]
fn findings_are_told_in_english_and_no_more_than_wanted() {
    let rows: String = (0..5).map(|nth| format!("{nth};Mairie;14/02/2025\n")).collect();
    let mapped = map("a.csv", &format!("id;nom;maj\n{rows}"), &mapping(), &["--lang", "en", "--max-findings", "2"], 0);
    // One of the missing column, two of the dates.
    assert_eq!(mapped.findings().len(), 3);
    let rules = mapped.report()["rules"].clone();
    let dates = rules.as_array().unwrap().iter().find(|rule| rule["rule"] == "date_maj.french").unwrap();
    assert_eq!((&dates["count"], &dates["omitted"]), (&json!(5), &json!(3)));
    assert_eq!(dates["message"], "the date is written as YYYY-MM-DD");
}

#[test]
fn a_second_run_finds_everything_there_and_leaves_nothing_of_an_earlier_one() {
    let run = step();
    let file = run.write("a.csv", INPUT.as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let run = run.args([file]).args(["--mapping".into(), by]);
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], false);
    let again = run.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true);
    run.write("a.csv", b"id;nom;maj;siret\n1;Mairie;2025-02-14;\n");
    let clean = run.run().expect_code(0);
    assert_eq!(
        clean.list(""),
        ["a.csv", "a.structures.json", "a.structures.report.html", "a.structures.report.json", "m.toml"]
    );
}

#[test]
fn the_receipt_of_the_step_before_names_the_input() {
    let run = step();
    let file = run.write("a.csv", INPUT.as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let receipt = json!({"schema": "collecte.receipt/1", "step": "download", "path": file.to_str().unwrap()});
    let finished = run.args(["-"]).args(["--mapping".into(), by]).stdin(&receipt.to_string()).run().expect_code(0);
    assert_eq!(finished.receipt()["records"], 1);
}

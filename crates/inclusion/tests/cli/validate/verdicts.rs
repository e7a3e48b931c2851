//! The official verdict on every record: nothing more, nothing less, whatever the format.

use super::*;

/// Location and type as findings have them: the branches of a union are one.
fn official(record: u64, errors: &Value) -> Verdict {
    let of = |error: &Value| {
        let (location, kind) = match error {
            Value::Array(pair) => (&pair[0], &pair[1]),
            object => (&object["loc"], &object["type"]),
        };
        let mut parts: Vec<String> = location
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
            .collect();
        let branches = match parts[0].as_str() {
            "zone_eligibilite" if parts.len() == 3 => 2,
            "zone_diffusion_code" if parts.len() == 2 => 1,
            _ => parts.len(),
        };
        let kind = if branches < parts.len() { "union" } else { kind.as_str().unwrap() };
        parts.truncate(branches);
        (record, format!("/{}", parts.join("/")), kind.to_owned())
    };
    errors.as_array().into_iter().flatten().map(of).collect()
}

fn names(record: u64, warnings: &Value) -> Verdict {
    let of = |warning: &Value| match warning.as_str() {
        Some(field) => (record, format!("/{field}"), "avertissement".to_owned()),
        None => (record, format!("/{}", warning["loc"][0].as_str().unwrap()), "avertissement".to_owned()),
    };
    warnings.as_array().into_iter().flatten().map(of).collect()
}

/// What the official package says of a file, by a list of records with their index.
fn expected(records: &Value) -> Verdict {
    let of = |record: &Value| {
        let number = record["index"].as_u64().unwrap() + 1;
        official(number, &record["errors"]).into_iter().chain(names(number, &record["warnings"]))
    };
    records.as_array().unwrap().iter().flat_map(of).collect()
}

#[trial::test_with_data]
fn every_edge_case_gets_the_official_verdict() {
    let all = read_json(trial::data("inclusion/validation/edge_expected.json"));
    for list in ["structures", "services"] {
        let finished = judged_data(&format!("validation/edge_{list}.json"), &["--kind", list]).expect_code(65);
        assert_eq!(verdict(&finished, list), expected(&all[format!("edge_{list}.json")]), "{list}");
    }
}

#[trial::test_with_data]
fn real_records_get_the_official_verdict() {
    let all = read_json(trial::data("inclusion/validation/real_expected.json"));
    for list in ["structures", "services"] {
        let finished = judged_data(&format!("validation/real_{list}.json"), &["--kind", list]).expect_code(65);
        let of_list = &all[format!("real_{list}.json")];
        assert_eq!(verdict(&finished, list), expected(&of_list["records"]), "{list}");
        assert_eq!(report(&finished)["lists"][list]["valid"], of_list["valid"], "{list}");
    }
}

#[trial::test_with_data]
fn records_of_v0_get_the_verdict_of_the_models_of_v0() {
    let all = read_json(trial::data("inclusion/validation/v0_expected.json"));
    for list in ["structures", "services"] {
        let flags = ["--kind", list, "--schema", "v0"];
        let finished = judged_data(&format!("validation/v0_{list}.json"), &flags).expect_code(65);
        let of_list = &all[format!("v0_{list}.json")];
        assert_eq!(verdict(&finished, list), expected(&of_list["records"]), "{list}");
        let report = report(&finished);
        assert_eq!(report["lists"][list]["valid"], of_list["valid"], "{list}");
        assert_eq!((&report["score"], &report["publication"]), (&Value::Null, &Value::Null));
    }
}

#[trial::test_with_data]
fn the_same_records_get_the_same_verdict_in_every_format() {
    for (list, names) in [
        (
            "structures",
            &[
                "structures.csv",
                "structures_bom.csv",
                "structures_semicolon_cp1252.csv",
                "structures_tab_utf16.tsv",
                "structures.ndjson",
                "structures.xml",
                "dataset_text.xlsx",
                "dataset_text.ods",
            ][..],
        ),
        (
            "services",
            &[
                "services.csv",
                "services.xml",
                "services_datagouv_repr.csv",
                "services_datagouv_epochms.json",
                "dataset_text.xlsx",
                "dataset_text.ods",
            ],
        ),
    ] {
        let wanted = verdict(&judged_data(&format!("formats/{list}.json"), &[]).expect_code(65), list);
        assert!(wanted.len() > 10, "{list}");
        for name in names {
            assert_eq!(verdict(&judged_data(&format!("formats/{name}"), &[]).expect_code(65), list), wanted, "{name}");
        }
    }
}

#[trial::test_with_data]
fn workbooks_get_the_errors_of_the_online_validator() {
    let all = read_json(trial::data("inclusion/formats/expected_valideur.json"));
    for name in ["dataset_text.xlsx", "dataset_numbers.xlsx"] {
        let finished = judged_data(&format!("formats/{name}"), &[]).expect_code(65);
        let errors = |finding: &&Value| finding["level"] == "error" || finding["rule"] == "nom.avertissement";
        let mut ours: Vec<_> = findings(&finished)
            .iter()
            .filter(errors)
            .map(|finding| {
                let schema = if finding["list"] == "structures" { "Structure" } else { "Service" };
                let field = finding["path"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
                (schema.to_owned(), field, finding["line"].as_u64().unwrap())
            })
            .collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of = |error: &Value| (text(&error["schema"]), text(&error["field"]), error["line"].as_u64().unwrap());
        let mut theirs: Vec<_> = all[name].as_array().unwrap().iter().map(of).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{name}");
    }
}

#[trial::test_with_data]
fn the_template_of_the_online_validator_is_taken_as_it_is() {
    let finished = judged_data("official/valideur_dataset.xlsx", &[]).expect_code(65);
    let expected = read_json(trial::data("inclusion/official/valideur_dataset_expected.json"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |schema: &Value| if schema == "Structure" { "structures" } else { "services" };
    let of_expected =
        |error: &Value| (list(&error["schema"]).to_owned(), text(&error["field"]), error["line"].as_u64());
    let theirs: BTreeSet<_> = expected.as_array().unwrap().iter().map(of_expected).collect();
    let errors = |finding: &&Value| finding["level"] == "error" || finding["rule"] == "nom.avertissement";
    let all = findings(&finished);
    let of_ours = |finding: &Value| {
        let field = finding["path"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
        (text(&finding["list"]), field, finding["line"].as_u64())
    };
    let ours: BTreeSet<_> = all.iter().filter(errors).map(of_ours).collect();
    assert_eq!(ours, theirs);
    let count = |rule: &str| all.iter().filter(|finding| finding["rule"] == rule).count();
    assert_eq!((count("record.ignored"), count("column.repeated")), (4, 1));
    assert_eq!(report(&finished)["records"]["dropped"], 4);
}

#[trial::test_with_data]
fn services_score_as_the_official_package_says() {
    let cases = read_json(trial::data("inclusion/validation/score_cases.json"));
    let cases = cases["cases"].as_array().unwrap();
    let services: Vec<&Value> = cases.iter().map(|case| &case["service"]).collect();
    let finished = judged("a.json", serde_json::to_string(&services).unwrap(), &[]).expect_code(0);
    let csv = finished.read("a.validation.scores.csv");
    let mut lines = csv.lines();
    let criteria: Vec<&str> = lines.next().unwrap().split(',').skip(4).collect();
    assert_eq!(criteria, cases[0]["criteres"].as_object().unwrap().keys().collect::<Vec<_>>());
    for (case, line) in cases.iter().zip(lines.by_ref()) {
        let cells: Vec<&str> = line.split(',').collect();
        let two = |value: &Value| value.as_f64().map_or_else(String::new, |value| format!("{value:.2}"));
        assert_eq!(cells[3], two(&case["score"]), "{case}");
        for (name, cell) in criteria.iter().zip(&cells[4..]) {
            assert_eq!(**cell, *two(&case["criteres"][*name]), "{name} of {case}");
        }
    }
    assert_eq!(lines.next(), None);
}

/// A drawn record as it is written, and the location and type of each error.
#[derive(serde::Deserialize)]
struct Case<'a> {
    #[serde(borrow)]
    record: &'a serde_json::value::RawValue,
    faults: Vec<(String, String)>,
}

/// Drawn records and what the official package says of them.
fn drawn(version: &str, list: &str) -> (Vec<String>, Verdict) {
    let path = format!("{}/tests/cli/testdata/validate/drawn_{version}_{list}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (mut records, mut verdict) = (vec![], Verdict::new());
    for (nth, line) in text.lines().enumerate() {
        let case: Case<'_> = serde_json::from_str(line).unwrap();
        verdict.extend(case.faults.into_iter().map(|(path, kind)| (nth as u64 + 1, path, kind)));
        records.push(case.record.get().to_owned());
    }
    (records, verdict)
}

#[test]
fn drawn_records_get_the_official_verdict_by_either_way_of_reading() {
    for version in ["v1", "v0"] {
        for list in ["structures", "services"] {
            let (lines, wanted) = drawn(version, list);
            let flags = ["--schema", version, "--kind", list, "--max-findings", "0"];
            // An array of plain records is read in one go, lines and named lists by the reader of all steps.
            for (name, text) in [
                ("a.json", format!("[{}]", lines.join(","))),
                ("a.json", format!("{{\"{list}\": [\n{}\n]}}", lines.join(",\n"))),
                ("a.ndjson", lines.join("\n")),
            ] {
                let finished = judged(name, text, &flags).expect_code(65);
                assert_eq!(verdict(&finished, list), wanted, "{version} {list} {name}");
                assert_eq!(report(&finished)["records"]["kept"], lines.len());
            }
        }
    }
}

#[test]
fn both_ways_of_reading_say_the_same_in_every_byte() {
    let (records, _) = drawn("v1", "services");
    let text = format!("[\n{}\n]\n", records.join(",\n"));
    let read = |flags: &[&str]| {
        let finished = judged("a.json", &text, flags).expect_code(65);
        ["json", "html", "findings.jsonl", "scores.csv"].map(|name| finished.read(format!("a.validation.{name}")))
    };
    // Who says where the records are is read by the reader of all steps.
    assert_eq!(read(&[]), read(&["--records", ""]));
}

//! Verdicts on whole files: the data's, exactly as expected, missing and extra findings alike.

use serde_json::json;
use trial::Run;

use super::contract::{list, lists, marche_1_5, marche_2_0, with};
use super::*;

/// Judges a file of the data where it lies.
fn judge_data(path: &str, flags: &[&str]) -> (Finished, String) {
    let input = trial::data(format!("procurement/{path}"));
    let stem = input.file_stem().unwrap().to_str().unwrap().to_owned();
    (validate(flags).args([input]).run(), stem)
}

/// Exit 65 if there is an error, else 0.
fn expect_code_by_levels(finished: Finished, stem: &str) -> Finished {
    let errors = report(&finished, stem)["levels"]["error"].as_u64().unwrap();
    finished.expect_code(if errors > 0 { 65 } else { 0 })
}

#[trial::test_with_data]
fn official_examples_have_the_findings_that_are_expected() {
    for line in expected(trial::data("procurement/examples/expected.jsonl")) {
        let (path, version) = (line["file"].as_str().unwrap(), line["version"].as_str().unwrap());
        if version.starts_with("1.0") || version.starts_with("1.1") {
            continue;
        }
        let (finished, stem) = judge_data(path, &["--format", version]);
        let found = findings(&finished, &stem);
        if let Some(elements) = line.get("elements") {
            let of_xsd: Found = found.into_iter().filter(|(_, rule, _)| rule.starts_with("xsd.")).collect();
            assert_eq!(of_xsd.len(), elements.as_array().unwrap().len(), "{path}\n{finished}");
        } else {
            let indexed = ["schema", "checks"].into_iter().flat_map(|key| line[key].as_array().unwrap().clone());
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let all: Found =
                indexed.map(|found| (found[0].as_u64().unwrap() + 1, text(&found[1]), text(&found[2]))).collect();
            assert_eq!(found, all, "{path}\n{finished}");
        }
        let finished = expect_code_by_levels(finished, &stem);
        if !path.ends_with(".xml") {
            let contracts = &report(&finished, &stem)["contracts"];
            let count = contracts["marche"].as_u64().unwrap() + contracts["contrat-concession"].as_u64().unwrap();
            assert_eq!(count, line["contracts"].as_u64().unwrap(), "{path}");
        }
    }
}

#[trial::test_with_data]
fn examples_of_the_first_versions_are_judged_in_json_alone() {
    for version in ["1.0.0", "1.1.5"] {
        for name in ["mar-basique", "cc-basique", "mds-basique", "cc-avec-modifications-donnees-d-execution"] {
            let (finished, stem) = judge_data(&format!("examples/{version}/{name}.json"), &["--format", version]);
            let report = report(&expect_code_by_levels(finished, &stem), &stem);
            assert_eq!(
                report["contracts"]["marche"].as_u64(),
                Some(u64::from(!name.starts_with("cc"))),
                "{version} {name}"
            );
            judge_data(&format!("examples/{version}/{name}.xml"), &["--format", version]).0.expect_code(2);
        }
    }
}

#[trial::test_with_data]
fn whole_files_are_read_or_refused_as_expected() {
    for line in expected(trial::data("procurement/cases/files/expected.jsonl")) {
        let (path, expect) = (line["file"].as_str().unwrap(), &line["expect"]);
        let (finished, stem) = judge_data(&format!("cases/files/{path}"), &[]);
        if expect["read"] == "refused" {
            let finished = finished.expect_code(65);
            assert!(finished.list("marches").iter().all(|name| name.ends_with(".lock")), "{finished}");
            for rule in expect["findings"].as_array().unwrap_or(&vec![]) {
                assert!(finished.failure().contains(rule.as_str().unwrap()), "{finished}");
            }
            continue;
        }
        let finished = expect_code_by_levels(finished, &stem);
        let report = report(&finished, &stem);
        assert_eq!(report["container"], expect["container"], "{path}");
        assert_eq!(report["contracts"]["marche"], expect["marche"], "{path}");
        assert_eq!(report["contracts"]["contrat-concession"], expect["concession"], "{path}");
        let found = findings(&finished, &stem);
        let of_file = ["file.", "contract.", "text.encoding", "json.", "uid.duplicate"];
        let rules: BTreeSet<String> = found
            .iter()
            .map(|(_, rule, _)| rule.clone())
            .filter(|rule| of_file.iter().any(|begin| rule.starts_with(begin)))
            .collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all: BTreeSet<String> = expect["findings"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(rules, all, "{path}\n{finished}");
        if let Some(schema) = expect.get("document_schema") {
            let of_document: Found =
                found.iter().filter(|(record, rule, _)| *record == 0 && rule.starts_with("schema.")).cloned().collect();
            assert_eq!(of_document, pairs(0, schema), "{path}\n{finished}");
        }
        if let Some(others) = expect.get("other_version") {
            let told: Vec<u64> =
                found.iter().filter(|(_, rule, _)| rule == "contract.other_version").map(|(at, ..)| at - 1).collect();
            assert_eq!(json!(told), *others, "{path}");
        }
    }
}

#[trial::test_with_data]
fn real_files_have_the_findings_that_are_expected() {
    for source in ["aife", "marches-publics-info", "pes", "e-marchespublics"] {
        let text = inflated(&trial::data(format!("procurement/national/{source}.expected.jsonl.gz")));
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for (version, key) in [("1.4", "schema_1_4"), ("1.5", "schema_1_5")] {
            let all: Found = lines
                .iter()
                .flat_map(|line| {
                    let record = line["index"].as_u64().unwrap() + 1;
                    pairs(record, &line[key]).into_iter().chain(pairs(record, &line["checks"]))
                })
                .collect();
            let flags = ["--format", version, "--max-findings", "0"];
            let (finished, stem) = judge_data(&format!("national/{source}.json"), &flags);
            let finished = finished.expect_code(65);
            let mut found = findings(&finished, &stem);
            found.retain(|(record, rule, _)| *record > 0 && rule != "uid.duplicate");
            let missing: Vec<_> = all.difference(&found).take(20).collect();
            let extra: Vec<_> = found.difference(&all).take(20).collect();
            assert!(missing.is_empty() && extra.is_empty(), "{source} {version}: missing {missing:?}, extra {extra:?}");
            let summary = trial::data(format!("procurement/national/{source}.summary.json"));
            let summary: Value = serde_json::from_str(&std::fs::read_to_string(summary).unwrap()).unwrap();
            let contracts = report(&finished, &stem)["contracts"].clone();
            assert_eq!(contracts["marche"], summary["kinds"]["marche"], "{source}");
            let count = contracts["marche"].as_u64().unwrap() + contracts["contrat-concession"].as_u64().unwrap();
            let invalid = summary[format!("invalid_{}", version.replace('.', "_"))].as_u64().unwrap();
            assert_eq!(contracts["conform"].as_u64().unwrap(), count - invalid, "{source} {version}");
        }
    }
}

#[trial::test_with_data]
fn documents_in_xml_are_judged_as_libxml2_does() {
    for case in expected(trial::data("procurement/cases/xml.jsonl")) {
        let name = case["case"].as_str().unwrap();
        let xml = match case["xml"].as_str() {
            Some(xml) => xml.as_bytes().to_vec(),
            None => from_base64(case["xml_base64"].as_str().unwrap()),
        };
        let finished = judge("a.xml", &xml, &["--format", case["version"].as_str().unwrap()]);
        let expect = &case["expect"];
        if expect["refused"] == "xml.dtd" || expect["wellformed"] == false {
            let note = if expect["refused"] == "xml.dtd" { "xml.dtd" } else { "xml.syntax" };
            let finished = finished.expect_code(65);
            assert!(finished.failure().contains(note), "{name}\n{finished}");
            assert!(finished.list("marches").iter().all(|name| name.ends_with(".lock")), "{finished}");
            continue;
        }
        let found = findings(&finished, "a");
        let paths: BTreeSet<String> =
            found.into_iter().filter(|(_, rule, _)| rule.starts_with("xsd.")).map(|(_, _, path)| path).collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all: BTreeSet<String> = expect["elements"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(paths, all, "{name}\n{finished}");
    }
}

fn inflated(path: &Path) -> String {
    let gzip = std::process::Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    assert!(gzip.status.success(), "gzip could not read {}", path.display());
    String::from_utf8(gzip.stdout).unwrap()
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').map(value).collect();
    let bytes = digits.chunks(4).flat_map(|chunk| {
        let all = chunk.iter().fold(0_u32, |all, digit| all << 6 | u32::from(*digit)) << (6 * (4 - chunk.len()));
        all.to_be_bytes()[1..chunk.len()].to_vec()
    });
    bytes.collect()
}

#[test]
fn a_valid_file_gives_a_receipt_and_its_files() {
    let run = validate(&[]);
    let input = run.write("v.json", &lists(&[marche_2_0("2024-1")]));
    let run = run.args([input]);
    let done = run.run().expect_code(0);
    let receipt = done.receipt();
    assert_eq!(receipt["path"], done.path("marches/v.validation.json").to_str().unwrap());
    assert_eq!(receipt["report"], done.path("marches/v.validation.html").to_str().unwrap());
    assert_eq!((&receipt["version"], &receipt["container"]), (&json!("2.0.3"), &json!("2.0")));
    for (key, count) in [("marche", 1), ("concession", 0), ("conform", 1), ("valid", 1), ("invalid", 0), ("records", 1)]
    {
        assert_eq!(receipt[key], count, "{key} {done}");
    }
    assert_eq!(done.list("marches"), ["v.validation.html", "v.validation.json"]);
    let report = report(&done, "v");
    let keys: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let common = ["schema", "step", "input", "records", "levels", "rules"];
    assert_eq!(keys[..6], common);
    assert_eq!(keys[6..], ["version", "container", "contracts", "valid", "options", "files"]);
    assert_eq!(report["valid"], true);
    let again = run.run().expect_code(0).receipt();
    assert_eq!(again["unchanged"], true);
    assert_eq!(again["sha256"], receipt["sha256"]);
}

#[test]
fn an_invalid_file_is_65_with_all_its_files_and_no_receipt() {
    let wrong = with(marche_1_5("2019-0002"), "montant", json!("12"));
    let run = validate(&[]);
    let input = run.write("v.json", &list(&[marche_1_5("2019-0001"), wrong]));
    let run = run.args([input]);
    let finished = run.run().expect_code(65);
    let failure = finished.failure();
    assert!(failure.contains("1 of 2 contracts invalid, first `schema.type`"), "{finished}");
    assert!(finished.hint().contains("v.validation.html"), "{finished}");
    assert_eq!(finished.list("marches"), ["v.validation.findings.jsonl", "v.validation.html", "v.validation.json"]);
    let line: Value = serde_json::from_str(&finished.read("marches/v.validation.findings.jsonl")).unwrap();
    assert_eq!(
        line,
        json!({
            "rule": "schema.type", "level": "error", "record": 2, "path": "/montant", "id": "2019-0002", "value": "12",
            "message": "marché 2019-0002, montant « 12 » : valeur d'un autre type que celui attendu",
            "remedy": "écrire les nombres sans guillemets, les codes entre guillemets, les listes entre crochets",
        })
    );
    let before = std::fs::metadata(finished.path("marches/v.validation.json")).unwrap().modified().unwrap();
    let again = run.run().expect_code(65);
    assert_eq!(again.failure(), failure);
    let after = std::fs::metadata(finished.path("marches/v.validation.json")).unwrap().modified().unwrap();
    assert_eq!(before, after, "nothing is written again");
}

#[test]
fn a_warning_is_an_error_only_with_strict() {
    let doubtful = with(marche_1_5("2019-0001"), "montant", json!(99_999));
    let run = validate(&[]);
    let input = run.write("v.json", &list(&[doubtful]));
    let run = run.args([input]);
    assert_eq!(run.run().expect_code(0).receipt()["findings"], json!({ "error": 0, "warning": 1, "info": 0 }));
    let finished = run.beside(env!("CARGO_BIN_EXE_validate-procurement"));
    let finished = finished.args([run.donnees_brutes().join("v.json")]).args(["--strict"]).run().expect_code(65);
    assert!(
        finished.failure().contains("0 of 1 contracts invalid, 1 warnings with --strict, first `montant."),
        "{finished}"
    );
}

#[test]
fn a_contract_of_2_0_in_a_list_of_1_x_is_judged_as_such_and_told() {
    let mixed = list(&[marche_1_5("2019-0001"), marche_2_0("2024-0001")]);
    let finished = judge("v.json", &mixed, &[]).expect_code(0);
    assert_eq!(findings(&finished, "v"), [(2, "contract.other_version".to_owned(), String::new())].into());
    assert_eq!(finished.receipt()["version"], "1.5.0");
    let finished = judge("v.json", &mixed, &["--format", "1.5"]).expect_code(65);
    let found = findings(&finished, "v");
    assert!(found.contains(&(2, "contract.other_version".to_owned(), String::new())), "{found:?}");
    assert!(found.contains(&(2, "schema.required".to_owned(), "/acheteur/nom".to_owned())), "{found:?}");
    let all_new = json!([marche_2_0("2024-0001"), marche_2_0("2024-0002")]).to_string().into_bytes();
    let finished = judge("v.json", &all_new, &[]);
    assert_eq!(report(&finished, "v")["version"], "2.0.3");
    assert!(!findings(&finished, "v").iter().any(|(_, rule, _)| rule == "contract.other_version"), "{finished}");
}

#[test]
fn equal_contracts_and_shared_identifiers_are_told_of_the_file() {
    let (one, other) = (marche_1_5("2019-0001"), with(marche_1_5("2019-0001"), "objet", json!("Autre lot")));
    let finished = judge("v.json", &list(&[one.clone(), other.clone()]), &[]).expect_code(0);
    assert_eq!(findings(&finished, "v"), [(2, "uid.duplicate".to_owned(), "/id".to_owned())].into());
    let finished = judge("v.json", &list(&[one.clone(), one]), &[]).expect_code(65);
    assert_eq!(findings(&finished, "v"), [(0, "schema.uniqueItems".to_owned(), "/marches".to_owned())].into());
    assert!(finished.failure().contains("0 of 2 contracts invalid, first `schema.uniqueItems`"), "{finished}");
}

#[test]
fn the_shape_of_the_document_is_judged_too() {
    for (json, found) in [
        (r#"{"marches":{}}"#, vec![("file.empty", ""), ("schema.anyOf", "/marches")]),
        (r#"{"marches":[]}"#, vec![("file.empty", ""), ("schema.minItems", "/marches")]),
        (r#"{"marches":3}"#, vec![("file.empty", ""), ("schema.type", "/marches")]),
        (r#"{"marches":{"marche":{}}}"#, vec![("file.empty", ""), ("schema.type", "/marches/marche")]),
        (
            r#"{"marches":{"marche":[],"marche":[]}}"#,
            vec![("file.empty", ""), ("json.duplicate_key", "/marches/marche")],
        ),
    ] {
        let finished = judge("v.json", json.as_bytes(), &[]);
        let all: Found = found.into_iter().map(|(rule, path)| (0, rule.to_owned(), path.to_owned())).collect();
        assert_eq!(findings(&finished, "v"), all, "{json}\n{finished}");
    }
    let finished = judge("v.json", br#"{"marches":[3,null,[]]}"#, &[]).expect_code(65);
    let of_type = |record| (record, "schema.type".to_owned(), String::new());
    assert_eq!(findings(&finished, "v"), [of_type(1), of_type(2), of_type(3)].into());
}

#[test]
fn names_and_contacts_never_leave_the_input() {
    let operator = json!([{ "typeIdentifiant": "SIRET", "id": "1", "denominationSociale": "Jeanne \u{FFFD} Dupont" }]);
    let named = with(with(marche_1_5("2019-0001"), "titulaires", operator), "contact", json!("Jeanne \u{FFFD} Dupont"));
    let objet = "Travaux \u{FFFD} : jeanne.dupont@ville.fr, 01 23 45 67 89";
    let run: Run = validate(&[]);
    let input = run.write("v.json", &list(&[with(named, "objet", json!(objet))]));
    let finished = run.args([input]).run().expect_code(65);
    assert_eq!(findings(&finished, "v").len(), 4, "{finished}");
    for name in finished.list("marches") {
        let text = finished.read(format!("marches/{name}"));
        assert!(!text.contains("Dupont") && !text.contains("@ville") && !text.contains("45 67"), "{name}: {text}");
    }
    assert!(finished.read("marches/v.validation.findings.jsonl").contains("Travaux \u{FFFD} : […], […]"));
}

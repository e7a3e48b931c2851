//! Repairs, duplicates, states.

use super::contracts::{list, new, old, with};
use super::*;
use serde_json::json;

#[test]
fn repairs_are_made_and_told_with_what_stood_there() {
    let mut contract = new("2024-1");
    contract["procedure"] = json!("MAPA - art 28");
    contract["montant"] = json!("41 250,50");
    contract["marcheInnovant"] = json!("oui");
    contract["titulaires"] =
        json!([{ "typeIdentifiant": "SIRET", "id": "803 967 419 00158", "denominationSociale": "Jeanne Dupont" }]);
    contract["uid"] = json!("x");
    contract["objet"] = json!(format!("  {} ", "a".repeat(1_100)));
    let document = json!({ "marches": { "marche": [contract] } }).to_string();
    let run = convert("a.json", &document).args(["--repair"]);
    let finished = run.run().expect_code(0);
    let told: Vec<Value> =
        text(output(&run, "a.findings.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |rule: &str| told.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {told:?}"));
    assert_eq!(of("type.number")["value"], "41 250,50");
    assert_eq!(of("type.number")["to"], "41250.5");
    assert_eq!(of("procedure.mapped")["to"], "Procédure adaptée");
    assert_eq!(of("id.format")["path"], "/titulaires/0/titulaire/id");
    assert_eq!(of("key.foreign")["path"], "/uid");
    assert_eq!(of("list.shape")["path"], "/titulaires");
    assert_eq!(of("objet.truncated")["value"].as_str().unwrap().len(), 1_100, "the whole text");
    let written = &json(output(&run, "a.json"))["marches"]["marche"][0];
    assert_eq!(written["titulaires"][0]["titulaire"]["id"], "80396741900158");
    assert_eq!(written["objet"].as_str().unwrap().len(), 1_000);
    let report = assert_counts_close(&finished);
    assert_eq!(
        report["procedures"],
        json!([{ "rule": "procedure.mapped", "value": "MAPA - art 28", "to": "Procédure adaptée", "count": 1, "records": [1] }])
    );
    assert!(!text(output(&run, "a.findings.jsonl")).contains("Dupont"));
    // Without the flag nothing is touched.
    let run = convert("a.json", &document);
    run.run().expect_code(0);
    assert_eq!(json(output(&run, "a.json"))["marches"]["marche"][0]["montant"], "41 250,50");
}

#[test]
fn one_rule_is_told_once_at_one_place() {
    let mut contract = with(old("201900030100"), "objet", json!("d\u{92}eau &amp;amp; gaz \u{1}"));
    contract["titulaires"] =
        json!([null, {}, { "typeIdentifiant": "SIRET", "id": "80396741900158", "denominationSociale": "A" }]);
    let run = convert("a.json", list(&[contract])).args(["--repair"]);
    run.run().expect_code(0);
    let mut told = findings(output(&run, "a.findings.jsonl"));
    for finding in ["1 text.control_char /objet", "1 text.entity /objet", "1 null.omitted /titulaires/0"] {
        assert!(told.iter().any(|line| line == finding), "{finding}: {told:?}");
    }
    let count = told.len();
    told.dedup();
    assert_eq!(told.len(), count, "{told:?}");
}

#[test]
fn a_table_of_names_given_back_counts_in_repairs() {
    let run = convert("a.json", list(&[with(old("201900030100"), "procedure", json!("Gré à gré"))])).args(["--repair"]);
    run.run().expect_code(0);
    assert_eq!(json(output(&run, "a.json"))["marches"][0]["procedure"], "Gré à gré", "a filled value stays");
    let table =
        "observed\tvalue_1_0_to_1_4\tvalue_1_5_and_2_0\tsureness\tnote\nGré à gré\t\tProcédure adaptée\tsure\t\n";
    let table = run.write("procedures.tsv", table.as_bytes());
    run.clone().args([std::ffi::OsString::from("--procedures"), table.into()]).run().expect_code(0);
    assert_eq!(json(output(&run, "a.json"))["marches"][0]["procedure"], "Procédure adaptée");
}

#[test]
fn duplicates_are_dropped_and_each_says_to_what_it_yields() {
    let contracts = [
        old("201900030100"),
        with(old("201900030100"), "datePublicationDonnees", json!("2019-08-02")),
        old("201900030100"),
        with(old("201900030100"), "montant", json!(5_000)),
        old("201900030200"),
    ];
    let run = convert("a.json", list(&contracts)).args(["--dedupe"]);
    let finished = run.run().expect_code(0);
    let told = text(output(&run, "a.findings.jsonl"));
    let told: Vec<(u64, String, Option<String>)> = told
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().map(str::to_owned);
            (finding["record"].as_u64().unwrap(), text("rule").unwrap(), text("to"))
        })
        .filter(|(_, rule, _)| rule.starts_with("dedupe.") || rule == "uid.duplicate")
        .collect();
    let to = |record: &str| Some(record.to_owned());
    assert_eq!(
        told,
        [
            (1, "dedupe.older_publication".to_owned(), to("2")),
            (3, "dedupe.exact".to_owned(), to("1")),
            (4, "uid.duplicate".to_owned(), None),
        ]
    );
    let written = json(output(&run, "a.json"));
    assert_eq!(written["marches"], json!([contracts[1], contracts[3], contracts[4]]));
    let report = assert_counts_close(&finished);
    assert_eq!(
        report["records"],
        json!({ "read": 5, "blank": 0, "kept": 3, "dropped": 2, "rejected": 0, "written": 3 })
    );
    assert_eq!(
        report["dedupe"],
        json!({ "exact": 1, "older_publication": 1, "less_complete": 0, "earlier_in_file": 0, "kept": 3 })
    );
    assert_eq!(finished.receipt()["dropped"], 2);
}

#[test]
fn states_are_written_contract_by_contract() {
    let run = convert("a.json", list(&[old("201900030100"), with(old("2019;\"1\""), "modifications", json!([]))]))
        .args(["--states"]);
    let finished = run.run().expect_code(0);
    assert_eq!(finished.receipt()["states"].as_str().map(Path::new), Some(output(&run, "a.states.csv").as_path()));
    assert_eq!(
        text(output(&run, "a.states.csv")),
        "\u{feff}record;acheteur;id;modification;date;montant;dureeMois;titulaires\n\
         1;80008710900479;201900030100;0;2019-03-02;30620.75;13;SIRET:80396741900158\n\
         1;80008710900479;201900030100;1;2019-07-01;40000;13;SIRET:80396741900158\n\
         2;80008710900479;\"2019;\"\"1\"\"\";0;2019-03-02;30620.75;13;SIRET:80396741900158\n"
    );
}

#[test]
fn what_is_no_contract_is_set_aside_with_what_stood_there() {
    let document = json!({ "marches": [3, old("201900030100"), "x,y", null] }).to_string();
    let run = convert("a.json", &document);
    let finished = run.run().expect_code(0);
    assert_eq!(
        findings(output(&run, "a.findings.jsonl")),
        ["1 record.unusable -", "3 record.unusable -", "4 record.unusable -"]
    );
    let rejects = text(output(&run, "a.rejects.csv"));
    assert!(rejects.starts_with("\u{feff}record,line,rule,message,valeur\n1,,record.unusable,"), "{rejects}");
    assert!(rejects.contains(",\"x,y\"\n") && rejects.lines().count() == 4, "{rejects}");
    let report = assert_counts_close(&finished);
    assert_eq!(report["records"]["rejected"], 3);
    // In XML, an element that is no contract.
    let run = convert("a.xml", "<marches><x>1</x><marche><id>1</id></marche></marches>");
    assert_eq!(run.run().expect_code(0).receipt()["rejected"], 1);
    let strict = convert("a.json", &document).args(["--strict"]);
    let finished = strict.run().expect_code(65);
    assert!(finished.failure().contains("could not use 3"), "{finished}");
    assert!(!output(&strict, "a.json").exists() && output(&strict, "a.report.json").exists());
}

#[test]
fn nothing_usable_leaves_reports_alone() {
    for document in ["{\"marches\":[]}", "{\"marches\":{}}", "{\"marches\":[1,2]}", "{\"marches\":3}"] {
        let run = convert("a.json", document);
        run.write("marches/a.json", b"old");
        let finished = run.run().expect_code(65);
        assert!(finished.failure().contains("could not use any"), "{finished}");
        assert!(!output(&run, "a.json").exists() && output(&run, "a.report.json").exists(), "{document}");
    }
    let run = convert("a.xml", "<marches/>");
    run.run().expect_code(65);
}

#[test]
fn nan_is_refused_but_with_repair_read_as_null() {
    let document = list(&[old("201900030100")]).replace("30620.75", "NaN");
    let run = convert("a.json", &document);
    let finished = run.run().expect_code(65);
    assert!(finished.failure().contains("json.not_finite"), "{finished}");
    let run = convert("a.json", &document).args(["--repair"]);
    run.run().expect_code(0);
    let told = findings(output(&run, "a.findings.jsonl"));
    for finding in ["1 json.not_finite /montant", "1 null.omitted /montant", "1 schema.required /montant"] {
        assert!(told.iter().any(|line| line == finding), "{finding}: {told:?}");
    }
}

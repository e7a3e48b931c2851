//! Flags, their meanings and refusals.

use super::{BRETON, contracts, convert, findings};

#[test]
fn a_flag_without_meaning_is_refused() {
    for (flags, why) in [
        (&["in.csv", "--repair"][..], "`--repair`"),
        (&["in.csv", "--dedupe"], "`--dedupe`"),
        (&["in.csv", "--states"], "`--states`"),
        (&["in.csv", "--format", "1.1"], "`1.1`"),
        (&["in.csv", "--format", "2.0.1"], "`2.0.1`"),
        (&["in.csv", "--publication-date", "2015-02-30"], "`2015-02-30`"),
        (&["in.csv", "--publication-date", "01/02/2015"], "`01/02/2015`"),
        (&["in.csv", "--suggest", "--mode", "row"], "`--mode`"),
        (&["in.csv", "--output", "in.csv"], "it is the input"),
        (&["--export-procedures", "p.tsv", "--strict"], "`--strict`"),
        (&["in.csv", "--mode", "both"], "both"),
        (&[], "INPUT"),
    ] {
        let run = convert();
        run.write("in.csv", BRETON.as_bytes());
        let finished = run.args(flags.iter().copied()).run().expect_code(2);
        assert!(finished.failure().contains(why), "{flags:?}: {finished}");
        assert_eq!(finished.list("."), ["in.csv"], "{flags:?}");
    }
    let run = convert();
    run.write("o.rejects.csv", BRETON.as_bytes());
    let finished = run.args(["o.rejects.csv", "--output", "o.json"]).run().expect_code(2);
    assert!(finished.failure().contains("it is the input"), "{finished}");
}

#[test]
fn what_is_missing_is_66() {
    for flags in [
        &["none.csv"][..],
        &["in.csv", "--mapping", "none.toml"],
        &["in.csv", "--procedures", "none.tsv"],
        &["in.csv", "--cpv", "none.tsv"],
        &["."],
    ] {
        let run = convert();
        run.write("in.csv", BRETON.as_bytes());
        run.args(flags.iter().copied()).run().expect_code(66);
    }
}

#[test]
fn a_check_reads_flags_and_tables_and_moves_nothing() {
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let run = run.args(["in.csv", "--check"]);
    run.run().expect_code(0);
    assert_eq!(run.run().list("."), ["in.csv"]);
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    run.write("p.tsv", b"observed\tvalue\n");
    run.args(["in.csv", "--procedures", "p.tsv", "--check"]).run().expect_code(2);
    convert().args(["none.csv", "--check"]).run().expect_code(66);
}

#[test]
fn a_version_decides_on_shape_limit_and_names() {
    let run = convert();
    let long = format!("Toit {}", "é".repeat(300));
    run.write(
        "in.csv",
        BRETON.replace(";Toit;", &format!(";{long};")).replace(";TOIT ;", &format!(";{long};")).as_bytes(),
    );
    let finished = run.args(["in.csv", "--output", "o.json", "--format", "2.0"]).run().expect_code(0);
    let whole: serde_json::Value = serde_json::from_str(&finished.read("o.json")).unwrap();
    let marche = &whole["marches"]["marche"];
    assert_eq!(marche[1]["objet"], long);
    assert_eq!(marche[1]["titulaires"][1]["titulaire"]["id"], "FR40303265045");
    assert!(marche[1].get("_type").is_none());
    let found = findings(&finished, "o.findings.jsonl");
    let siren = found.iter().find(|finding| finding["rule"] == "titulaire.siren").unwrap();
    assert_eq!(siren["path"], "/titulaires/0/titulaire/typeIdentifiant");
    let report: serde_json::Value = serde_json::from_str(&finished.read("o.report.json")).unwrap();
    assert_eq!(report["upgrade"]["lost"]["/titulaires/#/denominationSociale"], 3);
    assert!(report["upgrade"]["missing"]["/ccag"].as_u64() == Some(3));
    let run = convert();
    run.write("in.csv", BRETON.replace(";Toit;", &format!(";{long};")).as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json"]).run().expect_code(0);
    assert_eq!(contracts(&finished, "o.json")[1]["objet"].as_str().unwrap().chars().count(), 256);
    let found = findings(&finished, "o.findings.jsonl");
    let cut = found.iter().find(|finding| finding["rule"] == "objet.truncated").unwrap();
    assert_eq!(cut["value"], long);
}

#[test]
fn the_form_follows_the_name_of_the_output() {
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let finished = run.args(["in.csv", "--output", "o.xml"]).run().expect_code(0);
    assert_eq!(finished.receipt()["to"], "xml");
    let text = finished.read("o.xml");
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<marches>\n<marche>"), "{text}");
    assert_eq!(text.matches("<titulaire>").count(), 3);
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let finished = run.args(["in.csv"]).run().expect_code(0);
    let path = finished.receipt()["path"].as_str().unwrap().to_owned();
    assert!(path.ends_with("/marches/in.json"), "{path}");
}

#[test]
fn a_date_of_publication_is_given_where_there_is_none() {
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json", "--publication-date", "2015-05-01"]).run().expect_code(0);
    assert!(contracts(&finished, "o.json").iter().all(|contract| contract["datePublicationDonnees"] == "2015-05-01"));
}

#[test]
fn the_table_of_procedures_is_exported_edited_and_taken_back() {
    let run = convert();
    let finished = run.args(["--export-procedures", "p.tsv"]).run().expect_code(0);
    let table = finished.read("p.tsv");
    assert_eq!(finished.receipt()["records"], 24);
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    run.write("p.tsv", table.replace("UGAP\t\t\tnone", "UGAP\t\tAppel d'offres ouvert\tambiguous").as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json", "--procedures", "p.tsv"]).run().expect_code(0);
    assert_eq!(contracts(&finished, "o.json")[2]["procedure"], "Appel d'offres ouvert");
    let report: serde_json::Value = serde_json::from_str(&finished.read("o.report.json")).unwrap();
    assert_eq!(
        report["procedures"][0],
        serde_json::json!({ "rule": "procedure.ambiguous", "value": "UGAP", "to": "Appel d'offres ouvert", "count": 1, "records": [3] })
    );
    let run = convert();
    run.write("in.csv", BRETON.as_bytes());
    run.write("p.tsv", table.replace("sure\t\n", "certain\t\n").as_bytes());
    let finished = run.args(["in.csv", "--procedures", "p.tsv"]).run().expect_code(2);
    assert!(finished.failure().contains("line 3") && finished.failure().contains("certain"), "{finished}");
}

#[test]
fn strict_wants_every_record_and_useless_tables_are_65() {
    let run = convert();
    let with_one = format!("{BRETON};;;;12;;;;\n");
    run.write("in.csv", with_one.as_bytes());
    let run = run.args(["in.csv", "--output", "o.json"]);
    let finished = run.run().expect_code(0);
    assert_eq!(finished.receipt()["rejected"], 1);
    assert!(finished.read("o.rejects.csv").contains(";record.unusable;"));
    let finished = run.args(["--strict"]).run().expect_code(65);
    assert!(!finished.list(".").contains(&"o.json".to_owned()), "an earlier output is removed");
    assert!(finished.list(".").contains(&"o.report.json".to_owned()));
    let run = convert();
    let header = BRETON.lines().next().unwrap();
    run.write("in.csv", format!("{header}\n;;;;12;;;;\n\n").as_bytes());
    let finished = run.args(["in.csv", "--output", "o.json"]).run().expect_code(65);
    assert_eq!(finished.list("."), ["in.csv", "o.findings.jsonl", "o.rejects.csv", "o.report.html", "o.report.json"]);
}

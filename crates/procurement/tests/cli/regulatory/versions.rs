//! 1.x to 2.0, and contracts of both side by side.

use super::contracts::{concession, list, new, old};
use super::*;
use serde_json::json;

#[test]
fn what_2_0_needs_is_derived_or_missing_and_the_rest_is_lost() {
    let run = convert("a.json", list(&[old("201900030100"), concession("2019C000100")])).args(["--format", "2.0"]);
    let finished = run.run().expect_code(0);
    let written = json(output(&run, "a.json"));
    let marche = &written["marches"]["marche"][0];
    assert_eq!(marche["nature"], "Marché");
    assert_eq!(marche["techniques"], json!({ "technique": ["Accord-cadre"] }));
    assert_eq!(marche["titulaires"], json!([{ "titulaire": { "typeIdentifiant": "SIRET", "id": "80396741900158" } }]));
    assert_eq!(marche["modifications"][0]["modification"]["id"], 1);
    assert!(marche.get("ccag").is_none() && marche.get("formePrix").is_none(), "nothing is invented");
    assert_eq!(
        written["marches"]["contrat-concession"][0]["donneesExecution"][0]["donneesAnnuelles"]["tarifs"][0]["tarif"]["tarif"],
        12.5
    );
    let report = assert_counts_close(&finished);
    let upgrade = &report["upgrade"];
    assert_eq!(
        upgrade["derived"],
        json!({ "/modifications/#/modification/id": 1, "/nature": 1, "/techniques": 1, "/typesPrix": 1 })
    );
    assert_eq!(upgrade["missing"]["/ccag"], 1);
    assert_eq!(upgrade["missing"]["/considerationsSociales"], 2);
    assert_eq!(upgrade["lost"]["/titulaires/#/denominationSociale"], 1);
    assert_eq!(upgrade["lost"]["/lieuExecution"], 1);
    let told = findings(output(&run, "a.findings.jsonl"));
    for finding in [
        "1 upgrade.derived /modifications/0/modification/id",
        "1 upgrade.lost /modifications/0/objetModification",
        "1 schema.required /ccag",
        "2 upgrade.lost /lieuExecution",
    ] {
        assert!(told.iter().any(|line| line == finding), "{finding}: {told:?}");
    }
    assert!(!text(output(&run, "a.findings.jsonl")).contains("Entreprise d'essai"), "no name of an operator");
    assert!(!text(output(&run, "a.report.html")).contains("Entreprise d'essai"));
}

#[test]
fn the_report_of_an_upgrade_counts_what_is_missing_in_xml_too() {
    let document = list(&[old("201900030100")]);
    let (as_json, as_xml) = (convert("a.json", &document), convert("a.json", &document));
    let missing = |run: Run, to: &str| {
        let finished = run.args(["--format", "2.0", "--to", to]).run().expect_code(0);
        assert_counts_close(&finished)["upgrade"].clone()
    };
    assert_eq!(missing(as_json, "json"), missing(as_xml, "xml"));
}

#[test]
fn two_versions_in_one_list_are_told_apart() {
    let document = list(&[old("201900030100"), new("2024-1")]);
    let run = convert("a.json", &document);
    let finished = run.run().expect_code(0);
    assert_eq!(findings(output(&run, "a.findings.jsonl")), ["2 contract.other_version -"]);
    assert_eq!(finished.receipt()["conform"], 2, "each is judged by its own version");
    let run = convert("a.json", &document).args(["--format", "2.0"]);
    run.run().expect_code(0);
    let written = json(output(&run, "a.json"));
    assert_eq!(written["marches"]["marche"][1], new("2024-1"), "one of 2.0 stays");
    // A list of 2.0 contracts alone is a file of 2.0.
    let run = convert("a.json", list(&[new("2024-1")]));
    let report = assert_counts_close(&run.run().expect_code(0));
    assert_eq!((&report["source_version"], &report["version"]), (&json!("2.0.3"), &json!("2.0.3")));
    assert_eq!(report["rules"], json!([]));
}

#[test]
fn the_way_back_from_2_0_is_refused() {
    for (name, content) in [
        ("a.json", json!({ "marches": { "marche": [new("2024-1")] } }).to_string()),
        ("b.json", list(&[new("2024-1")])),
        ("c.xml", "<marches><marche><ccag>Travaux</ccag></marche></marches>".to_owned()),
    ] {
        let run = convert(name, content).args(["--format", "1.5"]);
        let finished = run.run().expect_code(2);
        assert!(finished.failure().contains("could not write 1.5.0"), "{finished}");
        assert!(names(&run.donnees_brutes().join("marches")).is_empty());
    }
}

#[test]
fn flags_of_tables_have_no_meaning_here() {
    for flags in [&["--mode", "row"][..], &["--publication-date", "2024-01-01"], &["--suggest"]] {
        let finished = convert("a.json", list(&[old("201900030100")])).args(flags).run().expect_code(2);
        assert!(finished.failure().contains(flags[0]), "{finished}");
    }
}

#[test]
fn a_version_of_1_x_is_judged_as_such() {
    let mut contract = old("201900030100");
    contract["procedure"] = json!("Procédure concurrentielle avec négociation");
    for (format, conform) in [("1.4", 1), ("1.5", 0)] {
        let run = convert("a.json", list(&[contract.clone()])).args(["--format", format]);
        assert_eq!(run.run().expect_code(0).receipt()["conform"], conform, "{format}");
    }
}

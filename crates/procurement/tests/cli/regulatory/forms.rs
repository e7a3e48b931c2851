//! JSON and XML, there and back.

use super::contracts::{concession, list, new, old, with};
use super::*;
use serde_json::json;

#[test]
fn without_a_flag_contracts_are_written_as_they_were_read() {
    let strange = json!({ "z": null, "acheteur": { "id": "1" }, "a": [1, { "b": [] }], "montant": 1.50 });
    let contracts = [with(old("201900030100"), "inconnu", json!("x")), concession("2019C000100"), strange];
    let run = convert("a.json", list(&contracts));
    let finished = run.run().expect_code(0);
    let written = text(output(&run, "a.json"));
    let lines: Vec<String> = contracts.iter().map(ToString::to_string).collect();
    assert_eq!(
        written,
        format!("{{\"marches\":[\n{}\n]}}\n", lines.join(",\n")),
        "a contract a line, its keys as they were"
    );
    let report = assert_counts_close(&finished);
    assert_eq!(
        (&report["container"], &report["source_version"], &report["version"]),
        (&json!("1.x"), &json!("1.5.0"), &json!("1.5.0"))
    );
    assert_eq!(report["contracts"], json!({ "marche": 2, "contrat-concession": 1, "conform": 2, "valid": 2 }));
}

#[test]
fn contracts_of_2_0_have_a_list_a_kind() {
    let concession = json!({ "id": "1", "autoriteConcedante": { "id": "2" } });
    let document = json!({ "marches": { "contrat-concession": [concession], "marche": [new("2024-1")] } });
    let run = convert("a.json", document.to_string());
    run.run().expect_code(0);
    let expected =
        format!("{{\"marches\":{{\"marche\":[\n{}\n],\"contrat-concession\":[\n{concession}\n]}}}}\n", new("2024-1"));
    assert_eq!(text(output(&run, "a.json")), expected);
}

#[test]
fn json_becomes_xml_and_is_the_same_again() {
    for (name, contracts, is_2_0) in [
        ("old", vec![old("201900030100"), concession("2019C000100"), old("201900030200")], false),
        ("new", vec![new("2024-1"), new("2024-2")], true),
    ] {
        let run = convert(&format!("{name}.json"), list(&contracts)).args(["--to", "xml"]);
        let finished = run.run().expect_code(0);
        let report = assert_counts_close(&finished);
        assert_eq!(report["contracts"]["conform"], json!(contracts.len()), "{report}");
        let xml = text(output(&run, &format!("{name}.xml")));
        assert!(
            xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<marches>\n<marche>")
                && xml.ends_with("</marches>\n")
        );
        assert_eq!(xml.lines().count(), contracts.len() + 3, "a contract a line");
        assert_eq!(xml.contains("<modificationActesSousTraitance>"), is_2_0, "the name of XML");
        assert!(!xml.contains("_type"));
        let back = convert("back.xml", xml);
        let report = assert_counts_close(&back.run().expect_code(0));
        assert_eq!(report["container"], "xml");
        let read = json(output(&back, "back.json"));
        let read = if is_2_0 { &read["marches"]["marche"] } else { &read["marches"] };
        assert_eq!(read, &json!(contracts), "{name}");
    }
}

#[test]
fn an_output_in_xml_is_judged_as_libxml2_would() {
    let mut wrong = old("201900030200");
    wrong["titulaires"] = json!([]);
    wrong["ccag"] = json!(null);
    wrong["montant"] = json!("x");
    wrong["acheteur"] = json!({ "nom": "Ville", "id": "1" });
    let run = convert("a.json", list(&[old("201900030100"), wrong.clone(), wrong]))
        .args(["--format", "1.5", "--output", "b.xml"]);
    let finished = run.run().expect_code(0);
    let schema: Vec<String> =
        findings(run.folder().join("b.findings.jsonl")).into_iter().filter(|line| line.contains("xsd.")).collect();
    let of = |nth: u64, record: u64| {
        [
            format!("{record} xsd.value /marches/marche[{nth}]/acheteur/id"),
            format!("{record} xsd.value /marches/marche[{nth}]/montant"),
            format!("{record} xsd.element /marches/marche[{nth}]/titulaires"),
        ]
    };
    assert_eq!(schema, [of(2, 2), of(3, 3)].concat(), "{finished}");
    assert!(text(run.folder().join("b.xml")).contains("<acheteur><id>1</id><nom>Ville</nom></acheteur>"));
    assert_eq!(finished.receipt()["conform"], 1);
}

#[test]
fn xml_in_any_encoding_is_read_and_a_wrong_one_refused() {
    let xml = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><marches><marche><objet>école</objet></marche></marches>"
        )
    };
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for bytes in [
        xml("UTF-8").into_bytes(),
        [b"\xEF\xBB\xBF".to_vec(), xml("UTF-8").into_bytes()].concat(),
        latin(&xml("ISO-8859-1")),
        [b"\xFF\xFE".to_vec(), wide(&xml("UTF-16"))].concat(),
    ] {
        let is_told = !bytes.starts_with(xml("UTF-8").as_bytes()) && !bytes.starts_with(b"\xEF");
        let run = convert("a.xml", bytes);
        let finished = run.run().expect_code(0);
        assert_eq!(json(output(&run, "a.json"))["marches"][0]["objet"], "école");
        let told = findings(output(&run, "a.findings.jsonl"));
        assert_eq!(told.contains(&"- text.encoding -".to_owned()), is_told, "{finished}");
    }
    for bytes in [latin(&xml("UTF-8")), latin("<marches><marche><objet>école</objet></marche></marches>")] {
        let run = convert("a.xml", bytes);
        let finished = run.run().expect_code(65);
        assert!(finished.failure().contains("xml.syntax"), "{finished}");
        assert!(names(&run.donnees_brutes().join("marches")).is_empty(), "nothing is left behind");
    }
}

#[test]
fn the_same_input_elsewhere_gives_the_same_bytes_and_again_is_unchanged() {
    let document = list(&[old("201900030100"), concession("2019C000100")]);
    let flags = ["--format", "2.0", "--repair", "--dedupe", "--states"];
    let (one, other) = (convert("a.json", &document).args(flags), convert("sub/a.json", &document).args(flags));
    let (first, second) = (one.run().expect_code(0), other.run().expect_code(0));
    assert_eq!(first.receipt()["unchanged"], false);
    let files = names(&one.donnees_brutes().join("marches"));
    assert_eq!(files, ["a.findings.jsonl", "a.json", "a.report.html", "a.report.json", "a.states.csv"], "{second}");
    for file in &files {
        assert_eq!(text(output(&one, file)), text(output(&other, file)), "{file}");
    }
    let again = one.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true);
    let told = |finished: &Finished| {
        let mut receipt = finished.receipt();
        ["unchanged", "duration_s"].iter().for_each(|key| receipt[key] = json!(null));
        receipt
    };
    assert_eq!(told(&again), told(&first));
    // Without states, the file of those goes.
    let without = one.beside(env!("CARGO_BIN_EXE_convert-procurement")).args([one.donnees_brutes().join("a.json")]);
    without.run().expect_code(0);
    assert!(!output(&one, "a.states.csv").exists());
}

//! `map-contribution --suggest`: a mapping from the columns and values of a file, which works unedited.

use serde_json::Value;
use trial::{Finished, Run};

const MAP: &str = env!("CARGO_BIN_EXE_map-contribution");
const VALIDATE: &str = env!("CARGO_BIN_EXE_validate-contribution");
const TODAY: [&str; 2] = ["--today", "2026-11-22"];

fn suggest(name: &str, content: &str, flags: &[&str]) -> Finished {
    let run = Run::new(MAP).args(TODAY).args(["--suggest"]).args(flags);
    let input = run.write(name, content.as_bytes());
    run.args([input]).run()
}

/// The mapping that is proposed for a table, without its evidence.
fn mapping(csv: &str, flags: &[&str]) -> Vec<String> {
    let finished = suggest("Lieux d'été.csv", csv, flags).expect_code(0);
    let text = finished.read("Lieux d'été.mapping.toml");
    text.lines().map(|line| line.split("  #").next().unwrap_or(line).to_owned()).collect()
}

#[test]
fn the_receipt_says_what_is_proposed() {
    let finished =
        suggest("a.csv", "id;nom;commune;couleur\nx1;Mairie;Rennes;bleu\nx2;CCAS;Rennes;\n", &[]).expect_code(0);
    let receipt = finished.receipt();
    assert_eq!(receipt["path"], finished.path("a.mapping.toml").to_str().unwrap());
    assert_eq!(
        (&receipt["records"], &receipt["target"]),
        (&Value::from(2), &Value::from("data-inclusion/v1/structures"))
    );
    assert_eq!((&receipt["proposed"], &receipt["unplaced"]), (&Value::from(3), &Value::from(1)));
    assert!(receipt.get("report").is_none(), "there is none");
    let text = finished.read("a.mapping.toml");
    assert!(text.contains("nom = \"nom\"  # nom ; 100 % de 2 valeurs conviennent"), "{text}");
    assert!(text.contains("# \"couleur\"  # 50 % remplie"), "{text}");
}

#[test]
fn the_source_is_said_or_the_name_of_the_file() {
    let csv = "id;nom\nx1;Mairie\n";
    assert!(mapping(csv, &[]).contains(&"source = \"lieux-d-ete\"".to_owned()));
    assert!(mapping(csv, &["--source", "cd35"]).contains(&"source = \"cd35\"".to_owned()));
    suggest("a.csv", csv, &["--source", "CD 35"]).expect_code(2);
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let run = Run::new(MAP).args(TODAY).args(["--suggest"]);
    let input = run.write("a.csv", b"id;nom\nx1;Mairie\n");
    run.write("a.mapping.toml", b"mine");
    let finished = run.args([input]).run().expect_code(2);
    assert_eq!(finished.read("a.mapping.toml"), "mine");
    assert!(finished.hint().contains("--output"), "{finished}");
}

#[test]
fn what_no_column_gives_falls_back_and_says_so() {
    let text = mapping("lieu;Ville\nMairie;Rennes\nMairie;Vitré\nCCAS;Vitré\n", &[]);
    assert!(!text.iter().any(|line| line.starts_with("id = \"")), "{text:?}");
    let text = mapping("nom;Ville\nMairie;Rennes\nMairie;Vitré\nCCAS;Vitré\n", &[]);
    assert!(text.contains(&"date_maj = { const = 2026-11-22 }".to_owned()), "{text:?}");
    assert!(text.contains(&"id = { template = \"{nom}-{Ville}\" }".to_owned()), "{text:?}");
    let half = mapping("id;nom;date_maj\n1a;A;2026-01-01\n2b;B;jamais\n3c;C;2026-01-03\n", &[]);
    assert!(half.contains(&"date_maj = [\"date_maj\", { const = 2026-11-22 }]".to_owned()), "{half:?}");
}

#[test]
fn values_are_rows_where_they_are_exact_and_comments_where_they_are_near() {
    let csv = "id;structure_id;nom;description;date_maj;Public\n\
        s1;a;Atelier;Un atelier pour apprendre.;2026-01-01;Jeunes;Femmes\n\
        s1;a;Atelier;Un atelier pour apprendre.;2026-01-01;jeune\n\
        s2;a;Atelier;Un atelier pour apprendre.;2026-01-01;Familles et/ou enfants\n\
        s2;a;Atelier;Un atelier pour apprendre.;2026-01-01;martiens\n\
        s2;a;Atelier;Un atelier pour apprendre.;2026-01-01;01 23 45 67 89\n";
    let finished = suggest("a.csv", csv, &[]).expect_code(0);
    assert_eq!(finished.receipt()["target"], "data-inclusion/v1/services");
    let text = finished.read("a.mapping.toml");
    for line in [
        "\"Jeunes\" = \"jeunes\"",
        "# \"jeune\" = \"jeunes\"",
        "# \"Familles et/ou enfants\" = \"familles\"",
        "# \"martiens\" = \"\"",
    ] {
        assert!(text.lines().any(|other| other.starts_with(line)), "{line}\n{text}");
    }
    assert!(!text.contains("01 23 45 67 89"), "no contact: {text}");
}

#[test]
fn of_a_file_with_both_lists_one_is_taken() {
    let both = r#"{"structures": [{"id": "a1b", "nom": "Mairie"}], "services": [{"id": "s1b", "structure_id": "a1b", "nom": "Atelier"}]}"#;
    let target = |flags: &[&str]| suggest("a.json", both, flags).expect_code(0).receipt()["target"].clone();
    assert_eq!(target(&[]), "data-inclusion/v1/structures");
    assert_eq!(target(&["--kind", "services"]), "data-inclusion/v1/services");
}

#[test]
fn a_table_that_looks_like_nothing_is_65() {
    let finished = suggest("a.csv", "rouge;vert;bleu\n1;2;3\n", &[]).expect_code(65);
    assert_eq!(finished.list(""), ["a.csv"], "{finished}");
}

#[trial::test_with_data]
fn unedited_it_writes_most_records_of_real_files_valid() {
    let folder = trial::data("inclusion/samples");
    for name in [
        "mednum/aix-en-provence.json",
        "mednum/angers.json",
        "mednum/corse.json",
        "mednum/etapes-numerique.json",
        "mednum/fibre-64.json",
        "mednum/hub-lo.json",
        "mednum/maine-et-loire.json",
        "mednum/ultra-num.json",
        "hinaura.json",
        "data-inclusion_2022.json",
        "liste-fs-20221201.csv",
    ] {
        let run = Run::new(MAP).args(TODAY);
        let input = folder.join(name);
        let beside = |file: &str| run.folder().join(file).to_str().expect("a path is a text").to_owned();
        let (toml, json) = (beside("m.toml"), beside("lieux.json"));
        let input = input.to_str().expect("a path is a text");
        run.clone().args([input, "--suggest", "--kind", "structures", "--output", &toml]).run().expect_code(0);
        let mapped = run.clone().args([input, "--mapping", &toml, "--output", &json]).run().expect_code(0);
        let text = std::fs::read_to_string(beside("lieux.report.json")).expect("there is a report");
        let report: Value = serde_json::from_str(&text).expect("it is JSON");
        let (read, written) = (&report["records"]["read"], mapped.receipt()["records"].as_u64().unwrap());
        assert!(written * 100 >= read.as_u64().unwrap() * 85, "{name}: {written} of {read} are written");
        run.beside(VALIDATE).args(TODAY).args([json.as_str()]).run().expect_code(0);
    }
}

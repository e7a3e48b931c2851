//! The same records, whatever the format they come in.

use super::*;

/// Answers and figures of a list, without the names that formats give to nothing.
fn figures(input: &std::path::Path, kind: &str, flags: &[&str]) -> Value {
    let run = assess(flags);
    let output = run.folder().join("a.json");
    let finished = run.args([input.into(), "--output".into(), output]).run().expect_code(0);
    let mut list = Assessment::read(finished).report["lists"][kind].clone();
    for question in list["questions"].as_array_mut().expect("there are questions") {
        // A serial day and a text are told apart; the day is the same.
        question.as_object_mut().expect("a question is an object").remove("formats");
    }
    serde_json::json!([list["records"], list["questions"]])
}

#[trial::test_with_data]
fn sixty_structures_are_the_same_in_every_format() {
    let folder = trial::data("inclusion/formats");
    let expected = figures(&folder.join("structures.csv"), "structures", &[]);
    assert_eq!(expected[0], 60);
    for name in [
        "structures.json",
        "structures.ndjson",
        "structures.xml",
        "structures_bom.csv",
        "structures_semicolon_cp1252.csv",
        "structures_tab_utf16.tsv",
        "dataset_text.xlsx",
        "dataset_text.ods",
    ] {
        assert_eq!(figures(&folder.join(name), "structures", &[]), expected, "{name}");
    }
}

#[trial::test_with_data]
fn sixty_services_are_the_same_in_every_format() {
    let folder = trial::data("inclusion/formats");
    let structures = folder.join("structures.csv");
    let known = ["--structures", structures.to_str().expect("a path is a text")];
    let expected = figures(&folder.join("services.csv"), "services", &known);
    assert_eq!(expected[0], 60);
    for name in ["services.json", "services.xml", "services_datagouv_repr.csv", "services_datagouv_epochms.json"] {
        assert_eq!(figures(&folder.join(name), "services", &known), expected, "{name}");
    }
    for name in ["dataset_text.xlsx", "dataset_text.ods"] {
        assert_eq!(figures(&folder.join(name), "services", &[]), expected, "{name}");
    }
}

#[trial::test_with_data]
fn numbers_of_a_spreadsheet_lose_zeros_and_that_is_told() {
    let folder = trial::data("inclusion/formats");
    let text = figures(&folder.join("dataset_text.xlsx"), "structures", &[]);
    let numbers = figures(&folder.join("dataset_numbers.xlsx"), "structures", &[]);
    let well_formed = |figures: &Value| {
        let siret = &figures[1][SIRET];
        ["good", "zeros", "luhn"].map(|key| siret[key].as_u64().unwrap()).iter().sum::<u64>()
    };
    assert_eq!(well_formed(&text), well_formed(&numbers), "zeros are given back");
}

#[trial::test_with_data]
fn the_template_of_the_online_validator_is_read() {
    let input = trial::data("inclusion/official/valideur_dataset.xlsx");
    let run = assess(&["--output", "a.json"]);
    let assessment = Assessment::read(run.args([input]).run().expect_code(0));
    let lists = assessment.report["lists"].as_object().unwrap();
    assert_eq!(lists.keys().collect::<Vec<_>>(), ["structures", "services"]);
    assert!(assessment.report["records"]["dropped"].as_u64().unwrap() > 0, "the template marks rows");
    assert!(assessment.told().iter().any(|(rule, ..)| rule == "column.repeated"), "a header stands there twice");
}

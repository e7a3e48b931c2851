//! What is written, and what the receipt says of it.

use serde_json::{Map, json};

use super::*;

const CSV: &str = "id;nom;date_maj;siret;telephone;Contact;courriel\n\
    a1;Mairie;2026-01-01;13003013300016;01 23 45 67 89;Jeanne Martin;jeanne.martin@exemple.fr\n\
    a1;CCAS;01 23 45 67 89;jeanne.martin@exemple.fr;01 23 45 67 89;Jeanne Martin;jeanne.martin@exemple.fr\n";

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().map_or_else(Vec::new, |object: &Map<String, Value>| object.keys().map(String::as_str).collect())
}

#[test]
fn the_receipt_names_what_was_written() {
    let finished = assessed("lieux.2024.csv", CSV, &[]).expect_code(0);
    let receipt = finished.receipt();
    assert_eq!(receipt["step"], "assess-contribution");
    assert_eq!(receipt["path"], finished.path("lieux.2024.assessment.json").to_str().unwrap());
    assert_eq!(receipt["report"], finished.path("lieux.2024.assessment.html").to_str().unwrap());
    assert_eq!(receipt["records"], 2);
    assert_eq!(receipt["findings"], json!({"error": 0, "warning": 3, "info": 0}));
    let answers = json!({"identifiant": "partiel", "identifiant_structure": "sans_objet", "date_maj": "partiel", "siret": "partiel"});
    assert_eq!(receipt["answers"], answers);
    let written = std::fs::read(finished.path("lieux.2024.assessment.json")).unwrap();
    assert_eq!(receipt["bytes"], written.len());
    let names: Vec<String> = finished.list("").into_iter().filter(|name| !name.ends_with(".lock")).collect();
    let expected = ["assessment.findings.jsonl", "assessment.html", "assessment.json", "csv"];
    assert_eq!(names, expected.map(|name| format!("lieux.2024.{name}")));
}

#[test]
fn the_report_has_the_keys_of_the_contract_in_their_order() {
    let report = Assessment::of("a.csv", CSV, &[]).report;
    let top = ["schema", "step", "input", "records", "levels", "rules", "today", "answers", "lists"];
    assert_eq!(keys(&report), top);
    let list = &report["lists"]["structures"];
    assert_eq!(keys(list), ["records", "questions", "columns", "mapping"]);
    let common = ["key", "question", "answer", "column", "filled", "filled_share"];
    let own: [&[&str]; 4] = [
        &["distinct", "repeated", "row_numbers", "previous"],
        &["distinct", "unknown"],
        &["formats", "future", "oldest", "newest", "median_age_days", "older_than_2_years", "distinct"],
        &["good", "zeros", "luhn", "format", "placeholder", "distinct", "shared"],
    ];
    let questions = [
        "Les données ont-elles un identifiant propre qui ne changera pas ?",
        "Avez-vous un identifiant pour la structure ?",
        "Les données ont-elles une date de mise à jour ?",
        "Recueillez-vous le numéro SIRET des structures ?",
    ];
    for (nth, own) in own.into_iter().enumerate() {
        let question = &list["questions"][nth];
        let expected = [&common[..], own, &["message", "remedy"]].concat();
        assert_eq!(keys(question), expected);
        assert_eq!(question["question"], questions[nth]);
        let has_remedy = !question["remedy"].as_str().unwrap().is_empty();
        assert_eq!(has_remedy, !["oui", "sans_objet"].contains(&question["answer"].as_str().unwrap()), "{question}");
    }
    assert_eq!(list["columns"][0], json!({"column": "id", "filled": 2, "filled_share": 1.0, "distinct": 1}));
    assert_eq!(keys(&list["mapping"]), ["proposed", "required_missing", "unplaced"]);
    assert_eq!(list["mapping"]["proposed"]["date_maj"], "date_maj");
    assert_eq!(report["records"], json!({"read": 2, "blank": 0, "kept": 2, "dropped": 0, "rejected": 0, "written": 0}));
}

#[test]
fn contacts_are_shown_nowhere() {
    let csv = format!("{CSV};;;;;;\n").replace("nom;", "nom;05 06 07 08 09;").replace("Mairie;", "Mairie;x;");
    for flags in [&[][..], &["--siret", "Contact", "--id", "courriel", "--date", "telephone"], &["--lang", "en"]] {
        let assessment = Assessment::of("a.csv", &csv, flags);
        let finished = &assessment.finished;
        let mut all = format!("{}{}", finished.stdout, finished.stderr);
        for name in ["a.assessment.json", "a.assessment.html", "a.assessment.findings.jsonl"] {
            all += &finished.read(name);
        }
        for contact in ["01 23 45 67 89", "jeanne", "Jeanne", "05 06 07 08 09"] {
            assert!(!all.contains(contact), "{contact}: {all}");
        }
    }
}

#[test]
fn the_page_asks_in_the_platforms_words_and_says_what_to_do() {
    let assessment = Assessment::of("a.csv", CSV, &[]);
    let page = assessment.finished.read("a.assessment.html");
    for nth in 0..4 {
        let question = assessment.question(nth);
        // The page escapes what HTML would take for its own.
        let shown = |text: &str| page.contains(&text.replace('\'', "&#x27;"));
        for key in ["question", "message", "remedy"] {
            assert!(shown(question[key].as_str().unwrap()), "{key} of {question}\n{page}");
        }
    }
    assert!(page.contains("En partie") && page.contains("Sans objet"));
    assert!(!page.contains("http://") && !page.contains("src="), "nothing is loaded from elsewhere");
    let english = Assessment::of("a.csv", CSV, &["--lang", "en"]);
    let page = english.finished.read("a.assessment.html");
    assert!(
        page.contains("Do the data have an identifier of their own that will not change?") && page.contains("In part")
    );
    assert_eq!(english.question(ID)["answer"], "partiel", "keys and answers have one language");
}

#[test]
fn the_same_input_gives_the_same_bytes_and_then_nothing_changes() {
    let run = assess(&[]);
    let input = run.write("a.csv", CSV.as_bytes());
    let run = run.args([input]);
    let read = |finished: &Finished| {
        ["a.assessment.json", "a.assessment.html", "a.assessment.findings.jsonl"].map(|name| finished.read(name))
    };
    let first = run.run().expect_code(0);
    assert_eq!(first.receipt()["unchanged"], false);
    let second = run.clone().env("TZ", "Pacific/Auckland").env("LANG", "tr_TR.UTF-8").run().expect_code(0);
    assert_eq!(second.receipt()["unchanged"], true);
    assert_eq!(read(&first), read(&second));
    std::fs::remove_file(first.path("a.assessment.html")).unwrap();
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], false);
}

#[test]
fn what_is_not_said_any_more_goes_away() {
    let run = assess(&[]);
    let input = run.write("a.csv", CSV.as_bytes());
    let run = run.args([input]);
    assert!(run.run().expect_code(0).path("a.assessment.findings.jsonl").exists());
    run.write("a.csv", b"id;nom;date_maj;siret\na1;Mairie;2026-01-01;13003013300016\n");
    assert!(!run.run().expect_code(0).path("a.assessment.findings.jsonl").exists());
}

#[test]
fn outputs_go_where_they_are_asked_for_but_never_onto_what_is_read() {
    let run = assess(&["--output", "rapport/lieux.v2.json"]);
    std::fs::create_dir(run.folder().join("rapport")).unwrap();
    let input = run.write("a.csv", CSV.as_bytes());
    let finished = run.clone().args([&input]).run().expect_code(0);
    assert!(run.folder().join("rapport/lieux.v2.html").exists(), "{finished}");
    let run = assess(&["--output"]);
    let input = run.write("a.json", br#"[{"id": 1}]"#);
    let finished = run.args([&input, &input]).run().expect_code(2);
    assert!(finished.failure().contains("it is a file that is read"), "{finished}");
    assert_eq!(finished.read("a.json"), r#"[{"id": 1}]"#);
}

#[test]
fn the_receipt_of_the_step_before_can_be_the_input() {
    let run = assess(&["-"]);
    let input = run.write("a.csv", CSV.as_bytes());
    let receipt = json!({"path": input}).to_string();
    run.clone().stdin(&receipt).run().expect_code(0);
    run.clone().stdin("").run().expect_code(75);
    run.stdin("no receipt\n").run().expect_code(65);
}

#[test]
fn a_mapping_beside_the_input_is_named() {
    let run = assess(&[]);
    let input = run.write("a.csv", CSV.as_bytes());
    let run = run.args([input]);
    assert!(run.run().expect_code(0).receipt().get("mapping").is_none());
    let mapping = run.write("a.mapping.toml", b"");
    assert_eq!(run.run().expect_code(0).receipt()["mapping"], mapping.to_str().unwrap());
}

#[test]
fn blank_rows_and_repeated_headers_are_counted() {
    let csv = "id;nom\na1;Mairie\n;\nid;nom\n\nb2;CCAS\n";
    let assessment = Assessment::of("a.csv", csv, &[]);
    let records = json!({"read": 5, "blank": 2, "kept": 2, "dropped": 1, "rejected": 0, "written": 0});
    assert_eq!(assessment.report["records"], records);
    assert_eq!(assessment.told(), told([("record.repeated_header", 3, "")]));
}

#[test]
fn how_a_file_is_read_can_be_said() {
    let encoded = b"id;nom\na1;\xc9cole\n";
    let assessment = Assessment::of("a.csv", encoded, &["--encoding", "windows-1252", "--separator", ";"]);
    assert_eq!(assessment.report["input"]["encoding"], "windows-1252");
    let json = r#"{"a": [{"id": "x"}], "b": {"c": [{"id": "y"}, {"id": "z"}]}}"#;
    let assessment = Assessment::of("a.json", json, &["--records", "/b/c"]);
    assert_eq!(assessment.report["records"]["read"], 2);
    for wrong in
        [&["--encoding", "x-none"][..], &["--separator", "ab"], &["--today", "22/11/2026"], &["--kind", "lieux"]]
    {
        assessed("a.csv", "id;nom\n1;a\n", wrong).expect_code(2);
    }
}

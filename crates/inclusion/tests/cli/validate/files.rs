//! The same bytes, whatever the surroundings; and the page.

use serde_json::json;

use super::*;

#[test]
fn the_same_input_gives_the_same_bytes_and_then_nothing_changes() {
    let run = validate(&[]);
    let services: Vec<Value> = (0..300).map(|nth| service(&nth.to_string(), "a")).collect();
    let input =
        run.write("a.json", json!({"structures": [structure("a")], "services": services}).to_string().as_bytes());
    let run = run.args([input]);
    let read =
        |finished: &Finished| ["json", "html", "scores.csv"].map(|name| finished.read(format!("a.validation.{name}")));
    let first = run.run().expect_code(0);
    assert_eq!(first.receipt()["unchanged"], false);
    let second = run.clone().env("TZ", "Pacific/Auckland").env("LANG", "tr_TR.UTF-8").run().expect_code(0);
    assert_eq!(second.receipt()["unchanged"], true);
    assert_eq!(read(&first), read(&second));
    std::fs::remove_file(first.path("a.validation.scores.csv")).unwrap();
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], false);
}

#[test]
fn scores_of_an_earlier_run_do_not_outlive_it() {
    let run = validate(&["--output"]);
    let output = run.donnees_brutes().join("a.json");
    let run = run.args([output]);
    let services = run.write("services.json", json!([service("1", "a")]).to_string().as_bytes());
    let structures = run.write("structures.json", json!([structure("1")]).to_string().as_bytes());
    let with_scores = run.clone().args([services]).run().expect_code(0);
    assert!(with_scores.path("a.scores.csv").exists());
    let without = run.args([structures]).run().expect_code(0);
    assert!(!without.path("a.scores.csv").exists());
}

#[test]
fn the_page_says_what_will_be_published_and_why_not() {
    let services = [service("1", "a"), with(&service("2", "a"), &json!({"code_insee": null, "frais": "<b>x</b>"}))];
    let text = json!({"structures": [structure("a")], "services": services}).to_string();
    let finished = judged("a.json", &text, &[]).expect_code(65);
    let page = finished.read("a.validation.html");
    for said in [
        "1 enregistrement sur 3 à corriger",
        "2 sur 3 seront publiés tels quels",
        "Seront-ils publiés ?",
        "ni code INSEE, ni adresse complète",
        "Score de qualité",
        "au moins une thématique",
        "frais.enum",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    assert!(!page.contains("<b>x</b>"), "what stands in a file is text");
    assert!(!page.contains("http://") && !page.contains("src="), "nothing is loaded from elsewhere");
    let english = judged("a.json", &text, &["--lang", "en"]).expect_code(65).read("a.validation.html");
    assert!(english.contains("Will they be published?") && english.contains("2 of 3 will be published"), "{english}");
}

#[test]
fn the_receipt_of_the_step_before_is_an_input() {
    let run = validate(&["-"]);
    let input = run.write("a.json", json!([structure("a")]).to_string().as_bytes());
    let receipt = json!({"step": "map-contribution", "path": input, "bytes": 1, "unchanged": false, "duration_s": 0.1});
    assert_eq!(run.stdin(&receipt.to_string()).run().expect_code(0).receipt()["records"], 1);
}

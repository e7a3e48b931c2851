//! Two deliveries of the same data.

use serde_json::json;

use super::*;

const BEFORE: &str = "id;nom;adresse;commune\n\
    a1;Mairie;1 place;Rennes\n\
    a2;CCAS;2 place;Rennes\n\
    a3;Bibliothèque;3 rue;Rennes\n\
    a4;Deux fois;4 rue;Rennes\n\
    a5;Deux fois;4 rue;Rennes\n\
    a6;Partie;6 rue;Rennes\n";

/// Kept: a1, a3 (written otherwise), a4. Gone: a2, a5, a6. New: b2, b7. Renumbered: the CCAS.
const NOW: &str = "id;nom;adresse;commune\n\
    a1;Mairie;1 place;Rennes\n\
    b2;CCAS;2 place;Rennes\n\
    a3;BIBLIOTHEQUE;3  Rue;rennes\n\
    a4;Deux fois;4 rue;Rennes\n\
    b7;Nouvelle;7 rue;Rennes\n";

fn compare(before: &str, now: &str, flags: &[&str]) -> Finished {
    let run = assess(flags);
    let previous = run.write("avant.csv", before.as_bytes());
    let input = run.write("maintenant.csv", now.as_bytes());
    run.args([input, "--previous".into(), previous]).run()
}

#[test]
fn what_changed_between_two_deliveries_is_counted() {
    let assessment = Assessment::read(compare(BEFORE, NOW, &[]).expect_code(0));
    let previous = &assessment.question(ID)["previous"];
    let expected = json!({"records": 6, "kept": 3, "gone": 3, "new": 2, "matched": 3, "renumbered": 1});
    assert_eq!(previous, &expected, "of those that stand twice nothing is known");
    assert_eq!(assessment.answer(ID), "partiel");
    let findings = assessment.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let keys = ["rule", "record", "column", "value", "to"].map(|key| findings[0][key].clone());
    assert_eq!(keys, [json!("id.renumbered"), json!(2), json!("id"), json!("a2"), json!("b2")]);
}

#[test]
fn more_than_half_renumbered_is_no_identifier() {
    let now = NOW.replace("a1;", "b1;");
    let assessment = Assessment::read(compare(BEFORE, &now, &[]).expect_code(0));
    assert_eq!(assessment.question(ID)["previous"]["renumbered"], 2);
    assert_eq!(assessment.answer(ID), "non");
    let same = Assessment::read(compare(BEFORE, BEFORE, &[]).expect_code(0));
    assert_eq!(same.answer(ID), "oui");
    assert_eq!(same.question(ID)["previous"]["kept"], 6);
}

#[test]
fn counts_stay_whole_where_not_all_is_written() {
    let now = NOW.replace("a1;", "b1;");
    let assessment = Assessment::read(compare(BEFORE, &now, &["--max-findings", "1"]).expect_code(0));
    let rule = &assessment.report["rules"][0];
    assert_eq!((&rule["rule"], &rule["count"], &rule["omitted"]), (&json!("id.renumbered"), &json!(2), &json!(1)));
    assert_eq!(assessment.told(), told([("id.renumbered", 1, "a1")]));
}

#[test]
fn a_delivery_without_the_column_cannot_be_compared() {
    let finished = compare("numero;nom\n1;Mairie\n", NOW, &[]).expect_code(65);
    assert!(finished.failure().contains("no column `id`"), "{finished}");
    let run = assess(&[]);
    let input = run.write("a.csv", NOW.as_bytes());
    run.args([input, "--previous".into(), "nowhere.csv".into()]).run().expect_code(66);
}

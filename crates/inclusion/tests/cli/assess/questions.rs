//! What is asked, and every line of the table of answers.

use serde_json::json;

use super::*;

/// A list of structures with these identifiers, a line each.
fn with_ids(ids: &[&str]) -> String {
    ids.iter().fold("id;nom\n".to_owned(), |text, id| text + id + ";Mairie\n")
}

#[test]
fn an_identifier_is_there_alone_and_no_number_of_a_row() {
    let answer = |ids: &[&str]| Assessment::of("a.csv", with_ids(ids), &[]).answer(ID).to_owned();
    assert_eq!(answer(&["a7", "b3", "c9"]), "oui");
    assert_eq!(answer(&["3", "1", "2"]), "oui", "numbers, but not those of the rows");
    assert_eq!(answer(&["1", "2", "3"]), "partiel", "1..n");
    assert_eq!(answer(&["0", "1", "2"]), "partiel", "0..n-1");
    assert_eq!(answer(&["a7", "", "c9"]), "partiel", "a blank");
    assert_eq!(answer(&["a7", "b3", "a7"]), "partiel", "a repeat");
    assert_eq!(answer(&["a7", "", ""]), "non", "less than half are filled");
    assert_eq!(answer(&["a7", "a7", "a7"]), "non", "less than half are different");
    assert_eq!(answer(&["a7", "a7", "b3", "b3"]), "partiel", "half are different");
    let without = Assessment::of("a.csv", "nom;adresse\nMairie;1 rue\nMairie;2 rue\n", &[]);
    assert_eq!(without.answer(ID), "non");
    assert_eq!(without.question(ID)["column"], json!(null));
}

#[test]
fn identifiers_are_counted_and_those_in_doubt_told() {
    let assessment = Assessment::of("a.csv", with_ids(&["a", "", "b", "a", "a", " "]), &[]);
    let question = assessment.question(ID);
    let figures =
        ["filled", "filled_share", "distinct", "repeated", "row_numbers", "previous"].map(|key| question[key].clone());
    assert_eq!(figures, [json!(4), json!(0.6667), json!(2), json!(3), json!(false), json!(null)]);
    let expected = [("id.blank", 2, ""), ("id.repeated", 4, "a"), ("id.repeated", 5, "a"), ("id.blank", 6, "")];
    assert_eq!(assessment.told(), told(expected));
    let finding = &assessment.findings()[1];
    assert_eq!(finding["level"], "warning");
    assert_eq!(
        (&finding["list"], &finding["column"], &finding["line"]),
        (&json!("structures"), &json!("id"), &json!(5))
    );
    assert!(finding["message"].as_str().unwrap().contains("identifiant"), "{finding}");
}

#[test]
fn services_name_a_structure_that_is_there() {
    let answer = |ids: &[&str]| {
        let rows = ids.iter().enumerate().map(|(nth, id)| format!("s{nth};{id}\n"));
        Assessment::of("a.csv", format!("id;structure_id\n{}", rows.collect::<String>()), &[])
            .answer(STRUCTURE)
            .to_owned()
    };
    assert_eq!(answer(&["a", "a", "b"]), "oui");
    assert_eq!(answer(&["a", "", "b"]), "partiel");
    assert_eq!(answer(&["a", "", ""]), "non");
    let without = Assessment::of("a.csv", "id;nom\ns1;Atelier\n", &["--kind", "services"]);
    assert_eq!(without.answer(STRUCTURE), "non");
    let structures = Assessment::of("a.csv", "id;nom\ns1;Mairie\n", &[]);
    assert_eq!(structures.answer(STRUCTURE), "sans_objet");
    assert_eq!(structures.question(STRUCTURE)["remedy"], "");
}

#[test]
fn structures_are_known_from_the_same_file_or_another() {
    let both = r#"{"services": [{"id": "s1", "structure_id": "a"}, {"id": "s2", "structure_id": "c"}],
                   "structures": [{"id": "a", "nom": "Mairie"}]}"#;
    let assessment = Assessment::of("a.json", both, &[]);
    let question = &assessment.report["lists"]["services"]["questions"][STRUCTURE];
    assert_eq!((&question["answer"], &question["unknown"]), (&json!("partiel"), &json!(1)));
    assert_eq!(assessment.told(), told([("structure_id.unknown", 2, "c")]));
    assert_eq!(assessment.findings()[0]["list"], "services");
    let keys: Vec<&String> = assessment.report["lists"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["structures", "services"]);
    let answers = &assessment.report["answers"];
    assert_eq!(answers["identifiant_structure"], "partiel", "the worse of the two, what does not apply left out");

    let services = "id;structure_id\ns1;a\ns2;b\n";
    let alone = Assessment::of("s.csv", services, &[]);
    assert_eq!(alone.question(STRUCTURE)["unknown"], json!(null));
    let run = assess(&[]);
    let structures = run.write("autres.csv", b"nom;identifiant\nMairie;a\n");
    let input = run.write("s.csv", services.as_bytes());
    let known = Assessment::read(run.args([input, "--structures".into(), structures]).run().expect_code(0));
    assert_eq!(known.question(STRUCTURE)["unknown"], 1);
    assert_eq!(known.told(), told([("structure_id.unknown", 2, "b")]));
}

fn with_dates(dates: &[&str]) -> Assessment {
    let rows = dates.iter().enumerate().map(|(nth, date)| format!("a{nth}b;{date}\n"));
    Assessment::of("a.csv", format!("id;date_maj\n{}", rows.collect::<String>()), &[])
}

#[test]
fn a_date_is_there_can_be_read_and_is_not_the_one_of_the_export() {
    assert_eq!(with_dates(&["2026-01-01", "2025-01-01"]).answer(DATE), "oui");
    assert_eq!(with_dates(&["2026-01-01", ""]).answer(DATE), "partiel");
    assert_eq!(with_dates(&["2026-01-01", "hier"]).answer(DATE), "partiel");
    assert_eq!(with_dates(&["2026-01-01", "2027-01-01"]).answer(DATE), "partiel");
    assert_eq!(with_dates(&["2026-01-01", "hier", "demain"]).answer(DATE), "non");
    assert_eq!(with_dates(&["2026-01-01"; 9]).answer(DATE), "oui", "nine may have been changed together");
    assert_eq!(with_dates(&["2026-01-01"; 10]).answer(DATE), "partiel", "ten are an export");
    assert_eq!(with_dates(&["2026-11-22"]).answer(DATE), "oui", "today is not to come");
    assert_eq!(Assessment::of("a.csv", "id;nom\na1;Mairie\n", &[]).answer(DATE), "non");
}

#[test]
fn dates_are_counted_by_form_and_age() {
    let assessment = with_dates(&[
        "2026-11-20",
        "2025-02-14 10:00:00",
        "14/02/2025",
        "14 février 2025",
        "20250214",
        "45702",
        "1739491200000",
        "2024-11-22",
        "jamais",
        "2030-01-01",
        "",
    ]);
    let question = assessment.question(DATE);
    assert_eq!(
        question["formats"],
        json!({"iso": 3, "iso_datetime": 1, "french": 1, "french_words": 1, "compact": 1, "excel": 1, "epoch": 1, "unreadable": 1})
    );
    let keys = ["filled", "future", "oldest", "newest", "median_age_days", "older_than_2_years", "distinct"];
    let figures = keys.map(|key| question[key].clone());
    let expected = [json!(10), json!(1), json!("2024-11-22"), json!("2026-11-20"), json!(646), json!(1), json!(3)];
    assert_eq!(figures, expected);
    let expected =
        [("date_maj.unreadable", 9, "jamais"), ("date_maj.future", 10, "2030-01-01"), ("date_maj.blank", 11, "")];
    assert_eq!(assessment.told(), told(expected));
}

fn with_sirets(sirets: &[&str]) -> Assessment {
    let rows = sirets.iter().enumerate().map(|(nth, siret)| format!("a{nth}b;{siret}\n"));
    Assessment::of("a.csv", format!("id;N° SIRET\n{}", rows.collect::<String>()), &[])
}

const GOOD: &str = "13003013300016";

#[test]
fn sirets_are_collected_for_nine_in_ten() {
    let answer =
        |good: usize, blank: usize| with_sirets(&[vec![GOOD; good], vec![""; blank]].concat()).answer(SIRET).to_owned();
    assert_eq!(answer(9, 1), "oui");
    assert_eq!(answer(8, 2), "partiel");
    assert_eq!(answer(1, 9), "partiel");
    assert_eq!(answer(1, 10), "non");
    assert_eq!(Assessment::of("a.csv", "id;nom\na1;Mairie\n", &[]).answer(SIRET), "non");
}

#[test]
fn sirets_are_counted_by_what_is_wrong_with_them() {
    let assessment = with_sirets(&[
        GOOD,
        "130 030 133 00016",
        "21350238800019",
        "13003013300017",
        "578004400013",
        "00000000000000",
        "13003013399912",
        "W131004321",
        "",
        "35600000063516",
    ]);
    let question = assessment.question(SIRET);
    let keys = ["filled", "good", "zeros", "luhn", "format", "placeholder", "distinct", "shared"];
    let figures = keys.map(|key| question[key].as_u64().unwrap());
    // Of what is padded to 14 digits only a right key makes a SIRET: of 578004400013 it does not.
    let zeros = question["zeros"].as_u64().unwrap();
    assert_eq!(figures, [9, 4, zeros, 1, 2 - zeros, 2, 8, 2]);
    let rules: Vec<String> = assessment.told().into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules.iter().filter(|rule| *rule == "siret.placeholder").count(), 2);
    assert_eq!(rules.iter().filter(|rule| *rule == "siret.luhn").count(), 1);
    assert!(rules.iter().any(|rule| rule == "siret.format"));
}

#[test]
fn zeros_that_a_spreadsheet_has_eaten_are_known() {
    // The CCAS of a town in Ain: the département begins with a zero.
    let whole = "05520176000016";
    let is_right = |digits: &str| {
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(nth, digit)| {
                let digit = u32::from(digit - b'0') * (1 + nth as u32 % 2);
                digit / 10 + digit % 10
            })
            .sum();
        sum.is_multiple_of(10)
    };
    let right = (0..10).map(|key| format!("{}{key}", &whole[..13])).find(|text| is_right(text)).unwrap();
    let assessment = with_sirets(&[right.trim_start_matches('0'), &right]);
    assert_eq!(assessment.question(SIRET)["zeros"], 1);
    assert_eq!(assessment.question(SIRET)["shared"], 2, "they are one");
    assert_eq!(assessment.told(), told([("siret.zeros", 1, right.trim_start_matches('0'))]));
}

#[test]
fn columns_are_found_by_flag_by_name_and_by_shape() {
    for name in ["id", "ID", "Identifiant", "uuid", "GlobalID"] {
        let assessment = Assessment::of("a.csv", format!("nom;{name}\nMairie;x1\n"), &[]);
        assert_eq!(assessment.question(ID)["column"], name);
    }
    for name in ["date_maj", "Date de mise à jour", "Dernière MAJ", "updated_at"] {
        let assessment = Assessment::of("a.csv", format!("nom;{name}\nMairie;2026-01-01\n"), &[]);
        assert_eq!(assessment.question(DATE)["column"], name);
    }
    for name in ["siret", "N° SIRET", "pivot"] {
        let assessment = Assessment::of("a.csv", format!("nom;{name}\nMairie;{GOOD}\n"), &[]);
        assert_eq!(assessment.question(SIRET)["column"], name);
    }
    for name in ["structure_id", "id_structure"] {
        let assessment = Assessment::of("a.csv", format!("id;{name}\ns1;a\n"), &["--kind", "services"]);
        assert_eq!(assessment.question(STRUCTURE)["column"], name);
    }
    let shaped =
        format!("alpha;beta;gamma;delta\nMairie;7f3a-1;14/02/2025;{GOOD}\nCCAS;9c1b-2;15/02/2025;35600000063516\n");
    let assessment = Assessment::of("a.csv", &shaped, &[]);
    let columns = [ID, DATE, SIRET].map(|nth| assessment.question(nth)["column"].clone());
    assert_eq!(columns, ["beta", "gamma", "delta"]);
    let flags = ["--id", "ALPHA", "--date", "delta", "--siret", "beta"];
    let assessment = Assessment::of("a.csv", &shaped, &flags);
    let columns = [ID, DATE, SIRET].map(|nth| assessment.question(nth)["column"].clone());
    assert_eq!(columns, ["alpha", "delta", "beta"]);
}

#[test]
fn a_flag_that_names_no_column_is_misuse() {
    for flag in ["--id", "--structure-id", "--date", "--siret"] {
        let finished = assessed("a.csv", "id;nom\n1;Mairie\n", &[flag, "numéro"]).expect_code(2);
        assert!(finished.failure().contains("numéro") && finished.hint().contains("nom"), "{finished}");
        assert_eq!(finished.list(""), ["a.csv"], "{finished}");
    }
}

#[test]
fn rows_that_the_template_marks_are_set_aside() {
    let csv = "__ignore__;id;nom\noui;a1;Exemple\n;b2;Mairie\nFaux;c3;CCAS\nx;;\n";
    let assessment = Assessment::of("a.csv", csv, &[]);
    assert_eq!(assessment.report["records"]["dropped"], 2);
    assert_eq!(assessment.report["records"]["kept"], 2);
    assert_eq!(assessment.question(ID)["filled"], 2);
    assert_eq!(assessment.told(), told([("record.ignored", 1, ""), ("record.ignored", 4, "")]));
    assert_eq!(assessment.findings()[0]["level"], "info");
}

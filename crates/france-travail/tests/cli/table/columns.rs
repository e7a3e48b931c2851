//! What stands in the columns of a row, in the three forms.

use std::fs::{self, File};

use columns::{Owned, ParquetReader};
use serde_json::{Value, json};

use super::world::{DAY, SERVICE, World, event, offer, seen, withdrawn};

/// The names of the columns, in order.
fn names() -> Vec<String> {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.rows(&[])["1"].keys().cloned().collect()
}

#[test]
fn a_row_has_what_the_contract_says_in_72_columns() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let rows = world.rows(&[]);
    let row = &rows["1"];
    assert_eq!(row.len(), 72);
    for (column, value) in [
        ("id", json!("1")),
        ("source", json!("france_travail")),
        ("title", json!("Métier 1 v0")),
        ("description", json!("Texte de 1\nversion 0")),
        ("latitude", json!(45.75)),
        ("date_created", json!("2024-06-04T10:00:00.000")),
        ("application_url", json!("https://exemple.invalid/p")),
        ("skills", json!(["Rust"])),
        ("code_rome", json!("M1805")),
        ("date_extraction", json!(seen(DAY))),
        ("commune", json!("01001")),
        ("departement", json!("01")),
        ("rome_libelle", json!("Développement")),
        ("domaine_professionnel", json!("M18")),
        ("grand_domaine_libelle", json!("Support")),
        ("code_naf", json!("62.01Z")),
        ("naf_nomenclature", json!("2008")),
        ("sous_classe_libelle", json!("Programmation")),
        ("classe", json!("62.01")),
        ("section_libelle", json!("Communication")),
        ("commune_libelle", json!("Commune inventée")),
        ("code_postal", json!("01300")),
        ("departement_libelle", json!("Ain")),
        ("region", json!("84")),
        ("type_contrat", json!("CDI")),
        ("nature_contrat", json!("Contrat travail")),
        ("alternance", json!(true)),
        ("nombre_postes", json!(3)),
        ("qualification_code", json!("7")),
        ("entreprise_adaptee", json!(false)),
        ("origine", json!("1")),
        ("manque_candidats", json!(true)),
        ("jour", json!("2024-06-04")),
        ("jour_prouve", json!(true)),
        ("versions", json!(1)),
        ("premiere_vue", json!(seen(DAY))),
        ("derniere_vue", json!(seen(DAY))),
        ("retiree", json!(false)),
        ("retiree_le", Value::Null),
        ("retiree_preuve", Value::Null),
        ("geometry", json!({ "type": "Point", "coordinates": [5.5, 45.75] })),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    let names: Vec<&String> = row.keys().collect();
    assert_eq!(
        (names[0], names[33], names[34], names[71]),
        (&"id".to_owned(), &"experience_months".to_owned(), &"rome_libelle".to_owned(), &"geometry".to_owned())
    );
}

#[test]
fn a_place_that_is_a_code_alone_gives_the_departement() {
    let world = World::new();
    let mut place = offer("1", DAY, 0);
    place["lieuTravail"] = json!({ "libelle": "01" });
    world.day(DAY, &[place]);
    assert_eq!(world.rows(&[])["1"]["departement"], "01");
}

#[test]
fn a_withdrawn_offer_loses_what_the_licence_asks() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0), offer("2", DAY, 0)]);
    world.journal(DAY.tomorrow().unwrap(), &[withdrawn("1", DAY, "2024-06-06T02:00:00", "2024-06-05T01:00:00")]);
    let lost = [
        "title",
        "description",
        "company_name",
        "latitude",
        "longitude",
        "geometry",
        "application_url",
        "source_url",
        "commune",
        "commune_libelle",
        "code_postal",
    ];
    let (plain, kept) = (world.rows(&[]), world.rows(&["--keep", "intitule", "--keep", "origineOffre.urlOrigine"]));
    for column in lost {
        assert!(plain["1"][column].is_null(), "{column}");
        assert!(!plain["2"][column].is_null(), "{column}");
        let is_kept = ["title", "source_url"].contains(&column);
        assert_eq!(kept["1"][column].is_null(), !is_kept, "{column}");
    }
    let row = &plain["1"];
    assert_eq!((&row["location_name"], &row["departement"]), (&json!("01"), &json!("01")));
    assert_eq!((&row["retiree"], &row["retiree_le"]), (&json!(true), &json!("2024-06-06T02:00:00.000")));
    assert_eq!((&row["derniere_vue"], &row["retiree_preuve"]), (&json!("2024-06-05T01:00:00.000"), &json!("detail")));
    assert_eq!((&row["region"], &row["rome_libelle"]), (&json!("84"), &json!("Développement")));
    let refused = world.merge(&["--keep", "description"]).expect_code(2);
    assert!(refused.failure().contains("description"), "{refused}");
}

#[test]
fn nothing_of_contacts_is_in_any_file() {
    let world = World::new();
    let mut bad = offer("3", DAY, 0);
    bad["dateCreation"] = json!("hier");
    bad["entreprise"] = json!(7);
    let mut odd = offer("4", DAY, 0);
    odd["entreprise"] = json!({ "nom": { "contact": 1 } });
    world.day(DAY, &[offer("1", DAY, 0), bad, odd, json!({ "contact": { "nom": "PERSONNE" } })]);
    world.journal(DAY.tomorrow().unwrap(), &[event("modifiee", DAY, "2024-06-06T02:00:00", &offer("1", DAY, 1))]);
    for form in ["parquet", "csv", "jsonl"] {
        let dir = world.run.folder().join(form).join("offres");
        let finished = world.merge(&["--format", form, "--dir", dir.to_str().unwrap()]).expect_code(0);
        assert!(!finished.stderr.contains("SECRET") && !finished.stdout.contains("SECRET"));
        let mut files = vec![dir.parent().unwrap().to_owned()];
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for secret in ["SECRET", "PERSONNE"] {
                let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!is_there, "{secret} in {}", path.display());
            }
        }
    }
}

#[test]
fn the_three_forms_say_the_same() {
    let world = World::new();
    let mut other = offer("2", DAY, 0);
    other["lieuTravail"] = json!({ "libelle": "France" });
    other["intitule"] = json!("Guillemets \"simples\", virgule, tabulation\t, ligne\nsuivante");
    other["nombrePostes"] = json!("x");
    world.day(DAY, &[offer("1", DAY, 0), other]);
    world.journal(DAY.tomorrow().unwrap(), &[withdrawn("1", DAY, "2024-06-06T02:00:00", "2024-06-05T01:00:00")]);
    let rows = world.rows(&[]);
    let file = |name: &str| world.run.folder().join(name);
    for name in ["a.parquet", "a.csv"] {
        world.merge(&["--output", file(name).to_str().unwrap()]).expect_code(0);
    }
    let names = names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut parquet = ParquetReader::open(File::open(file("a.parquet")).unwrap(), &names).unwrap();
    let mut csv = csv::Reader::from_path(file("a.csv")).unwrap();
    let mut lines = csv.records();
    for id in ["1", "2"] {
        let (row, line) = (parquet.next_row().unwrap().unwrap(), lines.next().unwrap().unwrap());
        for (nth, name) in names.iter().enumerate() {
            let json = &rows[id][*name];
            let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
            let (as_json, as_csv) = match &row[nth] {
                Owned::Absent => (Value::Null, String::new()),
                Owned::Text(text) => (json!(text), text.replace(['\n', '\t'], " ")),
                Owned::Number(number) => (json!(number), json.to_string()),
                Owned::Truth(truth) => (json!(truth), truth.to_string()),
                Owned::Integer(number) => (json!(number), number.to_string()),
                Owned::Date(days) => {
                    let text = time(i64::from(*days) * 86_400_000)[..10].to_owned();
                    (json!(text), text)
                }
                Owned::Time(ms) => {
                    let text = format!("{}.000", time(*ms).trim_end_matches('Z'));
                    (json!(text), text)
                }
                Owned::List(texts) => (json!(texts), json!(texts).to_string()),
                Owned::Point { x, y } => {
                    (json!({ "type": "Point", "coordinates": [x, y] }), format!("POINT ({x:?} {y:?})"))
                }
            };
            assert_eq!(&as_json, json, "{name} of {id}");
            assert_eq!(&line[nth], as_csv, "{name} of {id}");
        }
    }
    assert_eq!(parquet.next_row().unwrap(), None);
    assert!(lines.next().is_none());
}

#[test]
fn a_parquet_file_says_where_it_comes_from() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let finished = world.merge(&[]).expect_code(0);
    let path = finished.path("offres/annee=2024/mois=06/offres-2024-06-04.parquet");
    let names = names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let parquet = ParquetReader::open(File::open(path).unwrap(), &names).unwrap();
    let told = |key: &str| parquet.told(key).unwrap_or_else(|| panic!("{key} is not told")).to_owned();
    let geo: Value = serde_json::from_str(&told("geo")).unwrap();
    assert_eq!((&geo["version"], &geo["primary_column"]), (&json!("1.1.0"), &json!("geometry")));
    let column = &geo["columns"]["geometry"];
    let expected = json!({ "encoding": "WKB", "geometry_types": ["Point"], "bbox": [5.5, 45.75, 5.5, 45.75] });
    assert_eq!(column, &expected);
    assert_eq!(told("collecte.schema"), "collecte.offres/1");
    assert_eq!(told("collecte.date_mise_a_jour"), "2024-06-05T01:30:00");
    assert!(told("collecte.licence_url").starts_with("https://francetravail.io/"));
    let day = fs::read(finished.path("offre_emploi/offres-2024-06-04.json")).unwrap();
    assert_eq!(told("collecte.sha256_jour"), super::world::sha256(&day));
    let licence = finished.read("offres.licence.md");
    for word in ["France Travail", "francetravail.io", "2024-06-05T01:30:00", "72 colonnes", "la description"] {
        assert!(licence.contains(word), "{word}: {licence}");
    }
    assert_eq!(world.report()["service"], SERVICE);
}

#[test]
fn hostile_texts_pass_whole() {
    let world = World::new();
    let long = "é\"\\/ ".repeat(300_000);
    let mut first = offer("1", DAY, 0);
    first["description"] = json!(format!("a\u{0}b\r\nc\u{2028}d{long}"));
    let mut second = offer("2", DAY, 0);
    second["intitule"] = json!("HALF");
    // The layout of the collector before ours: indented, escaped.
    let pretty = serde_json::to_string_pretty(&json!([first, second])).unwrap().replace("HALF", "\\ud800x");
    let escaped: String =
        pretty.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    world.day_of_text(DAY, &escaped, 2);
    let rows = world.rows(&[]);
    assert_eq!(rows["1"]["description"], format!("ab\nc\nd{long}"));
    assert_eq!(rows["2"]["title"], "\u{fffd}x");
}

#[trial::test_with_data]
fn real_offers_are_normalised_as_expected() {
    let world = World::new();
    let real = fs::read_to_string(trial::data("france-travail/offres/offres_dept01_2025-08-21.json")).unwrap();
    let offers: Value = serde_json::from_str(&real).unwrap();
    let offers = offers["resultats"].as_array().unwrap();
    let day = jiff::civil::date(2025, 8, 21);
    world.day(day, offers);
    let rows = world.rows(&[]);
    let expected = fs::read_to_string(trial::data("france-travail/attendus/normalisation_27_champs.jsonl")).unwrap();
    assert_eq!(rows.len(), 303);
    for line in expected.lines() {
        let expected: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let row = &rows[expected["id"].as_str().unwrap()];
        for column in ["title", "company_name", "code_rome", "category", "application_url", "location_name"] {
            let flat = |value: &Value| value.as_str().map(|text| text.replace('\n', " "));
            assert_eq!(flat(&row[column]).unwrap_or_default(), flat(&expected[column]).unwrap_or_default(), "{column}");
        }
        let source = offers.iter().find(|offer| offer["id"] == expected["id"]).unwrap();
        for (column, key) in
            [("code_naf", "codeNAF"), ("nature_contrat", "natureContrat"), ("alternance", "alternance")]
        {
            assert_eq!(&row[column], source.get(key).unwrap_or(&Value::Null), "{column}");
        }
        assert_eq!(row["nombre_postes"], source["nombrePostes"]);
    }
    let other = rows.values().filter(|row| row["jour"] == "2025-08-20").count();
    assert_eq!(other, 13, "dated to the day before");
    world.merge(&[]).expect_code(0);
    let rules = world.report()["rules"].as_array().unwrap().clone();
    let of_other = rules.iter().find(|rule| rule["rule"] == "day.other").unwrap();
    assert_eq!(of_other["count"], 13);
}

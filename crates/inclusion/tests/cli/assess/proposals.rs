//! What a mapping would find, compared with what producers' own configurations say.

use std::collections::BTreeMap;

use super::*;

/// A file, and the configuration that says where its columns go.
const FILES: [(&str, &str); 11] = [
    ("samples/mednum/aix-en-provence.json", "aix-en-provence"),
    ("samples/mednum/angers.json", "angers"),
    ("samples/mednum/corse.json", "corse"),
    ("samples/mednum/etapes-numerique.json", "etapes-numerique"),
    ("samples/mednum/fibre-64.json", "fibre-64"),
    ("samples/mednum/hub-lo.json", "hub-lo"),
    ("samples/mednum/maine-et-loire.json", "maine-et-loire"),
    ("samples/mednum/ultra-num.json", "ultra-num"),
    ("samples/hinaura.json", "hinaura"),
    ("samples/data-inclusion_2022.json", "data-inclusion"),
    ("samples/liste-fs-20221201.csv", "france-services"),
];

/// Field of a configuration, field of the schema.
const FIELDS: [(&str, &str); 18] = [
    ("id", "id"),
    ("nom", "nom"),
    ("pivot", "siret"),
    ("commune", "commune"),
    ("code_postal", "code_postal"),
    ("code_insee", "code_insee"),
    ("adresse", "adresse"),
    ("complement_adresse", "complement_adresse"),
    ("latitude", "latitude"),
    ("longitude", "longitude"),
    ("telephone", "telephone"),
    ("courriels", "courriel"),
    ("courriel", "courriel"),
    ("site_web", "site_web"),
    ("date_maj", "date_maj"),
    ("presentation_detail", "description"),
    ("presentation_resume", "description"),
    ("horaires", "horaires_accueil"),
];

/// The columns that a configuration names for a field.
fn columns(rule: &Value) -> Vec<&str> {
    match rule {
        Value::Object(keys) => keys
            .iter()
            .flat_map(|(key, value)| match key.as_str() {
                "colonne" | "osm" | "semaine" => value.as_str().into_iter().collect(),
                "joindre" | "jours" => columns(value),
                "colonnes" => value.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
                _ => vec![],
            })
            .collect(),
        Value::Array(rules) => rules.iter().flat_map(columns).collect(),
        _ => vec![],
    }
}

fn json(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("it is JSON")
}

/// What is proposed for a file, and the columns that hold anything.
fn proposed(file: &str) -> (Value, Vec<String>) {
    let run = assess(&["--kind", "structures", "--output", "a.json"]);
    let assessment = Assessment::read(run.args([trial::data("inclusion").join(file)]).run().expect_code(0));
    let list = &assessment.report["lists"]["structures"];
    let columns = list["columns"].as_array().expect("a list").iter();
    let filled =
        columns.filter(|column| column["filled"] != 0).map(|column| column["column"].as_str().unwrap().to_owned());
    (list["mapping"]["proposed"].clone(), filled.collect())
}

#[trial::test_with_data]
fn of_what_producers_place_most_is_proposed_rightly_and_little_wrongly() {
    let (mut all, mut right, mut wrong) = (0, vec![], vec![]);
    for (file, config) in FILES {
        let config = json(&trial::data(format!("inclusion/mappings/mednum_configs/{config}.config.json")));
        let (proposed, filled) = proposed(file);
        let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, field) in FIELDS {
            let named = columns(&config[key]).into_iter().filter(|column| filled.iter().any(|other| other == column));
            wanted.entry(field).or_default().extend(named);
        }
        for (field, columns) in wanted.into_iter().filter(|(_, columns)| !columns.is_empty()) {
            all += 1;
            let Some(found) = proposed[field].as_str() else { continue };
            // A column may have a comma in its name.
            let is_right = columns.iter().any(|column| found == *column || found.split(", ").any(|one| one == *column));
            if is_right { &mut right } else { &mut wrong }
                .push(format!("{file}: {field} from {found}, not {columns:?}"));
        }
    }
    assert!(all > 110, "{all} fields are placed");
    assert!(right.len() * 100 >= all * 88, "{} of {all} are right; wrong: {wrong:#?}", right.len());
    assert!(wrong.len() * 100 <= all * 5, "{} of {all} are wrong: {wrong:#?}", wrong.len());
}

#[test]
fn names_with_a_prefix_and_longer_names_are_known() {
    let csv =
        "c_nom;c_ville;c_cp;c_telephone;Adresse postale de la structure\nMairie;Rennes;35000;0223622010;1 place\n";
    let proposed = Assessment::of("a.csv", csv, &[]).report["lists"]["structures"]["mapping"]["proposed"].clone();
    let expected = serde_json::json!({"nom": "c_nom", "commune": "c_ville", "code_postal": "c_cp",
        "telephone": "c_telephone", "adresse": "Adresse postale de la structure"});
    for (field, column) in expected.as_object().unwrap() {
        assert_eq!(&proposed[field], column, "{field}: {proposed}");
    }
}

#[test]
fn planar_coordinates_and_columns_of_days_are_told_as_they_would_be_mapped() {
    let csv = "nom;x;y;lundi;mardi;mercredi;jeudi;vendredi\nMairie;648952,58;6977867,25;9h-12h;9h-12h;;;fermé\n";
    let mapping = Assessment::of("a.csv", csv, &[]).report["lists"]["structures"]["mapping"].clone();
    assert_eq!(mapping["proposed"]["longitude"], "x, y");
    assert_eq!(mapping["proposed"]["horaires_accueil"], "lundi, mardi, mercredi, jeudi, vendredi");
    assert_eq!(mapping["required_missing"], serde_json::json!(["date_maj", "id"]));
}

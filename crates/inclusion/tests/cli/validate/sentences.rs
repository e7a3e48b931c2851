//! What people are told: in French or English, with the bound and the nearest value, and no contact anywhere.

use serde_json::json;

use super::*;

/// The only finding about a value in a field of a service.
fn about(field: &str, value: &Value, flags: &[&str]) -> Value {
    let finished = judged("a.json", json!([with(&service("1", "a"), &json!({ field: value }))]).to_string(), flags);
    let of_field = |finding: &Value| finding["path"].as_str().is_some_and(|path| path[1..].starts_with(field));
    findings(&finished.expect_code(65)).into_iter().find(of_field).unwrap()
}

fn message(field: &str, value: &Value) -> String {
    about(field, value, &[])["message"].as_str().unwrap().to_owned()
}

#[test]
fn messages_say_what_is_wanted() {
    for (field, value, said) in [
        ("nom", json!("x"), "La chaîne doit contenir au moins 3 caractères"),
        ("nom", json!("x".repeat(151)), "La chaîne doit contenir au plus 150 caractères"),
        ("code_postal", json!("2920A"), "La chaîne doit correspondre à la forme attendue : 5 chiffres"),
        ("adresse", json!(1), "La valeur doit être une chaîne de caractères valide"),
        ("date_maj", json!("01/02/2026"), "La valeur doit être une date valide au format AAAA-MM-JJ"),
        ("date_maj", json!("2026-11-23"), "La date doit être dans le passé : au plus tard le 2026-11-22"),
        ("date_maj", json!("1999-12-31"), "La date doit être au plus tôt le 2000-01-01"),
        ("lien_source", json!("exemple.fr"), "La valeur doit être une URL valide"),
        ("longitude", json!("2,35"), "La valeur doit être un nombre valide"),
        ("nombre_semaines", json!("3.5"), "La valeur doit être un entier valide"),
        ("nombre_semaines", json!(0), "La valeur doit être supérieure ou égale à 1"),
        ("courriel", json!("x"), "La valeur n'est pas un courriel valide"),
        ("publics", json!([]), "La liste doit contenir au moins 1 valeur"),
        ("publics", json!("femmes"), "La valeur doit être une liste valide"),
        ("publics", json!(["tous-publics", "femmes"]), "`tous-publics` ne peut pas être utilisé avec d'autres valeurs"),
        ("zone_eligibilite", json!(["France entière"]), "La valeur doit être le code d'une commune"),
    ] {
        let message = message(field, &value);
        assert!(message.starts_with(said), "{field} {value}: {message}");
    }
}

#[test]
fn the_nearest_value_of_every_enumeration_is_named() {
    for (field, value, said) in [
        ("frais", json!("Gratuit"), "La valeur 'Gratuit' n'existe pas. Vouliez-vous dire 'gratuit' ?"),
        ("type", json!("ateliers"), "La valeur 'ateliers' n'existe pas. Vouliez-vous dire 'atelier' ?"),
        ("publics", json!(["famille"]), "La valeur 'famille' n'existe pas. Vouliez-vous dire 'familles' ?"),
        (
            "modes_accueil",
            json!(["en présentiel"]),
            "La valeur 'en présentiel' n'existe pas. Vouliez-vous dire 'en-presentiel' ?",
        ),
        ("mobilisable_par", json!(["autres"]), "La valeur 'autres' n'existe pas"),
        ("type", json!(1), "La valeur '1' n'existe pas"),
    ] {
        assert_eq!(message(field, &value), said);
    }
    let english = about("frais", &json!("Gratuit"), &["--lang", "en"]);
    assert_eq!(english["message"], "The value 'Gratuit' does not exist. Did you mean 'gratuit'?");
    let category = about("thematiques", &json!(["numerique"]), &[]);
    assert!(category["remedy"].as_str().unwrap().contains("numerique--acquerir-un-equipement"), "{category}");
}

#[test]
fn what_is_missing_is_said_to_be() {
    let records = json!([with(&service("1", "a"), &json!({"nom": null})), {"id": null, "source": "essai"}]);
    let finished = judged("a.json", records.to_string(), &["--kind", "services"]).expect_code(65);
    let all = findings(&finished);
    let of = |rule: &str| all.iter().find(|finding| finding["rule"] == rule).unwrap();
    for rule in ["nom.missing", "id.string_type"] {
        assert_eq!(of(rule)["message"], "Champ requis", "{rule}");
    }
    assert_eq!((of("nom.missing").get("value"), &of("id.string_type")["value"]), (None, &json!("null")));
}

#[test]
fn unknown_columns_are_told_with_a_near_field() {
    let finished = judged(
        "a.csv",
        "id;nom;source;Date MAJ;Autre chose;téléphones;date_maj;adresse;commune\n\
        essai--a;Mairie;essai;x;y;;2026-01-01;1 rue;Brest\n",
        &[],
    )
    .expect_code(0);
    let all = findings(&finished);
    let of = |column: &str| all.iter().find(|finding| finding["column"] == column).unwrap()["message"].clone();
    assert_eq!(of("Date MAJ"), "La colonne 'Date MAJ' n'est pas dans le schéma. Vouliez-vous dire 'date_maj' ?");
    assert_eq!(of("téléphones"), "La colonne 'téléphones' n'est pas dans le schéma. Vouliez-vous dire 'telephone' ?");
    assert_eq!(of("Autre chose"), "La colonne 'Autre chose' n'est pas dans le schéma : elle n'est pas lue");
    assert!(all.iter().all(|finding| finding["rule"] != "column.unknown" || finding.get("record").is_none()));
    let json = json!([structure("a"), with(&structure("b"), &json!({"Nom": "x"}))]).to_string();
    let finished = judged("a.json", json, &[]).expect_code(0);
    assert_eq!(
        findings(&finished)[0]["message"],
        "La colonne 'Nom' n'est pas dans le schéma. Vouliez-vous dire 'nom' ?"
    );
}

#[test]
fn contacts_are_shown_nowhere() {
    let bad = json!([with(
        &service("jeanne.martin@exemple.fr", "a"),
        &json!({
            "courriel": "jeanne.martin@exemple.fr; autre@exemple.fr",
            "telephone": 612_345_678,
            "contact_nom_prenom": ["Jeanne Martin"],
            "nom": "a.",
            "adresse": ["06 12 34 56 78"],
            "type": "jeanne.martin@exemple.fr",
            "publics": ["appeler le 06 12 34 56 78"],
            "thematiques": "jeanne.martin@exemple.fr",
            "lien_source": "mailto:jeanne.martin@exemple.fr",
            "06 12 34 56 78": "x",
        })
    )]);
    for flags in [&[][..], &["--lang", "en"]] {
        let finished = judged("a.json", bad.to_string(), flags).expect_code(65);
        let mut all = format!("{}{}", finished.stdout, finished.stderr);
        for name in ["json", "html", "findings.jsonl"] {
            all += &finished.read(format!("a.validation.{name}"));
        }
        for contact in ["06 12 34 56 78", "jeanne", "Jeanne", "612345678", "autre@"] {
            assert!(!all.contains(contact), "{contact}: {all}");
        }
    }
}

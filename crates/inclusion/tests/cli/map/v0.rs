//! Files of the former schema.

use serde_json::{Value, json};

use super::support::step;

fn upgrade(name: &str, input: &str, code: i32) -> (trial::Finished, String) {
    let run = step();
    let file = run.write(name, input.as_bytes());
    let stem = name.rsplit_once('.').unwrap().0;
    (run.args([file]).args(["--mapping", "v0"]).run().expect_code(code), format!("{stem}.v1"))
}

fn records(input: &Value) -> Value {
    let (finished, stem) = upgrade("a.json", &input.to_string(), 0);
    serde_json::from_str(&finished.read(format!("{stem}.json"))).unwrap()
}

fn service(own: Value) -> Value {
    let mut service = json!({"id": "1", "structure_id": "2", "source": "ville", "nom": "Atelier",
                             "presentation_resume": "Un atelier", "date_maj": "2025-02-14"});
    service.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    service
}

/// The value of a field of v1 that a service with these columns of v0 has.
#[track_caller]
fn becomes(own: Value, field: &str, expected: Value) {
    let records = records(&json!([service(own.clone())]));
    assert_eq!(records[0][field], expected, "{own}");
}

#[test]
fn both_lists_of_a_file_are_written_together() {
    let input = json!({
        "services": [service(json!({}))],
        "structures": [
            {"id": "2", "source": "ville", "nom": "CCAS", "date_maj": "2025-02-14", "typologie": "CCAS",
             "labels_nationaux": ["france-service"], "horaires_ouverture": "Mo 09:00-12:00", "rna": "W123456789",
             "accessibilite": "https://acceslibre.beta.gouv.fr/app/x/", "presentation_detail": "Un CCAS"},
            {"id": "3", "source": "ville", "nom": "x", "date_maj": "2025-02-14", "autre": "y"}
        ]
    });
    let (finished, stem) = upgrade("a.json", &input.to_string(), 0);
    let written: Value = serde_json::from_str(&finished.read(format!("{stem}.json"))).unwrap();
    assert_eq!(
        written["structures"],
        json!([{"accessibilite_lieu": "https://acceslibre.beta.gouv.fr/app/x/", "date_maj": "2025-02-14",
                "description": "Un CCAS", "horaires_accueil": "Mo 09:00-12:00", "id": "ville--2", "nom": "CCAS",
                "reseaux_porteurs": ["france-service", "ccas-cias"], "source": "ville"}])
    );
    assert_eq!(written["services"][0]["structure_id"], "ville--2");
    let text = finished.read(format!("{stem}.json"));
    assert!(
        text.starts_with("{\"structures\":[\n{") && text.contains("\n],\"services\":[\n{") && text.ends_with("\n]}\n")
    );
    let receipt = finished.receipt();
    assert_eq!((&receipt["structures"], &receipt["services"], &receipt["rejected"]), (&json!(1), &json!(1), &json!(1)));
    let report: Value = serde_json::from_str(&finished.read(format!("{stem}.report.json"))).unwrap();
    assert_eq!((&report["mapping"]["path"], &report["mapping"]["unused"]), (&json!("v0"), &json!(["autre"])));
    let rejects = finished.read(format!("{stem}.rejects.csv"));
    let (header, row) = rejects.trim_start_matches('\u{feff}').split_once('\n').unwrap();
    assert!(header.starts_with("record,line,rule,message,") && header.contains("structure_id"), "{rejects}");
    assert!(row.starts_with("2,") && row.contains(",nom.string_too_short,"), "{rejects}");
    assert_eq!(row.matches(',').count() - row.matches(", ").count(), header.matches(',').count(), "{rejects}");
    let run = step();
    let file = run.write("a.json", input.to_string().as_bytes());
    let both = run.args([file]).args(["--mapping", "v0", "--output", "a.csv"]).run().expect_code(2);
    assert!(both.failure().contains("the file holds two lists"), "{both}");
}

#[test]
fn values_go_through_the_official_tables() {
    becomes(json!({"frais": ["gratuit", "adhesion"]}), "frais", json!("payant"));
    becomes(json!({"profils": ["alternants", "adultes"]}), "publics", json!(["etudiants", "actifs"]));
    becomes(json!({"profils": ["femmes", "tous-publics"]}), "publics", json!(["tous-publics"]));
    becomes(
        json!({"profils": ["femmes"], "thematiques": ["handicap--mobilite"]}),
        "publics",
        json!(["femmes", "personnes-en-situation-de-handicap"]),
    );
    let thematiques = ["logement-hebergement--acheter-un-logement", "mobilite--acheter-un-velo"];
    let records = records(&json!([service(json!({"thematiques": thematiques}))]));
    assert_eq!(
        records[0]["thematiques"],
        json!(["mobilite--acceder-a-un-vehicule"]),
        "the tables have no row for the first"
    );
}

#[test]
fn a_value_that_the_tables_lack_is_told() {
    let input = json!([{"id": "2", "source": "ville", "nom": "FJT", "date_maj": "2025-02-14", "typologie": "RFJT"},
                       {"id": "3", "source": "ville", "nom": "FJT", "date_maj": "2025-02-14", "typologie": "rien"}]);
    let (finished, stem) = upgrade("a.json", &input.to_string(), 0);
    let findings = finished.read(format!("{stem}.findings.jsonl"));
    assert_eq!(findings.matches("value.unmapped").count(), 2, "{findings}");
    let written: Value = serde_json::from_str(&finished.read(format!("{stem}.json"))).unwrap();
    assert!(written[0]["reseaux_porteurs"].is_null() && written[1]["reseaux_porteurs"].is_null());
}

#[test]
fn columns_follow_the_official_rules() {
    becomes(json!({"types": ["accueil", "atelier"]}), "type", json!("atelier"));
    becomes(json!({"types": ["numerique", "financement"]}), "type", json!("aide-financiere"));
    becomes(json!({"types": ["information"]}), "type", json!("information"));
    becomes(
        json!({"profils": ["proprietaires", "locataires"]}),
        "conditions_acces",
        json!("Le bénéficiaire doit être locataire."),
    );
    becomes(json!({"recurrence": "Tous les lundis"}), "horaires_accueil", json!("Tous les lundis"));
    becomes(
        json!({"page_web": "https://a.fr", "formulaire_en_ligne": "https://b.fr"}),
        "lien_mobilisation",
        json!("https://b.fr"),
    );
    becomes(json!({"page_web": "https://a.fr"}), "modes_mobilisation", json!(["utiliser-lien-mobilisation"]));
    let modes = json!({"modes_orientation_accompagnateur": ["envoyer-un-mail-avec-une-fiche-de-prescription", "telephoner"],
                       "modes_orientation_beneficiaire": ["se-presenter"]});
    becomes(modes.clone(), "modes_mobilisation", json!(["envoyer-un-courriel", "se-presenter", "telephoner"]));
    becomes(modes, "mobilisable_par", json!(["usagers", "professionnels"]));
    becomes(
        json!({"modes_orientation_beneficiaire": ["prendre-rdv"]}),
        "modes_mobilisation",
        json!(["envoyer-un-courriel", "utiliser-lien-mobilisation"]),
    );
    becomes(
        json!({"modes_orientation_beneficiaire_autres": "Écrire", "modes_orientation_accompagnateur_autres": null}),
        "mobilisation_precisions",
        json!("Écrire"),
    );
    becomes(
        json!({"zone_diffusion_type": "pays", "zone_diffusion_code": "99100"}),
        "zone_eligibilite",
        json!(["france"]),
    );
    becomes(
        json!({"zone_diffusion_type": "departement", "zone_diffusion_code": "35"}),
        "zone_eligibilite",
        json!(["35"]),
    );
    becomes(
        json!({"zone_diffusion_type": "region", "zone_diffusion_code": "53"}),
        "zone_eligibilite",
        json!(["22", "29", "35", "56"]),
    );
    becomes(json!({"presentation_detail": "Le détail", "cumulable": true}), "description", json!("Le détail"));
}

#[test]
fn lists_of_a_csv_are_read_as_the_dump_writes_them() {
    let csv = "id,structure_id,source,nom,presentation_resume,date_maj,profils\n\
               1,2,ville,Atelier,Un atelier,2025-02-14,\"['femmes', 'jeunes']\"\n\
               2,2,ville,Atelier,Un atelier,2025-02-14,\"femmes, jeunes\"\n";
    let (finished, stem) = upgrade("a.csv", csv, 0);
    let written: Value = serde_json::from_str(&finished.read(format!("{stem}.json"))).unwrap();
    assert_eq!(written[0]["publics"], json!(["femmes", "jeunes"]));
    assert_eq!(written[1]["publics"], json!(["femmes", "jeunes"]));
}

#[trial::test_with_data]
fn real_structures_of_v0_are_all_written() {
    let text = std::fs::read_to_string(trial::data("inclusion/samples/data-inclusion_v0_structures.json")).unwrap();
    let (finished, stem) = upgrade("a.json", &text, 0);
    assert_eq!(finished.receipt()["records"], 300);
    let report: Value = serde_json::from_str(&finished.read(format!("{stem}.report.json"))).unwrap();
    assert_eq!(report["lists"]["structures"]["filled"]["reseaux_porteurs"], 265);
}

//! The referentials and ROME.

use crate::client::{Client, ROME_SCOPE, day, start, token};

fn referential(client: &Client, name: &str) -> (String, Vec<serde_json::Value>) {
    let answer = client.get(&format!("/partenaire/offresdemploi/v2/referentiel/{name}"));
    assert_eq!(answer.status, 200, "{name}");
    (answer.range().to_owned(), answer.json().as_array().unwrap().clone())
}

#[test]
fn all_sixteen_say_how_long_they_are() {
    let client = Client::new(day("2025-08-21", 0));
    for (name, count) in [
        ("appellations", Some(12_107)),
        ("communes", Some(35_015)),
        ("continents", None),
        ("departements", Some(101)),
        ("domaines", Some(110)),
        ("langues", None),
        ("metiers", Some(1_911)),
        ("nafs", Some(732)),
        ("naturesContrats", Some(20)),
        ("niveauxFormations", None),
        ("pays", Some(221)),
        ("permis", None),
        ("regions", Some(18)),
        ("secteursActivites", Some(88)),
        ("themes", None),
        ("typesContrats", Some(11)),
    ] {
        let (range, rows) = referential(&client, name);
        assert_eq!(range, format!("{name} */{}", rows.len()));
        assert!(count.is_none_or(|count| count == rows.len()), "{name}: {}", rows.len());
        assert!(rows.iter().all(|row| row["code"].is_string() && row["libelle"].is_string()), "{name}");
        let codes: std::collections::HashSet<&str> = rows.iter().map(|row| row["code"].as_str().unwrap()).collect();
        assert_eq!(codes.len(), rows.len(), "{name}");
    }
    assert_eq!(client.get("/partenaire/offresdemploi/v2/referentiel/inconnu").status, 404);
}

#[test]
fn communes_and_departements_have_more_and_lead_upwards() {
    let client = Client::new(day("2025-08-21", 0));
    let codes = |rows: &[serde_json::Value]| rows.iter().map(|row| row["code"].clone()).collect::<Vec<_>>();
    let regions = codes(&referential(&client, "regions").1);
    let (_, departements) = referential(&client, "departements");
    assert!(departements.iter().all(|row| regions.contains(&row["region"]["code"])));
    let departements = codes(&departements);
    let answer = client.get("/partenaire/offresdemploi/v2/referentiel/communes");
    assert!(answer.text().starts_with(r#"[{"code":"01002","libelle":""#), "{}", &answer.text()[..90]);
    for row in answer.json().as_array().unwrap().iter().step_by(97) {
        assert!(departements.contains(&row["codeDepartement"]) && row["codePostal"].as_str().unwrap().len() == 5);
    }
}

#[test]
fn an_offer_names_codes_that_the_referentials_have() {
    let client = Client::new(day("2025-08-21", 100));
    let search = client.search("sort=1").json();
    let known = |name: &str| referential(&client, name).1.iter().map(|row| row["code"].clone()).collect::<Vec<_>>();
    let (communes, metiers, nafs) = (known("communes"), known("metiers"), known("nafs"));
    for offre in search["resultats"].as_array().unwrap() {
        assert!(metiers.contains(&offre["romeCode"]));
        assert!(offre["lieuTravail"]["commune"].is_null() || communes.contains(&offre["lieuTravail"]["commune"]));
        assert!(offre["codeNAF"].is_null() || nafs.contains(&offre["codeNAF"]));
    }
}

fn rome() -> Client {
    let server = start(day("2025-08-21", 0));
    Client { token: token(&server, ROME_SCOPE), server }
}

const ROME: &str = "/partenaire/rome-metiers/v1/metiers";

#[test]
fn rome_has_three_levels_that_nest_and_a_version() {
    let rome = rome();
    let count = |kind: &str| rome.get(&format!("{ROME}/{kind}")).json().as_array().unwrap().len();
    assert_eq!(["grand-domaine", "domaine-professionnel", "metier"].map(count), [14, 110, 1_911]);
    let version = rome.get(&format!("{ROME}/version")).json();
    assert!(version["version"].is_string() && version["lastModifiedDate"].is_string());
}

#[test]
fn fields_are_asked_for_in_lower_case_and_answered_in_camel_case() {
    let rome = rome();
    let champs = "champs=code,libelle,domaineprofessionnel(code,libelle,granddomaine(code,libelle))";
    let metiers = rome.get(&format!("{ROME}/metier?{champs}")).json();
    for metier in metiers.as_array().unwrap() {
        let domaine = &metier["domaineProfessionnel"];
        let code = metier["code"].as_str().unwrap();
        assert_eq!(domaine["code"], code[..3]);
        assert_eq!(domaine["grandDomaine"]["code"], code[..1]);
        assert!(domaine["grandDomaine"]["libelle"].is_string());
    }
    let one = rome.get(&format!("{ROME}/metier/K1302?champs=code")).json();
    assert_eq!(one, serde_json::json!({ "code": "K1302" }));
    let appellation = rome.get(&format!("{ROME}/appellation/10438?champs=libelle,metier(code)")).json();
    assert!(appellation["metier"]["code"].is_string());
}

#[test]
fn bad_selectors_are_400_and_unknown_codes_404() {
    let rome = rome();
    for champs in ["inconnu", "code,domaineProfessionnel(code)", "code(", "code,,libelle"] {
        assert_eq!(rome.get(&format!("{ROME}/metier?champs={champs}")).status, 400, "{champs}");
    }
    assert_eq!(rome.get(&format!("{ROME}/metier/Z9999")).status, 404);
    assert_eq!(rome.get(&format!("{ROME}/inconnu")).status, 404);
}

//! Offers of a file, served as they stand in it but for the white space between values, which the service never sends.

use std::fs;
use std::path::Path;

use crate::client::{Client, day};
use sandbox::{FranceTravail, Server};
use serde_json::value::RawValue;

/// Odd on purpose: spaces, an unknown field, numbers and escapes that a parser would write otherwise.
const ODD: &str = r#"{ "id": "1234567", "intitule":"Agent d'accueil \u0026 \"caisse\"", "nouveau":[1E-7, 45.10],
  "dateCreation":"2024-05-21T10:11:12.013Z","dateActualisation":"2024-05-21T10:11:12.013Z", "romeCode":"Z9999",
  "lieuTravail":{"libelle":"59 - Lille","latitude":50.630}, "typeContrat":"CDI","natureContrat":"Contrat travail","experienceExige":"E",
  "experienceLibelle":"5 An(s)","qualificationCode":"9","origineOffre":{"origine":"1"}}"#;

/// What is served of it: strings and numbers keep their spelling.
const SERVED: &str = r#"{"id":"1234567","intitule":"Agent d'accueil \u0026 \"caisse\"","nouveau":[1E-7,45.10],"dateCreation":"2024-05-21T10:11:12.013Z","dateActualisation":"2024-05-21T10:11:12.013Z","romeCode":"Z9999","lieuTravail":{"libelle":"59 - Lille","latitude":50.630},"typeContrat":"CDI","natureContrat":"Contrat travail","experienceExige":"E","experienceLibelle":"5 An(s)","qualificationCode":"9","origineOffre":{"origine":"1"}}"#;

fn loaded(content: &str) -> Client {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offres.json");
    fs::write(&path, content).unwrap();
    Client::new(day("2024-05-21", 0).with(|options| options.france_travail.load = Some(path)))
}

#[test]
fn each_of_the_three_shapes_is_served_with_every_value_as_it_stands() {
    let one_line = ODD.replace('\n', " ");
    for content in [
        format!("{{\"resultats\":[{ODD}],\"filtresPossibles\":[]}}"),
        format!("[\n{ODD}\n]"),
        format!("{one_line}\n\n"),
        format!("[{SERVED}]"),
    ] {
        let client = loaded(&content);
        assert!(client.search("").text().contains(&format!("[{SERVED}]")));
        assert_eq!(client.server.service::<FranceTravail>().truth("2024-05-21".parse().unwrap())[0].versions, [SERVED]);
    }
}

#[test]
fn loaded_offers_are_found_by_what_they_say() {
    let client = loaded(&format!("[{ODD}]"));
    for query in [
        "codeROME=Z9999",
        "departement=59",
        "region=32",
        "typeContrat=CDI",
        "natureContrat=E1",
        "experience=3",
        "qualification=9",
        "origineOffre=1",
        "motsCles=accueil",
        "minCreationDate=2024-05-21T10:11:12Z&maxCreationDate=2024-05-21T10:11:13Z",
    ] {
        assert_eq!(client.search(query).status, 200, "{query}");
    }
    for query in ["codeROME=K1302", "departement=75", "typeContrat=CDD", "origineOffre=2", "motsCles=soudeur"] {
        assert_eq!(client.search(query).status, 204, "{query}");
    }
}

#[test]
fn loaded_offers_come_besides_drawn_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offres.json");
    fs::write(&path, format!("[{ODD}]")).unwrap();
    let client = Client::new(day("2024-05-21", 100).with(|options| options.france_travail.load = Some(path)));
    assert_eq!(client.server.service::<FranceTravail>().truth("2024-05-21".parse().unwrap()).len(), 101);
}

#[test]
fn a_loaded_offer_changes_in_its_date_of_actualisation_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offres.json");
    let undated = r#"{"id":"7654321","dateCreation":"2024-05-21T08:00:00.000Z","dateActualisation":null,"x":"y"}"#;
    fs::write(&path, format!("[{ODD},{undated}]")).unwrap();
    let client = Client::new(day("2024-05-21", 0).with(|options| {
        options.france_travail.load = Some(path);
        options.france_travail.change = 1.0;
    }));
    for _ in 0..9 {
        client.search("");
    }
    let lives = client.server.service::<FranceTravail>().truth("2024-05-21".parse().unwrap());
    let of = |id: &str| lives.iter().find(|life| life.id == id).unwrap().versions.clone();
    assert_eq!(of("7654321"), [undated]);
    let versions = of("1234567");
    assert!(versions.len() > 2);
    let stamp = "\"dateActualisation\":\"2024-05-21T10:11:12.013Z\"";
    assert_eq!(versions[1], SERVED.replace(stamp, "\"dateActualisation\":\"2024-05-21T10:11:13.013Z\""));
}

#[test]
fn a_file_that_is_none_of_these_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faux.json");
    for content in ["<html>", "[{\"id\":\"1\"}]", "[1]"] {
        fs::write(&path, content).unwrap();
        let why = Server::start(day("2024-05-21", 0).with(|options| options.france_travail.load = Some(path.clone())))
            .unwrap_err();
        assert!(why.to_string().starts_with("could not load `"), "{why}");
    }
    let missing =
        day("2024-05-21", 0).with(|options| options.france_travail.load = Some(folder.path().join("absent.json")));
    assert!(Server::start(missing).is_err());
}

#[trial_data::test_with_data]
fn real_anonymised_offers_come_out_as_they_are() {
    let path = Path::new(trial_data::data_folder!()).join("france-travail/offres/offres_dept01_2025-08-21.json");
    let content = fs::read_to_string(&path).unwrap();
    #[derive(serde::Deserialize)]
    struct File<'a> {
        #[serde(borrow)]
        resultats: Vec<&'a RawValue>,
    }
    let offres = serde_json::from_str::<File<'_>>(&content).unwrap().resultats;
    let client = Client::new(day("2025-08-21", 0).with(|options| options.france_travail.load = Some(path)));
    let mut seen = 0;
    for first in [0, 150, 300] {
        let page = client.search(&format!("sort=1&range={first}-{}", first + 149));
        seen += offres.iter().filter(|offre| page.text().contains(&on_one_line(offre.get()))).count();
    }
    assert_eq!(seen, offres.len());
}

/// The file is indented, one value a line, and has no line break inside a string.
fn on_one_line(json: &str) -> String {
    json.lines().map(|line| line.trim().replacen("\": ", "\":", 1)).collect()
}

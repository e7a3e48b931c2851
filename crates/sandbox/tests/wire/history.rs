//! Months of offers, and the filters of those who look for some of them.

use std::collections::HashSet;

use sandbox::{FranceTravail, Life, Options};

use crate::client::{Client, get, total};

const YEAR: &str = "minCreationDate=2024-06-22T00:00:00Z&maxCreationDate=2025-06-22T23:59:59Z&sort=1";

fn months() -> Options {
    Options::default().with(|options| {
        options.wire.now = Some("2025-06-22T12:00:00".parse().unwrap());
        options.france_travail.history_days = Some(365);
        options.france_travail.offers = 2_000;
        options.france_travail.rate = 0.0;
        options.france_travail.rome_rate = 0.0;
    })
}

fn truth(client: &Client, query: &str) -> Vec<Life> {
    client.server.service::<FranceTravail>().truth_of(query).unwrap()
}

fn ids(lives: &[Life]) -> HashSet<String> {
    lives.iter().map(|life| life.id.clone()).collect()
}

#[test]
fn most_offers_are_young_and_each_is_there_once() {
    let client = Client::new(months());
    let met = client.sweep(YEAR);
    assert_eq!(met.iter().collect::<HashSet<_>>().len(), met.len(), "no id is there twice");
    // Those of today's afternoon are still to come.
    assert!((1_900..=2_000).contains(&met.len()), "{}", met.len());
    assert_eq!(ids(&truth(&client, "since=2024-06-22&until=2025-06-22")), met.iter().cloned().collect());
    let count = |from: &str, to: &str| {
        let found = client.search(&format!("minCreationDate={from}T00:00:00Z&maxCreationDate={to}T23:59:59Z"));
        if found.status == 204 { 0 } else { total(found.range()) }
    };
    let young = count("2025-05-24", "2025-06-22") as f64 / met.len() as f64;
    assert!((0.74..0.83).contains(&young), "{young}");
    assert_eq!(count("2014-01-01", "2024-06-21"), 0, "nothing is older than the history");
    assert!(
        (0..60)
            .any(|back| count(&format!("2024-07-{:02}", back % 30 + 1), &format!("2024-07-{:02}", back % 30 + 1)) == 0)
    );
}

#[test]
fn filters_find_what_the_truth_says() {
    let client = Client::new(months());
    for filters in [
        "codeROME=K1302,K1304,J1501",
        "departement=35,2A,971,974,69",
        "codeROME=K1302,K1304,J1501,N1103&departement=59,69",
        "motsCles=assistant",
        "motsCles=K1302",
        "motsCles=h/f,chef",
    ] {
        let met: HashSet<String> = client.sweep(&format!("{YEAR}&{filters}")).into_iter().collect();
        assert!(!met.is_empty(), "{filters}");
        assert_eq!(ids(&truth(&client, &format!("since=2024-06-22&{filters}"))), met, "{filters}");
    }
    let of_a_day = "/_sandbox/truth?since=2025-06-20&until=2025-06-20&departement=69&bodies=false";
    let lines = get(&client.server, of_a_day, &[]).unwrap();
    assert_eq!(lines.text().lines().count(), truth(&client, "date=2025-06-20&departement=69").len());
    for wrong in ["departement=ZZ", "since=hier", "since=2025-06-20&inconnu=1"] {
        assert_eq!(get(&client.server, &format!("/_sandbox/truth?{wrong}"), &[]).unwrap().status, 400, "{wrong}");
    }
}

#[test]
fn offers_are_everywhere_and_some_lack_a_place_a_code_or_the_date_of_a_change() {
    let client = Client::new(months().with(|options| options.france_travail.missing_attributes = 0.05));
    let lives = truth(&client, "since=2024-06-22");
    let lacks = |key: &str| lives.iter().filter(|life| !life.versions[0].contains(&format!("\"{key}\":"))).count();
    assert!([lacks("commune"), lacks("romeCode"), lacks("dateActualisation")].iter().all(|count| *count > 5));
    let departements: HashSet<String> = client
        .get("/partenaire/offresdemploi/v2/referentiel/departements")
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(departements.len(), 101);
    let with_offers =
        departements.iter().filter(|code| client.search(&format!("{YEAR}&departement={code}")).status != 204);
    assert!(with_offers.count() > 90);
}

#[test]
fn a_retired_code_is_nowhere() {
    let client = Client::new(months().with(|options| options.france_travail.retired_rome = vec!["K1302".to_owned()]));
    let refused = client.search(&format!("{YEAR}&codeROME=K1302"));
    assert_eq!((refused.status, refused.message().as_str()), (400, "Valeur du paramètre « codeROME » incorrecte."));
    let known = client.get("/partenaire/offresdemploi/v2/referentiel/metiers");
    assert!(!known.text().contains("\"K1302\"") && known.text().contains("\"K1304\""));
    assert!(truth(&client, "since=2024-06-22").iter().all(|life| !life.versions[0].contains("\"romeCode\":\"K1302\"")));
}

#[test]
fn churn_over_a_history_is_about_what_was_asked_for() {
    let client = Client::new(months().with(|options| options.france_travail.vanish = 0.1));
    for _ in 0..=2_000_usize.div_ceil(150) {
        client.search(YEAR);
    }
    let died = truth(&client, "since=2024-06-22").iter().filter(|life| life.died.is_some()).count();
    assert!((100..300).contains(&died), "{died} of 200");
}

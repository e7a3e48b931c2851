//! Offers that appear, vanish and change between two requests, and the truth about them.

use std::collections::{HashMap, HashSet};

use crate::client::{Client, day, get};
use sandbox::{FranceTravail, Life, Options};

const DAY: &str = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-22T00:00:00Z&sort=1";

fn churned() -> Options {
    day("2025-08-21", 3000).with(|options| {
        options.france_travail.appear = 0.1;
        options.france_travail.vanish = 0.1;
        options.france_travail.change = 0.1;
    })
}

fn truth(client: &Client) -> Vec<Life> {
    client.server.service::<FranceTravail>().truth("2025-08-21".parse().unwrap())
}

#[test]
fn what_happens_over_a_sweep_is_about_what_was_asked_for() {
    let client = Client::new(churned());
    for _ in 0..20 {
        client.search(DAY);
    }
    let lives = truth(&client);
    let born = lives.iter().filter(|life| life.born > 0).count();
    let died = lives.iter().filter(|life| life.died.is_some()).count();
    let changed = lives.iter().filter(|life| life.versions.len() > 1).count();
    // Between the 20 requests of a sweep lie 19 gaps of 15 events of each kind.
    assert!([born, died, changed].iter().all(|count| (250..=285).contains(count)), "{born} {died} {changed}");
    assert!(lives.iter().all(|life| life.lived_throughout == (life.born == 0 && life.died.is_none())));
}

#[test]
fn every_answer_agrees_with_the_truth_at_its_time() {
    let client = Client::new(churned());
    let pages: Vec<(u64, HashSet<String>, String)> = (0..15)
        .map(|nth| {
            let page = client.search(&format!("{DAY}&range={}-{}", nth * 150, nth * 150 + 149));
            (nth + 1, page.ids().into_iter().collect(), page.text().to_owned())
        })
        .collect();
    let lives: HashMap<String, Life> = truth(&client).into_iter().map(|life| (life.id.clone(), life)).collect();
    for (number, ids, text) in pages {
        for life in ids.iter().filter_map(|id| lives.get(id)) {
            assert!(life.born < number && life.died.is_none_or(|died| died >= number), "{life:?} at {number}");
            assert!(life.versions.iter().any(|version| text.contains(version)));
        }
    }
}

#[test]
fn a_change_leaves_the_date_of_creation_and_moves_the_other() {
    let client = Client::new(day("2025-08-21", 300).with(|options| options.france_travail.change = 0.5));
    for _ in 0..3 {
        client.search(DAY);
    }
    let lives = truth(&client);
    let changed = lives.iter().find(|life| life.versions.len() > 1).expect("a change");
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let (before, after) = (read(&changed.versions[0]), read(&changed.versions[1]));
    assert_eq!(before["dateCreation"], after["dateCreation"]);
    assert_ne!(before["dateActualisation"], after["dateActualisation"]);
    assert_ne!(before["nombrePostes"], after["nombrePostes"]);
}

#[test]
fn late_ones_have_stamps_inside_the_day_and_ids_of_their_own() {
    let client = Client::new(churned());
    for _ in 0..30 {
        client.search(DAY);
    }
    let lives = truth(&client);
    assert!(lives.iter().all(|life| life.date_creation.starts_with("2025-08-21T")));
    assert_eq!(lives.iter().map(|life| &life.id).collect::<HashSet<_>>().len(), lives.len());
}

#[test]
fn the_same_seed_and_requests_give_the_same_truth() {
    let lives = |seed| {
        let client = Client::new(churned().with(|options| options.wire.seed = seed));
        for _ in 0..8 {
            client.search(DAY);
        }
        serde_json::to_string(&truth(&client)).unwrap()
    };
    assert!(lives(7) == lives(7));
    assert!(lives(7) != lives(8));
}

#[test]
fn the_truth_comes_over_http_too_with_texts_or_digests() {
    let client = Client::new(churned());
    client.search(DAY);
    let lines = |query: &str| {
        let answer = get(&client.server, &format!("/_sandbox/truth?date=2025-08-21{query}"), &[]).unwrap();
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>()
    };
    let whole = lines("");
    assert_eq!(whole.len(), truth(&client).len());
    assert_eq!(whole[0]["versions"][0], truth(&client)[0].versions[0]);
    assert_eq!(whole[0]["livedThroughout"], true);
    assert_eq!(lines("&bodies=false")[0]["versions"][0].as_str().unwrap().len(), 64);
    assert_eq!(get(&client.server, "/_sandbox/truth", &[]).unwrap().status, 400);
}

#[test]
fn a_search_with_other_bounds_plays_the_same_events() {
    let client = Client::new(churned());
    for _ in 0..5 {
        client.search("minCreationDate=2025-08-21T23:00:00Z&maxCreationDate=2025-08-21T23:10:00Z&sort=1");
    }
    let other = Client::new(churned());
    for _ in 0..5 {
        other.search(DAY);
    }
    let lives =
        |client: &Client| truth(client).iter().map(|life| (life.id.clone(), life.born, life.died)).collect::<Vec<_>>();
    assert_eq!(lives(&client), lives(&other));
}

#[test]
fn without_a_date_each_day_lives_from_its_first_search() {
    let now = Some("2026-05-04T10:00:00".parse().unwrap());
    let client = Client::new(churned().with(|options| {
        options.france_travail.date = None;
        options.wire.now = now;
    }));
    client.search(DAY);
    for _ in 0..6 {
        client.search("minCreationDate=2026-05-02T00:00:00Z&maxCreationDate=2026-05-03T00:00:00Z&sort=1");
    }
    let other = client.server.service::<FranceTravail>().truth("2026-05-02".parse().unwrap());
    assert!(other.iter().any(|life| life.born > 1) && other.iter().all(|life| life.born < 7));
    assert!(truth(&client).iter().all(|life| life.lived_throughout));
}

#[test]
fn faults_do_not_stop_time() {
    let faults = sandbox::Faults::default().and_at(sandbox::Fault::Internal, 2).and_at(sandbox::Fault::BadGateway, 3);
    let (faulty, plain) = (Client::new(churned().with(|options| options.wire.faults = faults)), Client::new(churned()));
    for client in [&faulty, &plain] {
        for _ in 0..5 {
            client.search(DAY);
        }
    }
    assert_eq!(serde_json::to_string(&truth(&faulty)).unwrap(), serde_json::to_string(&truth(&plain)).unwrap());
}

//! A stock that is another one from run to run: told by hand, or by the clock; and a search that hides offers.

use std::collections::{HashMap, HashSet};

use sandbox::{FranceTravail, Life, Options, Turnover};

use crate::client::{Client, day, get, send};

const DAY: &str = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-21T23:59:59Z&sort=1";
const DETAIL: &str = "/partenaire/offresdemploi/v2/offres";

fn service(client: &Client) -> &FranceTravail {
    client.server.service()
}

fn truth(client: &Client) -> HashMap<String, Life> {
    let lives = service(client).truth("2025-08-21".parse().unwrap());
    lives.into_iter().map(|life| (life.id.clone(), life)).collect()
}

/// All that a search of the day finds; the bounds are such that only the day's own are found, but its last milliseconds.
fn found(client: &Client) -> HashSet<String> {
    client.sweep(DAY).into_iter().collect()
}

fn status(client: &Client, id: &str) -> u16 {
    client.get(&format!("{DETAIL}/{id}")).status
}

#[test]
fn what_is_withdrawn_is_gone_from_search_and_detail_and_may_come_back() {
    let client = Client::new(day("2025-08-21", 600));
    let before = found(&client);
    service(&client).turn_over(None, Turnover { withdrawn: 0.1, ..Turnover::default() });
    let after = found(&client);
    let gone: HashSet<String> = before.difference(&after).cloned().collect();
    assert!((58..=60).contains(&gone.len()), "{}", gone.len());
    assert!(gone.iter().all(|id| status(&client, id) == 204));
    assert!(after.iter().take(20).all(|id| status(&client, id) == 200));
    assert!(gone.iter().all(|id| truth(&client)[id].died.is_some()));
    service(&client).turn_over(None, Turnover { back: 1.0, ..Turnover::default() });
    assert_eq!(found(&client), before);
    let truth = truth(&client);
    assert!(gone.iter().all(|id| truth[id].returned && truth[id].died.is_none() && !truth[id].lived_throughout));
    assert!(gone.iter().all(|id| truth[id].versions.len() == 1), "they come back as they were");
}

#[test]
fn offers_change_and_appear_late_in_a_day_that_is_past() {
    let client = Client::new(day("2025-08-21", 600));
    let before = found(&client);
    let turnover = Turnover { changed: 0.2, late: 0.05, ..Turnover::default() };
    service(&client).turn_over(Some("2025-08-21".parse().unwrap()), turnover);
    let after = found(&client);
    assert!(before.is_subset(&after));
    assert!((29..=30).contains(&(after.len() - before.len())), "{}", after.len() - before.len());
    let truth = truth(&client);
    let changed = truth.values().filter(|life| life.versions.len() > 1).count();
    assert!((90..=120).contains(&changed), "{changed}: some of 120 may have been drawn twice");
    let page = client.search(DAY);
    assert!(page.ids().iter().all(|id| page.text().contains(truth[id].versions.last().unwrap())), "the latest version");
}

#[test]
fn a_search_that_hides_offers_leaves_their_details() {
    let client = Client::new(day("2025-08-21", 600));
    let before = found(&client);
    service(&client).hide(0.1);
    let after = found(&client);
    let hidden: Vec<&String> = before.difference(&after).collect();
    assert!((30..100).contains(&hidden.len()), "{}", hidden.len());
    assert!(hidden.iter().all(|id| status(&client, id) == 200));
    service(&client).hide(1.0);
    let answer = client.search(DAY);
    assert_eq!(answer.status, 204);
    assert!(answer.range().contains("*/0"), "{}", answer.range());
    service(&client).hide(0.0);
    assert_eq!(found(&client), before);
}

#[test]
fn it_is_told_over_http_too() {
    let client = Client::new(day("2025-08-21", 300));
    let before = found(&client).len();
    let tell = |method: &str, path: &str, body: &str| send(&client.server, method, path, &[], body).unwrap().status;
    assert_eq!(tell("POST", "/_sandbox/turn", r#"{"date":"2025-08-21","withdrawn":0.1}"#), 204);
    assert_eq!(before - found(&client).len(), 30);
    assert_eq!(tell("POST", "/_sandbox/turn", r#"{"back":1}"#), 204);
    assert_eq!(found(&client).len(), before);
    assert_eq!(tell("POST", "/_sandbox/turn", r#"{"gone":1}"#), 400);
    assert_eq!(tell("PUT", "/_sandbox/hide", "1"), 204);
    assert_eq!(client.search(DAY).status, 204);
    assert_eq!(get(&client.server, "/_sandbox/hide", &[]).unwrap().text(), "1\n");
    assert_eq!(tell("PUT", "/_sandbox/hide", "\"all\""), 400);
}

fn by_the_clock(now: &str) -> Client {
    let turnover = Turnover { withdrawn: 0.05, changed: 0.05, back: 0.2, late: 0.02 };
    Client::new(Options::default().with(|options| {
        options.france_travail.offers = 400;
        options.france_travail.rate = 0.0;
        options.france_travail.turnover = turnover;
        options.wire.now = Some(now.parse().unwrap());
    }))
}

#[test]
fn by_the_clock_a_day_is_the_same_whenever_and_how_often_it_is_asked_for() {
    let online = |client: &Client| -> HashMap<String, String> {
        let lives = truth(client).into_values().filter(|life| life.died.is_none());
        lives.map(|life| (life.id, life.versions.last().unwrap().clone())).collect()
    };
    let later = by_the_clock("2025-08-25T10:00:00");
    let again = by_the_clock("2025-08-25T18:00:00");
    for _ in 0..3 {
        found(&again);
    }
    assert_eq!(online(&later), online(&again));
    let same_day = by_the_clock("2025-08-21T23:59:59");
    assert!(truth(&same_day).values().all(|life| life.lived_throughout && life.versions.len() == 1));
    let next = by_the_clock("2025-08-22T03:00:00");
    let gone = truth(&next).values().filter(|life| life.died.is_some()).count();
    assert_eq!(gone, 20);
    assert!(truth(&later).values().any(|life| life.returned));
}

#[test]
fn a_day_that_was_turned_over_by_hand_is_not_forgotten() {
    let client = by_the_clock("2025-08-25T10:00:00");
    service(&client).turn_over(Some("2025-08-21".parse().unwrap()), Turnover { withdrawn: 0.5, ..Turnover::default() });
    let left = found(&client);
    for day in 1..=15 {
        client.search(&format!(
            "minCreationDate=2025-08-{day:02}T00:00:00Z&maxCreationDate=2025-08-{day:02}T23:59:59Z&sort=1"
        ));
    }
    assert_eq!(found(&client), left);
}

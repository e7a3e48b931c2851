//! data·inclusion while its tables are loaded anew under whoever pages through them, and the truth about it.

use std::collections::BTreeSet;

use sandbox::{Inclusion, List, Reload, ReloadAt, Server, Spot, State, held_throughout};
use serde_json::Value;

use crate::client::{get, send};
use crate::inclusion::{ask, ids, page, server, sweep};

fn after(request: u64, reload: Reload, spot: Spot) -> ReloadAt {
    ReloadAt { reload, spot, request }
}

/// A server on which this happens after the second list request.
fn with(reload: Reload, spot: Spot) -> Server {
    server(|options| options.reload_at = vec![after(2, reload, spot)])
}

fn ids_of(server: &Server, list: &str) -> Vec<String> {
    ids(&page(server, list, 1, 10_000))
}

fn counts(states: &[State]) -> Vec<(u64, usize)> {
    states.iter().map(|state| (state.after, state.structures)).collect()
}

#[test]
fn each_kind_of_reload_does_what_it_says() {
    for (reload, sum) in [
        (Reload::Delete, -1),
        (Reload::Insert, 1),
        (Reload::Swap, 0),
        (Reload::Move, 0),
        (Reload::Change, 0),
        (Reload::Cluster, 0),
        (Reload::Same, 0),
    ] {
        let server = with(reload, Spot::Anywhere);
        let before = page(&server, "structures", 1, 100);
        let also_before = page(&server, "structures", 1, 100);
        let after = page(&server, "structures", 1, 100);
        assert_eq!(before, also_before);
        let (old, new) = (BTreeSet::from_iter(ids(&before)), BTreeSet::from_iter(ids(&after)));
        let (gone, come) = (old.difference(&new).count() as i64, new.difference(&old).count() as i64);
        assert_eq!((come - gone).signum(), sum, "{reload:?}");
        assert!(gone <= 3 && come <= 3, "{reload:?}");
        let is_of_ids = matches!(reload, Reload::Delete | Reload::Insert | Reload::Swap | Reload::Move);
        assert_eq!(gone + come > 0, is_of_ids, "{reload:?}");
        let is_same = before["items"] == after["items"];
        assert_eq!(is_same, reload == Reload::Same, "{reload:?}");
    }
}

#[test]
fn a_row_that_goes_before_the_next_page_hides_another_though_totals_agree() {
    let server = with(Reload::Swap, Spot::Start);
    let pages: Vec<Value> = (1..=6).map(|number| page(&server, "structures", number, 10)).collect();
    let told: BTreeSet<String> = pages.iter().flat_map(ids).collect();
    let totals: BTreeSet<u64> = pages.iter().map(|page| page["total"].as_u64().unwrap()).collect();
    assert_eq!(Vec::from_iter(totals), [60]);
    let held = held_throughout(&server.service::<Inclusion>().truth(List::Structures), 1, 6);
    assert!(held.iter().any(|id| !told.contains(id)), "no record was hidden");
}

#[test]
fn reloads_at_the_seam_touch_what_lies_about_the_end_of_the_last_page() {
    for name in ["structures", "services"] {
        for reload in [Reload::Insert, Reload::Delete] {
            let server = server(|options| {
                options.reload_at = vec![after(2, reload, Spot::Seam)];
                options.reload_rows = 1;
            });
            let before = ids_of(&server, name);
            page(&server, name, 2, 10);
            let now = ids_of(&server, name);
            // A structure has services elsewhere too.
            let lacks = |of: &[String], from: &[String]| of[15..=22].iter().any(|id| !from.contains(id));
            let is_there = if reload == Reload::Insert { lacks(&now, &before) } else { lacks(&before, &now) };
            assert!(is_there, "{reload:?} of {name}: {before:?}, then {now:?}");
        }
    }
}

#[test]
fn tables_shrink_or_stand_empty_until_the_next_reload() {
    let server = server(|options| {
        let reloads = [(1, Reload::Empty), (2, Reload::Same), (3, Reload::Shrink), (4, Reload::Same)];
        options.reload_at = reloads.map(|(request, reload)| after(request, reload, Spot::Anywhere)).to_vec();
    });
    let all: Vec<Vec<String>> = (0..5).map(|_| ids_of(&server, "structures")).collect();
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [60, 0, 60, 21, 60]);
    assert!(all[2] == all[0] && all[4] == all[0] && all[3].iter().all(|id| all[0].contains(id)));
    let truth = server.service::<Inclusion>().truth(List::Structures);
    assert_eq!(held_throughout(&truth, 1, 5), Vec::<String>::new());
    assert_eq!(held_throughout(&truth, 3, 5).len(), 21);
    assert_eq!(counts(&server.service::<Inclusion>().states()), [(0, 60), (1, 0), (2, 60), (3, 21), (4, 60)]);
}

#[test]
fn a_total_can_be_that_of_the_next_state() {
    let server = server(|options| {
        options.reload_at = vec![after(2, Reload::Insert, Spot::Start)];
        options.reload_within = 1.0;
    });
    let pages: Vec<Value> = [1, 2, 2].iter().map(|number| page(&server, "structures", *number, 10)).collect();
    let total = |page: &Value| page["total"].as_u64().unwrap();
    assert_eq!(total(&pages[0]), 60);
    assert!(total(&pages[1]) > 60);
    assert_eq!(total(&pages[2]), total(&pages[1]));
    // Its records were those of before.
    let first = &server.service::<Inclusion>().truth(List::Structures);
    assert!(ids(&pages[1]).iter().all(|id| first.iter().any(|held| held.id == *id && held.meets(2, 2))));
    assert_ne!(ids(&pages[1]), ids(&pages[2]));
}

#[test]
fn every_answer_agrees_with_the_truth_at_its_time_however_often_tables_are_loaded() {
    let server = server(|options| {
        options.reload_every = 1;
        options.reload_within = 0.5;
        options.reload_spots = vec![Spot::Start, Spot::Seam, Spot::End, Spot::Anywhere];
    });
    let lists = [("structures", List::Structures), ("services", List::Services)];
    let answers: Vec<(u64, &str, Value)> = (1..=40)
        .map(|request| {
            let list = lists[usize::from(request % 2 == 0)].0;
            (request, list, page(&server, list, request as usize % 7 + 1, 10))
        })
        .collect();
    for (name, list) in lists {
        let truth = server.service::<Inclusion>().truth(list);
        for (request, _, page) in answers.iter().filter(|(_, of, _)| *of == name) {
            let seen: Vec<_> = truth.iter().filter(|held| held.meets(*request, *request)).collect();
            for item in page["items"].as_array().unwrap() {
                let held = seen.iter().find(|held| held.id == item["id"].as_str().unwrap()).expect("it was held");
                assert_eq!(serde_json::from_str::<Value>(&held.record).unwrap(), *item);
            }
        }
    }
    let states = server.service::<Inclusion>().states();
    assert!((0..40).all(|after| states.iter().any(|state| state.after == after)));
}

#[test]
fn reloads_depend_on_the_seed_and_the_number_of_the_request_alone() {
    let seen = || {
        let server = server(|options| options.reload_every = 3);
        (sweep(&server, "structures", 9), sweep(&server, "services", 9), server.service::<Inclusion>().states())
    };
    assert_eq!(seen(), seen());
}

#[test]
fn the_truth_and_reloads_are_had_over_http_too() {
    let server = server(|_| {});
    let lines = |path: &str| {
        let answer = get(&server, &format!("/_sandbox/inclusion/{path}"), &[]).unwrap();
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    page(&server, "structures", 1, 10);
    let reload = |what| send(&server, "POST", "/_sandbox/inclusion/reload", &[], what).unwrap().status;
    assert_eq!([reload("delete:start"), reload("erase"), reload("empty")], [204, 400, 204]);
    assert_eq!(page(&server, "structures", 1, 10)["total"], 0);
    let truth = lines("truth?list=structures");
    assert_eq!((truth.len(), &truth[0]["from"], &truth[0]["until"]), (60, &Value::from(1), &Value::from(1)));
    let states = lines("states");
    assert_eq!((states.len(), &states[1]["reload"], &states[1]["after"]), (2, &Value::from("empty"), &Value::from(1)));
}

#[test]
fn without_duplicates_clusters_are_sorted_by_names_that_each_load_gives_anew() {
    let server = server(|options| options.reload_at = vec![after(3, Reload::Same, Spot::Anywhere)]);
    let best = || ids(&ask(&server, "/api/v1/structures?size=100&exclure_doublons=true").json());
    let all = page(&server, "structures", 1, 100);
    let (first, second, renamed) = (best(), best(), best());
    assert_eq!(first, second);
    assert_ne!(first, renamed);
    assert_eq!(BTreeSet::from_iter(&first), BTreeSet::from_iter(&renamed));
    // Of each cluster one is there, and no other scores higher.
    for item in all["items"].as_array().unwrap() {
        let of = |id: &Value| all["items"].as_array().unwrap().iter().find(|other| other["id"] == *id).unwrap();
        let mates = item["doublons"].as_array().unwrap().iter().map(|mate| of(&mate["id"]));
        let cluster: Vec<&Value> = std::iter::once(item).chain(mates).collect();
        let kept: Vec<_> = cluster.iter().filter(|one| first.iter().any(|id| one["id"] == id.as_str())).collect();
        let score = |one: &Value| one["score_qualite"].as_f64().unwrap();
        assert_eq!(kept.len(), 1);
        assert!(cluster.iter().all(|one| score(one) <= score(kept[0])));
    }
}

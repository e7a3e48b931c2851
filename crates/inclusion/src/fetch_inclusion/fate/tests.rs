//! The rules of the contract, one by one, on small lists.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::record::Told;
use super::super::shelf::{Begun, Page, Shelf};
use super::*;

struct Lists {
    _folder: tempfile::TempDir,
    lists: Vec<(Kind, Shelf)>,
}

fn lists(structures: &[&str], services: &[&str]) -> Lists {
    let folder = tempfile::tempdir().unwrap();
    let shelf = |name: &str, records: &[&str]| {
        let begun = Begun { address: String::new(), page_size: 1, at: Timestamp::UNIX_EPOCH };
        let mut shelf = Shelf::begin(&folder.path().join(name), begun).unwrap();
        for record in records {
            shelf.add(&Told::read(record.as_bytes()).unwrap(), record.as_bytes()).unwrap();
        }
        let (requests, totals) = (BTreeMap::new(), vec![]);
        let (page, size, records, known, retries, reloads) = (1, 1, 1, 0, 0, 0);
        let page =
            Page { page, size, records, known, requests, retries, reloads, totals, is_last: true, is_invented: false };
        shelf.keep(page).unwrap();
        shelf
    };
    let lists = vec![(Kind::Structures, shelf("a", structures)), (Kind::Services, shelf("b", services))];
    Lists { _folder: folder, lists }
}

fn chosen(excluded: &[&str]) -> Chosen {
    let exclude_source = excluded.iter().map(ToString::to_string).collect();
    Chosen { from: "api".to_owned(), exclude_source, duplicates: "aside".to_owned(), only: None }
}

fn structure(id: &str, score: &str, date: &str, doublons: &[&str]) -> String {
    let source = id.split('-').next().unwrap();
    let doublons: Vec<String> = doublons
        .iter()
        .map(|id| format!("{{\"source\":\"{}\",\"id\":\"{id}\"}}", id.split('-').next().unwrap()))
        .collect();
    let date = if date.is_empty() { "null".to_owned() } else { format!("\"{date}\"") };
    format!(
        "{{\"id\":\"{id}\",\"source\":\"{source}\",\"code_insee\":\"35238\",\"score_qualite\":{score},\"date_maj\":{date},\"doublons\":[{}]}}",
        doublons.join(",")
    )
}

fn service(id: &str, structure: &str, more: &str) -> String {
    let source = id.split('-').next().unwrap();
    format!("{{\"id\":\"{id}\",\"source\":\"{source}\",\"structure_id\":\"{structure}\"{more}}}")
}

/// What becomes of each record: `+` kept, `x` excluded, `-` not wanted, or the one that is kept in its place (`!` own).
fn told(lists: &Lists, chosen: &Chosen) -> Vec<Vec<String>> {
    let fates = decide(&lists.lists, chosen, &|| Ok(())).unwrap();
    let tell = |fate: &Fate| match fate {
        Fate::Kept => "+".to_owned(),
        Fate::Excluded => "x".to_owned(),
        Fate::Aside { kept, own } => format!("{kept}{}", if *own { "!" } else { "" }),
        Fate::Filtered => "-".to_owned(),
    };
    fates.iter().map(|fates| fates.fates.iter().map(tell).collect()).collect()
}

fn structures_told(structures: &[String], excluded: &[&str]) -> Vec<String> {
    let structures: Vec<&str> = structures.iter().map(String::as_str).collect();
    told(&lists(&structures, &[]), &chosen(excluded)).remove(0)
}

#[test]
fn of_two_that_are_one_the_better_is_kept() {
    for (a, b, fates) in [
        (("0.5", "2024-01-01"), ("0.6", "2020-01-01"), ["b-1", "+"]),
        (("0.5", "2024-01-02"), ("0.5", "2024-01-01"), ["+", "a-1"]),
        (("0.5", ""), ("0.5", "2024-01-01"), ["b-1", "+"]),
        (("0.5", ""), ("0.5", ""), ["+", "a-1"]),
        (("null", "2024-01-01"), ("0.0", ""), ["b-1", "+"]),
    ] {
        let both = [structure("a-1", a.0, a.1, &["b-1"]), structure("b-1", b.0, b.1, &["a-1"])];
        assert_eq!(structures_told(&both, &[]), fates, "{a:?} {b:?}");
    }
}

#[test]
fn the_callers_own_beats_all_others_and_need_not_be_served() {
    let all = [
        structure("a-1", "0.9", "", &["own-2", "own-1", "b-1"]),
        structure("b-1", "0.1", "", &["a-1"]),
        structure("own-1", "0.0", "", &["a-1"]),
    ];
    // b-1 is beaten by a-1, though that one is set aside: each stands on its own list.
    assert_eq!(structures_told(&all, &["own"]), ["own-1!", "a-1", "x"]);
    assert_eq!(structures_told(&all, &["b"]), ["b-1!", "x", "a-1"]);
}

#[test]
fn who_is_not_served_or_excluded_beats_nobody() {
    let all = [structure("a-1", "0.1", "", &["c-1"]), structure("b-1", "0.2", "", &["a-1"])];
    assert_eq!(structures_told(&all, &[]), ["+", "+"]);
    let three = [
        structure("a-1", "0.1", "", &["b-1", "c-1"]),
        structure("b-1", "0.2", "", &["a-1", "c-1"]),
        structure("c-1", "0.2", "", &["a-1", "b-1"]),
    ];
    assert_eq!(structures_told(&three, &[]), ["b-1", "+", "b-1"], "the best of them is named");
}

#[test]
fn a_service_goes_where_its_structure_goes() {
    let structures = [structure("a-1", "0.1", "", &["own-1"]), structure("b-1", "0.1", "", &[])];
    let services = [
        service("a-s", "a-1", ""),
        service("b-s", "b-1", ""),
        service("c-s", "nowhere", ""),
        service("own-s", "own-1", ""),
    ];
    let [structures, services] =
        [&structures[..], &services[..]].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
    let lists = lists(&structures, &services);
    let fates = decide(&lists.lists, &chosen(&["own", "stranger"]), &|| Ok(())).unwrap();
    assert_eq!(told(&lists, &chosen(&["own"]))[1], ["own-1!", "+", "+", "x"]);
    assert_eq!((fates[0].orphans, fates[1].orphans), (None, Some(1)));
    assert_eq!((fates[1].excluded["own"], fates[1].excluded["stranger"]), (1, 0));
    let kept = Chosen { duplicates: "kept".to_owned(), ..chosen(&[]) };
    assert_eq!(told(&lists, &kept)[1], ["+"; 4]);
}

#[test]
fn what_is_not_wanted_goes_after_all_else() {
    let structures = [
        structure("a-1", "0.1", "", &["b-1"]),
        structure("b-1", "0.2", "", &[]),
        structure("b-2", "0.2", "", &[]),
        structure("c-1", "0.2", "", &[]),
    ];
    let theme = |value: &str| format!(",\"code_postal\":\"35000\",\"thematiques\":[\"{value}\"]");
    let services = [
        service("b-s", "b-1", &theme("mobilite--velo")),
        service("b-t", "b-2", &theme("sante")),
        service("c-s", "c-1", &theme("mobilite")),
        service("b-u", "b-2", ",\"code_postal\":\"29200\",\"thematiques\":[\"mobilite\"]"),
    ];
    let [structures, services] =
        [&structures[..], &services[..]].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
    let lists = lists(&structures, &services);
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let with = |only: Only| Chosen { only: Some(only), ..chosen(&[]) };
    let by_theme = with(Only { thematique: texts(&["mobilite"]), ..Only::default() });
    assert_eq!(told(&lists, &by_theme), [texts(&["b-1", "+", "+", "+"]), texts(&["+", "-", "+", "+"])]);
    let all = Only { source: texts(&["b"]), departement: texts(&["35"]), thematique: texts(&["mobilite"]) };
    assert_eq!(told(&lists, &with(all)), [texts(&["b-1", "+", "-", "-"]), texts(&["+", "-", "-", "-"])]);
}

//! The portals: pages that add up, what tells versions apart, and a catalogue that moves on demand.

use std::collections::BTreeSet;

use sandbox::{Fault, Faults, Options, PortalOptions, Portals, Server};
use serde_json::Value;

use crate::client::{Answer, get, start};

const SEARCH: &str = "/portail-ckan/api/3/action/package_search";
const ODS: &str = "/portail-ods/api/datasets/1.0/search/";
const DCAT: &str = "/portail-dcat/catalogue.rdf";

fn server(change: impl FnOnce(&mut PortalOptions)) -> Server {
    let mut options = Options::default().with(|options| options.france_travail.offers = 0);
    change(&mut options.portals);
    start(options)
}

fn ask(server: &Server, target: &str, headers: &[(&str, &str)]) -> Answer {
    get(server, target, headers).unwrap_or_else(|why| panic!("GET {target}: {why}"))
}

/// Identifiers and count of each page of the search.
fn list_ckan(server: &Server) -> Vec<(Vec<String>, u64)> {
    let mut pages = vec![];
    let mut start = 0;
    loop {
        let page = ask(server, &format!("{SEARCH}?rows=1000&start={start}&sort=id+asc&fl=id"), &[]).json();
        let count = page["result"]["count"].as_u64().unwrap();
        let ids = texts(&page["result"]["results"], "id");
        start += ids.len();
        let is_last = ids.is_empty() || start as u64 >= count;
        pages.push((ids, count));
        if is_last {
            return pages;
        }
    }
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_four_hold_the_same_sixty_datasets() {
    let server = server(|_| {});
    let pages = list_ckan(&server);
    assert_eq!(
        pages.iter().map(|(ids, count)| (ids.len(), *count)).collect::<Vec<_>>(),
        [(25, 60), (25, 60), (10, 60)]
    );
    let ids: Vec<String> = pages.into_iter().flat_map(|(ids, _)| ids).collect();
    assert!(ids.is_sorted() && ids.iter().collect::<BTreeSet<_>>().len() == 60);

    let names = ask(&server, "/portail-dkan/api/3/action/package_list", &[]).json()["result"].clone();
    let first = names[0].as_str().unwrap();
    let package = ask(&server, &format!("/portail-dkan/api/3/action/package_show?id={first}"), &[]).json();
    assert_eq!((names.as_array().unwrap().len(), package["result"][0]["id"].as_str().unwrap()), (60, ids[0].as_str()));

    let ods: Vec<String> = [0, 25, 50]
        .iter()
        .flat_map(|start| {
            texts(&ask(&server, &format!("{ODS}?start={start}&rows=50"), &[]).json()["datasets"], "datasetid")
        })
        .collect();
    assert_eq!(Value::from(ods), names);

    let dcat: Vec<String> =
        (1..=3).map(|page| ask(&server, &format!("{DCAT}?page={page}"), &[]).text().to_owned()).collect();
    let found: Vec<&String> =
        ids.iter().filter(|id| dcat.iter().any(|page| page.contains(&format!("<dct:identifier>{id}<")))).collect();
    assert_eq!(found.len(), 60);
    assert!(dcat[0].contains(&format!("<hydra:nextPage>{}{DCAT}?page=2</hydra:nextPage>", server.url())));
}

#[test]
fn what_a_client_knows_is_not_sent_again_until_there_is_another_release() {
    let server = server(|_| {});
    let all = format!("{SEARCH}?rows=25");
    for target in [DCAT, ODS, &all, "/portail-dkan/api/3/action/package_list"] {
        let whole = ask(&server, target, &[]);
        let etag = whole.header("etag").unwrap().to_owned();
        let again = ask(&server, target, &[("If-None-Match", &etag)]);
        assert_eq!((whole.status, again.status, again.body.len()), (200, 304, 0), "{target}");
        server.service::<Portals>().release();
        assert_eq!(ask(&server, target, &[("If-None-Match", &etag)]).status, 200, "{target}");
    }
}

#[test]
fn a_portal_that_says_no_version_sends_all() {
    let server = server(|portals| portals.portal_validators = sandbox::Validators::None);
    let answer = ask(&server, ODS, &[]);
    assert_eq!((answer.header("etag"), answer.header("last-modified")), (None, None));
}

#[test]
fn a_catalogue_that_moves_while_it_is_listed_contradicts_itself_as_often_as_asked() {
    let server = server(|portals| portals.portal_moves = 1);
    let moved = list_ckan(&server);
    assert_eq!(moved.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [60, 59, 59]);
    assert_eq!(moved.iter().map(|(ids, _)| ids.len()).sum::<usize>(), 59);
    let still = list_ckan(&server);
    let ids: BTreeSet<&String> = still.iter().flat_map(|(ids, _)| ids).collect();
    assert_eq!((still[0].1, ids.len()), (59, 59));
    // The one that moved up was on no page of the first listing.
    assert_eq!(ids.iter().filter(|id| !moved.iter().any(|(seen, _)| seen.contains(id))).count(), 1);
    server.service::<Portals>().set_moves(2);
    assert_eq!(list_ckan(&server).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [59, 58, 57]);
}

#[test]
fn a_portal_can_lack_search_refuse_a_package_and_ask_for_a_key() {
    let server = server(|portals| {
        portals.portal_without_search = true;
        portals.portal_refusal = Some(500);
        portals.portal_key = Some("cle".to_owned());
    });
    let key = [("Authorization", "cle")];
    let list = "/portail-ckan/api/3/action/package_list";
    assert_eq!(ask(&server, list, &[]).status, 403);
    let search = ask(&server, SEARCH, &key);
    assert_eq!((search.status, search.json()["success"].as_bool()), (400, Some(false)));
    let names = ask(&server, list, &key).json()["result"].clone();
    let show = |nth: usize| {
        let name = names[nth].as_str().unwrap();
        ask(&server, &format!("/portail-ckan/api/3/action/package_show?id={name}"), &key).status
    };
    assert_eq!([show(1), show(2), show(3)], [200, 500, 200]);
    assert_eq!(ask(&server, "/portail-ckan/api/3/action/package_show?id=aucun", &key).status, 404);
    let asked = server.requests();
    assert_eq!((asked[0].authorised, asked[1].authorised), (false, true));
}

#[test]
fn a_page_can_lack_what_it_announces() {
    let server = server(|_| {});
    server.set_faults(Faults::default().and_at(Fault::ShortPage, 1).and_at(Fault::RepeatedPage, 2));
    let ids = |page: &Answer| texts(&page.json()["result"]["results"], "id");
    let (short, repeated) = (ask(&server, SEARCH, &[]), ask(&server, SEARCH, &[]));
    assert!(ids(&short).len() < 10 && short.json()["result"]["count"] == 60);
    let repeated = ids(&repeated);
    assert_eq!((repeated.len(), repeated.iter().collect::<BTreeSet<_>>().len()), (10, 9));
}

#[test]
fn filters_narrow_what_is_found() {
    let server = server(|_| {});
    let count =
        |query: &str| ask(&server, &format!("{SEARCH}?rows=0&q={query}"), &[]).json()["result"]["count"].clone();
    assert_eq!(count("organization:regie-des-eaux"), 15);
    assert_eq!(count("organization:regie-des-eaux+AND+-tags:Finances"), 12);
    let hits = |query: &str| ask(&server, &format!("{ODS}?rows=0&{query}"), &[]).json()["nhits"].clone();
    assert_eq!(hits("refine.keyword=Finances&exclude.publisher=Office+du+tourisme"), 3);
}

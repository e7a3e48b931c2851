//! Positions, totals, and the forms of `Content-Range`.

use std::collections::HashSet;

use sandbox::FranceTravail;

use crate::client::{Client, day, total};

const DAY: &str = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-22T00:00:00Z&sort=1";

#[test]
fn statuses_and_ranges_take_the_observed_forms() {
    let client = Client::new(day("2025-08-21", 353));
    let bounds = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-21T23:59:59Z";
    // One offer of the day comes after 23:59:59.000.
    let seen = |range: &str| {
        let answer = client.search(&format!("{bounds}&range={range}"));
        (answer.status, answer.range().to_owned(), answer.ids().len())
    };
    assert_eq!(seen("0-149"), (206, "offres 0-149/352".to_owned(), 150));
    assert_eq!(seen("300-449"), (206, "offres 300-351/352".to_owned(), 52));
    assert_eq!(seen("450-599"), (204, "offres -1--1/352".to_owned(), 0));
    assert_eq!(seen("352-400"), (204, "offres -1--1/352".to_owned(), 0));
    assert_eq!(seen("351-351"), (206, "offres 351-351/352".to_owned(), 1));
}

#[test]
fn a_whole_result_is_200_and_an_empty_one_204_in_several_forms() {
    let client = Client::new(day("2025-08-21", 9));
    let whole = client.search("minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-22T00:00:00Z&motsCles=");
    assert_eq!(
        (whole.status, whole.range()),
        (200, format!("offres 0-{}/{}", whole.ids().len() - 1, whole.ids().len()).as_str())
    );
    let forms: HashSet<String> = (0..40)
        .map(|_| {
            let empty = client.search("minCreationDate=2019-01-01T00:00:00Z&maxCreationDate=2019-01-02T00:00:00Z");
            assert_eq!((empty.status, empty.body.len()), (204, 0));
            empty.range().to_owned()
        })
        .collect();
    assert_eq!(forms, HashSet::from(["*/0", "offres */0", "offres */0 communes"].map(str::to_owned)));
}

#[test]
fn the_pages_of_a_still_day_hold_each_offer_once_newest_first() {
    let client = Client::new(day("2025-08-21", 1000));
    let ids = client.sweep(DAY);
    let truth = client.server.service::<FranceTravail>().truth("2025-08-21".parse().unwrap());
    assert_eq!(truth.len(), 1000);
    assert!(truth.iter().all(|life| life.lived_throughout && ids.contains(&life.id)));
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    let stamps = client.search(DAY).stamps();
    assert!(stamps.is_sorted_by(|a, b| a >= b));
}

#[test]
fn neighbours_have_a_few_offers_at_their_edges_and_other_days_none() {
    let client = Client::new(day("2025-08-21", 100));
    let of =
        |from: &str, to: &str| client.search(&format!("minCreationDate={from}Z&maxCreationDate={to}Z&sort=1")).stamps();
    let last = of("2025-08-20T23:59:59", "2025-08-21T00:00:00");
    assert!(
        last.contains(&"2025-08-20T23:59:59.999Z".to_owned()) && last.contains(&"2025-08-21T00:00:00.000Z".to_owned())
    );
    let next = of("2025-08-21T23:59:59", "2025-08-22T00:00:01");
    for stamp in ["2025-08-21T23:59:59.999Z", "2025-08-22T00:00:00.000Z", "2025-08-22T00:00:00.371Z"] {
        assert!(next.contains(&stamp.to_owned()), "{stamp}");
    }
    assert_eq!(of("2025-08-01T00:00:00", "2025-08-19T23:59:59"), Vec::<String>::new());
    let neighbours = of("2025-08-22T00:00:00", "2025-08-23T00:00:00");
    assert_eq!(neighbours.len(), 4);
}

#[test]
fn ties_share_one_second_and_the_window_ends_at_3150() {
    let ties = Some("4000@10:15:00".parse().unwrap());
    let client = Client::new(day("2025-08-21", 5000).with(|options| options.france_travail.ties = ties));
    let second = "minCreationDate=2025-08-21T10:15:00Z&maxCreationDate=2025-08-21T10:15:01Z&sort=1";
    let first = client.search(second);
    assert!(total(first.range()) >= 4000);
    assert_eq!(client.search(&format!("{second}&range=3000-3149")).ids().len(), 150);
    assert_eq!(client.search(&format!("{second}&range=3149-3160")).status, 400);
    let of_origin = |origin: u8| total(client.search(&format!("{second}&origineOffre={origin}")).range());
    assert_eq!(of_origin(1) + of_origin(2), total(first.range()));
}

#[test]
fn filters_part_a_day_without_loss() {
    let client = Client::new(day("2025-08-21", 2000));
    let count = |query: &str| {
        let answer = client.search(&format!("{DAY}&{query}"));
        total(answer.range())
    };
    let all = count("");
    let sum = |name: &str, values: &[&str]| values.iter().map(|value| count(&format!("{name}={value}"))).sum::<usize>();
    let types = ["CDI", "CDD", "MIS", "SAI", "CCE", "FRA", "LIB", "REP", "TTI", "DDI", "DIN"];
    assert_eq!(sum("typeContrat", &types), all);
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N"];
    let apart = ["C15", "L14", "M13", "M14", "M15", "M16", "M17", "M18"];
    assert!(sum("grandDomaine", &letters) < all);
    assert_eq!(sum("grandDomaine", &letters) + sum("grandDomaine", &apart), all);
    assert_eq!(count("grandDomaine=M18"), count("domaine=M18"));
    assert_eq!(count("typeContrat=CDD,MIS"), count("typeContrat=CDD") + count("typeContrat=MIS"));
    // Joined by OR: every self-employed contract has the nature NS already.
    assert_eq!(count("typeContrat=LIB&natureContrat=NS"), count("natureContrat=NS"));
    assert!(count("departement=75,92,93,94,69") > 0 && count("region=11") >= count("departement=75,92"));
    assert_eq!(count("experienceExigence=D"), count("experience=4"));
}

#[test]
fn possible_filters_count_the_whole_result() {
    let client = Client::new(day("2025-08-21", 500));
    let answer = client.search(&format!("{DAY}&origineOffre=2"));
    let json = answer.json();
    let filters = json["filtresPossibles"].as_array().unwrap();
    let names: Vec<&str> = filters.iter().map(|filter| filter["filtre"].as_str().unwrap()).collect();
    assert_eq!(names, ["typeContrat", "experience", "qualification", "natureContrat"]);
    for filter in filters {
        let counts = filter["agregation"].as_array().unwrap();
        let sum: u64 = counts.iter().map(|count| count["nbResultats"].as_u64().unwrap()).sum();
        assert_eq!(sum as usize, total(answer.range()), "{}", filter["filtre"]);
    }
}

#[test]
fn offers_that_lack_an_attribute_are_in_no_part() {
    let options = day("2025-08-21", 1000).with(|options| options.france_travail.missing_attributes = 0.2);
    let client = Client::new(options);
    let all = client.search(DAY);
    let types = "CDI,CDD,MIS,SAI,CCE,FRA,LIB,REP,TTI,DDI,DIN";
    let typed = total(client.search(&format!("{DAY}&typeContrat={types}")).range());
    assert!(typed < total(all.range()));
    let counted = &all.json()["filtresPossibles"][0]["agregation"];
    let sum: u64 = counted.as_array().unwrap().iter().map(|count| count["nbResultats"].as_u64().unwrap()).sum();
    assert_eq!(sum as usize, typed);
    let origins: usize =
        [1, 2].iter().map(|origin| total(client.search(&format!("{DAY}&origineOffre={origin}")).range())).sum();
    assert!(origins < total(all.range()));
    let lives = client.server.service::<FranceTravail>().truth("2025-08-21".parse().unwrap());
    for key in ["typeContrat", "romeCode", "origineOffre"] {
        let lacking = lives.iter().filter(|life| !life.versions[0].contains(&format!("\"{key}\":"))).count();
        assert!((60..170).contains(&lacking), "{key}: {lacking}");
    }
}

//! The offers that are made: their number, their days, their bytes.

use std::collections::HashSet;

use crate::client::{Client, day, total};
use sandbox::{FranceTravail, Life, Options};
use serde_json::Value;

fn lives(options: Options, date: &str) -> Vec<Life> {
    Client::new(options).server.service::<FranceTravail>().truth(date.parse().unwrap())
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let texts =
        |seed| lives(day("2025-08-21", 200).with(|options| options.wire.seed = seed), "2025-08-21").concat_versions();
    assert!(texts(1) == texts(1));
    assert!(texts(1) != texts(2));
}

trait Texts {
    fn concat_versions(&self) -> String;
}

impl Texts for Vec<Life> {
    fn concat_versions(&self) -> String {
        self.iter().flat_map(|life| life.versions.clone()).collect()
    }
}

#[test]
fn a_hundred_thousand_offers_have_as_many_ids() {
    let client = Client::new(day("2025-08-21", 100_000));
    let answer = client.search("minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-22T00:00:00Z&sort=1");
    // Two of the next day are stamped at the upper bound or just after it, and the bound is inclusive.
    assert_eq!(total(answer.range()), 100_001);
    let lives = client.server.service::<FranceTravail>().truth_digests("2025-08-21".parse().unwrap());
    assert_eq!(lives.iter().map(|life| &life.id).collect::<HashSet<_>>().len(), 100_000);
}

#[test]
fn offers_lack_what_real_ones_lack_as_often() {
    let lives = lives(day("2025-08-21", 6000), "2025-08-21");
    let offres: Vec<Value> = lives.iter().map(|life| serde_json::from_str(&life.versions[0]).unwrap()).collect();
    let share = |missing: &dyn Fn(&Value) -> bool| {
        offres.iter().filter(|offre| missing(offre)).count() as f64 / offres.len() as f64
    };
    let near = |what: &str, seen: f64, wanted: f64, give: f64| assert!((seen - wanted).abs() < give, "{what}: {seen}");
    near("commune", share(&|offre| offre["lieuTravail"]["commune"].is_null()), 0.03, 0.01);
    near("latitude", share(&|offre| offre["lieuTravail"]["latitude"].is_null()), 0.03, 0.012);
    near("nom", share(&|offre| offre["entreprise"]["nom"].is_null()), 0.43, 0.03);
    near("codeNAF", share(&|offre| offre["codeNAF"].is_null()), 0.5, 0.03);
    near("qualificationCode", share(&|offre| offre["qualificationCode"].is_null()), 0.75, 0.03);
    near("competences", share(&|offre| offre["competences"].is_null()), 0.9, 0.02);
    near("dateActualisation", share(&|offre| offre["dateActualisation"].is_null()), 0.02, 0.01);
    near("salaire", share(&|offre| offre["salaire"].as_object().unwrap().is_empty()), 0.41, 0.03);
    near("contexteTravail", share(&|offre| offre["contexteTravail"].as_object().unwrap().is_empty()), 0.7, 0.03);
    near("origine 1", share(&|offre| offre["origineOffre"]["origine"] == "1"), 0.225, 0.03);
    assert!(offres.iter().all(|offre| offre["romeCode"].is_string() && offre["typeContrat"].is_string()));
    let mean = lives.iter().map(|life| life.versions[0].len()).sum::<usize>() / lives.len();
    assert!((3_250..3_550).contains(&mean), "{mean}");
}

#[test]
fn texts_are_compact_json_that_a_parser_would_write_otherwise() {
    let lives = lives(day("2025-08-21", 2000), "2025-08-21");
    let rewritten = |text: &str| serde_json::to_string(&serde_json::from_str::<Value>(text).unwrap()).unwrap();
    let changed = lives.iter().filter(|life| rewritten(&life.versions[0]).len() != life.versions[0].len()).count();
    assert!(changed > 20, "{changed}");
    assert!(lives.iter().all(|life| !life.versions[0].contains('\n')));
    let all = lives.concat_versions();
    for oddity in ["1E-7", "🚀", "\\\"Ormevert\\\"", "\\n", "\\u000b", "listeComplements", "appellationlibelle"] {
        assert!(all.contains(oddity), "{oddity}");
    }
}

#[test]
fn ids_and_stamps_tell_the_origin() {
    for life in lives(day("2025-08-21", 500), "2025-08-21") {
        let is_partner = life.id.bytes().all(|byte| byte.is_ascii_digit());
        let offre: Value = serde_json::from_str(&life.versions[0]).unwrap();
        assert_eq!(offre["origineOffre"]["origine"], if is_partner { "2" } else { "1" });
        assert_eq!(life.id.len(), 7);
        assert!(!is_partner || life.date_creation.ends_with(".000Z"));
    }
}

fn in_hour(lives: &[Life], hour: &str) -> usize {
    lives.iter().filter(|life| &life.date_creation[11..13] == hour).count()
}

#[test]
fn the_busiest_hour_has_a_sixth_of_the_day() {
    let lives = lives(day("2025-08-21", 8000), "2025-08-21");
    let share = in_hour(&lives, "11") as f64 / 8000.0;
    assert!((0.13..0.19).contains(&share), "{share}");
}

#[test]
fn in_spring_an_hour_is_missing_and_in_autumn_it_comes_twice() {
    let spring = lives(day("2025-03-30", 8000), "2025-03-30");
    assert_eq!((spring.len(), in_hour(&spring, "02")), (8000, 0));
    let plain = in_hour(&lives(day("2025-10-25", 8000), "2025-10-25"), "02") as f64;
    let autumn = in_hour(&lives(day("2025-10-26", 8000), "2025-10-26"), "02") as f64;
    assert!((1.6..2.4).contains(&(autumn / plain)), "{plain} {autumn}");
}

#[test]
fn without_a_date_every_past_day_has_offers_and_today_only_those_so_far() {
    let now = Some("2026-05-04T10:00:00".parse().unwrap());
    let client = Client::new(Options::default().with(|options| {
        options.france_travail.offers = 1000;
        options.wire.now = now;
        options.france_travail.rate = 0.0;
    }));
    for date in ["2026-05-03", "2020-02-29", "2026-05-02"] {
        assert_eq!(client.server.service::<FranceTravail>().truth(date.parse().unwrap()).len(), 1000, "{date}");
    }
    let today = client.server.service::<FranceTravail>().truth("2026-05-04".parse().unwrap());
    assert!((100..700).contains(&today.len()), "{}", today.len());
    assert!(today.iter().all(|life| life.date_creation.as_str() <= "2026-05-04T10:00:00.000Z"));
    assert_eq!(client.server.service::<FranceTravail>().truth("2026-05-05".parse().unwrap()).len(), 0);
    let query = "minCreationDate=2020-02-29T00:00:00Z&maxCreationDate=2020-02-29T23:59:59Z";
    assert_eq!(total(client.search(query).range()), 999);
    assert_eq!(total(client.search("").range()), 2000 + today.len());
}

#[test]
fn an_empty_day_is_empty() {
    let client = Client::new(day("2025-08-21", 0));
    assert_eq!(client.search("").status, 204);
    assert_eq!(client.server.service::<FranceTravail>().truth("2025-08-21".parse().unwrap()).len(), 0);
}

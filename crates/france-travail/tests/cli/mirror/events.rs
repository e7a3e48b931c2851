//! What a journal says, run after run.

use super::*;

#[test]
fn nothing_has_become_of_a_stock_that_stood_still() {
    let world = World::new(days_of(300), &[DAY]);
    let run = world.mirror().run().expect_code(0);
    assert_eq!((counts(&run), run.receipt()["records"].as_u64()), ([0; 5], Some(0)));
    assert_eq!((&run.receipt()["days_swept"], &run.receipt()["days_left"]), (&1.into(), &0.into()));
    assert_eq!(run.receipt()["unchanged"], false);
    let log = world.log();
    assert_eq!(world.read(log["fichier"].as_str().unwrap()), "");
    assert_eq!(log["balayages"][0]["presentes"], 300);
    assert_eq!(log["service"], world.server.host());
    assert_eq!(log["fuseau"], "Europe/Paris");
    assert!(
        log["source"].as_str().unwrap().contains("inventées") && log["licence"].as_str().unwrap().contains("inventées")
    );
    world.assert_proven();
    world.assert_truth(DAY);
}

#[test]
fn offers_that_are_gone_changed_late_and_back_are_told_in_order_and_as_served() {
    let world = World::new(days_of(400), &[DAY, NEXT]);
    world.turn(SOME);
    let first = world.mirror().run().expect_code(0);
    world.days.iter().for_each(|day| world.assert_truth(*day));
    world.assert_proven();
    let [created, changed, withdrawn, reappeared, confirmed] = counts(&first);
    assert_eq!((created, withdrawn, reappeared, confirmed), (40, 80, 0, 40), "{first}");
    assert!((60..=80).contains(&changed), "{first}");
    assert_eq!(first.receipt()["records"], created + changed + withdrawn);
    let events = world.events();
    let key = |event: &Value| [&event["jour"], &event["id"]].map(|part| part.as_str().unwrap().to_owned());
    assert!(events.is_sorted_by_key(key), "by day, then by id");
    for event in &events {
        let keys: Vec<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
        let last = if event["evenement"] == "retiree" { "presente_le" } else { "offre" };
        assert_eq!(keys, ["id", "jour", "evenement", "preuve", "vue", last]);
        let is_detail = event["evenement"] == "retiree" && event["preuve"] == "detail";
        assert!(is_detail || event["preuve"] == "balayage", "{event}");
    }
    // The next day, some are back.
    world.age(1);
    world.turn(SOME);
    let second = world.mirror().run().expect_code(0);
    world.days.iter().for_each(|day| world.assert_truth(*day));
    world.assert_proven();
    assert!((20..=60).contains(&counts(&second)[3]), "half of 80 are back\n{second}");
    assert_eq!(world.journals().len(), 2);
}

#[test]
fn a_run_of_the_same_day_adds_behind_what_is_there() {
    let world = World::new(days_of(200), &[DAY, NEXT]);
    world.turn(SOME);
    world.mirror().run().expect_code(0);
    let log = world.log();
    let name = log["fichier"].as_str().unwrap();
    let before = world.read(name);
    world.turn(SOME);
    let left = world.mirror().run().expect_code(0);
    assert_eq!(left.receipt()["unchanged"], true);
    assert_eq!((world.read(name), world.log()), (before.clone(), log.clone()));
    let again = world.mirror().args(["--force"]).run().expect_code(0);
    assert_eq!(again.receipt()["days_swept"], 2);
    let after = world.read(name);
    assert!(after.starts_with(&before) && after.len() > before.len());
    assert_eq!(world.log()["balayages"].as_array().unwrap().len(), 4);
    assert_eq!(world.log()["anonymisation"]["sha256_avant"].as_str().map(str::len), Some(64));
    world.days.iter().for_each(|day| world.assert_truth(*day));
    world.assert_proven();
}

/// Between these two it went.
#[test]
fn a_withdrawn_offer_was_there_in_the_last_sweep_that_held_it() {
    let world = World::new(days_of(200), &[DAY]);
    world.mirror().run().expect_code(0);
    let held = world.log()["balayages"][0]["debut"].clone();
    world.age(1);
    world.turn(Turnover { withdrawn: 0.1, late: 0.1, ..Turnover::default() });
    world.mirror().run().expect_code(0);
    let gone: Vec<Value> = world.events().into_iter().filter(|event| event["evenement"] == "retiree").collect();
    assert_eq!(gone.len(), 20);
    assert!(gone.iter().all(|event| event["presente_le"] == held && event["vue"].as_str() >= held.as_str()));
    let today = world.journals().pop().unwrap();
    let log: Value = serde_json::from_str(&world.read(&format!("miroir-{today}.log"))).unwrap();
    assert!(gone.iter().all(|event| event["vue"] == log["balayages"][0]["fin"]), "the end of the sweep");
    let log: Value = serde_json::from_str(&world.read(&format!("offres-{DAY}.log"))).unwrap();
    let collected = log["dt_deb_collecte"].as_str().unwrap();
    let (date, time) = collected.split_once(' ').unwrap();
    let parts: Vec<&str> = date.split('/').collect();
    assert!(held.as_str().unwrap() >= format!("{}-{}-{}T{time}", parts[2], parts[1], parts[0]).as_str());
}

#[test]
fn an_offer_that_is_written_otherwise_has_not_changed() {
    let world = World::new(days_of(50), &[DAY]);
    let (file, log) = (format!("offres-{DAY}.json"), format!("offres-{DAY}.log"));
    let offers: Vec<Value> = serde_json::from_str(&world.read(&file)).unwrap();
    // As the collector before ours wrote it, keys in another order.
    let turned: Vec<Value> = offers
        .into_iter()
        .map(|offer| {
            let Value::Object(members) = offer else { panic!("an offer is an object") };
            Value::Object(members.into_iter().rev().collect())
        })
        .collect();
    let text = serde_json::to_string_pretty(&turned).unwrap();
    let mut proof: Value = serde_json::from_str(&world.read(&log)).unwrap();
    proof["preuve"]["octets"] = text.len().into();
    proof["preuve"]["sha256"] = sha256(text.as_bytes()).into();
    fs::write(world.path(&file), text).unwrap();
    fs::write(world.path(&log), proof.to_string()).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert_eq!((counts(&run), &run.receipt()["days_swept"]), ([0; 5], &1.into()));
}

#[test]
fn every_absent_offer_can_be_asked_for() {
    let world = World::new(days_of(300), &[DAY]);
    world.turn(Turnover { withdrawn: 0.2, ..Turnover::default() });
    let before = asked(&world.server).1;
    let run = world.mirror().args(["--sample", "all"]).run().expect_code(0);
    assert_eq!(counts(&run), [0, 0, 60, 0, 60]);
    assert_eq!(asked(&world.server).1 - before, 60);
    assert!(world.events().iter().all(|event| event["preuve"] == "detail"));
}

//! An offer that is dated to another day now is online: its old day finds it no more, and does not withdraw it.

use super::*;

impl World {
    /// Makes the file of a day another one, with its proof.
    fn rewrite(&self, day: Date, change: impl FnOnce(&mut Vec<String>)) {
        let (file, log) = (format!("offres-{day}.json"), format!("offres-{day}.log"));
        let text = self.read(&file);
        let mut offers: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with('{'))
            .map(|line| line.trim_end_matches(',').to_owned())
            .collect();
        change(&mut offers);
        let text = format!("[\n{}\n]\n", offers.join(",\n"));
        let mut proof: Value = serde_json::from_str(&self.read(&log)).unwrap();
        proof["total_offres_collecte"] = offers.len().into();
        proof["preuve"]["octets"] = text.len().into();
        proof["preuve"]["sha256"] = sha256(text.as_bytes()).into();
        fs::write(self.path(&file), text).unwrap();
        fs::write(self.path(&log), proof.to_string()).unwrap();
    }

    /// An offer of the next day stands in the file of the day as well, as if it had been dated to it before. Of those that a
    /// sweep does not find now, sorted, it is neither the first nor one that a sample of `sample` would ask for.
    fn date_before(&self, sample: usize) -> String {
        let gone: std::collections::BTreeSet<String> =
            self.service().truth(DAY).into_iter().filter(|life| life.died.is_some()).map(|life| life.id).collect();
        let is_passed_over = |id: &String| {
            let place = gone.range(..id.clone()).count();
            (0..sample).all(|nth| nth * gone.len() / (sample - 1) != place)
        };
        let alive = self.service().truth(NEXT).into_iter().filter(|life| life.died.is_none());
        let moved = alive.into_iter().find(|life| is_passed_over(&life.id)).expect("one of many is passed over");
        let before = moved.versions.last().unwrap().replace(&NEXT.to_string(), &DAY.to_string());
        self.rewrite(DAY, |offers| offers.push(before));
        self.collected_on(DAY, 5);
        self.collected_on(NEXT, 6);
        moved.id
    }
}

fn ids(world: &World, kind: &str, day: Date) -> Vec<String> {
    let is_it = |event: &Value| event["evenement"] == kind && event["jour"] == day.to_string();
    world.events().iter().filter(|event| is_it(event)).map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

const GONE: Turnover = Turnover { withdrawn: 0.2, changed: 0.0, back: 0.0, late: 0.0 };

#[test]
fn an_offer_that_moved_to_another_day_is_not_withdrawn() {
    let world = World::new(days_of(60), &[DAY]);
    // What was collected as of that day is of the next now.
    let moved = world.service().truth(NEXT)[7].versions[0].clone();
    world.rewrite(DAY, |offers| offers.insert(0, moved.replace(&NEXT.to_string(), &DAY.to_string())));
    let run = world.mirror().run().expect_code(0);
    assert_eq!(counts(&run), [0, 1, 0, 0, 0], "{run}");
    let [event] = &world.events()[..] else { panic!("one event") };
    assert_eq!((&event["preuve"], &event["evenement"]), (&"detail".into(), &"modifiee".into()));
    assert_eq!(event["offre"], serde_json::from_str::<Value>(&moved).unwrap());
    // All that is absent was asked for: the day is done.
    assert_eq!(world.mirror().run().expect_code(0).receipt()["unchanged"], true);
    // Nobody looks for it in that day any more.
    world.age(1);
    let before = asked(&world.server).1;
    let again = world.mirror().run().expect_code(0);
    assert_eq!((counts(&again), asked(&world.server).1 - before), ([0; 5], 0));
}

#[test]
fn an_offer_that_was_collected_in_its_new_day_is_not_withdrawn_of_the_old_one() {
    let world = World::new(days_of(200), &[DAY, NEXT]);
    world.service().turn_over(Some(DAY), GONE);
    let moved = world.date_before(20);
    for _ in 0..2 {
        let run = world.mirror().run().expect_code(0);
        assert!(!ids(&world, "retiree", DAY).contains(&moved), "{run}");
        assert_eq!(ids(&world, "retiree", DAY).len(), 40, "the others are");
        world.age(1);
    }
}

#[test]
fn an_offer_that_a_sweep_found_in_its_new_day_is_not_withdrawn_of_the_old_one() {
    for is_one_run in [true, false] {
        let world = World::new(days_of(200), &[DAY, NEXT]);
        world.service().turn_over(Some(DAY), GONE);
        let moved = world.date_before(20);
        world.rewrite(NEXT, |offers| offers.retain(|offer| !offer.contains(&moved)));
        if is_one_run {
            // Collected later, the old day comes after the other.
            world.collected_on(DAY, 7);
            world.mirror().run().expect_code(0);
            assert_eq!(world.log_days(), [NEXT, DAY]);
        } else {
            let next = NEXT.to_string();
            world.mirror().args(["--since", &next]).run().expect_code(0);
            world.mirror().run().expect_code(0);
        }
        assert_eq!(ids(&world, "creee", NEXT), std::slice::from_ref(&moved));
        assert_eq!(ids(&world, "retiree", DAY).len(), 40);
        assert!(!ids(&world, "retiree", DAY).contains(&moved), "{is_one_run}");
    }
}

/// One that nobody knew of shows that absence proves nothing of those that were not asked for.
#[test]
fn a_sample_that_meets_an_offer_of_another_day_leaves_the_rest_open() {
    let world = World::new(days_of(200), &[DAY]);
    world.service().turn_over(Some(DAY), GONE);
    let moved: Vec<String> = world.service().truth(NEXT).into_iter().map(|life| life.versions[0].clone()).collect();
    world.rewrite(DAY, |offers| {
        offers.extend(moved.iter().map(|moved| moved.replace(&NEXT.to_string(), &DAY.to_string())));
    });
    let run = world.mirror().run().expect_code(75);
    assert!(run.failure().contains("2024-06-04") && run.failure().contains("dated to another day"), "{run}");
    let truth: HashMap<String, bool> =
        world.service().truth(DAY).into_iter().map(|life| (life.id, life.died.is_some())).collect();
    let gone = ids(&world, "retiree", DAY);
    assert!(gone.iter().all(|id| truth.get(id) == Some(&true)), "{gone:?}");
    assert!(world.events().iter().all(|event| event["preuve"] == "detail"));
    world.assert_proven();
    // One by one, all are found out.
    world.mirror().args(["--sample", "all"]).run().expect_code(0);
    assert_eq!((ids(&world, "retiree", DAY).len(), ids(&world, "modifiee", DAY).len()), (40, 200));
}

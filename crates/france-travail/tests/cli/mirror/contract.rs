//! Inputs that are none, two runs at once, a disk that refuses, a receipt on stdin.

use trial::Signal;

use super::*;
use crate::support::assert_spec;

#[test]
fn a_folder_without_a_day_is_66_and_says_what_makes_one() {
    let server = start_sandbox(days_of(0));
    let run = quick(MIRROR_OFFERS).sandbox(&server);
    run.clone().args(["nowhere"]).run().expect_code(66);
    fs::create_dir_all(run.donnees_brutes().join("offre_emploi")).unwrap();
    let ended = run.run().expect_code(66);
    assert!(ended.hint().contains("collect-offers"), "{ended}");
}

#[test]
fn days_without_proof_are_named_and_left_alone() {
    let world = World::new(days_of(50), &[DAY, NEXT]);
    world.turn(SOME);
    fs::remove_file(world.path(&format!("offres-{DAY}.log"))).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert!(run.noted("2024-06-04"), "{run}");
    assert!(world.events().iter().all(|event| event["jour"] == NEXT.to_string()));
    // Of the size that its log tells, and another all the same.
    let world = World::new(days_of(50), &[DAY, NEXT]);
    let text = world.read(&format!("offres-{DAY}.json")).replacen("2024-06-04T", "2024-06-03T", 1);
    fs::write(world.path(&format!("offres-{DAY}.json")), text).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert!(run.noted("is not the file that its log speaks of"), "{run}");
    assert_eq!((&run.receipt()["days_swept"], &run.receipt()["days_left"]), (&1.into(), &1.into()));
}

#[test]
fn days_of_another_service_are_not_mirrored() {
    let world = World::new(days_of(10), &[DAY, NEXT]);
    let name = format!("offres-{DAY}.log");
    let host = world.server.host();
    let other = world.read(&name).replace(&format!("\"service\": \"{host}\""), "\"service\": \"api.francetravail.io\"");
    fs::write(world.path(&name), other).unwrap();
    let run = world.mirror().run().expect_code(65);
    assert!(run.failure().contains("api.francetravail.io") && run.failure().contains(&host), "{run}");
    let first = DAY.to_string();
    let run = world.mirror().args(["--until", &first]).run().expect_code(2);
    assert!(run.failure().contains("was collected from `api.francetravail.io`"), "{run}");
    assert!(world.journals().is_empty());
}

#[test]
fn a_journal_that_is_not_proven_is_not_gone_on_with_and_an_older_one_not_used() {
    let world = World::new(days_of(50), &[DAY]);
    world.turn(SOME);
    world.mirror().run().expect_code(0);
    let name = world.log()["fichier"].as_str().unwrap().to_owned();
    let whole = world.read(&name);
    fs::write(world.path(&name), format!("{whole}{{}}\n")).unwrap();
    let run = world.mirror().args(["--force"]).run().expect_code(65);
    assert!(run.failure().contains(&name) && run.hint().contains("move it and its log away"), "{run}");
    fs::write(world.path(&name), &whole).unwrap();
    world.age(2);
    let [aged] = &world.journals()[..] else { panic!("one journal") };
    fs::write(world.path(&format!("miroir-{aged}.jsonl")), whole.replacen("\"id\"", "\"iD\"", 1)).unwrap();
    let run = world.mirror().run().expect_code(0);
    assert!(run.noted("it is not used"), "{run}");
}

#[test]
fn a_receipt_and_a_file_lead_to_the_folder() {
    let world = World::new(days_of(30), &[DAY]);
    world.turn(SOME);
    let collected = world.run(COLLECT_OFFERS).args(["--date", &DAY.to_string()]).run().expect_code(0);
    let run = quick(MIRROR_OFFERS).sandbox(&world.server).args(["-"]).stdin(&collected.stdout).run().expect_code(0);
    let path = run.receipt()["path"].as_str().unwrap().to_owned();
    assert_eq!(std::path::Path::new(&path).parent(), Some(world.path("").canonicalize().unwrap().as_path()));
    assert_eq!(run.receipt()["sha256"], sha256(fs::read(&path).unwrap().as_slice()));
    assert_eq!(run.receipt()["log"], path.replace(".jsonl", ".log"));
    let again = quick(MIRROR_OFFERS).sandbox(&world.server).args([&path]).run().expect_code(0);
    assert_eq!((&again.receipt()["unchanged"], &again.receipt()["path"]), (&true.into(), &path.into()));
}

#[test]
fn of_two_runs_at_once_the_second_says_so() {
    let world = World::new(days_of(300).with(|options| options.wire.latency_ms = 50), &[DAY]);
    let before = asked(&world.server).0;
    let first = world.mirror().start().until(|| asked(&world.server).0 > before);
    let second = world.mirror().run().expect_code(75);
    assert!(second.failure().contains("another run is writing it"), "{second}");
    first.wait().expect_code(0);
    world.assert_proven();
}

#[test]
fn a_signal_ends_it_within_seconds_and_costs_the_day_under_way() {
    let world = World::new(days_of(600).with(|options| options.wire.latency_ms = 100), &[DAY, NEXT]);
    world.turn(SOME);
    let running = world.mirror().start().until(|| world.names().iter().any(|name| name.ends_with(".jsonl")));
    running.signal(Signal::TERM);
    running.wait().expect_code(143);
    world.assert_proven();
    world.assert_truth(DAY);
    let run = world.mirror().run().expect_code(0);
    assert_eq!(run.receipt()["days_swept"], 1);
    world.assert_truth(NEXT);
}

#[test]
fn a_disk_that_refuses_is_74() {
    let world = World::new(days_of(30), &[DAY]);
    let Some(small) = trial::SmallDisk::mount("size=200k") else { return };
    for entry in fs::read_dir(world.path("")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, small.path().join(path.file_name().unwrap())).unwrap();
    }
    let run = world.mirror().args([small.path()]).run().expect_code(74);
    assert!(!run.hint().is_empty(), "{run}");
    let names: Vec<_> = fs::read_dir(small.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn what_holds_contacts_is_not_for_everybody() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(days_of(30), &[DAY]);
    world.turn(SOME);
    world.mirror().run().expect_code(0);
    let name = world.log()["fichier"].as_str().unwrap().to_owned();
    assert_eq!(fs::metadata(world.path(&name)).unwrap().permissions().mode() & 0o007, 0);
}

#[test]
fn wrong_usage_is_2() {
    let world = World::new(days_of(10), &[DAY]);
    for args in [["--sample", "0"], ["--sample", "some"], ["--max-requests", "-1"], ["--since", "hier"]] {
        world.mirror().args(args).run().expect_code(2);
    }
    let run = world.mirror().env("FRANCE_TRAVAIL_ID", "").run().expect_code(2);
    assert!(run.failure().contains("FRANCE_TRAVAIL_ID"), "{run}");
}

#[test]
fn the_spec_and_the_check_say_what_it_needs() {
    let world = World::new(days_of(10), &[DAY]);
    let before = world.server.requests().len();
    let checked = world.mirror().args(["--check"]).run().expect_code(0);
    assert_eq!(checked.receipt()["schema"], "collecte.check/1");
    let reached = checked.receipt()["reached"].to_string();
    assert!(reached.contains("offre_emploi") && reached.contains("access_token"), "{reached}");
    assert_eq!(world.server.requests().len() - before, 1, "a token, and nothing else");
    assert!(world.journals().is_empty());
    world.mirror().args(["--check"]).env("FRANCE_TRAVAIL_KEY", "wrong").run().expect_code(77);
    world.mirror().args(["--check", "nowhere"]).run().expect_code(66);
    let receipt = world.mirror().run().expect_code(0).receipt();
    let flags = ["--since", "--until", "--max-requests", "--sample", "--force", "--rate", "--api-url", "--tries"];
    let variables = ["FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY", "FRANCE_TRAVAIL_KEY_FILE", "FRANCE_TRAVAIL_RATE"];
    assert_spec(MIRROR_OFFERS, &flags, &variables, &receipt);
}

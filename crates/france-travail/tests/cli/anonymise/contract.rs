//! What is not proven, what is only asked, two runs at once, a disk that refuses.

use super::*;
use crate::support::assert_spec;

/// Every file of the folder.
fn all(world: &World) -> Vec<(String, Vec<u8>)> {
    world.names().into_iter().map(|name| (name.clone(), fs::read(world.path(&name)).unwrap())).collect()
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let world = mirrored(100);
    let before = all(&world);
    let dry = anonymise(&world).args(["--dry-run"]).run().expect_code(0);
    assert_eq!(all(&world), before);
    assert_eq!((&dry.receipt()["files_written"], &dry.receipt()["modifications"]), (&0.into(), &Value::Null));
    let wet = anonymise(&world).run().expect_code(0);
    assert_eq!(dry.receipt()["anonymised"], wet.receipt()["anonymised"]);
    assert_eq!(dry.receipt()["records"], wet.receipt()["records"]);
}

#[test]
fn what_is_not_proven_is_left_alone_and_named_after_the_others() {
    let world = mirrored(100);
    let (first, other) = (format!("offres-{DAY}.json"), format!("offres-{NEXT}.json"));
    fs::remove_file(world.path(&format!("offres-{DAY}.log"))).unwrap();
    let before = [world.read(&first), world.read(&other)];
    let run = anonymise(&world).run().expect_code(65);
    assert!(run.failure().contains("`offres-2024-06-04.json` has no log that proves it"), "{run}");
    assert!(!run.hint().is_empty());
    assert_eq!(world.read(&first), before[0]);
    assert_ne!(world.read(&other), before[1], "the other day is done all the same");
    assert!(world.read("MODIFICATIONS.md").contains(&other));
}

#[test]
fn a_journal_that_is_not_proven_withdraws_nothing() {
    let world = World::new(days_of(100), &[DAY]);
    world.turn(SOME);
    world.mirror().run().expect_code(0);
    let name = world.log()["fichier"].as_str().unwrap().to_owned();
    let text = world.read(&name);
    fs::write(world.path(&name), text.replacen("balayage", "balayagf", 1)).unwrap();
    let before = world.read(&format!("offres-{DAY}.json"));
    let run = anonymise(&world).run().expect_code(65);
    assert!(run.failure().contains(&name), "{run}");
    assert_eq!(world.read(&format!("offres-{DAY}.json")), before);
}

#[test]
fn a_folder_without_a_day_is_66() {
    let run = Run::new(ANONYMISE_OFFERS);
    run.clone().args(["nowhere"]).run().expect_code(66);
}

#[test]
fn a_receipt_of_the_mirror_leads_to_the_folder() {
    let world = mirrored(60);
    let mirrored = world.mirror().run().expect_code(0);
    let run = Run::new(ANONYMISE_OFFERS).args(["-"]).stdin(&mirrored.stdout).run().expect_code(0);
    assert_eq!(
        fs::canonicalize(run.receipt()["path"].as_str().unwrap()).unwrap(),
        fs::canonicalize(world.path("")).unwrap()
    );
}

#[test]
fn it_waits_for_nobody_who_writes_the_same_files() {
    let world = World::new(days_of(300).with(|options| options.wire.latency_ms = 50), &[DAY]);
    let before = world.server.requests().len();
    let mirror = world.mirror().start().until(|| world.server.requests().len() > before + 1);
    let run = anonymise(&world).run().expect_code(75);
    assert!(run.failure().contains("another run is writing it"), "{run}");
    mirror.wait().expect_code(0);
}

#[test]
fn on_a_full_disk_all_stays_as_it_was() {
    let world = mirrored(200);
    let bytes: usize = all(&world).iter().map(|(_, bytes)| bytes.len().next_multiple_of(4096)).sum();
    let Some(small) = trial::SmallDisk::mount(&format!("size={}k", bytes / 1024 + 100)) else { return };
    for (name, bytes) in all(&world) {
        fs::write(small.path().join(name), bytes).unwrap();
    }
    anonymise(&world).args([small.path()]).run().expect_code(74);
    let mut names = 0;
    for (name, bytes) in all(&world) {
        assert_eq!(fs::read(small.path().join(&name)).unwrap(), bytes, "{name}");
        names += 1;
    }
    assert_eq!(fs::read_dir(small.path()).unwrap().count(), names);
}

#[test]
fn days_are_not_for_everybody_afterwards_either() {
    use std::os::unix::fs::PermissionsExt;
    let world = mirrored(60);
    anonymise(&world).run().expect_code(0);
    for name in world.names().iter().filter(|name| name.contains(".json")) {
        assert_eq!(fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o007, 0, "{name}");
    }
}

#[test]
fn the_spec_and_the_check_say_what_it_needs() {
    let world = mirrored(10);
    let before = all(&world);
    let checked = anonymise(&world).args(["--check"]).run().expect_code(0);
    assert_eq!(checked.receipt()["schema"], "collecte.check/1");
    assert!(checked.receipt()["reached"].to_string().contains("offre_emploi"), "{checked}");
    assert_eq!(all(&world), before);
    anonymise(&world).args(["--check", "nowhere"]).run().expect_code(66);
    let receipt = anonymise(&world).run().expect_code(0).receipt();
    assert_spec(ANONYMISE_OFFERS, &["--keep", "--dry-run"], &[], &receipt);
}

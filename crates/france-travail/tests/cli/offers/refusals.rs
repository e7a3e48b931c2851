//! What is refused, with which code and which words.

use std::process::Command;

use trial::{SmallDisk, Stub};

use super::*;
use crate::support::{assert_never_says, secrets};

fn today() -> Date {
    jiff::Timestamp::now().in_tz("Europe/Paris").expect("the zone is known").date()
}

#[test]
fn a_day_that_is_not_over_is_refused_unless_partial() {
    let server = start_sandbox(day_of(500).with(|options| {
        options.france_travail.date = None;
        options.wire.now = None;
    }));
    for day in ["2999-01-01", &today().to_string()] {
        let before = searches(&server);
        let run = collect(&server, day).run().expect_code(2);
        assert!(run.failure().contains("the day is not over in Paris"));
        assert!(run.hint().contains("--partial"));
        assert_eq!(searches(&server) - before, 1, "the service's clock decides, and its first answer tells");
        assert!(run.list("offre_emploi").is_empty());
    }
}

#[test]
fn a_partial_day_never_looks_like_a_whole_one() {
    let server = start_sandbox(day_of(500).with(|options| {
        options.france_travail.date = None;
        options.wire.now = None;
    }));
    let today = today();
    let run = collect(&server, today).args(["--partial"]).run().expect_code(0);
    let receipt = run.receipt();
    assert_eq!(receipt["partial"], true);
    assert_eq!(
        run.list("offre_emploi"),
        [format!("partiel-offres-{today}.json"), format!("partiel-offres-{today}.log")]
    );
    let log: serde_json::Value =
        serde_json::from_str(&run.read(format!("offre_emploi/partiel-offres-{today}.log"))).unwrap();
    assert_eq!(log["preuve"]["jour_entier"], false);
}

#[test]
fn a_date_that_is_none_is_wrong_usage() {
    let server = start_sandbox(day_of(10));
    for wrong in ["2024-02-30", "hier", "04/06/2024"] {
        let run = collect(&server, wrong).run().expect_code(2);
        assert!(run.failure().contains(wrong), "{run}");
    }
}

#[test]
fn missing_credentials_are_wrong_usage() {
    let server = start_sandbox(day_of(10));
    for variable in ["FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY"] {
        for run in [collect(&server, DAY).env_remove(variable), collect(&server, DAY).env(variable, "")] {
            let run = run.run().expect_code(2);
            assert!(run.failure().contains(variable), "{run}");
            assert!(run.hint().contains(&format!("{variable}_FILE")), "{run}");
        }
    }
}

#[test]
fn wrong_credentials_are_refused_with_what_to_check() {
    let server = start_sandbox(day_of(10));
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_KEY", "wrong-key").run().expect_code(77);
    assert!(run.failure().contains("invalid_client"), "{run}");
    assert!(run.hint().contains("licence"), "{run}");
    assert_eq!(server.requests().len(), 1, "trying wrong credentials again helps nobody");
}

/// As seen: the token address answered 307 to another host, and the secret went there. So might a token.
#[test]
fn what_is_secret_is_never_led_to_another_host() {
    let server = start_sandbox(day_of(10));
    let [_, key] = secrets(&server);
    let other = Stub::always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    for status in [301, 302, 303, 307, 308] {
        for variable in ["FRANCE_TRAVAIL_AUTH_URL", "FRANCE_TRAVAIL_API_URL"] {
            let location = format!("{}/elsewhere", other.url());
            let redirect = format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            let stub = Stub::always(redirect);
            let run = collect(&server, DAY).env(variable, stub.url()).args(["--log-level", "trace"]);
            let run = run.run().expect_code(69);
            let said = format!("HTTP {status} to `{location}`, which is not followed");
            assert!(run.failure().contains(&said), "{run}");
            assert_never_says(&run, &key);
            assert_eq!(stub.requests().len(), 1, "{run}");
        }
    }
    assert_eq!(other.requests(), Vec::<String>::new());
}

#[test]
fn credentials_may_come_from_files() {
    let server = start_sandbox(day_of(10));
    let folder = tempfile::tempdir().unwrap();
    let [_, key] = secrets(&server);
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{key}\n")).unwrap();
    let run = collect(&server, DAY).env_remove("FRANCE_TRAVAIL_KEY").env("FRANCE_TRAVAIL_KEY_FILE", &file);
    run.run().expect_code(0);
    let missing = collect(&server, DAY).env_remove("FRANCE_TRAVAIL_KEY").env("FRANCE_TRAVAIL_KEY_FILE", "/nowhere/key");
    assert!(missing.run().expect_code(66).failure().contains("/nowhere/key"));
}

#[test]
fn a_remote_that_is_not_there_is_unavailable() {
    let server = start_sandbox(day_of(10));
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_API_URL", "http://127.0.0.1:9").args(["--tries", "2"]);
    assert!(run.run().expect_code(69).failure().contains("after 2 tries"));
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_AUTH_URL", "http://127.0.0.1:9").args(["--tries", "2"]);
    assert!(run.run().expect_code(69).failure().contains("an access token"));
}

#[test]
fn invented_offers_never_pass_for_real_ones() {
    let server = start_sandbox(day_of(100));
    let run = collect(&server, DAY);
    run.run().expect_code(0);
    let other = server.url().replace("127.0.0.1", "localhost");
    let second = run.clone().env("FRANCE_TRAVAIL_API_URL", other).run().expect_code(2);
    assert!(second.failure().contains("was collected from `127.0.0.1`, not `localhost`"), "{second}");
}

#[test]
fn a_full_disk_is_74_and_leaves_no_half_file() {
    let server = start_sandbox(day_of(3_000));
    // One fills while the journal is written, the other only with the file itself.
    for size in ["size=2m", "size=14m"] {
        let Some(disk) = SmallDisk::mount(size) else { return eprintln!("skipped: no small disk can be mounted") };
        let run = collect(&server, DAY).env("DONNEES_BRUTES", disk.path()).run().expect_code(74);
        assert!(run.failure().contains("could not write"), "{run}");
        assert!(run.hint().contains("space"), "{run}");
        let left = std::fs::read_dir(disk.path().join("offre_emploi")).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(left, [".offres-2024-06-04.journal"], "{size}");
    }
}

#[test]
fn a_full_disk_that_is_given_room_is_gone_on_with() {
    let server = start_sandbox(day_of(3_000));
    let Some(disk) = SmallDisk::mount("size=6m") else { return eprintln!("skipped: no small disk can be mounted") };
    let run = collect(&server, DAY).env("DONNEES_BRUTES", disk.path());
    run.run().expect_code(74);
    let before = searches(&server);
    assert!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(disk.path()).status().unwrap().success());
    run.run().expect_code(0);
    assert!(searches(&server) - before < before, "{} more searches after {before}", searches(&server) - before);
}

#[test]
fn a_disk_that_cannot_be_written_is_74() {
    let server = start_sandbox(day_of(100));
    let run = collect(&server, DAY).env("DONNEES_BRUTES", "/proc/nowhere").run().expect_code(74);
    assert!(run.hint().contains("choose another"), "{run}");
    let Some(disk) = SmallDisk::mount("ro") else { return eprintln!("skipped: no small disk can be mounted") };
    let run = collect(&server, DAY).env("DONNEES_BRUTES", disk.path()).run().expect_code(74);
    assert!(run.failure().contains("could not"), "{run}");
    assert_eq!(server.requests().len(), 0, "the disk is tried before the service is asked");
}

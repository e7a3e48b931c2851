//! What others have put into the folder, and who may read what is written there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::*;

const OTHERS: u32 = 0o007;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// Offers name people whom to write to, and so do the pages in the journal.
#[test]
fn offers_and_their_journal_are_closed_to_others() {
    let server = start_sandbox(day_of(2_000));
    let run = collect(&server, DAY);
    let journal = run.donnees_brutes().join("offre_emploi/.offres-2024-06-04.journal");
    let killed = run.start().until(|| fs::metadata(&journal).is_ok_and(|there| there.len() > 10_000)).kill();
    assert_eq!(mode(&journal) & OTHERS, 0, "{killed}");
    let done = run.run().expect_code(0);
    assert_eq!(mode(&done.path("offre_emploi/offres-2024-06-04.json")) & OTHERS, 0);
    assert_truth(&done, &server, DAY);
}

#[test]
fn a_planted_link_is_not_written_through() {
    let server = start_sandbox(day_of(50));
    for planted in [".offres-2024-06-04.journal", ".offres-2024-06-04.json.lock"] {
        let run = collect(&server, DAY);
        let victim = run.write("victim", b"of somebody else");
        fs::create_dir_all(run.donnees_brutes().join("offre_emploi")).unwrap();
        symlink(&victim, run.donnees_brutes().join("offre_emploi").join(planted)).unwrap();
        let refused = run.run().expect_code(74);
        assert!(refused.failure().contains(planted), "{refused}");
        assert_eq!(fs::read(&victim).unwrap(), b"of somebody else");
    }
}

#[test]
fn a_planted_pipe_keeps_nobody_waiting() {
    let server = start_sandbox(day_of(50));
    for planted in [".offres-2024-06-04.journal", ".offres-2024-06-04.json.lock"] {
        let run = collect(&server, DAY);
        let folder = run.donnees_brutes().join("offre_emploi");
        fs::create_dir_all(&folder).unwrap();
        assert!(Command::new("mkfifo").arg(folder.join(planted)).status().unwrap().success());
        let refused = run.run().expect_code(74);
        assert!(refused.failure().contains(planted), "{refused}");
    }
}

/// What is there already is read before anything is asked: a pipe in its place proves nothing.
#[test]
fn a_pipe_in_the_place_of_the_proof_is_not_waited_for() {
    let server = start_sandbox(day_of(50));
    for planted in [".json", ".log"] {
        let run = collect(&server, DAY);
        let done = run.run().expect_code(0);
        let path = done.path(format!("offre_emploi/offres-{DAY}{planted}"));
        fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(run.run().expect_code(2).failure().contains("without a log that proves it"));
    }
}

//! What others have put into the folder before a download begins.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::{download_from, one_file};

const PLANTED: [&str; 2] = ["a.csv.part", ".a.csv.lock"];

#[test]
fn a_planted_link_is_not_written_through() {
    let stub = one_file("a;b\n1;2\n");
    for planted in PLANTED {
        let run = download_from(&stub, "a.csv");
        let victim = run.write("victim", b"of somebody else");
        symlink(&victim, run.donnees_brutes().join(planted)).unwrap();
        let refused = run.run().expect_code(74);
        assert!(refused.failure().contains(planted), "{refused}");
        assert_eq!(fs::read(&victim).unwrap(), b"of somebody else");
        assert!(!refused.path("a.csv").exists());
    }
}

#[test]
fn a_planted_pipe_keeps_nobody_waiting() {
    let stub = one_file("a;b\n1;2\n");
    for planted in PLANTED.into_iter().chain([".a.csv.transfer.json"]) {
        let run = download_from(&stub, "a.csv");
        fs::create_dir_all(run.donnees_brutes()).unwrap();
        assert!(Command::new("mkfifo").arg(run.donnees_brutes().join(planted)).status().unwrap().success());
        // What is only remembered is replaced whole.
        let is_state = planted.ends_with(".json");
        let ended = run.run().expect_code(if is_state { 0 } else { 74 });
        assert!(is_state || ended.failure().contains(planted), "{ended}");
    }
}

//! What it refuses, and what is left as it was.

use files::Lock;
use trial::SmallDisk;

use super::*;
use crate::support::assert_spec;

#[test]
fn a_folder_without_a_day_is_66() {
    let run = report();
    run.run().expect_code(66);
    run.write("offre_emploi/partiel-offres-2024-06-05.json", b"[]");
    let run = run.run().expect_code(66);
    assert!(run.hint().contains("collect-offers"), "{}", run.hint());
    assert!(!run.path("rapport-collecte.html").exists());
}

#[test]
fn what_cannot_be_meant_so_is_refused_and_nothing_is_written() {
    let none = ["", "--output", "rapport.txt"];
    for (flag, value, code) in [
        ("--output", "rapport.txt", 2),
        ("--output", "rapport", 2),
        ("--table", "nowhere", 66),
        ("--carto", "nowhere", 66),
        ("--css", "nowhere.css", 66),
        ("--css", "ends.css", 65),
        ("--css", "bytes.css", 65),
        ("--since", "hier", 2),
        ("--lang", "de", 2),
    ] {
        let run = in_every_state();
        run.write("../ends.css", b"</style><script>alert(1)</script>");
        run.write("../bytes.css", b"h1 { \xff }");
        let run = run.args([flag, value]).run().expect_code(code);
        assert!(!run.path("rapport-collecte.html").exists() && !run.path(none[2]).exists(), "{flag} {value}");
    }
}

#[test]
fn a_report_that_is_no_report_of_a_table_is_65() {
    for text in ["", "{", "{\"step\":\"harvest\"}"] {
        let run = in_every_state();
        run.write("offres.report.json", text.as_bytes());
        let run = run.run().expect_code(65);
        assert!(run.failure().contains("offres.report.json"), "{}", run.failure());
    }
}

#[test]
fn two_runs_do_not_write_the_same_page() {
    let run = in_every_state();
    let held = Lock::claim(&run.donnees_brutes().join("rapport-collecte.html")).unwrap();
    run.run().expect_code(75);
    drop(held);
    run.run().expect_code(0);
}

#[test]
fn a_disk_that_refuses_is_74_and_the_old_page_stays() {
    let Some(disk) = SmallDisk::mount("size=256k") else { return eprintln!("skipped: no small disk can be mounted") };
    let run = in_every_state();
    let output = disk.path().join("page.html");
    let run = run.args(["--output", output.to_str().unwrap()]);
    run.run().expect_code(0);
    let before = std::fs::read(&output).unwrap();
    std::fs::write(disk.path().join("full"), vec![0; 200 << 10]).ok();
    std::fs::write(disk.path().join("fuller"), vec![0; 40 << 10]).ok();
    run.args(["--lang", "en"]).run().expect_code(74);
    assert_eq!(std::fs::read(&output).unwrap(), before);
}

#[test]
fn the_spec_and_the_check_say_what_it_needs() {
    let run = in_every_state();
    let checked = run.clone().args(["--check"]).run().expect_code(0);
    assert_eq!(checked.receipt()["schema"], "collecte.check/1");
    assert!(!checked.path("rapport-collecte.html").exists());
    run.clone().args(["--check", "nowhere"]).run().expect_code(66);
    let flags = ["--since", "--until", "--table", "--carto", "--verify", "--strict", "--output", "--css", "--lang"];
    assert_spec(REPORT_COLLECTION, &flags, &[], &run.run().expect_code(0).receipt());
}

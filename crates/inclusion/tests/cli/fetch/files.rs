//! The folder: one run at a time, journals of their list.

use std::fs;

use super::{assert_complete, faulty, fetch, list_requests, server};
use sandbox::{Fault, Faults};

const KEEP: [&str; 2] = ["structures", "--keep-duplicates"];

#[test]
fn a_second_run_in_the_folder_is_told() {
    let server = faulty(1, Faults::default().and_at(Fault::Hang, 1), |_| {});
    let run = fetch(&server, &KEEP).args(["--stall-s", "60"]);
    let first = run.start().until(|| list_requests(&server, 0) == 1);
    let second =
        fetch(&server, &["services"]).args([format!("--dir={}", run.donnees_brutes().join("inclusion").display())]);
    let second = second.run().expect_code(75);
    assert!(second.failure().contains("another run"), "{second}");
    first.kill();
}

#[test]
fn a_journal_of_another_list_is_not_gone_on_with() {
    let server = server(|options| options.forbid_at = Some(4));
    let run = fetch(&server, &KEEP);
    run.run().expect_code(77);
    let calm = super::server(|_| {});
    let journal = run.donnees_brutes().join("inclusion/.structures.journal");
    let kept = fs::read(&journal).unwrap();
    // Another address.
    let other = run.clone().sandbox(&calm).run().expect_code(0);
    assert!(other.noted("beginning anew"), "{other}");
    assert_complete(&calm, &other, "structures", 0);
    // Rubbish, and a torn one.
    for content in [&b"rubbish"[..], &kept[..kept.len() - 3]] {
        fs::write(&journal, content).unwrap();
        let since = calm.requests().len();
        let finished = run.clone().sandbox(&calm).run().expect_code(0);
        assert_complete(&calm, &finished, "structures", since);
    }
}

#[test]
fn a_journal_is_gone_on_with_unless_it_is_forgotten_or_of_other_pages() {
    let server = faulty(1, (4..200).fold(Faults::default(), |all, nth| all.and_at(Fault::Internal, nth)), |_| {});
    let run = fetch(&server, &KEEP).args(["--tries", "1"]);
    run.run().expect_code(69);
    let journal = run.donnees_brutes().join("inclusion/.structures.journal");
    let kept = fs::read(&journal).unwrap();
    server.set_faults(Faults::default());
    let requests_of = |run: &trial::Run| {
        fs::write(&journal, &kept).unwrap();
        let since = list_requests(&server, 0);
        run.run().expect_code(0);
        list_requests(&server, 0) - since
    };
    let rest = requests_of(&run);
    assert!(requests_of(&run.clone().args(["--force"])) >= rest + 3, "`--force` forgets it");
    let by_100 = fetch(&server, &KEEP)
        .args(["--page-size", "100"])
        .args([format!("--dir={}", journal.parent().unwrap().display())]);
    fs::write(&journal, &kept).unwrap();
    assert!(by_100.run().expect_code(0).noted("beginning anew"));
}

#[test]
fn wrong_usage_is_2() {
    let server = server(|_| {});
    for flags in [
        &["--page-size", "0"][..],
        &["--page-size", "10001"],
        &["--from", "api", "--from", "dump"],
        &["--from", "a.csv", "--from", "api"],
        &["--from", "a", "--from", "b", "--from", "c"],
        &["lists"],
        &["--token", "x"],
    ] {
        fetch(&server, flags).run().expect_code(2);
    }
    assert!(server.requests().is_empty());
    fetch(&server, &["structures", "--from", "nowhere.csv"]).run().expect_code(66);
}

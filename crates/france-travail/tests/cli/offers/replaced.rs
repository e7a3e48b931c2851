//! What is there already: a day may have nothing left but the file that an earlier run made.

use super::*;

/// A day of which the service has `offers` left, in a folder where 500 were collected.
fn collected_before(offers: usize) -> (Finished, Server, Run) {
    let (_, first) = collects_the_truth(day_of(500));
    let left = start_sandbox(day_of(offers));
    let run = collect(&left, DAY).env("DONNEES_BRUTES", first.path(""));
    (first, left, run)
}

#[test]
fn a_proven_file_is_never_replaced_by_one_with_fewer_offers() {
    let (first, left, run) = collected_before(300);
    let file = first.path(format!("offre_emploi/offres-{DAY}.json"));
    let before = std::fs::read(&file).unwrap();
    let refused = run.clone().args(["--force"]).run().expect_code(2);
    assert!(refused.failure().contains("holds 500 offers of 2024-06-04, proven"), "{refused}");
    assert!(refused.failure().contains("has 30"), "{refused}");
    assert!(refused.hint().contains("--force --shrink"), "{refused}");
    assert_eq!(searches(&left), 1, "the first answer tells");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    // The day is still done: nothing is left that a later run would go on with.
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
    let shrunk = run.clone().args(["--force", "--shrink"]).run().expect_code(0);
    assert_eq!(shrunk.receipt()["records"], 300);
    run.args(["--shrink"]).run().expect_code(2);
}

#[test]
fn as_many_offers_or_more_replace_a_proven_file() {
    for offers in [500, 700] {
        let (_first, _left, run) = collected_before(offers);
        assert_eq!(run.args(["--force"]).run().expect_code(0).receipt()["records"], offers);
    }
}

/// A forced run that was killed may be gone on with by one that is not forced.
#[test]
fn a_run_that_goes_on_does_not_replace_what_the_first_one_might_not() {
    let (first, left, run) = collected_before(600);
    left.set_faults(sandbox::Faults::of(sandbox::Fault::Internal, 1.0));
    run.clone().args(["--force", "--tries", "1"]).run().expect_code(69);
    drop(left);
    let poorer = start_sandbox(day_of(100));
    run.sandbox(&poorer).run().expect_code(2);
    assert_eq!(first.read(format!("offre_emploi/offres-{DAY}.json")).lines().count(), 502);
}

#[test]
fn data_of_another_service_are_not_replaced_by_force_alone() {
    let (server, first) = collects_the_truth(day_of(500));
    let other = server.url().replace("127.0.0.1", "localhost");
    let run = collect(&server, DAY).env("DONNEES_BRUTES", first.path("")).env("FRANCE_TRAVAIL_API_URL", other);
    for arguments in [&[][..], &["--force"]] {
        let refused = run.clone().args(arguments.iter().copied()).run().expect_code(2);
        assert!(refused.failure().contains("was collected from `127.0.0.1`, not `localhost`"), "{refused}");
    }
    assert_eq!(run.args(["--force", "--shrink"]).run().expect_code(0).receipt()["records"], 500);
}

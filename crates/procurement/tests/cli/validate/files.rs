//! Where the verdict goes, what the flags may say, and what a run leaves when it is stopped.

use serde_json::json;
use trial::Signal;

use super::contract::{list, lists, marche_1_5, marche_2_0, with};
use super::*;

#[test]
fn wrong_flags_are_2_and_name_what_is_wrong() {
    for (flags, why) in [(vec!["--format", "3.0"], "3.0"), (vec!["--lang", "de"], "de"), (vec!["--repair"], "--repair")]
    {
        let finished = judge("v.json", &list(&[marche_1_5("2019-0001")]), &flags).expect_code(2);
        assert!(finished.failure().contains(why), "{finished}");
    }
    let run = validate(&[]);
    let input = run.write("v.json", &list(&[marche_1_5("2019-0001")]));
    let finished =
        run.args(["--output".into(), input.clone().into_os_string(), input.into_os_string()]).run().expect_code(2);
    assert!(finished.failure().contains("it is the input"), "{finished}");
}

#[test]
fn what_is_not_there_is_66() {
    let run = validate(&["absent.json"]);
    run.run().expect_code(66);
    run.beside(env!("CARGO_BIN_EXE_validate-procurement")).args(["."]).run().expect_code(66);
    judge("v.json", &list(&[marche_1_5("2019-0001")]), &["--cpv", "absent.tsv"]).expect_code(66);
    let run = validate(&["--check"]);
    let input = run.write("v.json", b"{}");
    run.args([input]).run().expect_code(0);
    validate(&["--check", "absent.json"]).run().expect_code(66);
}

#[test]
fn another_nomenclature_stands_in_for_the_built_in_one() {
    let run = validate(&[]);
    let cpv = run.write("cpv.tsv", b"code\tkey\n77310000\t1\n");
    let input = run.write("v.json", &list(&[marche_1_5("2019-0001")]));
    let run = run.args(["--cpv".into(), cpv.clone().into_os_string(), input.into_os_string()]);
    let finished = run.run().expect_code(0);
    assert_eq!(findings(&finished, "v"), [(1, "cpv.check_digit".to_owned(), "/codeCPV".to_owned())].into());
    std::fs::write(&cpv, "code\tkey\n77310000\t6\n").unwrap();
    let finished = run.run().expect_code(0);
    assert_eq!(finished.receipt()["unchanged"], false, "the table is another");
    assert!(findings(&finished, "v").is_empty());
    std::fs::write(&cpv, "code\tkey\n7731\t6\n").unwrap();
    assert!(run.run().expect_code(2).failure().contains("line 2"));
}

#[test]
fn the_receipt_of_the_converter_is_an_input() {
    let run = validate(&["-"]);
    let input = run.write("v.json", &list(&[marche_1_5("2019-0001")]));
    run.stdin(&json!({ "path": input }).to_string()).run().expect_code(0);
    validate(&["-"]).run().expect_code(75);
}

#[test]
fn findings_are_told_in_english_too_and_in_part_if_there_are_many() {
    let contracts: Vec<Value> =
        (0..30).map(|nth| with(marche_1_5(&format!("2019-{nth:04}")), "montant", json!(99_999))).collect();
    let finished = judge("v.json", &list(&contracts), &["--lang", "en", "--max-findings", "7"]).expect_code(0);
    assert_eq!(findings(&finished, "v").len(), 7);
    let rule = report(&finished, "v")["rules"][0].clone();
    assert_eq!(
        (&rule["count"], &rule["omitted"], &rule["columns"]),
        (&json!(30), &json!(23), &json!({ "/montant": 30 }))
    );
    assert_eq!(rule["message"], "an amount made of one repeated digit");
    assert!(finished.read("marches/v.validation.html").contains("<html lang=\"en\">"));
}

#[test]
fn a_file_that_has_nothing_more_to_say_goes() {
    let run = validate(&[]);
    let input = run.write("v.json", &list(&[with(marche_1_5("2019-0001"), "montant", json!(99_999))]));
    let run = run.args([input]);
    assert_eq!(run.run().expect_code(0).list("marches").len(), 3);
    run.write("v.json", &list(&[marche_1_5("2019-0001")]));
    assert_eq!(run.run().expect_code(0).list("marches"), ["v.validation.html", "v.validation.json"]);
}

/// Large enough that a run takes a while.
fn many() -> Vec<u8> {
    let contracts: Vec<Value> =
        (0..8_000).map(|nth| with(marche_2_0(&format!("2024-{nth}")), "montant", json!(99_999 + nth % 2))).collect();
    lists(&contracts)
}

#[test]
fn a_run_that_is_stopped_leaves_nothing_that_disturbs_the_next() {
    let run = validate(&[]);
    let input = run.write("v.json", &many());
    let run = run.args([input]);
    let whole = run.run().expect_code(0);
    let read_all = |finished: &Finished| {
        let names = finished.list("marches");
        names.iter().map(|name| (name.clone(), finished.read(format!("marches/{name}")))).collect::<Vec<_>>()
    };
    let expected = read_all(&whole);
    for delay in [5, 60, 250, 700] {
        std::fs::remove_dir_all(whole.path("marches")).unwrap();
        let killed = run.kill_after(std::time::Duration::from_millis(delay));
        for (name, text) in read_all(&killed) {
            let is_whole = expected.iter().any(|(other, whole)| *other == name && *whole == text);
            assert!(is_whole || name.starts_with('.'), "half a file: {name}");
        }
        assert_eq!(read_all(&run.run().expect_code(0)), expected, "after {delay} ms");
    }
    std::fs::remove_dir_all(whole.path("marches")).unwrap();
    let running = run.start().until_it_hears(Signal::TERM);
    running.signal(Signal::TERM);
    running.wait().expect_code(143);
}

#[test]
fn the_second_of_two_runs_at_once_is_75() {
    let run = validate(&[]);
    let input = run.write("v.json", &many());
    let run = run.args([input]);
    let lock = run.donnees_brutes().join("marches/.v.validation.json.lock");
    let first = run.start().until(|| lock.exists());
    assert!(run.run().expect_code(75).failure().contains("another run is writing it"));
    first.wait().expect_code(0);
}

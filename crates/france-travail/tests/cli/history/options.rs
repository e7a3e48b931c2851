//! Each option, and each refusal.

use super::*;

fn refused(arguments: &[&str], why: &str) {
    let server = start_sandbox(year_of(10));
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(arguments.iter().copied()).run().expect_code(2);
    assert!(run.failure().contains(why), "{arguments:?}\n{run}");
    assert_eq!(server.requests().len(), 0, "{arguments:?}");
    assert!(run.list(".").is_empty(), "{arguments:?}: {:?}", run.list("."));
}

#[test]
fn what_cannot_be_meant_is_refused_before_any_call() {
    for (arguments, why) in [
        (&["--months", "0"][..], "months"),
        (&["--months", "121"], "months"),
        (&["--months", "3", "--since", "2024-01-01"], "cannot be used with"),
        (&["--until", "2999-01-01"], "in the future"),
        (&["--since", "2024-02-01", "--until", "2024-01-31"], "could not choose the period"),
        (&["--search", "a"], "fewer than 2 characters"),
        (&["--search", "aa,bb,cc,dd,ee,ff,gg,hh"], "8 expressions"),
        (&["--rome", "M18"], "`M18` has not the form of a code"),
        (&["--departement", "35,1"], "`1` has not the form of a code"),
        (&["--results-per-page", "1"], "results-per-page"),
        (&["--results-per-page", "151"], "results-per-page"),
        (&["--checkpoint-interval", "0"], "checkpoint-interval"),
        (&["--rate-limit-delay", "61"], "rate-limit-delay"),
        (&["--output", "a.csv", "--format", "parquet"], "`--format parquet` is asked for"),
        (&["--output", "a.checkpoint"], "cannot be the name of a table"),
        (&["--format", "xlsx"], "format"),
    ] {
        refused(arguments, why);
    }
}

#[test]
fn a_code_that_the_service_does_not_have_is_named() {
    let server = start_sandbox(year_of(10));
    for (arguments, code) in [(["--rome", "Z9999"], "Z9999"), (["--departement", "35,99"], "99")] {
        let run = collect(&server).args(arguments).run().expect_code(2);
        assert!(run.failure().contains(&format!("`{code}`")), "{run}");
        assert_eq!(searches(&server), 0);
    }
}

/// As the document that this step follows has it.
#[test]
fn the_documents_own_command_line_works() {
    let server = start_sandbox(year_of(500).with(|options| options.wire.now = None));
    let run = quick(COLLECT_HISTORY).sandbox(&server);
    let run =
        run.args(["--output", "donnees_brutes/data/jobs.csv", "--months", "6", "--search", "h/f"]).run().expect_code(0);
    assert!(run.path("data/jobs.csv").is_file());
    let report = report(&run, "data/jobs");
    assert_eq!((report["parameters"]["months"].as_u64(), &report["parameters"]["search"]), (Some(6), &"h/f".into()));
    assert_eq!(report["parameters"]["rome"], serde_json::json!(["K1906", "M1405", "M1811", "M1827", "M1851"]));
    assert_eq!(report["parameters"]["departement"], "all");
}

#[test]
fn by_default_the_table_is_below_the_root_and_named_by_the_day() {
    let server = start_sandbox(year_of(50).with(|options| options.wire.now = None));
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(["--format", "jsonl"]).run().expect_code(0);
    let path = run.receipt()["path"].as_str().unwrap().to_owned();
    let name = std::path::Path::new(&path).file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with("france_travail_jobs_") && name.ends_with(".jsonl"), "{path}");
    let beside = run.list("historique");
    let stem = name.trim_end_matches(".jsonl");
    assert!(
        beside.contains(&format!("{stem}.report.json")) && beside.contains(&format!("{stem}.report.html")),
        "{beside:?}"
    );
    assert!(beside.iter().all(|name| !name.contains("checkpoint") && !name.contains("journal")), "{beside:?}");
}

#[test]
fn searches_keep_the_distance_that_is_asked_for() {
    let server = start_sandbox(year_of(600));
    let begun = std::time::Instant::now();
    collect_all(&server).args(["--rate-limit-delay", "0.1"]).run().expect_code(0);
    let gaps = searches(&server) as f64 - 1.0;
    // Not how long it takes, but that it cannot be done in less.
    assert!(begun.elapsed().as_secs_f64() >= gaps * 0.1, "{gaps} gaps in {:?}", begun.elapsed());
}

#[test]
fn a_check_asks_once_and_writes_nothing() {
    let server = start_sandbox(year_of(50));
    let run = collect(&server).args(["--check"]).run().expect_code(0);
    assert!(run.stdout.contains("collecte.check/1") && run.stdout.contains("offers"), "{run}");
    assert!(run.list(".").is_empty());
}

//! What is said before anything is collected, beside what is then sent.

use super::*;

fn plan(run: &Run) -> Value {
    let told = run.clone().args(["--plan"]).run().expect_code(0);
    assert!(told.list(".").is_empty(), "{:?}", told.list("."));
    serde_json::from_str(&told.stdout).expect("a plan is JSON")
}

#[test]
fn a_plan_is_true_within_five_per_cent() {
    for (offers, arguments) in [
        (4_000, vec!["--rome", "all"]),
        (9_000, vec!["--rome", "all", "--departement", "59,69,13,33,35,75,31,44,34"]),
        (200, vec![]),
    ] {
        let server = start_sandbox(year_of(offers));
        let run = collect(&server).args(arguments);
        let plan = plan(&run);
        let keys: Vec<_> = plan.as_object().unwrap().keys().map(String::as_str).collect();
        let [first, second] = [&keys[..7], &keys[7..]];
        assert_eq!(first, ["schema", "step", "since", "until", "zone", "announced", "walks"]);
        assert_eq!(second, ["requests", "minutes", "output", "requests_sent", "duration_s"]);
        assert_eq!((&plan["schema"], &plan["step"]), (&"collecte.plan/1".into(), &"collect-history".into()));
        let walks = plan["walks"].as_u64().unwrap();
        let asked = searches(&server);
        assert!(asked as u64 <= walks + 4, "{asked} searches to plan {walks} walks");
        let finished = run.run().expect_code(0);
        let (sent, planned) = ((searches(&server) - asked) as f64, plan["requests"].as_f64().unwrap());
        assert!((0.95 * planned - 5.0..=1.05 * planned + 5.0).contains(&sent), "{planned} planned, {sent} sent");
        assert_eq!(plan["announced"], finished.receipt()["announced"]);
        assert_eq!((&plan["since"], &plan["until"]), (&SINCE.into(), &UNTIL.into()));
    }
}

#[test]
fn minutes_are_those_of_the_slowest_pace() {
    let server = start_sandbox(year_of(3_000));
    let plan = plan(&collect_all(&server).args(["--rate", "1000", "--rate-limit-delay", "0.05"]));
    let expected = (plan["requests"].as_f64().unwrap() * 0.05 / 60.0 * 10.0).ceil() / 10.0;
    assert_eq!(plan["minutes"].as_f64(), Some(expected));
}

#[test]
fn a_plan_looks_at_no_output() {
    let server = start_sandbox(year_of(100));
    let run = collect_all(&server);
    run.write("jobs.csv", b"somebody's");
    run.write("jobs.checkpoint", b"rubbish");
    let told = run.args(["--plan"]).run().expect_code(0);
    assert_eq!(told.list("."), ["jobs.checkpoint", "jobs.csv"]);
    assert_eq!((told.read("jobs.csv"), told.read("jobs.checkpoint")), ("somebody's".to_owned(), "rubbish".to_owned()));
}

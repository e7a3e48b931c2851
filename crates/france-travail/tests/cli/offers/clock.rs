//! Whose clock counts: the service's.

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::*;
use crate::stub::{lead, serve};

/// What the clock says in Paris.
fn now() -> DateTime {
    jiff::Timestamp::now().in_tz("Europe/Paris").expect("the zone is known").datetime()
}

/// A service whose clock says `now`, with a hundred offers of each day.
fn service_at(now: DateTime) -> Server {
    start_sandbox(day_of(100).with(|options| {
        options.france_travail.date = None;
        options.wire.now = Some(now);
    }))
}

#[test]
fn a_day_that_is_not_over_for_the_service_is_not_collected_as_whole() {
    let yesterday = now().date().yesterday().expect("there is one");
    for late in [yesterday.at(0, 0, 1, 0), yesterday.at(23, 59, 0, 0)] {
        let server = service_at(late);
        let refused = collect(&server, yesterday).run().expect_code(2);
        assert!(refused.failure().contains("the day is not over by the clock of the service"), "{refused}");
        assert_eq!(searches(&server), 1, "the first answer tells");
        assert!(refused.list("offre_emploi").is_empty(), "nothing is left that tomorrow's run would go on with");
    }
    let run = collect(&service_at(now().date().at(0, 0, 1, 0)), yesterday).run().expect_code(0);
    assert_eq!(log(&run, yesterday)["preuve"]["jour_entier"], true);
}

/// As seen on a machine that had been without power: its clock is behind, and the day is over nevertheless.
#[test]
fn a_day_that_is_over_for_the_service_is_collected_though_this_machine_is_behind() {
    let today = now().date();
    let server = service_at(today.tomorrow().expect("there is one").at(0, 10, 0, 0));
    let run = collect(&server, today).run().expect_code(0);
    assert_eq!(log(&run, today)["preuve"]["jour_entier"], true);
    assert!(run.noted("behind the service's, which is believed"), "{run}");
    // Without a date, this machine's yesterday was chosen: somebody should know.
    let run = quick(COLLECT_OFFERS).sandbox(&server).run().expect_code(0);
    assert!(run.noted(&format!("for the service, yesterday is {today}, not ")), "{run}");
    assert!(!collect(&server, today).run().noted("for the service, yesterday is"));
}

#[test]
fn where_the_service_says_no_time_this_machine_s_clock_decides() {
    let stub = serve(|name| {
        (name == "search")
            .then(|| (Some("offres */0".to_owned()), r#"{"resultats":[],"filtresPossibles":[]}"#.to_owned()))
    });
    let run = |day: jiff::civil::Date| lead(&stub, quick(COLLECT_OFFERS)).args(["--date", &day.to_string()]).run();
    assert!(run(now().date()).expect_code(2).failure().contains("the day is not over in Paris"));
    let yesterday = now().date().yesterday().expect("there is one");
    let done = run(yesterday).expect_code(0);
    assert_eq!(log(&done, yesterday)["preuve"]["avance_horloge_s"], serde_json::Value::Null);
}

#[test]
fn a_clock_that_is_off_is_noted_and_the_proof_holds_the_difference() {
    let server = service_at(now() - 1.hour());
    let run = collect(&server, DAY).run().expect_code(0);
    assert!(run.noted("minutes ahead of the service's"), "{run}");
    let ahead_s = log(&run, DAY)["preuve"]["avance_horloge_s"].as_i64().unwrap();
    assert!((3_600..3_900).contains(&ahead_s), "{ahead_s}");
    let run = collect(&service_at(now()), DAY).run().expect_code(0);
    assert!(!run.noted("the clock of this machine"), "{run}");
}

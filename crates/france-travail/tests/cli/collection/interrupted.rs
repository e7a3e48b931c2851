//! Killed at any instant: each of the two files is whole, and the next run makes them what they would have been.

use std::time::Instant;

use super::*;

const FILES: [&str; 2] = ["rapport-collecte.html", "rapport-collecte.json"];

/// Many days, so that a run takes its time.
fn many_days() -> Run {
    let run = report();
    for month in 1..=12 {
        for date in (1..=28).map(|day| format!("2023-{month:02}-{day:02}")) {
            day(&run, &date, 200);
        }
    }
    run.args(["--verify"])
}

/// In CI some; `KILLS=200 cargo nextest run -p france-travail interrupted` as many as one likes.
#[test]
fn kills_leave_no_half_a_page() {
    let kills: u32 = std::env::var("KILLS").map_or(20, |text| text.parse().expect("a number of kills"));
    let run = many_days();
    let begun = Instant::now();
    let first = run.run().expect_code(0);
    let longest = begun.elapsed().mul_f64(1.1);
    let (french_page, report) = (first.read(FILES[0]), first.read(FILES[1]));
    let english_page = run.clone().args(["--lang", "en"]).run().expect_code(0).read(FILES[0]);
    for kill in 0..kills {
        let (asked, wanted) = if kill % 2 == 0 { ("en", &english_page) } else { ("fr", &french_page) };
        let run = run.clone().args(["--lang", asked]);
        let killed = run.kill_after(longest.mul_f64(f64::from(kill) / f64::from(kills)));
        let page = killed.read(FILES[0]);
        assert!(page == french_page || page == english_page, "half a page after {kill}");
        assert_eq!(killed.read(FILES[1]), report);
        assert_eq!(&run.run().expect_code(0).read(FILES[0]), wanted);
        let left: Vec<_> = killed
            .list(".")
            .into_iter()
            .filter(|name| name.contains("rapport") && !FILES.contains(&name.as_str()))
            .collect();
        assert!(left.iter().all(|name| name.starts_with('.') && name.ends_with(".lock")), "{left:?}");
    }
}

#[test]
fn a_signal_ends_it_and_leaves_the_old_page() {
    let run = many_days();
    let before = run.run().expect_code(0).read(FILES[0]);
    let running = run.clone().args(["--lang", "en"]).start().until_it_hears(trial::Signal::TERM);
    running.signal(trial::Signal::TERM);
    let ended = running.wait().expect_code(143);
    assert_eq!(ended.read(FILES[0]), before);
    run.args(["--lang", "en"]).run().expect_code(0);
}

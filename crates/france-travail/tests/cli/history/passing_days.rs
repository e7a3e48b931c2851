//! Days go by between two runs. What the first one takes for the time is a day early; the second has the right time.

use std::path::Path;
use std::process::Command;

use super::*;

/// Put before the C library's, it makes all that a process is told of the time a day early; how long things take is as ever.
const A_DAY_EARLY: &str = "
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *told) {
    int failed = syscall(SYS_clock_gettime, clock, told);
    if (!failed && clock == CLOCK_REALTIME) told->tv_sec -= 24 * 60 * 60;
    return failed;
}
";

/// The same run, a day early. What links executables makes libraries too.
fn a_day_early(run: &Run) -> Run {
    let [source, library] = ["early.c", "early.so"].map(|name| run.folder().join(name));
    std::fs::write(&source, A_DAY_EARLY).expect("the tests can write");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).output();
    let made = made.expect("there is a C compiler where Rust is linked");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    run.clone().env("LD_PRELOAD", library)
}

/// Offers up to now.
fn service() -> Server {
    start_sandbox(year_of(3_000).with(|options| {
        options.wire.now = None;
        options.wire.latency_ms = 10;
    }))
}

fn up_to_now(server: &Server) -> Run {
    quick(COLLECT_HISTORY).sandbox(server).args(["--rome", "all", "--output", "donnees_brutes/jobs.csv"])
}

fn checkpoint(folder: &Path) -> Value {
    let text = std::fs::read(folder.join("jobs.checkpoint")).expect("a run that was killed leaves it");
    serde_json::from_slice(&text).expect("a checkpoint is JSON")
}

/// Offers of a period, as the report or the checkpoint tells it.
fn truth_of(server: &Server, period: &Value) -> Vec<Life> {
    let [from, to] = ["from", "to"].map(|key| period[key].as_str().expect("a period has both"));
    let lives = server.service::<FranceTravail>().truth_of(&format!("since={}", &from[..10]));
    let lives = lives.expect("the truth takes the filter");
    lives.into_iter().filter(|life| life.date_creation[..19] <= *to).collect()
}

#[test]
fn a_run_goes_on_though_a_day_has_passed() {
    let server = service();
    let run = up_to_now(&server);
    a_day_early(&run).start().until(|| searches(&server) >= 12).kill();
    let left = checkpoint(&run.donnees_brutes());
    let before = searches(&server);
    let finished = run.run().expect_code(0);
    let report = report(&finished, "jobs");
    // All is as at the first start: what came since is another collection's.
    assert_eq!((&report["period"], &report["started"]), (&left["period"], &left["started"]));
    assert_eq!(report["runs"], 2);
    let yesterday = &left["started"].as_str().unwrap()[..10];
    assert_eq!(finished.receipt()["until"], yesterday);
    let lives = truth_of(&server, &left["period"]);
    compare(&ids(&finished, "jobs.csv"), &lives).unwrap();
    let all = server.service::<FranceTravail>().truth_of(&format!("since={yesterday}")).unwrap();
    assert!(
        lives.last().is_some()
            && all.len() > lives.iter().filter(|life| life.date_creation[..10] >= *yesterday).count()
    );
    let floor = report["requests"]["floor"].as_u64().unwrap() as usize;
    assert!(searches(&server) <= floor + 24 + 8, "{before} + {}, floor {floor}", searches(&server) - before);
    let extracted = format!(",{}.000,", left["started"].as_str().unwrap());
    assert!(finished.read("jobs.csv").lines().skip(1).all(|row| row.contains(&extracted)));
}

#[test]
fn a_day_that_was_not_over_is_collected_anew_once_it_is() {
    let server = service();
    let run = up_to_now(&server);
    let early = a_day_early(&run);
    // The day of the first run, which its clock alone knows.
    let told = early.clone().args(["--plan"]).run().expect_code(0);
    let day = serde_json::from_str::<Value>(&told.stdout).unwrap()["until"].as_str().unwrap().to_owned();
    let until = ["--until", day.as_str()];
    let first = early.args(until).run().expect_code(0);
    let second = run.clone().args(until).run().expect_code(0);
    assert_eq!(second.receipt()["unchanged"], false);
    let [part, whole] = [&first, &second].map(|run| run.receipt()["records"].as_u64().unwrap());
    let period = report(&second, "jobs")["period"].clone();
    assert_eq!(period["to"], format!("{day}T23:59:59"));
    assert!(whole >= part, "{part} offers while the day went on, {whole} when it was over");
    compare(&ids(&second, "jobs.csv"), &truth_of(&server, &period)).unwrap();
    let asked = server.requests().len();
    assert_eq!(run.args(until).run().expect_code(0).receipt()["unchanged"], true);
    assert_eq!(server.requests().len(), asked);
}

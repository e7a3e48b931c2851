//! `assess-contribution`: on small files everywhere, and on real ones where they are at hand.

mod deliveries;
mod files;
mod formats;
mod hostile;
mod proposals;
mod questions;

use serde_json::Value;
use trial::{Finished, Run};

/// The clock of all tests.
const TODAY: (&str, &str) = ("--today", "2026-11-22");

fn assess(flags: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_assess-contribution")).args(flags).by_default(&[TODAY])
}

/// Assesses a text, in a folder of its own.
fn assessed(name: &str, content: impl AsRef<[u8]>, flags: &[&str]) -> Finished {
    let run = assess(flags);
    let input = run.write(name, content.as_ref());
    run.args([input]).run()
}

/// What became of a file that can be assessed.
struct Assessment {
    finished: Finished,
    report: Value,
}

impl Assessment {
    #[track_caller]
    fn of(name: &str, content: impl AsRef<[u8]>, flags: &[&str]) -> Self {
        Self::read(assessed(name, content, flags).expect_code(0))
    }

    #[track_caller]
    fn read(finished: Finished) -> Self {
        let path = finished.receipt()["path"].as_str().expect("a receipt has a path").to_owned();
        let report = serde_json::from_slice(&std::fs::read(path).expect("what is named is there"));
        Self { finished, report: report.expect("it is JSON") }
    }

    /// A question about the only list, by its place.
    fn question(&self, nth: usize) -> &Value {
        let lists = self.report["lists"].as_object().expect("there are lists");
        assert_eq!(lists.len(), 1, "{lists:?}");
        &lists.values().next().expect("there is one")["questions"][nth]
    }

    fn answer(&self, nth: usize) -> &str {
        self.question(nth)["answer"].as_str().expect("an answer is a text")
    }

    /// All findings.
    fn findings(&self) -> Vec<Value> {
        let path = self.finished.receipt()["path"].as_str().unwrap().replace(".json", ".findings.jsonl");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Rule, record, value of each.
    fn told(&self) -> Vec<(String, u64, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let of = |finding: &Value| {
            (text(&finding["rule"]), finding["record"].as_u64().unwrap_or(0), text(&finding["value"]))
        };
        self.findings().iter().map(of).collect()
    }
}

const ID: usize = 0;
const STRUCTURE: usize = 1;
const DATE: usize = 2;
const SIRET: usize = 3;

fn told<const N: usize>(expected: [(&str, u64, &str); N]) -> Vec<(String, u64, String)> {
    expected.map(|(rule, record, value)| (rule.to_owned(), record, value.to_owned())).to_vec()
}

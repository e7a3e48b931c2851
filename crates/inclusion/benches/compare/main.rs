//! `compare-contributions` beside splink, on the same invented structures in one run: processor time, wall time, peak memory,
//! and of the pairs that are one how many each finds.
//!
//! `BENCH_PYTHON=/path/to/python cargo bench -p inclusion --bench compare`, where that Python has `splink` of PyPI.
//! `BENCH_RECORDS` makes it smaller, `BENCH_STEP` names another build of the step, `-- TEXT` runs only what has that in its title.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod structures;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

const RECORDS: usize = 200_000;

const MANY: usize = 1_000_000;

/// Entity of each record.
type Truth = HashMap<String, String>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let records = std::env::var("BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    let folder = TempDir::new().expect("a benchmark can write");
    let input = folder.path().join("structures.csv");
    if asked("beside splink") {
        let count = records.unwrap_or(RECORDS);
        structures::write(&input, count);
        let truth = read_truth(&input);
        let ours = Cost::of(ours(&input), &[0]);
        println!("beside splink: {count} records");
        println!("  ours   {ours}, {}", quality(&folder.path().join("structures.links.csv"), &truth, ["id_1", "id_2"]));
        for (model, random_pairs) in [("final, as in its documentation", "1e8"), ("tried", "1e7")] {
            let theirs = Cost::of(peer(&input, folder.path(), random_pairs), &[0]);
            let found = quality(&folder.path().join("splink.csv"), &truth, ["id_l", "id_r"]);
            println!("  theirs {theirs}, {found}: model {model}");
            println!("  CPU {:.3} of theirs (at most {:.3})", ours.cpu_s / theirs.cpu_s, 1.0 / 7.0);
        }
    }
    if asked("many") {
        for count in [MANY / 4, MANY] {
            structures::write(&input, count);
            println!("many: {count} records (of 1,000,000: under 90 s on two cores, at most 1,229 MiB)");
            println!("  ours   {}", Cost::of(ours(&input), &[0]));
        }
    }
}

fn ours(input: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_compare-contributions").to_owned();
    let mut command = Command::new(std::env::var("BENCH_STEP").unwrap_or_else(|_| built()));
    command.arg(input).arg("--force");
    command
}

fn peer(input: &Path, folder: &Path, random_pairs: &str) -> Command {
    let mut command = Command::new(std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/compare/peer.py"));
    command.arg(input).arg(folder.join("splink.csv")).arg(random_pairs);
    command
}

fn read_truth(input: &Path) -> Truth {
    let text = std::fs::read_to_string(input).expect("it was just written");
    let ends = |line: &str| {
        let (id, _) = line.split_once(',').expect("a record has cells");
        let (_, truth) = line.rsplit_once(',').expect("a record has cells");
        (id.to_owned(), truth.to_owned())
    };
    text.lines().skip(1).map(ends).collect()
}

/// Precision and recall of the pairs in two columns of a CSV without quotes; of ours only matches count.
fn quality(pairs: &Path, truth: &Truth, columns: [&str; 2]) -> String {
    let text = std::fs::read_to_string(pairs).expect("the run has written it");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().expect("a CSV has a header").split(',').collect();
    let column = |name: &str| header.iter().position(|own| *own == name);
    let at = columns.map(|name| column(name).expect("it has the column"));
    let class = column("class");
    let mut found = HashSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        if class.is_none_or(|class| cells[class] == "match") {
            found.insert(at.map(|column| cells[column]));
        }
    }
    let right = found.iter().filter(|[one, two]| truth[*one] == truth[*two]).count() as f64;
    let mut times: HashMap<&str, usize> = HashMap::new();
    truth.values().for_each(|entity| *times.entry(entity).or_default() += 1);
    let all: usize = times.values().map(|times| times * (times - 1) / 2).sum();
    format!("precision {:.4}, recall {:.4}", right / found.len() as f64, right / all as f64)
}

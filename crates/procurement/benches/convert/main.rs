//! `convert-procurement` beside the ways of others: processor time, wall time, peak memory, in turn, on tables made here.
//!
//! `BENCH_PYTHON=/path/to/python cargo bench -p procurement --bench convert`, where that Python has `pandas` and `orjson`
//! of PyPI; `jq` is Debian's. `BENCH_RECORDS` makes the large table smaller, `-- TEXT` runs only what has that in its
//! title. The peers map columns to fields, and neither judge nor report; ours does both.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod records;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

/// As many as the Breton table had.
const FEW: usize = 5_749;

const MANY: usize = 1_000_000;

/// What is too short for a clock that ticks a hundred times a second is done so often.
const TIMES: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let many = std::env::var("BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(MANY);
    let folder = TempDir::new().expect("a benchmark can write");
    let at = |name: &str| folder.path().join(name);
    if asked("few records, beside pandas and jq") {
        records::write(&at("few.csv"), FEW, records::Order::AsTheyAre);
        // All in one shell, whose time is that of all runs.
        let ours = Cost::of(ours_so_often(&at("few.csv"), folder.path()), &[0]);
        let theirs = Cost::of(peer("pandas", &at("few.csv"), &at("few.theirs.json")), &[0]);
        println!("few records, beside pandas and jq: {FEW} records, ours {TIMES} times");
        println!("  ours   {ours}, each CPU {:.4} s", ours.cpu_s / TIMES as f64);
        println!("  theirs {theirs}");
        println!("  CPU {:.4} of theirs (at most 0.02)", ours.cpu_s / TIMES as f64 / theirs.cpu_s);
    }
    for (title, order) in [
        ("many records, beside one pass of csv and orjson", records::Order::AsTheyAre),
        ("memory: contracts from all over the file", records::Order::Scattered),
        ("memory: all records of one contract", records::Order::OfOne),
    ] {
        if !asked(title) {
            continue;
        }
        records::write(&at("many.csv"), many, order);
        let ours = Cost::of(ours(&at("many.csv"), folder.path(), "many"), &[0]);
        println!("{title}: {many} records");
        println!(
            "  ours   {ours}, {:.0} records a CPU second (at least 300,000; peak at most 64 MiB)",
            many as f64 / ours.cpu_s
        );
        if order == records::Order::AsTheyAre {
            let theirs = Cost::of(peer("orjson", &at("many.csv"), &at("many.theirs.json")), &[0]);
            println!("  theirs {theirs}");
            println!("  CPU {:.3} of theirs (at most 0.5)", ours.cpu_s / theirs.cpu_s);
        }
    }
}

fn ours(file: &Path, folder: &Path, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_convert-procurement"));
    command.arg(file).arg("--output").arg(folder.join(format!("{name}.json")));
    command
}

/// Each run into a folder of its own: a second one would find everything there.
fn ours_so_often(file: &Path, folder: &Path) -> Command {
    let script = format!(
        "for nth in $(seq {TIMES}); do '{}' '{}' --output '{}'/$nth/o.json >/dev/null 2>&1 || exit; done",
        env!("CARGO_BIN_EXE_convert-procurement"),
        file.display(),
        folder.display()
    );
    let mut command = Command::new("sh");
    command.arg("-c").arg(script);
    command
}

fn peer(way: &str, file: &Path, output: &PathBuf) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/convert");
    let script = match way {
        "pandas" => {
            "\"$1\" \"$2/peers.py\" pandas \"$3\" \"$4.records\" && jq -c -f \"$2/map.jq\" \"$4.records\" >\"$4\""
        }
        _ => "\"$1\" \"$2/peers.py\" orjson \"$3\" \"$4\"",
    };
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", &python]).arg(folder).arg(file).arg(output);
    command
}

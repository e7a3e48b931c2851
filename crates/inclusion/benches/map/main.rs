//! `map-contribution` beside one pass of Python's csv and json over the same table, which renames columns and neither
//! repairs, judges nor reports: processor time, wall time, peak memory, in one run.
//!
//! `cargo bench -p inclusion --bench map`; `BENCH_RECORDS` makes the table smaller, `BENCH_PYTHON` names another Python,
//! `-- TEXT` runs only what has that in its title.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod table;

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

const RECORDS: usize = 200_000;

/// Ten times as many records must not take more memory.
const MANY: usize = 2_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let records = std::env::var("BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    let folder = TempDir::new().expect("a benchmark can write");
    let input = folder.path().join("lieux.csv");
    std::fs::write(folder.path().join("lieux.mapping.toml"), table::MAPPING).expect("a benchmark can write");
    let titles = [
        ("twelve fields, repaired", RECORDS, true),
        ("twelve fields, in order", RECORDS, false),
        ("memory", MANY, false),
    ];
    for (title, usual, is_odd) in titles {
        if !asked(title) {
            continue;
        }
        let count = records.unwrap_or(usual);
        table::write(&input, count, is_odd);
        let ours = Cost::of(ours(&input, folder.path()), &[0, 65]);
        let theirs = Cost::of(peer(&input, folder.path()), &[0]);
        println!("{title}: {count} records");
        println!(
            "  ours   {ours}, {:.0} records a CPU second (at least 20,000; peak at most 64 MiB)",
            count as f64 / ours.cpu_s
        );
        println!("  theirs {theirs}, {:.0} records a CPU second", count as f64 / theirs.cpu_s);
    }
}

fn ours(input: &Path, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_map-contribution"));
    command.arg(input).arg("--mapping").arg(folder.join("lieux.mapping.toml")).args(["--today", "2026-11-22"]);
    command.arg("--output").arg(folder.join("ours.json"));
    command
}

fn peer(input: &Path, folder: &Path) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/map/peer.py");
    let mut command = Command::new(python);
    command.arg(script).arg(input).arg(folder.join("theirs.json"));
    command
}

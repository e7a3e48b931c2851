//! `assess-contribution` beside a program that reads the same file and no more: processor time, wall time, peak memory, in
//! turn, on structures made here.
//!
//! `cargo bench -p inclusion --bench assess`; `BENCH_PYTHON` names a Python, `BENCH_RECORDS` makes it smaller, `BENCH_STEP`
//! names another build of the step, `-- TEXT` runs only what has that in its title.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

const RECORDS: usize = 100_000;

/// A file whose memory is watched has so many times more records: more than are held.
const TIMES_MORE: usize = 20;

/// What the peer does.
const READ_CSV: &str = "import csv, sys; print(sum(1 for _ in csv.DictReader(open(sys.argv[1], encoding='utf-8'))))";
const READ_JSON: &str = "import json, sys; print(len(json.load(open(sys.argv[1], encoding='utf-8'))))";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let count = std::env::var("BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(RECORDS);
    let folder = TempDir::new().expect("a benchmark can write");
    let at = |name: &str| folder.path().join(name);
    for (title, name, count, reads) in [
        ("JSON, beside json of Python", "a.json", count, READ_JSON),
        ("CSV, beside csv of Python", "a.csv", count, READ_CSV),
        ("memory (at most 64 MiB): twenty times as many", "many.csv", TIMES_MORE * count, READ_CSV),
    ] {
        if !asked(title) {
            continue;
        }
        write(&at(name), count);
        let (ours, theirs) = (Cost::of(ours(&at(name)), &[0]), Cost::of(peer(reads, &at(name)), &[0]));
        println!("{title}: {count} structures");
        println!("  ours   {ours}");
        println!("  theirs {theirs} (reading alone)");
        println!("  {:.0} records a CPU second (at least 100,000)", count as f64 / ours.cpu_s);
    }
}

/// Structures with the fields that most have, as JSON or CSV by the name of the file.
fn write(path: &Path, count: usize) {
    let mut file = BufWriter::new(File::create(path).expect("a benchmark can write"));
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let names = [
        "source",
        "id",
        "nom",
        "date_maj",
        "siret",
        "description",
        "adresse",
        "commune",
        "code_postal",
        "code_insee",
        "longitude",
        "latitude",
        "site_web",
        "horaires_accueil",
    ];
    if !is_json {
        writeln!(file, "{}", names.join(",")).expect("a benchmark can write");
    }
    for nth in 0..count {
        let values = [
            "bench".to_owned(),
            format!("bench--{nth:07}"),
            format!("Centre social numéro {nth}"),
            format!("202{}-{:02}-{:02}", nth % 6, nth % 12 + 1, nth % 28 + 1),
            format!("{:014}", (nth as u64) * 7_919 + 13_003_013_300_016),
            "Une structure de proximité qui accueille les habitants du quartier et les oriente. ".repeat(3),
            format!("{} rue de la République", nth % 300),
            "Rennes".to_owned(),
            "35000".to_owned(),
            "35238".to_owned(),
            format!("-1.{:06}", nth % 1_000_000),
            format!("48.{:06}", nth % 1_000_000),
            format!("https://exemple.fr/{nth}"),
            "Mo-Fr 09:00-12:00".to_owned(),
        ];
        if is_json {
            let members = names.iter().zip(&values).map(|(name, value)| format!("\"{name}\": \"{value}\""));
            let before = if nth == 0 { '[' } else { ',' };
            writeln!(file, "{before}{{{}}}", members.collect::<Vec<_>>().join(", ")).expect("a benchmark can write");
        } else {
            writeln!(file, "{}", values.join(",")).expect("a benchmark can write");
        }
    }
    if is_json {
        writeln!(file, "]").expect("a benchmark can write");
    }
}

fn ours(file: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_assess-contribution").to_owned();
    let mut command = Command::new(std::env::var("BENCH_STEP").unwrap_or_else(|_| built()));
    command.arg(file).args(["--today", "2026-11-22"]);
    command
}

fn peer(reads: &str, file: &Path) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.args(["-c", reads]).arg(file);
    command
}

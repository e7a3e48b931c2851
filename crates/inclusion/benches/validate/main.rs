//! `validate-contribution` beside the official package: processor time, wall time, peak memory, in turn, on real records
//! repeated.
//!
//! `BENCH_PYTHON=/path/to/python cargo bench -p inclusion --bench validate`, where that Python has `data-inclusion-schema`,
//! `pandas` and `openpyxl` of PyPI. `BENCH_RECORDS` makes it smaller, `BENCH_STEP` names another build of the step,
//! `-- TEXT` runs only what has that in its title. The records are those of the data beside the checkout.
//! The package gives the bare verdicts; ours tells each fault, scores, and writes findings, report and page.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

const RECORDS: usize = 100_000;

/// A file whose memory is watched has so many times more records: more than are held.
const TIMES_MORE: usize = 20;

/// The way of the online validator takes a second for less than a thousand.
const SHARE_OF_THE_SLOW: usize = 50;

/// Rows of a workbook.
const SHARE_IN_A_WORKBOOK: usize = 10;

/// Invalid records are part of the files, so 65 is an end as good as any.
const ENDS: &[i32] = &[0, 65];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let data = trial::data("inclusion/validation");
    if !data.exists() {
        println!("there are no records: set COLLECTE_DATA");
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let count = std::env::var("BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(RECORDS);
    let folder = TempDir::new().expect("a benchmark can write");
    if asked("memory") {
        let file = folder.path().join("many.json");
        write(&data.join("real_structures.json"), &file, TIMES_MORE * count);
        println!("memory (at most 64 MiB): {} structures", TIMES_MORE * count);
        println!("  ours   {}", Cost::of(ours(&file), ENDS));
    }
    for (title, list, way, count, most) in [
        ("structures, beside the bare verdicts", "structures", "verdicts", count, 0.1),
        ("services, beside the bare verdicts", "services", "verdicts", count, 1.0 / 3.0),
        ("services, beside messages and suggestions", "services", "online", count / SHARE_OF_THE_SLOW, 0.01),
        ("workbook, beside pandas and the package", "structures", "workbook", count / SHARE_IN_A_WORKBOOK, 0.125),
    ] {
        if !asked(title) {
            continue;
        }
        let json = folder.path().join(format!("{list}-{way}.json"));
        write(&data.join(format!("real_{list}.json")), &json, count);
        let file = if way == "workbook" { workbook(&json, list) } else { json };
        let ours = Cost::of(ours(&file), ENDS);
        let (theirs, said) = Cost::and_said(peer(way, &file, list), &[0]);
        let bare_s: f64 = said.trim().parse().expect("the peer says what it took");
        println!("{title}: {count} records, {:.1} MB", fs::metadata(&file).map_or(0, |file| file.len()) as f64 / 1e6);
        println!("  ours   {ours}");
        println!("  theirs {theirs}; without start and reading CPU {bare_s:.2} s");
        println!(
            "  CPU {:.4} of theirs (at most {most:.4}), {:.4} of all of it",
            ours.cpu_s / bare_s,
            ours.cpu_s / theirs.cpu_s
        );
    }
}

/// So many records, the real ones again and again under identifiers of their own.
fn write(real: &Path, to: &Path, count: usize) {
    let text = fs::read_to_string(real).expect("the data are whole");
    let records: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text).expect("they are JSON");
    let mut json = BufWriter::new(fs::File::create(to).expect("a benchmark can write"));
    let mut put = |text: &str| json.write_all(text.as_bytes()).expect("a benchmark can write");
    put("[\n");
    for nth in 0..count {
        let mut record = records[nth % records.len()].clone();
        let id = format!("{}-{nth}", record["id"].as_str().unwrap_or_default());
        record.insert("id".to_owned(), id.into());
        put(if nth == 0 { "" } else { ",\n" });
        put(&serde_json::Value::Object(record).to_string());
    }
    put("\n]\n");
}

/// The same records in a sheet, made by the peer's own library.
fn workbook(json: &Path, list: &str) -> PathBuf {
    let file = json.with_extension("xlsx");
    let status = peer("make", json, list).arg(&file).status().expect("the peer starts");
    assert!(status.success(), "the peer makes a workbook");
    file
}

fn ours(file: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_validate-contribution").to_owned();
    let mut command = Command::new(std::env::var("BENCH_STEP").unwrap_or_else(|_| built()));
    command.arg(file).args(["--today", "2026-11-22"]);
    command
}

fn peer(way: &str, file: &Path, list: &str) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/validate/peers.py");
    command.arg(script).arg(way).arg(file).arg(list);
    command
}

//! `validate-procurement` beside other validators: processor time, wall time, peak memory, in turn, on files made here.
//!
//! `BENCH_PYTHON=/path/to/python cargo bench -p procurement --bench validate`, where that Python has `jsonschema`,
//! `jsonschema-rs` and `lxml` of PyPI. `BENCH_CONTRACTS` makes it smaller, `BENCH_STEP` names another
//! build of the step, `-- TEXT` runs only what has that in its title.
//! The peers give the bare verdicts; ours judges by its own rules too, and writes findings, report and page.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod contracts;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use trial::Cost;

const CONTRACTS: usize = 100_000;

/// Python alone is so slow that it gets one contract in ten, and so do we then.
const SHARE_OF_THE_SLOW: usize = 10;

/// The XSD of lxml takes more for each contract the more there are, so it gets one in three.
const SHARE_IN_XML: usize = 3;

/// Contracts of one run whose memory is watched.
const MANY_CONTRACTS: usize = 1_000_000;

/// Invalid contracts are part of the files, so 65 is an end as good as any.
const ENDS: &[i32] = &[0, 65];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let count = std::env::var("BENCH_CONTRACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(CONTRACTS);
    let folder = TempDir::new().expect("a benchmark can write");
    let at = |name: &str| folder.path().join(name);
    let (few, in_xml) = (count / SHARE_OF_THE_SLOW, count / SHARE_IN_XML);
    contracts::write_json(&at("all.json"), count);
    contracts::write_json(&at("few.json"), few);
    contracts::write_xml(&at("some.xml"), in_xml);
    let schema = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("data/schemas").join(name);
    let (json, xsd) = (schema("2.0.3/marches.json"), schema("2.0.2/marches.xsd"));
    for (title, file, count, peer, schema, most) in [
        ("JSON, beside jsonschema-rs called from Python", "all.json", count, "rust", &json, 0.5),
        ("JSON, beside jsonschema of Python", "few.json", few, "python", &json, 0.04),
        ("XML, beside the XSD of lxml", "some.xml", in_xml, "lxml", &xsd, 0.2),
    ] {
        if !asked(title) {
            continue;
        }
        let ours = Cost::of(ours(&at(file), folder.path()), ENDS);
        let theirs = Cost::of(peer_of(peer, &at(file), schema), &[0]);
        println!("{title}: {count} contracts");
        println!("  ours   {ours}");
        println!("  theirs {theirs}");
        println!("  CPU {:.3} of theirs (at most {most})", ours.cpu_s / theirs.cpu_s);
    }
    for (title, of_one) in [("memory: all of one identifier", true), ("memory: each of its own", false)] {
        if asked(title) {
            contracts::write_many(&at("many.json"), MANY_CONTRACTS, of_one);
            println!("{title}: {MANY_CONTRACTS} contracts (peak at most 64 MiB)");
            println!("  ours   {}", Cost::of(ours(&at("many.json"), folder.path()), ENDS));
        }
    }
}

fn ours(file: &Path, folder: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_validate-procurement").to_owned();
    let mut command = Command::new(std::env::var("BENCH_STEP").unwrap_or_else(|_| built()));
    command.arg(file).env("DONNEES_BRUTES", folder);
    command
}

fn peer_of(way: &str, file: &Path, schema: &PathBuf) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/validate/peers.py");
    command.arg(script).arg(way).arg(file).arg(schema);
    command
}

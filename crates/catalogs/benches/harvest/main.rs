//! `harvest dcat` beside rdflib with a mapping in Python that gives the same datasets: processor time, wall time and peak
//! memory of the whole process, from the loopback to the files, in turn, on catalogues made here.
//!
//! `BENCH_PYTHON=/path/to/python cargo bench -p catalogs --bench harvest`, where that Python has `rdflib` 7.6 of PyPI.
//! `BENCH_DATASETS` makes the catalogue smaller, `-- TEXT` runs only what has that in its title.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod catalogue;
mod packages;
mod server;

use std::path::Path;
use std::process::Command;

use catalogue::Format;
use serde_json::Value;
use server::Server;
use tempfile::TempDir;
use trial::Cost;

/// 100,000 triples are as many datasets.
const DATASETS: usize = 2_500;

/// A page of 10,000 triples.
const DATASETS_OF_A_PAGE: usize = 250;

/// As many packages as all of data.gouv.fr has datasets.
const PACKAGES: usize = 50_000;

/// The best of so many runs counts, of both.
const TIMES: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    let datasets = std::env::var("BENCH_DATASETS").ok().and_then(|text| text.parse().ok()).unwrap_or(DATASETS);
    let folder = TempDir::new().expect("a benchmark can write");
    for (format, title, most) in [
        (Format::RdfXml, "RDF/XML", 40.0),
        (Format::Turtle, "Turtle", 35.0),
        (Format::NTriples, "N-Triples", 30.0),
        (Format::JsonLd, "JSON-LD", 20.0),
    ] {
        if asked(title) {
            compare(format, title, most, datasets, folder.path());
        }
    }
    if asked("memory of a page") {
        let (format, dir) = (Format::RdfXml, folder.path().join("page"));
        let server = Server::start(vec![format.write(0..datasets, datasets, None)], format.content_type());
        twice("memory of a page", datasets * catalogue::TRIPLES, "triples", || harvest("dcat", &server.url(), &dir));
    }
    if asked("memory of packages") {
        let dir = folder.path().join("packages");
        let server = Server::answering(|target| packages::search(target, PACKAGES), "application/json");
        twice("memory of packages", PACKAGES, "packages of CKAN", || harvest("ckan", &server.url(), &dir));
    }
    if asked("memory of pages") {
        let few = pages(4, &folder.path().join("few"));
        let many = pages(60, &folder.path().join("many"));
        println!("memory of pages of {} triples", DATASETS_OF_A_PAGE * catalogue::TRIPLES);
        println!("  4 pages  {few}\n  60 pages {many}");
        println!("  {:.1} MiB more (at most 24)", many.peak_mib - few.peak_mib);
    }
}

/// What a first harvest takes, and a second one that remembers it.
fn twice(title: &str, count: usize, of: &str, command: impl Fn() -> Command) {
    let costs = [(); 2].map(|()| Cost::of(command(), &[0]));
    println!("{title}: {count} {of} (at most 128 MiB)");
    println!("  first  {}\n  second {}", costs[0], costs[1]);
}

/// One catalogue on one page, ours and theirs in turn.
fn compare(format: Format, title: &str, most: f64, datasets: usize, folder: &Path) {
    let server = Server::start(vec![format.write(0..datasets, datasets, None)], format.content_type());
    let (mut ours, mut theirs) = (Cost::MOST, Cost::MOST);
    for nth in 0..TIMES {
        let dir = folder.join(format!("{title}.{nth}").replace('/', "-"));
        let file = dir.with_extension("theirs.jsonl");
        ours = ours.min(Cost::of(harvest("dcat", &server.url(), &dir), &[0]));
        // It takes a minute: two are enough to see that none was disturbed.
        if nth < 2 {
            theirs = theirs.min(Cost::of(peer(&server.url(), format.rdflib_name(), &file), &[0]));
            assert_same(&dir.join("datasets.jsonl"), &file);
        }
    }
    println!("{title}: {} triples, {datasets} datasets, the same from both", datasets * catalogue::TRIPLES);
    println!("  ours   {ours}\n  theirs {theirs}");
    println!("  CPU 1/{:.1} of theirs (at most 1/{most})", theirs.cpu_s / ours.cpu_s);
}

fn pages(count: usize, dir: &Path) -> Cost {
    let total = count * DATASETS_OF_A_PAGE;
    let page = |nth: usize| {
        let next = (nth + 1 < count).then(|| format!("{}", nth + 1));
        Format::RdfXml.write(nth * DATASETS_OF_A_PAGE..(nth + 1) * DATASETS_OF_A_PAGE, total, next)
    };
    let server = Server::start((0..count).map(page).collect(), Format::RdfXml.content_type());
    Cost::of(harvest("dcat", &server.url(), dir), &[0])
}

fn harvest(dialect: &str, url: &str, dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harvest"));
    command.args([dialect, url, "--allow-private", "--now", "2026-06-01", "--rate", "1000", "--dir"]).arg(dir);
    command
}

fn peer(url: &str, format: &str, output: &Path) -> Command {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/harvest/peers.py");
    let mut command = Command::new(python);
    command.arg(script).args([url, format]).arg(output);
    command
}

/// Both gave the same datasets, but for what only a harvest knows.
fn assert_same(ours: &Path, theirs: &Path) {
    let read = |path: &Path| std::fs::read_to_string(path).expect("the datasets were written");
    let (ours, theirs) = (read(ours), read(theirs));
    assert_eq!(ours.lines().count(), theirs.lines().count());
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        let mut ours: Value = serde_json::from_str(ours).expect("a line is JSON");
        let theirs: Value = serde_json::from_str(theirs).expect("a line is JSON");
        for key in ["source_id", "source_url", "domain", "last_update"] {
            ours["harvest"].as_object_mut().expect("a dataset tells its harvest").remove(key);
        }
        ours.as_object_mut().expect("a dataset is an object").remove("id");
        for resource in ours["resources"].as_array_mut().expect("each has resources") {
            resource.as_object_mut().expect("a resource is an object").remove("id");
        }
        assert_eq!(ours, theirs);
    }
}

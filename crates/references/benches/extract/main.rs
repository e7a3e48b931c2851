//! `extract` beside `7zz x` and `unzip`, and `download --extract` beside its two halves: processor time, wall time, peak
//! memory, in turn, on archives made here.
//!
//! `cargo bench -p references --bench extract`. It takes some ten minutes and 4 GB of disk, and needs `7zz` (Debian's
//! package 7zip) and `unzip`; what is missing is skipped, which is said. `BENCH_MB` makes it smaller, `BENCH_ROUNDS`
//! longer, and `-- TEXT` runs only what has that in its title, such as `-- metres` or `-- zip`.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

mod cost;
mod delivery;
mod dice;
mod source;
mod stock;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cost::{Cost, median};
use delivery::Coordinates;
use tempfile::TempDir;

/// Megabytes of the CSV; a delivery has three sixteenths of that.
const CSV_MB: usize = 1_330;
const ROUNDS: usize = 3;

/// Megabytes of the CSV where two files are written at once. A virtual machine gives memory that it frees back to its
/// host, and gets it again at several times the cost of writing to it: who writes most, the zip and the CSV, would pay for
/// all. So they are small, and each is run twice, of which the second counts.
const HALVES_MB: usize = 700;

/// At this pace, a zip takes about as long to come as to inflate: the two halves have most to gain from each other, and
/// most to lose.
const EVEN_MB_PER_S: f64 = 100.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let asked = |title: &str| arguments.iter().all(|text| text.starts_with("--") || title.contains(text.as_str()));
    if !exists("7zz") {
        println!("skipped: there is no `7zz` to pack with, nor to compare with (Debian: 7zip)");
        return;
    }
    let folder = TempDir::new().expect("a benchmark can write");
    let mb = number("BENCH_MB", CSV_MB);
    for (title, coordinates, threads) in [
        ("7z, degrees, written by one thread: CPU at most 0.9, wall at most 0.9", Coordinates::Degrees, "-mmt1"),
        ("7z, degrees, written by 16 threads: CPU at most 0.9, wall at most 0.9", Coordinates::Degrees, "-mmt16"),
        ("7z, metres to 10 cm: CPU at most 0.9, wall at most 0.9", Coordinates::Metres, "-mmt2"),
        ("7z, degrees rounded to 8 digits, as no real layer seen has them", Coordinates::RoundedDegrees, "-mmt2"),
    ] {
        if asked(title) {
            delivery::write(&folder.path().join("delivery"), mb * 3 / 16, coordinates);
            let archive = pack(folder.path(), "delivery", "delivery.7z", &["-t7z", "-mx5", threads]);
            compare(title, &archive, &["7zz", "x", "-y", "-bd", "-o"]);
            fs::remove_file(archive).expect("an archive can be removed");
        }
    }
    let title = "zip: CPU at most 0.45";
    match exists("unzip") {
        true if asked(title) => compare(title, &pack_stock(folder.path(), mb), &["unzip", "-q", "-d"]),
        true => {}
        false => println!("skipped: there is no `unzip` to compare with"),
    }
    for (title, pace) in [
        ("`download --extract`, as fast as loopback is: wall at most 1.1", None),
        ("`download --extract`, at an even pace: wall at most 1.1", Some(EVEN_MB_PER_S)),
    ] {
        if asked(title) {
            compare_halves(title, &pack_stock(folder.path(), mb.min(HALVES_MB)), pace);
        }
    }
}

/// Runs both in turn, so that what else the machine does falls on both.
fn compare(title: &str, archive: &Path, other: &[&str]) {
    println!("\n{title}\n`extract` / `{}`, {} MB", other[0], megabytes(archive));
    let mut ratios = Vec::new();
    for _ in 0..number("BENCH_ROUNDS", ROUNDS) {
        let to = archive.with_extension("to");
        let ours = Cost::of(extract(archive, &to), &to);
        let theirs = Cost::of(rival(archive, &to, other), &to);
        println!("  extract: {ours}\n  {}: {theirs}", other[0]);
        ratios.push((ours.cpu_s / theirs.cpu_s, ours.wall_s / theirs.wall_s));
    }
    let (cpu, wall) = ratios.into_iter().unzip();
    println!("  median: CPU {:.2}, wall {:.2}", median(cpu), median(wall));
}

/// `download --extract` beside the slower of `download` and `extract`.
fn compare_halves(title: &str, zip: &Path, mb_per_s: Option<f64>) {
    println!("\n{title}\nbeside the slower of `download` and `extract`, {} MB", megabytes(zip));
    let (url, to) = (source::serve(zip, mb_per_s), zip.with_extension("to"));
    let mut ratios = Vec::new();
    let second = |command: &dyn Fn() -> Command| {
        Cost::of(command(), &to);
        Cost::of(command(), &to)
    };
    for _ in 0..number("BENCH_ROUNDS", ROUNDS) {
        let both = second(&|| download(&url, &to, &["--extract"]));
        let fetched = second(&|| download(&url, &to, &[]));
        let extracted = second(&|| extract(zip, &to));
        println!("  download --extract: {both}\n  download: {fetched}\n  extract: {extracted}");
        ratios.push(both.wall_s / fetched.wall_s.max(extracted.wall_s));
    }
    println!("  median: wall {:.2}", median(ratios));
}

fn extract(archive: &Path, to: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_extract"));
    command.arg(archive).arg("--dir").arg(to);
    command
}

fn download(url: &str, to: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_download"));
    command.args(["sirene", "--sirene-url", url, "--dir"]).arg(to).args(more);
    command
}

fn rival(archive: &Path, to: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    match words.last() {
        // Its folder is glued to the flag.
        Some(&"-o") => command.args(&words[1..words.len() - 1]).arg(format!("-o{}", to.display())).arg(archive),
        _ => command.arg(words[1]).arg(archive).args(&words[2..]).arg(to),
    };
    command
}

/// Packs what is in the folder, and removes it.
fn pack(folder: &Path, what: &str, name: &str, flags: &[&str]) -> PathBuf {
    let archive = folder.join(name);
    let mut command = Command::new("7zz");
    command.arg("a").args(flags).arg("-sdel").arg(&archive).arg(what).current_dir(folder).stdout(Stdio::null());
    assert!(command.status().expect("7zz starts").success(), "{command:?} could not pack");
    archive
}

/// The zip of a stock of `mb` megabytes.
fn pack_stock(folder: &Path, mb: usize) -> PathBuf {
    let _ = fs::remove_file(folder.join("stock.zip"));
    stock::write(&folder.join("StockEtablissement_utf8.csv"), mb);
    pack(folder, "StockEtablissement_utf8.csv", "stock.zip", &["-tzip", "-mx3"])
}

fn create(file: &Path) -> BufWriter<File> {
    fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a benchmark can write");
    BufWriter::with_capacity(1 << 20, File::create(file).expect("a benchmark can write"))
}

fn megabytes(file: &Path) -> u64 {
    fs::metadata(file).expect("it is there").len() / 1_000_000
}

fn exists(program: &str) -> bool {
    Command::new(program).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

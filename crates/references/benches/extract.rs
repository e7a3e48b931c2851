//! `extract` beside `7zz x` and `unzip`, in turn, on archives made here: processor time, wall time, peak memory.
//!
//! `cargo bench -p references --bench extract`. It takes some minutes and 4 GB of disk, and needs `7zz` (Debian's
//! package 7zip) and `unzip`; what is missing is skipped, which is said. `BENCH_MB` makes it smaller, `BENCH_ROUNDS` longer.
//!
//! The tree has the form of a delivery: coordinates in full precision, which pack badly (a real layer packs 1.9 to 1),
//! borders that several layers share, and tables of text. It matters: on coordinates rounded to eight digits, whose
//! short matches lie all over the dictionary, `extract` was measured at 1.15 of the processor time of `7zz`.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Megabytes of the CSV; the tree has three eighths of that.
const CSV_MB: usize = 1_330;
const ROUNDS: usize = 3;

/// In `/proc`, times are told in these; Linux has never shown others.
const TICKS_PER_S: f64 = 100.0;

/// What one run took.
struct Cost {
    cpu_s: f64,
    wall_s: f64,
    peak_mib: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPU {:.2} s, wall {:.2} s, peak {:.0} MiB", self.cpu_s, self.wall_s, self.peak_mib)
    }
}

fn main() {
    // `cargo test --benches` runs it too, and does not say `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    if !exists("7zz") {
        println!("skipped: there is no `7zz` to pack with, nor to compare with (Debian: 7zip)");
        return;
    }
    let folder = TempDir::new().expect("a benchmark can write");
    let mb = number("BENCH_MB", CSV_MB);
    write_tree(&folder.path().join("tree"), mb * 3 / 8);
    let sevenz = pack(folder.path(), "tree", "tree.7z", &["-t7z", "-mx5"]);
    compare("7z, CPU at most 0.9, wall at most 0.9", &sevenz, &["7zz", "x", "-y", "-bd", "-o"]);
    if !exists("unzip") {
        println!("skipped: there is no `unzip` to compare with");
        return;
    }
    write_csv(&folder.path().join("stock.csv"), mb);
    let zip = pack(folder.path(), "stock.csv", "stock.zip", &["-tzip", "-mx3"]);
    compare("zip, CPU at most 0.45", &zip, &["unzip", "-q", "-d"]);
}

/// Runs both in turn, so that what else the machine does falls on both.
fn compare(title: &str, archive: &Path, other: &[&str]) {
    println!("\n{title}: `extract` / `{}`", other[0]);
    let mut ratios = Vec::new();
    for _ in 0..number("BENCH_ROUNDS", ROUNDS) {
        let ours = measure(archive, |to| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_extract"));
            command.arg(archive).arg("--dir").arg(to);
            command
        });
        let theirs = measure(archive, |to| {
            let mut command = Command::new(other[0]);
            match other.last() {
                // Its folder is glued to the flag.
                Some(&"-o") => command.args(&other[1..other.len() - 1]).arg(format!("-o{}", to.display())).arg(archive),
                _ => command.arg(other[1]).arg(archive).args(&other[2..]).arg(to),
            };
            command
        });
        println!("  extract: {ours}\n  {}: {theirs}", other[0]);
        ratios.push((ours.cpu_s / theirs.cpu_s, ours.wall_s / theirs.wall_s));
    }
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<_> = ratios.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!("  median: CPU {:.2}, wall {:.2}", middle(|ratio| ratio.0), middle(|ratio| ratio.1));
}

fn measure(archive: &Path, command: impl Fn(&Path) -> Command) -> Cost {
    let to = archive.with_extension("to");
    let before_s = children_cpu_s();
    let start = Instant::now();
    let mut command = command(&to);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the step and its rival start");
    let mut peak_mib = 0.0_f64;
    let status = loop {
        peak_mib = peak_mib.max(peak_of(child.id()));
        match child.try_wait().expect("a child can be waited for") {
            Some(status) => break status,
            None => sleep(Duration::from_millis(5)),
        }
    };
    let cost = Cost { cpu_s: children_cpu_s() - before_s, wall_s: start.elapsed().as_secs_f64(), peak_mib };
    assert!(status.success(), "{command:?}: {status}");
    fs::remove_dir_all(&to).expect("what was extracted can be removed");
    cost
}

/// Processor time of the children that ended so far.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let fields: Vec<f64> =
        stat.rsplit(')').next().into_iter().flat_map(str::split_whitespace).filter_map(|f| f.parse().ok()).collect();
    // After the state, which is no number: of utime, stime, cutime and cstime the last two.
    (fields[12] + fields[13]) / TICKS_PER_S
}

/// Most memory that a process has had, in MiB; nothing once it has ended.
fn peak_of(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1_024.0
}

fn pack(folder: &Path, what: &str, name: &str, flags: &[&str]) -> PathBuf {
    let archive = folder.join(name);
    let mut command = Command::new("7zz");
    command.arg("a").args(flags).arg(&archive).arg(what).current_dir(folder).stdout(Stdio::null());
    assert!(command.status().expect("7zz starts").success(), "{command:?} could not pack");
    archive
}

/// Layers whose shapes are made of the same borders, and their tables.
fn write_tree(folder: &Path, mb: usize) {
    const LAYERS: [(&str, usize); 5] =
        [("COMMUNE", 35), ("CANTON", 20), ("EPCI", 20), ("DEPARTEMENT", 15), ("REGION", 10)];
    let mut dice = Dice(6);
    let borders: Vec<_> = (0..mb * 7).map(|_| border(&mut dice)).collect();
    for (layer, percent) in LAYERS {
        let mut shp = create(&folder.join(format!("{layer}.shp")));
        let bytes = mb * 10_000 * percent * 7 / 10;
        let mut written = 0;
        while written < bytes {
            let border = &borders[dice.below(borders.len())];
            shp.write_all(border).expect("a benchmark can write");
            written += border.len();
        }
        let mut dbf = create(&folder.join(format!("{layer}.dbf")));
        for n in 0..bytes * 3 / 7 / 200 {
            let (id, people, name) = (dice.next(), dice.below(90_000), format!("SAINT-{}", n % 977));
            let (insee, epci) = (n % 99_999, 200_000_000 + n % 1_200);
            let row = format!("COMMUNE_{id:020} {name:50}{name:50}{insee:05}Commune simple      {people:8}{epci:09}");
            writeln!(dbf, "{row:<199}").expect("a benchmark can write");
        }
    }
}

/// A line of random steps, in full precision.
fn border(dice: &mut Dice) -> Vec<u8> {
    let (mut x, mut y) = (dice.between(-5.0, 8.0), dice.between(42.0, 51.0));
    let mut bytes = Vec::with_capacity(1_700 * 16);
    for _ in 0..1_700 {
        x += dice.between(-0.000_9, 0.000_9);
        y += dice.between(-0.000_9, 0.000_9);
        bytes.extend([x.to_le_bytes(), y.to_le_bytes()].concat());
    }
    bytes
}

/// Rows in the form of the stock of SIRENE, which packs 3.3 to 1.
fn write_csv(file: &Path, mb: usize) {
    const STREETS: [&str; 5] = ["DE LA REPUBLIQUE", "VICTOR HUGO", "DES LILAS", "DU MOULIN", "DE LA GARE"];
    let mut dice = Dice(4);
    let mut csv = create(file);
    let mut written = 0;
    while written < mb * 1_000_000 {
        let (siren, nic, place) =
            (300_000_000 + dice.below(699_999_999), 1 + dice.below(99), 1_000 + dice.below(95_000));
        let (year, month, day) = (1970 + dice.below(55), 1 + dice.below(12), 1 + dice.below(28));
        let (number, street, naf) = (dice.below(400), STREETS[dice.below(5)], dice.below(9_999));
        let row = format!(
            "{siren},{nic:05},{siren}{nic:05},O,{year}-{month:02}-{day:02},,,{:02}.{:02}Z,{year}-{month:02}-{day:02}T\
             {:02}:{:02}:00,true,1,,{number},,,,RUE,{street},{place:05},COMMUNE {},,,{place:05},,,,,,,,,,,,,,,,,,,,,A,,,,,N\n",
            naf / 100,
            naf % 100,
            dice.below(24),
            dice.below(60),
            place % 5_000
        );
        csv.write_all(row.as_bytes()).expect("a benchmark can write");
        written += row.len();
    }
}

fn create(file: &Path) -> BufWriter<File> {
    fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a benchmark can write");
    BufWriter::with_capacity(1 << 20, File::create(file).expect("a benchmark can write"))
}

fn exists(program: &str) -> bool {
    Command::new(program).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The same numbers every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

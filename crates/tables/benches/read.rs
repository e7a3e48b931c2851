//! What reading a table takes, beside what Python's csv takes for the same file in the same run: CPU seconds.
//!
//! `cargo bench -p tables --bench read [records]`, a million by default.

#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use tables::{Options, Source, Table};

/// As wide as the widest of the producers' tables that we know, and as sparse.
const COLUMNS: usize = 36;

const PYTHON: &str = "
import csv, sys
count = filled = 0
with open(sys.argv[1], encoding='utf-8', newline='') as file:
    for record in csv.reader(file, delimiter=';'):
        count += 1
        filled += sum(1 for column in (0, 2, 6, 9, 19) if record[column])
print(count - 1, filled - 5)
";

fn main() {
    let records = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder to write in");
    let path = folder.path().join("table.csv");
    let bytes = make(&path, records);
    let before = seconds(UsageWho::RUSAGE_SELF);
    let source = Source::open(&path, None).expect("the table was just made");
    let looked = seconds(UsageWho::RUSAGE_SELF) - before;
    let (count, filled) = read(&source);
    let all = seconds(UsageWho::RUSAGE_SELF) - before;
    let memory = getrusage(UsageWho::RUSAGE_SELF).expect("the kernel tells").max_rss() / 1_024;
    report("tables", records, bytes, all);
    println!("  of which size, hash and encoding {looked:.2} s; {memory} MiB at most");
    let output = Command::new("python3").arg("-c").arg(PYTHON).arg(&path).output().expect("python3 is there");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), format!("{count} {filled}"), "both read the same");
    let python = seconds(UsageWho::RUSAGE_CHILDREN);
    report("python csv", records, bytes, python);
    println!("  {:.1} times as long", python / all);
}

fn make(path: &Path, records: u64) -> u64 {
    let mut file = BufWriter::new(File::create(path).expect("a file to write"));
    let header: Vec<String> = (0..COLUMNS).map(|column| format!("Colonne n°{column}")).collect();
    writeln!(file, "{}", header.join(";")).expect("room on the disk");
    for record in 0..records {
        let (object, siret) = (record % 977, 80_000_000_000_000 + record * 7);
        writeln!(
            file,
            "2015-{record:06};;Ville fictive de Kerbrug;;;;\"Lot {object} ; fourniture de sel de déneigement, \"\"gros\"\" œuvre\";\
             45000000;Fournitures;Procédure adaptée;29200;Brest;29019;Commune;2015;2015-03-12;;;49200,60;41000,50;;12;{siret};\
             COMPAGNIE DU LIN;Titulaire;29000;29;Finistère;Quimper;PME;Petite entreprise;4711F;Hypermarchés;;CCI de Brest;48.1,-4.2"
        )
        .expect("room on the disk");
    }
    file.flush().expect("room on the disk");
    path.metadata().expect("it was just made").len()
}

fn read(source: &Source) -> (u64, u64) {
    let mut table = Table::open(source, &Options::default()).expect("it is a table");
    let (mut count, mut filled) = (0, 0);
    while let Some(record) = table.next().expect("it is sound") {
        count += 1;
        filled += [0, 2, 6, 9, 19].into_iter().filter(|column| !record.cell(*column).is_empty()).count() as u64;
    }
    (count, filled)
}

fn report(name: &str, records: u64, bytes: u64, seconds: f64) {
    let (rate, megabytes) = (records as f64 / seconds / 1e6, bytes as f64 / seconds / 1e6);
    println!("{name}: {seconds:.2} s CPU, {rate:.2} million records/s, {megabytes:.0} MB/s");
}

fn seconds(who: UsageWho) -> f64 {
    let usage: Usage = getrusage(who).expect("the kernel tells");
    let of = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    of(usage.user_time()) + of(usage.system_time())
}

//! `compare-contributions`: labelled structures where they are at hand, and small files everywhere.

mod contract;
mod files;
mod hostile;
mod labels;
mod seeds;

use std::collections::BTreeMap;

use serde_json::Value;
use trial::{Finished, Run};

/// A row of a CSV, by column.
type Row = BTreeMap<String, String>;

fn compare(flags: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_compare-contributions")).args(flags)
}

/// Compares the first of some files, by name and content, with the others.
fn compared(files: &[(&str, &str)], flags: &[&str]) -> Finished {
    let run = compare(flags);
    let paths: Vec<_> = files.iter().map(|(name, content)| run.write(name, content.as_bytes())).collect();
    run.args(paths).run()
}

fn comparison(finished: &Finished) -> Value {
    serde_json::from_str(&finished.read("a.comparison.json")).unwrap()
}

/// The rows of an output, its mark and line ends as they should be.
fn rows(finished: &Finished, name: &str) -> Vec<Row> {
    let text = finished.read(name);
    let text = text.strip_prefix('\u{feff}').expect("a CSV begins with the mark");
    let mut records = csv_records(text).into_iter();
    let header = records.next().expect("a CSV has a header");
    records.map(|record| header.iter().cloned().zip(record).collect()).collect()
}

/// RFC 4180, with `,` and line feeds.
fn csv_records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            letter => cell.push(letter),
        }
    }
    assert!(record.is_empty() && cell.is_empty() && !quoted, "a CSV ends with a line feed");
    records
}

/// Draws the same numbers in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for end in (1..all.len()).rev() {
            all.swap(end, self.below(end + 1));
        }
    }
}

/// A contribution and a dump of others that holds its former delivery too.
const OWN: &str = "\
source;id;nom;adresse;code_postal;commune;siret;telephone;courriel;date_maj
mine;m1;CCAS de Rennes;1 rue Haute;35000;Rennes;21350238800019;;;2024-01-01
mine;m2;Mairie de Rennes;Place de l'Hôtel de Ville;35000;Rennes;;0299000001;;2024-01-01
mine;m3;Emmaüs;3 rue Basse;35000;Rennes;;;a@emmaus.exemple;2024-01-01
mine;m4;Emmaüs;3 rue Basse;35000;Rennes;;;a@emmaus.exemple;2024-01-01
mine;;sans identifiant;;;;;;;
mine;m6;;;;;;;;
;;;;;;;;;
";

const OTHERS: &str = "\
source,id,nom,adresse,code_postal,commune,siret,telephone,courriel,date_maj
theirs,t1,C.C.A.S. de Rennes,\"1, r. Haute\",35000,RENNES,21350238800019,02 99 11 11 11,,2024-06-01
theirs,t2,France services de Rennes,Place de l'Hôtel de Ville,35000,Rennes,,+33299000001,,2024-06-01
theirs,t3,Cimade,9 rue Neuve,35200,Rennes,,,,2024-06-01
theirs,t4,Cimade,9 rue Neuve,29200,Brest,,,,2024-06-01
mine,m1,CCAS de Rennes,1 rue Haute,35000,Rennes,21350238800019,,,2023-01-01
theirs,t5,,,,,,,,
";

//! `convert-naf`, on INSEE's own workbooks where they are at hand, and on the sandbox's everywhere.

use std::fs;
use std::path::Path;
use std::time::Duration;

use sandbox::Options;
use serde_json::Value;
use trial::{Finished, Run};

use crate::support::{data, start_sandbox};

const FILES: [&str; 7] = [
    "naf2008_5_niveaux.csv",
    "naf2008_liste_n1.csv",
    "naf2008_liste_n2.csv",
    "naf2008_liste_n3.csv",
    "naf2008_liste_n4.csv",
    "naf2008_liste_n5.csv",
    "naf.csv",
];

fn convert(arguments: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_convert-naf")).args(arguments)
}

/// The sandbox's workbooks, in the folder that a run is made in.
fn fetch(run: &Run, nomenclature: &str) -> Finished {
    let server = start_sandbox(Options::default());
    let download = run.beside(env!("CARGO_BIN_EXE_download")).sandbox(&server);
    download.args(["naf", "--rate", "1000", "--nomenclature", nomenclature]).run().expect_code(0)
}

fn copy_workbooks(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("naf2008") && name.ends_with(".xls") {
            // Copied by content: the originals may be read-only.
            fs::write(to.join(name), fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

#[test]
fn makes_of_inseess_workbooks_the_files_that_were_made_by_hand() {
    let Some(naf) = data("naf") else { return };
    let run = convert(&["in"]);
    copy_workbooks(&naf, &run.folder().join("in"));
    let done = run.run().expect_code(0);
    for name in FILES {
        assert!(fs::read(done.path("naf").join(name)).unwrap() == fs::read(naf.join(name)).unwrap(), "{name}\n{done}");
    }
    assert_eq!(done.list("naf"), sorted(&FILES));
    let receipt = done.receipt();
    assert_eq!((&receipt["records"], &receipt["unchanged"]), (&732.into(), &false.into()));
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
}

#[test]
fn every_altered_workbook_gets_its_verdict() {
    let (Some(naf), Some(cases)) = (data("naf"), data("naf_cases")) else { return };
    for case in fs::read_dir(cases).unwrap().flatten().map(|entry| entry.path()) {
        let run = convert(&["in"]);
        copy_workbooks(&naf, &run.folder().join("in"));
        copy_workbooks(&case, &run.folder().join("in"));
        let expected: Value = serde_json::from_slice(&fs::read(case.join("expected.json")).unwrap()).unwrap();
        let done = run.run();
        let codes = expected["exit"].as_array().unwrap();
        assert!(codes.contains(&done.code.into()), "{}: {codes:?}\n{done}", case.display());
        match done.code {
            0 => FILES.iter().for_each(|name| {
                let made = fs::read(done.path("naf").join(name)).unwrap();
                assert!(made == fs::read(naf.join(name)).unwrap(), "{}: {name}", case.display());
            }),
            _ => assert_eq!((done.failure().is_empty(), done.list("naf")), (false, vec![]), "{}", case.display()),
        }
    }
}

#[test]
fn converts_what_download_fetched() {
    for (nomenclature, records) in [("2008", 732), ("2025", 747)] {
        let run = convert(&["-", "--nomenclature", nomenclature]);
        let fetched = fetch(&run, nomenclature);
        let done = run.stdin(&fetched.stdout).run().expect_code(0);
        assert_eq!(done.receipt()["records"], records);
        let joined = done.read(if nomenclature == "2008" { "naf/naf.csv" } else { "naf/naf2025.csv" });
        assert!(joined.starts_with("\u{feff}NIV5;LIBELLE5;NIV4;"));
        assert_eq!(joined.lines().count(), records + 1);
    }
}

#[test]
fn a_folder_without_workbooks_is_66() {
    for nomenclature in ["2008", "2025"] {
        let run = convert(&[".", "--nomenclature", nomenclature]);
        assert!(run.run().expect_code(66).failure().contains("could not"));
    }
    assert!(convert(&["-"]).stdin("").run().expect_code(65).failure().contains("receipt"));
}

#[test]
fn kills_at_random_instants_change_nothing() {
    let run = convert(&["in"]);
    let fetched = fetch(&run, "2008");
    copy_workbooks(Path::new(fetched.receipt()["path"].as_str().unwrap()), &run.folder().join("in"));
    let read = |done: &Finished| FILES.map(|name| fs::read(done.path("naf").join(name)).unwrap());
    let undisturbed = read(&run.run().expect_code(0));
    for kill in 0_u64..20 {
        FILES.iter().for_each(|name| drop(fs::remove_file(run.donnees_brutes().join("naf").join(name))));
        run.kill_after(Duration::from_millis(kill * 7_919 % 60));
        for name in FILES {
            // Whole, or not there.
            let there = fs::read(run.donnees_brutes().join("naf").join(name)).ok();
            assert!(there.is_none_or(|there| undisturbed.contains(&there)), "kill {kill}: {name}");
        }
        let done = run.run().expect_code(0);
        assert!(read(&done) == undisturbed, "kill {kill}\n{done}");
        assert!(done.list("naf").iter().all(|name| !name.ends_with(".tmp")), "kill {kill}: {:?}", done.list("naf"));
    }
}

/// A workbook of which a few bytes are wrong is read or refused, and nothing else.
#[test]
fn flipped_bytes_get_a_verdict() {
    let run = convert(&["naf", "--dir", "out"]);
    let fetched = fetch(&run, "2008");
    let folder = run.folder().join("naf");
    copy_workbooks(Path::new(fetched.receipt()["path"].as_str().unwrap()), &folder);
    for seed in 0_u64..24 {
        let name = format!("naf2008_liste_n{}.xls", 1 + seed % 5);
        let good = fs::read(folder.join(&name)).unwrap();
        let mut bad = good.clone();
        for flip in 0..4 {
            // Headers are where a reader can be led astray: half of the flips are there.
            let within = if flip % 2 == 0 { 1_024 } else { bad.len() };
            let at = (seed * 7_919 + flip * 104_729 + 13) as usize % within;
            bad[at] ^= 1 << (seed % 8);
        }
        fs::write(folder.join(&name), &bad).unwrap();
        let done = run.run();
        assert!([0, 65].contains(&done.code), "seed {seed}\n{done}");
        fs::write(folder.join(&name), &good).unwrap();
    }
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

//! `convert-naf`, on INSEE's own workbooks where they are at hand, and on the sandbox's everywhere.

mod book;
mod hostile;

use std::fs;
use std::path::Path;
use std::time::Duration;

use sandbox::{FranceTravail, Options};
use serde_json::Value;
use trial::{Finished, Run, assert_described};

use crate::support::{data, start_sandbox};

/// The tables that are written as the document that they repeat.
const AS_THE_SOURCE: [&str; 6] = [
    "naf2008_5_niveaux.csv",
    "naf2008_liste_n1.csv",
    "naf2008_liste_n2.csv",
    "naf2008_liste_n3.csv",
    "naf2008_liste_n4.csv",
    "naf2008_liste_n5.csv",
];

/// All that is written of 2008.
const FILES: [&str; 8] = [
    AS_THE_SOURCE[0],
    AS_THE_SOURCE[1],
    AS_THE_SOURCE[2],
    AS_THE_SOURCE[3],
    AS_THE_SOURCE[4],
    AS_THE_SOURCE[5],
    "datapackage.json",
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

#[trial::test_with_data]
fn makes_of_inseess_workbooks_the_files_that_were_made_by_hand() {
    let naf = data("naf");
    let run = convert(&["in"]);
    copy_workbooks(&naf, &run.folder().join("in"));
    let done = run.run().expect_code(0);
    assert_as_made_by_hand(&done, &naf);
    assert_eq!(done.list("naf"), sorted(&FILES));
    let receipt = done.receipt();
    assert_eq!((&receipt["records"], &receipt["unchanged"]), (&732.into(), &false.into()));
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
}

/// The table with all levels was made by hand in the dialect of the others: it holds the same, in that of our own tables.
fn assert_as_made_by_hand(done: &Finished, naf: &Path) {
    for name in AS_THE_SOURCE {
        assert!(fs::read(done.path("naf").join(name)).unwrap() == fs::read(naf.join(name)).unwrap(), "{name}\n{done}");
    }
    let by_hand = csv_rows(&fs::read_to_string(naf.join("naf.csv")).unwrap());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(vec![]);
    by_hand.iter().for_each(|row| writer.write_record(row).unwrap());
    assert!(done.read("naf/naf.csv").as_bytes() == writer.into_inner().unwrap(), "{done}");
}

#[trial::test_with_data]
fn every_altered_workbook_gets_its_verdict() {
    let (naf, cases) = (data("naf"), data("naf_cases"));
    for case in fs::read_dir(cases).unwrap().flatten().map(|entry| entry.path()) {
        let run = convert(&["in"]);
        copy_workbooks(&naf, &run.folder().join("in"));
        copy_workbooks(&case, &run.folder().join("in"));
        let expected: Value = serde_json::from_slice(&fs::read(case.join("expected.json")).unwrap()).unwrap();
        let done = run.run();
        let codes = expected["exit"].as_array().unwrap();
        assert!(codes.contains(&done.code.into()), "{}: {codes:?}\n{done}", case.display());
        match done.code {
            0 => assert_as_made_by_hand(&done, &naf),
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
        // The sandbox's workbooks are not INSEE's, however they are named.
        for key in ["source", "licence"] {
            let said = done.receipt()[key].as_str().unwrap().to_owned();
            assert!(said.contains("inventées") && !said.contains("INSEE") && !said.contains("Ouverte"), "{said}");
        }
        let joined = done.read(if nomenclature == "2008" { "naf/naf.csv" } else { "naf/naf2025.csv" });
        assert!(joined.starts_with("NIV5,LIBELLE5,NIV4,"), "written as `rome.csv`: {joined:.40}");
        let levels = done.read(format!("naf/naf{nomenclature}_5_niveaux.csv"));
        assert!(levels.starts_with("\u{feff}NIV5;NIV4;"), "written as INSEE's: {levels:.40}");
        assert_eq!(joined.lines().count(), records + 1);
    }
}

/// What tools and people need to read the tables right: codes are text, and which separator each has. Both nomenclatures may
/// be in the folder.
#[test]
fn a_data_package_tells_what_the_tables_hold() {
    let run = convert(&["-"]);
    let first = run.clone().stdin(&fetch(&run, "2008").stdout).run().expect_code(0);
    let described = assert_described(&first, "naf");
    assert_eq!(
        described.keys().collect::<Vec<_>>(),
        sorted(&FILES).iter().filter(|name| *name != "datapackage.json").collect::<Vec<_>>()
    );
    assert_eq!(first.receipt()["files"], serde_json::json!(FILES));
    let later = run.beside(env!("CARGO_BIN_EXE_convert-naf")).args(["-", "--nomenclature", "2025"]);
    let both = later.stdin(&fetch(&run, "2025").stdout).run().expect_code(0);
    let described = assert_described(&both, "naf");
    assert_eq!(described.len(), 14);
    assert_eq!(
        (&described["naf.csv"]["NIV5"], &described["naf2025.csv"]["NIV5"]),
        (&"string".into(), &"string".into())
    );
    let package: Value = serde_json::from_str(&both.read("naf/datapackage.json")).unwrap();
    let said = package.to_string();
    assert!(said.contains("inventées") && !said.contains("etalab"), "{said}");
    let separators: Vec<_> = package["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (&file["path"], &file["dialect"]["delimiter"]))
        .collect();
    assert!(separators.contains(&(&"naf.csv".into(), &",".into())), "{separators:?}");
    assert!(separators.contains(&(&"naf2008_liste_n1.csv".into(), &";".into())), "{separators:?}");
}

/// As with the real ones: an offer's sector is the label of its code.
#[test]
fn the_offers_of_the_sandbox_find_the_labels_of_their_codes() {
    let options = Options::default().with(|options| {
        options.france_travail.offers = 300;
        options.france_travail.date = Some(jiff::civil::date(2024, 6, 4));
    });
    let server = sandbox::Server::start(options).unwrap();
    let run = convert(&["-"]);
    let fetched = run.beside(env!("CARGO_BIN_EXE_download")).sandbox(&server).args(["naf"]).run();
    let joined = csv_rows(&run.stdin(&fetched.expect_code(0).stdout).run().expect_code(0).read("naf/naf.csv"));
    let mut sectors = 0;
    for life in server.service::<FranceTravail>().truth(jiff::civil::date(2024, 6, 4)) {
        let offre: Value = serde_json::from_str(&life.versions[0]).unwrap();
        let Some(code) = offre["codeNAF"].as_str() else { continue };
        let row = joined.iter().find(|row| row[0] == code).unwrap_or_else(|| panic!("{code} is no code of the NAF"));
        assert_eq!(
            (&offre["secteurActiviteLibelle"], &offre["secteurActivite"]),
            (&row[1].clone().into(), &row[6].clone().into())
        );
        sectors += 1;
    }
    assert!(sectors > 50, "{sectors}");
}

/// The real codes and labels of NAF 2025, in a workbook as facts about INSEE's describe it; only the labels of the levels
/// between are not at hand.
#[trial::test_with_data]
fn the_real_codes_of_2025_come_out_as_they_went_in() {
    let real = data("naf/naf2025.csv");
    let real = csv_rows(&fs::read_to_string(real).unwrap());
    let rows = &real[1..];
    assert_eq!((real[0][..5].join(";").as_str(), rows.len()), ("NIV5;NIV4;NIV3;NIV2;NIV1", 747));
    let (mut texts, mut sheets) = (Vec::new(), Vec::new());
    let mut cell = |text: &str| {
        texts.push(format!("<si><t>{}</t></si>", text.replace('&', "&amp;").replace('<', "&lt;")));
        format!("<c t=\"s\"><v>{}</v></c>", texts.len() - 1)
    };
    let mut row = |cells: &[&str]| format!("<row>{}</row>", cells.iter().map(|text| cell(text)).collect::<String>());
    let header = row(&["Code", "Intitulé"]);
    let all = rows.iter().map(|r| row(&[&r[4], &r[3], &r[2], &r[1], &r[0], &r[6]])).collect::<String>();
    sheets.push(book::sheet(&(row(&["Section", "Division", "Groupe", "Classe", "Sous-classe", "Intitulé"]) + &all)));
    for level in [4, 3, 2, 1, 0] {
        let mut codes: Vec<(&str, &str)> = rows.iter().map(|r| (r[level].as_str(), label(r, level))).collect();
        codes.dedup_by_key(|(code, _)| *code);
        let listed: String = codes.iter().map(|(code, label)| row(&[code, label])).collect();
        sheets.push(book::sheet(&(header.clone() + &listed)));
    }
    let run = convert(&["in", "--nomenclature", "2025"]);
    fs::create_dir_all(run.folder().join("in")).unwrap();
    let workbook = book::xlsx(&book::sheet_names(), &sheets, Some(&format!("<sst>{}</sst>", texts.concat())));
    fs::write(run.folder().join("in/Structure NAF 2025 Maj 2024-10-04.xlsx"), workbook).unwrap();
    let done = run.run().expect_code(0);
    let joined = csv_rows(&done.read("naf/naf2025.csv"));
    for (made, real) in joined[1..].iter().zip(rows) {
        let [code5, label5, code4, _, code3, _, code2, _, code1, label1] = &made[..] else { panic!("{made:?}") };
        assert_eq!([code5, code4, code3, code2, code1, label1, label5].map(String::clone)[..], real[..]);
    }
    assert_eq!((joined.len(), run.run().expect_code(0).receipt()["unchanged"].clone()), (748, true.into()));
}

/// The label of a code; of the levels between, the code itself.
fn label(row: &[String], level: usize) -> &str {
    match level {
        4 => &row[5],
        0 => &row[6],
        level => &row[level],
    }
}

/// The fields of a CSV file of either dialect; quotes are around some of them.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let separator = if text.starts_with("NIV5,") { b',' } else { b';' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_folder_without_workbooks_is_66() {
    for nomenclature in ["2008", "2025"] {
        let run = convert(&[".", "--nomenclature", nomenclature]);
        assert!(run.run().expect_code(66).failure().contains("could not"));
    }
    assert!(convert(&["-"]).stdin("").run().expect_code(75).failure().contains("receipt"));
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

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

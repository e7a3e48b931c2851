//! The SIRENE stock, with and without `--extract`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sandbox::{Fault, Faults, Options, ReferenceOptions, References, Server};
use trial::{Finished, Run};

use super::{download, sandbox, size};

const STOCK: &str = "/data-pipeline-open/siren/stock/StockEtablissement_utf8.zip";
const CSV: &str = "sirene/StockEtablissement_utf8.csv";

fn rows(sirene_rows: usize) -> ReferenceOptions {
    ReferenceOptions { sirene_rows, ..Options::default().references }
}

fn this_month() -> String {
    let today = TimeZone::get("Europe/Paris").unwrap().to_datetime(Timestamp::now()).date();
    format!("{:04}-{:02}", today.year(), today.month())
}

fn zip(run: &Run) -> PathBuf {
    run.donnees_brutes().join(format!("sirene/etablissements_sirene_{}.zip", this_month()))
}

/// The CSV is what a reader of the zip finds in it.
fn assert_extracted(done: &Finished, run: &Run, server: &Server) {
    assert!(
        fs::read(zip(run)).unwrap() == server.service::<References>().publication(STOCK).unwrap(),
        "the zip\n{done}"
    );
    let folder = tempfile::tempdir().unwrap();
    let limits = archives::Limits { max_bytes: 1 << 30, max_entries: 10 };
    let mut archive = archives::Archive::open(&zip(run), limits).unwrap();
    archive.unpack(&[true], folder.path(), &mut |_| Ok(())).unwrap();
    let expected = fs::read(folder.path().join("StockEtablissement_utf8.csv")).unwrap();
    assert!(fs::read(done.path(CSV)).unwrap() == expected, "the CSV\n{done}");
    let receipt = done.receipt();
    assert_eq!(receipt["sha256"], files::sha256_of(&expected));
    assert_eq!(receipt["bytes"], expected.len());
    assert!(receipt["path"].as_str().unwrap().ends_with(CSV));
    assert!(receipt["archive"].as_str().unwrap().ends_with(".zip"));
}

#[test]
fn the_stock_gets_the_month_of_today() {
    let server = sandbox(rows(500));
    let run = download(&server, &["sirene"]);
    let done = run.run().expect_code(0);
    assert_eq!(done.receipt()["month"], this_month());
    assert!(fs::read(zip(&run)).unwrap() == server.service::<References>().publication(STOCK).unwrap());
    let named = run.args(["--month", &this_month()]).run().expect_code(0);
    assert_eq!(named.receipt()["unchanged"], true);
}

/// Releases come in mid-month too: that the file is there says nothing.
#[test]
fn a_release_in_mid_month_is_fetched() {
    let server = sandbox(rows(500));
    let run = download(&server, &["sirene", "--skip-unchanged"]);
    run.run().expect_code(0);
    run.run().expect_code(99);
    server.service::<References>().release();
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], false);
    assert!(fs::read(zip(&run)).unwrap() == server.service::<References>().publication(STOCK).unwrap());
}

#[test]
fn a_past_month_is_its_file_or_2() {
    let server = sandbox(rows(500));
    let run = download(&server, &["sirene", "--month", "2025-01"]);
    let missing = run.run().expect_code(2);
    assert!(missing.failure().contains("its source has only today's"), "{missing}");
    let path = run
        .write("sirene/etablissements_sirene_2025-01.zip", &server.service::<References>().publication(STOCK).unwrap());
    let there = run.run().expect_code(0).receipt();
    assert_eq!((&there["unchanged"], &there["month"]), (&true.into(), &"2025-01".into()));
    assert_eq!(server.requests().len(), 0);
    let extracted = run.clone().args(["--extract"]).run().expect_code(0);
    assert!(extracted.path(CSV).exists());
    fs::write(&path, &server.service::<References>().publication(STOCK).unwrap()[..9_000]).unwrap();
    run.run().expect_code(65).failure();
}

#[test]
fn the_csv_is_there_with_its_zip() {
    for sirene_descriptor in [false, true] {
        let server = sandbox(ReferenceOptions { sirene_descriptor, sirene_columns: 53, ..rows(5_000) });
        let run = download(&server, &["sirene", "--extract"]);
        let done = run.run().expect_code(0);
        assert_extracted(&done, &run, &server);
        assert_eq!(done.list("sirene").len(), 3, "zip, CSV and state\n{done}");
        let again = run.run().expect_code(0);
        assert_eq!(again.receipt()["unchanged"], true);
        // The CSV of a zip that is there is inflated from it.
        fs::write(done.path(CSV), b"siren\n").unwrap();
        let mended = run.run().expect_code(0);
        assert_extracted(&mended, &run, &server);
        assert_eq!(mended.receipt()["unchanged"], false);
    }
}

#[test]
fn a_killed_run_goes_on_with_both() {
    let server = sandbox(ReferenceOptions { bytes_per_second: 1_200_000, ..rows(20_000) });
    let run = download(&server, &["sirene", "--extract"]);
    for kill in 0..6_u64 {
        run.kill_after(Duration::from_millis(60 + kill * 7_919 % 200));
    }
    let done = run.run().expect_code(0);
    assert_extracted(&done, &run, &server);
    assert_eq!(done.list("sirene").len(), 3, "nothing of the killed runs is left\n{done}");
}

#[test]
fn a_new_version_on_the_way_is_inflated_from_its_start() {
    let server = sandbox(ReferenceOptions { bytes_per_second: 1_200_000, ..rows(20_000) });
    let run = download(&server, &["sirene", "--extract"]);
    let part = zip(&run).with_extension("zip.part");
    run.start().until(|| size(&part) >= 200_000).kill();
    server.service::<References>().release();
    assert_extracted(&run.run().expect_code(0), &run, &server);
}

#[test]
fn a_zip_of_two_files_is_65_and_nothing_of_it_stays() {
    let server = sandbox(ReferenceOptions { sirene_members: 2, ..rows(500) });
    let run = download(&server, &["sirene", "--extract"]);
    let failed = run.run().expect_code(65);
    assert!(failed.failure().contains("it should hold one file, and holds 2"), "{failed}");
    assert!(!zip(&run).exists() && !failed.path(CSV).exists());
    assert!(!zip(&run).with_extension("zip.part").exists());
}

/// The server says that half of the zip is all of it.
#[test]
fn half_a_zip_of_the_right_length_is_65() {
    let server = sandbox(rows(500));
    for arguments in [&["sirene"][..], &["sirene", "--extract"]] {
        server.set_faults(Faults::default());
        let run = download(&server, arguments);
        let good = run.run().expect_code(0);
        let before = fs::read(zip(&run)).unwrap();
        server.service::<References>().release();
        server.set_faults(Faults::of(Fault::ShortJson, 1.0));
        run.run().expect_code(65).failure();
        assert!(fs::read(zip(&run)).unwrap() == before, "what was there stays\n{good}");
        assert!(!zip(&run).with_extension("zip.part").exists());
    }
}

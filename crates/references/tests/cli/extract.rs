//! `extract`, on archives that the tests make.

mod hostile;
mod interrupted;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use archives::testing::{self, Blocks, Item};
use serde_json::json;
use trial::{Finished, READ_ONLY, Run};

use crate::support::{data, names};

const EXTRACT: &str = env!("CARGO_BIN_EXE_extract");

/// A folder that holds everything, as the archives of IGN do.
const TREE: [Item; 5] =
    [("top/", b""), ("top/a.csv", b"a;b\n1;2\n"), ("top/d/b.txt", b"b"), ("top/d/c.txt", b"c"), ("top/empty", b"")];

/// Writes an archive into `in/`, and extracts it.
fn extract(archive: &[u8], arguments: &[&str]) -> Finished {
    let run = Run::new(EXTRACT);
    let path = run.write("in/archive", archive);
    run.args([path]).args(arguments).run()
}

#[test]
fn a_tree_appears_in_the_folder_of_its_archive() {
    let archives = [
        ("zip", testing::zip(&TREE)),
        ("7z", testing::seven_z(&TREE, Blocks::One)),
        ("7z", testing::seven_z(&TREE, Blocks::Each)),
    ];
    for (format, archive) in archives {
        let finished = extract(&archive, &[]).expect_code(0);
        let receipt = finished.receipt();
        assert_eq!(receipt["path"], finished.path("in/top").to_str().unwrap());
        assert_eq!(receipt["archive"], finished.path("in/archive").to_str().unwrap());
        assert_eq!((&receipt["format"], &receipt["files"]), (&json!(format), &json!(4)));
        assert_eq!((&receipt["bytes"], &receipt["unchanged"]), (&json!(10), &json!(false)));
        assert_eq!(receipt.get("sha256"), None, "of a folder there is none");
        let there = ["archive", "top", "top/a.csv", "top/d", "top/d/b.txt", "top/d/c.txt", "top/empty"];
        assert_eq!(names(&finished.path("in")), there);
        assert_eq!(fs::read(finished.path("in/top/a.csv")).unwrap(), b"a;b\n1;2\n");
        assert!(finished.noted("extracting"));
    }
}

#[test]
fn a_single_file_is_told_with_its_hash() {
    for archive in [testing::zip(&TREE[1..2]), testing::seven_z(&[("a.csv", TREE[1].1)], Blocks::One)] {
        let finished = extract(&archive, &["--only", "**/a.csv"]).expect_code(0);
        let receipt = finished.receipt();
        if receipt["path"].as_str().unwrap().ends_with("a.csv") {
            assert_eq!(receipt["sha256"], files::sha256_of(TREE[1].1));
        }
        assert_eq!(receipt["files"], 1);
    }
    let finished = extract(&testing::zip(&[("a.csv", TREE[1].1)]), &[]).expect_code(0);
    assert_eq!(finished.receipt()["path"], finished.path("in/a.csv").to_str().unwrap());
    assert_eq!(finished.receipt()["sha256"], files::sha256_of(TREE[1].1));
}

#[test]
fn several_entries_are_told_by_their_folder() {
    let run = Run::new(EXTRACT);
    let archive = run.write("in/a.zip", &testing::zip(&[("a", b"1"), ("b", b"2")]));
    let to = run.donnees_brutes().join("new/folder");
    let finished = run.args([archive]).args(["--dir", to.to_str().unwrap()]).run().expect_code(0);
    assert_eq!(finished.receipt()["path"], to.to_str().unwrap());
    assert_eq!(names(&finished.path("new/folder")), ["a", "b"]);
}

#[test]
fn the_same_again_is_unchanged_and_what_is_spoilt_is_mended() {
    let run = Run::new(EXTRACT);
    let archive = run.write("a.7z", &testing::seven_z(&TREE, Blocks::One));
    let run = run.args([archive]);
    run.run().expect_code(0);
    let file = run.donnees_brutes().join("top/d/b.txt");
    let before = fs::metadata(&file).unwrap().ino();
    let again = run.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true);
    assert_eq!(fs::metadata(&file).unwrap().ino(), before, "nothing was written");
    fs::write(&file, b"x").unwrap();
    let mended = run.run().expect_code(0);
    assert_eq!(mended.receipt()["unchanged"], false);
    assert_eq!(fs::read(&file).unwrap(), b"b");
}

#[test]
fn what_others_put_into_a_folder_stays_there() {
    let run = Run::new(EXTRACT);
    let archive = run.write("a.zip", &testing::zip(&TREE));
    run.write("top/a.csv", b"old");
    run.write("top/mine/note.txt", b"mine");
    symlink("nowhere", run.donnees_brutes().join("top/link")).unwrap();
    let finished = run.args([archive]).run().expect_code(0);
    assert_eq!(fs::read(finished.path("top/a.csv")).unwrap(), b"a;b\n1;2\n");
    assert_eq!(fs::read(finished.path("top/mine/note.txt")).unwrap(), b"mine");
    assert_eq!(fs::read_link(finished.path("top/link")).unwrap().to_str(), Some("nowhere"));
    assert!(!names(&finished.path("")).iter().any(|name| name.starts_with('.')), "nothing is left over");
}

#[test]
fn a_file_in_the_way_of_a_folder_is_not_removed() {
    for (at, content) in [("top", "a file"), ("top/d", "another")] {
        let run = Run::new(EXTRACT);
        let archive = run.write("a.zip", &testing::zip(&TREE));
        run.write(at, content.as_bytes());
        let finished = run.args([archive]).run().expect_code(74);
        assert!(finished.failure().contains("a file is where a folder should be"), "{finished}");
        assert_eq!(fs::read(finished.path(at)).unwrap(), content.as_bytes());
    }
}

#[test]
fn a_link_in_the_destination_is_not_followed() {
    let run = Run::new(EXTRACT);
    let archive = run.write("in/a.zip", &testing::zip(&TREE));
    run.write("elsewhere/keep", b"");
    symlink("../elsewhere", run.donnees_brutes().join("in/top")).unwrap();
    let finished = run.args([archive]).run().expect_code(74);
    assert_eq!(names(&finished.path("elsewhere")), ["keep"]);
}

#[test]
fn only_what_matches_is_extracted() {
    let archives = [testing::zip(&TREE), testing::seven_z(&TREE, Blocks::One), testing::seven_z(&TREE, Blocks::Each)];
    for archive in archives {
        let finished = extract(&archive, &["--only", "top/*.csv", "--only", "**/c.*"]).expect_code(0);
        assert_eq!(names(&finished.path("in")), ["archive", "top", "top/a.csv", "top/d", "top/d/c.txt"]);
        let finished = extract(&archive, &["--only", "**/c.*", "--only", "*.csv"]).expect_code(65);
        assert!(finished.failure().contains("none of its 5 entries matches `*.csv`"), "{finished}");
        assert_eq!(names(&finished.path("in")), ["archive"]);
    }
    extract(b"", &["--only", "[a"]).expect_code(2);
}

#[test]
fn more_than_allowed_is_refused() {
    for archive in [testing::zip(&TREE), testing::seven_z(&TREE, Blocks::Each)] {
        for (arguments, why) in [(["--max-bytes", "9"], "--max-bytes"), (["--max-entries", "5"], "--max-entries")] {
            let finished = extract(&archive, &arguments).expect_code(65);
            assert!(finished.failure().contains(why), "{finished}");
            assert_eq!(names(&finished.path("in")), ["archive"]);
        }
        extract(&archive, &["--max-bytes", "10", "--max-entries", "6"]).expect_code(0);
    }
}

#[test]
fn an_archive_never_replaces_itself() {
    let run = Run::new(EXTRACT);
    let bytes = testing::zip(&[("a.zip", b"other"), ("b", b"b")]);
    let archive = run.write("a.zip", &bytes);
    let finished = run.args([&archive]).run().expect_code(65);
    assert!(finished.failure().contains("would replace the archive itself"), "{finished}");
    assert_eq!(fs::read(archive).unwrap(), bytes);
}

#[test]
fn permissions_are_those_of_any_new_file() {
    let finished = extract(&testing::zip(&TREE), &[]).expect_code(0);
    let mode = fs::metadata(finished.path("in/top/a.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7111, 0, "{mode:o}");
}

#[test]
fn a_receipt_names_the_archive_and_its_edition_is_passed_on() {
    let run = Run::new(EXTRACT);
    let archive = run.write("a.7z", &testing::seven_z(&TREE, Blocks::One));
    let receipt = json!({"path": archive, "edition": "2024-02-22", "url": "x"}).to_string();
    let finished = run.clone().args(["-"]).stdin(&receipt).run().expect_code(0);
    assert_eq!(finished.receipt()["edition"], "2024-02-22");
    assert_eq!(finished.receipt().get("month"), None);
    let bytes = run.args(["-"]).stdin("7z\u{1}\u{2}").run().expect_code(65);
    assert!(bytes.failure().contains("could not read a receipt"), "{bytes}");
}

#[test]
fn the_stock_of_sirene_is_one_csv() {
    let cases: [(&[Item], i32); 4] = [
        (&[("StockEtablissement_utf8.csv", b"siren\n")], 0),
        (&[("StockEtablissement_utf8.csv", b"siren\n"), ("LISEZMOI.txt", b"x")], 65),
        (&[("a.csv", b"siren\n"), ("b.csv", b"x")], 65),
        (&[("a.html", b"<html>")], 65),
    ];
    for (items, code) in cases {
        let run = Run::new(EXTRACT);
        let archive = run.write("sirene/s.zip", &testing::zip(items));
        let receipt = json!({"path": archive, "month": "2026-11"}).to_string();
        let finished = run.clone().args(["-"]).stdin(&receipt).run().expect_code(code);
        if code == 0 {
            assert_eq!(finished.receipt()["month"], "2026-11");
            assert_eq!(finished.receipt()["path"], finished.path(format!("sirene/{}", items[0].0)).to_str().unwrap());
        } else {
            assert!(finished.failure().contains("the stock of SIRENE is one CSV"), "{finished}");
            // By its path alone, it is any archive.
            run.args([archive]).run().expect_code(0);
        }
    }
}

#[trial::test_with_data]
fn the_samples_of_sirene_come_out_whole() {
    let data = data("sirene");
    for name in ["stock_54", "stock_53_descriptor"] {
        let expected = fs::read_to_string(data.join(format!("{name}.expected.json"))).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let run = Run::new(EXTRACT);
        let archive = run.write("s.zip", &fs::read(data.join(format!("{name}.zip"))).unwrap());
        let receipt = json!({"path": archive, "month": "2026-11"}).to_string();
        let finished = run.args(["-"]).stdin(&receipt).run().expect_code(0);
        assert_eq!(finished.receipt()["sha256"], expected["member"]["sha256"]);
        assert_eq!(finished.receipt()["bytes"], expected["member"]["bytes"]);
    }
}

#[test]
fn a_missing_archive_is_66_and_what_is_none_is_65() {
    let run = Run::new(EXTRACT);
    assert!(run.clone().args(["nowhere.7z"]).run().expect_code(66).failure().contains("nowhere.7z"));
    run.clone().args([run.donnees_brutes()]).run().expect_code(66);
    let cases = [
        (&b"<!DOCTYPE html>"[..], "a web page"),
        (b"{\"error\":1}", "JSON"),
        (b"", "it is empty"),
        (&[0; 100], "zeros"),
        (b"Rar!", "neither 7z nor zip"),
        (b"7z\xBC\xAF\x27\x1C", "cut"),
        (b"PK\x03\x04", "cut"),
    ];
    for (bytes, why) in cases {
        let finished = extract(bytes, &[]).expect_code(65);
        assert!(finished.failure().contains(why), "{finished}");
    }
}

#[test]
fn a_destination_made_for_nothing_is_removed() {
    let mut archive = testing::zip(&[("a", &[b'a'; 500]), ("b", b"bbbbbbbbb")]);
    let at = archive.windows(9).position(|window| window == b"bbbbbbbbb");
    // A stored or a deflated byte of the last file: either way it is not what its CRC says.
    let at = at.unwrap_or(archive.len() - 120);
    archive[at] ^= 1;
    let run = Run::new(EXTRACT);
    let path = run.write("in/a.zip", &archive);
    let to = run.donnees_brutes().join("new/deep");
    let finished = run.args([path]).args(["--dir", to.to_str().unwrap()]).run().expect_code(65);
    assert_eq!(names(&finished.path("")), ["in", "in/a.zip"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_74() {
    let run = Run::new(EXTRACT);
    let archive = run.write("a.zip", &testing::zip(&TREE));
    let finished = run.args([archive]).args(["--dir", READ_ONLY]).run().expect_code(74);
    assert!(!finished.hint().contains("DONNEES_BRUTES"), "it has no part in this: {finished}");
    assert!(finished.hint().contains("choose another"), "{finished}");
}

#[test]
fn the_second_of_two_runs_at_once_is_75() {
    let run = Run::new(EXTRACT);
    let archive = run.write("a.zip", &testing::zip(&TREE));
    let _held = files::Lock::claim(&run.donnees_brutes().join("a.zip.extract")).unwrap();
    let finished = run.clone().args([archive]).run().expect_code(75);
    assert!(finished.failure().contains("another run"), "{finished}");
    let other = run.write("b.zip", &testing::zip(&TREE));
    run.args([other]).run().expect_code(0);
}

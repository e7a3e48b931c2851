//! Archives made to harm: refused, within bounds, and nothing anywhere.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use archives::testing::{self, Blocks, Item};
use serde_json::Value;
use trial::Run;

use super::EXTRACT;
use crate::support::{data, tree};

/// What the verdict on an archive may take.
const LONGEST: Duration = Duration::from_secs(10);
const MOST_MEMORY_KIB: u64 = 256 << 10;

/// Runs the step under a limit on its address space, which is more than the memory that it has: an allocation that
/// exceeds it aborts. Other than an address space, peaks can only be read with tools that not every machine has.
fn bounded(run: &Run) -> Run {
    // What the binary maps without touching it, stacks of threads included, is some 64 MiB.
    let limit = MOST_MEMORY_KIB + (64 << 10);
    run.beside("/bin/sh").args(["-c", &format!("ulimit -v {limit}; exec \"$0\" \"$@\""), EXTRACT])
}

#[trial::test_with_data]
fn every_hostile_archive_gets_its_verdict_and_nothing_else() {
    let data = data("hostile");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(data.join("manifest.json")).unwrap()).unwrap();
    let cases = manifest["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 83);
    for case in cases {
        judge(&data, case);
    }
}

fn judge(data: &Path, case: &Value) {
    let id = case["id"].as_str().expect("a text");
    let texts = |key: &str| {
        case[key].as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect::<Vec<_>>()
    };
    let run = Run::new(EXTRACT);
    fs::create_dir(run.donnees_brutes()).expect("the tests can read and write");
    let dest = run.donnees_brutes().join("deep/dest");
    let archive = data.join(case["file"].as_str().expect("a text"));
    let run = bounded(&run)
        .args([&archive])
        .args(["--dir", dest.to_str().expect("the tests have UTF-8 paths")])
        .args(texts("args"));
    let start = Instant::now();
    let finished = run.run();
    assert!(start.elapsed() < LONGEST, "{id} took {:?}", start.elapsed());
    assert!(case["exit"].as_array().expect("a list").contains(&finished.code.into()), "{id}\n{finished}");
    let printed = finished.stdout.clone() + &finished.stderr;
    assert!(!printed.chars().any(|c| c.is_control() && c != '\n'), "{id}: control characters\n{finished}");
    for outside in texts("outside") {
        assert!(!dest.join(outside).exists(), "{id} wrote {outside}");
    }
    let there = tree(&finished.path(""));
    if finished.code != 0 {
        finished.failure();
        assert!(there.is_empty(), "{id} left {there:?}");
        return;
    }
    let below: Vec<_> = there.iter().filter(|(name, _)| !["deep", "deep/dest"].contains(&name.as_str())).collect();
    assert!(below.iter().all(|(name, _)| name.starts_with("deep/dest/")), "{id} wrote {below:?}");
    assert!(below.iter().all(|(_, what)| what.len() == 64 || *what == "/"), "{id} made {below:?}");
    if let Some(expected) = case["files"].as_object() {
        let files =
            below.iter().filter(|(_, what)| *what != "/").map(|(name, sha256)| (&name["deep/dest/".len()..], *sha256));
        let expected = expected.iter().map(|(name, sha256)| (name.as_str(), sha256.as_str().expect("a text")));
        let (mut files, mut expected): (Vec<_>, Vec<_>) =
            (files.map(|(n, s)| (n, s.as_str())).collect(), expected.collect());
        files.sort_unstable();
        expected.sort_unstable();
        assert_eq!(files, expected, "{id}");
    }
}

/// # Panics
/// If the archive is taken, or leaves anything.
fn refused(bytes: &[u8], why: &str) {
    let run = Run::new(EXTRACT);
    let path = run.write("in/archive", bytes);
    let before = tree(&run.donnees_brutes());
    let to = run.donnees_brutes().join("to");
    let finished = bounded(&run)
        .args([path])
        .args(["--dir", to.to_str().expect("the tests have UTF-8 paths")])
        .run()
        .expect_code(65);
    assert!(finished.failure().contains(why), "`{why}` is not said\n{finished}");
    assert_eq!(tree(&finished.path("")), before, "{finished}");
}

#[test]
fn names_that_lead_elsewhere_are_refused_in_both_formats() {
    let long = format!("a/{}", "x".repeat(256));
    let names = [
        "../x",
        "a/../../x",
        "a/..",
        "/x",
        "//host/share/x",
        "C:/x",
        "c:x",
        "\\x",
        "..\\x",
        "\\\\host\\share\\x",
        "a//x",
        "a/./x",
        "a\u{1b}[2Jx",
        "a\nx",
        &long,
    ];
    for name in names {
        let items: [Item; 2] = [("fine.txt", b"fine"), (name, b"evil")];
        refused(&testing::zip(&items), "the name `");
        refused(&testing::seven_z(&items, Blocks::One), "the name `");
    }
}

#[test]
fn two_entries_in_one_place_are_refused_in_both_formats() {
    for (one, other, why) in [
        ("a/x", "a/X", "only by case"),
        ("É/x", "é/x", "only by case"),
        ("a\\x", "a/x", "is there twice"),
        ("a", "a/x", "is a file and a folder"),
        ("A", "a/x", "only by case"),
    ] {
        let items: [Item; 2] = [(one, b"1"), (other, b"2")];
        refused(&testing::zip(&items), why);
        refused(&testing::seven_z(&items, Blocks::Each), why);
    }
}

#[test]
fn links_are_refused_wherever_they_lead() {
    for target in ["../../etc", "/etc/passwd", "fine.txt"] {
        let items: [Item; 1] = [("fine.txt", b"fine")];
        refused(&testing::zip_with_link(&items, Some(("link", target))), "is a link");
        let link = Some(("link", target.as_bytes()));
        refused(&testing::seven_z_with_link(&items, Blocks::One, link), "is a link");
    }
}

/// What is wrong at the end of an archive must not let its beginning stay.
#[test]
fn damage_in_the_last_of_many_files_leaves_none() {
    let contents: Vec<_> = (0..60_u8).map(|n| (format!("d/{n:02}.bin"), vec![n; 4_000 + usize::from(n)])).collect();
    let items: Vec<Item> = contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    for whole in [testing::zip(&items), testing::seven_z(&items, Blocks::Each)] {
        let list = match whole.starts_with(b"7z") {
            true => 32 + u64::from_le_bytes(whole[12..20].try_into().unwrap()) as usize,
            false => whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap(),
        };
        let mut spoilt = whole.clone();
        // The last packed bytes before the list; that of a 7z is itself packed, and comes before what points to it.
        let at = if whole.starts_with(b"7z") { list / 2 } else { list - 4 };
        spoilt[at] ^= 0x55;
        refused(&spoilt, "is damaged");
        let mut longer = whole.clone();
        longer.truncate(whole.len() - 1);
        refused(&longer, "cut");
    }
}

/// A zip that says that its one file is smaller than it is, or larger.
#[test]
fn a_zip_that_lies_about_sizes_is_refused() {
    let whole = testing::zip(&[("a.bin", &[0; 100_000])]);
    for size in [1_000_u32, 99_999, 100_001, u32::MAX - 1] {
        let mut lying = whole.clone();
        for (signature, at) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
            let header = whole.windows(4).position(|four| four == signature).unwrap();
            lying[header + at..header + at + 4].copy_from_slice(&size.to_le_bytes());
        }
        refused(&lying, "could not extract");
    }
}

#[test]
fn a_zip_with_something_before_or_after_is_refused() {
    let whole = testing::zip(&[("a.txt", b"a")]);
    refused(&[b"PK\x03\x04", &whole[..]].concat(), "could not extract");
    refused(&[&whole[..], b"x"].concat(), "has no end");
    refused(&[&whole[..], &whole[..]].concat(), "could not extract");
}

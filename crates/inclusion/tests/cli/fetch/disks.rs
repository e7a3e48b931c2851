//! Disks that refuse: the files of the last run stay whole, and with room the next one goes on.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use sandbox::{Inclusion, Reload, Spot};
use serde_json::json as object;
use trial::{Run, SmallDisk};

use super::{STRUCTURES, fetch, json, lines, list_requests, server};

const SKIPPED: &str = "skipped: no small disk can be mounted";

const SINCE: [&str; 3] = ["structures", "--keep-duplicates", "--since-last"];

/// The files of a folder, hidden ones too.
fn there(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default()))
        .collect()
}

/// Fills a disk but for so many bytes.
fn fill(path: &Path, room: u64) {
    let mut ballast = File::create(path).unwrap();
    while ballast.write_all(&[0; 4_096]).is_ok() {}
    let bytes = ballast.metadata().unwrap().len();
    ballast.set_len(bytes - room).unwrap();
}

#[test]
fn a_full_disk_leaves_the_last_files_and_is_gone_on_with() {
    let Some(disk) = SmallDisk::mount("size=8m") else { return eprintln!("{SKIPPED}") };
    let server = server(|_| {});
    let calm = fetch(&server, &SINCE);
    let run = fetch(&server, &SINCE).env("DONNEES_BRUTES", disk.path());
    calm.run().expect_code(0);
    run.run().expect_code(0);
    let folder = disk.path().join("inclusion");
    // One fills while records come, one while the files are written.
    for (tenths, is_gathered) in [(5, false), (15, true)] {
        server.service::<Inclusion>().reload(Reload::Change, Spot::Anywhere);
        let expected = calm.run().expect_code(0);
        let before = there(&folder);
        fill(&disk.path().join("ballast"), before["structures.json"].len() as u64 / 10 * tenths);
        let since = list_requests(&server, 0);
        let full = run.run().expect_code(74);
        let asked = list_requests(&server, 0) - since;
        assert!(full.failure().contains("could not write") && full.hint().contains("space"), "{full}");
        let mut after = there(&folder);
        assert!(after.remove(".structures.journal").is_some(), "{full}");
        assert!(after == before, "{:?}\n{full}", after.keys());
        fs::remove_file(disk.path().join("ballast")).unwrap();
        let since = list_requests(&server, 0);
        let again = run.run().expect_code(0);
        let all = list_requests(&server, 0) - since + asked;
        assert_eq!(list_requests(&server, 0) == since, is_gathered, "{again}");
        assert!(all <= expected.receipt()["requests"].as_u64().unwrap() as usize + 2, "{all}\n{again}");
        for name in ["structures.json", "structures-changes.json"] {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            assert_eq!(text, expected.read(format!("inclusion/{name}")), "{name}");
        }
        assert!(there(&folder).keys().all(|name| !name.starts_with('.')), "{again}");
    }
}

#[test]
fn a_disk_that_cannot_be_written_is_told_before_anything_is_asked() {
    let calm = server(|_| {});
    let nowhere = fetch(&calm, &SINCE).env("DONNEES_BRUTES", "/proc/nowhere").run().expect_code(74);
    assert!(!nowhere.hint().is_empty(), "{nowhere}");
    assert!(calm.requests().is_empty());
    let Some(disk) = SmallDisk::mount("size=8m") else { return eprintln!("{SKIPPED}") };
    let run = fetch(&calm, &SINCE).env("DONNEES_BRUTES", disk.path());
    run.run().expect_code(0);
    let (before, since) = (there(&disk.path().join("inclusion")), calm.requests().len());
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(disk.path()).status().unwrap().success());
    let refused = run.run().expect_code(74);
    assert!(!refused.hint().is_empty(), "{refused}");
    assert_eq!(calm.requests().len(), since);
    assert!(there(&disk.path().join("inclusion")) == before, "{refused}");
}

/// A step that may have so many files open.
const BOUNDED: &str = "ulimit -n 100 && exec \"$0\" \"$@\"";

/// More folders, one in the other, than such a step can remove: that needs each of them open.
const DEPTH: usize = 200;

/// What a run set aside is removed once all files are in place, in an order that nobody knows. A run that gets no further
/// must not leave half of it, by which the next would tell all records as added.
#[test]
fn a_run_that_cannot_remove_what_it_set_aside_has_told_its_changes() {
    let server = server(|_| {});
    let run = fetch(&server, &SINCE);
    let before = lines(&run.run().expect_code(0), STRUCTURES);
    let folder = run.donnees_brutes().join("inclusion");
    // As a run leaves it that is killed before anything new appears.
    let aside = folder.join(".structures.last");
    fs::create_dir(&aside).unwrap();
    for name in ["structures.json", "structures.log"] {
        fs::copy(folder.join(name), aside.join(name)).unwrap();
    }
    fs::create_dir_all(aside.join("d/".repeat(DEPTH))).unwrap();
    server.service::<Inclusion>().reload(Reload::Change, Spot::Anywhere);
    let bounded = bounded(&run, &server).run().expect_code(74);
    assert!(bounded.failure().contains("could not remove"), "{bounded}");
    let now = lines(&bounded, STRUCTURES);
    assert!(now != before, "the new files are in place");
    let told = lines(&bounded, "inclusion/structures-changes.json");
    assert!(!told.is_empty() && told.iter().all(|line| json(line)["change"] == "changed"), "{told:?}");

    let next = run.run().expect_code(0);
    assert_eq!(next.receipt()["changes"], object!({"added": 0, "changed": 0, "removed": 0}), "{next}");
    assert_eq!(next.list("inclusion"), ["structures-changes.json", "structures.json", "structures.log"]);
    assert_eq!(lines(&next, STRUCTURES), now);
}

fn bounded(run: &Run, server: &sandbox::Server) -> Run {
    let step = ["-c", BOUNDED, env!("CARGO_BIN_EXE_fetch-inclusion")];
    run.beside("/bin/sh").sandbox(server).args(step).args(SINCE).args(["--page-size", "20", "--retry-wait-s", "0.001"])
}

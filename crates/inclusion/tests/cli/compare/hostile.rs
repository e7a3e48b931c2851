//! Hostile cells, and ends that no run chooses.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use trial::{Run, Signal, SmallDisk};

use super::{Draws, OTHERS, OWN, compare, compared, rows};

const MARKUP: &str = "<script>alert(1)</script><img src=http://exemple.invalid/x onerror=alert(1)>";

#[test]
fn hostile_cells_come_out_as_data_and_nothing_runs_or_loads_on_the_page() {
    let own = format!(
        "source,id,nom,adresse,code_postal,commune,siret\n\"{MARKUP}\",\"=1+1\",\"=HYPERLINK(\"\"x\"\")\r\n; \u{202e}«ﷺ»\",\"@SUM(A1)\",35000,\"Ren\"\"nes\",21350238800019\n"
    );
    let other = "source,id,nom,siret\nb,\"-2\",\"=HYPERLINK(\"\"x\"\")\r\n; \u{202e}«ﷺ»\",21350238800019\n";
    let finished = compared(&[("a.csv", &own), ("b.csv", other)], &[]).expect_code(0);
    let links = rows(&finished, "a.links.csv");
    assert_eq!((links[0]["id_1"].as_str(), links[0]["id_2"].as_str()), ("=1+1", "-2"));
    assert_eq!(links[0]["nom_1"], "=HYPERLINK(\"x\")\r\n; \u{202e}«ﷺ»");
    assert_eq!((links[0]["source_1"].as_str(), links[0]["commune_1"].as_str()), (MARKUP, "Ren\"nes"));
    let page = finished.read("a.comparison.html");
    assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("<img"), "{page}");
}

#[test]
fn contacts_stand_in_no_note_receipt_evidence_or_page() {
    let contacts = ["0299123456", "02 99 12 34 56", "alice.martin@exemple.fr"];
    let own = format!("source,id,nom,telephone,courriel\n{0},1,Emmaüs,{0},{1}\n", contacts[0], contacts[2]);
    let other = format!("source,id,nom,telephone,courriel\n{1},2,Emmaüs,{0},{1}\n", contacts[1], contacts[2]);
    let finished = compared(&[("a.csv", &own), ("b.csv", &other)], &[]).expect_code(0);
    let page = finished.read("a.comparison.html");
    let evidence = rows(&finished, "a.links.csv")[0]["evidence"].clone();
    for contact in contacts {
        for text in [&page, &evidence, &finished.stdout, &finished.stderr] {
            assert!(!text.contains(contact), "{contact} in {text}");
        }
    }
}

#[test]
fn odd_numbers_are_no_places() {
    let own = "id,nom,latitude,longitude,telephone\n1,Emmaüs,nan,inf,0299000001\n2,Emmaüs,1e999,-0,0299000001\n3,Emmaüs,,,+33299000001\n";
    let finished = compared(&[("a.csv", own)], &[]).expect_code(0);
    let links = rows(&finished, "a.links.csv");
    assert_eq!(links.len(), 3);
    assert!(links.iter().all(|row| !row["evidence"].contains("distance_m")));
}

/// In CI some; `KILLS=200 cargo nextest run -p inclusion killed_at` as many as one likes.
const KILLS: u32 = 20;

#[test]
fn killed_at_any_instant_it_leaves_whole_files_and_the_next_run_makes_all() {
    let kills: u32 = std::env::var("KILLS").map_or(KILLS, |text| text.parse().expect("a number of kills"));
    let run = compare(&[]);
    let paths = [("a.csv", OWN), ("b.csv", OTHERS)].map(|(name, content)| run.write(name, content.as_bytes()));
    let run = run.args(paths);
    let begin = Instant::now();
    let good = run.run().expect_code(0);
    let took = begin.elapsed();
    let names = [
        "a.links.csv",
        "a.complements.csv",
        "a.unknown.csv",
        "a.comparison.html",
        "a.comparison.json",
        "a.rejects.csv",
    ];
    let expected = names.map(|name| good.read(name));
    let (mut draws, mut cut) = (Draws(1), 0);
    for _ in 0..kills {
        names.iter().for_each(|name| drop(std::fs::remove_file(good.path(name))));
        run.kill_after(took.mul_f64(draws.below(1_000) as f64 / 900.0));
        cut += u32::from(names.iter().any(|name| !good.path(name).exists()));
        for (name, expected) in names.iter().zip(&expected).filter(|(name, _)| good.path(name).exists()) {
            assert_eq!(&good.read(name), expected, "{name} is whole or absent");
        }
        let again = run.run().expect_code(0);
        assert_eq!(names.map(|name| again.read(name)), expected, "{again}");
        assert_eq!(again.list("").len(), names.len() + 2, "{:?}", again.list(""));
    }
    assert!(cut > 0, "no kill came before the end");
}

#[test]
fn told_to_stop_it_leaves_former_outputs() {
    let run = compare(&[]);
    let input = run.write("a.csv", OWN.as_bytes());
    let many: String =
        (0..60_000).map(|nth| format!("b,{nth},Association {nth},{} rue Haute,35000,Rennes\n", nth % 97)).collect();
    let other = run.write("b.csv", format!("source,id,nom,adresse,code_postal,commune\n{many}").as_bytes());
    let run = run.args([input, other]);
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        // A run of before, with less.
        let before = compare(&[]).args([run.donnees_brutes().join("a.csv")]).run().expect_code(0);
        let names = ["a.comparison.json", "a.comparison.html", "a.links.csv"];
        let of = |name: &str| std::fs::read(run.donnees_brutes().join(name)).unwrap();
        let contents = names.map(of);
        let running = run.start().until_it_hears(signal);
        running.signal(signal);
        let finished = running.wait().expect_code(code);
        assert!(names.map(of) == contents, "{before}\n{finished}");
        assert_eq!(finished.list("").iter().filter(|name| name.starts_with('.')).count(), 0, "{finished}");
    }
}

/// A run that has all its outputs on a disk of its own, and what is there.
fn on_a_disk(disk: &SmallDisk) -> Run {
    let run = compare(&["--dir"]).args([disk.path()]);
    let paths = [("a.csv", OWN), ("b.csv", OTHERS)].map(|(name, content)| run.write(name, content.as_bytes()));
    run.args(paths)
}

fn there(folder: &Path) -> Vec<(OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut there: Vec<_> = entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect();
    there.sort();
    there
}

#[test]
fn a_disk_that_refuses_is_74_and_former_outputs_stay() {
    let skipped = "skipped: no small disk can be mounted";
    let Some(disk) = SmallDisk::mount("size=256k") else { return eprintln!("{skipped}") };
    let run = on_a_disk(&disk);
    run.run().expect_code(0);
    let before = there(disk.path());
    let mut ballast = std::fs::File::create(disk.path().join("ballast")).unwrap();
    while ballast.write_all(&[0; 4_096]).is_ok() {}
    drop(ballast);
    let full = run.clone().args(["--lang", "en"]).run().expect_code(74);
    assert!(full.hint().contains("space"), "{full}");
    std::fs::remove_file(disk.path().join("ballast")).unwrap();
    assert!(there(disk.path()) == before, "{full}");
    let read_only = Command::new("mount").args(["-o", "remount,ro"]).arg(disk.path()).status();
    assert!(read_only.unwrap().success());
    let refused = run.args(["--lang", "en"]).run().expect_code(74);
    assert!(!refused.hint().is_empty() && there(disk.path()) == before, "{refused}");
}

#[test]
fn a_second_run_on_the_same_outputs_is_told() {
    let run = compare(&[]);
    let input = run.write("a.csv", OWN.as_bytes());
    let held = files::Lock::claim(&run.donnees_brutes().join("a.comparison.json")).unwrap();
    let run = run.args([input]);
    assert!(run.run().expect_code(75).failure().contains("another run"));
    drop(held);
    run.run().expect_code(0);
}

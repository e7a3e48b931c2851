//! How a run may end before it is done, and what the next one finds.

use std::time::{Duration, Instant};

use trial::{Signal, SmallDisk};

use super::contracts::{concession, list, new, old, with};
use super::*;
use serde_json::json;

const CONVERT: &str = env!("CARGO_BIN_EXE_convert-procurement");
const VALIDATE: &str = env!("CARGO_BIN_EXE_validate-procurement");

/// So many contracts, of both kinds, some of them twice.
fn many(count: usize) -> String {
    let contracts: Vec<Value> = (0..count)
        .map(|nth| match nth % 5 {
            0 => concession(&format!("2019C{nth:06}")),
            1 => old("201900000001"),
            _ => with(old(&format!("2019{nth:08}")), "montant", json!(nth)),
        })
        .collect();
    list(&contracts)
}

/// Each step as it is killed and run again: with flags that make it write all that it can.
fn steps() -> [(&'static str, &'static [&'static str], i32); 3] {
    [
        (CONVERT, &["--dedupe", "--states", "--repair"], 0),
        (CONVERT, &["--format", "2.0", "--to", "xml"], 0),
        (VALIDATE, &["--format", "1.4"], 65),
    ]
}

/// Every file, by name, with its hash.
fn all(folder: &Path) -> Vec<(String, String)> {
    let hash = |name: &str| files::sha256(&folder.join(name)).unwrap_or_default();
    names(folder).into_iter().map(|name| (name.clone(), hash(&name))).collect()
}

#[test]
fn killed_at_any_instant_it_leaves_no_half_file_and_the_next_run_is_the_same() {
    let document = many(400).replacen("2019-03-02", "2019-02-30", 3);
    for (step, flags, code) in steps() {
        let run = || {
            let run = Run::new(step);
            let input = run.write("a.json", document.as_bytes());
            run.args([input]).args(flags)
        };
        let folder = |run: &Run| run.donnees_brutes().join("marches");
        let (reference, begin) = (run(), Instant::now());
        reference.run().expect_code(code);
        let (whole, took, run) = (all(&folder(&reference)), begin.elapsed(), run());
        for nth in 1..=10_u32 {
            let killed = run.kill_after(took * nth / 11);
            for file in all(&folder(&run)).iter().filter(|(name, _)| !name.starts_with('.')) {
                assert!(whole.contains(file), "{} is half a file: {killed}", file.0);
            }
        }
        run.run().expect_code(code);
        assert_eq!(all(&folder(&run)), whole, "the same bytes, and nothing else");
    }
}

#[test]
fn sigterm_is_143_and_leaves_nothing() {
    let document = many(20_000);
    for (step, flags, _) in steps() {
        let run = Run::new(step);
        let input = run.write("a.json", document.as_bytes());
        let run = run.args([input]).args(flags);
        let running = run.start().until_it_hears(Signal::TERM);
        let begin = Instant::now();
        running.signal(Signal::TERM);
        let finished = running.wait();
        assert_eq!(finished.code, 143, "{finished}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{finished}");
        let left = names(&run.donnees_brutes().join("marches"));
        assert!(left.iter().all(|name| name.starts_with('.')), "{left:?}");
    }
}

#[test]
fn of_two_runs_at_once_the_second_is_75() {
    let document = many(20_000);
    for (step, flags, _) in steps() {
        let run = Run::new(step);
        let input = run.write("a.json", document.as_bytes());
        let run = run.args([input]).args(flags);
        let folder = run.donnees_brutes().join("marches");
        let first = run.start().until(|| !names(&folder).is_empty());
        let second = run.run().expect_code(75);
        assert!(!second.hint().is_empty(), "{second}");
        first.kill();
    }
}

#[test]
fn a_full_disk_is_74_and_leaves_no_half_file() {
    let document = many(1_500).replace("2019-03-02", "2019-02-30");
    for (step, flags, _) in steps() {
        for size in ["size=64k", "size=384k"] {
            let Some(disk) = SmallDisk::mount(size) else { return eprintln!("skipped: no small disk can be mounted") };
            let run = Run::new(step);
            let input = run.write("a.json", document.as_bytes());
            let finished = run.args([input]).args(flags).env("DONNEES_BRUTES", disk.path()).run().expect_code(74);
            assert!(finished.hint().contains("space"), "{finished}");
            let left = names(&disk.path().join("marches"));
            assert!(left.iter().all(|name| name.starts_with('.') && !name.contains("json.")), "{size}: {left:?}");
        }
    }
}

#[test]
fn a_disk_that_cannot_be_written_is_74() {
    for (step, flags, _) in steps() {
        let run = Run::new(step);
        let input = run.write("a.json", list(&[new("2024-1"), old("201900030100")]).as_bytes());
        let finished = run.args([input]).args(flags).env("DONNEES_BRUTES", "/proc/nowhere").run().expect_code(74);
        assert!(!finished.hint().is_empty(), "{finished}");
    }
}

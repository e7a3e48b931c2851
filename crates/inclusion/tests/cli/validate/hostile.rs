//! Files that are none or too much, and runs that end before they are done.

use std::time::{Duration, Instant};

use trial::{Signal, SmallDisk};

use super::*;

/// So many services, one a line of an array.
fn many(count: usize) -> String {
    let record = |nth: usize| {
        let theme = if nth.is_multiple_of(7) { "numerique" } else { "mobilite--preparer-un-permis" };
        let fields = serde_json::json!({"thematiques": [theme], "lien_source": format!("https://exemple.fr/{nth}")});
        with(&service(&nth.to_string(), "a"), &fields).to_string()
    };
    format!("[\n{}\n]\n", (0..count).map(record).collect::<Vec<_>>().join(",\n"))
}

/// What there is besides the input, without marks of runs under way.
fn left(finished: &Finished, input: &str) -> Vec<String> {
    let names = finished.list("").into_iter();
    names.filter(|name| name != input && !name.ends_with(".lock")).collect()
}

#[test]
fn what_is_no_table_is_65_with_the_place_and_leaves_nothing() {
    let long_cell = format!("id;nom\n1;a\n2;\"{}", "x".repeat(3 << 20));
    let many_columns = format!("id;nom{}\n", ";c".repeat(5_000));
    let long_record = format!("id;nom\n{}\n", "x;".repeat(20 << 19));
    let deep = format!("[{{\"id\":{}1{}}}]", "[".repeat(100), "]".repeat(100));
    for (name, text, why) in [
        ("a.csv", Vec::new(), "empty"),
        ("a.csv", b" \n\n".to_vec(), "blanks"),
        ("a.csv", b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), "web page"),
        ("a.csv", b"id\0;nom\n".to_vec(), "NUL"),
        ("a.csv", long_cell.into_bytes(), "the quote that opens on line 3"),
        ("a.csv", many_columns.into_bytes(), "columns"),
        ("a.csv", long_record.into_bytes(), "line 2"),
        ("a.json", deep.into_bytes(), "nested"),
        ("a.json", br#"[{"id":1},{"id":"#.to_vec(), "ends before"),
        ("a.json", b"{}".to_vec(), "no array"),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b \"c\">]><a><b/><b/></a>".to_vec(), "DOCTYPE"),
        ("a.xml", b"<structures><structure><id>1</id>".to_vec(), ""),
        ("a.xlsx", b"PK\x03\x04cut".to_vec(), "cut"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1cut".to_vec(), ""),
    ] {
        let begin = Instant::now();
        let finished = judged(name, &text, &[]).expect_code(65);
        assert!(finished.failure().contains(why), "{why}: {finished}");
        assert!(!finished.hint().is_empty(), "{finished}");
        assert_eq!(left(&finished, name), [""; 0], "{finished}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{finished}");
    }
    validate(&["nowhere.csv"]).run().expect_code(66);
    let folder = validate(&["."]).run().expect_code(66);
    assert!(folder.failure().contains("folder"), "{folder}");
}

#[test]
fn flipped_bytes_end_with_a_code_and_never_a_panic() {
    let whole = [
        ("a.csv", b"id;nom;source;date_maj\nessai--a;Mairie;essai;2026-01-01\n".to_vec()),
        ("a.json", many(3).into_bytes()),
        (
            "a.json",
            br#"{"structures": [{"id": "a", "nom": "Mairie"}], "services": [{"id": "s", "structure_id": "a"}]}"#
                .to_vec(),
        ),
        ("a.xml", b"<d><structures><structure><id>a</id></structure></structures></d>".to_vec()),
    ];
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for (name, content) in whole {
        for _ in 0..25 {
            let mut damaged = content.clone();
            for _ in 0..=next(4) {
                let at = next(damaged.len());
                damaged[at] = next(256) as u8;
            }
            let finished = judged(name, &damaged, &[]);
            assert!(matches!(finished.code, 0 | 65), "{}\n{finished}", String::from_utf8_lossy(&damaged));
        }
    }
}

#[test]
fn killed_at_any_instant_it_leaves_no_half_file_and_the_next_run_is_the_same() {
    let run = || {
        let run = validate(&[]);
        let input = run.write("a.json", many(3_000).as_bytes());
        run.args([input])
    };
    let all = |finished: &Finished| -> Vec<(String, String)> {
        let names = finished.list("").into_iter().filter(|name| !name.starts_with('.'));
        names.map(|name| (name.clone(), finished.read(&name))).collect()
    };
    let begin = Instant::now();
    let whole = all(&run().run().expect_code(65));
    let (took, run) = (begin.elapsed(), run());
    for nth in 1..=10_u32 {
        for file in all(&run.kill_after(took * nth / 11)) {
            assert!(whole.contains(&file), "{} is half a file", file.0);
        }
    }
    assert_eq!(all(&run.run().expect_code(65)), whole);
}

#[test]
fn sigterm_is_143_and_leaves_nothing() {
    let run = validate(&[]);
    let input = run.write("a.json", many(200_000).as_bytes());
    let running = run.args([input]).start().until_it_hears(Signal::TERM);
    running.signal(Signal::TERM);
    let finished = running.wait();
    assert_eq!(finished.code, 143, "{finished}");
    assert!(left(&finished, "a.json").iter().all(|name| name.starts_with('.')), "{finished}");
}

#[test]
fn a_disk_that_is_full_or_cannot_be_written_is_74() {
    let Some(disk) = SmallDisk::mount("size=8k") else { return eprintln!("skipped: no small disk can be mounted") };
    let run = validate(&[]);
    let input = run.write("a.json", many(3_000).as_bytes());
    let output = disk.path().join("o.json");
    let finished = run.clone().args([&input, std::path::Path::new("--output"), &output]).run().expect_code(74);
    assert!(!finished.hint().is_empty(), "{finished}");
    let names: Vec<_> = std::fs::read_dir(disk.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(names.iter().all(|name| name.to_string_lossy().starts_with('.')), "{names:?}");
    run.args([&input, std::path::Path::new("--output"), std::path::Path::new("/proc/nowhere/o.json")])
        .run()
        .expect_code(74);
}

/// A step in 64 MiB, whatever it is given.
const BOUNDED: &str = "ulimit -d 65536 && exec \"$0\" \"$@\"";

#[test]
fn memory_does_not_grow_with_the_file() {
    let run = validate(&[]);
    let description = "x".repeat(3_000);
    let record = |nth: usize| with(&service(&nth.to_string(), "a"), &serde_json::json!({ "description": description }));
    let records: Vec<String> = (0..30_000).map(|nth| record(nth).to_string()).collect();
    let input = run.write("a.json", format!("[{}]", records.join(",\n")).as_bytes());
    let input = input.to_str().expect("a path is a text");
    let step = ["-c", BOUNDED, env!("CARGO_BIN_EXE_validate-contribution"), input, TODAY.0, TODAY.1];
    let finished = run.beside("/bin/sh").args(step).run().expect_code(0);
    assert_eq!(finished.receipt()["records"], 30_000);
}

/// More identifiers than memory holds: the first of them wait on the disk. Two of them come again, one of each place, and
/// services name both.
#[test]
fn what_memory_does_not_hold_is_known_all_the_same() {
    const COUNT: usize = 240_000;
    let run = validate(&["--max-findings", "0"]);
    let structure = |nth: usize| structure(&nth.to_string()).to_string();
    let structures: Vec<String> = (0..COUNT).chain([5, COUNT - 1]).map(structure).collect();
    let service = |(nth, structure): (usize, usize)| service(&nth.to_string(), &structure.to_string()).to_string();
    let services: Vec<String> = [5, COUNT - 1, COUNT].into_iter().enumerate().map(service).collect();
    let both = format!("{{\"structures\": [{}],\n\"services\": [{}]}}", structures.join(",\n"), services.join(",\n"));
    let input = run.write("a.json", both.as_bytes());
    let step = env!("CARGO_BIN_EXE_validate-contribution");
    let input = input.to_str().expect("a path is a text");
    let bounded = run.beside("/bin/sh").args(["-c", BOUNDED, step, input, TODAY.0, TODAY.1]).run();
    let all = told(&bounded);
    let of =
        |rule: &str| all.iter().filter(|told| told.0 == rule).map(|told| (told.1, told.2.as_str())).collect::<Vec<_>>();
    assert_eq!(of("id.repeated"), [(240_001, "essai--5"), (240_002, "essai--239999")]);
    assert_eq!(of("structure_id.unknown"), [(3, "essai--240000")]);
}

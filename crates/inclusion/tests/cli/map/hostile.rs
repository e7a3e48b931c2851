//! Bad input ends with a code, a place and a hint, and leaves nothing.

use std::time::Duration;

use super::support::{STRUCTURES, step};

fn mapping() -> String {
    format!("{STRUCTURES}[fields]\nid = \"id\"\nnom = \"nom\"\ndate_maj = \"maj\"\n")
}

#[test]
fn what_is_no_table_is_refused_and_leaves_nothing() {
    let deep = format!("[{{\"id\": {}1{}}}]", "[".repeat(80), "]".repeat(80));
    let wide =
        format!("id;nom;maj;{}\n1;Mairie;2025-02-14\n", (0..5_000).map(|nth| format!("c{nth};")).collect::<String>());
    let unclosed = format!("id;nom;maj\n1;\"Mairie;2025-02-14\n{}", "x;y;z\n".repeat(300_000));
    let cases: [(&str, &[u8], &str); 9] = [
        ("a.csv", b"", "empty"),
        ("a.csv", b"<!DOCTYPE html><html><body>404</body></html>", "HTML"),
        ("a.csv", b"id;nom;maj\n1;Mai\0rie;2025-02-14\n", "NUL"),
        ("a.json", b"[{\"id\": 1, \"nom\": \"Mai", "could not read"),
        ("a.json", deep.as_bytes(), "could not read"),
        ("a.csv", wide.as_bytes(), "column"),
        ("a.csv", unclosed.as_bytes(), "line 2"),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b \"c\">]><a><r><id>1</id></r><r><id>2</id></r></a>", "DOCTYPE"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "could not"),
    ];
    for (name, bytes, told) in cases {
        let run = step();
        let file = run.write(name, bytes);
        let by = run.write("m.toml", mapping().as_bytes());
        let finished = run.args([file]).args(["--mapping".into(), by]).run().expect_code(65);
        assert!(finished.failure().contains(told), "{told}: {finished}");
        assert_eq!(finished.list(""), [name, "m.toml"], "{finished}");
    }
}

#[test]
fn no_byte_of_input_or_mapping_makes_it_panic() {
    let input = "id;nom;maj;p\n1;Mairie;14/02/2025;[\"x\"]\n2;É\"cole\";1739491200;'a','b'\n".as_bytes();
    let text = format!("{}publics = 1\n[values.x]\na = [\"b\"]\n", mapping().replace("structures", "services"));
    let mut number = 12_345_u64;
    let mut random = || {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) as usize
    };
    for _ in 0..40 {
        let (mut input, mut text) = (input.to_vec(), text.clone().into_bytes());
        for _ in 0..3 {
            let (at, to) = (random() % input.len(), random() as u8);
            input[at] = to;
            let (at, to) = (random() % text.len(), random() as u8);
            text[at] = to;
        }
        let run = step();
        let file = run.write("a.csv", &input);
        let by = run.write("m.toml", &text);
        let finished = run.args([file]).args(["--mapping".into(), by]).run();
        assert!(matches!(finished.code, 0 | 2 | 65), "{finished}");
    }
}

#[test]
fn a_killed_run_leaves_no_half_file_and_the_next_gives_the_same_bytes() {
    let rows: String = (0..8_000).map(|nth| format!("{nth};Mairie {nth}.;14/02/2025\n")).collect();
    let run = step();
    let file = run.write("a.csv", format!("id;nom;maj\n{rows}").as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let run = run.args([file]).args(["--mapping".into(), by]);
    let whole = run.run().expect_code(0);
    let names = ["json", "findings.jsonl", "report.json", "report.html"].map(|name| format!("a.structures.{name}"));
    let bytes = || names.each_ref().map(|name| std::fs::read(whole.path(name)).unwrap());
    let expected = bytes();
    for delay in [1, 40, 150, 400] {
        names.iter().for_each(|name| std::fs::remove_file(whole.path(name)).unwrap());
        run.kill_after(Duration::from_millis(delay));
        for (name, expected) in names.iter().zip(&expected) {
            let left = std::fs::read(whole.path(name));
            assert!(left.is_err() || left.unwrap() == *expected, "half a {name} after {delay} ms");
        }
        let again = run.run().expect_code(0);
        assert!(bytes() == expected, "{again}");
        assert_eq!(again.list("").len(), names.len() + 2, "{again}");
    }
}

/// No more than 64 MiB of memory of its own.
const BOUNDED: &str = "ulimit -d 65536 && exec \"$0\" \"$@\"";

#[test]
fn memory_does_not_grow_with_the_file() {
    let run = step();
    let filler = "x".repeat(6_000);
    let records: Vec<String> = (0..12_000)
        .map(|nth| {
            format!("{{\"id\":{nth},\"nom\":\"Mairie {nth}.\",\"maj\":\"14/02/2025\",\"texte\":\"{filler}\"}}\n")
        })
        .collect();
    let file = run.write("a.ndjson", records.concat().as_bytes());
    let fields = "description = \"texte\"\n";
    let by = run.write("m.toml", (mapping() + fields).as_bytes());
    let step = env!("CARGO_BIN_EXE_map-contribution");
    let bounded = run.beside("/bin/sh").args(["-c", BOUNDED, step]).args([file]).args(["--mapping".into(), by]);
    assert_eq!(bounded.run().expect_code(0).receipt()["records"], 12_000);
}

/// More identifiers than memory holds: the first of them wait on the disk. Four come again, two of each place, one of which
/// is the same in all.
#[test]
fn what_memory_does_not_hold_is_known_all_the_same() {
    const COUNT: usize = 120_000;
    let run = step();
    let row = |(nth, name): (usize, &str)| format!("{nth};{name};14/02/2025\n");
    let again = [(7, "Mairie"), (9, "Halle"), (COUNT - 1, "Mairie"), (COUNT - 2, "Halle")];
    let rows: String = (0..COUNT).map(|nth| (nth, "Mairie")).chain(again).map(row).collect();
    let file = run.write("a.csv", format!("id;nom;maj\n{rows}").as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let step = env!("CARGO_BIN_EXE_map-contribution");
    let bounded = run.beside("/bin/sh").args(["-c", BOUNDED, step]).args([file]).args(["--mapping".into(), by]);
    let finished = bounded.run().expect_code(0);
    let receipt = finished.receipt();
    assert_eq!([&receipt["records"], &receipt["dropped"], &receipt["rejected"]], [120_000, 2, 2]);
    let rejects = finished.read("a.structures.rejects.csv");
    let ids: Vec<&str> = rejects.lines().skip(1).filter(|line| line.contains("Halle")).collect();
    assert!(ids.len() == 2 && rejects.contains(";9;Halle") && rejects.contains(";119998;Halle"), "{rejects}");
}

#[test]
fn a_full_disk_is_told_and_nothing_is_left() {
    let Some(disk) = trial::SmallDisk::mount("size=64k") else {
        eprintln!("no small disk can be mounted here");
        return;
    };
    let rows: String = (0..5_000).map(|nth| format!("{nth};Mairie {nth};2025-02-14\n")).collect();
    let run = step();
    let file = run.write("a.csv", format!("id;nom;maj\n{rows}").as_bytes());
    let by = run.write("m.toml", mapping().as_bytes());
    let output = disk.path().join("b.json");
    run.args([file]).args(["--mapping".into(), by, "--output".into(), output]).run().expect_code(74);
    let left: Vec<_> = std::fs::read_dir(disk.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().contains("lock")), "{left:?}");
}

//! Tables that are none, or too much: they end soon, and leave nothing.

use super::{BRETON, convert};

#[test]
fn what_is_no_table_is_65_with_the_place_and_leaves_nothing() {
    let header = BRETON.lines().next().unwrap();
    let long_cell = format!("{BRETON}2015-9;\"{}", "x".repeat(3 << 20));
    let many_columns = format!("{header}\n{}\n", ";".repeat(5_000));
    let long_record = format!("{header}\n{}\n", "x;".repeat(20 << 19));
    for (text, why) in [
        (Vec::new(), "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), "web page"),
        (b"Nmarch\0;Objet\n".to_vec(), "NUL"),
        (long_cell.into_bytes(), "the quote that opens on line 7"),
        (many_columns.into_bytes(), "columns"),
        (long_record.into_bytes(), "line 2"),
        (b"PK\x03\x04cut".to_vec(), "it was cut"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1cut".to_vec(), ""),
        (b"a;b\n1;2\n".to_vec(), "its columns are `a`, `b`"),
        (br#"[{"a":1},{"a":"#.to_vec(), ""),
        (br#"[{"a":NaN}]"#.to_vec(), ""),
        (b"<lieux><lieu/></lieux>".to_vec(), "root"),
        (b"{}".to_vec(), ""),
        (b"12".to_vec(), ""),
    ] {
        let run = convert();
        run.write("in.csv", &text);
        let finished = run.args(["in.csv", "--output", "out/o.json"]).run().expect_code(65);
        assert!(finished.failure().contains(why), "{finished}");
        let left: Vec<String> =
            finished.list(".").into_iter().filter(|name| name != "in.csv" && name != "out").collect();
        assert!(left.is_empty(), "{left:?}");
        let out = finished.path("out");
        assert!(!out.exists() || finished.list("out").is_empty(), "{:?}", finished.list("out"));
    }
}

#[test]
fn every_encoding_gives_the_same_contracts() {
    let wide = |bytes: fn(u16) -> [u8; 2]| BRETON.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let narrow: Vec<u8> = BRETON
        .chars()
        .map(|letter| if letter == '€' { 0x80 } else { u8::try_from(u32::from(letter)).unwrap() })
        .collect();
    let mut results = Vec::new();
    for text in [
        BRETON.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", BRETON.as_bytes()].concat(),
        narrow,
        [b"\xFF\xFE".to_vec(), wide(u16::to_le_bytes)].concat(),
        [b"\xFE\xFF".to_vec(), wide(u16::to_be_bytes)].concat(),
    ] {
        let run = convert();
        run.write("in.csv", &text);
        let finished = run.args(["in.csv", "--output", "o.json"]).run().expect_code(0);
        let is_told = finished.read("o.findings.jsonl").contains("\"text.encoding\"");
        results.push((finished.read("o.json"), is_told));
    }
    assert!(results.iter().all(|(text, _)| *text == results[0].0));
    assert_eq!(results.iter().map(|(_, is_told)| *is_told).collect::<Vec<_>>(), [false, false, true, true, true]);
}

//! Input that means harm, or was damaged: each ends with its place and a hint, and leaves nothing behind.

use std::time::{Duration, Instant};

use super::contracts::{concession, list, new, old};
use super::*;
use serde_json::json;

const XML: &str = "<marches><marche><id>1</id></marche></marches>";

/// Both steps on this input; what they leave is looked at by the test.
fn both(name: &str, content: &[u8]) -> [(Run, Finished); 2] {
    [env!("CARGO_BIN_EXE_convert-procurement"), env!("CARGO_BIN_EXE_validate-procurement")].map(|step| {
        let run = Run::new(step);
        let input = run.write(name, content);
        let run = run.args([input]);
        let begin = Instant::now();
        let finished = run.run();
        assert!(begin.elapsed() < Duration::from_secs(20), "in seconds: {finished}");
        (run, finished)
    })
}

#[test]
fn what_cannot_be_read_is_65_with_its_place_and_leaves_nothing() {
    let wide = |text: &str| {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>()
    };
    let bomb = "<!DOCTYPE m [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    let deep = format!("<marches><marche>{}", "<a>".repeat(100_000));
    for (name, content, why) in [
        ("cut.json", list(&[old("201900030100")]).as_bytes()[..300].to_vec(), "line 1"),
        ("nan.json", list(&[old("201900030100")]).replace("13", "-Infinity").into_bytes(), "json.not_finite"),
        ("deep.json", format!("{{\"marches\":[{}", "[".repeat(200_000)).into_bytes(), "nested more than 64 deep"),
        (
            "endless.json",
            format!("{{\"marches\":[{{\"objet\":\"{}\"}}]}}", "x".repeat(17 << 20)).into_bytes(),
            "16 MiB",
        ),
        ("html.json", b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), "HTML"),
        ("dtd.xml", format!("<?xml version=\"1.0\"?>{bomb}{XML}").into_bytes(), "xml.dtd"),
        ("dtd16.xml", wide(&format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{bomb}{XML}")), "xml.dtd"),
        ("entity.xml", XML.replace('1', "&x;").into_bytes(), "xml.syntax"),
        ("cut.xml", XML.as_bytes()[..30].to_vec(), "xml.syntax"),
        ("late.xml", format!("{XML}<marche/>").into_bytes(), "xml.syntax"),
        ("deep.xml", deep.into_bytes(), "64"),
        (
            "wide.xml",
            format!("<marches>\n<marche>{}</marche></marches>", "<a/>".repeat(300_000)).into_bytes(),
            "line 2: it has a contract with more than",
        ),
        (
            "long.xml",
            format!("<marches><marche><id>{}</id></marche></marches>", "x".repeat(17 << 20)).into_bytes(),
            "bytes",
        ),
        ("nul.json", b"{\"marches\":[{\"id\":\"\0\"}]}".to_vec(), "NUL"),
        ("blank.json", b" \n ".to_vec(), "blanks"),
        ("empty.json", vec![], "empty"),
    ] {
        for (run, finished) in both(name, &content) {
            assert_eq!(finished.code, 65, "{name}: {finished}");
            assert!(finished.failure().contains(why), "{name}: {finished}");
            assert!(!finished.hint().is_empty(), "{name}: {finished}");
            assert_eq!(names(&run.donnees_brutes().join("marches")), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn an_unknown_root_and_what_is_no_contract_are_refused() {
    for (name, content) in
        [("a.xml", "<contrats><marche/></contrats>"), ("b.json", "{\"a\":1}"), ("c.json", "[]"), ("d.json", "12")]
    {
        let finished = convert(name, content).run().expect_code(65);
        assert!(!finished.hint().is_empty(), "{finished}");
    }
    let run = Run::new(env!("CARGO_BIN_EXE_convert-procurement"));
    run.clone().args(["nowhere.json"]).run().expect_code(66);
    let folder = run.donnees_brutes();
    fs::create_dir_all(&folder).unwrap();
    run.args([folder]).run().expect_code(66);
}

/// Every value of a contract in turn replaced by one of another type.
fn variants(contract: &Value) -> Vec<Value> {
    let strange = [
        json!(null),
        json!(true),
        json!(-3.5),
        json!(1e300),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!([[null, {}]]),
        json!({ "a": { "titulaire": [1] } }),
    ];
    let mut pointers = vec![];
    collect(contract, String::new(), &mut pointers);
    let mut variants = vec![];
    for pointer in &pointers {
        for value in &strange {
            let mut variant = contract.clone();
            *variant.pointer_mut(pointer).unwrap() = value.clone();
            variants.push(variant);
        }
    }
    variants
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => vec![],
    };
    for (key, value) in inner {
        let pointer = format!("{pointer}/{key}");
        collect(value, pointer.clone(), pointers);
        pointers.push(pointer);
    }
}

#[test]
fn any_type_in_any_place_is_judged_repaired_and_converted() {
    let contracts: Vec<Value> =
        [old("201900030100"), new("2024-1"), concession("2019C000100")].iter().flat_map(variants).collect();
    assert!(contracts.len() > 1_000);
    let document = list(&contracts);
    let judged = Run::new(env!("CARGO_BIN_EXE_validate-procurement"));
    let input = judged.write("a.json", document.as_bytes());
    judged.clone().args([input]).run().expect_code(65);
    for flags in [
        &[][..],
        &["--repair", "--dedupe", "--states"],
        &["--format", "2.0", "--repair", "--states", "--to", "xml"],
        &["--format", "1.4", "--repair", "--to", "xml", "--max-findings", "0"],
    ] {
        let run = convert("a.json", &document).args(flags);
        let finished = run.run().expect_code(0);
        let report = assert_counts_close(&finished);
        assert_eq!(report["records"]["read"], json!(contracts.len()), "{flags:?}");
        let xml = output(&run, "a.xml");
        if xml.exists() {
            // What was written can be read, as many contracts as were written.
            let back = convert("b.xml", fs::read(&xml).unwrap());
            assert_eq!(back.run().expect_code(0).receipt()["read"], finished.receipt()["records"], "{flags:?}");
        }
    }
}

/// A small generator, so that each seed gives the same damage everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let (at, length) = (self.below(bytes.len()), self.below(40) + 1);
            let end = (at + length).min(bytes.len());
            match self.below(6) {
                0 => bytes[at] = self.below(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let copy = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, copy);
                }
                3 => bytes.truncate(bytes.len() - bytes.len() / 8),
                4 => bytes[at] = b"{}[]\"<>&,:0"[self.below(11)],
                _ => bytes[at..end].reverse(),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
    }
}

#[test]
fn damage_never_gives_a_crash_nor_a_success_that_does_not_add_up() {
    let contracts = [old("201900030100"), concession("2019C000100"), old("201900030200")];
    let old_json = list(&contracts);
    let new_json =
        json!({ "marches": { "marche": [new("2024-1"), new("2024-2")], "contrat-concession": [] } }).to_string();
    let as_xml = |json: &str| {
        let run = convert("a.json", json).args(["--to", "xml"]);
        run.run().expect_code(0);
        text(output(&run, "a.xml"))
    };
    let (old_xml, new_xml) = (as_xml(&old_json), as_xml(&new_json));
    let (mut dice, mut codes) = (Dice(12), BTreeMap::new());
    for (name, sound) in [("a.json", &old_json), ("b.json", &new_json), ("c.xml", &old_xml), ("d.xml", &new_xml)] {
        for seed in 0..12 {
            let mut bytes = sound.clone().into_bytes();
            dice.damage(&mut bytes);
            for (nth, (run, finished)) in both(name, &bytes).into_iter().enumerate() {
                assert!(matches!(finished.code, 0 | 65), "{name} {seed}: {finished}");
                *codes.entry((nth, finished.code)).or_insert(0) += 1;
                if finished.code == 0 && nth == 0 {
                    assert_counts_close(&finished);
                }
                let folder = run.donnees_brutes().join("marches");
                assert!(names(&folder).iter().all(|name| !name.starts_with('.')), "{name} {seed}: half a file");
            }
        }
    }
    assert!(codes.len() >= 3, "some damage is harmless, most is not: {codes:?}");
}

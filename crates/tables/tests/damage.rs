//! Damaged files: a verdict, never a panic, and what was read adds up.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use step::{ExitCode, Failure};
use tables::{Kind, Options, Source, Table, lists};

/// Of each file so many damaged copies are read.
const COPIES: u64 = 150;

const CSV: &str = "id;nom;adresse;montant\n1;\"Mairie; \"\"centre\"\"\";1 rue de l'Église;12,50\n2;École\n;;;\n\n3;\"deux\nlignes\";x;y;z\n\
                   id;nom;adresse;montant\n4;Ô;;\n";
const JSON: &str = r#"{"meta":{"n":2},"lieux":[{"id":1,"nom":"L\u00e9a","tags":["a","b"],"geo":{"x":1.5,"y":null}},
 {"id":"2","contacts":[{"t":"1"},{"t":"2"}],"ouvert":true},{},[1],null],"fin":[]}"#;
const NDJSON: &str = "{\"id\":1,\"nom\":\"a\"}\n\n{\"id\":2,\"tags\":[\"x\",\"y\"]}\n{\"id\":3,\"nom\":null}\n";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lieux><lieu id=\"1\"><nom>A &amp; B</nom><t><valeur>x</valeur><valeur>y</valeur></t></lieu>\n\
                   <lieu><nom><![CDATA[<é>]]></nom></lieu><lieu/></lieux>\n";

#[test]
fn every_damaged_copy_gets_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(CSV.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let narrow: Vec<u8> = CSV.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let files: [(&str, &[u8]); 6] = [
        ("a.csv", CSV.as_bytes()),
        ("wide.csv", &wide),
        ("narrow.csv", &narrow),
        ("a.json", JSON.as_bytes()),
        ("a.ndjson", NDJSON.as_bytes()),
        ("a.xml", XML.as_bytes()),
    ];
    let mut refused = 0;
    for (name, sound) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, sound).unwrap();
        judge(&path).unwrap_or_else(|error| panic!("{name} is sound: {error:#}"));
        for seed in 0..COPIES {
            std::fs::write(&path, damaged(sound, seed)).unwrap();
            refused += u64::from(judge(&path).is_err());
        }
    }
    // Else nothing was damaged, or everything was refused.
    assert!((50..6 * COPIES - 50).contains(&refused), "{refused}");
}

/// Reads all of a file; an error has an exit code that says what is wrong with it.
fn judge(path: &Path) -> anyhow::Result<()> {
    let verdict = read_all(path);
    if let Err(error) = &verdict {
        let code = error.downcast_ref::<Failure>().map(Failure::code);
        assert_eq!(code, Some(ExitCode::BadInput), "{error:#}");
        assert!(error.to_string().contains("could not read"), "{error:#}");
    }
    verdict
}

fn read_all(path: &Path) -> anyhow::Result<()> {
    let source = Source::open(path, None)?;
    lists(&source)?;
    let mut table = Table::open(&source, &Options::default())?;
    let columns = table.header().names().len();
    let (mut number, mut line) = (0, 0);
    while let Some(record) = table.next()? {
        number += 1;
        assert_eq!(record.number(), number);
        assert!(record.line() >= line);
        line = record.line();
        assert!(record.cells().len() >= columns);
        let is_blank = record.cells().all(|cell| cell.trim().is_empty());
        assert!(record.kind() != Kind::Blank || is_blank);
        for column in 0..columns {
            if let Some(list) = record.list(column) {
                assert_eq!(list.collect::<Vec<_>>().join(","), record.cell(column));
            }
        }
    }
    Ok(())
}

/// Bytes changed, taken out, put in twice, or cut off.
fn damaged(sound: &[u8], seed: u64) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut bytes = sound.to_vec();
    for _ in 0..random.random_range(1..4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..5) {
            0 => bytes[at] = random.random(),
            1 => bytes[at] ^= 1 << random.random_range(0..8),
            2 => drop(bytes.drain(at..(at + random.random_range(1..9)).min(bytes.len()))),
            3 => {
                let part = bytes[at..(at + 12).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

//! Files as producers write them: one list of structures in six forms, tables of contracts, whatever was met in the wild.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tables::{Format, Header, Kind, Options, Record, Source, Table, fold};
use trial_data::{data_folder, test_with_data};

fn data(path: &str) -> PathBuf {
    Path::new(data_folder!()).join(path)
}

/// What a record says: the cells that are filled, by folded name.
fn filled(header: &Header, record: &Record<'_>) -> BTreeMap<String, String> {
    let names = header.names().iter().map(|name| fold(name));
    let cells = names.zip(record.cells()).filter(|(_, cell)| !cell.trim().is_empty());
    cells.map(|(name, cell)| (name, cell.replace('\r', ""))).collect()
}

fn read(path: &Path, options: &Options) -> (Table, Vec<BTreeMap<String, String>>) {
    let source = Source::open(path, None).unwrap();
    let mut table = Table::open(&source, options).unwrap();
    let header = table.header().clone();
    let mut records = vec![];
    while let Some(record) = table.next().unwrap() {
        records.push(filled(&header, &record));
    }
    (table, records)
}

#[test_with_data]
fn six_forms_of_one_list_say_the_same() {
    let folder = data("inclusion/formats");
    let (_, expected) = read(&folder.join("structures.csv"), &Options::default());
    assert_eq!(expected.len(), 60);
    for (name, format, encoding, separator) in [
        ("structures_bom.csv", Format::Csv, "utf-8", Some(';')),
        ("structures_semicolon_cp1252.csv", Format::Csv, "windows-1252", Some(';')),
        ("structures_tab_utf16.tsv", Format::Csv, "utf-16le", Some('\t')),
        ("structures.json", Format::Json, "utf-8", None),
        ("structures.ndjson", Format::Ndjson, "utf-8", None),
        ("structures.xml", Format::Xml, "utf-8", None),
    ] {
        let (table, records) = read(&folder.join(name), &Options::default());
        let found = table.found();
        assert_eq!(
            (found.format, found.encoding.as_deref(), found.separator),
            (format, Some(encoding), separator),
            "{name}"
        );
        assert_eq!(records.len(), expected.len(), "{name}");
        for (record, expected) in records.into_iter().zip(expected.clone()) {
            // Whoever made the narrow one had no sign for a control character that stands in one name.
            let is_narrow = encoding == "windows-1252";
            let known = |cell: String| if is_narrow { cell.replace('\u{92}', "?") } else { cell };
            assert_eq!(record, expected.into_iter().map(|(name, cell)| (name, known(cell))).collect(), "{name}");
        }
    }
}

#[test_with_data]
fn tables_of_contracts_are_read_to_the_last_record() {
    for (name, separator, expected) in [
        ("procurement/breton/synthetic_5749.csv", ';', [5_749, 0, 0]),
        ("procurement/breton/nasty.csv", ';', [91, 1, 1]),
        ("procurement/breton/columns_tab.csv", '\t', [5, 0, 0]),
        ("procurement/breton/header_and_first_row.csv", ';', [1, 0, 0]),
        ("procurement/scdl/good.csv", ',', [4, 0, 0]),
        ("procurement/sheets/flat.csv", ',', [5, 0, 0]),
    ] {
        let path = data(name);
        let mut table = Table::open(&Source::open(&path, None).unwrap(), &Options::default()).unwrap();
        let mut kinds = [0; 3];
        while let Some(record) = table.next().unwrap() {
            kinds[match record.kind() {
                Kind::Data => 0,
                Kind::Blank => 1,
                Kind::RepeatedHeader => 2,
            }] += 1;
        }
        assert_eq!((table.found().separator, kinds), (Some(separator), expected), "{name}");
    }
}

#[test_with_data]
fn whatever_was_met_in_the_wild_is_a_table() {
    let mut count = 0;
    for folder in ["inclusion/samples", "inclusion/samples/mednum"] {
        for entry in std::fs::read_dir(data(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let (table, records) = read(&path, &Options::default());
                assert!(!records.is_empty() && !table.header().names().is_empty(), "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

//! Workbooks of producers, beside what another reader makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, open_workbook_auto};
use tables::workbook::{Limits, Value, Workbook};
use tables::{Kind, Options, Source, Table, Told};
use trial_data::{data_folder, test_with_data};

fn data(path: &str) -> PathBuf {
    Path::new(data_folder!()).join(path)
}

fn workbooks() -> Vec<PathBuf> {
    let folders = ["procurement/sheets", "inclusion/formats", "references/naf"];
    let is_workbook =
        |path: &PathBuf| path.extension().is_some_and(|end| ["xlsx", "xls", "ods"].iter().any(|known| end == *known));
    let files = folders.iter().flat_map(|folder| fs::read_dir(data(folder)).expect("it is there").flatten());
    files.map(|entry| entry.path()).filter(is_workbook).collect()
}

/// The other reader keeps the line breaks and tabs of an ODS file's own layout.
fn in_one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\t'], " ")
}

/// A cell as both readers can say it.
fn said_here(value: Value<'_>) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => format!("text {}", in_one_line(text)),
        Value::Number(number) => format!("number {number}"),
        Value::Truth(truth) => format!("truth {truth}"),
        Value::Date(_) => "date".to_owned(),
        Value::Error(error) => format!("error {error}"),
    }
}

fn said_there(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) if text.is_empty() => String::new(),
        Data::String(text) => format!("text {}", in_one_line(text)),
        Data::Int(number) => format!("number {number}"),
        Data::Float(number) => format!("number {number}"),
        Data::Bool(truth) => format!("truth {truth}"),
        Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => "date".to_owned(),
        Data::Error(error) => format!("error {error}"),
    }
}

/// The cells that are not blank, with row and column from 0.
fn read_here(path: &Path, sheet: usize) -> Vec<(usize, usize, String)> {
    let mut rows =
        Workbook::open(path, Limits::default()).expect("it is a sound file").rows(sheet).expect("it is a sound file");
    let mut cells = Vec::new();
    while let Some(row) = rows.next().expect("it is a sound file") {
        let number = row.number() as usize - 1;
        cells.extend(row.values().enumerate().map(|(column, value)| (number, column, said_here(value))));
    }
    cells.retain(|(.., said)| !is_blank(said));
    cells
}

fn is_blank(said: &str) -> bool {
    said.strip_prefix("text").unwrap_or(said).trim().is_empty()
}

#[test_with_data]
fn every_cell_is_what_another_reader_makes_of_it() {
    let workbooks = workbooks();
    assert!(workbooks.len() >= 15, "{}", workbooks.len());
    for path in workbooks {
        let ours: Vec<String> =
            Workbook::open(&path, Limits::default()).unwrap().sheets().into_iter().map(str::to_owned).collect();
        let mut theirs = open_workbook_auto(&path).unwrap();
        assert_eq!(ours, theirs.sheet_names(), "{}", path.display());
        for (nth, name) in ours.iter().enumerate() {
            let range = theirs.worksheet_range(name).unwrap();
            let (top, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
            let cells = range.cells().map(|(row, column, cell)| (top + row, left + column, said_there(cell)));
            let cells: Vec<_> = cells.filter(|(.., said)| !is_blank(said)).collect();
            let ours = read_here(&path, nth);
            for (ours, theirs) in ours.iter().zip(&cells) {
                assert_eq!(ours, theirs, "{} {name}", path.display());
            }
            assert_eq!(ours.len(), cells.len(), "{} {name}", path.display());
        }
    }
}

/// Records as text, without those that are blank, and what was told of each.
fn records(path: &Path, known: &[&str]) -> (Vec<Vec<String>>, Vec<Told>) {
    let source = Source::open(path, None).expect("it is a sound file");
    let options = Options { known: known.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() };
    let mut table = Table::open(&source, &options).expect("it is a sound file");
    let (mut records, mut told) = (vec![table.header().names().to_vec()], Vec::new());
    while let Some(record) = table.next().expect("it is a sound file") {
        told.extend(record.remarks().iter().map(|remark| remark.told));
        if record.kind() == Kind::Data {
            records.push(record.cells().map(str::to_owned).collect());
        }
    }
    (records, told)
}

#[test_with_data]
fn one_table_is_the_same_in_every_format() {
    let sheets = data("procurement/sheets");
    let (csv, _) = records(&sheets.join("flat.csv"), &[]);
    for name in ["flat.xlsx", "flat.xls", "flat.ods"] {
        let (sheet, told) = records(&sheets.join(name), &[]);
        assert_eq!((sheet, told.len()), (csv.clone(), 0), "{name}");
    }
    let (xlsx, told) = records(&sheets.join("breton_typed.xlsx"), &["Nmarché", "Objet", "Montant attribue HT"]);
    let (ods, none) = records(&sheets.join("breton_typed_no_error_row.ods"), &[]);
    // The ODS has lost a line break and a time.
    let plain = |cell: &String| in_one_line(cell).replace("T10:30:00", "");
    let xlsx: Vec<Vec<String>> = xlsx.iter().map(|record| record.iter().map(plain).collect()).collect();
    assert_eq!((&xlsx[..xlsx.len() - 1], told, none), (&ods[..], vec![Told::CellError], vec![]));
}

#[test_with_data]
fn a_header_below_titles_is_found_by_its_names_on_the_sheet_that_has_it() {
    let path = data("procurement/sheets/breton_title_rows.xlsx");
    let known = ["Nmarché", "ObjetMarche", "SIRETMandataire", "LibelleEntiteMandataire", "Role"];
    let (records, _) = records(&path, &known);
    assert!(records[0].iter().any(|name| name == "Nmarché"), "{:?}", records[0]);
    assert!(records.len() > 1);
}

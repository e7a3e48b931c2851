//! The published files, with the oddities of the tool that writes them (observed 2026-11): lists as Python text, dates as
//! milliseconds, and in some a first column without a name that numbers the rows.

use serde_json::Value;

use super::record::{Maker, Telling};
use super::tables::{List, Tables};
use crate::wire::xlsx::{Cell, Sheet};
use crate::wire::{ods, xls, xlsx};

/// What a spreadsheet program may make of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workbook {
    Xlsx,
    Xls,
    Ods,
}

/// The published JSON: an array without line ends.
pub(crate) fn json(maker: &Maker, tables: &Tables, list: List) -> String {
    format!("[{}]", tell(maker, tables, list, Telling::DumpedJson).join(","))
}

/// The cells of the published tables, below their header; the rows are numbered in a column without a name if `numbered`.
pub(crate) fn cells(maker: &Maker, tables: &Tables, list: List, numbered: bool) -> Vec<Vec<String>> {
    let told = tell(maker, tables, list, Telling::Dumped);
    let records: Vec<Value> = told.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
    let columns: Vec<&String> =
        records.first().and_then(Value::as_object).map_or(vec![], |first| first.keys().collect());
    let number = |text: String| numbered.then_some(text);
    let header = number(String::new()).into_iter().chain(columns.iter().map(|column| (*column).clone())).collect();
    let rows = records.iter().enumerate().map(|(nth, record)| {
        number(nth.to_string()).into_iter().chain(columns.iter().map(|column| cell(&record[column.as_str()]))).collect()
    });
    std::iter::once(header).chain(rows).collect()
}

/// The published CSV.
pub(crate) fn csv(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|cell| in_csv(cell)).collect::<Vec<_>>().join(",") + "\n";
    rows.iter().map(line).collect()
}

/// A workbook, all its cells texts; only the first kind is published.
pub(crate) fn workbook(rows: &[Vec<String>], kind: Workbook) -> Vec<u8> {
    let rows = rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
    let sheets = [Sheet { name: "Sheet1", rows }];
    match kind {
        Workbook::Xlsx => xlsx::write(&sheets),
        Workbook::Xls => xls::write(&sheets),
        Workbook::Ods => ods::write(&sheets),
    }
}

fn tell(maker: &Maker, tables: &Tables, list: List, telling: Telling<'_>) -> Vec<String> {
    let rows = tables.rows().iter();
    match list {
        List::Structures => rows.filter(|row| !row.hidden).map(|row| maker.structure(row, telling)).collect(),
        List::Services => rows
            .flat_map(|row| {
                let ids = row.service_ids(maker.seed).into_iter().enumerate();
                ids.map(move |(of, id)| maker.service(row, of, &id, telling))
            })
            .collect(),
    }
}

/// As Python writes it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(is) => if *is { "True" } else { "False" }.to_owned(),
        Value::Array(values) => {
            let quoted = values.iter().filter_map(Value::as_str).map(|text| format!("'{}'", text.replace('\'', "\\'")));
            format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn in_csv(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_as_python_writes_them_and_quoted_where_a_reader_needs_it() {
        assert_eq!(cell(&json!(["a--b", "c"])), "['a--b', 'c']");
        assert_eq!(
            [json!([]), json!(null), json!(true), json!(2.5)].map(|value| cell(&value)),
            ["[]", "", "True", "2.5"]
        );
        let rows = [vec!["".to_owned(), "nom".to_owned()], vec!["0".to_owned(), "dit \"A\", puis\nB".to_owned()]];
        assert_eq!(csv(&rows), ",nom\n0,\"dit \"\"A\"\", puis\nB\"\n");
    }
}

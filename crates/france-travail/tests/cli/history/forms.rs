//! The three forms of a table, cell by cell.

use std::fs::File;

use columns::{Owned, ParquetReader};
use jiff::civil::DateTime;
use serde_json::Map;

use super::*;

type Row = Map<String, Value>;

fn collected(server: &Server, form: &str) -> Finished {
    collect_all(server).args(["--output", &format!("donnees_brutes/jobs.{form}")]).run().expect_code(0)
}

fn rows_of_lines(run: &Finished, name: &str) -> Vec<Row> {
    run.read(name).lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect()
}

/// What a cell of a CSV is to be; the time of the extraction is that of each run.
fn is_written(cell: &str, value: &Value) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        Value::String(text) => *cell == text.replace(['\n', '\t'], " "),
        Value::Number(number) => cell.contains('.') && cell.parse().ok() == number.as_f64(),
        Value::Bool(truth) => cell == truth.to_string(),
        list => serde_json::from_str::<Value>(cell).is_ok_and(|read| read == *list),
    }
}

/// What a cell of a Parquet file is to be.
fn is_held(cell: &Owned, value: &Value) -> bool {
    match (cell, value) {
        (Owned::Absent, Value::Null) => true,
        (Owned::Text(text), Value::String(told)) => text == told,
        (Owned::Time(ms), Value::String(told)) => {
            let told: DateTime = told.parse().expect("a time is one");
            told.in_tz("UTC").is_ok_and(|told| told.timestamp().as_millisecond() == *ms)
        }
        (Owned::Number(number), told) => told.as_f64() == Some(*number),
        (Owned::Truth(truth), told) => told.as_bool() == Some(*truth),
        (Owned::List(texts), told) => *told == serde_json::json!(texts),
        _ => false,
    }
}

#[test]
fn the_three_forms_have_the_same_cells() {
    const OF_THE_RUN: &str = "date_extraction";
    let server = start_sandbox(year_of(600));
    let rows = rows_of_lines(&collected(&server, "jsonl"), "jobs.jsonl");
    let names: Vec<_> = rows[0].keys().map(String::as_str).collect();
    assert_eq!((rows.len(), names.len()), (truth(&server, "").len(), 34));
    assert!(rows.iter().any(|row| row["skills"].is_array()) && rows.iter().any(|row| row["weekly_hours"].is_f64()));
    assert!(rows.iter().any(|row| row["description"].as_str().is_some_and(|text| text.contains('\n'))));

    let csv = collected(&server, "csv").read("jobs.csv");
    assert_eq!(csv.lines().count(), rows.len() + 1, "a record is a line");
    let mut read = csv::Reader::from_reader(csv.as_bytes());
    assert!(read.headers().unwrap().iter().eq(names.iter().copied()));
    let of_csv: Vec<_> = read.records().map(|record| record.unwrap()).collect();
    let parquet = collected(&server, "parquet");
    assert_eq!(parquet.receipt()["format"], "parquet");
    let mut of_parquet = ParquetReader::open(File::open(parquet.path("jobs.parquet")).unwrap(), &names).unwrap();
    assert_eq!(of_csv.len(), rows.len());
    for (row, record) in rows.iter().zip(&of_csv) {
        let cells = of_parquet.next_row().unwrap().expect("there are as many rows");
        for (((name, value), written), held) in
            row.iter().zip(record).zip(&cells).filter(|((cell, _), _)| cell.0 != OF_THE_RUN)
        {
            assert!(is_written(written, value), "{name} of {}: {written}, not {value}", row["id"]);
            assert!(is_held(held, value), "{name} of {}: {held:?}, not {value}", row["id"]);
        }
        assert!(matches!(cells[27], Owned::Time(_)) && row[OF_THE_RUN].is_string());
    }
    assert!(of_parquet.next_row().unwrap().is_none());
}

#[test]
fn rows_are_in_the_order_of_their_creation_and_then_of_their_ids() {
    let server = start_sandbox(year_of(600));
    let rows = rows_of_lines(&collected(&server, "jsonl"), "jobs.jsonl");
    let order: Vec<_> = rows.iter().map(|row| (row["date_created"].as_str(), row["id"].as_str())).collect();
    assert!(order.is_sorted() && order.len() > 500);
}

#[test]
fn offers_without_a_place_or_a_code_are_there_where_any_is_asked_for() {
    let server = start_sandbox(year_of(1_500).with(|options| options.france_travail.missing_attributes = 0.05));
    let rows = rows_of_lines(&collected(&server, "jsonl"), "jobs.jsonl");
    for column in ["commune", "code_rome", "date_updated"] {
        let without = rows.iter().filter(|row| row[column].is_null()).count();
        assert!((1..rows.len()).contains(&without), "{without} rows without `{column}`");
    }
}

#[test]
fn an_empty_period_is_a_table_without_rows_in_each_form() {
    let server = start_sandbox(year_of(100));
    for form in ["csv", "jsonl", "parquet"] {
        let name = format!("jobs.{form}");
        let run = collect_all(&server).args([
            "--output",
            &format!("donnees_brutes/{name}"),
            "--search",
            "mot que nul ne dit",
        ]);
        let run = run.run().expect_code(0);
        assert_eq!(run.receipt()["records"], 0, "{run}");
        assert_eq!(report(&run, "jobs")["collected"], 0);
        match form {
            "csv" => {
                assert!(run.read(name).starts_with("id,source,title,") && run.read("jobs.csv").lines().count() == 1)
            }
            "jsonl" => assert_eq!(run.read(name), ""),
            _ => {
                let names = names(&server);
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let mut table = ParquetReader::open(File::open(run.path(name)).unwrap(), &names).unwrap();
                assert!(table.next_row().unwrap().is_none());
            }
        }
    }
}

fn names(server: &Server) -> Vec<String> {
    let csv = collected(server, "csv").read("jobs.csv");
    csv.lines().next().expect("there is a header").split(',').map(str::to_owned).collect()
}

#[test]
fn the_form_is_that_of_the_name_or_the_one_that_is_asked_for() {
    let server = start_sandbox(year_of(10));
    for (arguments, form) in [
        (&["--output", "a.ndjson"][..], "jsonl"),
        (&["--output", "a.CSV"], "csv"),
        (&["--output", "a.txt"], "csv"),
        (&["--output", "a", "--format", "parquet"], "parquet"),
        (&["--output", "new/folder/a.parquet", "--format", "parquet"], "parquet"),
    ] {
        let run = collect_all(&server).args(arguments.iter().copied()).run().expect_code(0);
        let receipt = run.receipt();
        let path = std::path::Path::new(receipt["path"].as_str().unwrap());
        assert!(path.is_absolute() && path.is_file() && path.ends_with(arguments[1]), "{run}");
        assert_eq!((&receipt["format"], &report_beside(path)["output"]["format"]), (&form.into(), &form.into()));
    }
}

fn report_beside(path: &std::path::Path) -> Value {
    let text = std::fs::read(path.with_extension("report.json")).expect("the report stands beside its table");
    serde_json::from_slice(&text).expect("a report is JSON")
}

//! A file that [`crate::ParquetWriter`] wrote, read back row by row.

use std::fs::File;

use anyhow::{Context, Result, bail, ensure};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use crate::column::Value;

/// What stood in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Owned {
    Absent,
    Text(String),
    Number(f64),
    Truth(bool),
    Integer(i32),
    Date(i32),
    Point { x: f64, y: f64 },
    Time(i64),
    List(Vec<String>),
}

impl Owned {
    /// The same, to be written again; `texts` is room for a list.
    pub fn value<'a>(&'a self, texts: &'a [&'a str]) -> Value<'a> {
        match self {
            Self::Absent => Value::Absent,
            Self::Text(text) => Value::Text(text),
            Self::Number(number) => Value::Number(*number),
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Integer(number) => Value::Integer(*number),
            Self::Date(days) => Value::Date(*days),
            Self::Point { x, y } => Value::Point { x: *x, y: *y },
            Self::Time(ms) => Value::Time(*ms),
            Self::List(_) => Value::List(texts),
        }
    }
}

/// The rows of a file, one after the other.
pub struct ParquetReader {
    rows: RowIter<'static>,
    told: Vec<(String, String)>,
}

impl std::fmt::Debug for ParquetReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetReader").field("told", &self.told.len()).finish_non_exhaustive()
    }
}

impl ParquetReader {
    /// # Errors
    /// When it is no Parquet file, or one of other columns.
    pub fn open(file: File, columns: &[&str]) -> Result<Self> {
        let file = SerializedFileReader::new(file).context("could not read a Parquet file")?;
        let metadata = file.metadata().file_metadata();
        let fields = metadata.schema_descr().root_schema().get_fields().to_vec();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        ensure!(names == columns, "could not read a Parquet file: its columns are others");
        let told = metadata.key_value_metadata().into_iter().flatten();
        let told = told.filter_map(|told| Some((told.key.clone(), told.value.clone()?))).collect();
        let rows = RowIter::from_file_into(Box::new(file));
        Ok(Self { rows, told })
    }

    /// What was said of the file as a whole.
    pub fn told(&self, key: &str) -> Option<&str> {
        self.told.iter().find(|(told, _)| told == key).map(|(_, value)| value.as_str())
    }

    /// The next row.
    ///
    /// # Errors
    /// When the file is not what it seemed to be.
    pub fn next_row(&mut self) -> Result<Option<Vec<Owned>>> {
        let Some(row) = self.rows.next() else { return Ok(None) };
        let row = row.context("could not read a row of a Parquet file")?;
        row.get_column_iter().map(|(_, field)| owned(field)).collect::<Result<_>>().map(Some)
    }
}

fn owned(field: &Field) -> Result<Owned> {
    Ok(match field {
        Field::Null => Owned::Absent,
        Field::Str(text) => Owned::Text(text.clone()),
        Field::Double(number) => Owned::Number(*number),
        Field::Bool(truth) => Owned::Truth(*truth),
        Field::Int(number) => Owned::Integer(*number),
        Field::Date(days) => Owned::Date(*days),
        Field::TimestampMillis(ms) => Owned::Time(*ms),
        Field::Bytes(bytes) => point(bytes.data())?,
        Field::ListInternal(list) => {
            let text = |one: &Field| match one {
                Field::Str(text) => Ok(text.clone()),
                other => bail!("could not read {other:?} in a list of texts"),
            };
            Owned::List(list.elements().iter().map(text).collect::<Result<_>>()?)
        }
        other => bail!("could not read {other:?}"),
    })
}

fn point(bytes: &[u8]) -> Result<Owned> {
    let [1, 1, 0, 0, 0, rest @ ..] = bytes else { bail!("could not read a point") };
    let (x, y) = rest.split_at_checked(8).context("could not read a point")?;
    let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).context("could not read a point");
    Ok(Owned::Point { x: number(x)?, y: number(y)? })
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;
    use crate::{Column, Kind, ParquetWriter};

    #[test]
    fn what_was_written_comes_back() {
        let columns = [
            Column::new("text", Kind::Text),
            Column::new("list", Kind::List),
            Column::new("day", Kind::Date),
            Column::new("point", Kind::Point),
            Column::new("seen", Kind::Time),
        ];
        let mut table = ParquetWriter::new(vec![], &columns).unwrap();
        let list = ["a", "é"];
        let point = Value::Point { x: 1.5, y: -2.0 };
        table.write([Value::Text("x"), Value::List(&list), Value::Date(3), point, Value::Time(7)]).unwrap();
        table.write([Value::Absent; 5]).unwrap();
        table.describe("collecte.source", "ici");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&table.finish().unwrap()).unwrap();
        file.rewind().unwrap();
        let names = ["text", "list", "day", "point", "seen"];
        let mut read = ParquetReader::open(file.try_clone().unwrap(), &names).unwrap();
        assert_eq!((read.told("collecte.source"), read.told("autre")), (Some("ici"), None));
        let first = [
            Owned::Text("x".to_owned()),
            Owned::List(vec!["a".to_owned(), "é".to_owned()]),
            Owned::Date(3),
            Owned::Point { x: 1.5, y: -2.0 },
            Owned::Time(7),
        ];
        assert_eq!(read.next_row().unwrap().unwrap(), first);
        assert_eq!(read.next_row().unwrap().unwrap(), vec![Owned::Absent; 5]);
        assert_eq!(read.next_row().unwrap(), None);
        assert!(ParquetReader::open(file, &names[1..]).is_err());
    }
}

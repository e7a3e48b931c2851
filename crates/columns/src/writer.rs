//! The file.

use std::io::{Read, Write};
use std::sync::Arc;

use anyhow::{Context, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;

use crate::column::{Column, Value};
use crate::draft::{Drafted, hand_over};
use crate::group::Group;

/// Writes rows one after the other.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    group: Group,
}

impl<W: Write + Send> std::fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetWriter").field("group", &self.group).finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// What the output says.
    pub fn new(output: W, columns: &[Column]) -> Result<Self> {
        let group = Group::of(columns)?;
        let file = SerializedFileWriter::new(output, Arc::clone(&group.schema), Arc::clone(&group.properties))
            .context("could not begin a Parquet file")?;
        Ok(Self { file, group })
    }

    /// With larger or smaller groups of rows than usual.
    #[cfg(test)]
    pub(crate) fn in_groups_of(mut self, group_bytes: usize) -> Self {
        self.group.group_bytes = group_bytes;
        self
    }

    /// Writes one row: as many values as there are columns, each of the kind of its column.
    ///
    /// # Errors
    /// What the output says.
    pub fn write<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<()> {
        self.group.push(values)?;
        if self.group.is_full() { self.end_group() } else { Ok(()) }
    }

    /// Ends the group of rows under way, if there is one: the next row begins another.
    ///
    /// # Errors
    /// What the output says.
    pub fn end_group(&mut self) -> Result<()> {
        if self.group.is_empty() {
            return Ok(());
        }
        let mut write = || -> parquet::errors::Result<()> {
            let mut group = self.file.next_row_group()?;
            self.group.write(&mut group, &[])?;
            group.close().map(drop)
        };
        write().context("could not write a group of rows")
    }

    /// Takes over rows that were drafted for a file of these columns, read from their spool; `open` says what stands in the
    /// columns that the draft leaves open, in their order, row by row.
    ///
    /// # Errors
    /// What the output and the spool say.
    pub fn append<'a, V: IntoIterator<Item = Value<'a>>>(
        &mut self,
        drafted: Drafted,
        mut spool: impl Read,
        mut open: impl FnMut(usize) -> V,
    ) -> Result<()> {
        self.end_group()?;
        let (mut pages, mut row) = (Vec::new(), 0);
        for part in drafted.groups {
            for _ in 0..part.rows {
                for (column, value) in drafted.open.iter().zip(open(row)) {
                    self.group.push_at(*column, value)?;
                }
                row += 1;
            }
            let mut columns = part.columns.into_iter();
            let mut write = || -> parquet::errors::Result<()> {
                let mut group = self.file.next_row_group()?;
                for column in 0..self.group.width() {
                    match drafted.open.contains(&column) {
                        true => self.group.write_at(column, &mut group)?,
                        false => hand_over(columns.next(), &mut spool, &mut pages, &mut group)?,
                    }
                }
                group.close().map(drop)
            };
            write().context("could not write a group of rows")?;
        }
        Ok(())
    }

    /// Says something of the file as a whole; keys stand in the order in which they were told.
    pub fn describe(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.file.append_key_value_metadata(KeyValue::new(key.into(), value.into()));
    }

    /// Gives the output back, all of it written.
    ///
    /// # Errors
    /// What the output says.
    pub fn finish(mut self) -> Result<W> {
        self.end_group()?;
        self.file.into_inner().context("could not end a Parquet file")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    use super::*;
    use crate::Kind;

    fn columns() -> Vec<Column> {
        [
            ("text", Kind::Text),
            ("prose", Kind::Prose),
            ("number", Kind::Number),
            ("truth", Kind::Truth),
            ("time", Kind::Time),
            ("list", Kind::List),
            ("integer", Kind::Integer),
            ("date", Kind::Date),
            ("point", Kind::Point),
        ]
        .map(|(name, kind)| Column::new(name, kind))
        .into()
    }

    /// What a reader finds: the fields of each row as text.
    fn read(bytes: Vec<u8>) -> Vec<Vec<String>> {
        let file = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let rows = file.get_row_iter(None).unwrap();
        let told = |field: &Field| match field {
            Field::Str(text) => text.clone(),
            other => other.to_string(),
        };
        rows.map(|row| row.unwrap().get_column_iter().map(|(_, field)| told(field)).collect()).collect()
    }

    #[test]
    fn values_of_each_kind_come_back_and_so_do_absent_ones() {
        let mut table = ParquetWriter::new(vec![], &columns()).unwrap();
        let list = ["a", "é"];
        table
            .write([
                Value::Text("x"),
                Value::Text("long"),
                Value::Number(0.1),
                Value::Truth(true),
                Value::Time(1_755_757_963_000),
                Value::List(&list),
                Value::Integer(-7),
                Value::Date(20_321),
                Value::Point { x: 1.5, y: -2.0 },
            ])
            .unwrap();
        table.write([Value::Absent; 9]).unwrap();
        table
            .write([
                Value::Text(""),
                Value::Absent,
                Value::Absent,
                Value::Truth(false),
                Value::Absent,
                Value::List(&[]),
                Value::Absent,
                Value::Absent,
                Value::Absent,
            ])
            .unwrap();
        let rows = read(table.finish().unwrap());
        let told = ["x", "long", "0.1", "true", "2025-08-21 06:32:43.000 +00:00", "[\"a\", \"é\"]", "-7", "2025-08-21"];
        assert_eq!(rows[0][..8], told);
        assert_eq!(rows[1], ["null"; 9]);
        assert_eq!(rows[2], ["", "null", "null", "false", "null", "[]", "null", "null", "null"]);
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        let bytes = ParquetWriter::new(vec![], &columns()).unwrap().finish().unwrap();
        let file = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        assert_eq!(file.metadata().file_metadata().num_rows(), 0);
        assert_eq!(file.metadata().file_metadata().schema().get_fields().len(), 9);
    }

    #[test]
    fn many_rows_are_written_in_groups() {
        let mut table = ParquetWriter::new(vec![], &columns()[..2]).unwrap();
        let long = "mot ".repeat(2_000);
        for n in 0..2_000 {
            table.write([Value::Text(&n.to_string()), Value::Text(&long)]).unwrap();
        }
        let bytes = table.finish().unwrap();
        assert!(bytes.len() < 1_000_000, "{} bytes of 16 million", bytes.len());
        let file = SerializedFileReader::new(Bytes::from(bytes.clone())).unwrap();
        assert_eq!((file.num_row_groups(), file.metadata().file_metadata().num_rows()), (2, 2_000));
        assert_eq!(read(bytes)[1_999], ["1999", &long]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut table = ParquetWriter::new(vec![], &columns()).unwrap();
        assert!(table.write([Value::Absent; 5]).unwrap_err().to_string().contains("5 values"));
        assert!(table.write([Value::Absent; 10]).is_err());
        assert!(table.write([Value::Number(1.0); 9]).is_err());
    }

    proptest! {
        #[test]
        fn any_texts_come_back(rows in prop::collection::vec((prop::option::of(".*"), prop::option::of(prop::collection::vec(".*", 0..4))), 0..50)) {
            let columns = [Column::new("text", Kind::Text), Column::new("list", Kind::List)];
            let mut table = ParquetWriter::new(vec![], &columns).unwrap();
            for (text, list) in &rows {
                let list: Option<Vec<&str>> = list.as_ref().map(|list| list.iter().map(String::as_str).collect());
                let text = text.as_deref().map_or(Value::Absent, Value::Text);
                table.write([text, list.as_deref().map_or(Value::Absent, Value::List)]).unwrap();
            }
            let file = SerializedFileReader::new(Bytes::from(table.finish().unwrap())).unwrap();
            let found: Vec<_> = file.get_row_iter(None).unwrap().map(|row| {
                let fields: Vec<Field> = row.unwrap().get_column_iter().map(|(_, field)| field.clone()).collect();
                let text = match &fields[0] { Field::Str(text) => Some(text.clone()), _ => None };
                let list = match &fields[1] {
                    Field::ListInternal(list) => Some(list.elements().iter().map(|one| match one {
                        Field::Str(text) => text.clone(),
                        other => other.to_string(),
                    }).collect()),
                    _ => None,
                };
                (text, list)
            }).collect();
            prop_assert_eq!(found, rows);
        }
    }
}

//! The file.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};

use crate::buffer::Buffer;
use crate::column::{Column, Kind, Value};
use crate::press::{PAGE_BYTES, Press};

/// A group of rows is written when its values take so much: enough for a reader to skip what it does not want and to spread
/// what each of its columns costs to begin, and little enough that a step with a table of any length stays small.
const GROUP_BYTES: usize = 8 << 20;

/// Writes rows one after the other.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    properties: WriterPropertiesPtr,
    press: Press,
    buffers: Vec<Buffer>,
    /// Of a group, at most.
    group_bytes: usize,
    bytes: usize,
    rows: usize,
}

impl<W: Write + Send> std::fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetWriter").field("columns", &self.buffers.len()).finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// What the output says.
    pub fn new(output: W, columns: &[Column]) -> Result<Self> {
        let fields = columns.iter().map(|column| column.schema().map(Arc::new)).collect::<Result<_>>()?;
        let schema =
            Type::group_type_builder("table").with_fields(fields).build().context("could not describe a table")?;
        let mut properties = WriterProperties::builder()
            // That is done to pages that are made.
            .set_compression(Compression::UNCOMPRESSED)
            // Of the pages by themselves nothing is told: a group is little.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_data_page_size_limit(PAGE_BYTES);
        for column in columns.iter().filter(|column| matches!(column.kind, Kind::Prose | Kind::Point)) {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), false);
        }
        let (properties, press) = (Arc::new(properties.build()), Press::new().context("could not begin to compress")?);
        let file = SerializedFileWriter::new(output, Arc::new(schema), Arc::clone(&properties))
            .context("could not begin a Parquet file")?;
        let buffers = columns.iter().map(Buffer::of).collect();
        Ok(Self { file, properties, press, buffers, group_bytes: GROUP_BYTES, bytes: 0, rows: 0 })
    }

    /// With larger or smaller groups of rows than usual.
    #[cfg(test)]
    pub(crate) fn in_groups_of(self, group_bytes: usize) -> Self {
        Self { group_bytes, ..self }
    }

    /// Writes one row: as many values as there are columns, each of the kind of its column.
    ///
    /// # Errors
    /// What the output says.
    pub fn write<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<()> {
        let mut count = 0;
        for value in values {
            let buffer = self.buffers.get_mut(count).context("could not write a row of more values than columns")?;
            self.bytes += buffer.push(value)?;
            count += 1;
        }
        ensure!(
            count == self.buffers.len(),
            "could not write a row of {count} values: there are {} columns",
            self.buffers.len()
        );
        self.rows += 1;
        if self.bytes >= self.group_bytes { self.write_group() } else { Ok(()) }
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
        self.write_group()?;
        self.file.into_inner().context("could not end a Parquet file")
    }

    fn write_group(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut write = || -> parquet::errors::Result<()> {
            let columns = self.file.schema_descr().columns().to_vec();
            let mut group = self.file.next_row_group()?;
            for (buffer, column) in self.buffers.iter_mut().zip(columns) {
                buffer.write(column, &self.properties, &mut self.press, &mut group)?;
            }
            group.close()?;
            Ok(())
        };
        write().context("could not write a group of rows")?;
        (self.bytes, self.rows) = (0, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    use super::*;

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

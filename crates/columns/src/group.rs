//! The rows of one group, until they are written.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::schema::types::{ColumnDescPtr, ColumnPath, SchemaDescriptor, Type, TypePtr};

use crate::buffer::Buffer;
use crate::column::{Column, Kind, Value};
use crate::press::{PAGE_BYTES, Press, Sink};

/// A group of rows is written when its values take so much: enough for a reader to skip what it does not want and to spread
/// what each of its columns costs to begin, and little enough that a step with a table of any length stays small.
const GROUP_BYTES: usize = 8 << 20;

/// What all groups of a file share, and the rows of the one under way.
pub(crate) struct Group {
    pub(crate) schema: TypePtr,
    columns: Vec<ColumnDescPtr>,
    pub(crate) properties: WriterPropertiesPtr,
    press: Press,
    buffers: Vec<Buffer>,
    /// Of a group, at most.
    pub(crate) group_bytes: usize,
    bytes: usize,
    rows: usize,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").field("columns", &self.buffers.len()).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Group {
    pub(crate) fn of(columns: &[Column]) -> Result<Self> {
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
        let (schema, press) = (Arc::new(schema), Press::new().context("could not begin to compress")?);
        Ok(Self {
            columns: SchemaDescriptor::new(Arc::clone(&schema)).columns().to_vec(),
            schema,
            properties: Arc::new(properties.build()),
            press,
            buffers: columns.iter().map(Buffer::of).collect(),
            group_bytes: GROUP_BYTES,
            bytes: 0,
            rows: 0,
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether it is to be written before more rows are added.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= self.group_bytes
    }

    /// Adds a row: as many values as there are columns, each of the kind of its column.
    pub(crate) fn push<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<()> {
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
        Ok(())
    }

    /// Hands over each column that is not `left_out`, and is empty again.
    pub(crate) fn write(&mut self, sink: &mut impl Sink, left_out: &[usize]) -> parquet::errors::Result<()> {
        for (nth, (buffer, column)) in self.buffers.iter_mut().zip(&self.columns).enumerate() {
            match left_out.contains(&nth) {
                true => buffer.clear(),
                false => buffer.write(Arc::clone(column), &self.properties, &mut self.press, sink)?,
            }
        }
        (self.bytes, self.rows) = (0, 0);
        Ok(())
    }

    /// Adds a value to one column alone, of a row whose other columns were written before.
    pub(crate) fn push_at(&mut self, column: usize, value: Value<'_>) -> Result<()> {
        let buffer = self.buffers.get_mut(column).context("could not write a value: there is no such column")?;
        buffer.push(value).map(drop)
    }

    /// Hands over one column alone.
    pub(crate) fn write_at(&mut self, column: usize, sink: &mut impl Sink) -> parquet::errors::Result<()> {
        self.buffers[column].write(Arc::clone(&self.columns[column]), &self.properties, &mut self.press, sink)
    }

    pub(crate) fn width(&self) -> usize {
        self.buffers.len()
    }
}

//! The values of one column, until their group is written.

use anyhow::{Result, bail};
use bytes::Bytes;
use parquet::column::writer::{
    ColumnCloseResult, ColumnWriter, get_column_writer, get_typed_column_writer_mut as typed,
};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::schema::types::ColumnDescPtr;

use crate::column::{Column, Kind, Value};
use crate::press::{Press, Pressing, Sink, compression};
use crate::texts::Texts;

/// Levels of a list: it is absent, it is empty, it has an element.
const NO_LIST: i16 = 0;
const EMPTY_LIST: i16 = 1;
const ELEMENT: i16 = 3;

/// Well-known binary of a point: order of bytes, kind, two doubles.
const POINT_BYTES: usize = 21;

/// What was written of one column.
#[derive(Debug)]
pub(crate) struct Buffer {
    values: Values,
    definitions: Vec<i16>,
    /// Of lists alone: whether an element goes on with the list before it.
    repetitions: Vec<i16>,
    /// What the texts of a group lie in while they are written.
    lent: Bytes,
}

#[derive(Debug)]
enum Values {
    Texts(Texts),
    /// All texts, one behind the other, and where each ends.
    Lists(Vec<u8>, Vec<usize>),
    Numbers(Vec<f64>),
    Truths(Vec<bool>),
    Integers(Vec<i32>),
    Dates(Vec<i32>),
    /// All points, one behind the other.
    Points(Vec<u8>),
    Times(Vec<i64>),
}

impl Buffer {
    pub(crate) fn of(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text | Kind::Prose => Values::Texts(Texts::new(column.kind == Kind::Prose)),
            Kind::List => Values::Lists(vec![], vec![]),
            Kind::Number => Values::Numbers(vec![]),
            Kind::Truth => Values::Truths(vec![]),
            Kind::Integer => Values::Integers(vec![]),
            Kind::Date => Values::Dates(vec![]),
            Kind::Point => Values::Points(vec![]),
            Kind::Time => Values::Times(vec![]),
        };
        Self { values, definitions: vec![], repetitions: vec![], lent: Bytes::new() }
    }

    /// Adds a value, and tells how many bytes it takes.
    pub(crate) fn push(&mut self, value: Value<'_>) -> Result<usize> {
        let bytes = match (&mut self.values, value) {
            (Values::Lists(..), Value::Absent) => {
                self.definitions.push(NO_LIST);
                self.repetitions.push(0);
                return Ok(4);
            }
            (Values::Texts(texts), Value::Absent) => {
                texts.push_absent();
                return Ok(2);
            }
            (_, Value::Absent) => {
                self.definitions.push(0);
                return Ok(2);
            }
            (Values::Lists(bytes, ends), Value::List(texts)) => {
                if texts.is_empty() {
                    self.definitions.push(EMPTY_LIST);
                    self.repetitions.push(0);
                }
                let before = bytes.len();
                for (nth, text) in texts.iter().enumerate() {
                    bytes.extend_from_slice(text.as_bytes());
                    ends.push(bytes.len());
                    self.definitions.push(ELEMENT);
                    self.repetitions.push(i16::from(nth > 0));
                }
                return Ok(bytes.len() - before + 12 * texts.len());
            }
            (Values::Texts(texts), Value::Text(text)) => {
                texts.push(text);
                return Ok(text.len() + 10);
            }
            (Values::Numbers(all), Value::Number(number)) => {
                all.push(number);
                8
            }
            (Values::Truths(all), Value::Truth(truth)) => {
                all.push(truth);
                1
            }
            (Values::Integers(all), Value::Integer(number)) | (Values::Dates(all), Value::Date(number)) => {
                all.push(number);
                4
            }
            (Values::Points(all), Value::Point { x, y }) => {
                // Little-endian, a point of two dimensions.
                all.extend_from_slice(&[1, 1, 0, 0, 0]);
                all.extend_from_slice(&x.to_le_bytes());
                all.extend_from_slice(&y.to_le_bytes());
                POINT_BYTES
            }
            (Values::Times(all), Value::Time(time)) => {
                all.push(time);
                8
            }
            (_, other) => bail!("could not write {other:?} into a column of another kind"),
        };
        self.definitions.push(1);
        Ok(bytes + 2)
    }

    /// Writes what there is, and is empty again.
    pub(crate) fn write(
        &mut self,
        column: ColumnDescPtr,
        properties: &WriterPropertiesPtr,
        press: &mut Press,
        sink: &mut impl Sink,
    ) -> parquet::errors::Result<()> {
        if let Values::Texts(texts) = &mut self.values {
            return texts.write(column, press, sink);
        }
        press.begin()?;
        let mut writer = get_column_writer(column, properties.clone(), Box::new(Pressing(press)));
        self.fill(&mut writer)?;
        let close = writer.close()?;
        self.take_back();
        let metadata = close.metadata.into_builder().set_compression(compression()).build()?;
        press.end(ColumnCloseResult { metadata, column_index: None, offset_index: None, ..close }, sink)
    }

    /// Forgets what there is.
    pub(crate) fn clear(&mut self) {
        match &mut self.values {
            Values::Texts(texts) => texts.clear(),
            Values::Lists(bytes, ends) => {
                bytes.clear();
                ends.clear();
            }
            Values::Numbers(all) => all.clear(),
            Values::Truths(all) => all.clear(),
            Values::Integers(all) | Values::Dates(all) => all.clear(),
            Values::Points(all) => all.clear(),
            Values::Times(all) => all.clear(),
        }
        self.definitions.clear();
        self.repetitions.clear();
    }

    fn fill(&mut self, writer: &mut ColumnWriter<'_>) -> parquet::errors::Result<()> {
        let definitions = Some(self.definitions.as_slice());
        match &mut self.values {
            // They write themselves.
            Values::Texts(_) => {}
            Values::Lists(bytes, ends) => {
                let (all, repetitions) = (Bytes::from(std::mem::take(bytes)), Some(self.repetitions.as_slice()));
                typed::<ByteArrayType>(writer).write_batch(&texts(&all, ends), definitions, repetitions)?;
                self.lent = all;
            }
            Values::Numbers(all) => {
                typed::<DoubleType>(writer).write_batch(all, definitions, None)?;
                all.clear();
            }
            Values::Truths(all) => {
                typed::<BoolType>(writer).write_batch(all, definitions, None)?;
                all.clear();
            }
            Values::Integers(all) | Values::Dates(all) => {
                typed::<Int32Type>(writer).write_batch(all, definitions, None)?;
                all.clear();
            }
            Values::Points(all) => {
                let all = Bytes::from(std::mem::take(all));
                let points =
                    (0..all.len()).step_by(POINT_BYTES).map(|at| ByteArray::from(all.slice(at..at + POINT_BYTES)));
                let points: Vec<ByteArray> = points.collect();
                typed::<ByteArrayType>(writer).write_batch(&points, definitions, None)?;
                self.lent = all;
            }
            Values::Times(all) => {
                typed::<Int64Type>(writer).write_batch(all, definitions, None)?;
                all.clear();
            }
        }
        self.definitions.clear();
        self.repetitions.clear();
        Ok(())
    }

    /// Takes back, once the column is closed, the room that its texts lay in: to free it and to ask for as much anew would
    /// cost more than to fill it.
    fn take_back(&mut self) {
        if let Values::Lists(bytes, _) | Values::Points(bytes) = &mut self.values {
            *bytes = std::mem::take(&mut self.lent).into();
            bytes.clear();
        }
    }
}

/// The texts of a group, none of which is copied.
fn texts(all: &Bytes, ends: &mut Vec<usize>) -> Vec<ByteArray> {
    let mut begin = 0;
    let text = |end: usize| {
        let text = all.slice(begin..end);
        begin = end;
        ByteArray::from(text)
    };
    ends.drain(..).map(text).collect()
}

//! Rows that are written before it is known which file they go to, and whether they do: their groups are compressed already,
//! and a file takes them over as they are. It has the same bytes then as if it had been given the rows themselves.

use std::io::{BufWriter, Read, Write};

use anyhow::{Context, Result};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;

use crate::column::{Column, Value};
use crate::group::Group;
use crate::press::Sink;

const BUFFER_BYTES: usize = 64 << 10;

/// Writes rows one after the other to a spool, which is of no use by itself.
pub struct ParquetDraft<S: Write> {
    group: Group,
    spool: BufWriter<S>,
    groups: Vec<Part>,
    open: Vec<usize>,
}

/// Rows that were drafted, but for what lies in the spool.
pub struct Drafted {
    pub(crate) groups: Vec<Part>,
    /// Columns of which nothing was written.
    pub(crate) open: Vec<usize>,
}

/// A group of rows: of each column what is told of it, and how long its pages are.
pub(crate) struct Part {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<(ColumnCloseResult, usize)>,
}

impl<S: Write> std::fmt::Debug for ParquetDraft<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetDraft").field("group", &self.group).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Drafted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drafted").field("groups", &self.groups.len()).finish_non_exhaustive()
    }
}

impl<S: Write> ParquetDraft<S> {
    /// Begins rows of a file with these columns; what stands in those that are `open` is said when a file takes them over.
    /// Whatever will stand there must be as long as what is given here.
    ///
    /// # Errors
    /// When there can be no such table.
    pub fn new(spool: S, columns: &[Column], open: &[usize]) -> Result<Self> {
        let spool = BufWriter::with_capacity(BUFFER_BYTES, spool);
        Ok(Self { group: Group::of(columns)?, spool, groups: vec![], open: open.to_vec() })
    }

    #[cfg(test)]
    pub(crate) fn in_groups_of(mut self, group_bytes: usize) -> Self {
        self.group.group_bytes = group_bytes;
        self
    }

    /// Writes one row: as many values as there are columns, each of the kind of its column.
    ///
    /// # Errors
    /// What the file says.
    pub fn write<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<()> {
        self.group.push(values)?;
        if self.group.is_full() { self.end_group() } else { Ok(()) }
    }

    /// Ends it, all of it written.
    ///
    /// # Errors
    /// What the spool says.
    pub fn finish(mut self) -> Result<Drafted> {
        self.end_group()?;
        self.spool.flush().context("could not write a draft of rows")?;
        Ok(Drafted { groups: self.groups, open: self.open })
    }

    fn end_group(&mut self) -> Result<()> {
        if self.group.is_empty() {
            return Ok(());
        }
        let rows = self.group.rows();
        let mut spooled = Spooled { spool: &mut self.spool, columns: vec![] };
        self.group.write(&mut spooled, &self.open).context("could not write a draft of rows")?;
        let columns = spooled.columns;
        self.groups.push(Part { rows, columns });
        Ok(())
    }
}

struct Spooled<'s, S: Write> {
    spool: &'s mut S,
    columns: Vec<(ColumnCloseResult, usize)>,
}

impl<S: Write> Sink for Spooled<'_, S> {
    fn column(&mut self, pages: &[u8], close: ColumnCloseResult) -> parquet::errors::Result<()> {
        self.spool.write_all(pages)?;
        self.columns.push((close, pages.len()));
        Ok(())
    }
}

/// Hands over the next column of a draft, read from its spool into `pages`.
pub(crate) fn hand_over(
    next: Option<(ColumnCloseResult, usize)>,
    spool: &mut impl Read,
    pages: &mut Vec<u8>,
    sink: &mut impl Sink,
) -> parquet::errors::Result<()> {
    let Some((close, bytes)) = next else {
        return Err(ParquetError::General("a draft has fewer columns than the file".to_owned()));
    };
    pages.resize(bytes, 0);
    spool.read_exact(pages)?;
    sink.column(pages, close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, ParquetWriter};

    const OPEN: [usize; 2] = [0, 3];

    fn columns() -> Vec<Column> {
        [("n", Kind::Integer), ("text", Kind::Text), ("prose", Kind::Prose), ("seen", Kind::Time), ("list", Kind::List)]
            .map(|(name, kind)| Column::new(name, kind))
            .into()
    }

    /// The rows of a table whose second half may be drafted, with what is open already there, or not yet.
    fn rows(range: std::ops::Range<i32>, is_open: bool, mut take: impl FnMut([Value<'_>; 5])) {
        for n in range {
            let (text, prose) = ((n % 7).to_string(), format!("{n} {}", "mot ".repeat(n as usize % 50)));
            let list = [text.as_str(); 2];
            let (open, seen) = if is_open { (0, 0) } else { (n, i64::from(n) * 1_000) };
            let text = if n % 11 == 0 { Value::Absent } else { Value::Text(&text) };
            let list = Value::List(&list[..n as usize % 3]);
            take([Value::Integer(open), text, Value::Text(&prose), Value::Time(seen), list]);
        }
    }

    #[test]
    fn a_file_that_takes_rows_over_is_that_which_was_given_them() {
        for group_bytes in [10_000, 1 << 20] {
            let whole = {
                let mut table = ParquetWriter::new(vec![], &columns()).unwrap().in_groups_of(group_bytes);
                rows(0..100, false, |row| table.write(row).unwrap());
                table.end_group().unwrap();
                rows(100..3_000, false, |row| table.write(row).unwrap());
                table.end_group().unwrap();
                rows(3_000..3_100, false, |row| table.write(row).unwrap());
                table.finish().unwrap()
            };
            let mut spool = vec![];
            let mut draft = ParquetDraft::new(&mut spool, &columns(), &OPEN).unwrap().in_groups_of(group_bytes);
            rows(100..3_000, true, |row| draft.write(row).unwrap());
            let drafted = draft.finish().unwrap();
            let mut table = ParquetWriter::new(vec![], &columns()).unwrap().in_groups_of(group_bytes);
            rows(0..100, false, |row| table.write(row).unwrap());
            let open = |row: usize| [Value::Integer(row as i32 + 100), Value::Time((row as i64 + 100) * 1_000)];
            table.append(drafted, &spool[..], open).unwrap();
            rows(3_000..3_100, false, |row| table.write(row).unwrap());
            assert!(table.finish().unwrap() == whole, "groups of {group_bytes}");
        }
    }

    #[test]
    fn a_spool_that_was_cut_is_an_error() {
        let mut spool = vec![];
        let mut draft = ParquetDraft::new(&mut spool, &columns(), &OPEN).unwrap();
        rows(0..10, true, |row| draft.write(row).unwrap());
        let drafted = draft.finish().unwrap();
        let mut table = ParquetWriter::new(vec![], &columns()).unwrap();
        assert!(table.append(drafted, &spool[..spool.len() - 1], |_| [Value::Absent; 2]).is_err());
    }

    #[test]
    fn a_draft_without_rows_adds_none() {
        let draft = ParquetDraft::new(vec![], &columns(), &OPEN).unwrap();
        let mut table = ParquetWriter::new(vec![], &columns()).unwrap();
        table.append(draft.finish().unwrap(), &[][..], |_| [Value::Absent; 2]).unwrap();
        let empty = ParquetWriter::new(vec![], &columns()).unwrap().finish().unwrap();
        assert!(table.finish().unwrap() == empty);
    }
}

//! The texts of one column in a group of rows, held as they are written: each different one once, and which of them stands in
//! each row; where hardly two are the same, one behind the other.
//!
//! The writer of the library makes the same of texts that are handed to it one by one, each of which it looks at several
//! times. Most columns of a table are the same few texts again and again: these cost next to nothing here.

use parquet::basic::Encoding;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescPtr;

use crate::bounds;
use crate::chunk::Chunk;
use crate::dictionary::Dictionary;
use crate::plain::{LENGTH_BYTES, Plain};
use crate::press::{PAGE_BYTES, Press, Sink};
use crate::runs::{Runs, encode};

/// A dictionary that grows larger is none.
const DICTIONARY_BYTES: usize = 1 << 20;

/// The texts of one column.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Whether hardly two are the same.
    is_prose: bool,
    /// Whether there is a text, row by row.
    present: Runs,
    rows: u32,
    absent: u32,
    body: Body,
    /// Where pages of plain texts end.
    ends: Vec<End>,
}

#[derive(Debug)]
enum Body {
    Dictionary(Dictionary),
    Plain(Plain),
}

/// The end of a page.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    bytes: usize,
    rows: u32,
    /// Of what is present.
    runs: usize,
}

impl Texts {
    pub(crate) fn new(is_prose: bool) -> Self {
        let body = if is_prose { Body::Plain(Plain::default()) } else { Body::Dictionary(Dictionary::default()) };
        Self { is_prose, present: Runs::default(), rows: 0, absent: 0, body, ends: vec![] }
    }

    pub(crate) fn push_absent(&mut self) {
        self.present.push(0);
        self.rows += 1;
        self.absent += 1;
    }

    pub(crate) fn push(&mut self, text: &str) {
        match &mut self.body {
            Body::Dictionary(dictionary) => {
                dictionary.push(text.as_bytes());
                self.present.push(1);
                if dictionary.bytes.len() > DICTIONARY_BYTES {
                    self.body = Body::Plain(dictionary.spread());
                }
            }
            Body::Plain(plain) => {
                let before = self.ends.last().map_or(0, |end| end.bytes);
                if plain.bytes.len() - before >= PAGE_BYTES {
                    self.ends.push(End { bytes: plain.bytes.len(), rows: self.rows, runs: self.present.all().len() });
                    self.present.begin(1);
                } else {
                    self.present.push(1);
                }
                plain.push(text.as_bytes());
            }
        }
        self.rows += 1;
    }

    /// Writes what there is, and is empty again; the next group, which is much like this one, finds its room made.
    pub(crate) fn write(&mut self, column: ColumnDescPtr, press: &mut Press, sink: &mut impl Sink) -> Result<()> {
        let mut chunk = Chunk::begin(press)?;
        let last = End { bytes: 0, rows: self.rows, runs: self.present.all().len() };
        let bounds = match &self.body {
            Body::Dictionary(dictionary) => {
                let texts = dictionary.len();
                if texts == 0 {
                    self.page(&mut chunk, End::default(), last, Encoding::PLAIN, |_| {})?;
                } else {
                    chunk.dictionary(&dictionary.bytes, texts)?;
                    self.page(&mut chunk, End::default(), last, Encoding::RLE_DICTIONARY, |page| {
                        let bits = u32::BITS - (texts - 1).leading_zeros();
                        page.push(bits as u8);
                        encode(dictionary.added.all(), bits, page);
                    })?;
                }
                dictionary.bounds()
            }
            Body::Plain(plain) => {
                let (mut begin, last) = (End::default(), End { bytes: plain.bytes.len(), ..last });
                for end in self.ends.iter().copied().chain([last]) {
                    self.page(&mut chunk, begin, end, Encoding::PLAIN, |page| {
                        page.extend_from_slice(&plain.bytes[begin.bytes..end.bytes]);
                    })?;
                    begin = end;
                }
                plain.bounds()
            }
        };
        chunk.end(column, bounds::told(bounds, self.absent), sink)?;
        self.clear();
        Ok(())
    }

    /// A page: which rows have a text, then what `fill` adds.
    fn page(
        &self,
        chunk: &mut Chunk<'_>,
        begin: End,
        end: End,
        encoding: Encoding,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        chunk.page(end.rows - begin.rows, encoding, |page| {
            let at = page.len();
            page.extend_from_slice(&[0; LENGTH_BYTES]);
            encode(&self.present.all()[begin.runs..end.runs], 1, page);
            let length = (page.len() - at - LENGTH_BYTES) as u32;
            page[at..at + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
            fill(page);
        })
    }

    pub(crate) fn clear(&mut self) {
        self.present.clear();
        (self.rows, self.absent) = (0, 0);
        self.ends.clear();
        match &mut self.body {
            Body::Dictionary(dictionary) => dictionary.clear(),
            Body::Plain(plain) if self.is_prose => plain.clear(),
            Body::Plain(_) => self.body = Body::Dictionary(Dictionary::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use crate::{Column, Kind, ParquetWriter, Value};

    /// What a reader finds in each of two columns, one of which is prose, and how often which encodings are there.
    fn read(texts: &[Option<String>], group_bytes: usize) -> Vec<[Option<String>; 2]> {
        let columns = [Column::new("text", Kind::Text), Column::new("prose", Kind::Prose)];
        let mut table = ParquetWriter::new(vec![], &columns).unwrap().in_groups_of(group_bytes);
        for text in texts {
            table.write([text.as_deref().map_or(Value::Absent, Value::Text); 2]).unwrap();
        }
        let file = SerializedFileReader::new(Bytes::from(table.finish().unwrap())).unwrap();
        let mut from = 0;
        for group in file.metadata().row_groups() {
            let rows = &texts[from..from + group.num_rows() as usize];
            from += rows.len();
            let there = || rows.iter().flatten().map(String::as_bytes);
            for column in group.columns() {
                let told = column.statistics().unwrap();
                assert_eq!(told.null_count_opt(), Some((rows.len() - there().count()) as u64));
                assert!(told.min_bytes_opt() <= there().min() && told.max_bytes_opt() >= there().max());
                assert_eq!(told.min_bytes_opt().is_some(), there().next().is_some());
            }
        }
        let text = |field: &Field| match field {
            Field::Str(text) => Some(text.clone()),
            _ => None,
        };
        let rows = file.get_row_iter(None).unwrap();
        rows.map(|row| {
            let texts: Vec<_> = row.unwrap().get_column_iter().map(|(_, field)| text(field)).collect();
            texts.try_into().unwrap()
        })
        .collect()
    }

    #[test]
    fn texts_come_back_however_they_repeat() {
        let long = |n: usize| format!("{n} {}", "é".repeat(n % 400));
        let kinds: [fn(usize) -> usize; 5] = [|_| 0, |n| n / 20, |n| n % 5, |n| n * 7 % 4_000, |n| n];
        for kind in kinds {
            for absent in [1, 2, 7, 100, usize::MAX] {
                let texts: Vec<Option<String>> =
                    (0..6_000).map(|n| (n % absent != absent - 1).then(|| long(kind(n)))).collect();
                for group_bytes in [100_000, 16 << 20] {
                    let expected: Vec<_> = texts.iter().map(|text| [text.clone(), text.clone()]).collect();
                    assert!(read(&texts, group_bytes) == expected, "one in {absent} absent, groups of {group_bytes}");
                }
            }
        }
    }
}

//! One column of a group of rows, written page by page.

use parquet::basic::{Encoding, EncodingMask, PageType};
use parquet::column::page::{Page, PageWriteSpec};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use crate::press::{Press, Sink, compression};

/// The pages that are written so far.
pub(crate) struct Chunk<'p> {
    press: &'p mut Press,
    told: Vec<PageEncodingStats>,
    rows: u32,
    uncompressed: usize,
    compressed: usize,
    dictionary_offset: Option<i64>,
    data_offset: Option<i64>,
}

impl<'p> Chunk<'p> {
    pub(crate) fn begin(press: &'p mut Press) -> Result<Self> {
        press.begin()?;
        let (told, rows) = (Vec::with_capacity(2), 0);
        Ok(Self { press, told, rows, uncompressed: 0, compressed: 0, dictionary_offset: None, data_offset: None })
    }

    /// Writes all different values, which pages tell by number; nothing was written before.
    pub(crate) fn dictionary(&mut self, values: &[u8], count: u32) -> Result<()> {
        let encoding = Encoding::PLAIN;
        let page = |buf| Page::DictionaryPage { buf, num_values: count, encoding, is_sorted: false };
        let written = self.press.add(values, page)?;
        self.dictionary_offset = Some(written.offset as i64);
        self.count(&written, PageType::DICTIONARY_PAGE, encoding);
        Ok(())
    }

    /// Writes a page of so many rows, which `fill` fills.
    pub(crate) fn page(&mut self, rows: u32, encoding: Encoding, fill: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let page = |buf| Page::DataPage {
            buf,
            num_values: rows,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = self.press.add_filled(fill, page)?;
        self.rows += rows;
        self.data_offset.get_or_insert(written.offset as i64);
        self.count(&written, PageType::DATA_PAGE, encoding);
        Ok(())
    }

    fn count(&mut self, written: &PageWriteSpec, page_type: PageType, encoding: Encoding) {
        self.uncompressed += written.uncompressed_size;
        self.compressed += written.compressed_size;
        match self.told.last_mut() {
            Some(last) if last.page_type == page_type && last.encoding == encoding => last.count += 1,
            _ => self.told.push(PageEncodingStats { page_type, encoding, count: 1 }),
        }
    }

    /// Hands the column over.
    pub(crate) fn end(self, column: ColumnDescPtr, statistics: Statistics, sink: &mut impl Sink) -> Result<()> {
        let encodings = self.told.iter().map(|told| &told.encoding).chain([&Encoding::RLE]);
        let metadata = ColumnChunkMetaData::builder(column)
            .set_compression(compression())
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings))
            .set_total_compressed_size(self.compressed as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(i64::from(self.rows))
            .set_data_page_offset(self.data_offset.unwrap_or_default())
            .set_dictionary_page_offset(self.dictionary_offset)
            .set_statistics(statistics)
            .set_page_encoding_stats(self.told)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: self.compressed as u64,
            rows_written: u64::from(self.rows),
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        self.press.end(close, sink)
    }
}

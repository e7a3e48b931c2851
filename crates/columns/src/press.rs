//! Pages of a column, compressed with room that is kept from one to the next: a compressor for each column of each group
//! would cost as much as what many a column holds.

use std::io::Write;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use zstd::bulk::Compressor;

/// A page is written when its values take so much: what is compressed still lies near the processor.
pub(crate) const PAGE_BYTES: usize = 512 << 10;

/// The pages of the column under way.
pub(crate) struct Press {
    compressor: Compressor<'static>,
    packed: Vec<u8>,
    /// Where pages are filled.
    room: Vec<u8>,
    pages: TrackedWrite<Vec<u8>>,
}

/// How all pages are compressed.
pub(crate) fn compression() -> Compression {
    Compression::ZSTD(ZstdLevel::default())
}

impl Press {
    pub(crate) fn new() -> std::io::Result<Self> {
        let compressor = Compressor::new(ZstdLevel::default().compression_level())?;
        Ok(Self { compressor, packed: Vec::new(), room: Vec::new(), pages: TrackedWrite::new(Vec::new()) })
    }

    /// Begins another column.
    pub(crate) fn begin(&mut self) -> Result<()> {
        let mut room = std::mem::replace(&mut self.pages, TrackedWrite::new(Vec::new())).into_inner()?;
        room.clear();
        self.pages = TrackedWrite::new(room);
        Ok(())
    }

    /// Adds a page of these bytes; `page` makes one of what they are compressed to.
    pub(crate) fn add(&mut self, bytes: &[u8], page: impl FnOnce(Bytes) -> Page) -> Result<PageWriteSpec> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        self.compressor.compress_to_buffer(bytes, &mut self.packed)?;
        let page = page(Bytes::copy_from_slice(&self.packed));
        SerializedPageWriter::new(&mut self.pages).write_page(CompressedPage::new(page, bytes.len()))
    }

    /// The same of what `fill` fills.
    pub(crate) fn add_filled(
        &mut self,
        fill: impl FnOnce(&mut Vec<u8>),
        page: impl FnOnce(Bytes) -> Page,
    ) -> Result<PageWriteSpec> {
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        fill(&mut room);
        let written = self.add(&room, page);
        self.room = room;
        written
    }

    /// Hands the column over, all pages of which were added.
    pub(crate) fn end(&mut self, close: ColumnCloseResult, sink: &mut impl Sink) -> Result<()> {
        self.pages.flush()?;
        sink.column(self.pages.inner(), close)
    }
}

/// Takes the columns of a group, one after the other.
pub(crate) trait Sink {
    /// Its pages, and what is told of them; places in them are counted from the first.
    fn column(&mut self, pages: &[u8], close: ColumnCloseResult) -> Result<()>;
}

impl<W: Write + Send> Sink for SerializedRowGroupWriter<'_, W> {
    fn column(&mut self, pages: &[u8], close: ColumnCloseResult) -> Result<()> {
        self.append_column(&Pages(pages), close)
    }
}

/// Takes the pages of a writer that does not compress them.
pub(crate) struct Pressing<'p>(pub(crate) &'p mut Press);

impl PageWriter for Pressing<'_> {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        let mut page = page.compressed_page().clone();
        let (Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. }) = &mut page else {
            return Err(ParquetError::General("could not compress a page of another kind".to_owned()));
        };
        let bytes = std::mem::take(buf);
        self.0.add(&bytes, |packed| with(page, packed))
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The page with other bytes.
fn with(mut page: Page, bytes: Bytes) -> Page {
    if let Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } = &mut page {
        *buf = bytes;
    }
    page
}

struct Pages<'p>(&'p [u8]);

impl Length for Pages<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

impl<'p> ChunkReader for Pages<'p> {
    type T = &'p [u8];

    fn get_read(&self, start: u64) -> Result<Self::T> {
        usize::try_from(start)
            .ok()
            .and_then(|start| self.0.get(start..))
            .ok_or_else(|| ParquetError::General("could not read behind the pages of a column".to_owned()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.get_read(start).map(|rest| Bytes::copy_from_slice(&rest[..length.min(rest.len())]))
    }
}

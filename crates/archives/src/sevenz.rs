//! 7z, by the crate that is called sevenz-rust here, and LZMA by liblzma.
//!
//! The crate's one-call functions are not used: they take all cores and hold whole chunks, check too few names, and let
//! a file be shorter than declared. An archive of which every block is LZMA or LZMA2 alone, as `7zz` packs whatever is no
//! program, goes the fast way ([`pieces`]); the crate decodes the others.

mod decode;
pub(crate) mod header;
mod lzma;
pub(crate) mod overlay;
mod pieces;
mod walk;

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::Range;

use anyhow::Result;
use sevenz_rust::{Block, BlockDecoder, Password};

use crate::entry::{Entry, EntryKind, is_file_or_folder};
use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::name;
use crate::sink::Sink;

use decode::{THREADS, judge_coders};
use lzma::{Method, Piece};
use overlay::{Overlay, START_BYTES};
use pieces::Selected;

pub(crate) use overlay::SIGNATURE;

/// Windows attributes.
const REPARSE_POINT: u32 = 0x400;
const UNIX_EXTENSION: u32 = 0x8000;

/// A 7z and its list.
#[derive(Debug)]
pub(crate) struct SevenZ {
    source: Overlay,
    archive: sevenz_rust::Archive,
}

impl SevenZ {
    pub(crate) fn open(file: File, limits: Limits) -> Result<(Self, Vec<Entry>), ArchiveError> {
        let (mut file, list, data_end) = header::read(file, limits)?;
        let file_bytes = file.seek(io::SeekFrom::End(0))?;
        let mut source = Overlay::new(file, file_bytes, list);
        let archive = sevenz_rust::Archive::read(&mut source, &Password::empty())?;
        let data = archive.pack_sizes().iter().try_fold(archive.pack_pos(), |sum, size| sum.checked_add(*size));
        if data.is_none_or(|data| data > data_end - START_BYTES) {
            return Err(ArchiveError::new("its data runs past its end"));
        }
        archive.blocks.iter().try_for_each(judge_coders)?;
        let entries = (0..archive.files.len()).map(|index| entry(&archive, index)).collect::<Result<_, _>>()?;
        Ok((Self { source, archive }, entries))
    }

    /// Writes the entries with content that `wants` says.
    pub(crate) fn unpack(&mut self, entries: &[Entry], wants: &dyn Fn(usize) -> bool, sink: &mut Sink) -> Result<()> {
        let places = self.places().map_err(|refusal| sink.site().refuse(refusal))?;
        let Some(pieces) = self.pieces(&places).map_err(|refusal| sink.site().refuse(refusal))? else {
            return self.decode(entries, wants, sink);
        };
        let files = self.contents(&places).map_err(|refusal| sink.site().refuse(refusal))?;
        let wanted = files.into_iter().filter(|(index, _)| wants(*index));
        let wanted: Vec<_> = wanted.map(|(index, content)| Selected { entry: &entries[index], content }).collect();
        pieces::unpack(self.source.file(), &pieces, &wanted, sink)
    }

    /// The place of each block in what all of them unpack to, one after the other.
    fn places(&self) -> Result<Vec<Range<u64>>, ArchiveError> {
        let mut end = 0_u64;
        let place = |block: &Block| {
            let begin = end;
            end = begin.checked_add(block.get_unpack_size()).ok_or_else(too_long)?;
            Ok(begin..end)
        };
        self.archive.blocks.iter().map(place).collect()
    }

    /// The pieces of all blocks. None: another method than LZMA is used too.
    fn pieces(&self, places: &[Range<u64>]) -> Result<Option<Vec<Piece>>, ArchiveError> {
        let methods: Option<Vec<_>> = self.archive.blocks.iter().map(Method::of).collect();
        // A block of one coder has one packed stream, unless it is of a coder that we do not know.
        let Some(methods) = methods.filter(|methods| methods.len() == self.archive.pack_sizes().len()) else {
            return Ok(None);
        };
        let mut pieces = Vec::new();
        let mut begin = START_BYTES + self.archive.pack_pos();
        for ((method, bytes), place) in methods.iter().zip(self.archive.pack_sizes()).zip(places) {
            pieces.extend(method.pieces(self.source.file(), begin..begin + bytes, place.clone())?);
            begin += bytes;
        }
        Ok(Some(pieces))
    }

    /// The files with content, by their index, and the place of each in what the blocks unpack to.
    fn contents(&self, places: &[Range<u64>]) -> Result<Vec<(usize, Range<u64>)>, ArchiveError> {
        let mut left = places.to_vec();
        let files = self.archive.files.iter().zip(&self.archive.stream_map.file_block_index).enumerate();
        let with_content = files.filter(|(_, (file, _))| file.size > 0);
        let in_block = with_content.filter_map(|(index, (file, block))| Some((index, file.size, (*block)?)));
        in_block
            .map(|(index, bytes, block)| {
                let begin = left[block].start;
                let end = begin.checked_add(bytes).filter(|end| *end <= left[block].end).ok_or_else(too_long)?;
                left[block].start = end;
                Ok((index, begin..end))
            })
            .collect()
    }

    /// The content of one entry, decoded into memory: what comes before it in its block must be decoded too.
    pub(crate) fn content(&mut self, index: usize, entry: &Entry) -> Result<Box<dyn Read + Send>, ArchiveError> {
        let (mut content, mut ended) = (Vec::new(), Ok(()));
        if let Some(block) = self.archive.stream_map.file_block_index[index] {
            let mut at = self.archive.stream_map.block_first_file_index[block];
            let password = Password::empty();
            let decoder = BlockDecoder::new(THREADS, block, &self.archive, &password, &mut self.source);
            decoder.for_each_entries(&mut |_, reader| {
                ended = match at == index {
                    true => reader.take(entry.bytes()).read_to_end(&mut content).map(drop),
                    false => io::copy(reader, &mut io::sink()).map(drop),
                };
                at += 1;
                Ok(ended.is_ok() && at <= index)
            })?;
        }
        ended.map_err(|error| match error.raw_os_error() {
            Some(_) => error.into(),
            None => ArchiveError::new(format!("its file `{}` is damaged: {error}", name::shown(&entry.path))),
        })?;
        Ok(Box::new(Cursor::new(content)))
    }

    /// Decodes block after block, by the crate.
    fn decode(&mut self, entries: &[Entry], wants: &dyn Fn(usize) -> bool, sink: &mut Sink) -> Result<()> {
        for block in 0..self.archive.blocks.len() {
            let first = self.archive.stream_map.block_first_file_index[block];
            let password = Password::empty();
            let decoder = BlockDecoder::new(THREADS, block, &self.archive, &password, &mut self.source);
            let inside = first..first + decoder.entry_count();
            let Some(last) = inside.rev().find(|index| wants(*index)) else { continue };
            let mut index = first;
            let mut ended = Ok(());
            let decoded = decoder.for_each_entries(&mut |_, content| {
                let entry = &entries[index];
                ended = match wants(index) {
                    true => sink.write(entry, content),
                    false => sink.skip(entry, content),
                };
                index += 1;
                // This ends the block, not the archive.
                Ok(ended.is_ok() && index <= last)
            });
            ended?;
            decoded.map_err(|error| sink.site().refuse(error.into()))?;
        }
        Ok(())
    }
}

fn too_long() -> ArchiveError {
    ArchiveError::new("its files are longer than what holds them")
}

fn entry(archive: &sevenz_rust::Archive, index: usize) -> Result<Entry, ArchiveError> {
    let file = &archive.files[index];
    let path = name::clean(&file.name).map_err(ArchiveError::new)?;
    let refuse = |what: &str| Err(ArchiveError::new(format!("its entry `{}` {what}", name::shown(&file.name))));
    if file.is_anti_item {
        return refuse("asks to delete a file");
    }
    let attributes = if file.has_windows_attributes { file.windows_attributes } else { 0 };
    let mode = if attributes & UNIX_EXTENSION == 0 { 0 } else { attributes >> 16 };
    if attributes & REPARSE_POINT != 0 || !is_file_or_folder(mode) {
        return refuse("is a link, a device or a pipe");
    }
    if file.is_directory {
        return Ok(Entry { path, kind: EntryKind::Folder });
    }
    if file.name.ends_with(['/', '\\']) {
        return refuse("is a file whose name ends with a slash");
    }
    let crc32 = match (file.size, file.has_crc) {
        (0, _) => Some(0),
        (_, true) => u32::try_from(file.crc).ok(),
        // The only file of a block may go by the block's.
        (_, false) => {
            let block = archive.stream_map.file_block_index[index].map(|block| &archive.blocks[block]);
            let alone = block.filter(|block| block.has_crc && block.get_unpack_size() == file.size);
            alone.and_then(|block| u32::try_from(block.crc).ok())
        }
    };
    match crc32 {
        Some(crc32) => Ok(Entry { path, kind: EntryKind::File { bytes: file.size, crc32 } }),
        None => refuse("has no checksum"),
    }
}

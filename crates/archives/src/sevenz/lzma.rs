//! LZMA and LZMA2 by liblzma, whose decoder takes a fifth less time than the one of the 7z crate.
//!
//! An LZMA2 stream that several threads wrote forgets its dictionary every now and then, by default after four times
//! its size. What lies between two such places is a [`Piece`], which can be decoded without those before it: they are
//! read from the headers of the stream's chunks. (Format: 7-Zip's `Lzma2Dec.c` and xz's `lzma2_decoder.c`, public domain.)

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;

use liblzma::bufread::XzDecoder;
use liblzma::stream::{Filters, LzmaOptions, Stream};
use sevenz_rust::{Block, EncoderMethod};

use crate::error::ArchiveError;
use crate::window::Window;

/// A piece is at least that long: each has a decoder made for it.
pub(crate) const SHORTEST_PIECE_BYTES: u64 = 1 << 20;

/// What liblzma makes of a smaller one.
const SMALLEST_DICTIONARY_BYTES: u32 = 4 << 10;

const READ_BYTES: usize = 64 << 10;

/// Of the headers of the chunks of LZMA2.
const STREAM_END: u8 = 0x00;
const PLAIN_AFTER_RESET: u8 = 0x01;
const PLAIN: u8 = 0x02;
const FIRST_PACKED: u8 = 0x80;
const FIRST_WITH_PROPERTIES: u8 = 0xC0;
const FIRST_WITH_RESET: u8 = 0xE0;

/// How a block is packed, if it is packed in this way alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Method {
    /// Literal context, literal position and position bits.
    Lzma {
        bits: [u32; 3],
        dictionary_bytes: u32,
    },
    Lzma2 {
        dictionary_bytes: u32,
    },
}

/// A part of a block that can be decoded by itself.
#[derive(Debug)]
pub(crate) struct Piece {
    method: Method,
    /// Its place in the archive.
    packed: Range<u64>,
    /// Its place in all that the blocks unpack to, one after the other.
    pub(crate) content: Range<u64>,
}

impl Method {
    pub(crate) fn of(block: &Block) -> Option<Self> {
        let [coder] = &block.coders[..] else { return None };
        match (coder.encoder_method_id(), coder.properties()) {
            (EncoderMethod::ID_LZMA, &[bits, a, b, c, d]) => {
                let bits = u32::from(bits);
                let [context, literal, position] = [bits % 9, bits / 9 % 5, bits / 45];
                // liblzma takes no more; nobody writes it.
                let is_known = context + literal <= 4 && position <= 4;
                let dictionary_bytes = u32::from_le_bytes([a, b, c, d]);
                is_known.then_some(Self::Lzma { bits: [context, literal, position], dictionary_bytes })
            }
            (EncoderMethod::ID_LZMA2, &[bits @ 0..40]) => {
                Some(Self::Lzma2 { dictionary_bytes: (2 | u32::from(bits & 1)) << (bits / 2 + 11) })
            }
            _ => None,
        }
    }

    /// Divides a block, which lies at `packed` in the archive and unpacks to `content`.
    pub(crate) fn pieces(
        self,
        archive: &File,
        packed: Range<u64>,
        content: Range<u64>,
    ) -> Result<Vec<Piece>, ArchiveError> {
        match self {
            Self::Lzma { .. } => Ok(vec![Piece { method: self, packed, content }]),
            Self::Lzma2 { .. } => divide(self, archive, packed, content),
        }
    }

    /// No match reaches back further than to the begin of the content: a smaller dictionary does for less.
    fn dictionary_bytes(self, content_bytes: u64) -> u32 {
        let (Self::Lzma { dictionary_bytes, .. } | Self::Lzma2 { dictionary_bytes }) = self;
        dictionary_bytes.min(u32::try_from(content_bytes).unwrap_or(u32::MAX)).max(SMALLEST_DICTIONARY_BYTES)
    }

    fn decoder(self, content_bytes: u64) -> io::Result<Stream> {
        let mut options = LzmaOptions::new_preset(0)?;
        options.dict_size(self.dictionary_bytes(content_bytes));
        let mut filters = Filters::new();
        match self {
            Self::Lzma { bits: [context, literal, position], .. } => {
                options.literal_context_bits(context).literal_position_bits(literal).position_bits(position);
                filters.lzma1(&options)
            }
            Self::Lzma2 { .. } => filters.lzma2(&options),
        };
        Ok(Stream::new_raw_decoder(&filters)?)
    }
}

impl Piece {
    /// What its decoder holds.
    pub(crate) fn dictionary_bytes(&self) -> u64 {
        u64::from(self.method.dictionary_bytes(self.content.end - self.content.start))
    }

    /// Its content, which whoever reads it must end by itself.
    pub(crate) fn open(&self, archive: &File) -> io::Result<impl Read> {
        let packed = BufReader::with_capacity(READ_BYTES, Window { archive, range: self.packed.clone() });
        Ok(XzDecoder::new_stream(packed, self.method.decoder(self.content.end - self.content.start)?))
    }
}

/// Goes from chunk to chunk, and reads only their headers.
fn divide(method: Method, archive: &File, packed: Range<u64>, content: Range<u64>) -> Result<Vec<Piece>, ArchiveError> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut source = BufReader::new(Window { archive, range: packed.clone() });
    let (mut at, mut unpacked) = (packed.start, content.start);
    while let Some(chunk) = Chunk::read(&mut source)? {
        let is_long = |piece: &Piece| unpacked - piece.content.start >= SHORTEST_PIECE_BYTES;
        if pieces.last().is_none_or(|piece| chunk.resets && is_long(piece)) {
            pieces.push(Piece { method, packed: at..at, content: unpacked..unpacked });
        }
        at += chunk.header_bytes + chunk.packed_bytes;
        unpacked += chunk.content_bytes;
        if at > packed.end || unpacked > content.end {
            break;
        }
        if let Some(piece) = pieces.last_mut() {
            (piece.packed.end, piece.content.end) = (at, unpacked);
        }
        source.seek_relative(chunk.packed_bytes as i64)?;
    }
    match unpacked == content.end && at < packed.end {
        true => Ok(pieces),
        false => Err(ArchiveError::new("what it holds is not as long as its list says")),
    }
}

/// The header of a chunk of LZMA2.
struct Chunk {
    resets: bool,
    header_bytes: u64,
    packed_bytes: u64,
    content_bytes: u64,
}

impl Chunk {
    /// None: the stream ends here.
    fn read(source: &mut impl BufRead) -> Result<Option<Self>, ArchiveError> {
        let mut next = |count: usize| {
            let mut bytes = [0; 4];
            source.read_exact(&mut bytes[4 - count..]).map(|()| u64::from(u32::from_be_bytes(bytes)))
        };
        let control = next(1)? as u8;
        Ok(match control {
            STREAM_END => None,
            PLAIN_AFTER_RESET | PLAIN => {
                let bytes = next(2)? + 1;
                let resets = control == PLAIN_AFTER_RESET;
                Some(Self { resets, header_bytes: 3, packed_bytes: bytes, content_bytes: bytes })
            }
            FIRST_PACKED.. => {
                let content_bytes = (u64::from(control & 0x1F) << 16) + next(2)? + 1;
                let packed_bytes = next(2)? + 1;
                // One more byte tells new properties.
                let properties = u64::from(control >= FIRST_WITH_PROPERTIES);
                next(properties as usize)?;
                let resets = control >= FIRST_WITH_RESET;
                Some(Self { resets, header_bytes: 5 + properties, packed_bytes, content_bytes })
            }
            _ => return Err(ArchiveError::new("it is damaged: no such chunk of LZMA2 is known")),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use tempfile::tempfile;

    use super::*;

    const METHOD: Method = Method::Lzma2 { dictionary_bytes: 1 << 20 };

    /// A chunk that is not packed, of `bytes` zeros.
    fn plain(control: u8, bytes: usize) -> Vec<u8> {
        let size = u16::try_from(bytes - 1).unwrap().to_be_bytes();
        [&[control][..], &size, &vec![0; bytes]].concat()
    }

    /// Where a piece is packed, and where its content goes.
    type Places = (Range<u64>, Range<u64>);

    fn pieces(stream: &[u8], content_bytes: u64) -> Result<Vec<Places>, String> {
        let file = tempfile().unwrap();
        file.write_all_at(stream, 7).unwrap();
        let pieces = METHOD.pieces(&file, 7..7 + stream.len() as u64, 100..100 + content_bytes);
        let places = |pieces: Vec<Piece>| pieces.into_iter().map(|piece| (piece.packed, piece.content)).collect();
        pieces.map(places).map_err(|error| error.why())
    }

    #[test]
    fn a_stream_is_divided_where_it_forgets_but_not_into_crumbs() {
        const CHUNK: usize = 1 << 16;
        let mut stream = Vec::new();
        // Resets at 0, 1, 17 and 18 chunks of 64 KiB: 16 of them make the shortest piece.
        for n in 0..20 {
            let resets = [0, 1, 17, 18].contains(&n);
            stream.extend(plain(if resets { PLAIN_AFTER_RESET } else { PLAIN }, CHUNK));
        }
        stream.push(STREAM_END);
        let (packed, content) = ((CHUNK + 3) as u64, CHUNK as u64);
        let expected = vec![
            (7..7 + 17 * packed, 100..100 + 17 * content),
            (7 + 17 * packed..7 + 20 * packed, 100 + 17 * content..100 + 20 * content),
        ];
        assert_eq!(pieces(&stream, 20 * content), Ok(expected));
    }

    #[test]
    fn what_is_not_as_long_as_told_is_refused() {
        let whole = [plain(PLAIN_AFTER_RESET, 500), vec![STREAM_END]].concat();
        assert!(pieces(&whole, 500).is_ok());
        assert!(pieces(&whole, 499).unwrap_err().contains("not as long"));
        assert!(pieces(&whole, 501).unwrap_err().contains("not as long"));
        assert!(pieces(&whole[..whole.len() - 1], 500).is_err(), "it does not say that it ends");
        assert!(pieces(&whole[..200], 500).is_err());
        assert!(pieces(&[3, 0, 0], 1).unwrap_err().contains("no such chunk"));
    }

    #[test]
    fn a_short_piece_needs_no_large_dictionary() {
        let large = Method::Lzma2 { dictionary_bytes: 256 << 20 };
        assert_eq!(large.dictionary_bytes(5 << 20), 5 << 20);
        assert_eq!(large.dictionary_bytes(8 << 30), 256 << 20);
        assert_eq!(large.dictionary_bytes(3), SMALLEST_DICTIONARY_BYTES);
    }
}

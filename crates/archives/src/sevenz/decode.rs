//! Blocks of a 7z, decoded by the crate; a block that would take too much memory is refused before.

use std::io::Read;

use sevenz_rust::{Block, BlockDecoder, EncoderMethod, Error, Password};

use super::overlay::Overlay;
use crate::error::ArchiveError;

/// What decoding a block may hold: `7zz -mx9` needs 256 MiB, whatever decodes it.
const MOST_MEMORY_BYTES: u64 = 512 << 20;

/// More threads take thirty times the memory, and more work in all.
pub(crate) const THREADS: u32 = 1;

/// The content of an archive that has one file; nothing when that is longer than `longest`.
pub(crate) fn decode_only_file(source: &mut Overlay, longest: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
    let archive = sevenz_rust::Archive::read(source, &Password::empty())?;
    archive.blocks.iter().try_for_each(judge_coders)?;
    let size = archive.files.first().map_or(0, |file| file.size);
    if size > longest {
        return Ok(None);
    }
    let mut content = Vec::new();
    if size > 0 {
        let password = Password::empty();
        let decoder = BlockDecoder::new(THREADS, 0, &archive, &password, source);
        decoder.for_each_entries(&mut |_, reader| {
            reader.take(longest).read_to_end(&mut content)?;
            Ok(true)
        })?;
    }
    match content.len() as u64 == size {
        true => Ok(Some(content)),
        false => Err(ArchiveError::new("its list of files is damaged")),
    }
}

/// Refuses what we cannot decode, or only with too much memory.
pub(crate) fn judge_coders(block: &Block) -> Result<(), ArchiveError> {
    let mut memory = 0_u64;
    for coder in &block.coders {
        let id = coder.encoder_method_id();
        let size_at = |at: usize| {
            let size = coder.properties().get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            size.map_or(u64::MAX, |bytes| u64::from(u32::from_le_bytes(bytes)))
        };
        let needs = match id {
            EncoderMethod::ID_AES256_SHA256 => return Err(ArchiveError::new("it is encrypted")),
            EncoderMethod::ID_LZMA | EncoderMethod::ID_PPMD => size_at(1),
            EncoderMethod::ID_LZMA2 => match coder.properties().first() {
                Some(&bits @ 0..=40) => (2 | u64::from(bits & 1)) << (bits / 2 + 11),
                _ => u64::MAX,
            },
            // A few hundred kilobytes.
            _ => 0,
        };
        memory = memory.saturating_add(needs);
    }
    let (asked, allowed) = (memory >> 20, MOST_MEMORY_BYTES >> 20);
    match memory {
        0..=MOST_MEMORY_BYTES => Ok(()),
        u64::MAX => Err(ArchiveError::new("it does not say how large its dictionary is")),
        _ => Err(ArchiveError::new(format!(
            "its dictionary takes {asked} MiB of memory, more than the {allowed} allowed"
        ))),
    }
}

impl From<Error> for ArchiveError {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error, _) => error.into(),
            Error::ChecksumVerificationFailed => Self::new("a checksum is wrong: it is damaged"),
            Error::UnsupportedCompressionMethod(name) => {
                Self::new(format!("its compression `{name}` is not known here"))
            }
            Error::PasswordRequired => Self::new("it is encrypted"),
            Error::Other(why) | Error::Unsupported(why) => Self::new(format!("it is damaged: {why}")),
            other => Self::new(format!("it is damaged: {other}")),
        }
    }
}

//! Pieces of an archive, decoded side by side, each written to its place in the files.
//!
//! A piece without anything of what is wanted is not decoded. Each thread holds one dictionary, and no piece is held whole.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, available_parallelism};

use anyhow::Result;
use crc32fast::Hasher;
use files::{Writeback, unwritable};

use super::lzma::Piece;
use crate::entry::Entry;
use crate::error::ArchiveError;
use crate::sink::{BUFFER_BYTES, SHORT, Sink, Site};

/// What all dictionaries but the first may take: with it, a step stays under 64 MiB and the archive's own dictionary.
const MORE_DICTIONARIES_BYTES: u64 = 48 << 20;

/// A file that is wanted, and its place in all that the blocks unpack to.
#[derive(Debug)]
pub(crate) struct Selected<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) content: Range<u64>,
}

/// What one piece gave to one file.
struct Share {
    /// Of the file, among those wanted.
    index: usize,
    bytes: u64,
    crc32: u32,
}

/// Writes the files `wanted`, in the order in which they lie, from `archive`.
///
/// # Errors
/// 65 when a piece is damaged, 66 when it cannot be read, 74 when the disk refuses; whatever the sink's `advance` says.
pub(crate) fn unpack(archive: &File, pieces: &[Piece], wanted: &[Selected], sink: &mut Sink) -> Result<()> {
    for file in wanted {
        sink.create(file.entry)?;
    }
    let needed: Vec<_> = pieces.iter().filter(|piece| shares_of(piece, wanted).next().is_some()).collect();
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work =
        Work { archive, pieces: &needed, wanted, site: sink.site(), next, stopped, writeback: Writeback::default() };
    let mut crcs = vec![Hasher::new(); wanted.len()];
    for Share { index, bytes, crc32 } in work.run(sink)?.into_iter().flatten() {
        crcs[index].combine(&Hasher::new_with_initial_len(crc32, bytes));
    }
    work.writeback.end()?;
    wanted.iter().zip(crcs).try_for_each(|(file, crc)| sink.check(file.entry, crc.finalize()))
}

/// The wanted files of which a piece has something, by their index, and what of the content that is.
fn shares_of(piece: &Piece, wanted: &[Selected]) -> impl Iterator<Item = (usize, Range<u64>)> {
    let Range { start, end } = piece.content;
    let first = wanted.partition_point(|file| file.content.end <= start);
    let files = wanted.iter().enumerate().skip(first).take_while(move |(_, file)| file.content.start < end);
    files.map(move |(index, file)| (index, file.content.start.max(start)..file.content.end.min(end)))
}

/// What the threads share.
struct Work<'a> {
    archive: &'a File,
    pieces: &'a [&'a Piece],
    wanted: &'a [Selected<'a>],
    site: Site<'a>,
    next: AtomicUsize,
    stopped: AtomicBool,
    writeback: Writeback,
}

impl Work<'_> {
    /// Returns the shares of each piece, in order.
    fn run(&self, sink: &mut Sink) -> Result<Vec<Vec<Share>>> {
        let (tell, told) = channel();
        let mut done = thread::scope(|scope| {
            let start = |tell| scope.spawn(move || self.decode_all(&tell));
            let threads: Vec<_> = (0..self.threads()).map(|_| start(tell.clone())).collect();
            drop(tell);
            let heard = told.iter().try_for_each(|count| sink.advance(count));
            self.stopped.fetch_or(heard.is_err(), Ordering::Relaxed);
            let done =
                threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            heard.map(|()| done.collect::<Vec<_>>())
        })?;
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, shares)| shares).collect()
    }

    fn threads(&self) -> usize {
        let largest = self.pieces.iter().map(|piece| piece.dictionary_bytes()).max().unwrap_or(1);
        let more = usize::try_from(MORE_DICTIONARIES_BYTES / largest).unwrap_or(usize::MAX);
        available_parallelism().map_or(1, usize::from).min(self.pieces.len()).min(more.saturating_add(1))
    }

    /// Takes one piece after the other, until there is none, or one fails.
    fn decode_all(&self, tell: &Sender<u64>) -> Vec<(usize, Result<Vec<Share>>)> {
        let mut done = Vec::new();
        while !self.stopped.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = self.pieces.get(index) else { break };
            let shares = self.decode(piece, tell);
            self.stopped.fetch_or(shares.is_err(), Ordering::Relaxed);
            done.push((index, shares));
        }
        done
    }

    fn decode(&self, piece: &Piece, tell: &Sender<u64>) -> Result<Vec<Share>> {
        let mut content = piece.open(self.archive).map_err(|error| self.site.refuse(ArchiveError::from(error)))?;
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut at = piece.content.start;
        let mut shares = Vec::new();
        for (index, range) in shares_of(piece, self.wanted) {
            let file = &self.wanted[index];
            let mut copy = Copy { file, content: &mut content, buffer: &mut buffer, tell, work: self };
            copy.skip(range.start - at)?;
            let crc32 = copy.write(range.clone())?;
            shares.push(Share { index, bytes: range.end - range.start, crc32 });
            at = range.end;
        }
        Ok(shares)
    }
}

/// From a decoder to a file.
struct Copy<'a, R> {
    file: &'a Selected<'a>,
    content: &'a mut R,
    buffer: &'a mut [u8],
    tell: &'a Sender<u64>,
    work: &'a Work<'a>,
}

impl<R: Read> Copy<'_, R> {
    fn skip(&mut self, bytes: u64) -> Result<()> {
        let mut left = bytes;
        while left > 0 && !self.work.stopped.load(Ordering::Relaxed) {
            left -= self.read(left)? as u64;
            // Nobody may be there to hear it.
            let _ = self.tell.send(0);
        }
        Ok(())
    }

    /// Returns the CRC of what was written.
    fn write(&mut self, range: Range<u64>) -> Result<u32> {
        let path = self.work.site.path(self.file.entry);
        let file = OpenOptions::new().write(true).open(&path).map_err(|error| unwritable("write", &path, error))?;
        let mut crc = Hasher::new();
        let mut at = range.start;
        while at < range.end && !self.work.stopped.load(Ordering::Relaxed) {
            let count = self.read(range.end - at)?;
            let bytes = &self.buffer[..count];
            crc.update(bytes);
            file.write_all_at(bytes, at - self.file.content.start)
                .map_err(|error| unwritable("write", &path, error))?;
            at += count as u64;
            self.work.writeback.wrote(&file, &path, count);
            let _ = self.tell.send(count as u64);
        }
        Ok(crc.finalize())
    }

    /// Reads up to `left` bytes, at least one.
    fn read(&mut self, left: u64) -> Result<usize> {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
        match self.work.site.read(self.file.entry, self.content, &mut self.buffer[..wanted])? {
            0 => Err(self.work.site.damaged(self.file.entry, SHORT)),
            count => Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::LazyLock;

    use anyhow::bail;
    use proptest::prelude::*;
    use step::{ExitCode, Failure};
    use tempfile::TempDir;

    use super::*;
    use crate::testing::{Item, Packing, seven_z_packed};
    use crate::{Archive, Limits};

    const LIMITS: Limits = Limits { max_bytes: 1 << 30, max_entries: 100 };

    /// Three files that begin and end inside pieces, and one that is inside the last one.
    struct Sample {
        contents: [Vec<u8>; 4],
    }

    impl Sample {
        fn new() -> Self {
            let noise = |bytes: usize, seed: u32| {
                let words = (0..bytes as u32 / 4).map(|n| (n.wrapping_mul(2_654_435_761) ^ seed) >> 7);
                words.flat_map(u32::to_le_bytes).collect()
            };
            Self { contents: [noise(300_000, 1), noise(1_500_000, 2), noise(600_000, 3), noise(40_000, 4)] }
        }

        fn items(&self) -> Vec<Item<'_>> {
            ["a", "d/b", "c", "d/e"].into_iter().zip(self.contents.iter().map(Vec::as_slice)).collect()
        }
    }

    /// Opens `bytes` and unpacks what `wants` says; returns the folder too.
    fn unpack_some(bytes: &[u8], wants: impl Fn(&str) -> bool) -> (TempDir, Result<Option<String>>) {
        let folder = TempDir::new().unwrap();
        let (path, inside) = (folder.path().join("archive"), folder.path().join("inside"));
        fs::write(&path, bytes).unwrap();
        fs::create_dir(&inside).unwrap();
        let unpacked = Archive::open(&path, LIMITS).and_then(|mut archive| {
            let wanted: Vec<_> = archive.entries().iter().map(|entry| wants(&entry.path)).collect();
            archive.unpack(&wanted, &inside, &mut |_| Ok(()))
        });
        (folder, unpacked)
    }

    fn is_bad(unpacked: &Result<Option<String>>) -> bool {
        let failure = unpacked.as_ref().err().and_then(|error| error.downcast_ref::<Failure>());
        failure.is_some_and(|failure| failure.code() == ExitCode::BadInput)
    }

    #[test]
    fn whatever_the_packing_the_files_come_out_as_they_went_in() {
        let sample = Sample::new();
        for packing in [Packing::Lzma, Packing::Lzma2, Packing::Lzma2InPieces, Packing::DeltaAndLzma2, Packing::Copied]
        {
            let (folder, unpacked) = unpack_some(&seven_z_packed(&sample.items(), packing), |_| true);
            unpacked.unwrap();
            for (name, content) in sample.items() {
                let there = fs::read(folder.path().join("inside").join(name)).unwrap();
                assert!(there == content, "{name} differs, {packing:?}");
            }
        }
    }

    #[test]
    fn only_the_pieces_with_what_is_wanted_are_decoded() {
        let sample = Sample::new();
        let mut bytes = seven_z_packed(&sample.items(), Packing::Lzma2InPieces);
        // In the first piece, behind the header of its first chunk.
        bytes[32 + 5_000] ^= 0xFF;
        let (folder, unpacked) = unpack_some(&bytes, |path| path == "d/e");
        let there = folder.path().join("inside/d/e");
        assert_eq!(unpacked.unwrap(), Some(files::sha256(&there).unwrap()));
        assert!(fs::read(there).unwrap() == sample.contents[3]);
        assert!(!folder.path().join("inside/a").exists());
        assert!(is_bad(&unpack_some(&bytes, |path| path == "a").1));
        let whole = seven_z_packed(&sample.items(), Packing::Lzma2);
        let mut spoilt = whole;
        spoilt[32 + 5_000] ^= 0xFF;
        assert!(is_bad(&unpack_some(&spoilt, |path| path == "d/e").1), "in one piece, it needs all before it");
    }

    #[test]
    fn whoever_watches_hears_of_every_byte_and_can_end_it() {
        let sample = Sample::new();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("archive");
        fs::write(&path, seven_z_packed(&sample.items(), Packing::Lzma2InPieces)).unwrap();
        let mut archive = Archive::open(&path, LIMITS).unwrap();
        let wanted = vec![true; archive.entries().len()];
        let mut heard = 0;
        let mut count = |bytes| {
            heard += bytes;
            Ok(())
        };
        fs::create_dir(folder.path().join("whole")).unwrap();
        archive.unpack(&wanted, &folder.path().join("whole"), &mut count).unwrap();
        assert_eq!(heard, sample.contents.iter().map(|content| content.len() as u64).sum::<u64>());
        fs::create_dir(folder.path().join("ended")).unwrap();
        let ended = archive.unpack(&wanted, &folder.path().join("ended"), &mut |_| bail!("enough"));
        assert_eq!(ended.unwrap_err().to_string(), "enough");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_with_other_bytes_get_a_verdict(flips in proptest::collection::vec((0.0..1.0_f64, any::<u8>()), 1..4)) {
            static WHOLE: LazyLock<(Sample, Vec<u8>)> = LazyLock::new(|| {
                let sample = Sample::new();
                let bytes = seven_z_packed(&sample.items(), Packing::Lzma2InPieces);
                (sample, bytes)
            });
            let (sample, mut bytes) = (&WHOLE.0, WHOLE.1.clone());
            let length = bytes.len();
            for (place, byte) in flips {
                bytes[(length as f64 * place) as usize] = byte;
            }
            let (folder, unpacked) = unpack_some(&bytes, |_| true);
            match unpacked {
                Ok(_) => for (name, content) in sample.items() {
                    prop_assert!(fs::read(folder.path().join("inside").join(name)).unwrap() == content);
                },
                Err(_) => prop_assert!(is_bad(&unpacked), "{unpacked:?}"),
            }
        }
    }
}

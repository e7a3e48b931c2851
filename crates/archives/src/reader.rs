//! One entry of an archive as a stream, without a folder to unpack to.

use std::fmt;
use std::io::{self, Read};

use crc32fast::Hasher;

use crate::entry::{Entry, EntryKind};
use crate::name::shown;

/// The content of one entry: exactly the bytes that the list says, with the checksum that it says.
///
/// A reader that goes to the end has seen all of it and knows it to be right. An error that comes from the operating
/// system (`raw_os_error`) means that the archive cannot be read; any other, that it holds what it should not.
pub struct EntryReader {
    content: Box<dyn Read + Send>,
    name: String,
    left: u64,
    crc: Hasher,
    crc32: u32,
}

impl EntryReader {
    pub(crate) fn new(entry: &Entry, content: Box<dyn Read + Send>) -> Self {
        let (left, crc32) = match entry.kind {
            EntryKind::File { bytes, crc32 } => (bytes, crc32),
            EntryKind::Folder => (0, 0),
        };
        Self { content, name: shown(&entry.path), left, crc: Hasher::new(), crc32 }
    }

    /// All that was listed has come: nothing may follow, and the checksum must be the one of the list.
    fn check_end(&mut self) -> io::Result<()> {
        if read_some(&mut self.content, &mut [0]).map_err(|error| self.damaged(error))? > 0 {
            return Err(self.invalid("holds more than the list says"));
        }
        match self.crc.clone().finalize() == self.crc32 {
            true => Ok(()),
            false => Err(self.invalid("is damaged: its checksum is wrong")),
        }
    }

    fn damaged(&self, error: io::Error) -> io::Error {
        match error.raw_os_error() {
            Some(_) => error,
            None => self.invalid(&format!("is damaged: {error}")),
        }
    }

    fn invalid(&self, what: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("its file `{}` {what}", self.name))
    }
}

impl Read for EntryReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let count = read_some(&mut self.content, &mut buffer[..wanted]).map_err(|error| self.damaged(error))?;
        if count == 0 {
            return Err(self.invalid("holds less than the list says"));
        }
        self.crc.update(&buffer[..count]);
        self.left -= count as u64;
        if self.left == 0 {
            self.check_end()?;
        }
        Ok(count)
    }
}

impl fmt::Debug for EntryReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryReader").field("name", &self.name).field("left", &self.left).finish_non_exhaustive()
    }
}

fn read_some(content: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match content.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use step::{ExitCode, Failure};
    use tempfile::TempDir;

    use crate::testing::{Blocks, Item, Packing, seven_z, seven_z_packed, zip};
    use crate::{Archive, Limits};

    use super::*;

    const LIMITS: Limits = Limits { max_bytes: 1 << 30, max_entries: 100 };

    fn items() -> Vec<Item<'static>> {
        static LONG: [u8; 300_000] = [b'x'; 300_000];
        vec![("xl/", b""), ("xl/workbook.xml", b"<workbook/>"), ("xl/sheet.xml", &LONG), ("empty", b"")]
    }

    fn open(bytes: &[u8]) -> (TempDir, Archive) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("archive");
        fs::write(&path, bytes).unwrap();
        let archive = Archive::open(&path, LIMITS).unwrap();
        (folder, archive)
    }

    fn code(error: &anyhow::Error) -> ExitCode {
        error.downcast_ref::<Failure>().unwrap().code()
    }

    #[test]
    fn an_entry_comes_alone_and_leaves_no_file() {
        let packings = [Packing::Lzma, Packing::Lzma2InPieces, Packing::DeltaAndLzma2, Packing::Copied];
        let sevens = packings.map(|packing| seven_z_packed(&items(), packing));
        for bytes in sevens.into_iter().chain([zip(&items()), seven_z(&items(), Blocks::Each)]) {
            let (folder, mut archive) = open(&bytes);
            for (name, content) in items().iter().filter(|(name, _)| !name.ends_with('/')) {
                assert!(archive.read(name, 1 << 20).unwrap() == *content, "{name}");
            }
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn two_entries_of_a_zip_are_read_side_by_side() {
        let (_folder, mut archive) = open(&zip(&items()));
        let mut long = archive.reader("xl/sheet.xml", 1 << 20).unwrap();
        let mut short = archive.reader("xl/workbook.xml", 1 << 20).unwrap();
        drop(archive);
        let (mut start, mut whole, mut rest) = ([0; 10], String::new(), Vec::new());
        long.read_exact(&mut start).unwrap();
        short.read_to_string(&mut whole).unwrap();
        long.read_to_end(&mut rest).unwrap();
        assert_eq!((whole.as_str(), rest.len()), ("<workbook/>", 299_990));
    }

    #[test]
    fn what_is_longer_than_the_reader_has_room_for_is_refused_unread() {
        for bytes in [zip(&items()), seven_z(&items(), Blocks::One)] {
            let (_folder, mut archive) = open(&bytes);
            let error = archive.read("xl/sheet.xml", 299_999).unwrap_err();
            assert_eq!(code(&error), ExitCode::BadInput);
            assert!(error.to_string().contains("300000 bytes"), "{error}");
            assert!(archive.read("xl/sheet.xml", 300_000).is_ok());
        }
    }

    #[test]
    fn what_is_no_file_of_it_is_refused() {
        let (_folder, mut archive) = open(&zip(&items()));
        for name in ["xl", "xl/", "xl/none.xml", ""] {
            let error = archive.reader(name, 1).unwrap_err();
            assert_eq!(code(&error), ExitCode::BadInput, "{name}");
        }
    }

    #[test]
    fn damaged_content_is_told_before_its_last_byte_is_given() {
        let noise: Vec<u8> = (0..20_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let items = [("a.xml", noise.as_slice())];
        for mut bytes in [zip(&items), seven_z(&items, Blocks::One)] {
            bytes[40_000] ^= 1;
            let (_folder, mut archive) = open(&bytes);
            let error = archive.read("a.xml", 1 << 20).unwrap_err();
            assert_eq!(code(&error), ExitCode::BadInput, "{error}");
            assert!(error.to_string().contains("damaged"), "{error}");
        }
    }

    #[test]
    fn the_list_has_the_last_word_on_size_and_checksum() {
        let entry = |bytes, crc32| Entry { path: "a".to_owned(), kind: EntryKind::File { bytes, crc32 } };
        let crc32 = crc32fast::hash(b"abc");
        let read = |entry: &Entry| {
            let mut content = Vec::new();
            let read = EntryReader::new(entry, Box::new(&b"abc"[..])).read_to_end(&mut content);
            read.map_err(|error| error.to_string())
        };
        assert_eq!(read(&entry(3, crc32)), Ok(3));
        assert!(read(&entry(2, crc32fast::hash(b"ab"))).unwrap_err().contains("more than"));
        assert!(read(&entry(4, crc32)).unwrap_err().contains("less than"));
        assert!(read(&entry(3, crc32 ^ 1)).unwrap_err().contains("checksum"));
    }
}

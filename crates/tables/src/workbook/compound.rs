//! The file around an `.xls`: a compound file, a small file system whose tables of sectors lead from one to the next.
//!
//! Written from Microsoft's description \[MS-CFB\]. A table may lead in circles, and sizes may say anything: no chain is
//! followed for longer than the file has sectors.

use super::fault::{Fault, Parsed};

/// Begins a compound file.
pub(crate) const SIGNATURE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The header lists that many sectors of the table; of files over 6 MB the list goes on in sectors of its own.
const TABLE_SECTORS: usize = 109;
const TABLE_LIST: usize = 76;
/// Its first sector, then how many there are.
const MORE_OF_TABLE_LIST: usize = 68;

const SECTOR_SHIFT: usize = 30;
const DIRECTORY: usize = 48;

const END_OF_CHAIN: u32 = 0xffff_fffe;

/// Of an entry of the directory: its name comes first.
const ENTRY_BYTES: usize = 128;
const FIRST_SECTOR: usize = 116;
const SIZE: usize = 120;

/// Shorter streams are kept elsewhere; Excel makes its workbooks at least that long.
const SHORTEST_STREAM: usize = 4_096;

/// What Excel 97 and later call it.
const WORKBOOK: &str = "Workbook";

/// What holds an XLSX that has a password.
const ENCRYPTED: &str = "EncryptedPackage";

struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// The sector that comes after each.
    next: Vec<u32>,
}

/// The stream of records that is the workbook.
pub(crate) fn workbook(bytes: &[u8]) -> Parsed<Vec<u8>> {
    let file = Compound::open(bytes)?;
    let directory = file.chain(word(bytes, DIRECTORY)?, usize::MAX)?;
    let named = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        directory.chunks_exact(ENTRY_BYTES).find(|entry| entry.starts_with(&name))
    };
    if named(ENCRYPTED).is_some() {
        return Err("a password protects it".into());
    }
    let entry = named(WORKBOOK).ok_or("it holds no workbook of Excel 97 to 2003")?;
    let size = word(entry, SIZE)? as usize;
    if size < SHORTEST_STREAM {
        return Err(format!("its workbook has {size} bytes only").into());
    }
    let stream = file.chain(word(entry, FIRST_SECTOR)?, size)?;
    if stream.len() < size {
        return Err(Fault::cut());
    }
    Ok(stream)
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Parsed<Self> {
        let sector_bytes = match bytes.get(SECTOR_SHIFT) {
            Some(9) => 512,
            Some(12) => 4_096,
            _ => return Err("it is damaged: its sectors are of no known size".into()),
        };
        let mut file = Self { bytes, sector_bytes, next: Vec::new() };
        let list = bytes.get(TABLE_LIST..TABLE_LIST + 4 * TABLE_SECTORS).ok_or_else(Fault::cut)?;
        // A sector that is not there ends the list; what it lists twice would only make the table too long.
        let all = bytes.len() / sector_bytes;
        let is_there = |sector: &u32| (*sector as usize) < all;
        let mut sectors: Vec<u32> = words(list).take_while(|sector| is_there(sector)).collect();
        let (mut more, lists) = (word(bytes, MORE_OF_TABLE_LIST)?, word(bytes, MORE_OF_TABLE_LIST + 4)?);
        for _ in 0..all.min(lists as usize) {
            if !is_there(&more) {
                break;
            }
            let list = file.sector(more);
            let (list, last) = list.split_at(list.len().saturating_sub(4));
            sectors.extend(words(list).take_while(|sector| is_there(sector)));
            sectors.truncate(all);
            more = words(last).next().unwrap_or(END_OF_CHAIN);
        }
        file.next = sectors.iter().flat_map(|sector| words(file.sector(*sector))).collect();
        Ok(file)
    }

    /// The bytes of a sector; none, or fewer, where the file ends before.
    fn sector(&self, number: u32) -> &'a [u8] {
        let begin = (number as usize + 1) * self.sector_bytes;
        let end = (begin + self.sector_bytes).min(self.bytes.len());
        self.bytes.get(begin..end).unwrap_or_default()
    }

    /// The first `size` bytes of a chain of sectors, or all of it if it is shorter.
    fn chain(&self, first: u32, size: usize) -> Parsed<Vec<u8>> {
        let (mut stream, mut number) = (Vec::new(), first);
        for _ in 0..=self.bytes.len() / self.sector_bytes {
            if number == END_OF_CHAIN || stream.len() >= size {
                stream.truncate(size);
                return Ok(stream);
            }
            stream.extend_from_slice(self.sector(number));
            number = *self.next.get(number as usize).ok_or("it is damaged: its sectors lead out of it")?;
        }
        Err("it is damaged: its sectors lead in circles".into())
    }
}

fn word(bytes: &[u8], at: usize) -> Parsed<u32> {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk());
    word.map(|word| u32::from_le_bytes(*word)).ok_or_else(Fault::cut)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory in sector 0, its table in sector 1, the workbook from sector 2 on.
    fn compound(size: u32, next: &[u32]) -> Vec<u8> {
        let mut file = SIGNATURE.to_vec();
        file.resize(TABLE_LIST, 0);
        file[SECTOR_SHIFT] = 9;
        file.extend(1_u32.to_le_bytes());
        file.resize(512, 0xff);
        let mut entry: Vec<u8> = WORKBOOK.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(FIRST_SECTOR, 0);
        entry.extend([2, size].map(u32::to_le_bytes).concat());
        file.extend(entry);
        file.resize(1_024, 0);
        file.extend([END_OF_CHAIN, 0xffff_fffd].iter().chain(next).flat_map(|next| next.to_le_bytes()));
        file.resize(1_536, 0xff);
        (0..9_u8).for_each(|sector| file.extend([sector; 512]));
        file
    }

    fn said(bytes: &[u8]) -> String {
        match workbook(bytes) {
            Err(Fault::Broken(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_stream_is_put_together_from_its_sectors() {
        let stream = workbook(&compound(4_100, &[3, 4, 5, 6, 7, 8, 10, END_OF_CHAIN, 9])).unwrap();
        let expected: Vec<u8> = [0, 1, 2, 3, 4, 5, 6, 8].iter().flat_map(|sector| [*sector; 512]).collect();
        assert_eq!(stream, [expected, vec![7; 4]].concat());
    }

    #[test]
    fn what_leads_astray_is_refused() {
        for (size, next, why) in [
            (u32::MAX, &[3, 4, 5, 2][..], "in circles"),
            (4_096, &[3, 4, 5, 6, 7, 8, 127, 0, 0], "lead out of it"),
            (4_096, &[3, END_OF_CHAIN], "was cut"),
            (u32::MAX, &[3, 4, 5, 6, 7, 8, 9, END_OF_CHAIN], "was cut"),
            (100, &[END_OF_CHAIN], "100 bytes only"),
        ] {
            let said = said(&compound(size, next));
            assert!(said.contains(why), "{size} {next:?}: {said}");
        }
        let mut circle = compound(4_096, &[]);
        circle[1_024..1_028].copy_from_slice(&0_u32.to_le_bytes());
        assert!(said(&circle).contains("in circles"), "the directory's own chain");
    }

    /// A table of more than 109 sectors: the list of those beyond is in a sector of its own.
    #[test]
    fn the_list_of_the_table_goes_on_in_a_sector() {
        let sectors = 110 * 128;
        let mut file = vec![0xff; 512 * (sectors + 1)];
        let mut set = |at: usize, word: u32| file[at..at + 4].copy_from_slice(&word.to_le_bytes());
        // The table in the sectors 0 to 109, the rest of its list in 110, the directory in 111, the workbook in the last eight.
        (0..109).for_each(|nth| set(TABLE_LIST + 4 * nth, nth as u32));
        set(MORE_OF_TABLE_LIST, 110);
        set(MORE_OF_TABLE_LIST + 4, 1);
        set(512 * 111, 109);
        set(DIRECTORY, 111);
        set(512 + 4 * 111, END_OF_CHAIN);
        let first = sectors - 8;
        (first..sectors - 1).for_each(|nth| set(512 + 4 * nth, nth as u32 + 1));
        set(512 + 4 * (sectors - 1), END_OF_CHAIN);
        let entry = 512 * 112;
        set(entry + FIRST_SECTOR, first as u32);
        set(entry + SIZE, 4_096);
        let name: Vec<u8> = WORKBOOK.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        file[entry..entry + name.len()].copy_from_slice(&name);
        file[..8].copy_from_slice(SIGNATURE);
        file[SECTOR_SHIFT] = 9;
        file[512 * (first + 1)] = 7;
        assert_eq!(workbook(&file).unwrap()[..2], [7, 0xff]);
    }

    #[test]
    fn a_workbook_with_a_password_says_so() {
        let mut file = compound(4_608, &[3, 4, 5, 6, 7, 8, 9, 10, END_OF_CHAIN]);
        let name: Vec<u8> = ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes).collect();
        file[512 + ENTRY_BYTES..][..name.len()].copy_from_slice(&name);
        assert!(said(&file).contains("password"));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = compound(4_608, &[3, 4, 5, 6, 7, 8, 9, 10, END_OF_CHAIN]);
        assert_eq!(workbook(&whole).map(|stream| stream.len()).unwrap(), 4_608);
        for length in 0..whole.len() {
            assert!(workbook(&whole[..length]).is_err(), "{length}");
        }
    }
}

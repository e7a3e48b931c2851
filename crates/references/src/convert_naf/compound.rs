//! The file around an `.xls`: a compound file, a small file system whose tables of sectors lead from one to the next.
//!
//! Written from Microsoft's description \[MS-CFB\]. A table may lead in circles, and sizes may say anything: no chain is
//! followed for longer than the file has sectors.

use super::workbook::Parsed;

/// Begins a compound file.
pub(super) const SIGNATURE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The header lists that many sectors of the table; the lists that go on elsewhere are those of files over 6 MB.
const TABLE_SECTORS: usize = 109;
const TABLE_LIST: usize = 76;

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

struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// The sector that comes after each.
    next: Vec<u32>,
}

/// The stream of records that is the workbook.
pub(super) fn workbook(bytes: &[u8]) -> Parsed<Vec<u8>> {
    let file = Compound::open(bytes)?;
    let directory = file.chain(word(bytes, DIRECTORY)?, usize::MAX)?;
    let name: Vec<u8> = WORKBOOK.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let entry = directory.chunks_exact(ENTRY_BYTES).find(|entry| entry.starts_with(&name));
    let entry = entry.ok_or("it holds no workbook of Excel 97 to 2003")?;
    let size = word(entry, SIZE)? as usize;
    if size < SHORTEST_STREAM {
        return Err(format!("its workbook has {size} bytes only"));
    }
    let stream = file.chain(word(entry, FIRST_SECTOR)?, size)?;
    if stream.len() < size {
        return Err("it ends too early: it was cut".to_owned());
    }
    Ok(stream)
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Parsed<Self> {
        let sector_bytes = match bytes.get(SECTOR_SHIFT) {
            Some(9) => 512,
            Some(12) => 4_096,
            _ => return Err("it is damaged: its sectors are of no known size".to_owned()),
        };
        let mut file = Self { bytes, sector_bytes, next: Vec::new() };
        let list = bytes.get(TABLE_LIST..TABLE_LIST + 4 * TABLE_SECTORS).ok_or("it ends too early: it was cut")?;
        // A sector that is not there ends the list; no other can be on it twice.
        let sectors = words(list).take_while(|sector| (*sector as usize) < bytes.len() / sector_bytes);
        file.next = sectors.flat_map(|sector| words(file.sector(sector))).collect();
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
        Err("it is damaged: its sectors lead in circles".to_owned())
    }
}

fn word(bytes: &[u8], at: usize) -> Parsed<u32> {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk());
    word.map(|word| u32::from_le_bytes(*word)).ok_or_else(|| "it ends too early: it was cut".to_owned())
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
            let said = workbook(&compound(size, next)).unwrap_err();
            assert!(said.contains(why), "{size} {next:?}: {said}");
        }
        let mut circle = compound(4_096, &[]);
        circle[1_024..1_028].copy_from_slice(&0_u32.to_le_bytes());
        assert!(workbook(&circle).unwrap_err().contains("in circles"), "the directory's own chain");
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = compound(4_608, &[3, 4, 5, 6, 7, 8, 9, 10, END_OF_CHAIN]);
        assert_eq!(workbook(&whole).map(|stream| stream.len()), Ok(4_608));
        for length in 0..whole.len() {
            assert!(workbook(&whole[..length]).is_err(), "{length}");
        }
    }
}

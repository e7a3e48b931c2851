//! Writes zip archives: deflated members, with or without data descriptors.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// Sizes and checksum follow the data, as written by a program that cannot go back.
const DESCRIPTOR_FLAG: u16 = 1 << 3;

/// 1 January 2024, noon.
const DATE: u16 = (44 << 9) | (1 << 5) | 1;
const TIME: u16 = 12 << 11;

/// A file of an archive: its path, with `/`, and its content, which is not empty.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

/// The bytes of an archive of these files; under 4 GiB.
pub(crate) fn write(members: &[Member], descriptors: bool) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let deflated = deflate(&member.content);
        let sizes = [crc32fast::hash(&member.content), deflated.len() as u32, member.content.len() as u32];
        let offset = archive.len() as u32;
        let flags = if descriptors { DESCRIPTOR_FLAG } else { 0 };
        archive.extend(LOCAL.to_le_bytes());
        describe(&mut archive, flags, if descriptors { [0; 3] } else { sizes }, &member.path);
        archive.extend(0_u16.to_le_bytes());
        archive.extend(member.path.as_bytes());
        archive.extend(&deflated);
        if descriptors {
            archive.extend(DESCRIPTOR.to_le_bytes());
            sizes.iter().for_each(|size| archive.extend(size.to_le_bytes()));
        }
        directory.extend(CENTRAL.to_le_bytes());
        // Made on Unix by version 2.0.
        directory.extend([20, 3]);
        describe(&mut directory, flags, sizes, &member.path);
        // No extra field, no comment, disk 0, no internal attributes; a plain file, readable by all.
        directory.extend([0; 8]);
        directory.extend((0o100_644_u32 << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(member.path.as_bytes());
    }
    let start = archive.len() as u32;
    let count = members.len() as u16;
    archive.extend(&directory);
    archive.extend(END.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// What both headers say of a member: version needed, flags, method, date, checksum, sizes, length of the name.
fn describe(header: &mut Vec<u8>, flags: u16, sizes: [u32; 3], path: &str) {
    [20, flags, 8, TIME, DATE].iter().for_each(|word: &u16| header.extend(word.to_le_bytes()));
    sizes.iter().for_each(|size| header.extend(size.to_le_bytes()));
    header.extend((path.len() as u16).to_le_bytes());
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default()
}

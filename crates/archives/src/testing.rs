//! Makes archives, sound and hostile, for the tests of whoever reads them.

use std::io::{Cursor, Write};

use ::zip::write::{SimpleFileOptions, ZipWriter};
use sevenz_rust::encoder_options::{DeltaOptions, EncoderOptions, Lzma2Options, LzmaOptions};
use sevenz_rust::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, SourceReader};

/// A file, its name and content; one whose name ends with `/` is a folder. Nothing about the name is checked.
pub type Item<'a> = (&'a str, &'a [u8]);

/// How the files of a 7z are put into blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    /// All in one, as IGN does.
    One,
    /// One for each file.
    Each,
}

/// How the content of a 7z is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// The only method of old archives.
    Lzma,
    Lzma2,
    /// LZMA2 in pieces of 1 MiB, as several threads write it.
    Lzma2InPieces,
    /// What is of another kind than these.
    DeltaAndLzma2,
    Copied,
}

/// Attributes of an entry of a 7z that is a symbolic link.
const LINK: u32 = 0xA1FF_8000 | 0x20;

/// A zip, deflated.
pub fn zip(items: &[Item]) -> Vec<u8> {
    zip_with_link(items, None)
}

/// A zip whose last entry is a link, by name and target.
pub fn zip_with_link(items: &[Item], link: Option<(&str, &str)>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, content) in items {
        match name.strip_suffix('/') {
            Some(_) => writer.add_directory(*name, options).expect("a folder can be added"),
            None => {
                writer.start_file(*name, options).expect("a file can be added");
                writer.write_all(content).expect("memory can be written");
            }
        }
    }
    if let Some((name, target)) = link {
        writer.add_symlink(name, target, options).expect("a link can be added");
    }
    writer.finish().expect("memory can be written").into_inner()
}

/// A 7z, in LZMA2 with a small dictionary.
pub fn seven_z(items: &[Item], blocks: Blocks) -> Vec<u8> {
    write_seven_z(items, blocks, Packing::Lzma2, None)
}

/// A 7z whose last entry is a link, by name and target.
pub fn seven_z_with_link(items: &[Item], blocks: Blocks, link: Option<Item>) -> Vec<u8> {
    write_seven_z(items, blocks, Packing::Lzma2, link)
}

/// A 7z of one block.
pub fn seven_z_packed(items: &[Item], packing: Packing) -> Vec<u8> {
    write_seven_z(items, Blocks::One, packing, None)
}

fn write_seven_z(items: &[Item], blocks: Blocks, packing: Packing, link: Option<Item>) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).expect("memory can be written");
    writer.set_content_methods(packing.methods());
    let mut files: Vec<_> = items.iter().filter(|(name, _)| !name.ends_with('/')).map(|item| file(item, 0)).collect();
    files.extend(link.iter().map(|item| file(item, LINK)));
    for (name, _) in items {
        if let Some(name) = name.strip_suffix('/') {
            writer.push_archive_entry::<&[u8]>(ArchiveEntry::new_directory(name), None).expect("a folder can be added");
        }
    }
    // A file without content is in no block.
    let (full, empty): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, content)| !content.is_empty());
    for (entry, content) in empty.into_iter().chain(full.iter().filter(|_| blocks == Blocks::Each).cloned()) {
        writer.push_archive_entry(entry, Some(content)).expect("a file can be added");
    }
    if blocks == Blocks::One && !full.is_empty() {
        let (entries, contents) = full.into_iter().map(|(entry, content)| (entry, SourceReader::new(content))).unzip();
        writer.push_archive_entries(entries, contents).expect("files can be added");
    }
    writer.finish().expect("memory can be written").into_inner()
}

impl Packing {
    fn methods(self) -> Vec<EncoderConfiguration> {
        let mut options = match self {
            Self::Lzma2InPieces => Lzma2Options::from_level_mt(1, 2, 1 << 20),
            _ => Lzma2Options::from_level(1),
        };
        options.set_dictionary_size(1 << 20);
        let lzma2 = EncoderConfiguration::new(EncoderMethod::LZMA2).with_options(options.into());
        match self {
            Self::Lzma => {
                let options = EncoderOptions::Lzma(LzmaOptions::from_level(1));
                vec![EncoderConfiguration::new(EncoderMethod::LZMA).with_options(options)]
            }
            Self::Lzma2 | Self::Lzma2InPieces => vec![lzma2],
            Self::DeltaAndLzma2 => vec![DeltaOptions::from_distance(8).into(), lzma2],
            Self::Copied => vec![EncoderMethod::COPY.into()],
        }
    }
}

fn file<'a>((name, content): &Item<'a>, attributes: u32) -> (ArchiveEntry, &'a [u8]) {
    let mut entry = ArchiveEntry::new_file(name);
    entry.has_windows_attributes = attributes != 0;
    entry.windows_attributes = attributes;
    (entry, content)
}

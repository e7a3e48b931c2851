//! Where the lines of the run before stand, and how far they can be trusted.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::item::Kind;
use crate::line::Line;
use crate::memory::{Known, Memory};
use crate::settings::Settings;
use crate::store::Place;

/// The lines of the run before.
#[derive(Debug, Default)]
pub(super) struct Base {
    pub(super) file: Option<File>,
    pub(super) is_trusted: bool,
    pub(super) known: Vec<Known>,
}

/// Looks for the file that the memory is of: the data file, or what it was when a run that was stopped began.
pub(super) fn find(kind: Kind, data: &Path, folder: &Path, memory: &mut Memory) -> Result<Base> {
    let (hash, known) = match kind {
        Kind::Dataset => (Some(memory.head.datasets.clone()), std::mem::take(&mut memory.datasets)),
        Kind::Dataservice => (memory.head.dataservices.clone(), std::mem::take(&mut memory.dataservices)),
    };
    let Some(hash) = hash else { return Ok(Base { is_trusted: true, ..Base::default() }) };
    for path in [data.to_owned(), before(folder, data)] {
        if is_file(&path) && files::sha256(&path)? == hash {
            if path == data {
                keep(data, &before(folder, data))?;
            }
            return Ok(Base { file: Some(files::open(&path)?), is_trusted: true, known });
        }
    }
    tracing::warn!("`{}` is not the file that was last written: it is made whole again", data.display());
    Ok(read_changed(data, known))
}

/// Keeps what a data file is, whatever takes its place: a run that is killed meanwhile is compared with it all the same.
fn keep(data: &Path, kept: &Path) -> Result<()> {
    files::remove(kept)?;
    let linked = fs::hard_link(data, kept).or_else(|_| fs::copy(data, kept).map(drop));
    Ok(linked.map_err(|error| files::unwritable("write", kept, error))?)
}

/// What a data file was when the run began: its name, and the link that keeps it.
pub(crate) fn before(folder: &Path, data: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from("before-");
    name.push(data.file_name().unwrap_or_default());
    folder.join(name)
}

/// Without a memory, a file counts that was there before the first run began.
pub(super) fn find_unremembered(data: &Path, folder: &Path, settings: &Settings, is_resumed: bool) -> Result<Base> {
    let kept = before(folder, data);
    if is_resumed {
        return Ok(read_unremembered(&kept, settings));
    }
    if is_file(data) {
        keep(data, &kept)?;
    }
    Ok(read_unremembered(data, settings))
}

/// It counts as far as its lines are of this source.
fn read_unremembered(data: &Path, settings: &Settings) -> Base {
    let mut known = Vec::new();
    let file = read_lines(data, |line, place| {
        let is_ours = line.harvest.backend == settings.backend && line.harvest.source_url == settings.url.as_str();
        let Ok(digest) = line.digest() else { return };
        if is_ours {
            let harvest = &line.harvest;
            known.push(Known {
                archived_at: harvest.archived_at.as_deref().map(Box::from),
                name: harvest.ckan_name.as_deref().map(Box::from),
                slug: line.field::<String>("slug").map(Box::from),
                ..Known::new(&harvest.remote_id, digest, place, &harvest.last_update)
            });
        }
    });
    Base { file, is_trusted: false, known }
}

/// Of a file that somebody changed, the lines count that are as they were; the others are known, but lost.
fn read_changed(data: &Path, known: Vec<Known>) -> Base {
    let mut places = std::collections::HashMap::new();
    let file = read_lines(data, |line, place| {
        if let Ok(digest) = line.digest() {
            places.insert(line.harvest.remote_id.clone(), (digest, place));
        }
    });
    let known = known.into_iter().map(|known| {
        let there = places.get(known.remote_id.as_ref()).filter(|(digest, _)| known.digest() == Some(*digest));
        known.at(there.map_or(Place { offset: 0, bytes: 0 }, |(_, place)| *place))
    });
    Base { file, is_trusted: false, known: known.collect() }
}

fn read_lines(data: &Path, mut take: impl FnMut(Line, Place)) -> Option<File> {
    if !is_file(data) {
        return None;
    }
    let file = File::open(data).ok()?;
    let mut reader = BufReader::with_capacity(256 << 10, &file);
    let (mut text, mut offset) = (Vec::new(), 0);
    loop {
        text.clear();
        let bytes = reader.read_until(b'\n', &mut text).ok()?;
        if bytes == 0 {
            break;
        }
        let length = text.strip_suffix(b"\n").map_or(bytes, <[u8]>::len);
        if let (Ok(line), Ok(bytes)) = (Line::read(&text), u32::try_from(length)) {
            take(line, Place { offset, bytes });
        }
        offset += bytes as u64;
    }
    drop(reader);
    Some(file)
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_file())
}

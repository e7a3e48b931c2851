//! Whether the files of a layer are sound and of one making, by their headers alone.
//!
//! ESRI's description of shapefiles (1998) gives the headers of `.shp` and `.shx`: code 9994, length in words of 16 bits,
//! both big-endian, and the shape type, little-endian. That of `.dbf` has the number of records, where they begin, and
//! the length of one, little-endian.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;

use super::choice::failure;
use super::layer::{Layer, Source};

const SHAPE_HEADER_BYTES: usize = 100;
const SHAPE_CODE: u32 = 9994;
const SHAPE_TYPES: [u32; 14] = [0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31];
const INDEX_RECORD_BYTES: u64 = 8;
const TABLE_HEADER_BYTES: usize = 32;

/// Returns the records of each layer.
///
/// # Errors
/// 65 with all that is wrong, 66 when a file cannot be read.
pub(super) fn check(root: &Path, layers: &[Layer]) -> Result<BTreeMap<String, u64>> {
    let mut problems = Vec::new();
    let mut records = BTreeMap::new();
    for layer in layers {
        let [shp, shx, dbf] = ["shp", "shx", "dbf"].map(|suffix| layer.file(suffix).expect("the layer has it"));
        let shp = shape(shp, &format!("{}.shp", layer.name), &mut problems)?;
        let shx = shape(shx, &format!("{}.shx", layer.name), &mut problems)?;
        let dbf = table(dbf, &format!("{}.dbf", layer.name), &mut problems)?;
        if layer.file("prj").is_some_and(|prj| prj.bytes == 0) {
            problems.push(format!("{}.prj is empty", layer.name));
        }
        let (Some(shp), Some(shx), Some(dbf)) = (shp, shx, dbf) else { continue };
        if shp.kind != shx.kind {
            problems.push(format!("{0}.shp is of shape type {1}, {0}.shx of {2}", layer.name, shp.kind, shx.kind));
        }
        let of_index = (shx.bytes - SHAPE_HEADER_BYTES as u64) / INDEX_RECORD_BYTES;
        if !(shx.bytes - SHAPE_HEADER_BYTES as u64).is_multiple_of(INDEX_RECORD_BYTES) {
            problems.push(format!("{}.shx ends within a record", layer.name));
        } else if of_index != dbf {
            problems.push(format!("{0}.shx has {of_index} records, {0}.dbf {dbf}", layer.name));
        }
        records.insert(layer.name.to_owned(), dbf);
    }
    match problems.is_empty() {
        true => Ok(records),
        false => Err(failure(root, &problems, "extract the archive again; if that changes nothing, IGN must mend it")),
    }
}

/// The header of a `.shp` or `.shx` that is sound.
struct Shape {
    bytes: u64,
    kind: u32,
}

fn shape(file: &Source, name: &str, problems: &mut Vec<String>) -> Result<Option<Shape>> {
    let header = start::<SHAPE_HEADER_BYTES>(file)?;
    let problem = match header {
        None => "is shorter than a header".to_owned(),
        Some(header) => {
            let big = |at: usize| u32::from_be_bytes(four(&header, at));
            let kind = u32::from_le_bytes(four(&header, 32));
            let said = u64::from(big(24)) * 2;
            match () {
                () if big(0) != SHAPE_CODE => format!("is no shapefile: it begins with {}, not {SHAPE_CODE}", big(0)),
                () if said > file.bytes => "is shorter than its header says".to_owned(),
                () if said < file.bytes => "is longer than its header says".to_owned(),
                () if !SHAPE_TYPES.contains(&kind) => format!("is of an unknown shape type, {kind}"),
                () => return Ok(Some(Shape { bytes: file.bytes, kind })),
            }
        }
    };
    problems.push(format!("{name} {problem}"));
    Ok(None)
}

/// The records of a `.dbf` that is sound.
fn table(file: &Source, name: &str, problems: &mut Vec<String>) -> Result<Option<u64>> {
    let Some(header) = start::<TABLE_HEADER_BYTES>(file)? else {
        problems.push(format!("{name} is shorter than a header"));
        return Ok(None);
    };
    let records = u64::from(u32::from_le_bytes(four(&header, 4)));
    let two = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (begin, record_bytes) = (two(8), two(10));
    let problem = match () {
        () if begin <= TABLE_HEADER_BYTES as u64 || record_bytes == 0 => "has no fields",
        () if begin + records * record_bytes > file.bytes => "is shorter than its header says",
        () => return Ok(Some(records)),
    };
    problems.push(format!("{name} {problem}"));
    Ok(None)
}

/// The first bytes of a file; nothing if it has fewer.
fn start<const N: usize>(file: &Source) -> Result<Option<[u8; N]>> {
    let mut header = [0; N];
    match files::open(&file.path)?.read_exact(&mut header) {
        Ok(()) => Ok(Some(header)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(files::unreadable(&file.path, error).into()),
    }
}

fn four(header: &[u8], at: usize) -> [u8; 4] {
    header[at..at + 4].try_into().expect("four bytes are four bytes")
}

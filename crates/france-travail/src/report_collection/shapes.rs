//! The polygons of a shapefile and a code of each: what a map needs of `.shp` and `.dbf` (ESRI's description, 1998).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use step::{ExitCode, Failure};

/// A closed line, first point last.
pub(crate) type Ring = Vec<(f64, f64)>;

/// The names under which IGN and those who export it again write the code of a département.
const CODES: [&str; 4] = ["INSEE_DEP", "CODE_DEPT", "code_insee", "code"];

/// More than the layer of the départements has: 30 MB.
const MOST_BYTES: u64 = 512 << 20;

const SHAPE_CODE: u32 = 9994;
const HEADER_BYTES: usize = 100;
/// Polygons, without and with heights and measures, which stand behind the points.
const POLYGONS: [u32; 3] = [5, 15, 25];

/// The rings of each code.
///
/// # Errors
/// 66 when a file is missing, 65 when one is not sound.
pub(crate) fn read(shp: &Path) -> Result<BTreeMap<String, Vec<Ring>>> {
    let dbf = shp.with_extension("dbf");
    let (shapes, table) = (read_whole(shp)?, read_whole(&dbf)?);
    let codes = read_codes(&table).ok_or_else(|| broken(&dbf, "it is no table with the code of a département"))?;
    let shapes = read_polygons(&shapes).ok_or_else(|| broken(shp, "it is no shapefile of polygons"))?;
    if shapes.len() != codes.len() {
        return Err(broken(shp, &format!("it has {} shapes, its table {} rows", shapes.len(), codes.len())));
    }
    let mut by_code: BTreeMap<String, Vec<Ring>> = BTreeMap::new();
    for (code, rings) in codes.into_iter().zip(shapes) {
        by_code.entry(code).or_default().extend(rings);
    }
    Ok(by_code)
}

fn read_whole(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error| files::unreadable(path, error);
    let mut bytes = vec![];
    File::open(path).map_err(unreadable)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

fn broken(path: &Path, why: &str) -> anyhow::Error {
    let message = format!("could not read the map `{}`: {why}", path.display());
    Failure::new(ExitCode::BadInput, message).hint("make it anew with `locate-shapefiles`, or move it away").into()
}

fn read_codes(table: &[u8]) -> Option<Vec<String>> {
    let records = little(table, 4)? as usize;
    let [header, length] = [8, 10].map(|at| Some(usize::from(u16::from_le_bytes(*table.get(at..)?.first_chunk()?))));
    let (header, length) = (header?, length?);
    // A field: its name in 11 bytes, its length in the 17th. Each row begins with a mark of deletion.
    let mut fields = vec![];
    let mut place = 1;
    for field in table.get(32..header)?.chunks_exact(32).take_while(|field| field[0] != b'\r') {
        let name = field[..11].split(|byte| *byte == 0).next().unwrap_or_default();
        fields.push((name, place..place + usize::from(field[16])));
        place += usize::from(field[16]);
    }
    let named = |code: &str| fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(code.as_bytes()));
    let (_, cell) = CODES.iter().find_map(|code| named(code))?;
    let row = |nth: usize| {
        let row = table.get(header + nth * length..)?.get(..length)?;
        Some(String::from_utf8_lossy(row.get(cell.clone())?).trim_matches(['\0', ' ']).to_owned())
    };
    // So many rows that they cannot all be there must not take memory.
    (records <= table.len()).then(|| (0..records).map(row).collect())?
}

fn read_polygons(file: &[u8]) -> Option<Vec<Vec<Ring>>> {
    let is_sound = big(file, 0)? == SHAPE_CODE && POLYGONS.contains(&little(file, 32)?);
    let mut rest = file.get(HEADER_BYTES..).filter(|_| is_sound)?;
    let mut shapes = vec![];
    while !rest.is_empty() {
        // Number and length in words of two bytes, then what is in it.
        let length = big(rest, 4)? as usize * 2;
        shapes.push(read_rings(rest.get(8..8 + length)?)?);
        rest = &rest[8 + length..];
    }
    Some(shapes)
}

/// Kind, box, number of rings, number of points, where each ring begins, the points.
fn read_rings(shape: &[u8]) -> Option<Vec<Ring>> {
    if little(shape, 0)? == 0 {
        return Some(vec![]);
    }
    let (rings, points) = (little(shape, 36)? as usize, little(shape, 40)? as usize);
    let begins = shape.get(44..44 + rings.checked_mul(4)?)?;
    let points = shape.get(44 + begins.len()..)?.get(..points.checked_mul(16)?)?;
    let begin = |nth: usize| little(begins, nth * 4).map_or(points.len() / 16, |begin| begin as usize);
    let ring = |nth| {
        let points = points.get(begin(nth) * 16..begin(nth + 1) * 16)?;
        points.chunks_exact(16).map(|point| Some((double(point, 0)?, double(point, 8)?))).collect()
    };
    (0..rings).map(ring).collect()
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn double(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).filter(|number| number.is_finite())
}

//! The merged cells of a sheet of an XLSX, which stand behind its rows, so that they are looked for before.
//!
//! No XML is read for that: a `<` begins markup and nothing else, and the areas are the only elements of their name.

use std::io::{self, Read};

use super::fault::Parsed;
use super::merged::Area;
use super::xlsx_rows::place;

/// Bytes that are looked at together.
const PIECE_BYTES: usize = 64 << 10;

/// An element of an area is no longer.
const LONGEST: usize = 256;

const NAME: &[u8] = b"mergeCell";

/// A sheet has a million rows; more areas are no sheet of anyone.
const MOST_AREAS: usize = 1 << 20;

/// The areas in the XML of a sheet.
pub(crate) fn areas(mut sheet: impl Read) -> Parsed<Vec<Area>> {
    let (mut areas, mut window, mut filled) = (Vec::new(), vec![0; PIECE_BYTES + LONGEST], 0);
    loop {
        let read = read(&mut sheet, &mut window[filled..])?;
        filled += read;
        let is_end = read == 0;
        // Of the last bytes an element may go on in the next piece.
        let whole = if is_end { filled } else { filled.saturating_sub(LONGEST) };
        areas.extend(
            memchr::memchr_iter(b'<', &window[..whole])
                .filter_map(|at| area(&window[at + 1..filled.min(at + LONGEST)])),
        );
        if areas.len() > MOST_AREAS {
            return Err(format!("it has more than {MOST_AREAS} merged cells").into());
        }
        if is_end {
            return Ok(areas);
        }
        window.copy_within(whole..filled, 0);
        filled -= whole;
    }
}

fn read(sheet: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match sheet.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// The area of an element that begins there: `mergeCell ref="A1:B2"/>`, the name with any prefix.
fn area(element: &[u8]) -> Option<Area> {
    // Nearly all elements are others, and told by their first letters.
    let name_end =
        element.iter().take(40).position(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>'))?;
    let name = element[..name_end].rsplit(|byte| *byte == b':').next()?;
    if name != NAME {
        return None;
    }
    let rest = &element[name_end..];
    let end = rest.iter().position(|byte| *byte == b'>')?;
    let attributes = std::str::from_utf8(&rest[..end]).ok()?;
    let value = attributes.split_once("ref=")?.1.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (first, last) = value[1..].split_once(quote)?.0.split_once(':')?;
    let ((top, left), (bottom, right)) = place(first).zip(place(last))?;
    let row = |number: u64| u32::try_from(number - 1).ok();
    Some([row(top)?, row(bottom)?, u32::try_from(left).ok()?, u32::try_from(right).ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_found_wherever_a_piece_ends() {
        let xml = "<sheetData><c><v>&lt;mergeCell ref=\"Z1:Z2\"/></v></c></sheetData><mergeCells count=\"9\">\
                   <mergeCell ref=\"A1:B3\"/><x:mergeCell\n ref='C2:D2' /><mergeCell/><mergeCell ref=\"A0:B1\"/></mergeCells>";
        let expected = [[0, 2, 0, 1], [1, 1, 2, 3]];
        for before in [0, PIECE_BYTES - 200, PIECE_BYTES - 40, PIECE_BYTES, PIECE_BYTES + LONGEST - 100] {
            let padded = format!("{}{xml}{}", " ".repeat(before), " ".repeat(before));
            assert_eq!(areas(padded.as_bytes()).unwrap(), expected, "{before}");
        }
        assert_eq!(areas(&b"<mergeCell ref=\"A1:"[..]).unwrap(), [[0; 4]; 0]);
    }
}

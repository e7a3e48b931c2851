//! Writes shapefiles: invented squares, and the fields that IGN gives each layer.

/// `POLYGON` in the shapefile's numbers.
const POLYGON: i32 = 5;

/// The corners of a square, the first one again at the end.
const POINTS: usize = 5;

/// Type, box, number of parts and of points, the part's start, the points.
const CONTENT_BYTES: usize = 4 + 32 + 4 + 4 + 4 + POINTS * 16;

/// Geographic coordinates, as IGN writes it: 145 bytes.
const PRJ: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],\
                   PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

/// A column of a layer: its name and width; text, but for `POPULATION`.
pub(crate) type Field = (&'static str, u8);

/// A layer: its columns and their values, a row an object.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) rows: Vec<Vec<String>>,
}

impl Layer {
    /// Its files: extension and content.
    pub(crate) fn files(&self) -> [(&'static str, Vec<u8>); 5] {
        let (shp, shx) = geometry(self.rows.len());
        [
            ("shp", shp),
            ("shx", shx),
            ("dbf", table(self.fields, &self.rows)),
            ("prj", PRJ.as_bytes().to_vec()),
            ("cpg", b"UTF-8".to_vec()),
        ]
    }
}

/// `.shp` and `.shx` of so many squares, row upon row over the country.
fn geometry(count: usize) -> (Vec<u8>, Vec<u8>) {
    let columns = (count as f64).sqrt().ceil().max(1.0);
    let step = 10.0 / columns;
    let (mut shp, mut shx) = (Vec::new(), Vec::new());
    for nth in 0..count {
        let (x, y) = (-4.0 + (nth as f64 % columns) * step, 42.0 + (nth as f64 / columns).floor() * step);
        let offset = 100 + nth * (8 + CONTENT_BYTES);
        for word in [offset / 2, CONTENT_BYTES / 2] {
            shx.extend((word as i32).to_be_bytes());
        }
        shp.extend((nth as i32 + 1).to_be_bytes());
        shp.extend((CONTENT_BYTES as i32 / 2).to_be_bytes());
        shp.extend(square(x, y, step * 0.9));
    }
    let with_header = |records: Vec<u8>| [main_header(records.len()), records].concat();
    (with_header(shp), with_header(shx))
}

fn square(x: f64, y: f64, side: f64) -> Vec<u8> {
    let mut content = POLYGON.to_le_bytes().to_vec();
    [x, y, x + side, y + side].iter().for_each(|value| content.extend(value.to_le_bytes()));
    [1, POINTS as i32, 0].iter().for_each(|value| content.extend(value.to_le_bytes()));
    // Clockwise: an outer ring.
    for (dx, dy) in [(0.0, 0.0), (0.0, side), (side, side), (side, 0.0), (0.0, 0.0)] {
        [x + dx, y + dy].iter().for_each(|value| content.extend(value.to_le_bytes()));
    }
    content
}

fn main_header(records: usize) -> Vec<u8> {
    let mut header = 9994_i32.to_be_bytes().to_vec();
    header.extend([0; 20]);
    header.extend((((100 + records) / 2) as i32).to_be_bytes());
    header.extend(1000_i32.to_le_bytes());
    header.extend(POLYGON.to_le_bytes());
    [-4.0, 42.0, 6.0, 52.0, 0.0, 0.0, 0.0, 0.0].iter().for_each(|value: &f64| header.extend(value.to_le_bytes()));
    header
}

/// `.dbf`: dBASE III, UTF-8.
fn table(fields: &[Field], rows: &[Vec<String>]) -> Vec<u8> {
    let header_bytes = 32 + fields.len() * 32 + 1;
    let record_bytes = 1 + fields.iter().map(|(_, width)| usize::from(*width)).sum::<usize>();
    let mut dbf = vec![3, 124, 3, 25];
    dbf.extend((rows.len() as u32).to_le_bytes());
    dbf.extend((header_bytes as u16).to_le_bytes());
    dbf.extend((record_bytes as u16).to_le_bytes());
    dbf.extend([0; 20]);
    for (name, width) in fields {
        let mut described = [0; 32];
        described[..name.len()].copy_from_slice(name.as_bytes());
        described[11] = if is_number(name) { b'N' } else { b'C' };
        described[16] = *width;
        dbf.extend(described);
    }
    dbf.push(0x0d);
    for row in rows {
        dbf.push(b' ');
        for ((name, width), value) in fields.iter().zip(row) {
            dbf.extend(padded(value, usize::from(*width), is_number(name)));
        }
    }
    dbf.push(0x1a);
    dbf
}

fn is_number(field: &str) -> bool {
    field == "POPULATION"
}

/// Cut or filled with spaces; numbers stand on the right.
fn padded(value: &str, width: usize, right: bool) -> Vec<u8> {
    let cut = (0..=width.min(value.len())).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
    let (text, spaces) = (value.as_bytes()[..cut].to_vec(), vec![b' '; width - cut]);
    if right { [spaces, text].concat() } else { [text, spaces].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_agree_with_the_headers() {
        let row = || vec!["1".to_owned(), "Bretagne".to_owned()];
        let layer = Layer { name: "REGION", fields: &[("ID", 24), ("NOM", 35)], rows: vec![row(), row()] };
        let [(_, shp), (_, shx), (_, dbf), (_, prj), _] = layer.files();
        let words = |file: &[u8]| i32::from_be_bytes(file[24..28].try_into().unwrap()) as usize * 2;
        assert_eq!((words(&shp), words(&shx)), (shp.len(), shx.len()));
        assert_eq!((shx.len() - 100) / 8, 2);
        assert_eq!(dbf.len(), 32 + 64 + 1 + 2 * 60 + 1);
        assert_eq!(prj.len(), 145);
    }

    #[test]
    fn a_value_is_cut_between_letters() {
        assert_eq!(padded("éé", 3, false), "é ".as_bytes());
        assert_eq!(padded("7", 3, true), b"  7");
    }
}

//! A tree in the form of a delivery of COG carto: a country cut into communes, and the layers that are made of them.
//!
//! What makes such a tree slow or quick to unpack is how its coordinates repeat. Two neighbours share a border, which one
//! of them goes along backwards; a larger area goes along the borders of its communes once more; and neighbours lie
//! anywhere in the file. So most vertices are there twice or more, 16 bytes at a time, far from each other. All this is so
//! in a real layer (the départements of 2021: of 41,716 vertices 27,755 twice or more, none rounded, packed 1.94 to 1).

use std::io::Write;
use std::path::Path;

use crate::create;
use crate::dice::Dice;

/// A name, and how many communes wide an area is.
const LAYERS: [(&str, usize); 7] = [
    ("ARRONDISSEMENT", 10),
    ("CANTON", 4),
    ("COLLECTIVITE_TERRITORIALE", 20),
    ("COMMUNE", 1),
    ("DEPARTEMENT", 20),
    ("EPCI", 5),
    ("REGION", 60),
];

/// Steps of a border between two communes.
const STEPS: usize = 55;

/// In which coordinates.
#[derive(Clone, Copy)]
pub(crate) enum Coordinates {
    /// WGS84, as they come from a change of projection.
    Degrees,
    /// WGS84, rounded to eight digits.
    RoundedDegrees,
    /// Lambert-93, to 10 cm, as IGN surveys them.
    Metres,
}

type Point = (f64, f64);

impl Coordinates {
    /// South-west corner, width of the country, and the largest step of a border.
    fn scale(self) -> (Point, f64, f64) {
        match self {
            Self::Degrees | Self::RoundedDegrees => ((-5.0, 42.0), 12.0, 0.000_7),
            Self::Metres => ((100_000.0, 6_100_000.0), 1_000_000.0, 60.0),
        }
    }

    fn round(self, (x, y): Point) -> Point {
        let to = |per_unit: f64| ((x * per_unit).round() / per_unit, (y * per_unit).round() / per_unit);
        match self {
            Self::Degrees => (x, y),
            Self::RoundedDegrees => to(1e8),
            Self::Metres => to(10.0),
        }
    }
}

/// A country of `side` by `side` communes.
struct Country {
    side: usize,
    /// From each corner to the next one east, and north.
    east: Vec<Vec<Point>>,
    north: Vec<Vec<Point>>,
}

/// Writes a tree of about `mb` megabytes.
pub(crate) fn write(folder: &Path, mb: usize, coordinates: Coordinates) {
    let mut dice = Dice::new(6);
    // All layers together have about 6.2 kB for each commune.
    let side = ((mb as f64 * 1e6 / 6_200.0).sqrt() as usize).next_multiple_of(60).max(60);
    let country = Country::draw(side, coordinates, &mut dice);
    for (layer, width) in LAYERS {
        let (mut shp, mut dbf) =
            (create(&folder.join(format!("{layer}.shp"))), create(&folder.join(format!("{layer}.dbf"))));
        for (n, area) in shuffled(side / width, &mut dice).into_iter().enumerate() {
            let ring = country.ring(area, width);
            shp.write_all(&record(n, &ring)).expect("a benchmark can write");
            let (id, people, name) = (dice.next(), dice.below(90_000), format!("SAINT-{}", dice.below(9_777)));
            let epci = 200_000_000 + dice.below(1_200);
            let row = format!("{layer}_{id:020} {name:50}{name:50}{n:05}Commune simple      {people:8}{epci:09}");
            write!(dbf, " {row:<249}").expect("a benchmark can write");
        }
    }
}

impl Country {
    fn draw(side: usize, coordinates: Coordinates, dice: &mut Dice) -> Self {
        let ((west, south), width, step) = coordinates.scale();
        let apart = width / side as f64;
        let corners: Vec<Point> = (0..(side + 1) * (side + 1))
            .map(|n| (n % (side + 1), n / (side + 1)))
            .map(|(column, row)| (column as f64 + dice.between(-0.2, 0.2), row as f64 + dice.between(-0.2, 0.2)))
            .map(|(x, y)| coordinates.round((west + apart * x, south + apart * y)))
            .collect();
        let mut border = |from: usize, to: usize| match corners.get(to) {
            Some(&end) => walk(corners[from], end, step, coordinates, dice),
            None => Vec::new(),
        };
        let east = (0..corners.len()).map(|n| border(n, n + 1)).collect();
        let north = (0..corners.len()).map(|n| border(n, n + side + 1)).collect();
        Self { side, east, north }
    }

    /// Round the area that is `width` communes wide, clockwise.
    fn ring(&self, (column, row): (usize, usize), width: usize) -> Vec<Point> {
        let corner = |x: usize, y: usize| (row * width + y) * (self.side + 1) + column * width + x;
        let mut ring = Vec::with_capacity(4 * width * STEPS + 1);
        (0..width).for_each(|n| ring.extend(&self.north[corner(0, n)][..STEPS]));
        (0..width).for_each(|n| ring.extend(&self.east[corner(n, width)][..STEPS]));
        (0..width).rev().for_each(|n| ring.extend(self.north[corner(width, n)].iter().rev().take(STEPS)));
        (0..width).rev().for_each(|n| ring.extend(self.east[corner(n, 0)].iter().rev().take(STEPS)));
        ring.push(ring[0]);
        ring
    }
}

/// A line of random steps that ends where it should.
fn walk(from: Point, to: Point, step: f64, coordinates: Coordinates, dice: &mut Dice) -> Vec<Point> {
    let mut strayed = vec![(0.0, 0.0)];
    for n in 0..STEPS {
        let (x, y) = strayed[n];
        strayed.push((x + dice.between(-step, step), y + dice.between(-step, step)));
    }
    let (end_x, end_y) = strayed[STEPS];
    let bend = |(n, (x, y)): (usize, Point)| {
        let part = n as f64 / STEPS as f64;
        (from.0 + (to.0 - from.0 - end_x) * part + x, from.1 + (to.1 - from.1 - end_y) * part + y)
    };
    let mut line: Vec<_> = strayed.into_iter().enumerate().map(bend).map(|point| coordinates.round(point)).collect();
    (line[0], line[STEPS]) = (from, to);
    line
}

/// The areas of a country that is `side` of them wide.
fn shuffled(side: usize, dice: &mut Dice) -> Vec<(usize, usize)> {
    let mut areas: Vec<_> = (0..side * side).map(|n| (n % side, n / side)).collect();
    (1..areas.len()).rev().for_each(|n| areas.swap(n, dice.below(n + 1)));
    areas
}

/// A polygon of one ring, as `.shp` has it (ESRI, 1998).
fn record(number: usize, ring: &[Point]) -> Vec<u8> {
    let bytes = 48 + 16 * ring.len();
    let mut record =
        [(number as u32 + 1).to_be_bytes(), (bytes as u32 / 2).to_be_bytes(), 5_u32.to_le_bytes()].concat();
    let (low, high) = ring.iter().fold((ring[0], ring[0]), |(low, high), point| {
        ((low.0.min(point.0), low.1.min(point.1)), (high.0.max(point.0), high.1.max(point.1)))
    });
    [low.0, low.1, high.0, high.1].iter().for_each(|bound| record.extend(bound.to_le_bytes()));
    [1, ring.len() as u32, 0].iter().for_each(|count| record.extend(count.to_le_bytes()));
    ring.iter().for_each(|point| record.extend([point.0.to_le_bytes(), point.1.to_le_bytes()].as_flattened()));
    record
}

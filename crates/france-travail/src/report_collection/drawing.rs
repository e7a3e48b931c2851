//! From the polygons of a layer to paths of a drawing: the mainland and Corsica in the middle, each département overseas in a
//! frame on the left.

use std::collections::BTreeMap;

use crate::report_collection::shapes::Ring;

/// All paths together.
const MOST_BYTES: usize = 200_000;

/// Units of the drawing; the frames stand on the left.
pub(super) const WIDTH: f64 = 1_000.0;
pub(super) const HEIGHT: f64 = 860.0;
pub(super) const FRAME: f64 = 150.0;

/// Units of the finest grid on which points are put, and how much coarser the next is.
const FINEST: f64 = 0.8;
const COARSER: f64 = 1.3;

/// The path of each, on a grid that all share, so that neighbours keep a common border; as coarse as it must be.
pub(super) fn draw(shapes: &BTreeMap<String, Vec<Ring>>) -> BTreeMap<String, String> {
    let mut grid = FINEST;
    loop {
        let paths = draw_on(shapes, grid);
        if paths.values().map(String::len).sum::<usize>() + paths.len() * OF_A_PATH <= MOST_BYTES {
            return paths;
        }
        // One unit for all of it: nothing is coarser.
        if grid > WIDTH {
            return paths;
        }
        grid *= COARSER;
    }
}

/// Bytes around the points of a path, its title among them.
const OF_A_PATH: usize = 130;

fn draw_on(shapes: &BTreeMap<String, Vec<Ring>>, grid: f64) -> BTreeMap<String, String> {
    let mainland = || shapes.iter().filter(|(code, _)| !is_overseas(code)).flat_map(|(_, rings)| rings);
    let beside = FRAME + 25.0;
    let has_frames = shapes.keys().any(|code| is_overseas(code));
    let left = if has_frames { beside } else { 0.0 };
    let of_mainland = Fit::of(mainland(), (left, 0.0), (WIDTH - left, HEIGHT));
    let mut overseas = 0;
    let path = |(code, rings): (&String, &Vec<Ring>)| {
        let fit = if is_overseas(code) {
            let (x, y) = corner(overseas);
            overseas += 1;
            // Room for the code below.
            Fit::of(rings.iter(), (x + 10.0, y + 8.0), (FRAME - 20.0, FRAME - 48.0))
        } else {
            of_mainland
        };
        (code.clone(), fit.path(rings, grid))
    };
    shapes.iter().map(path).collect()
}

/// From the coordinates of a layer to those of the drawing.
#[derive(Debug, Clone, Copy)]
struct Fit {
    west: f64,
    north: f64,
    /// A degree of longitude is shorter than one of latitude.
    shrink: f64,
    scale: f64,
    x: f64,
    y: f64,
}

impl Fit {
    fn of<'r>(rings: impl Iterator<Item = &'r Ring>, (x, y): (f64, f64), (width, height): (f64, f64)) -> Self {
        let (mut west, mut south, mut east, mut north) =
            (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (lon, lat) in rings.flatten() {
            (west, east) = (west.min(*lon), east.max(*lon));
            (south, north) = (south.min(*lat), north.max(*lat));
        }
        let is_degrees = west.abs() <= 360.0 && east.abs() <= 360.0 && north.abs() <= 90.0 && south.abs() <= 90.0;
        let shrink = if is_degrees { ((south + north) / 2.0).to_radians().cos() } else { 1.0 };
        let (wide, high) = ((east - west) * shrink, north - south);
        let scale = (width / wide.max(f64::MIN_POSITIVE)).min(height / high.max(f64::MIN_POSITIVE));
        // In the middle of its room.
        let (x, y) = (x + (width - wide * scale) / 2.0, y + (height - high * scale) / 2.0);
        Self { west, north, shrink, scale, x, y }
    }

    /// The point of the grid that is nearest.
    fn place(&self, (lon, lat): (f64, f64), grid: f64) -> (i64, i64) {
        let x = self.x + (lon - self.west) * self.shrink * self.scale;
        let y = self.y + (self.north - lat) * self.scale;
        ((x / grid).round() as i64, (y / grid).round() as i64)
    }

    /// A path on the grid, which is at least a square of it for what is smaller.
    fn path(&self, rings: &[Ring], grid: f64) -> String {
        let mut path = String::new();
        for ring in rings {
            let points = straighten(ring.iter().map(|point| self.place(*point, grid)));
            if points.len() > 2 {
                put_ring(&points, grid, &mut path);
            }
        }
        if let Some(point) = rings.first().and_then(|ring| ring.first()).filter(|_| path.is_empty()) {
            let (x, y) = self.place(*point, grid);
            put_ring(&[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], grid, &mut path);
        }
        path
    }
}

/// Without points that are where the one before is, or on the way between their neighbours.
fn straighten(points: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut kept: Vec<(i64, i64)> = vec![];
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        while let [.., before, last] = kept[..]
            && cross(before, last, point) == 0
        {
            kept.pop();
        }
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    if kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

fn cross(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> i64 {
    (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)
}

/// Each step from the point before, in whole units where the grid is one.
fn put_ring(points: &[(i64, i64)], grid: f64, path: &mut String) {
    let tenths = |units: i64| (units as f64 * grid * 10.0).round() as i64;
    let mut before = (0, 0);
    for (nth, (x, y)) in points.iter().enumerate() {
        let point = (tenths(*x), tenths(*y));
        let (dx, dy) = (point.0 - before.0, point.1 - before.1);
        path.push(if nth == 0 { 'M' } else { 'l' });
        put_tenths(dx, path);
        if dy >= 0 {
            path.push(' ');
        }
        put_tenths(dy, path);
        before = point;
    }
    path.push('z');
}

fn put_tenths(tenths: i64, path: &mut String) {
    if tenths < 0 {
        path.push('-');
    }
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if whole > 0 || tenth == 0 {
        path.push_str(&whole.to_string());
    }
    if tenth > 0 {
        path.push('.');
        path.push_str(&tenth.to_string());
    }
}

/// Overseas the codes have three characters.
pub(super) fn is_overseas(code: &str) -> bool {
    code.len() == 3
}

/// Where the frame of the n-th département overseas begins.
pub(super) fn corner(nth: usize) -> (f64, f64) {
    (0.0, nth as f64 * (FRAME + 20.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_the_way_are_left_out() {
        let ring = [(0, 0), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (0, 2), (0, 0)];
        assert_eq!(straighten(ring.into_iter()), [(0, 0), (2, 0), (2, 2), (0, 2)]);
        assert_eq!(straighten([(0, 0), (3, 0), (0, 0)].into_iter()).len(), 1, "there and back is nothing");
        let mut path = String::new();
        put_ring(&[(10, 20), (15, 20), (15, 10)], 0.5, &mut path);
        assert_eq!(path, "M5 10l2.5 0l0-5z");
    }

    #[test]
    fn degrees_are_shortened_and_metres_are_not() {
        let square = |size: f64| vec![vec![(0.0, 45.0 * size), (size, 45.0 * size), (size, 46.0 * size)]];
        let shape = |rings: &Vec<Ring>| Fit::of(rings.iter(), (0.0, 0.0), (100.0, 100.0));
        let (degrees, metres) = (shape(&square(1.0)), shape(&square(100_000.0)));
        assert_eq!(metres.place((100_000.0, 4_500_000.0), 1.0), (100, 100));
        // In the middle, as wide as the cosine of its latitude.
        assert_eq!(degrees.place((0.0, 46.0), 1.0), (15, 0));
        assert_eq!(degrees.place((1.0, 45.0), 1.0), (85, 100));
    }
}

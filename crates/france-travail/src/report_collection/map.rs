//! The map of the départements: the mainland and Corsica in one drawing, each département overseas in a frame beside it.

use std::collections::BTreeMap;

use report::{Lang, Markup, group};

use crate::report_collection::shapes::Ring;
use crate::report_collection::table::Counted;

/// All paths together.
const MOST_BYTES: usize = 200_000;

/// Units of the drawing; the frames stand on the left.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 860.0;
const FRAME: f64 = 150.0;

/// Units of the finest grid on which points are put, and how much coarser the next is.
const FINEST: f64 = 0.8;
const COARSER: f64 = 1.3;

/// Classes of the colours, from few offers to many.
const CLASSES: usize = 5;

/// What a page with a map needs in its style.
pub(crate) const STYLE: &str = "\
.map svg { display: block; width: 100%; max-width: 44rem; height: auto; }
.map path { fill: #ececf1; stroke: #fff; stroke-width: 1.5; stroke-linejoin: round; fill-rule: evenodd; }
.map rect { fill: none; stroke: var(--line); stroke-width: 2; }
.map text { font-size: 30px; fill: var(--soft); text-anchor: middle; }
.map .c1 { fill: #d3e3f3; } .map .c2 { fill: #9fc5e3; } .map .c3 { fill: #5b9ac9; } .map .c4 { fill: #2a6ba6; } .map .c5 { fill: #0d3c72; }
.map path, .map i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.map ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; }
.map i { display: inline-block; width: 1rem; height: 1rem; margin-right: .35rem; vertical-align: -.15rem; }
.map i.c1 { background: #d3e3f3; } .map i.c2 { background: #9fc5e3; } .map i.c3 { background: #5b9ac9; } .map i.c4 { background: #2a6ba6; } .map i.c5 { background: #0d3c72; }
";

/// Draws it; without counts all are of one colour.
pub(crate) fn map(shapes: &BTreeMap<String, Vec<Ring>>, counts: &[Counted], lang: Lang) -> Markup {
    let offers: BTreeMap<&str, &Counted> =
        counts.iter().filter_map(|counted| Some((counted.code.as_deref()?, counted))).collect();
    let borders = borders(shapes.keys().filter_map(|code| Some(offers.get(code.as_str())?.offers)).collect());
    let paths = draw(shapes);
    let mut markup = Markup::default();
    markup.element("div", &[("class", "map")], |figure| {
        let view = format!("0 0 {WIDTH} {HEIGHT}");
        let said = if lang == Lang::Fr { "Offres par département" } else { "Offers by département" };
        let attributes = [("viewBox", view.as_str()), ("role", "img"), ("aria-label", said)];
        figure.element("svg", &attributes, |svg| {
            for (code, path) in &paths {
                let counted = offers.get(code.as_str()).copied();
                let class = counted.map(|counted| class_of(&borders, counted.offers)).unwrap_or_default();
                let attributes = [("data-departement", code.as_str()), ("class", &class), ("d", path)];
                svg.element("path", &attributes, |path| {
                    path.element_of_text("title", &[], &title(code, counted, lang))
                });
            }
            for (nth, code) in paths.keys().filter(|code| is_overseas(code)).enumerate() {
                frame(nth, code, svg);
            }
        });
        legend(&borders, lang, figure);
    });
    markup
}

fn title(code: &str, counted: Option<&Counted>, lang: Lang) -> String {
    let name = code.parse::<codes::CodeDepartement>().map(|known| known.nom()).unwrap_or_default();
    let offers = counted.map_or(0, |counted| counted.offers);
    match lang {
        Lang::Fr => format!("{name} ({code}) : {}", group(offers, lang)),
        Lang::En => format!("{name} ({code}): {}", group(offers, lang)),
    }
}

/// The least number of offers of each class but the first: as many départements in each.
fn borders(mut offers: Vec<u64>) -> Vec<u64> {
    offers.sort_unstable();
    let mut borders: Vec<u64> =
        (0..CLASSES).filter_map(|class| offers.get(class * offers.len() / CLASSES)).copied().collect();
    borders.dedup();
    borders
}

fn class_of(borders: &[u64], offers: u64) -> String {
    let class = borders.iter().filter(|border| **border <= offers).count();
    // Where there are few classes, the darkest is still for the most offers.
    if class == 0 { String::new() } else { format!("c{}", class + CLASSES - borders.len()) }
}

fn legend(borders: &[u64], lang: Lang, figure: &mut Markup) {
    if borders.is_empty() {
        return;
    }
    figure.element("ul", &[], |list| {
        for border in borders {
            list.element("li", &[], |item| {
                item.element("i", &[("class", &class_of(borders, *border))], |_| {});
                let from = group(*border, lang);
                item.text(&if lang == Lang::Fr { format!("{from} et plus") } else { format!("{from} and more") });
            });
        }
    });
}

/// Overseas the codes have three characters.
fn is_overseas(code: &str) -> bool {
    code.len() == 3
}

/// Where the frame of the n-th département overseas begins.
fn corner(nth: usize) -> (f64, f64) {
    (0.0, nth as f64 * (FRAME + 20.0))
}

fn frame(nth: usize, code: &str, svg: &mut Markup) {
    let (x, y) = corner(nth);
    let [left, top, size, middle, bottom] =
        [x + 1.0, y + 1.0, FRAME - 2.0, x + FRAME / 2.0, y + FRAME - 8.0].map(|number| number.to_string());
    let attributes = [("x", left.as_str()), ("y", &top), ("width", &size), ("height", &size)];
    svg.element("rect", &attributes, |_| {});
    svg.element_of_text("text", &[("x", &middle), ("y", &bottom)], code);
}

/// The path of each, on a grid that all share, so that neighbours keep a common border; as coarse as it must be.
fn draw(shapes: &BTreeMap<String, Vec<Ring>>) -> BTreeMap<String, String> {
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
    fn as_many_are_in_each_class() {
        let of_ten = borders((1..=10).collect());
        assert_eq!(of_ten, [1, 3, 5, 7, 9]);
        assert_eq!(
            (class_of(&of_ten, 1), class_of(&of_ten, 10), class_of(&of_ten, 0)),
            ("c1".into(), "c5".into(), "".into())
        );
        assert_eq!(borders(vec![4, 4]), [4]);
        assert_eq!(class_of(&[4], 4), "c5");
        assert!(borders(vec![]).is_empty());
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

    #[test]
    fn many_points_become_as_few_as_there_is_room_for() {
        let circle = |x: f64| -> Ring {
            (0..=60_000)
                .map(|n| f64::from(n) / 60_000.0 * std::f64::consts::TAU)
                .map(|at| (x + at.cos() * (1.0 + (at * 900.0).sin() * 0.2), 45.0 + at.sin()))
                .collect()
        };
        let shapes: BTreeMap<_, _> = (1..=40)
            .map(|n| (format!("{n:02}"), vec![circle(f64::from(n) / 4.0)]))
            .chain([("971".to_owned(), vec![circle(-61.0)])])
            .collect();
        let map = map(&shapes, &[], Lang::Fr);
        assert!(map.as_str().matches("<path").map(|_| 1).sum::<usize>() == 41);
        assert!(map.as_str().len() <= MOST_BYTES + 2_000, "{}", map.as_str().len());
    }
}

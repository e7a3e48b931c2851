//! The map of the départements: the mainland and Corsica in one drawing, each département overseas in a frame beside it.

use std::collections::BTreeMap;

use report::{Lang, Markup, group};

use crate::report_collection::drawing::{FRAME, HEIGHT, WIDTH, corner, draw, is_overseas};
use crate::report_collection::shapes::Ring;
use crate::report_collection::table::Counted;

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

fn frame(nth: usize, code: &str, svg: &mut Markup) {
    let (x, y) = corner(nth);
    let [left, top, size, middle, bottom] =
        [x + 1.0, y + 1.0, FRAME - 2.0, x + FRAME / 2.0, y + FRAME - 8.0].map(|number| number.to_string());
    let attributes = [("x", left.as_str()), ("y", &top), ("width", &size), ("height", &size)];
    svg.element("rect", &attributes, |_| {});
    svg.element_of_text("text", &[("x", &middle), ("y", &bottom)], code);
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(map.as_str().len() <= 202_000, "{}", map.as_str().len());
    }
}

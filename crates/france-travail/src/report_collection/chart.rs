//! The offers of each day as bars.

use report::{Lang, Markup, group};

use crate::calendar::word;
use crate::report_collection::figures::DayFigures;

/// Units a day, and of all the height.
const STEP: usize = 10;
const HEIGHT: u64 = 200;

/// What a page with bars needs in its style. Words stand beside the drawing, which is stretched to its room; on paper the
/// date and the duration of a row keep to one line.
pub(crate) const STYLE: &str = "\
.bars, .map { break-inside: avoid; }
p:has(+ .bars), p:has(+ .map), p:has(+ .calendar), p:has(+ table) { break-after: avoid; break-inside: avoid; }
@media print { table.wide td { overflow-wrap: normal; } table.wide td:first-child { white-space: nowrap; } }
.bars svg { display: block; width: 100%; height: 12rem; border-bottom: 1px solid var(--ink); border-top: 1px dashed var(--line); }
.bars rect { fill: #8a8a96; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.bars rect[data-state=complete] { fill: #2a6ba6; }
.bars p { display: flex; justify-content: space-between; gap: 1rem; color: var(--soft); font-size: .9rem; margin: .25rem 0; }
";

/// A bar a day; a day without a figure has none.
pub(crate) fn bars(days: &[DayFigures], lang: Lang) -> Markup {
    let mut markup = Markup::default();
    let most = days.iter().filter_map(|day| day.offers).max().unwrap_or_default();
    markup.element("div", &[("class", "bars")], |figure| {
        figure.element("p", &[], |scale| scale.element_of_text("span", &[], &group(most, lang)));
        let view = format!("0 0 {} {HEIGHT}", days.len() * STEP);
        let said = if lang == Lang::Fr { "Offres par jour" } else { "Offers by day" };
        let attributes =
            [("viewBox", view.as_str()), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", said)];
        figure.element("svg", &attributes, |svg| {
            for (nth, day) in days.iter().enumerate() {
                bar(nth, day, most, lang, svg);
            }
        });
        figure.element("p", &[], |ends| {
            for day in [days.first(), days.last().filter(|_| days.len() > 1)].into_iter().flatten() {
                ends.element_of_text("span", &[], &day.date.to_string());
            }
        });
    });
    markup
}

fn bar(nth: usize, day: &DayFigures, most: u64, lang: Lang, svg: &mut Markup) {
    let Some(offers) = day.offers else { return };
    // What is there can be seen.
    let height = (u128::from(offers) * u128::from(HEIGHT) / u128::from(most.max(1))).max(u128::from(offers > 0));
    let gap = STEP / 10;
    let [x, y, width, height] =
        [(nth * STEP + gap) as u128, u128::from(HEIGHT) - height, (STEP - 2 * gap) as u128, height]
            .map(|number| number.to_string());
    let attributes = [("data-state", day.state), ("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
    svg.element("rect", &attributes, |rect| {
        let told = format!("{} : {} ({})", day.date, group(offers, lang), word(day.state, lang));
        rect.element_of_text("title", &[], &told);
    });
}

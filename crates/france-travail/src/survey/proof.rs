//! What the pages prove: which seconds are complete, and how.
//!
//! A page is a contiguous piece of one instant's list, newest first. Every second that lies strictly between the page's
//! first and last offer is therefore complete on that page, whatever happens to the list before and after. What remains
//! are the **border seconds**, in which one page ends and the next begins:
//!
//! - If the next page begins in a newer second than the one where this page ends, it holds that second whole.
//! - If the order inside a second is the same for every request, two pages of one search that share an offer are
//!   **linked**: what comes before it is on the first, what comes after it on the second.
//! - Nothing else proves a border. In particular totals and counts that agree do not: while one offer vanishes and another
//!   appears, both agree and an offer is lost. Such a second is asked for by itself (**mended**): its page is one instant.
//!
//! Whether the order is stable is not known of the service, so it is observed: offers of the same instant that were seen
//! twice keep their order or do not. Until that was seen often enough, no link is believed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::survey::moment::{Second, Span};
use crate::survey::page::{Page, PageEntry};
use crate::survey::query::Query;

/// Pairs that must have kept their order, none having changed it: by chance that happens once in a million.
const PAIRS_TO_BELIEVE: u32 = 20;

/// Whether the service lists the offers of one second in the same order each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Stable,
    Unstable,
    /// Not seen often enough.
    Unknown,
}

/// The pages of one search, and what they were asked for.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) query: Query,
    /// In the order of their positions; they need not be all pages of the search.
    pub(crate) pages: Vec<Arc<Page>>,
    /// Whether it was asked to mend a border.
    pub(crate) mends: bool,
}

/// Pages joined by links: one list from its first offer to its last.
struct Run {
    newest: Second,
    oldest: Second,
    from_the_top: bool,
    to_the_end: bool,
}

impl Window {
    /// The seconds that these pages hold whole. Links count only if `order` is stable.
    pub(crate) fn complete(&self, order: Order) -> Vec<Span> {
        let span = self.query.span();
        self.runs(order).into_iter().filter_map(|run| run.complete(span)).collect()
    }

    /// From its newest second to the oldest that its pages reach.
    pub(crate) fn reached(&self) -> Span {
        let Span { from, to } = self.query.span();
        let last = self.pages.iter().max_by_key(|page| page.start);
        let ends = last.is_none_or(|page| page.ends_the_list());
        let oldest = last.and_then(|page| page.oldest()).unwrap_or(from);
        Span { from: if ends { from } else { oldest.clamp(from, to) }, to }
    }

    /// Borders between two of its pages that a link proves.
    pub(crate) fn links(&self) -> usize {
        self.pages.windows(2).filter(|pair| pair[0].shares_an_offer_with(&pair[1])).count()
    }

    fn runs(&self, order: Order) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut before: Option<&Page> = None;
        for page in &self.pages {
            let linked = order == Order::Stable && before.is_some_and(|before| before.shares_an_offer_with(page));
            let (from_the_top, to_the_end) = (page.start == 0, page.ends_the_list());
            match (page.newest(), page.oldest(), runs.last_mut()) {
                (Some(_), Some(oldest), Some(run)) if linked => {
                    run.oldest = oldest;
                    run.to_the_end = to_the_end;
                }
                (Some(newest), Some(oldest), _) => runs.push(Run { newest, oldest, from_the_top, to_the_end }),
                // An empty first page: nobody is there at all.
                _ if from_the_top && to_the_end => {
                    let Span { from, to } = self.query.span();
                    runs.push(Run { newest: to, oldest: from, from_the_top, to_the_end });
                }
                // Past the end: says nothing of what is before it.
                _ => {}
            }
            before = Some(page);
        }
        runs
    }
}

impl Run {
    fn complete(&self, asked: Span) -> Option<Span> {
        let to = if self.from_the_top { asked.to } else { asked.to.min(self.newest - 1) };
        let from = if self.to_the_end { asked.from } else { asked.from.max(self.oldest + 1) };
        (from <= to).then_some(Span { from, to })
    }
}

/// The seconds of `span` that none of `complete` holds, oldest first.
pub(crate) fn gaps(span: Span, mut complete: Vec<Span>) -> Vec<Span> {
    complete.sort_by_key(|span| span.from);
    let mut gaps = Vec::new();
    let mut next = span.from;
    for Span { from, to } in complete {
        if from > span.to {
            break;
        }
        if from > next {
            gaps.push(Span { from: next, to: from - 1 });
        }
        next = next.max(to + 1);
    }
    if next <= span.to {
        gaps.push(Span { from: next, to: span.to });
    }
    gaps
}

/// Judges from all pages of one filter whether the order inside a second is stable.
pub(crate) fn order<'a>(pages: impl Iterator<Item = &'a Arc<Page>>) -> Order {
    let mut seen: HashMap<Second, Vec<&[PageEntry]>> = HashMap::new();
    for page in pages {
        for second in
            page.offres.chunk_by(|a, b| a.stamp.second() == b.stamp.second()).filter(|second| second.len() > 1)
        {
            seen.entry(second[0].stamp.second()).or_default().push(second);
        }
    }
    let (mut kept, mut changed) = (0, 0);
    for views in seen.values() {
        for pair in views.windows(2) {
            let (more_kept, more_changed) = compare(pair[0], pair[1]);
            kept += more_kept;
            changed += more_changed;
        }
    }
    match (kept, changed) {
        (_, 1..) => Order::Unstable,
        (PAIRS_TO_BELIEVE.., _) => Order::Stable,
        _ => Order::Unknown,
    }
}

/// Neighbours of `first` that `second` shows in the same order, and in the other.
///
/// Stamps that differ by milliseconds prove nothing if the newer comes first: the stamp itself may be what sorts them.
fn compare(first: &[PageEntry], second: &[PageEntry]) -> (u32, u32) {
    let rank: HashMap<u32, usize> = second.iter().enumerate().map(|(rank, seen)| (seen.offre, rank)).collect();
    let shared: Vec<_> = first.iter().filter_map(|seen| Some((seen.stamp, *rank.get(&seen.offre)?))).collect();
    let (mut kept, mut changed) = (0, 0);
    for pair in shared.windows(2) {
        let [(stamp, rank), (next_stamp, next_rank)] = [pair[0], pair[1]];
        if next_rank < rank {
            changed += 1;
        } else if stamp <= next_stamp {
            kept += 1;
        }
    }
    (kept, changed)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::survey::moment::Clock;
    use crate::survey::query::Filter;

    const DAY: Span = Span { from: 0, to: 86_399 };
    const CLOCK: Clock = Clock { origin: date(2024, 6, 1), tells_days: false };

    /// A page of offers named by number, each created in a second.
    fn page(start: u32, total: u32, offers: &[(u32, Second)]) -> Arc<Page> {
        let seen = |(offre, second): &(u32, Second)| {
            let stamp = CLOCK.stamp(&CLOCK.bound(*second)).expect("a bound is a stamp");
            PageEntry { stamp, offre: *offre }
        };
        paged(start, total, offers.iter().map(seen).collect())
    }

    fn paged(start: u32, total: u32, offres: Vec<PageEntry>) -> Arc<Page> {
        let items = offres.len() as u32;
        let types_contrat = Vec::new();
        Arc::new(Page { start, size: 150, total, items, offres, types_contrat, waited_ms: 0, number: start, run: 1 })
    }

    fn window(pages: Vec<Arc<Page>>) -> Window {
        Window { query: Query::over(&Filter::default(), DAY), pages, mends: false }
    }

    fn open(window: &Window, order: Order) -> Vec<(Second, Second)> {
        gaps(DAY, window.complete(order)).iter().map(|gap| (gap.from, gap.to)).collect()
    }

    #[test]
    fn gaps_are_what_no_span_holds() {
        let span = |from, to| Span { from, to };
        assert_eq!(gaps(span(0, 9), vec![]), [span(0, 9)]);
        assert_eq!(gaps(span(0, 9), vec![span(5, 9), span(0, 4)]), []);
        assert_eq!(gaps(span(0, 9), vec![span(2, 3), span(3, 5), span(20, 30)]), [span(0, 1), span(6, 9)]);
        assert_eq!(gaps(span(4, 9), vec![span(-3, 5)]), [span(6, 9)]);
    }

    #[test]
    fn one_page_that_is_all_there_is_proves_the_whole_day() {
        assert_eq!(open(&window(vec![page(0, 2, &[(1, 90), (2, 80)])]), Order::Unknown), []);
        assert_eq!(open(&window(vec![page(0, 0, &[])]), Order::Unknown), []);
    }

    #[test]
    fn a_border_second_is_open_unless_the_next_page_begins_above_it() {
        let first = page(0, 6, &[(1, 90), (2, 80), (3, 70)]);
        let from_70 = window(vec![first.clone(), page(2, 6, &[(3, 70), (4, 60), (5, 50), (6, 40)])]);
        assert_eq!(open(&from_70, Order::Unknown), [(70, 70)]);
        let from_80 = window(vec![first, page(1, 6, &[(2, 80), (3, 70), (4, 60), (5, 50), (6, 40)])]);
        assert_eq!(open(&from_80, Order::Unknown), []);
    }

    #[test]
    fn a_shared_offer_proves_a_border_only_if_the_order_is_stable() {
        let linked = window(vec![page(0, 5, &[(1, 90), (2, 80), (3, 70)]), page(2, 5, &[(3, 70), (4, 70), (5, 60)])]);
        assert_eq!(open(&linked, Order::Stable), []);
        assert_eq!(open(&linked, Order::Unstable), [(70, 70)]);
        assert_eq!(open(&linked, Order::Unknown), [(70, 70)]);
        assert_eq!(linked.links(), 1);
    }

    /// One offer vanished and one appeared between the two pages: totals and counts agree, and offer 4 is on neither.
    #[test]
    fn totals_that_agree_prove_nothing() {
        let broken = window(vec![page(0, 5, &[(1, 90), (2, 80), (3, 70)]), page(2, 5, &[(5, 60), (6, 50), (7, 40)])]);
        assert_eq!(open(&broken, Order::Stable), [(60, 70)]);
    }

    #[test]
    fn a_page_past_the_end_proves_nothing_of_what_is_before_it() {
        let shrunk = window(vec![page(0, 4, &[(1, 90), (2, 80), (3, 70)]), page(3, 3, &[])]);
        assert_eq!(open(&shrunk, Order::Stable), [(0, 70)]);
    }

    #[test]
    fn the_order_is_believed_after_enough_pairs_and_never_after_a_change() {
        let tied: Vec<_> = (0..30).map(|offre| (offre, 90)).collect();
        let mut swapped = tied.clone();
        swapped.swap(7, 8);
        let judge = |pages: &[Arc<Page>]| order(pages.iter());
        let first = page(0, 30, &tied);
        assert_eq!(judge(std::slice::from_ref(&first)), Order::Unknown);
        assert_eq!(judge(&[first.clone(), page(0, 30, &tied)]), Order::Stable);
        assert_eq!(judge(&[first.clone(), page(0, 30, &tied[..20])]), Order::Unknown);
        assert_eq!(judge(&[first, page(0, 30, &swapped)]), Order::Unstable);
        assert_eq!(page(0, 30, &tied).ties(), 29);
    }

    /// Offers that differ by milliseconds may be sorted by them: that says nothing of those that do not differ.
    #[test]
    fn stamps_that_sort_themselves_are_no_sign_of_a_stable_order() {
        let stamp = |n: u32| CLOCK.stamp(&format!("2024-06-01T00:01:30.{:03}Z", 900 - n)).expect("a stamp");
        let sorted = |offres: std::ops::Range<u32>| {
            paged(0, 40, offres.map(|offre| PageEntry { stamp: stamp(offre), offre }).collect())
        };
        assert_eq!(order([sorted(0..40), sorted(0..40)].iter()), Order::Unknown);
        assert_eq!(sorted(0..40).ties(), 0);
    }
}

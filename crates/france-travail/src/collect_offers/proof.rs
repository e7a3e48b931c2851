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
use std::rc::Rc;

use crate::collect_offers::ask::{PAGE_SIZE, Query};
use crate::collect_offers::day::{Second, Span};
use crate::collect_offers::ledger::{Page, Seen};

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
    pub(crate) pages: Vec<Rc<Page>>,
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

impl Page {
    /// Second of its first offer.
    pub(crate) fn newest(&self) -> Option<Second> {
        self.offres.first().map(|seen| seen.stamp.second())
    }

    /// Second of its last offer.
    pub(crate) fn oldest(&self) -> Option<Second> {
        self.offres.last().map(|seen| seen.stamp.second())
    }

    /// Whether nothing comes after it, as it says itself.
    fn ends_the_list(&self) -> bool {
        self.start + self.offres.len() as u32 >= self.total
    }

    fn shares_an_offer_with(&self, other: &Self) -> bool {
        // Pages overlap by a few offers, at the end of one and the beginning of the other.
        self.offres.iter().rev().any(|seen| other.offres.iter().any(|also| also.offre == seen.offre))
    }
}

impl Window {
    /// The seconds that these pages hold whole. Links count only if `order` is stable.
    pub(crate) fn complete(&self, order: Order) -> Vec<Span> {
        let span = self.query.span();
        self.runs(order).into_iter().filter_map(|run| run.complete(span)).collect()
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
pub(crate) fn order<'a>(pages: impl Iterator<Item = &'a Rc<Page>>) -> Order {
    let mut seen: HashMap<Second, Vec<&[Seen]>> = HashMap::new();
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
fn compare(first: &[Seen], second: &[Seen]) -> (u32, u32) {
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

/// How many neighbours on a page could show whether the order is stable, were the page asked again.
pub(crate) fn ties(page: &Page) -> usize {
    let tied = |pair: &&[Seen]| pair[0].stamp.second() == pair[1].stamp.second() && pair[0].stamp <= pair[1].stamp;
    page.offres.windows(2).filter(tied).count()
}

/// Whether one page is all there is: one instant, nothing to prove.
pub(crate) fn is_whole(page: &Page) -> bool {
    page.start == 0 && page.total <= PAGE_SIZE
}

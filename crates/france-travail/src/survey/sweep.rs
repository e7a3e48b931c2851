//! The walk through a span of time: windows newest first, each one's pages in parallel, until every second is proven.
//!
//! A **window** is one search, of which 3,150 offers can be reached. Its first page is also its count; its last page, asked
//! next (or at once, when the window before tells that there is one), says where the next window begins; the pages between
//! come in meanwhile. What is not proven then is a **gap**, and is asked for by its time, until no gap is left.

use std::ops::RangeInclusive;

use anyhow::Result;
use futures::future::{LocalBoxFuture, try_join, try_join_all};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, TryFutureExt};
use step::{ExitCode, Failure, list_some};

use crate::survey::moment::{Second, Span};
use crate::survey::page::Page;
use crate::survey::proof::{Order, Window, gaps};
use crate::survey::query::{Filter, LAST_START, PAGE_SIZE, Paging, Query};
use crate::survey::{Survey, incomplete};

/// From this many offers on, pages overlap by one offer and borders are proven by links: a few requests more show
/// whether links can be believed.
const LARGE_DAY: u32 = 20_000;

/// On smaller days it is cheaper to overlap so far that the next page mostly begins in a newer second: by ten offers, or
/// for the frugal, where that costs pages, by fewer.
const OVERLAPS_OF_A_SMALL_DAY: RangeInclusive<u32> = 3..=10;

/// When answers take longer than this, one window does not ask fast enough: the day is walked in two strands.
const SLOW_ANSWER_MS: u64 = 500;

/// Where the second strand begins: about half of a day's offers are created before (observed 2025).
const MIDDLE: Second = 12 * 3_600 + 1_800;

/// Each round asks for what the one before left open. Under heavy churn two or three are needed; those that an earlier run
/// made, and that come from the journal, do not count.
const ROUNDS: u32 = 12;

/// How often a dense second is split anew, if its parts do not make up the whole.
const SPLITS: u32 = 2;

/// Asking a page again, to see whether the order is stable, pays when it spares more gaps than this.
const GAPS_THAT_PAY_A_PROBE: usize = 3;

/// Gaps that a message names.
const GAPS_NAMED: usize = 3;

/// What was asked for one filter, and what it proves.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    pub(crate) filter: Filter,
    pub(crate) windows: Vec<Window>,
    /// Dense seconds that were split.
    pub(crate) settled: Vec<Span>,
    pub(crate) order: Option<Order>,
}

/// What a walk waits for.
enum Event {
    /// The first and last page of a window are there.
    Begun(Window, Ahead),
    Filled(Window),
    Settled(Span),
}

/// What remains below a window.
struct Ahead {
    /// A dense second at its top, which no page gets past.
    dense: Option<Span>,
    rest: Option<Span>,
    /// Offers that the rest has, as far as this window tells.
    expected: u32,
}

impl Survey {
    /// Proves that everything `filter` finds in `span` is in the ledger.
    pub(crate) async fn sweep(&self, filter: &Filter, span: Span) -> Result<Swept> {
        let mut swept = Swept { filter: filter.clone(), ..Swept::default() };
        let mut open = self.strands(&mut swept, span).await?;
        let (mut round, mut made) = (0, 0);
        while made < ROUNDS {
            let asked = self.asked.get();
            self.walk(&mut swept, &open, round).await?;
            open = self.open_gaps(&mut swept, span).await?;
            if open.is_empty() {
                return Ok(swept);
            }
            round += 1;
            made += u32::from(self.asked.get() > asked);
        }
        Err(self.unproven(filter, &open))
    }

    /// The day as one piece, or as two when answers are slow; the first page then stands alone.
    async fn strands(&self, swept: &mut Swept, span: Span) -> Result<Vec<Span>> {
        let query = Query::over(&swept.filter, span);
        if self.paging.overlap.is_some() {
            return Ok(vec![span]);
        }
        let first = self.page(self.first(&query)).await?;
        let below = first.oldest().map_or(span.from, |second| second.min(span.to));
        let slow = first.waited_ms > SLOW_ANSWER_MS && first.total > 2 * self.paging.reach();
        if !slow || !(span.from..below).contains(&MIDDLE) {
            return Ok(vec![span]);
        }
        swept.windows.push(Window { query, pages: vec![first], mends: false });
        Ok(vec![Span { from: MIDDLE + 1, to: below }, Span { from: span.from, to: MIDDLE }])
    }

    /// Asks for all of `open`, window after window.
    pub(crate) async fn walk(&self, swept: &mut Swept, open: &[Span], round: u32) -> Result<()> {
        let filter = swept.filter.clone();
        let begin = |span, expected| self.begin(Query::over(&filter, span).attempt(round), expected).boxed_local();
        let mut work: FuturesUnordered<LocalBoxFuture<'_, Result<Event>>> =
            open.iter().map(|span| begin(*span, 0)).collect();
        while let Some(event) = work.next().await {
            match event? {
                Event::Begun(window, ahead) => {
                    // The next window before this one's pages: its bound is what everything else waits for.
                    work.extend(ahead.rest.map(|rest| begin(rest, ahead.expected)));
                    work.extend(
                        ahead.dense.map(|span| self.settle_for_good(filter.clone(), span, round).boxed_local()),
                    );
                    work.push(self.fill(window).map_ok(Event::Filled).boxed_local());
                }
                Event::Filled(window) => {
                    if round == 0 && filter == Filter::default() {
                        self.keeper.passed(window.reached())?;
                    }
                    swept.windows.push(window);
                }
                Event::Settled(span) => swept.settled.push(span),
            }
        }
        Ok(())
    }

    /// Asks for a window's first and last page.
    async fn begin(&self, query: Query, expected: u32) -> Result<Event> {
        let (span, mends) = (query.span(), query.attempt > 0);
        let paging = self.paging_of(&query);
        let size = paging.size;
        let farthest = *self.starts(paging, u32::MAX).last().expect("there is always a first page");
        let (first, mut last) = match expected > paging.reach() {
            true => try_join(self.page(self.first(&query)), self.page(query.page(farthest, size))).await?,
            false => {
                let first = self.page(self.first(&query)).await?;
                (first.clone(), first)
            }
        };
        let alone = Window { query, pages: vec![first.clone()], mends };
        // One page may reach below the span before all that the search counts is there: the rest is of the second before.
        // Sums need it; what is only mended does not.
        let is_all = mends || first.is_whole();
        if is_all && gaps(span, alone.complete(Order::Unknown)).is_empty() {
            return Ok(Event::Filled(alone));
        }
        let query = alone.query;
        if mends && span.from == span.to {
            return self.settle_for_good(query.filter, span, query.attempt).await;
        }
        let starts = self.starts(paging, first.total);
        let end = *starts.last().expect("there is always a first page");
        if last.start != end {
            last = self.page(query.page(end, size)).await?;
        }
        let ahead = Ahead::of(span, &first, &last);
        let pages = if last.start == 0 { vec![first] } else { vec![first, last] };
        Ok(Event::Begun(Window { query, pages, mends }, ahead))
    }

    /// Asks for the pages between a window's first and last one.
    async fn fill(&self, mut window: Window) -> Result<Window> {
        let (Some(first), Some(last)) = (window.pages.first().cloned(), window.pages.last().cloned()) else {
            return Ok(window);
        };
        let paging = self.paging_of(&window.query);
        let between = self.starts(paging, first.total).into_iter().filter(|start| (1..last.start).contains(start));
        let size = paging.size;
        let pages = try_join_all(between.map(|start| self.page(window.query.page(start, size)))).await?;
        window.pages.splice(1..1, pages);
        Ok(window)
    }

    /// Proves a dense second. Splitting it fails when it changes too fast: then it is split anew, a few times in each run.
    async fn settle_for_good(&self, filter: Filter, span: Span, round: u32) -> Result<Event> {
        let (mut attempt, mut made) = (round, 0);
        loop {
            let query = Query::over(&filter, span).attempt(attempt);
            made += u32::from(self.served.borrow().page(&self.first(&query)).is_none());
            match self.settle(query).await {
                Ok(_) => return Ok(Event::Settled(span)),
                Err(error) if made >= SPLITS || !is_incomplete(&error) => return Err(error),
                Err(_) => attempt += 1,
            }
        }
    }

    /// What the pages do not prove yet. If links would prove much of it, one page is asked again to see if they can.
    async fn open_gaps(&self, swept: &mut Swept, span: Span) -> Result<Vec<Span>> {
        let mut order = self.served.borrow().order();
        let unlinked = swept.gaps(span, Order::Unknown).len();
        let linked = swept.gaps(span, Order::Stable).len();
        if order == Order::Unknown && unlinked > linked + GAPS_THAT_PAY_A_PROBE {
            let tied = self.served.borrow().most_tied(1);
            if let Some(ask) = tied {
                order = self.probe(&ask).await?;
            }
        }
        swept.order = Some(order);
        Ok(swept.gaps(span, order))
    }

    /// Where the pages of a search start.
    fn starts(&self, paging: Paging, total: u32) -> Vec<u32> {
        match paging.overlap {
            Some(overlap) => paging.spread(total, overlap),
            None => paging.starts(total, self.overlap_of_a_day()),
        }
    }

    /// Offers that each page repeats of the one before. Depends only on what the first answer said, so that a run that
    /// goes on asks the same pages.
    fn overlap_of_a_day(&self) -> u32 {
        let served = self.served.borrow();
        let first = served.page(&self.first(&Query::over(&Filter::default(), self.span)));
        match first.map_or(0, |first| first.total) {
            LARGE_DAY.. => 1,
            _ if !self.paging.is_frugal => *OVERLAPS_OF_A_SMALL_DAY.end(),
            total => OVERLAPS_OF_A_SMALL_DAY
                .rev()
                .find(|overlap| costs_little(total, *overlap))
                .unwrap_or(*OVERLAPS_OF_A_SMALL_DAY.start()),
        }
    }

    fn unproven(&self, filter: &Filter, open: &[Span]) -> anyhow::Error {
        let spans = list_some(open.iter().map(|span| self.clock.name(*span)), GAPS_NAMED);
        let what = format!("{spans}{}", filter.name());
        incomplete(format!("could not prove {} complete: {what} changed each time they were asked for", self.subject))
    }
}

impl Swept {
    fn gaps(&self, span: Span, order: Order) -> Vec<Span> {
        let complete = self.windows.iter().flat_map(|window| window.complete(order));
        gaps(span, complete.chain(self.settled.iter().copied()).collect())
    }
}

impl Ahead {
    fn of(span: Span, first: &Page, last: &Page) -> Self {
        let nothing = Self { dense: None, rest: None, expected: 0 };
        let more = first.total > last.start + last.size;
        let Some(oldest) = last.oldest().filter(|second| more && *second >= span.from) else { return nothing };
        let expected = first.total - last.start;
        if oldest < span.to {
            // The last second may go on: the rest begins with it.
            return Self { rest: Some(Span { to: oldest, ..span }), expected, ..nothing };
        }
        // No page gets past the newest second. The second before it is settled with it, for the search below begins with
        // a bound in between, and must not find the dense second again.
        let dense = Span { from: span.from.max(span.to - 1), to: span.to };
        let rest = (dense.from > span.from).then(|| Span { to: dense.from - 1, ..span });
        Self { dense: Some(dense), rest, expected: 0 }
    }
}

/// Whether pages of one search that overlap so far are hardly more than pages that do not.
fn costs_little(total: u32, overlap: u32) -> bool {
    let pages = total.saturating_sub(overlap).div_ceil(PAGE_SIZE - overlap);
    total <= LAST_START && pages <= total.div_ceil(PAGE_SIZE) * 103 / 100 + 1
}

/// Whether asking again may help.
fn is_incomplete(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(|failure| failure.code() == ExitCode::Incomplete)
}

//! The sum at the end: what was gathered, beside what the service says that it has.
//!
//! Pages prove each second as it was when they came. An offer that moves to a second that was read already, or that the
//! service counts and leaves out of a full page, is on none of them: totals that agree prove nothing, but totals that
//! disagree disprove. So the whole is counted once more. Where it is not what was gathered, the day is counted in
//! **slices**, and each slice that has more than was gathered of it is read again, once. While much comes and goes, one
//! that vanishes hides one that is missing: then sums that agree say nothing either, and every slice is read again. What is
//! still missing then is churn if the totals moved meanwhile; if they stand still, the day is not complete.

use anyhow::Result;
use futures::future::{try_join, try_join_all};

use crate::survey::moment::{Second, Span};
use crate::survey::proof::Window;
use crate::survey::query::{Filter, PAGE_SIZE, Query};
use crate::survey::served::Served;
use crate::survey::sweep::Swept;
use crate::survey::{Survey, incomplete};

/// Beyond all rounds of one run, so that what a run could not prove is asked for anew by the next.
const ATTEMPTS_OF_A_RUN: u32 = 10_000;

/// By how much the totals may have moved for sums that agree to be believed: what a night's churn leaves (less than one
/// offer a minute vanishes), and not so much that in some slice as many vanish as are missing.
const CALM: u32 = 10;

/// How the sums stand at the end.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    /// Total that the service announced at the end, for the same bounds as at the beginning.
    pub(crate) total: u32,
    /// Offers that only reading again has brought.
    pub(crate) recovered: u64,
    /// What was read again.
    pub(crate) reread: Vec<Span>,
    /// Offers that were gathered beyond that total: the service withdrew them meanwhile. Below zero, it has more: they
    /// appeared after their second was read.
    pub(crate) churn: i64,
}

impl Survey {
    /// Compares the sums, and mends what is missing.
    ///
    /// # Errors
    /// 75 when offers are missing though the totals stand still.
    pub(crate) async fn reconcile(&self, sweeps: &mut [Swept], announced: u32, origins_apart: bool) -> Result<Balance> {
        let whole = self.span;
        if let Some(balance) = self.balance_told(sweeps, announced, origins_apart) {
            return Ok(balance);
        }
        let attempt = self.run.saturating_mul(ATTEMPTS_OF_A_RUN);
        let recount = Recount { survey: self, origins_apart, attempt };
        let total = recount.count(whole, 0).await?;
        let churn = i64::from(self.gathered(whole)) - i64::from(total);
        // In the trap the first total was of one origin only.
        let drift = if origins_apart { 0 } else { announced.abs_diff(total) };
        // Between two runs may lie a day, in which what moves says nothing of either.
        let is_calm = self.went_on(sweeps) || drift + sweeps.iter().map(Swept::movement).sum::<u32>() <= CALM;
        if self.accounts_for(whole, total) && is_calm {
            return Ok(Balance { total, churn, ..Balance::default() });
        }
        let way = if is_calm { "counting by slices" } else { "so much moves that the day is read once more" };
        tracing::info!("{total} offers are announced now, {} are there: {way}", self.gathered(whole));
        let before = self.served.borrow().offres().count();
        let reread = self.mend(sweeps, &recount, is_calm).await?;
        let now = recount.count(whole, 1).await?;
        if reread.is_empty() && now == total && now > self.gathered_at_most(whole) {
            return Err(self.missing(whole, now));
        }
        let recovered = (self.served.borrow().offres().count() - before) as u64;
        let churn = i64::from(self.gathered(whole)) - i64::from(now);
        Ok(Balance { total: now, recovered, reread, churn })
    }

    /// Reads the slices again that have more than was gathered; while much moves, all of them. Gives back which.
    async fn mend(&self, sweeps: &mut [Swept], recount: &Recount<'_>, is_calm: bool) -> Result<Vec<Span>> {
        let slices = self.served.borrow().slices(self.span);
        let counts = try_join_all(slices.iter().map(|slice| recount.count(*slice, 0))).await?;
        let differs = |(slice, counted): &(Span, u32)| !is_calm || *counted > self.gathered_at_most(*slice);
        let differing: Vec<_> = slices.into_iter().zip(counts).filter(differs).collect();
        // Where a search without origin does not find all, the first sweep is no use.
        let mut sweeps: Vec<&mut Swept> =
            sweeps.iter_mut().filter(|swept| !recount.origins_apart || swept.filter.origine.is_some()).collect();
        let filters: Vec<_> = sweeps.iter().map(|swept| swept.filter.clone()).collect();
        let read_again = differing.iter().map(|(slice, counted)| self.read_again(&filters, recount, *slice, *counted));
        for of_slice in try_join_all(read_again).await? {
            sweeps.iter_mut().zip(of_slice).for_each(|(swept, again)| swept.add(again));
        }
        Ok(differing.into_iter().map(|(slice, _)| slice).collect())
    }

    /// Reads a slice anew by each filter, of which `counted` offers were announced just before.
    async fn read_again(
        &self,
        filters: &[Filter],
        recount: &Recount<'_>,
        slice: Span,
        counted: u32,
    ) -> Result<Vec<Swept>> {
        let mut read = Vec::new();
        for filter in filters {
            let mut swept = Swept { filter: filter.clone(), ..Swept::default() };
            self.walk(&mut swept, &[slice], recount.attempt).await?;
            read.push(swept);
        }
        let now = recount.count(slice, 1).await?;
        match now > self.gathered_at_most(slice) && now == counted {
            true => Err(self.missing(slice, now)),
            false => Ok(read),
        }
    }

    /// Offers in the ledger that a search over `span` would find; slices are cut so that its bounds touch no offer.
    fn gathered(&self, span: Span) -> u32 {
        let query = Query::over(&Filter::default(), span);
        let served = self.served.borrow();
        served.offres().filter(|(_, held)| (query.min..=query.max).contains(&held.stamp.second())).count() as u32
    }

    /// The same, and all items that are no offers: nobody knows where they belong.
    fn gathered_at_most(&self, span: Span) -> u32 {
        self.gathered(span) + self.served.borrow().set_aside()
    }

    /// Whether a total is that of what was gathered of a span.
    fn accounts_for(&self, span: Span, total: u32) -> bool {
        (self.gathered(span)..=self.gathered_at_most(span)).contains(&total)
    }

    /// How the sums stand, where that costs no request: the first search is over the whole span, and the last of its pages
    /// to come tells a total that is as good as another count, if nothing moves. Of a day, where one more request does not
    /// matter, the whole is counted once more in any case.
    fn balance_told(&self, sweeps: &[Swept], announced: u32, origins_apart: bool) -> Option<Balance> {
        if self.paging.overlap.is_none() || origins_apart {
            return None;
        }
        let whole = sweeps.first()?.windows.iter().find(|window| !window.mends && window.query.span() == self.span)?;
        let last = whole.pages.iter().max_by_key(|page| page.number)?;
        let moved = announced.abs_diff(last.total) + sweeps.iter().map(Swept::movement).sum::<u32>();
        let is_calm = self.went_on(sweeps) || moved <= CALM;
        let churn = i64::from(self.gathered(self.span)) - i64::from(last.total);
        (is_calm && self.accounts_for(self.span, last.total)).then(|| Balance {
            total: last.total,
            churn,
            ..Balance::default()
        })
    }

    /// Whether an earlier run has asked for some of it.
    fn went_on(&self, sweeps: &[Swept]) -> bool {
        let mut pages = sweeps.iter().flat_map(|swept| &swept.windows).flat_map(|window| &window.pages);
        self.paging.overlap.is_some() && pages.any(|page| page.run < self.run)
    }

    fn missing(&self, span: Span, announced: u32) -> anyhow::Error {
        let (subject, name, gathered) = (&self.subject, self.clock.name(span), self.gathered(span));
        incomplete(format!(
            "could not prove {subject} complete: of {name} {announced} offers are announced, {gathered} are there, \
             and reading it again has brought no other"
        ))
    }
}

impl Swept {
    /// Takes over what was read again by the same filter.
    fn add(&mut self, again: Self) {
        self.windows.extend(again.windows);
        self.settled.extend(again.settled);
    }

    /// By how much the totals of its searches moved while their pages came.
    fn movement(&self) -> u32 {
        let of_window = |window: &Window| {
            let mut pages: Vec<_> = window.pages.iter().map(|page| (page.number, page.total)).collect();
            pages.sort_unstable();
            pages.windows(2).map(|pair| pair[0].1.abs_diff(pair[1].1)).sum::<u32>()
        };
        self.windows.iter().map(of_window).sum()
    }
}

/// Counts made by one run, at its end.
struct Recount<'a> {
    survey: &'a Survey,
    origins_apart: bool,
    attempt: u32,
}

impl Recount<'_> {
    /// What the service announces for a span now.
    async fn count(&self, span: Span, again: u8) -> Result<u32> {
        let of = async |origine: Option<char>| -> Result<u32> {
            let filter = Filter { origine, ..Filter::default() };
            let ask = Query::over(&filter, span).attempt(self.attempt).count(again);
            Ok(self.survey.page(ask).await?.total)
        };
        match self.origins_apart {
            false => of(None).await,
            true => try_join(of(Some('1')), of(Some('2'))).await.map(|(one, two)| one + two),
        }
    }
}

impl Served {
    /// A span in pieces that are cheap to count and to read again, cut where two seconds without an offer meet: there
    /// it does not matter whether the service counts the bounds in.
    fn slices(&self, span: Span) -> Vec<Span> {
        let Span { from, to } = span;
        let seconds = self.offres().map(|(_, held)| held.stamp.second());
        let mut seconds: Vec<Second> = seconds.filter(|second| (from..=to).contains(second)).collect();
        seconds.sort_unstable();
        cut(Span { from, to }, &seconds)
    }
}

/// Cuts `span` between `seconds`, which are sorted and have an entry for each offer.
fn cut(span: Span, seconds: &[Second]) -> Vec<Span> {
    // As many counts as pages in a slice: one slice that differs then costs the least.
    let least = (seconds.len() * PAGE_SIZE as usize).isqrt().max(PAGE_SIZE as usize);
    let (mut slices, mut from, mut held) = (Vec::new(), span.from, 0);
    for pair in seconds.windows(2) {
        held += 1;
        if held >= least && pair[1] - pair[0] > 2 {
            slices.push(Span { from, to: pair[0] + 1 });
            (from, held) = (pair[0] + 2, 0);
        }
    }
    slices.push(Span { from, ..span });
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Span = Span { from: 0, to: 86_399 };

    #[test]
    fn slices_cover_the_day_and_meet_where_nothing_is() {
        let seconds: Vec<Second> = (0..3_000).map(|n| n * 28).collect();
        let slices = cut(DAY, &seconds);
        assert_eq!((slices.first().unwrap().from, slices.last().unwrap().to), (DAY.from, DAY.to));
        assert!(slices.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
        assert_eq!(slices.len(), 5, "670 offers each");
        let occupied = |second: Second| second % 28 == 0;
        assert!(slices[1..].iter().all(|slice| !occupied(slice.from) && !occupied(slice.from - 1)));
    }

    #[test]
    fn where_offers_stand_close_nothing_is_cut() {
        let seconds: Vec<Second> = (0..2_000).collect();
        assert_eq!(cut(DAY, &seconds), [DAY]);
        assert_eq!(cut(DAY, &[]), [DAY]);
    }
}

//! Whether the pages of a list prove that nothing is missing between them, though its table may be swapped at any moment.
//!
//! The records of one answer are one state of the table, and all states are sorted alike. So a page whose first record is
//! known hides nothing before it: whatever is held throughout and comes before its last record is in it, or was known.
//! A page that begins the list needs no such link, and one that ends it is the last. Where a link breaks, the place is
//! read again from further back.

use super::ask::{Ask, catching_up, reaching_furthest};
use super::shelf::{Brought, Page};

/// Tries at one place without getting any further.
const MOST_TRIES: u32 = 10;

/// Where a table changes faster than it can be read, one has to stop: so many times what a calm one needs, and these.
const MOST_DETOURS: u64 = 10;
const MOST_MORE: u64 = 200;

/// An answer: what was asked, what it says of itself, what it brought.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) ask: Ask,
    pub(super) page: u64,
    pub(super) size: u64,
    pub(super) total: u64,
    pub(super) brought: Brought,
}

/// What an answer is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It follows on what is known.
    Linked,
    /// It does, and nothing comes after it.
    Last,
    /// It may have jumped over records: the place is read again from further back.
    Broken,
    /// It contradicts itself: asked for again after a while.
    Faulty(String),
    /// There was no getting further.
    Given(String),
}

/// How far the list is read.
#[derive(Debug, Default)]
pub(super) struct Chain {
    page_size: u64,
    /// Where the next page has to begin, or before.
    aim: u64,
    /// Records up to the end of the last page that was linked.
    end: u64,
    /// The furthest end since there was last any progress.
    furthest: u64,
    /// Since then: where a page began that was not linked, a place at which what is known goes on, tries, and how often
    /// it went back.
    unlinked_at: Option<u64>,
    known_at: Option<u64>,
    tries: u32,
    backs: u32,
    asked: u64,
    /// The total of the first answer, of the one before, and the greatest.
    first_total: Option<u64>,
    total: Option<u64>,
    greatest_total: u64,
    reloads: u64,
    /// Answers that were of no use, so that the place was asked for again.
    useless: u64,
    /// Totals since the page that was used last.
    totals: Vec<u64>,
}

impl Chain {
    pub(super) fn new(page_size: u64) -> Self {
        Self { page_size, ..Self::default() }
    }

    /// Goes on behind pages that were used.
    pub(super) fn resume(page_size: u64, pages: &[Page]) -> Self {
        let mut chain = Self::new(page_size);
        let Some(last) = pages.last() else { return chain };
        let totals = || pages.iter().flat_map(|page| &page.totals).copied();
        chain.end = (last.page - 1) * last.size + last.records;
        chain.aim = chain.end.saturating_sub(1);
        chain.furthest = chain.end;
        chain.asked = pages.len() as u64;
        chain.first_total = totals().next();
        chain.total = totals().last();
        chain.greatest_total = totals().max().unwrap_or_default();
        chain.reloads = last.reloads;
        chain
    }

    /// The page to ask for. Nine tenths of each bring something new, two pages aside.
    pub(super) fn next(&self) -> Ask {
        let ask = reaching_furthest(self.aim, self.page_size);
        let least = (self.page_size * 9).div_ceil(10);
        let brings = ask.end() - self.aim - 1;
        let is_behind = ask.end() * 10 < (self.asked + 1).saturating_sub(2) * self.page_size * 9;
        match brings < least && (is_behind || (brings == 0 && self.end > 0)) {
            true => catching_up(self.aim, self.page_size, least),
            false => ask,
        }
    }

    /// Judges an answer to what [`Chain::next`] said.
    pub(super) fn judge(&mut self, answer: &Answer) -> Verdict {
        self.asked += 1;
        let is_other_total = self.total.is_some_and(|total| total != answer.total);
        let verdict = self.verdict(answer);
        if is_other_total || verdict == Verdict::Broken {
            self.reloads += 1;
        }
        if self.total != Some(answer.total) {
            self.totals.push(answer.total);
        }
        self.first_total.get_or_insert(answer.total);
        let before = self.total.replace(answer.total).unwrap_or_default();
        self.greatest_total = self.greatest_total.max(answer.total);
        let verdict = self.follow(answer, before.saturating_sub(answer.total), verdict);
        self.useless += u64::from(matches!(verdict, Verdict::Broken | Verdict::Faulty(_)));
        verdict
    }

    /// Reloads that were seen.
    pub(super) fn reloads(&self) -> u64 {
        self.reloads
    }

    /// Answers after which the same place was asked for again, since it began or went on.
    pub(super) fn useless(&self) -> u64 {
        self.useless
    }

    /// Totals that were announced since they were last taken.
    pub(super) fn take_totals(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.totals)
    }

    /// The record at which it stands, from 1.
    pub(super) fn place(&self) -> u64 {
        self.end + 1
    }

    /// Tries at this place.
    pub(super) fn tries(&self) -> u32 {
        self.tries
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let Answer { ask, page, size, total, brought } = answer;
        let (records, faulty) = (brought.records, |why: String| Verdict::Faulty(why));
        if *page != ask.page {
            return faulty(format!("it is page {page} in place of page {}", ask.page));
        }
        if *size != records && *size != ask.size {
            return faulty(format!("it says that it has {size} records, and has {records}"));
        }
        if records > ask.size {
            return faulty(format!("it has {records} records, and {} were asked for", ask.size));
        }
        if let Some(id) = &brought.repeated {
            return faulty(format!("it has `{id}` twice"));
        }
        let (offset, end) = (ask.offset(), ask.offset() + records);
        let is_short = records < ask.size;
        if is_short && *total > end {
            return faulty(format!("it ends at record {end} of {total}"));
        }
        if is_short && *total < end && (records > 0 || offset == 0) {
            return faulty(format!("it has record {end}, of {total}"));
        }
        if *total == 0 && self.greatest_total > 0 {
            return faulty("the list stands empty".to_owned());
        }
        match (offset == 0 || brought.first_is_known, is_short) {
            (false, _) => Verdict::Broken,
            (true, true) if total * 2 < self.greatest_total => {
                faulty(format!("the list has {total} records left of {}", self.greatest_total))
            }
            (true, true) => Verdict::Last,
            (true, false) => Verdict::Linked,
        }
    }

    /// Goes on as the verdict says; `gone` records less are announced than before.
    fn follow(&mut self, answer: &Answer, gone: u64, verdict: Verdict) -> Verdict {
        let end = answer.ask.offset() + answer.brought.records;
        self.tries += 1;
        match &verdict {
            Verdict::Last => {
                self.end = end;
                return verdict;
            }
            Verdict::Linked => self.go_on(end, answer.brought.last_is_new),
            Verdict::Broken => self.go_back(answer.ask.offset(), answer.total, gone),
            Verdict::Faulty(_) | Verdict::Given(_) => {}
        }
        // Of the first total: a table may grow faster than it is read.
        let calm = self.first_total.unwrap_or_default() / self.page_size + 1;
        match self.tries >= MOST_TRIES || self.asked > calm * MOST_DETOURS + MOST_MORE {
            true => Verdict::Given(match verdict {
                Verdict::Faulty(why) => why,
                _ => "its records move faster than they can be read".to_owned(),
            }),
            false => verdict,
        }
    }

    /// A page was linked. Where its last record is new, it got further; else what is known goes on at its end by now.
    fn go_on(&mut self, end: u64, last_is_new: bool) {
        (self.end, self.aim) = (end, end - 1);
        if last_is_new {
            (self.unlinked_at, self.known_at, self.backs) = (None, None, 0);
        } else if let Some(unlinked) = self.unlinked_at.filter(|unlinked| *unlinked > end) {
            self.known_at = Some(end - 1);
            self.aim = (end - 1).midpoint(unlinked - 1);
        }
        if last_is_new || end > self.furthest {
            (self.tries, self.furthest) = (0, end);
        }
    }

    /// A page was not linked: records went from before it. First half a page back, and as many as are gone by the total;
    /// then further and further, at last to the begin of the list. Where it is known how far is too far, between the two.
    fn go_back(&mut self, offset: u64, total: u64, gone: u64) {
        let near = (self.page_size / 2).max(gone + 1);
        let back = match self.backs {
            backs @ 0..=3 => near.saturating_mul(8_u64.pow(backs)),
            _ => u64::MAX,
        };
        self.unlinked_at = Some(offset);
        self.aim = match self.known_at.take_if(|known| *known >= offset).or(self.known_at) {
            Some(known) if known < offset => known.midpoint(offset - 1),
            _ => {
                self.backs += 1;
                offset.min(total).saturating_sub(back)
            }
        };
    }
}

#[cfg(test)]
mod tests;

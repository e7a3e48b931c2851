//! A page of a search, as it is remembered: which offers it showed, in which order.

use crate::survey::moment::{Second, Stamp};

/// The answer to one request, without the offers' text.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) start: u32,
    /// Items that were asked for.
    pub(crate) size: u32,
    pub(crate) total: u32,
    /// Items on it, offers or not.
    pub(crate) items: u32,
    pub(crate) offres: Vec<PageEntry>,
    pub(crate) types_contrat: Vec<(String, u32)>,
    /// How long the answer took, in milliseconds; kept so that a run that goes on decides alike.
    pub(crate) waited_ms: u64,
    /// Pages are numbered in the order of their arrival.
    pub(crate) number: u32,
    /// The run that asked for it, from 1.
    pub(crate) run: u32,
}

/// An offer on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageEntry {
    pub(crate) stamp: Stamp,
    /// Its number among all that were served.
    pub(crate) offre: u32,
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
    pub(crate) fn ends_the_list(&self) -> bool {
        self.start + self.items >= self.total
    }

    pub(crate) fn shares_an_offer_with(&self, other: &Self) -> bool {
        // Pages overlap by a few offers, at the end of one and the beginning of the other.
        self.offres.iter().rev().any(|seen| other.offres.iter().any(|also| also.offre == seen.offre))
    }

    /// How many of its neighbours could show whether the order is stable, were the page asked again.
    pub(crate) fn ties(&self) -> usize {
        let tied =
            |pair: &&[PageEntry]| pair[0].stamp.second() == pair[1].stamp.second() && pair[0].stamp <= pair[1].stamp;
        self.offres.windows(2).filter(tied).count()
    }

    /// Whether it is all there is: one instant, nothing to prove.
    pub(crate) fn is_whole(&self) -> bool {
        self.start == 0 && self.total <= self.size
    }
}

//! What a search has served so far: every page, every offer by its id.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use files::Extent;
use indexmap::IndexMap;
use indexmap::map::Entry as Slot;

use crate::survey::answer::{Attributes, Read};
use crate::survey::moment::{Span, Stamp};
use crate::survey::page::{Page, PageEntry};
use crate::survey::proof::{self, Order};
use crate::survey::query::PageRequest;

/// An offer that was served, in its last version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredOffre {
    pub(crate) stamp: Stamp,
    pub(crate) place: Extent,
    pub(crate) attributes: Attributes,
    hash: u64,
    /// Whether it was served in more than one version.
    pub(crate) changed: bool,
}

/// Everything that was served.
#[derive(Debug)]
pub(crate) struct Served {
    /// The seconds whose offers are wanted.
    wanted: Span,
    pages: HashMap<PageRequest, Arc<Page>>,
    offres: IndexMap<Box<str>, StoredOffre>,
    /// Items that are no offers, by a hash of their text.
    set_aside: HashSet<u64>,
    inside: u64,
}

/// How an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// Where in the journal what was kept of it begins.
    pub(crate) offset: u64,
    /// How long it took, in milliseconds.
    pub(crate) waited_ms: u64,
    /// The run that asked for it, from 1.
    pub(crate) run: u32,
}

impl Served {
    /// Nothing yet.
    pub(crate) fn of(wanted: Span) -> Self {
        Self { wanted, pages: HashMap::new(), offres: IndexMap::new(), set_aside: HashSet::new(), inside: 0 }
    }

    /// The answer to `ask`, if it was given.
    pub(crate) fn page(&self, ask: &PageRequest) -> Option<Arc<Page>> {
        self.pages.get(ask).cloned()
    }

    /// All pages and what they answer.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&PageRequest, &Arc<Page>)> {
        self.pages.iter()
    }

    /// All offers ever served, with their ids.
    pub(crate) fn offres(&self) -> impl Iterator<Item = (&str, &StoredOffre)> {
        self.offres.iter().map(|(id, held)| (&**id, held))
    }

    /// Gives them away.
    #[cfg(feature = "history")]
    pub(crate) fn into_offres(self) -> impl Iterator<Item = (Box<str>, StoredOffre)> {
        self.offres.into_iter()
    }

    /// Different items that are no offers.
    pub(crate) fn set_aside(&self) -> u32 {
        self.set_aside.len() as u32
    }

    /// Offers of the seconds that are wanted.
    pub(crate) fn inside(&self) -> u64 {
        self.inside
    }

    /// Whether the order inside a second is stable, as far as all pages show.
    pub(crate) fn order(&self) -> Order {
        proof::order(self.pages.values())
    }

    /// The page whose order could be seen best, if it were asked again, and by at least so many neighbours.
    pub(crate) fn most_tied(&self, least: usize) -> Option<PageRequest> {
        let tied = |page: &Page| (page.ties(), Reverse(page.number));
        let (ask, page) = self.asked().max_by_key(|(_, page)| tied(page))?;
        (page.ties() >= least).then(|| PageRequest { again: 0, ..ask.clone() })
    }

    /// Takes in what an answer says.
    pub(crate) fn add(&mut self, ask: PageRequest, read: Read, arrival: Arrival) -> Arc<Page> {
        let mut offres = Vec::with_capacity(read.offres.len());
        for offre in read.offres {
            let place = Extent { offset: arrival.offset + offre.offset as u64, bytes: offre.bytes as u32 };
            let mut held = StoredOffre {
                stamp: offre.stamp,
                place,
                attributes: offre.attributes,
                hash: offre.hash,
                changed: false,
            };
            let number = match self.offres.entry(offre.id) {
                Slot::Occupied(mut known) => {
                    let before = known.get();
                    held.changed = before.changed || before.hash != held.hash;
                    self.inside -= u64::from(self.wanted.holds(before.stamp));
                    known.insert(held);
                    known.index()
                }
                Slot::Vacant(new) => {
                    let number = new.index();
                    new.insert(held);
                    number
                }
            };
            self.inside += u64::from(self.wanted.holds(offre.stamp));
            offres.push(PageEntry { stamp: offre.stamp, offre: number as u32 });
        }
        self.set_aside.extend(read.set_aside);
        let page = Arc::new(Page {
            start: ask.start,
            size: ask.size,
            total: read.total,
            items: read.items,
            offres,
            types_contrat: read.types_contrat,
            waited_ms: arrival.waited_ms,
            number: self.pages.len() as u32,
            run: arrival.run,
        });
        self.pages.insert(ask, page.clone());
        page
    }
}

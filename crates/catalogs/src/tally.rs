//! The proof of a listing: as many ids as announced, and the number announced does not move meanwhile.

use foldhash::{HashSet, HashSetExt};

use crate::verdict::JobError;

/// What a listing said while it was gone through.
#[derive(Debug)]
pub(crate) struct Tally {
    ids: HashSet<Box<str>>,
    /// What came without an id is what was announced all the same.
    nameless: u64,
    pages: u64,
    received: u64,
    announced: Option<u64>,
    /// Of the page that came last.
    last_announced: u64,
    /// The number that differed from the first.
    moved_to: Option<u64>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            ids: HashSet::new(),
            nameless: 0,
            pages: 0,
            received: 0,
            announced: None,
            last_announced: 0,
            moved_to: None,
        }
    }

    /// A page came that announces so many in all.
    pub(crate) fn note_page(&mut self, announced: u64) {
        self.pages += 1;
        self.last_announced = announced;
        match self.announced {
            None => self.announced = Some(announced),
            Some(first) if first != announced => self.moved_to = Some(announced),
            Some(_) => {}
        }
    }

    /// Whether the id had not come before.
    pub(crate) fn add(&mut self, id: Option<&str>) -> bool {
        self.received += 1;
        self.nameless += u64::from(id.is_none());
        id.is_none_or(|id| self.ids.insert(id.into()))
    }

    /// Where the next page starts.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    pub(crate) fn pages(&self) -> u64 {
        self.pages
    }

    /// Whether all that was announced last has come.
    pub(crate) fn is_at_end(&self) -> bool {
        self.pages > 0 && self.received >= self.last_announced
    }

    /// Why what came is not known to be all; none: it is.
    pub(crate) fn contradiction(&self) -> Option<JobError> {
        let (announced, found) = (self.announced.unwrap_or_default(), self.ids.len() as u64 + self.nameless);
        if let Some(moved) = self.moved_to {
            return Some(JobError::new(
                format!("Le nombre de jeux annoncé a changé pendant la lecture : {announced}, puis {moved}."),
                format!("could not prove the listing: it announced {announced} datasets, then {moved}"),
            ));
        }
        (announced != found).then(|| {
            JobError::new(
                format!("Le portail annonce {announced} jeux, et en donne {found}."),
                format!("could not prove the listing: it announces {announced} datasets and gives {found}"),
            )
        })
    }

    /// Why a listing was not gone through to its end.
    pub(crate) fn too_long(max_pages: u64) -> JobError {
        JobError::new(
            format!("La liste compte plus de {max_pages} pages."),
            format!("could not reach the end of the listing: it has more than {max_pages} pages"),
        )
        .hint("`--max-pages` en permet davantage.", "`--max-pages` allows more")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(pages: &[(u64, &[&str])]) -> Tally {
        let mut tally = Tally::new();
        for (announced, ids) in pages {
            tally.note_page(*announced);
            for id in *ids {
                tally.add(Some(id));
            }
        }
        tally
    }

    #[test]
    fn a_listing_is_whole_when_it_gives_what_it_announced() {
        assert_eq!(tally(&[(3, &["a", "b"]), (3, &["c"])]).contradiction(), None);
        assert_eq!(tally(&[(0, &[])]).contradiction(), None);
        for (pages, message) in [
            (&[(3, &["a", "b"][..]), (2, &["c"][..])][..], "3 datasets, then 2"),
            (&[(3, &["a", "b"][..]), (3, &["b"][..])][..], "3 datasets and gives 2"),
            (&[(1, &["a", "b"][..])][..], "1 datasets and gives 2"),
        ] {
            assert!(tally(pages).contradiction().unwrap().message.en.contains(message), "{message}");
        }
    }

    #[test]
    fn the_end_is_where_the_last_number_is_reached() {
        assert!(!tally(&[(3, &["a", "b"])]).is_at_end());
        assert!(tally(&[(3, &["a", "b"]), (2, &[])]).is_at_end());
    }
}

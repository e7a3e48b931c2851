//! What is asked of the search, and what makes two requests the same.

use serde::{Deserialize, Serialize};
use transfer::{Request, Url};

use crate::survey::moment::{Clock, Second, Span};

/// Items of one page, at most (`accept-range: 150`, observed 2026).
pub(crate) const PAGE_SIZE: u32 = 150;

/// Highest position at which a page may start; with its last page, 3,150 offers can be reached (observed 2026).
pub(crate) const LAST_START: u32 = 3_000;

/// Codes that `codeROME` takes at once (observed 2026).
pub(crate) const ROME_CODES_AT_ONCE: usize = 200;

/// Which offers of a time are meant; empty means all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Filter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origine: Option<char>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) type_contrat: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) code_rome: Vec<String>,
}

/// What all searches of a survey have in common; empty means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) departement: Vec<String>,
    pub(crate) code_rome: Vec<String>,
    pub(crate) mots_cles: Option<String>,
}

/// How a survey cuts its searches into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Items of a page.
    pub(crate) size: u32,
    /// Offers that each page repeats at least of the one before. More, where that costs no page. None: as a day of that
    /// many offers needs it.
    pub(crate) overlap: Option<u32>,
    /// Of a day: pages may overlap by less than shows best what moves meanwhile, where that costs requests.
    pub(crate) is_frugal: bool,
}

/// A search, newest first, between two bounds.
///
/// Nobody has measured whether the bounds are inclusive, nor how milliseconds compare with them. Whatever holds, all
/// offers of the seconds strictly between them are found; those of the bounds themselves may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    pub(crate) filter: Filter,
    pub(crate) min: Second,
    pub(crate) max: Second,
    /// Pages of different attempts are never joined: the list may have changed in between.
    #[serde(default)]
    pub(crate) attempt: u32,
}

/// One page of a search. Equal requests are the same page, which is asked once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PageRequest {
    #[serde(flatten)]
    pub(crate) query: Query,
    pub(crate) start: u32,
    pub(crate) size: u32,
    /// Distinguishes a page that is asked again on purpose.
    #[serde(default)]
    pub(crate) again: u8,
}

impl Query {
    /// The search that is sure to find all of `span`.
    pub(crate) fn over(filter: &Filter, span: Span) -> Self {
        Self { filter: filter.clone(), min: span.from - 1, max: span.to + 1, attempt: 0 }
    }

    /// The same search, made anew.
    pub(crate) fn attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// The same search for part of its offers.
    pub(crate) fn part(&self, filter: &Filter) -> Self {
        Self { filter: filter.clone(), ..self.clone() }
    }

    /// The seconds all of whose offers it finds.
    pub(crate) fn span(&self) -> Span {
        Span { from: self.min + 1, to: self.max - 1 }
    }

    /// The page that starts at a position.
    pub(crate) fn page(&self, start: u32, size: u32) -> PageRequest {
        PageRequest { query: self.clone(), start, size, again: 0 }
    }

    /// The smallest request whose answer tells how many offers there are.
    pub(crate) fn count(&self, again: u8) -> PageRequest {
        PageRequest { query: self.clone(), start: 0, size: 1, again }
    }
}

impl PageRequest {
    /// Whether it only counts.
    #[cfg(feature = "history")]
    pub(crate) fn counts(&self) -> bool {
        self.size == 1
    }

    /// As it is sent to `search`, the address of the offers' search; `subject` is what is collected.
    pub(crate) fn request(&self, search: &Url, clock: Clock, base: &Base, subject: &str) -> Request {
        let Query { filter, min, max, .. } = &self.query;
        let mut url = search.clone();
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("minCreationDate", &clock.bound(*min));
            pairs.append_pair("maxCreationDate", &clock.bound(*max));
            pairs.append_pair("sort", "1");
            pairs.append_pair("range", &format!("{}-{}", self.start, self.start + self.size - 1));
            if let Some(origine) = filter.origine {
                pairs.append_pair("origineOffre", origine.encode_utf8(&mut [0; 4]));
            }
            if let Some(type_contrat) = &filter.type_contrat {
                pairs.append_pair("typeContrat", type_contrat);
            }
            // Those of the filter are some of the base's.
            let codes = if filter.code_rome.is_empty() { &base.code_rome } else { &filter.code_rome };
            if !codes.is_empty() {
                pairs.append_pair("codeROME", &codes.join(","));
            }
            if !base.departement.is_empty() {
                pairs.append_pair("departement", &base.departement.join(","));
            }
            if let Some(mots_cles) = &base.mots_cles {
                pairs.append_pair("motsCles", mots_cles);
            }
        }
        let name = format!(
            "offers {} to {} of {subject}, {}{}",
            self.start,
            self.start + self.size - 1,
            clock.name(self.query.span()),
            filter.name()
        );
        Request::new(name, url)
    }
}

impl Filter {
    /// As messages name it, after the time: `, origin 1, type CDI, 200 ROME codes`.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        name.extend(self.origine.map(|origine| format!(", origin {origine}")));
        name.extend(self.type_contrat.as_ref().map(|code| format!(", type {code}")));
        match self.code_rome.as_slice() {
            [] => {}
            [code] => name.push_str(&format!(", ROME {code}")),
            codes => name.push_str(&format!(", {} ROME codes", codes.len())),
        }
        name
    }
}

impl Paging {
    /// Offers that one search can reach.
    pub(crate) fn reach(self) -> u32 {
        LAST_START + self.size
    }

    /// Where the pages of a search start, if each repeats `overlap` offers of the one before: the first page first.
    pub(crate) fn starts(self, total: u32, overlap: u32) -> Vec<u32> {
        let step = self.size - overlap;
        let mut starts = vec![0];
        let mut start = 0;
        while start + self.size < total && start + step <= LAST_START {
            start += step;
            starts.push(start);
        }
        starts
    }

    /// The same number of pages, which repeat as much as they can: where one begins in a newer second than the one before
    /// ends, nothing is left to prove.
    pub(crate) fn spread(self, total: u32, overlap: u32) -> Vec<u32> {
        let starts = self.starts(total, overlap);
        let (pages, last) = (starts.len() as u32, total.saturating_sub(self.size));
        if pages == 1 || last > *starts.last().expect("there is always a first page") {
            return starts;
        }
        (0..pages).map(|nth| (last * nth).div_ceil(pages - 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const PAGING: Paging = Paging { size: PAGE_SIZE, overlap: None, is_frugal: false };

    fn starts(total: u32, overlap: u32) -> Vec<u32> {
        PAGING.starts(total, overlap)
    }

    #[test]
    fn pages_repeat_as_much_as_costs_no_further_page() {
        assert_eq!(PAGING.spread(140, 3), [0]);
        assert_eq!(PAGING.spread(200, 3), [0, 50]);
        assert_eq!(PAGING.spread(297, 3), [0, 147]);
        assert_eq!(PAGING.spread(298, 3), [0, 74, 148]);
        assert_eq!(PAGING.spread(50_000, 3), PAGING.starts(50_000, 3));
        for total in 151..3_090 {
            let spread = PAGING.spread(total, 3);
            assert_eq!(spread.len(), PAGING.starts(total, 3).len());
            assert!(spread.windows(2).all(|two| two[1] - two[0] <= 147), "{total}: {spread:?}");
            assert_eq!(spread.last().unwrap() + 150, total);
        }
        assert_eq!(Paging { size: 2, overlap: None, is_frugal: false }.spread(4, 1), [0, 1, 2]);
    }

    #[test]
    fn pages_overlap_and_reach_as_far_as_the_service_lets_them() {
        assert_eq!(starts(0, 1), [0]);
        assert_eq!(starts(150, 1), [0]);
        assert_eq!(starts(151, 1), [0, 149]);
        assert_eq!(starts(299, 1), [0, 149]);
        assert_eq!(starts(300, 1), [0, 149, 298]);
        assert_eq!(starts(50_000, 1).len(), 21);
        assert_eq!(starts(50_000, 1).last(), Some(&2_980));
        assert_eq!(starts(50_000, 10).last(), Some(&2_940));
    }

    #[test]
    fn a_request_is_sent_as_the_service_wants_it() {
        let filter = Filter {
            origine: Some('1'),
            type_contrat: Some("CDI".into()),
            code_rome: vec!["A1101".into(), "M1805".into()],
        };
        let ask = Query::over(&filter, Span { from: 0, to: 86_399 }).page(149, PAGE_SIZE);
        let clock = Clock { origin: date(2024, 6, 1), tells_days: false };
        let search = "http://h/offres/search".parse().unwrap();
        let base = Base { departement: vec!["35".into(), "2A".into()], ..Base::default() };
        let request = ask.request(&search, clock, &base, "2024-06-01");
        assert_eq!(
            request.url().as_str(),
            "http://h/offres/search?minCreationDate=2024-05-31T23%3A59%3A59Z&maxCreationDate=2024-06-02T00%3A00%3A00Z\
             &sort=1&range=149-298&origineOffre=1&typeContrat=CDI&codeROME=A1101%2CM1805&departement=35%2C2A"
        );
        assert_eq!(
            request.name(),
            "offers 149 to 298 of 2024-06-01, 00:00:00 to 23:59:59, origin 1, type CDI, 2 ROME codes"
        );
    }
}

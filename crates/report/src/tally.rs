//! What is counted of one rule.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::finding::{Finding, PartId};

/// So many examples are shown of a rule.
const EXAMPLES: usize = 5;

/// Paths and columns that are told apart. Names that an input invents by the thousand are one past that.
const MOST_PLACES: usize = 10_000;

/// How places past [`MOST_PLACES`] are called.
const OTHER_PLACES: &str = "…";

/// What is known of one rule.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) records: Seen,
    columns: Vec<(Box<str>, u64)>,
    by_column: HashMap<Box<str>, usize, FixedState>,
    pub(crate) examples: Vec<Example>,
    buckets: Vec<Bucket>,
    by_place: HashMap<(PartId, u32), usize, FixedState>,
    last: usize,
}

/// What is known of one rule on one path of one part.
#[derive(Debug)]
struct Bucket {
    place: (PartId, u32),
    /// Findings without a column, which the path stands in for.
    count: u64,
    stored: u64,
    /// The furthest record among those stored.
    furthest: u64,
}

/// Where a rule counts what it meets in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TallySpot {
    bucket: usize,
    column: Option<usize>,
}

/// One finding, for people to look up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Example {
    part: PartId,
    pub(crate) record: Option<u64>,
    path: String,
    pub(crate) line: Option<u64>,
    pub(crate) value: Option<String>,
}

impl Tally {
    /// Counts a finding whose path is the `template`th; whether it may be among the first `max` there, and is to be kept.
    pub(crate) fn add(&mut self, finding: &Finding<'_>, template: u32, max: u64) -> bool {
        self.keep_example(finding);
        let nth = self.bucket((finding.part, template));
        self.count(finding, nth);
        let bucket = &mut self.buckets[nth];
        let record = finding.record.unwrap_or(0);
        // Findings may come in any order. As soon as enough are stored, one further on than all of them is not among the
        // first; others may be, and what is stored too much is left out in the end.
        if max > 0 && bucket.stored >= max && record > bucket.furthest {
            return false;
        }
        bucket.stored += 1;
        bucket.furthest = bucket.furthest.max(record);
        true
    }

    /// Counts a finding that is neither among the first `max` there nor an example; false if it may be either.
    pub(crate) fn count_only(&mut self, finding: &Finding<'_>, template: u32, max: u64) -> bool {
        let Some(nth) = self.known_bucket((finding.part, template)) else { return false };
        let Bucket { stored, furthest, .. } = self.buckets[nth];
        if stored < max || finding.record.unwrap_or(0) <= furthest || self.is_example(finding) {
            return false;
        }
        self.last = nth;
        self.count(finding, nth);
        true
    }

    /// Where in here a finding is counted, as far as one like it was counted before.
    pub(crate) fn spot(&self, finding: &Finding<'_>, template: u32) -> Option<TallySpot> {
        let bucket = self.known_bucket((finding.part, template))?;
        let column = match finding.column {
            Some(column) => Some(*self.by_column.get(column)?),
            None => None,
        };
        Some(TallySpot { bucket, column })
    }

    /// [`Tally::count_only`] of a finding in a known spot; false also where it takes a closer look to tell.
    #[inline]
    pub(crate) fn count_at(&mut self, spot: TallySpot, record: u64, max: u64) -> bool {
        let Bucket { place: (part, _), stored, furthest, .. } = self.buckets[spot.bucket];
        let is_behind_examples = self.examples.len() == EXAMPLES
            && self.examples.last().is_some_and(|last| (last.part, last.record) < (part, Some(record)));
        if stored < max || record <= furthest || !is_behind_examples {
            return false;
        }
        self.count += 1;
        self.records.insert(part, record);
        match spot.column {
            Some(column) => self.columns[column].1 += 1,
            None => self.buckets[spot.bucket].count += 1,
        }
        true
    }

    fn count(&mut self, finding: &Finding<'_>, nth: usize) {
        self.count += 1;
        if let Some(record) = finding.record {
            self.records.insert(finding.part, record);
        }
        match finding.column {
            Some(column) => self.count_column(column, 1),
            None => self.buckets[nth].count += 1,
        }
    }

    fn known_bucket(&self, place: (PartId, u32)) -> Option<usize> {
        match self.buckets.get(self.last) {
            Some(last) if last.place == place => Some(self.last),
            _ => self.by_place.get(&place).copied(),
        }
    }

    fn bucket(&mut self, place: (PartId, u32)) -> usize {
        if let Some(known) = self.known_bucket(place) {
            self.last = known;
            return known;
        }
        let (by_place, buckets) = (&mut self.by_place, &mut self.buckets);
        self.last = *by_place.entry(place).or_insert_with(|| {
            buckets.push(Bucket { place, count: 0, stored: 0, furthest: 0 });
            buckets.len() - 1
        });
        self.last
    }

    fn count_column(&mut self, column: &str, count: u64) {
        let known = self.by_column.get(column).copied();
        let nth = known.unwrap_or_else(|| self.new_column(column));
        self.columns[nth].1 += count;
    }

    fn new_column(&mut self, column: &str) -> usize {
        let column = if self.columns.len() < MOST_PLACES { column } else { OTHER_PLACES };
        let next = self.columns.len();
        let nth = *self.by_column.entry(column.into()).or_insert(next);
        if nth == next {
            self.columns.push((column.into(), 0));
        }
        nth
    }

    /// Whether it may be among the first ones, which are shown.
    fn is_example(&self, finding: &Finding<'_>) -> bool {
        let place = (finding.part, finding.record, finding.path.unwrap_or_default());
        let last = self.examples.last().filter(|_| self.examples.len() == EXAMPLES);
        last.is_none_or(|last| place <= (last.part, last.record, last.path.as_str()))
    }

    fn keep_example(&mut self, finding: &Finding<'_>) {
        if !self.is_example(finding) {
            return;
        }
        let example = Example {
            part: finding.part,
            record: finding.record,
            path: finding.path.unwrap_or_default().to_owned(),
            line: finding.line,
            value: finding.shown_value().map(str::to_owned),
        };
        let at = self.examples.partition_point(|kept| *kept <= example);
        self.examples.insert(at, example);
        self.examples.truncate(EXAMPLES);
    }

    /// Where findings stand: column, else path, with how many; most first, then by name.
    pub(crate) fn columns(&mut self, templates: &Templates) -> Vec<(String, u64)> {
        for nth in 0..self.buckets.len() {
            let Bucket { place, count, .. } = self.buckets[nth];
            if count > 0 && place.1 != Templates::NONE {
                self.count_column(templates.get(place.1), count);
            }
        }
        let mut columns: Vec<_> = self.columns.drain(..).map(|(name, count)| (name.into_string(), count)).collect();
        columns.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        columns
    }
}

/// Paths with `#` for indexes, each by a number.
#[derive(Debug)]
pub(crate) struct Templates {
    templates: Vec<Box<str>>,
    by_template: HashMap<Box<str>, u32, FixedState>,
    /// Paths as they came; emptied when there are too many.
    by_path: HashMap<Box<str>, u32, FixedState>,
}

impl Default for Templates {
    fn default() -> Self {
        Self { templates: vec!["".into()], by_template: HashMap::default(), by_path: HashMap::default() }
    }
}

impl Templates {
    /// The number of no path at all.
    pub(crate) const NONE: u32 = 0;

    #[inline]
    pub(crate) fn number(&mut self, path: Option<&str>) -> u32 {
        let Some(path) = path else { return Self::NONE };
        match self.by_path.get(path) {
            Some(number) => *number,
            None => self.learn(path),
        }
    }

    fn learn(&mut self, path: &str) -> u32 {
        let template = template(path);
        let number = match self.by_template.get(template.as_str()) {
            Some(number) => *number,
            None if self.templates.len() > MOST_PLACES => self.insert(OTHER_PLACES),
            None => self.insert(&template),
        };
        if self.by_path.len() > MOST_PLACES {
            self.by_path.clear();
        }
        self.by_path.insert(path.into(), number);
        number
    }

    fn insert(&mut self, template: &str) -> u32 {
        let next = self.templates.len() as u32;
        let number = *self.by_template.entry(template.into()).or_insert(next);
        if number == next {
            self.templates.push(template.into());
        }
        number
    }

    pub(crate) fn get(&self, number: u32) -> &str {
        &self.templates[number as usize]
    }
}

/// A JSON Pointer, or an XPath, with `#` for each index.
fn template(path: &str) -> String {
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = path.split('/').map(|part| {
        // An XPath puts the index in brackets behind the name.
        match part.strip_suffix(']').and_then(|part| part.rsplit_once('[')) {
            Some((name, index)) if is_index(index) => format!("{name}[#]"),
            _ if is_index(part) => "#".to_owned(),
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Records in a page of [`Seen`].
const PAGE: u64 = 1 << 15;

type Page = Box<[u64; PAGE as usize / 64]>;

/// The records that were seen, a bit each, in pages that are made when they are needed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    parts: Vec<(PartId, Vec<Option<Page>>)>,
    last: Option<(PartId, u64)>,
    count: u64,
}

impl Seen {
    fn insert(&mut self, part: PartId, record: u64) {
        if self.last == Some((part, record)) {
            return;
        }
        self.last = Some((part, record));
        let at = self.parts.iter().position(|(known, _)| *known == part).unwrap_or_else(|| {
            self.parts.push((part, vec![]));
            self.parts.len() - 1
        });
        let pages = &mut self.parts[at].1;
        let page = (record / PAGE) as usize;
        if pages.len() <= page {
            pages.resize(page + 1, None);
        }
        let words = pages[page].get_or_insert_with(|| Box::new([0; PAGE as usize / 64]));
        let (word, bit) = ((record % PAGE / 64) as usize, 1 << (record % 64));
        self.count += u64::from(words[word] & bit == 0);
        words[word] |= bit;
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indexes_become_one_sign() {
        for (path, expected) in [
            ("/titulaires/0/id", "/titulaires/#/id"),
            ("/a/10", "/a/#"),
            ("/a1/b", "/a1/b"),
            ("/marches/marche[2]/ccag[12]", "/marches/marche[#]/ccag[#]"),
            ("", ""),
            ("/", "/"),
        ] {
            assert_eq!(template(path), expected);
        }
    }

    #[test]
    fn paths_that_differ_by_an_index_are_one_place() {
        let mut templates = Templates::default();
        let first = templates.number(Some("/a/0"));
        assert_eq!(templates.number(Some("/a/1")), first);
        assert_ne!(templates.number(Some("/b/1")), first);
        assert_eq!(templates.number(None), Templates::NONE);
        assert_eq!(templates.get(first), "/a/#");
    }

    #[test]
    fn names_invented_by_the_thousand_do_not_fill_memory() {
        let mut templates = Templates::default();
        let numbers: HashSet<u32> =
            (0..3 * MOST_PLACES).map(|nth| templates.number(Some(&format!("/k{nth}")))).collect();
        assert!(numbers.len() <= MOST_PLACES + 1);
        assert!(templates.by_path.len() <= MOST_PLACES + 1);
    }

    proptest! {
        #[test]
        fn records_are_counted_once_in_any_order(records in prop::collection::vec((0_u16..3, 0_u64..100_000), 0..200)) {
            let mut seen = Seen::default();
            records.iter().for_each(|(part, record)| seen.insert(PartId(*part), *record));
            prop_assert_eq!(seen.count() as usize, records.iter().collect::<HashSet<_>>().len());
        }
    }
}

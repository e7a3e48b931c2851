//! Rows that are made while their day is read, before all other days are known: most offers are in one day alone, and a day
//! whose offers all are need not be read a second time.
//!
//! A draft only saves work. It is taken if the rows to be are those that were drafted, all of them and no others, and dropped
//! otherwise; one for which the disk has no room is given up. The file is the same either way.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use columns::{Drafted, ParquetDraft, Value};
use foldhash::fast::RandomState;
use jiff::civil::Date;

use crate::collect_history::options::Form;
use crate::content::of_bytes;
use crate::days::Day;
use crate::merge_offers::making::{Making, Offer};
use crate::merge_offers::part::{Part, Remark};
use crate::merge_offers::resolve::{Shown, day_of};
use crate::merge_offers::row::{self, Values, place};
use crate::merge_offers::sheet::Seen;
use crate::merge_offers::source::{Kind, Source};
use crate::merge_offers::target::Target;
use crate::offre::time;

/// All drafts together take no more of the disk; later days are read twice.
const MOST_BYTES: u64 = 2 << 30;

/// Offers of which it is known that a later day has them.
const MOST_KNOWN: usize = 4_000_000;

/// A day of so many rows has groups of its own in a file of several days: only such groups can be taken over.
pub(crate) const LARGE_DAY: u64 = 5_000;

/// What only all days together tell of a row, besides whether it is there at all.
const OPEN: [usize; 4] = [place::JOUR_PROUVE, place::VERSIONS, place::PREMIERE_VUE, place::DERNIERE_VUE];

/// What stands there in a row.
pub(crate) fn left_open(shown: &Shown) -> [Value<'_>; OPEN.len()] {
    let mut values = [Value::Absent; row::WIDTH];
    row::see(&mut values, shown, None);
    OPEN.map(|column| values[column])
}

/// The rows of one day.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) rows: Drafted,
    /// Where they lie.
    pub(crate) spool: Spool,
    /// The element of which each is made, by its place in the file.
    records: Vec<u32>,
    pub(crate) part: Part,
    pub(crate) remarks: Remarks,
    vue: i64,
}

/// The drafts of a run.
#[derive(Debug)]
pub(crate) struct Drafts<'m> {
    pub(crate) making: Making<'m>,
    /// Where they lie meanwhile, and what is told of them, in files without a name; none: nothing is drafted yet.
    spools: Option<[Spool; 2]>,
    folder: PathBuf,
    /// Earlier days are not drafted; none: no day is.
    since: Option<Date>,
    /// Nor days of fewer offers.
    least: u64,
    /// By the hash of its identifier: what the days have that were read before, which are later ones.
    later: HashSet<u64, RandomState>,
    days: BTreeMap<Date, Draft>,
}

/// A draft under way.
#[derive(Debug)]
pub(crate) struct Drafting {
    date: Date,
    /// The same, counted from 1970.
    day: i64,
    rows: ParquetDraft<Arc<File>>,
    spool: Spool,
    records: Vec<u32>,
    part: Part,
    remarks: BufWriter<Arc<File>>,
    told: Remarks,
    vue: i64,
    /// Of the last row.
    created: i64,
    id: String,
}

impl<'m> Drafts<'m> {
    /// None yet, in `folder`. A journal, the last of which is of that date, tells of offers of days before it: of these only
    /// the one that had just ended is worth a draft.
    pub(crate) fn new(
        making: Making<'m>,
        (target, form): (&Target, Form),
        folder: PathBuf,
        journal: Option<Date>,
    ) -> Self {
        let before = journal.map_or(Date::MIN, |date| date.yesterday().unwrap_or(date));
        let since = (form == Form::Parquet).then_some(before);
        let least = if matches!(target, Target::Lake(_)) { 0 } else { LARGE_DAY };
        Self { making, spools: None, folder, since, least, later: HashSet::default(), days: BTreeMap::new() }
    }

    /// Begins the draft of a day, whose elements are seen at `vue`, where it is of use; days are read from the last to the
    /// first.
    pub(crate) fn begin(&mut self, day: &Day, vue: i64) -> Option<Drafting> {
        let offers = day.read_log().and_then(|log| log.total_offres_collecte).unwrap_or(0);
        let is_wanted = self.since.is_some_and(|since| day.date >= since) && offers >= self.least;
        if !is_wanted || self.later.len() > MOST_KNOWN {
            return None;
        }
        if self.spools.is_none() {
            self.spools = Some([Spool::new(&self.folder)?, Spool::new(&self.folder)?]);
        }
        let [rows, remarks] = self.spools.as_ref()?;
        let (spool, remarks) = (rows.here()?, remarks.here()?);
        if spool.begin + remarks.begin > MOST_BYTES {
            return None;
        }
        Some(Drafting {
            date: day.date,
            day: day_of(time::of(day.date.at(0, 0, 0, 0))),
            rows: ParquetDraft::new(Arc::clone(&spool.file), &row::columns(), &OPEN).ok()?,
            spool,
            records: vec![],
            part: Part::default(),
            remarks: BufWriter::new(Arc::clone(&remarks.file)),
            told: Remarks { spool: remarks, count: 0 },
            vue,
            created: i64::MIN,
            id: String::new(),
        })
    }

    /// Adds the row of an element, unless a later day has the offer, or this one has it already. A day that is not in the
    /// order of rows, or holds what is of another day, is no draft any more.
    pub(crate) fn add(&mut self, drafting: &mut Option<Drafting>, offer: Offer<'_>, seen: &Seen) {
        let Some(under_way) = drafting else { return };
        if self.later.insert(of_bytes(offer.id.as_bytes())) && under_way.add(self.making, offer, seen).is_none() {
            *drafting = None;
        }
    }

    pub(crate) fn end(&mut self, drafting: Option<Drafting>) {
        let Some(Drafting { date, rows, spool, records, part, mut remarks, told, vue, .. }) = drafting else { return };
        if let (Ok(rows), Ok(())) = (rows.finish(), remarks.flush()) {
            self.days.insert(date, Draft { rows, spool, records, part, remarks: told, vue });
        }
    }

    /// The draft of these rows, which are those of a day, if there is one.
    pub(crate) fn take(&mut self, rows: &[Shown], sources: &[Source]) -> Option<Draft> {
        let number = rows.first()?.source;
        let source = sources.get(number as usize).filter(|source| source.kind == Kind::Day)?;
        let draft = self.days.get(&source.date)?;
        let is_same = |(shown, record): (&Shown, &u32)| {
            shown.source == number && shown.place.record == *record && shown.vue == draft.vue && shown.is_there()
        };
        let are_same = rows.len() == draft.records.len() && rows.iter().zip(&draft.records).all(is_same);
        if are_same { self.days.remove(&source.date) } else { None }
    }
}

impl Drafting {
    /// None if it is no draft any more.
    fn add(&mut self, making: Making<'_>, offer: Offer<'_>, seen: &Seen) -> Option<()> {
        let id = offer.id;
        let is_next = (self.created, self.id.as_str()) < (seen.created, id);
        if day_of(seen.created) != self.day || !is_next {
            return None;
        }
        let shown = Shown::once(seen, 0, true);
        let (mut remarks, rows) = (Vec::new(), &mut self.rows);
        let take = |values: &Values<'_>| rows.write(values.iter().copied());
        making.row(offer, (&shown, None), &mut self.part, &mut remarks, take)?.ok()?;
        for remark in &remarks {
            serde_json::to_writer(&mut self.remarks, remark).ok()?;
            self.told.count += 1;
        }
        self.records.push(seen.place.record);
        self.created = seen.created;
        self.id.clear();
        self.id.push_str(id);
        Some(())
    }
}

/// A file without a name, to which one draft writes after the other, and where one of them begins.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Arc<File>,
    begin: u64,
}

impl Spool {
    fn new(folder: &Path) -> Option<Self> {
        Some(Self { file: Arc::new(files::scratch(folder).ok()?), begin: 0 })
    }

    /// For what is written next.
    fn here(&self) -> Option<Self> {
        let begin = (&*self.file).stream_position().ok()?;
        Some(Self { file: Arc::clone(&self.file), begin })
    }

    /// Reads from where it begins; nothing more is written then.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn read(self) -> Result<BufReader<Arc<File>>> {
        let begin = SeekFrom::Start(self.begin);
        (&*self.file).seek(begin).context("could not read a draft of rows")?;
        Ok(BufReader::new(self.file))
    }
}

/// What is told of drafted rows.
#[derive(Debug)]
pub(crate) struct Remarks {
    spool: Spool,
    count: usize,
}

impl Remarks {
    /// Reads all of them, in order.
    ///
    /// # Errors
    /// When the disk refuses, and what `take` says.
    pub(crate) fn read(self, mut take: impl FnMut(Remark) -> Result<()>) -> Result<()> {
        let remarks = serde_json::Deserializer::from_reader(self.spool.read()?).into_iter();
        for remark in remarks.take(self.count) {
            take(remark.context("could not read what is told of an offer again")?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::days::State;
    use crate::joins::References;
    use crate::merge_offers::Args;
    use crate::merge_offers::lines::Noted;
    use crate::merge_offers::row::Keep;
    use crate::merge_offers::sheet::{Known, Place, Stamp};

    const DATE: Date = jiff::civil::date(2024, 6, 4);
    const VUE: i64 = 7;

    /// The elements of a day, each an identifier and a time of the day.
    type Elements<'e> = &'e [(&'e str, &'e str)];

    fn seen(number: usize, time: &str) -> Seen {
        let created = time::read(&format!("2024-06-{time}")).unwrap();
        let place = Place { offset: 0, bytes: 1, record: number as u32 + 1 };
        Seen { vue: VUE, created, created_as: Stamp::Absent, updated_as: Stamp::Absent, content: 0, place }
    }

    fn source() -> Source {
        let known = Known {
            data: None,
            log: None,
            state: State::Complete,
            why: None,
            sha256: String::new(),
            service: None,
            is_invented: false,
            vue: VUE,
            elements: 0,
            rejects: Noted::default(),
        };
        Source { kind: Kind::Day, date: DATE, path: "a".into(), sheet: "a".into(), known }
    }

    /// Whether a day's elements are a draft of these rows, each the number of its element, where the later days have `later`.
    fn is_draft(elements: Elements<'_>, later: &[&str], rows: &[usize]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let none = ["--rome", "none", "--naf", "none", "--communes", "none", "--departements", "none"];
        let args = Args::try_parse_from([&["merge-offers"][..], &none].concat()).unwrap();
        let references = References::open(&args.joins, &args.root).unwrap();
        let (making, target) = (Making { references: &references, keep: Keep::default() }, Target::Lake("a".into()));
        let mut drafts = Drafts::new(making, (&target, Form::Parquet), folder.path().to_owned(), None);
        drafts.later.extend(later.iter().map(|id| of_bytes(id.as_bytes())));
        let mut drafting = drafts.begin(&Day::of(folder.path(), DATE), VUE);
        for (number, (id, time)) in elements.iter().enumerate() {
            let text = format!(r#"{{"id":"{id}","dateCreation":"2024-06-{time}"}}"#);
            let offer = Offer { text: &text, item: None, id, file: "a", day: Some(DATE) };
            drafts.add(&mut drafting, offer, &seen(number, time));
        }
        drafts.end(drafting);
        let shown: Vec<_> = rows.iter().map(|row| Shown::once(&seen(*row, elements[*row].1), 0, true)).collect();
        drafts.take(&shown, &[source()]).is_some()
    }

    const THREE: Elements<'_> = &[("b", "04T10:00:00.000Z"), ("a", "04T10:00:01.000Z"), ("c", "04T10:00:01.000Z")];

    #[test]
    fn a_day_is_the_draft_of_its_own_rows_and_of_no_others() {
        assert!(is_draft(THREE, &[], &[0, 1, 2]));
        assert!(is_draft(THREE, &["a"], &[0, 2]), "what a later day has is no row of this one");
        for rows in [&[0, 1][..], &[0, 2], &[], &[0, 1, 1]] {
            assert!(!is_draft(THREE, &[], rows), "{rows:?}");
        }
        assert!(!is_draft(THREE, &["a"], &[0, 1, 2]));
    }

    #[test]
    fn what_is_not_in_order_or_of_another_day_or_twice_is_no_draft_of_all() {
        let [first, second, third] = THREE else { panic!("there are three") };
        assert!(!is_draft(&[*second, *first], &[], &[1, 0]));
        assert!(!is_draft(&[*third, *second], &[], &[1, 0]));
        assert!(!is_draft(&[*first, ("d", "05T00:00:00.000Z")], &[], &[0, 1]));
        let twice = [*first, ("b", "04T10:00:02.000Z")];
        assert!(is_draft(&twice, &[], &[0]) && !is_draft(&twice, &[], &[1]), "of two the first is drafted");
    }
}

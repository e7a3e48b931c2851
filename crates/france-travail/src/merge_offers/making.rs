//! From an element to its row, counted, and told of.

use anyhow::Result;

use crate::joins::References;
use crate::merge_offers::form::date_text;
use crate::merge_offers::part::{Part, Remark};
use crate::merge_offers::resolve::{Shown, day_of};
use crate::merge_offers::row::{self, Keep, Values};
use crate::merge_offers::sheet::Gone;
use crate::offre::item::Item;
use crate::offre::time;

/// What rows are made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'m> {
    pub(crate) references: &'m References,
    pub(crate) keep: Keep,
}

/// An element, and what is told of it.
#[derive(Debug)]
pub(crate) struct Offer<'e> {
    pub(crate) text: &'e str,
    /// What is needed of the text, if it was read already.
    pub(crate) item: Option<Box<Item<'e>>>,
    pub(crate) id: &'e str,
    /// The name of the file in which it is.
    pub(crate) file: &'e str,
    /// The day of which that file is; none of a journal.
    pub(crate) day: Option<jiff::civil::Date>,
}

impl Making<'_> {
    /// Makes the row, counts it in `part`, and hands it over; what there is to tell is added to `remarks`. None, and nothing
    /// is counted, if it can be no row.
    pub(crate) fn row(
        self,
        offer: Offer<'_>,
        (shown, gone): (&Shown, Option<&Gone>),
        part: &mut Part,
        remarks: &mut Vec<Remark>,
        take: impl FnOnce(&Values<'_>) -> Result<()>,
    ) -> Option<Result<()>> {
        let remark = |rule: &str, column: &str, path: &str, value: &str| Remark {
            rule: rule.to_owned(),
            file: offer.file.to_owned(),
            record: u64::from(shown.place.record),
            column: column.to_owned(),
            path: path.to_owned(),
            id: offer.id.to_owned(),
            value: value.chars().take(200).collect(),
        };
        if offer.day.is_some_and(|day| day_of(shown.created) != day_of(time::of(day.at(0, 0, 0, 0)))) {
            let date = date_text(i32::try_from(day_of(shown.created)).unwrap_or_default());
            remarks.push(remark("day.other", "dateCreation", "/date_created", &date));
        }
        let mut tell = |rule: &'static str, column: &'static str, path: &'static str, value: &str| {
            remarks.push(remark(rule, column, path, value));
        };
        row::make((offer.text, offer.item), shown, gone, self.references, self.keep, &mut tell, |values, told| {
            part.add(values, told, self.references);
            take(values)
        })
    }
}

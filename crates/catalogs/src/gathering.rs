//! Takes what a dialect finds, item by item, and makes lines of it.
//!
//! A dialect goes through a listing like this:
//!
//! ```ignore
//! match portal.get(&question).await? {
//!     Answer::AsBefore(unit) => {
//!         gathering.carry(&unit)?;
//!         next = of(&unit.data);
//!     }
//!     Answer::Fresh(body) => {
//!         let page = read(&body)?;
//!         gathering.begin(Part::of_answer(&body));
//!         for item in page.items {
//!             gathering.add(item)?;
//!         }
//!         gathering.end(json!({ "next": page.next }))?;
//!     }
//! }
//! ```
//!
//! Of a CKAN search, whose pages hold many packages, each package is a part: `Part::of_item(id)`, with
//! `{"metadata_modified": ..}` as data; a later listing of ids and dates looks with [`Portal::remembered`] whether a
//! package has to be asked for, and carries it if not.
//!
//! [`Portal::remembered`]: crate::portal::Portal::remembered

use anyhow::Result;
use serde_json::Value;

use crate::item::{Finding, Item};
use crate::memory::Unit;
use crate::portal::Body;

/// What was gathered up to now.
#[derive(Debug)]
pub(crate) struct Gathering {}

/// What the next items come from: whatever can be told to be unchanged by one sign.
#[derive(Debug)]
pub(crate) struct Part {}

impl Part {
    /// An answer: known by its address, unchanged by 304 or its bytes.
    pub(crate) fn of_answer(body: &Body) -> Self {
        let _ = body;
        todo!()
    }

    /// One item of a listing, known by its identifier; `data` of its unit tells when it is unchanged (a date).
    pub(crate) fn of_item(remote_id: &str) -> Self {
        let _ = remote_id;
        todo!()
    }
}

impl Gathering {
    /// Whether no further item is wanted: nothing more is to be asked.
    pub(crate) fn is_full(&self) -> bool {
        todo!()
    }

    /// The items that came are dropped: the listing is gone through once more.
    pub(crate) fn begin_again(&mut self) -> Result<()> {
        todo!()
    }

    /// Takes an item. One whose remote identifier has come already is told as `item.duplicate` here.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add(&mut self, item: Item) -> Result<()> {
        let _ = item;
        todo!()
    }

    /// The format of the answers, as reports name it: `JSON`, `RDF/XML`; the first counts.
    pub(crate) fn set_format(&mut self, format: &'static str) {
        let _ = format;
        todo!()
    }

    /// What is to be told of the listing and of no item.
    pub(crate) fn tell(&mut self, finding: Finding) -> Result<()> {
        let _ = finding;
        todo!()
    }

    /// The items that come until [`Gathering::end`] are `part`'s.
    pub(crate) fn begin(&mut self, part: Part) {
        let _ = part;
        todo!()
    }

    /// The part has given all its items; `data` comes back with it next time.
    pub(crate) fn end(&mut self, data: Value) -> Result<()> {
        let _ = data;
        todo!()
    }

    /// Takes over what a unit gave last time: its items, findings and lines.
    pub(crate) fn carry(&mut self, unit: &Unit) -> Result<()> {
        let _ = unit;
        todo!()
    }
}

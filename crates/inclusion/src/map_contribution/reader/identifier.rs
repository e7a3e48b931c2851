//! Identifiers, which begin with their source.

use std::borrow::Cow;

use anyhow::Result;
use report::RuleId;

use super::{Reading, place};
use crate::lists::is_null;
use crate::map_contribution::entry::Entry;
use crate::map_contribution::field::Known;
use crate::map_contribution::telling::Teller;
use crate::repair::{Step, text};

/// What stands between the source and the identifier that it gave.
const PREFIX: &str = "--";

impl Reading<'_> {
    pub(super) fn source(
        &self,
        nth: usize,
        known: &Known,
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<Option<RuleId>> {
        self.tell_controls(nth, known, teller)?;
        if !self.source.is_empty() {
            entry.set(nth, self.source);
        }
        Ok(None)
    }

    pub(super) fn identifier(
        &self,
        nth: usize,
        known: &Known,
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<Option<RuleId>> {
        self.tell_controls(nth, known, teller)?;
        let given = self.filled.value(nth, self.spot.record, self.mapper);
        if let Some(given) = given.filter(|given| !is_blank(given.text)) {
            let mut id = String::new();
            prefix(self.source, given.text, &mut id);
            entry.set(nth, &id);
        }
        Ok(None)
    }

    /// An identifier is kept as it stands, but for what may stand in no file.
    fn tell_controls(&self, nth: usize, known: &Known, teller: &mut Teller) -> Result<()> {
        let Some(given) = self.filled.value(nth, self.spot.record, self.mapper) else { return Ok(()) };
        let Some(plain) = text::without_controls(given.text) else { return Ok(()) };
        teller.repair(&self.spot, place(known), given.column, Step::Shared("text.control"), given.text, &plain)
    }
}

/// An identifier that begins with its source.
pub(super) fn prefix(source: &str, id: &str, to: &mut String) {
    let has_prefix = id.strip_prefix(source).is_some_and(|rest| rest.starts_with(PREFIX));
    if !has_prefix && !source.is_empty() {
        to.extend([source, PREFIX]);
    }
    to.push_str(&without_controls(id));
}

/// Whether nothing is left of an identifier.
pub(super) fn is_blank(id: &str) -> bool {
    is_null(&without_controls(id))
}

pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    text::without_controls(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

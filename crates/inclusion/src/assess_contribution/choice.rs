//! Which column each question is about.

use mapping::{Proposed, Suggestion, Target};
use report::mask;
use tables::Header;

use super::cell::Column;
use super::question::Key;
use crate::schema::Kind;

/// The column of each question, in the order of [`Key::ALL`].
#[derive(Debug, Clone)]
pub(super) struct Choice {
    kind: Kind,
    columns: [Option<Column>; 4],
}

impl Choice {
    /// By the flags, as far as the list has these columns, else by name. `flags` in the order of [`Key::ALL`].
    pub(super) fn by_name(header: &Header, kind: Kind, flags: &[Option<&str>; 4], target: &Target) -> Self {
        let column = |key: Key| {
            let flag = flags[key as usize].and_then(|name| header.column(name));
            flag.or_else(|| named(header, target, key.field())).map(|nth| column_of(header, nth))
        };
        let columns = Key::ALL.map(|key| if is_asked(key, kind) { column(key) } else { None });
        Self { kind, columns }
    }

    /// Whether every question has its column.
    pub(super) fn is_complete(&self) -> bool {
        Key::ALL.into_iter().all(|key| !is_asked(key, self.kind) || self.columns[key as usize].is_some())
    }

    /// What has no column yet gets the one that looks like it, unless it is that of another question.
    pub(super) fn complete(&mut self, suggestion: &Suggestion<'_>, target: &Target, header: &Header) {
        for key in Key::ALL.into_iter().filter(|key| is_asked(*key, self.kind)) {
            let Some(field) = target.find(key.field()).filter(|_| self.columns[key as usize].is_none()) else {
                continue;
            };
            let proposal = suggestion.proposals.iter().find(|proposal| proposal.field == field);
            let Some(Proposed::Column { column, .. }) = proposal.map(|proposal| &proposal.proposed) else { continue };
            let is_taken = self.columns.iter().flatten().any(|other| other.nth == *column);
            if !is_taken {
                self.columns[key as usize] = Some(column_of(header, *column));
            }
        }
    }

    /// The column of a question.
    pub(super) fn get(&self, key: Key) -> Option<Column> {
        self.columns[key as usize].clone()
    }
}

/// Structures are not asked which structure they belong to.
fn is_asked(key: Key, kind: Kind) -> bool {
    key != Key::IdentifiantStructure || kind == Kind::Services
}

fn column_of(header: &Header, nth: usize) -> Column {
    Column { nth, name: mask(&header.names()[nth]).into_owned() }
}

/// The column that is called as the field, or as others call it.
pub(super) fn named(header: &Header, target: &Target, field: &str) -> Option<usize> {
    let others = target.find(field).map(|nth| target.fields[nth].names.as_slice()).unwrap_or_default();
    std::iter::once(field).chain(others.iter().map(String::as_str)).find_map(|name| header.column(name))
}

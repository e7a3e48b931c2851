//! What a harvest brought, in numbers and, for people, by name.

use serde::Serialize;

use crate::item;
use crate::ledger::Change;

/// So many of a kind are named on the page.
pub(crate) const NAMED: usize = 200;

/// So much is shown of an identifier or a title.
const LONGEST_CHARS: usize = 300;

/// What became of the items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub(crate) struct Items {
    /// Items that could be used.
    pub(crate) done: u64,
    /// Items that could not.
    pub(crate) failed: u64,
    /// Items left out on purpose.
    pub(crate) skipped: u64,
    /// Datasets and services archived because the source has them no more.
    pub(crate) archived: u64,
}

/// What differs from the harvest before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub(crate) struct Changes {
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    /// Active, not in the source, not archived yet.
    pub(crate) missing: u64,
    pub(crate) archived: u64,
    /// Archived before, and found again.
    pub(crate) restored: u64,
}

/// One that is named.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) remote_id: String,
    pub(crate) title: String,
    /// Fields that differ, for those that were there before.
    pub(crate) fields: Vec<String>,
}

/// Names, as many as a page shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) new: Vec<Named>,
    pub(crate) changed: Vec<Named>,
    pub(crate) missing: Vec<Named>,
    pub(crate) archived: Vec<Named>,
    pub(crate) restored: Vec<Named>,
}

impl Changes {
    pub(crate) fn count(&mut self, change: &Change) {
        match change {
            Change::New => self.new += 1,
            Change::Changed(_) => self.changed += 1,
            Change::Unchanged => self.unchanged += 1,
            Change::Restored(_) => self.restored += 1,
        }
    }

    /// Whether nothing came, went or differs.
    pub(crate) fn is_nothing(&self) -> bool {
        self.new + self.changed + self.archived + self.restored == 0
    }
}

impl Names {
    /// Names one, if there is room; `title` is asked for only then.
    pub(crate) fn note(&mut self, change: &Change, remote_id: &str, title: impl FnOnce() -> String) {
        let (names, fields) = match change {
            Change::New => (&mut self.new, &[][..]),
            Change::Changed(fields) => (&mut self.changed, fields.as_slice()),
            Change::Unchanged => return,
            Change::Restored(fields) => (&mut self.restored, fields.as_slice()),
        };
        add(names, remote_id, title, fields);
    }
}

/// Names one, if there is room.
pub(crate) fn add(names: &mut Vec<Named>, remote_id: &str, title: impl FnOnce() -> String, fields: &[String]) {
    if names.len() < NAMED {
        names.push(Named { remote_id: cut(remote_id), title: cut(&title()), fields: fields.to_vec() });
    }
}

/// A text as far as a page shows it.
fn cut(text: &str) -> String {
    if text.char_indices().nth(LONGEST_CHARS).is_none() {
        return text.to_owned();
    }
    let start: String = item::masked_start(text).chars().take(LONGEST_CHARS).collect();
    start + "…"
}

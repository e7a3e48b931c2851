//! What was really held, and when, for tests to compare with.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::history::Load;
use super::reload::Reload;
use super::tables::{List, Record};

/// A record as it was, and the list requests that could see it so.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Held {
    /// As served.
    pub id: String,
    /// The first request that could see it.
    pub from: u64,
    /// The last one; none while it is still so.
    pub until: Option<u64>,
    /// The exact JSON.
    pub record: String,
}

/// One state of the tables.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct State {
    /// The list request after which they were so; 0 from the start.
    pub after: u64,
    /// What made them so.
    pub reload: Reload,
    /// Structures listed.
    pub structures: usize,
    /// Services listed.
    pub services: usize,
}

impl Held {
    /// Whether a request from `first` to `last` could see it.
    pub fn meets(&self, first: u64, last: u64) -> bool {
        self.from <= last && self.until.is_none_or(|until| until >= first)
    }
}

/// The identifiers that each request from `first` to `last` could see, whatever was said of them.
pub fn held_throughout(held: &[Held], first: u64, last: u64) -> Vec<String> {
    let mut seen: HashMap<&str, u64> = HashMap::new();
    for one in held.iter().filter(|one| one.meets(first, last)) {
        // Those of one identifier never overlap: they add up to all requests, or there is a gap.
        *seen.entry(&one.id).or_default() += one.until.map_or(last, |until| until.min(last)) + 1 - one.from.max(first);
    }
    let mut ids: Vec<String> =
        seen.into_iter().filter(|(_, count)| *count == last + 1 - first).map(|(id, _)| id.to_owned()).collect();
    ids.sort();
    ids
}

/// Every record of a list that any request could see.
pub(crate) fn held(loads: &[Load], list: List) -> Vec<Held> {
    let mut open: HashMap<*const Record, (u64, Arc<Record>)> = HashMap::new();
    let mut held = vec![];
    let close = |from, until, record: &Record| Held { id: record.id.clone(), from, until, record: record.body.clone() };
    for load in visible(loads) {
        let now: HashMap<_, _> = load.tables.list(list).iter().map(|record| (Arc::as_ptr(record), record)).collect();
        open.retain(|at, (from, record)| {
            let stays = now.contains_key(at);
            if !stays {
                held.push(close(*from, Some(load.after), record));
            }
            stays
        });
        for (at, record) in now {
            open.entry(at).or_insert((load.after + 1, record.clone()));
        }
    }
    held.extend(open.values().map(|(from, record)| close(*from, None, record)));
    held.sort_by(|one, other| (&one.id, one.from).cmp(&(&other.id, other.from)));
    held
}

/// Every state that a request could see.
pub(crate) fn states(loads: &[Load]) -> Vec<State> {
    let count = |load: &Load, list| load.tables.list(list).len();
    visible(loads)
        .map(|load| State {
            after: load.after,
            reload: load.reload,
            structures: count(load, List::Structures),
            services: count(load, List::Services),
        })
        .collect()
}

/// Of several that follow one request, the last.
fn visible(loads: &[Load]) -> impl Iterator<Item = &Load> {
    let is_last = |at: usize| loads.get(at + 1).is_none_or(|next| next.after > loads[at].after);
    loads.iter().enumerate().filter(move |(at, _)| is_last(*at)).map(|(_, load)| load)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(id: &str, from: u64, until: Option<u64>) -> Held {
        Held { id: id.to_owned(), from, until, record: String::new() }
    }

    #[test]
    fn what_comes_back_after_a_gap_was_not_held_throughout() {
        let all =
            [held("a", 1, None), held("b", 1, Some(3)), held("b", 4, None), held("c", 1, Some(2)), held("c", 4, None)];
        assert_eq!(held_throughout(&all, 1, 6), ["a", "b"]);
        assert_eq!(held_throughout(&all, 4, 4), ["a", "b", "c"]);
        assert_eq!(held_throughout(&all, 2, 3), ["a", "b"]);
    }
}

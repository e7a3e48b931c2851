//! What changed since the last run: its kept records beside those of this one, both by identifier.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use files::OutputSet;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use step::{ExitCode, Failure};

use super::fate::{Fate, Fates};
use super::outcome::Lines;
use super::record::{Facts, Told};
use super::shelf::Shelf;

/// What the platform reckons anew without anybody having changed anything.
const RECKONED: [&str; 3] = ["adresse_certifiee", "doublons", "score_qualite"];

/// How many records came, changed, and went.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Changes {
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) removed: u64,
}

impl Changes {
    pub(super) fn add(&mut self, more: Self) {
        self.added += more.added;
        self.changed += more.changed;
        self.removed += more.removed;
    }
}

/// The records of the last run, one a line.
struct Last {
    path: std::path::PathBuf,
    lines: Option<BufReader<File>>,
}

/// One record of it.
struct Old {
    id: String,
    text: Vec<u8>,
}

impl Last {
    /// None were there before: `path` is none.
    fn open(path: Option<&Path>) -> Result<Self> {
        let lines = path.map(|path| files::open(path).map(BufReader::new)).transpose()?;
        Ok(Self { path: path.unwrap_or(Path::new("")).to_owned(), lines })
    }

    fn next(&mut self) -> Result<Option<Old>> {
        let Some(lines) = &mut self.lines else { return Ok(None) };
        let mut line = vec![];
        lines.read_until(b'\n', &mut line).map_err(|error| files::unreadable(&self.path, error))?;
        let text = line.trim_ascii();
        let text = text.strip_prefix(b"[").unwrap_or(text);
        let text = text.strip_suffix(b",").or_else(|| text.strip_suffix(b"]")).unwrap_or(text);
        if text.is_empty() {
            return Ok(None);
        }
        match Told::read(text) {
            Ok(told) => Ok(Some(Old { id: told.id.into_owned(), text: text.to_owned() })),
            Err(why) => Err(foreign(&self.path, &why)),
        }
    }
}

/// A file that is not as the log of its run says.
pub(super) fn foreign(path: &Path, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not compare with `{}`: {why}", path.display()))
        .hint("it was changed since it was written: move it and its log away, and all records will be new")
        .into()
}

/// Writes the changes of a list.
///
/// # Errors
/// 65 when the last file is not as it was written, 74 when the disk refuses, or what `go_on` says.
pub(super) fn write(
    last: Option<&Path>,
    shelf: &Shelf,
    fates: &Fates,
    name: &str,
    set: &mut OutputSet,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<(Changes, String)> {
    let (mut lines, mut changes) = (Lines::begin(set, name)?, Changes::default());
    let mut last = Last::open(last)?;
    let (mut old, mut text) = (last.next()?, vec![]);
    let gone = |old: &Old, lines: &mut Lines, changes: &mut Changes| -> Result<()> {
        go_on()?;
        changes.removed += 1;
        lines.add(&entry("removed", &old.id, None, &old.text)?)
    };
    for nth in shelf.sorted().into_iter().map(|nth| nth as usize).filter(|nth| fates.fates[*nth] == Fate::Kept) {
        go_on()?;
        let id = shelf.id(nth);
        while let Some(before) = old.take_if(|old| old.id.as_str() < id) {
            gone(&before, &mut lines, &mut changes)?;
            old = last.next()?;
        }
        shelf.read(nth, &mut text)?;
        let Some(before) = old.take_if(|old| old.id == id) else {
            changes.added += 1;
            lines.add(&entry("added", id, None, &text)?)?;
            continue;
        };
        old = last.next()?;
        let fields = unequal(&before.text, &text)?;
        if fields.iter().any(|field| !RECKONED.contains(&field.as_str())) {
            changes.changed += 1;
            lines.add(&entry("changed", id, Some(&fields), &text)?)?;
        }
    }
    while let Some(before) = old {
        gone(&before, &mut lines, &mut changes)?;
        old = last.next()?;
    }
    Ok((changes, lines.end(set)?))
}

fn entry(change: &str, id: &str, fields: Option<&BTreeSet<String>>, record: &[u8]) -> Result<Vec<u8>> {
    let mut entry = format!("{{\"change\":\"{change}\",\"id\":").into_bytes();
    tables::write_json_text(id, &mut entry);
    entry.extend_from_slice(b",\"source\":");
    tables::write_json_text(&Facts::read(record)?.source(), &mut entry);
    if let Some(fields) = fields {
        entry.extend_from_slice(b",\"fields\":");
        serde_json::to_writer(&mut entry, fields).context("could not write a change")?;
    }
    entry.extend_from_slice(b",\"record\":");
    entry.extend_from_slice(record);
    entry.push(b'}');
    Ok(entry)
}

/// The names of what differs, bytewise; numbers and texts that are written otherwise are the same.
fn unequal(old: &[u8], new: &[u8]) -> Result<BTreeSet<String>> {
    if old == new {
        return Ok(BTreeSet::new());
    }
    let [old, new] = [old, new].map(serde_json::from_slice::<BTreeMap<String, &RawValue>>);
    let (old, new) = (old.context("could not read a record")?, new.context("could not read a record")?);
    let is_same = |one: &RawValue, other: &RawValue| {
        let value = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).ok();
        one.get() == other.get() || value(one) == value(other)
    };
    let differs = |name: &&String| match (old.get(*name), new.get(*name)) {
        (Some(one), Some(other)) => !is_same(one, other),
        _ => true,
    };
    Ok(old.keys().chain(new.keys()).filter(differs).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        unequal(old.as_bytes(), new.as_bytes()).unwrap().into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_of_what_differs_are_told_in_order() {
        assert_eq!(told(r#"{"a":1,"z":null,"b":[1]}"#, r#"{"b":[2],"a":1,"é":0}"#), "b z é");
        assert_eq!(told(r#"{"a":"\u00e9","b":{"x":1,"y":2}}"#, r#"{ "a":"é", "b":{"y":2,"x":1} }"#), "");
        assert_eq!(told(r#"{"a":1}"#, r#"{"a":"1"}"#), "a");
    }

    #[test]
    fn the_last_file_is_read_line_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for (text, ids) in
            [("[]\n", ""), ("[{\"id\":\"a\"}]\n", "a"), ("[{\"id\":\"a\"},\n{\"id\":\"b\",\"x\":[1]}]\n", "ab")]
        {
            std::fs::write(&path, text).unwrap();
            let mut last = Last::open(Some(&path)).unwrap();
            let mut found = String::new();
            while let Some(old) = last.next().unwrap() {
                found.push_str(&old.id);
            }
            assert_eq!(found, ids);
        }
        std::fs::write(&path, "[{}]").unwrap();
        assert!(Last::open(Some(&path)).unwrap().next().is_err());
    }
}

//! What is told of an item: its line in `items.jsonl`, its findings.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Write};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::item::{Finding, Kind};
use crate::ledger::Change;
use crate::line::Line;
use crate::memory::{State, UnitItem};

use super::Gathering;

/// An item that is being told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) item: u64,
    pub(super) remote_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) remote_url: Option<String>,
    pub(super) kind: Kind,
    pub(super) state: State,
    pub(super) findings: Vec<Finding>,
}

/// A line of `items.jsonl`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ItemLine<'a> {
    pub(crate) item: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_url: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    pub(crate) kind: Cow<'a, str>,
    pub(crate) status: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) change: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) fields: Vec<String>,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
}

impl Told {
    pub(super) fn of_unit_item(item: u64, remembered: &UnitItem) -> Self {
        let UnitItem { remote_id, name, remote_url, kind, state, findings } = remembered.clone();
        Self { item, remote_id, name, remote_url, kind, state, findings }
    }

    pub(super) fn as_unit_item(&self) -> UnitItem {
        UnitItem {
            remote_id: self.remote_id.clone(),
            name: self.name.clone(),
            remote_url: self.remote_url.clone(),
            kind: self.kind,
            state: self.state,
            findings: self.findings.clone(),
        }
    }

    pub(super) fn fail_as_duplicate(&mut self) {
        self.state = State::Duplicate;
        self.findings = vec![Finding::new("item.duplicate")];
    }
}

impl Gathering {
    /// Counts the item, writes its line and its findings.
    pub(super) fn take(&mut self, told: Told, line: Option<(Line, Change)>) -> Result<()> {
        self.count += 1;
        self.progress.set(self.count);
        let (mut errors, mut warnings) = (0, 0);
        for finding in &told.findings {
            self.tell_of(Some(told.item), told.remote_id.as_deref(), finding)?;
            match finding.rule.as_ref() {
                "item.duplicate" | "item.invalid" | "item.unavailable" => errors += 1,
                _ => warnings += 1,
            }
        }
        if line.is_none() && told.state != State::Duplicate {
            self.keep(&[told.remote_id.as_deref()])?;
            self.meet(&told);
        }
        let (change, fields) = match line.map(|(_, change)| change) {
            None => (None, Vec::new()),
            Some(Change::New) => (Some("new"), Vec::new()),
            Some(Change::Changed(fields)) => (Some("changed"), fields),
            Some(Change::Unchanged) => (Some("unchanged"), Vec::new()),
            Some(Change::Restored(fields)) => (Some("restored"), fields),
        };
        let status = match told.state {
            State::Done => "done",
            State::Failed | State::Duplicate => "failed",
            State::Skipped => "skipped",
        };
        match told.state {
            State::Done => self.counts.done += 1,
            State::Failed | State::Duplicate => self.counts.failed += 1,
            State::Skipped => self.counts.skipped += 1,
        }
        self.write_item(&ItemLine {
            item: told.item,
            remote_id: told.remote_id.as_deref().map(Cow::Borrowed),
            remote_url: told.remote_url.as_deref().map(Cow::Borrowed),
            kind: kind_name(told.kind).into(),
            status: status.into(),
            change: change.map(Cow::Borrowed),
            fields,
            errors,
            warnings,
        })
    }

    /// An item without a line was met all the same: what is known of it stays.
    fn meet(&mut self, told: &Told) {
        let ledger = self.ledger(told.kind);
        if let Some(remote_id) = &told.remote_id {
            ledger.meet(remote_id);
        }
        let known = told.name.as_deref().and_then(|name| ledger.id_of_name(name));
        match (known, &told.remote_id) {
            (Some(known), _) => ledger.meet(&known),
            // One that nobody can name has been met too.
            (None, None) => ledger.meet_unnamed(),
            (None, Some(_)) => {}
        }
    }

    pub(crate) fn write_item(&mut self, line: &ItemLine<'_>) -> Result<()> {
        let write = |held: &mut Vec<u8>| {
            serde_json::to_writer(&mut *held, line).context("could not write an item as JSON")?;
            held.push(b'\n');
            Ok(())
        };
        self.items.add(write).map(drop)
    }

    /// A warning of an item that has been told.
    pub(crate) fn warn_later(&mut self, item: u64, remote_id: &str, finding: Finding) -> Result<()> {
        *self.later.entry(item).or_default() += 1;
        self.tell_of(Some(item), Some(remote_id), &without_contacts(finding))
    }

    /// Writes the lines of the items.
    pub(crate) fn copy_items(&mut self, output: &mut impl Write) -> Result<()> {
        let Self { items, later, .. } = self;
        let mut lines = BufReader::new(items.reader()?);
        let mut line = Vec::new();
        for item in 1.. {
            line.clear();
            if lines.read_until(b'\n', &mut line).context("could not read the items")? == 0 {
                break;
            }
            if let Some(more) = later.get(&item) {
                let mut told: ItemLine<'_> = serde_json::from_slice(&line).context("could not read an item")?;
                told.warnings += more;
                let mut text = serde_json::to_vec(&told).context("could not write an item as JSON")?;
                text.push(b'\n');
                output.write_all(&text).context("could not write the items")?;
                continue;
            }
            output.write_all(&line).context("could not write the items")?;
        }
        Ok(())
    }

    pub(crate) fn tell_of(&mut self, item: Option<u64>, remote_id: Option<&str>, finding: &Finding) -> Result<()> {
        let mut told = report::Finding::new(self.findings.rule(&finding.rule));
        if let Some(item) = item {
            told = told.record(item);
        }
        if let Some(remote_id) = remote_id {
            told = told.id(remote_id);
        }
        if let Some(path) = finding.path.as_deref() {
            told = told.path(path);
        }
        if let Some(value) = finding.value.as_deref() {
            told = told.value(value);
        }
        self.findings.add(told)
    }
}

pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Dataset => "dataset",
        Kind::Dataservice => "dataservice",
    }
}

/// Findings go where contacts may not: of a contact no value is told, of others none that holds one.
pub(super) fn without_contacts(mut finding: Finding) -> Finding {
    if finding.rule.starts_with("contact.") {
        finding.value = None;
    }
    if let Some(value) = &mut finding.value {
        let masked: String = report::mask(value).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        *value = masked;
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_contact_is_told() {
        let of = |finding: Finding| without_contacts(finding).value;
        assert_eq!(of(Finding::new("contact.email").value("personne")), None);
        assert_eq!(of(Finding::new("date.unreadable").value("a@example.org\n01 23 45 67 89")), Some("[…] […]".into()));
    }
}

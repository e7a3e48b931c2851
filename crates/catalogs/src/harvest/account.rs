//! The report of a harvest, for machines.

use anyhow::{Context, Result};
use report::{Lang, RuleEntry};
use serde::Serialize;
use transfer::Counts;

use crate::changes::{Changes, Items};
use crate::coverage::FieldCoverage;
use crate::gathering::Gathering;
use crate::settings::Settings;
use crate::verdict::Text;

use super::Args;
use super::archiving::Decision;

/// How the job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Done,
    DoneErrors,
    Failed,
}

/// Lines by what they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) datasets: DatasetTotals,
    pub(super) dataservices: ServiceTotals,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct DatasetTotals {
    pub(super) active: u64,
    pub(super) archived: u64,
    /// Of active ones.
    pub(super) resources: u64,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct ServiceTotals {
    pub(super) active: u64,
    pub(super) archived: u64,
}

/// All that a report says.
pub(super) struct Account<'a> {
    pub(super) args: &'a Args,
    pub(super) settings: &'a Settings,
    pub(super) gathering: &'a Gathering,
    pub(super) status: Status,
    pub(super) decision: &'a Decision,
    pub(super) totals: Totals,
    pub(super) levels: report::Levels,
    pub(super) rules: &'a [RuleEntry],
    pub(super) requests: Counts,
}

/// The report as it is written; the order of the keys is part of the interface.
#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    step: &'static str,
    input: Input<'a>,
    harvested_at: &'a str,
    job: Job,
    items: Items,
    changes: Changes,
    datasets: DatasetTotals,
    dataservices: ServiceTotals,
    levels: report::Levels,
    rules: &'a [RuleEntry],
    coverage: Vec<FieldCoverage>,
    requests: Requests,
}

#[derive(Serialize)]
struct Input<'a> {
    backend: &'static str,
    url: &'a str,
    domain: &'a str,
    source_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a str>,
    include: Vec<String>,
    exclude: Vec<String>,
}

#[derive(Serialize)]
struct Job {
    status: &'static str,
    complete: bool,
    errors: Vec<ToldError>,
}

/// An error of the job in the language of the report.
#[derive(Debug, Serialize)]
pub(super) struct ToldError {
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) details: Vec<String>,
}

#[derive(Serialize)]
struct Requests {
    sent: u64,
    retried: u64,
    not_modified: u64,
    bytes: u64,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::DoneErrors => "done-errors",
            Self::Failed => "failed",
        }
    }
}

impl DatasetTotals {
    pub(super) fn count(&mut self, is_archived: bool) {
        if is_archived { self.archived += 1 } else { self.active += 1 }
    }

    pub(super) fn lines(&self) -> u64 {
        self.active + self.archived
    }
}

impl ServiceTotals {
    pub(super) fn count(&mut self, is_archived: bool) {
        if is_archived { self.archived += 1 } else { self.active += 1 }
    }

    pub(super) fn lines(&self) -> u64 {
        self.active + self.archived
    }
}

impl Account<'_> {
    pub(super) fn lang(&self) -> Lang {
        self.args.findings.lang
    }

    pub(super) fn choose<'t>(&self, text: &'t Text) -> &'t str {
        match self.lang() {
            Lang::Fr => &text.fr,
            Lang::En => &text.en,
        }
    }

    /// The errors of the job.
    pub(super) fn errors(&self) -> Vec<ToldError> {
        // A portal may say what it likes.
        let mask = |text: &str| report::mask(text).into_owned();
        let told = self.decision.errors.iter().map(|error| ToldError {
            message: mask(self.choose(&error.message)),
            hint: error.hint.as_ref().map(|hint| mask(self.choose(hint))),
            details: error.details.iter().map(|line| mask(line)).collect(),
        });
        told.collect()
    }

    /// The filters, as they were given.
    pub(super) fn filters(filters: &[(String, String)]) -> Vec<String> {
        filters.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// The report as it is written.
    pub(super) fn report(&self) -> Result<Vec<u8>> {
        let Self { settings, gathering, totals, .. } = self;
        let report = Report {
            schema: "collecte.report/1",
            step: "harvest",
            input: Input {
                backend: settings.dialect,
                url: settings.url.as_str(),
                domain: &settings.domain,
                source_id: &settings.source_id,
                format: gathering.format.as_deref(),
                include: Self::filters(&settings.include),
                exclude: Self::filters(&settings.exclude),
            },
            harvested_at: &gathering.now,
            job: Job { status: self.status.name(), complete: self.decision.is_complete, errors: self.errors() },
            items: gathering.counts,
            changes: gathering.changes,
            datasets: totals.datasets,
            dataservices: totals.dataservices,
            levels: self.levels,
            rules: self.rules,
            coverage: gathering.coverage.fields(),
            requests: Requests {
                sent: self.requests.requests.values().sum(),
                retried: self.requests.retries,
                not_modified: self.requests.requests.get("304").copied().unwrap_or_default(),
                bytes: self.requests.bytes,
            },
        };
        let mut text = serde_json::to_vec_pretty(&report).context("could not write the report as JSON")?;
        text.push(b'\n');
        Ok(text)
    }
}

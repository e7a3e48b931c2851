//! The flags of every step that writes findings.

use clap::{Args, ValueEnum};
use serde::Serialize;

/// The language of messages, remedies and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

/// How findings are told.
#[derive(Debug, Clone, Args)]
pub struct FindingsArgs {
    /// Language of messages, remedies and the page.
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    pub lang: Lang,

    /// Lines of one rule on one path in the file of findings; 0: all. Counts stay whole.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    pub max_findings: u64,
}

impl Default for FindingsArgs {
    fn default() -> Self {
        Self { lang: Lang::Fr, max_findings: 10_000 }
    }
}

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

impl Lang {
    /// What is said in the one language or the other.
    pub fn say(self, french: &str, english: &str) -> String {
        match self {
            Self::Fr => french.to_owned(),
            Self::En => english.to_owned(),
        }
    }

    /// The same of several, such as the columns of a table.
    pub fn say_each<const N: usize>(self, words: [(&str, &str); N]) -> Vec<String> {
        words.map(|(french, english)| self.say(french, english)).into()
    }
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

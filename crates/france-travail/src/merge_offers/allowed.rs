//! What of the days is not as it should be, and whether the user lets it pass.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use step::{ExitCode, Failure};

use crate::days::State;

/// So many dates are named of each state.
const NAMED: usize = 5;

/// What to do where a day is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
pub(crate) enum Missing {
    /// Fail
    #[default]
    Refuse,
    /// Go over it
    Allow,
}

/// What to do where a day is not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
pub(crate) enum Unproven {
    /// Fail
    #[default]
    Refuse,
    /// Leave it out
    Skip,
    /// Take it as it is
    Keep,
}

impl Unproven {
    /// Whether a day takes part; who is refused has been told so.
    pub(crate) fn takes(self, state: State) -> bool {
        match state {
            State::Complete => true,
            State::Unproven => self == Self::Keep,
            _ => false,
        }
    }
}

/// Days and journals that are not as they should be, by name.
#[derive(Debug, Default)]
pub(crate) struct Flawed {
    pub(crate) missing: Vec<String>,
    pub(crate) unproven: Vec<String>,
    pub(crate) altered: Vec<String>,
}

impl Flawed {
    pub(crate) fn note(&mut self, state: State, name: String, why: Option<&str>) {
        if let Some(why) = why {
            tracing::warn!("{name}: its file {why}");
        }
        match state {
            State::Unproven => self.unproven.push(name),
            State::Altered => self.altered.push(name),
            _ => {}
        }
    }

    /// # Errors
    /// 65 when there are any that the user does not allow.
    pub(crate) fn refuse(&self, missing: Missing, unproven: Unproven) -> Result<()> {
        let (allows_missing, allows_unproven) = (missing == Missing::Allow, unproven != Unproven::Refuse);
        let all = [
            ("missing", &self.missing, allows_missing),
            ("unproven", &self.unproven, allows_unproven),
            ("altered", &self.altered, allows_unproven),
        ];
        for (state, names, _) in all.iter().filter(|(_, names, is_allowed)| *is_allowed && !names.is_empty()) {
            let what = match (*state, unproven) {
                ("unproven", Unproven::Keep) => "taken as they are",
                _ => "left out",
            };
            tracing::warn!("{} {state}: {what}, as was asked ({})", names.len(), some(names));
        }
        let refused: Vec<String> = all
            .iter()
            .filter(|(_, names, is_allowed)| !is_allowed && !names.is_empty())
            .map(|(state, names, _)| format!("{} {state} ({})", names.len(), some(names)))
            .collect();
        if refused.is_empty() {
            return Ok(());
        }
        let message = format!("could not merge days that are not all proven: {}", refused.join(", "));
        let first = all.iter().filter(|(_, _, is_allowed)| !is_allowed).find_map(|(_, names, _)| names.first());
        let date = first.map_or_else(String::new, |name| name.trim_start_matches("miroir-").to_owned());
        let hint = format!(
            "collect them with `collect-offers --date {date}` (`--force` where there is a file); `--missing allow` goes over \
             gaps, `--unproven skip` leaves out what is not proven"
        );
        Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
    }
}

fn some(names: &[String]) -> String {
    let mut named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        named.push_str(", …");
    }
    named
}

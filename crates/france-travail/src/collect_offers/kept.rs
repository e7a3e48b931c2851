//! What is in a day's place already: it may be all that is left of that day.

use std::path::Path;

use anyhow::Result;
use step::{ExitCode, Failure};

use crate::collect_offers::plan::Plan;
use crate::collect_offers::publish::Log;
use crate::survey::day::Day;

/// The log of a large day, each of whose seconds is a window of its own, has a tenth of that.
const LARGEST_LOG_BYTES: u64 = 256 << 20;

/// What an earlier run, or somebody else, left there.
#[derive(Debug)]
pub(crate) enum Kept {
    Nothing,
    /// A file that its log proves.
    Proven(Box<Log>),
    /// A file of another service than is asked now.
    OfOther(String),
    /// A file that no log proves; says why.
    Unproven(&'static str),
}

impl Kept {
    /// Looks at a day's file and its log; `service` is the one that is to be asked.
    pub(crate) fn read(data: &Path, log: &Path, day: Day, service: &str) -> Result<Self> {
        if !data.exists() {
            return Ok(Self::Nothing);
        }
        // Whatever else is there, such as a pipe, is not waited for.
        let text = files::read_left(log, LARGEST_LOG_BYTES).filter(|_| data.is_file());
        let log: Option<Log> = text.and_then(|text| serde_json::from_slice(&text).ok());
        let Some(log) = log.filter(|log| log.date_creation == day.to_string()) else {
            return Ok(Self::Unproven("is there, without a log that proves it"));
        };
        if log.preuve.service != service {
            return Ok(Self::OfOther(log.preuve.service));
        }
        if !log.preuve.is_of(&files::sha256(data)?) {
            return Ok(Self::Unproven("is not as its log says: it was changed, or the log is of another file"));
        }
        Ok(Self::Proven(Box::new(log)))
    }

    /// Offers that a new file must have at least.
    pub(crate) fn offers(&self) -> u64 {
        match self {
            Self::Proven(log) => log.total_offres_collecte,
            _ => 0,
        }
    }

    /// The log of what the collection begun with `plan` has brought, which has gathered so many offers: if it is this, only
    /// the journal was left to remove.
    pub(crate) fn result_of(&self, plan: &Plan, gathered: u64) -> Option<&Log> {
        match self {
            // A second may have seen two begin.
            Self::Proven(log) if log.dt_deb_collecte == plan.begun && log.total_offres_collecte == gathered => {
                Some(log)
            }
            _ => None,
        }
    }

    /// # Errors
    /// 2 when what is there was collected from another service: `--force` alone does not replace it.
    pub(crate) fn ensure_of_service(&self, data: &Path, day: Day, service: &str) -> Result<()> {
        let Self::OfOther(other) = self else { return Ok(()) };
        let message =
            format!("could not collect {day}: `{}` was collected from `{other}`, not `{service}`", data.display());
        let hint = "move it away, choose another folder with `DONNEES_BRUTES`, or replace it with `--force --shrink`";
        Err(Failure::new(ExitCode::Usage, message).hint(hint).into())
    }

    /// # Errors
    /// 2 when no log proves what is there: the service may no longer have what is in it.
    pub(crate) fn ensure_proven(&self, data: &Path, day: Day) -> Result<()> {
        let Self::Unproven(why) = self else { return Ok(()) };
        let message = format!("could not collect {day}: `{}` {why}", data.display());
        let hint = "move it away, choose another folder with `DONNEES_BRUTES`, or replace it with `--force`";
        Err(Failure::new(ExitCode::Usage, message).hint(hint).into())
    }
}

/// 2: what is there has `kept` offers, and no more than `found` are to be had.
pub(crate) fn fewer(day: Day, data: &Path, kept: u64, found: u64) -> anyhow::Error {
    let message = format!(
        "could not replace `{}`: it holds {kept} offers of {day}, proven, and the service has {found} left",
        data.display()
    );
    Failure::new(ExitCode::Usage, message).hint("keep it, or replace it by fewer with `--force --shrink`").into()
}

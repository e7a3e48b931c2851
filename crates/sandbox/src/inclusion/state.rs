//! What the service knows from one request to the next, and what a test can ask and tell it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::dump::{self, Workbook};
use super::history::History;
use super::options::InclusionOptions;
use super::reload::{Reload, Spot};
use super::tables::List;
use super::truth::{self, Held, State};
use crate::wire::service::Shared;

/// The simulated API and published files of data·inclusion.
#[derive(Debug)]
pub struct Inclusion {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: InclusionOptions,
    history: OnceLock<Mutex<History>>,
    standing: Mutex<Standing>,
}

/// What the token is worth.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is known, and has the right to read.
    Good,
    /// It is not known any more: 401.
    Revoked,
    /// It is known, and may not read: 403.
    WithoutRight,
}

impl Inclusion {
    pub(crate) fn new(shared: Arc<Shared>, options: InclusionOptions) -> Self {
        Self { shared, options, history: OnceLock::new(), standing: Mutex::new(Standing::Good) }
    }

    /// The tables are made when they are first asked for: most of those who start the sandbox never do.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        let history =
            self.history.get_or_init(|| Mutex::new(History::new(self.shared.options.seed, self.options.clone())));
        history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the token is worth this.
    pub fn set_standing(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    /// Loads the tables anew, now.
    pub fn reload(&self, reload: Reload, spot: Spot) {
        self.history().reload_now(reload, spot);
    }

    /// Every record that any list request so far could see, and which could.
    pub fn truth(&self, list: List) -> Vec<Held> {
        truth::held(self.history().loads(), list)
    }

    /// Every state of the tables that any list request so far could see.
    pub fn states(&self) -> Vec<State> {
        truth::states(self.history().loads())
    }

    /// The published file of a list as rows of cells, its header first: lists as Python text, and the rows numbered in a
    /// first column without a name if `numbered`.
    pub fn dump_cells(&self, list: List, numbered: bool) -> Vec<Vec<String>> {
        let history = self.history();
        dump::cells(history.maker(), &history.current(), list, numbered)
    }

    /// Those cells as CSV.
    pub fn dump_csv(&self, list: List, numbered: bool) -> String {
        dump::csv(&self.dump_cells(list, numbered))
    }

    /// Those cells as a workbook.
    pub fn dump_workbook(&self, list: List, numbered: bool, kind: Workbook) -> Vec<u8> {
        dump::workbook(&self.dump_cells(list, numbered), kind)
    }

    /// The published JSON of a list: dates are milliseconds since 1970.
    pub fn dump_json(&self, list: List) -> String {
        let history = self.history();
        dump::json(history.maker(), &history.current(), list)
    }
}

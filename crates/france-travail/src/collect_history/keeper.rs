//! What becomes of the answers to a walk.

use std::rc::Rc;

use anyhow::Result;
use transfer::{Response, ResponseError};

use crate::collect_history::items::read_page;
use crate::collect_history::ledger::Ledger;
use crate::survey::answer::{self, Read};
use crate::survey::moment::Span;
use crate::survey::query::PageRequest;
use crate::survey::{Answered, Keep};

/// Keeps what one walk is answered.
#[derive(Debug)]
pub(crate) struct WalkKeeper {
    pub(crate) ledger: Rc<Ledger>,
    pub(crate) walk: usize,
}

impl Keep for WalkKeeper {
    fn read(&self, ask: &PageRequest, response: &Response) -> Result<(Read, Option<Vec<u8>>), ResponseError> {
        let body = &response.body;
        // Somewhat more than half of a page is kept: what grew beyond its place would be copied once more.
        let mut kept = Vec::with_capacity(if ask.counts() { 0 } else { body.len() / 4 * 3 });
        let range = response.header("content-range");
        let mut read =
            answer::read_with(ask, response.status, range, body, |body, check| read_page(body, check, &mut kept))?;
        if ask.counts() {
            // A page that only counts adds no row.
            (read.offres, read.set_aside) = (Vec::new(), Vec::new());
            kept.clear();
        }
        Ok((read, Some(kept)))
    }

    fn keep(&self, answered: &Answered<'_>) -> Result<u64> {
        self.ledger.keep_page(self.walk, answered)
    }

    fn gathered(&self, inside: u64) -> Result<()> {
        self.ledger.set_inside(self.walk, inside)
    }

    fn passed(&self, window: Span) -> Result<()> {
        self.ledger.pass_window(self.walk, window)
    }
}

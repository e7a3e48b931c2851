//! What a day is asked with: the one way to a page, and what all that ask share.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use anyhow::Result;
use step::{ExitCode, Failure, Progress, paris};
use transfer::{Client, Url};

use crate::collect_offers::answer;
use crate::collect_offers::day::Day;
use crate::collect_offers::heard::Heard;
use crate::collect_offers::ledger::{Answered, Ledger};
use crate::collect_offers::page::Page;
use crate::collect_offers::part::Part;
use crate::collect_offers::plan::Plan;
use crate::collect_offers::proof::Order;
use crate::collect_offers::search::PageRequest;

/// Asks for all offers of a day.
pub(crate) struct Survey {
    pub(crate) client: Client,
    /// Address of the search.
    pub(crate) search: Url,
    /// Address of the referential of ROME codes.
    pub(crate) metiers: Url,
    pub(crate) day: Day,
    pub(crate) ledger: RefCell<Ledger>,
    pub(crate) progress: Progress,
    pub(crate) codes_rome: OnceCell<Vec<String>>,
    /// Pages that this run asked the service for.
    pub(crate) asked: Cell<u64>,
    pub(crate) heard: Heard,
}

impl Survey {
    /// One page: from the journal if it was answered before, else from the service.
    pub(crate) async fn page(&self, ask: PageRequest) -> Result<Arc<Page>> {
        if let Some(page) = self.ledger.borrow().page(&ask) {
            return Ok(page);
        }
        let request = ask.request(&self.search, self.day);
        let (response, read) = self
            .client
            .get(&request, |response| {
                let read =
                    answer::read(&ask, self.day, response.status, response.header("content-range"), &response.body)?;
                Ok((response, read))
            })
            .await?;
        let answered = Answered {
            status: response.status,
            content_range: response.header("content-range").unwrap_or_default(),
            body: &response.body,
            waited_ms: response.took.as_millis() as u64,
            part: self.part()?,
        };
        self.heard.hear(&response);
        self.asked.update(|asked| asked + 1);
        let mut ledger = self.ledger.borrow_mut();
        ledger.set_part(answered.part.clone());
        let page = ledger.add(ask, read, &answered)?;
        self.progress.set(ledger.in_day());
        Ok(page)
    }

    /// Asks a page again, to see whether the offers of one second keep their order.
    pub(crate) async fn probe(&self, ask: &PageRequest) -> Result<Order> {
        for again in 1..=2 {
            self.page(PageRequest { again, ..ask.clone() }).await?;
            let order = self.ledger.borrow().order();
            if order != Order::Unknown {
                return Ok(order);
            }
        }
        Ok(Order::Unknown)
    }

    /// What this run sent and received, up to now.
    pub(crate) fn part(&self) -> Result<Part> {
        let now = Plan::moment(paris::now()?);
        let ledger = self.ledger.borrow();
        let begun = ledger.parts.last().expect("a ledger is opened by a run");
        Ok(begun.at(now, self.client.metrics().counts()))
    }
}

/// 75, with what is missing.
pub(crate) fn incomplete(message: String) -> anyhow::Error {
    Failure::new(ExitCode::Incomplete, message)
        .hint("what was gathered is kept: run again to go on, at a quieter hour if the service keeps changing")
        .into()
}

//! How offers are asked for and proven complete, whatever is done with them: a day of them, byte for byte, or months of
//! them as a table.
//!
//! A [`Survey`] is all that one set of filters finds in a span of time. How it is walked is told in `sweep`, what makes it
//! complete in `proof`, how the sums are compared in `reconcile`, what is done about a second with more offers than a
//! search reaches in `dense`, and about a service that hides an origin in `origins`.

pub(crate) mod answer;
pub(crate) mod day;
mod dense;
pub(crate) mod heard;
pub(crate) mod moment;
pub(crate) mod origins;
pub(crate) mod page;
pub(crate) mod proof;
pub(crate) mod query;
pub(crate) mod reconcile;
pub(crate) mod served;
pub(crate) mod sweep;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Result;
use step::{ExitCode, Failure, Progress};
use transfer::{Client, Counts, Response, ResponseError, Url};

use crate::survey::answer::Read;
use crate::survey::heard::Heard;
use crate::survey::moment::{Clock, Span};
use crate::survey::page::Page;
use crate::survey::proof::Order;
use crate::survey::query::{Base, PAGE_SIZE, PageRequest, Paging, Query};
use crate::survey::served::{Arrival, Served};

/// Where the answers go, so that a run that was killed is gone on with.
pub(crate) trait Keep {
    /// Reads an answer; gives also what of it is to be kept, unless that is its body.
    fn read(&self, ask: &PageRequest, response: &Response) -> Result<(Read, Option<Vec<u8>>), ResponseError>;

    /// Keeps an answer that was found good, and tells where what is kept of it begins.
    fn keep(&self, answered: &Answered<'_>) -> Result<u64>;

    /// So many offers of the span are there now.
    fn gathered(&self, _inside: u64) -> Result<()> {
        Ok(())
    }

    /// All pages of a window have come, which reaches over so many seconds.
    fn passed(&self, _window: Span) -> Result<()> {
        Ok(())
    }
}

/// An answer that was found good.
pub(crate) struct Answered<'a> {
    pub(crate) ask: &'a PageRequest,
    pub(crate) read: &'a Read,
    /// What is to be kept of it.
    pub(crate) body: &'a [u8],
    pub(crate) response: &'a Response,
    /// What this run sent and received up to it.
    pub(crate) counts: Counts,
}

/// Asks for all offers of a span that some filters find.
pub(crate) struct Survey {
    pub(crate) client: Client,
    /// Address of the search.
    pub(crate) search: Url,
    /// Address of the referential of ROME codes.
    pub(crate) metiers: Url,
    /// What is collected, as messages name it.
    pub(crate) subject: String,
    pub(crate) clock: Clock,
    pub(crate) span: Span,
    pub(crate) base: Base,
    pub(crate) paging: Paging,
    pub(crate) served: RefCell<Served>,
    pub(crate) keeper: Rc<dyn Keep>,
    /// This run, from 1.
    pub(crate) run: u32,
    pub(crate) progress: Progress,
    /// Offers that are there, of all surveys that share the progress.
    pub(crate) gathered: Rc<Cell<u64>>,
    pub(crate) codes_rome: Rc<OnceCell<Vec<String>>>,
    /// Pages that this run asked the service for.
    pub(crate) asked: Rc<Cell<u64>>,
    pub(crate) heard: Rc<Heard>,
}

impl Survey {
    /// One page: from the journal if it was answered before, else from the service.
    pub(crate) async fn page(&self, ask: PageRequest) -> Result<Arc<Page>> {
        if let Some(page) = self.served.borrow().page(&ask) {
            return Ok(page);
        }
        let request = ask.request(&self.search, self.clock, &self.base, &self.subject);
        let (response, (read, own)) = self
            .client
            .get(&request, |response| {
                let read = self.keeper.read(&ask, &response)?;
                Ok((response, read))
            })
            .await?;
        self.heard.hear(&response);
        self.asked.update(|asked| asked + 1);
        let body = own.as_deref().unwrap_or(&response.body);
        let counts = self.client.metrics().counts();
        let offset = self.keeper.keep(&Answered { ask: &ask, read: &read, body, response: &response, counts })?;
        let arrival = Arrival { offset, waited_ms: response.took.as_millis() as u64, run: self.run };
        let mut served = self.served.borrow_mut();
        let before = served.inside();
        let page = served.add(ask, read, arrival);
        self.keeper.gathered(served.inside())?;
        self.gathered.update(|gathered| gathered + served.inside() - before);
        self.progress.set(self.gathered.get());
        Ok(page)
    }

    /// How a search is cut into pages. What is asked for by itself, a border or a dense second, is to be on one page if it
    /// can, whatever size the others have.
    pub(crate) fn paging_of(&self, query: &Query) -> Paging {
        let Span { from, to } = query.span();
        let is_narrow = query.attempt > 0 || to - from <= 1;
        Paging { size: if is_narrow { PAGE_SIZE } else { self.paging.size }, ..self.paging }
    }

    /// The first page of a search.
    pub(crate) fn first(&self, query: &Query) -> PageRequest {
        query.page(0, self.paging_of(query).size)
    }

    /// Asks a page again, to see whether the offers of one second keep their order.
    pub(crate) async fn probe(&self, ask: &PageRequest) -> Result<Order> {
        for again in 1..=2 {
            self.page(PageRequest { again, ..ask.clone() }).await?;
            let order = self.served.borrow().order();
            if order != Order::Unknown {
                return Ok(order);
            }
        }
        Ok(Order::Unknown)
    }
}

/// 75, with what is missing.
pub(crate) fn incomplete(message: String) -> anyhow::Error {
    Failure::new(ExitCode::Incomplete, message)
        .hint("what was gathered is kept: run again to go on, at a quieter hour if the service keeps changing")
        .into()
}

//! A day's survey: the walk through all offers, the guard against the origin trap, and the one way to ask for a page.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use anyhow::Result;
use futures::future::try_join;
use step::{ExitCode, Failure, Progress};
use transfer::{Client, Url};

use crate::collect_offers::answer;
use crate::collect_offers::ask::{Ask, Filter, Query};
use crate::collect_offers::day::{Day, Span};
use crate::collect_offers::ledger::{Answered, Ledger, Page};
use crate::collect_offers::sweep::Swept;

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
}

/// The whole day, proven.
pub(crate) struct Surveyed {
    /// Total that the service announced for the day's bounds, at the beginning.
    pub(crate) total: u32,
    pub(crate) origins: Origins,
    pub(crate) sweeps: Vec<Swept>,
}

/// Totals of all offers and of each origin: a search without origin must find both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origins {
    pub(crate) by_origin: [u32; 2],
    /// A search without origin does not find all; the origins are collected apart.
    pub(crate) trap: bool,
}

impl Survey {
    /// Collects and proves the whole day.
    pub(crate) async fn run(&self) -> Result<Surveyed> {
        let all = Filter::default();
        let span = self.ledger.borrow().span();
        let first = self.page(Query::over(&all, span).page(0)).await?;
        self.progress.set_total(u64::from(first.total));
        let (origins, swept) = try_join(self.compare_origins(span, first.total), self.sweep(&all, span)).await?;
        let mut sweeps = vec![swept];
        if origins.trap {
            tracing::warn!(
                "a search without origin does not find all offers of {}: each origin is collected apart",
                self.day
            );
            for origine in ['1', '2'] {
                sweeps.push(self.sweep(&Filter { origine: Some(origine), ..Filter::default() }, span).await?);
            }
        }
        Ok(Surveyed { total: first.total, origins, sweeps })
    }

    /// One page: from the journal if it was answered before, else from the service.
    pub(crate) async fn page(&self, ask: Ask) -> Result<Rc<Page>> {
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
        };
        self.asked.update(|asked| asked + 1);
        let mut ledger = self.ledger.borrow_mut();
        let page = ledger.add(ask, read, &answered)?;
        self.progress.set(ledger.in_day());
        Ok(page)
    }

    /// Reported once (August 2026): a search without `origineOffre` finds origin 1 only. Two counts tell.
    async fn compare_origins(&self, span: Span, total: u32) -> Result<Origins> {
        let count = async |origine: Option<char>, again| -> Result<u32> {
            let filter = Filter { origine, ..Filter::default() };
            Ok(self.page(Query::over(&filter, span).count(again)).await?.total)
        };
        let (one, two) = try_join(count(Some('1'), 0), count(Some('2'), 0)).await?;
        let sum = one + two;
        // Offers that appear between the counts look like the trap; a later total tells them apart.
        let trap = total < sum && count(None, 1).await? < sum;
        Ok(Origins { by_origin: [one, two], trap })
    }
}

/// 75, with what is missing.
pub(crate) fn incomplete(message: String) -> anyhow::Error {
    Failure::new(ExitCode::Incomplete, message)
        .hint("what was gathered is kept: run again to go on, at a quieter hour if the service keeps changing")
        .into()
}

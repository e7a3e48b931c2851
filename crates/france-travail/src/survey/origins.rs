//! The whole day: all offers in one sweep, or each origin in its own where the service hides one.

use anyhow::Result;
use futures::future::try_join;

use crate::survey::Survey;
use crate::survey::moment::Span;
use crate::survey::query::{Filter, Query};
use crate::survey::reconcile::Balance;
use crate::survey::sweep::Swept;

/// The whole day, proven.
pub(crate) struct Surveyed {
    /// Total that the service announced for the day's bounds, at the beginning.
    pub(crate) total: u32,
    pub(crate) origins: Origins,
    pub(crate) sweeps: Vec<Swept>,
    pub(crate) balance: Balance,
}

/// Totals of all offers and of each origin: a search without origin must find both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origins {
    pub(crate) by_origin: [u32; 2],
    /// A search without origin does not find all; the origins are collected apart.
    pub(crate) trap: bool,
}

impl Survey {
    /// Total of the day's bounds: the first thing that is asked.
    pub(crate) async fn announced(&self) -> Result<u32> {
        Ok(self.page(self.first(&Query::over(&Filter::default(), self.span))).await?.total)
    }

    /// Collects and proves the whole day.
    pub(crate) async fn run(&self) -> Result<Surveyed> {
        let all = Filter::default();
        let span = self.span;
        let total = self.announced().await?;
        self.progress.set_total(u64::from(total));
        let (origins, swept) = try_join(self.compare_origins(span, total), self.sweep(&all, span)).await?;
        let mut sweeps = vec![swept];
        if origins.trap {
            tracing::warn!(
                "a search without origin does not find all offers of {}: each origin is collected apart",
                self.subject
            );
            for origine in ['1', '2'] {
                sweeps.push(self.sweep(&Filter { origine: Some(origine), ..Filter::default() }, span).await?);
            }
        }
        let balance = self.reconcile(&mut sweeps, total, origins.trap).await?;
        Ok(Surveyed { total, origins, sweeps, balance })
    }

    /// Reported once (August 2026): a search without `origineOffre` finds origin 1 only. Two counts tell.
    pub(crate) async fn compare_origins(&self, span: Span, total: u32) -> Result<Origins> {
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

//! How long previews and reports may take, and how many of them one caller may run at once.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use persistence::Database;
use segmentation_engine::preview::Budget;
use tokio::time::timeout_at;

use crate::shares::{Share, Shares};

/// The longest times that queries may take.
#[derive(Debug, Clone, Copy)]
pub struct LongestTimes {
    /// How long a preview may count before it returns an estimate.
    pub preview: Duration,
    /// How long a report may take. There are no estimates.
    pub report: Duration,
}

#[derive(Clone)]
pub struct LongQueries {
    longest: LongestTimes,
    callers: Arc<Shares<String>>,
}

/// Permission to run a long query, until it is dropped.
pub(crate) struct Turn<T> {
    /// Until when.
    pub(crate) limit: T,
    _share: Share<String>,
}

impl LongQueries {
    pub fn new(longest: LongestTimes, database: &Database) -> Self {
        Self { longest, callers: Shares::new((database.query_slots() / 2).max(1)) }
    }

    pub(crate) async fn preview(&self, caller: String, gone: impl Future<Output = ()>) -> Option<Turn<Budget>> {
        let budget = Budget::of(self.longest.preview);
        let share = self.share(caller, budget.deadline(), gone).await?;
        Some(Turn { limit: budget, _share: share })
    }

    pub(crate) async fn report(&self, caller: String, gone: impl Future<Output = ()>) -> Option<Turn<Instant>> {
        let deadline = Instant::now() + self.longest.report;
        let share = self.share(caller, deadline, gone).await?;
        Some(Turn { limit: deadline, _share: share })
    }

    /// Waits while the caller runs queries in half of the query slots, so that others find a free one. `None` if that took too long,
    /// or `gone` was ready first.
    async fn share(&self, caller: String, deadline: Instant, gone: impl Future<Output = ()>) -> Option<Share<String>> {
        let mut gone = pin!(gone);
        tokio::select! {
            share = timeout_at(deadline.into(), self.callers.wait(caller)) => share.ok(),
            () = &mut gone => None,
        }
    }
}

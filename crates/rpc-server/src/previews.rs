//! How long previews may take, and how many of them one caller may run at once.

use std::{pin::pin, sync::Arc, time::Duration};

use persistence::Database;
use segmentation_engine::preview::Budget;
use tokio::time::timeout_at;

use crate::shares::{Share, Shares};

#[derive(Clone)]
pub struct Previews {
    within: Duration,
    callers: Arc<Shares<String>>,
}

/// Permission to run a preview, until it is dropped.
pub(crate) struct Turn {
    pub(crate) budget: Budget,
    _share: Share<String>,
}

impl Previews {
    /// `within` is how long a preview may count before it returns an estimate.
    pub fn new(within: Duration, database: &Database) -> Self {
        Self { within, callers: Shares::new((database.query_slots() / 2).max(1)) }
    }

    /// Waits while the caller runs previews in half of the query slots, so that others find a free one. `None` if that
    /// took too long, or `gone` was ready first.
    pub(crate) async fn turn(&self, caller: String, gone: impl Future<Output = ()>) -> Option<Turn> {
        let budget = Budget::of(self.within);
        let mut gone = pin!(gone);
        tokio::select! {
            share = timeout_at(budget.deadline().into(), self.callers.wait(caller)) => {
                share.ok().map(|share| Turn { budget, _share: share })
            }
            () = &mut gone => None,
        }
    }
}

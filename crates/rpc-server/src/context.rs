//! The server's shared state, and the context of one call.

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;
use domain::instant::{Clock, Instant};
use persistence::Database;
use segmentation_engine::preview::{self, Answer, Question};
use serde_json::Value as Json;
use tokio::sync::watch;

use crate::{auth::Caller, background::Background, errors::MethodError};

#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    /// The time zone in which days, weeks and months begin.
    pub zone: Tz,
    /// How long a preview may count before it returns an estimate.
    pub preview_within: Duration,
    pub background: Background,
}

impl Context {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// A call that has passed the gate.
pub(crate) struct Call {
    pub(crate) context: Context,
    pub(crate) document: &'static Json,
    pub(crate) caller: Caller,
    /// For the audit log.
    pub(crate) request_id: Option<String>,
    /// Closed when the caller disconnects or times out.
    pub(crate) waiting: watch::Receiver<()>,
}

impl Call {
    /// Runs a query that may take long. It is canceled when the caller disconnects or times out.
    pub(crate) async fn preview<Q: Question>(&self, question: &Q, size: u32) -> Result<Answer<Q>, MethodError> {
        let mut waiting = self.waiting.clone();
        // Nothing is ever sent, so this ends only when the sender is dropped.
        let gone = async move { while waiting.changed().await.is_ok() {} };
        let answer = preview::ask(self.database(), question, size.into(), self.context.preview_within, gone).await?;
        answer.ok_or(MethodError::TryAgain)
    }

    pub(crate) fn database(&self) -> &Database {
        &self.context.database
    }
}

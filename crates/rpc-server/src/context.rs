//! What a method is called with.

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;
use domain::instant::{Clock, Instant};
use persistence::Database;
use segmentation_engine::preview::{self, Answer, Question};
use serde_json::Value as Json;
use tokio::sync::watch;

use crate::{auth::Caller, background::Background, errors::MethodError};

/// What all methods share.
#[derive(Clone)]
pub struct Context {
    /// Where everything is stored.
    pub database: Database,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The zone in which days, weeks and months begin.
    pub zone: Tz,
    /// How long a preview counts at most before it is estimated.
    pub preview_within: Duration,
    /// Runs that go on when nobody waits for them any more.
    pub background: Background,
}

impl Context {
    /// The time now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// One call that has passed the gate.
pub(crate) struct Call {
    /// What all methods share.
    pub(crate) context: Context,
    /// The OpenRPC document of all methods.
    pub(crate) document: &'static Json,
    /// Who calls.
    pub(crate) caller: Caller,
    /// The request that the call came in, for the audit log.
    pub(crate) request_id: Option<String>,
    /// Whoever waits for the answer holds the other end.
    pub(crate) waiting: watch::Receiver<()>,
}

impl Call {
    /// Asks something that may take long. Who hangs up, or has waited as long as anyone may, is not worked for any more.
    pub(crate) async fn preview(&self, question: &impl Question, size: u32) -> Result<Answer, MethodError> {
        let mut waiting = self.waiting.clone();
        // Nothing is ever sent, so there is an answer only when the other end is gone.
        let gone = async move { while waiting.changed().await.is_ok() {} };
        let answer = preview::ask(self.database(), question, size.into(), self.context.preview_within, gone).await?;
        answer.ok_or(MethodError::TryAgain)
    }

    /// The database.
    pub(crate) fn database(&self) -> &Database {
        &self.context.database
    }
}

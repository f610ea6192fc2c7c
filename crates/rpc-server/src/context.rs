//! The server's shared state, and the context of one call.

use std::sync::Arc;

use chrono_tz::Tz;
use domain::{
    instant::{Clock, Instant},
    period::Moment,
    run::RunTrigger,
};
use persistence::{Database, Snapshot};
use segmentation_engine::{
    audit::Audit,
    preview::{self, Answer, Budget, Question},
    reports::{self, Report, ReportError},
    run::RunOptions,
    support::query_slot::{self, Ended},
    sync::settings::SyncSettings,
    webhooks::WebhookSettings,
};
use serde_json::Value as Json;
use tokio::sync::watch;

use crate::{
    auth::Role,
    background::Background,
    errors::{Fault, MethodError},
    long_queries::{LongQueries, Turn},
};

#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    /// The time zone in which days, weeks and months begin.
    pub zone: Tz,
    pub long_queries: LongQueries,
    pub background: Background,
    /// The mail service.
    pub sync: SyncSettings,
    pub webhooks: WebhookSettings,
}

impl Context {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A full run, at the current time.
    pub(crate) fn run_options(&self, trigger: RunTrigger) -> RunOptions {
        let (zone, stop) = (self.zone, self.background.stop());
        RunOptions { as_of_is_given: false, zone, trigger, stop, ..RunOptions::at(self.now()) }
    }
}

/// A call that has passed the gate.
pub(crate) struct Call {
    pub(crate) context: Context,
    pub(crate) document: &'static Json,
    /// Who calls which method.
    pub(crate) audit: Audit,
    /// The caller's [principal](crate::auth::Caller::principal).
    pub(crate) principal: String,
    /// The caller's role.
    pub(crate) role: Role,
    /// Closed when the caller disconnects or times out.
    pub(crate) waiting: watch::Receiver<()>,
}

impl Call {
    /// Runs a query that may take long. It is canceled when the caller disconnects or times out.
    pub(crate) async fn preview<Q: Question>(&self, question: &Q, size: u32) -> Result<Answer<Q>, MethodError> {
        let turn = self.preview_turn().await?;
        let answer = preview::ask(self.database(), question, size.into(), turn.limit, self.gone()).await?;
        answer.ok_or(MethodError::TryAgain)
    }

    /// Waits while the caller runs as many long queries as one may.
    pub(crate) async fn preview_turn(&self) -> Result<Turn<Budget>, MethodError> {
        let turn = self.context.long_queries.preview(self.principal.clone(), self.gone()).await;
        turn.ok_or(MethodError::TryAgain)
    }

    /// Answers a question about segments. It is canceled when the caller disconnects or times out.
    pub(crate) async fn report<R: Report>(&self, params: R::Params) -> Result<R::Answer, MethodError> {
        let question = R::read(params, self.moment()).map_err(ReportError::Invalid)?;
        let turn = self.context.long_queries.report(self.principal.clone(), self.gone()).await;
        let turn = turn.ok_or(MethodError::TryAgain)?;
        Ok(reports::report(self.database(), &question, turn.limit, self.gone()).await?)
    }

    /// Reads from one snapshot, as long as a report may take. It is canceled when the caller disconnects or times out.
    pub(crate) async fn read_until<T>(
        &self,
        read: impl AsyncFnOnce(&Snapshot) -> Result<T, MethodError>,
    ) -> Result<T, MethodError> {
        let turn = self.context.long_queries.report(self.principal.clone(), self.gone()).await;
        let turn = turn.ok_or(MethodError::TryAgain)?;
        match query_slot::read_until(self.database(), turn.limit, self.gone(), read).await? {
            Ended::Answered(answer) => Ok(answer),
            Ended::NoSlot => Err(MethodError::TryAgain),
        }
    }

    /// The faults of params that the schema has faults of too.
    pub(crate) fn report_faults<R: Report>(&self, params: Json) -> Vec<Fault> {
        let read = serde_json::from_value(params).map(|params| R::read(params, self.moment()));
        read.ok().and_then(Result::err).into_iter().flatten().map(Fault::from).collect()
    }

    /// Ready when the caller has disconnected or timed out.
    pub(crate) fn gone(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut waiting = self.waiting.clone();
        // Nothing is ever sent, so this ends only when the sender is dropped.
        async move { while waiting.changed().await.is_ok() {} }
    }

    /// The current time and the zone. Each call to this reads the clock.
    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.context.now(), zone: self.context.zone }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.context.database
    }
}

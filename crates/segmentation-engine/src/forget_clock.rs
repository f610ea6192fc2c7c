//! Takes back the clock of a run that was ahead of time.

use domain::{
    ids::RunId,
    instant::{Instant, format_instant},
    shard::Shard,
};
use persistence::{
    Database, DbErr,
    database::{database_clock, words},
    ingest::credit_sets,
    membership::ledger,
    runs, segments,
};
use serde_json::json;

use crate::{
    audit::Audit,
    support::retry::{Failure, with_retry},
};

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgottenClock {
    /// The clock that the run had.
    pub from: Instant,
    /// The clock that it has now.
    pub to: Instant,
    /// How many events of the ledger have another time now.
    pub events: u64,
}

/// Why a clock cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum ForgetClockError {
    #[error("there is no run {0}")]
    NotFound(RunId),
    #[error("a run is active: wait until it has ended")]
    Active,
    /// The run shuts out nothing.
    #[error("the clock of run {run}, {as_of}, is not in the future: there is nothing to take back")]
    NotAhead { run: RunId, as_of: String },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for ForgetClockError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::Active | Self::NotAhead { .. } => None,
        }
    }
}

/// Dates a run, and all history that lies in the future, back to the time at which the run began. The next run evaluates
/// everyone.
pub async fn forget_clock(database: &Database, run: RunId, audit: &Audit) -> Result<ForgottenClock, ForgetClockError> {
    with_retry(|| try_forget(database, run, audit)).await
}

async fn try_forget(database: &Database, run: RunId, audit: &Audit) -> Result<ForgottenClock, ForgetClockError> {
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    let now = database_clock(&tx).await?;
    let stored = runs::find(&tx, run).await?.ok_or(ForgetClockError::NotFound(run))?;
    if runs::is_running(&tx).await? {
        return Err(ForgetClockError::Active);
    }
    let from = stored.as_of;
    if from <= now {
        return Err(ForgetClockError::NotAhead { run, as_of: format_instant(from) });
    }
    // Not before what happened earlier: the order of the ledger stays.
    let earlier = [runs::latest_clock(&tx, now).await?, ledger::latest_time(&tx, now).await?];
    let to = earlier.into_iter().flatten().fold(stored.started_at, Instant::max).min(now);
    runs::set_clock(&tx, run, to).await?;
    segments::forget_future(&tx, now, to).await?;
    let events = ledger::forget_future(&tx, now, to).await?;
    credit_sets::forget_from(&tx, to).await?;
    let detail = json!({"from": format_instant(from), "to": format_instant(to), "events": events});
    audit.record(&tx, now, Some(format!("run {run}")), Some(detail)).await?;
    tx.commit().await?;
    Ok(ForgottenClock { from, to, events })
}

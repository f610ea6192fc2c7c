use domain::ids::RunId;
use sea_orm::DbErr;

use crate::database::words;

/// Why a run cannot start or continue.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    #[error("run {run} is active")]
    Active { run: RunId },
    /// The clock is behind that of an earlier run.
    #[error(
        "the time of the run, {as_of}, is earlier than that of run {run}, {latest}: history cannot run backwards. Check \
         --as-of and the clocks. If run {run} had a wrong one: `segmentation-engine forget-clock {run}`"
    )]
    Backwards {
        as_of: String,
        /// The run with the later clock.
        run: RunId,
        latest: String,
    },
    /// The clock is behind a change by an admin or by `run-user`.
    #[error(
        "the time of the run, {as_of}, is earlier than a change at {latest}: history cannot run backwards. Check --as-of \
         and the clocks"
    )]
    BehindChange {
        as_of: String,
        /// The time of that change.
        latest: String,
    },
    /// The given clock is ahead of the database's.
    #[error("--as-of is in the future: the database's clock says {now}")]
    Ahead { now: String },
    /// Another run has taken over. Nothing may be written.
    #[error("run {run} lost its lease: another run has taken over")]
    Lost { run: RunId },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

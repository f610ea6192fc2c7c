//! Exit codes.

use std::process::ExitCode;

use persistence::{DatabaseError, runs::LeaseError, sync::runs::SyncLeaseError};
use segmentation_engine::{
    forget_clock::ForgetClockError,
    ingest::{csv::ImportError, host::PullError},
    run::RunError,
    sync::SyncError,
};

/// The arguments are invalid: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

pub(super) enum Outcome {
    Done,
    DoneWithErrors,
    Broken,
    /// Not now.
    TryLater,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::DoneWithErrors => Self::from(3),
            Outcome::Broken => Self::FAILURE,
            Outcome::TryLater => Self::from(75),
        }
    }
}

pub(super) fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.downcast_ref().is_some_and(DatabaseError::is_of_the_url) {
        return ExitCode::from(2);
    }
    match error.downcast_ref() {
        Some(PullError::Queries(_)) => return ExitCode::from(2),
        Some(PullError::Host(error)) if error.is_of_the_url() => return ExitCode::from(2),
        Some(PullError::Overtaken(_)) => return ExitCode::from(75),
        _ => {}
    }
    match error.downcast_ref() {
        Some(ForgetClockError::NotAhead { .. }) => return ExitCode::from(2),
        Some(ForgetClockError::Active) => return ExitCode::from(75),
        _ => {}
    }
    match error.downcast_ref() {
        Some(SyncError::NoSuchSegment(_)) => return ExitCode::from(2),
        Some(SyncError::Lease(SyncLeaseError::Active(_))) => return ExitCode::from(75),
        _ => {}
    }
    let is_usage = error.is::<Usage>() || matches!(error.downcast_ref(), Some(ImportError::StandardInputTwice));
    if is_usage {
        return ExitCode::from(2);
    }
    let refused = match error.downcast_ref() {
        Some(RunError::Stopped { .. }) => return ExitCode::from(75),
        Some(RunError::Lease(refused)) => Some(refused),
        _ => error.downcast_ref(),
    };
    match refused {
        Some(LeaseError::Active { .. }) => ExitCode::from(75),
        Some(LeaseError::Backwards { .. } | LeaseError::BehindChange { .. } | LeaseError::Ahead { .. }) => {
            ExitCode::from(2)
        }
        _ => ExitCode::FAILURE,
    }
}

//! What a run has done so far, and how it ended. Every write fails if the lease is lost.

use domain::{ids::RunId, run::RunState};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::json;

use super::{
    erasure,
    error::LeaseError,
    issues::Issues,
    lease::{LEASE, fenced},
};
use crate::{
    database::{Transaction, database_clock},
    entity::{enum_text::EnumText, segmentation_run as run},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub users_processed: u64,
    pub entered: u64,
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// Attempts whose certification is of no known provider, of all users. 0 until the run ends.
    pub attempts_without_provider: u64,
}

/// Renews the lease and stores the progress, in the transaction that makes it. Fails if the lease is lost.
pub async fn heartbeat(tx: &Transaction, id: RunId, progress: Progress) -> Result<(), LeaseError> {
    let now = database_clock(tx).await?;
    let update = with_progress(progress).col_expr(run::Column::LeaseUntil, Expr::value(now + LEASE));
    fenced(tx, id, update).await
}

pub async fn set_users_total(tx: &Transaction, id: RunId, users_total: u64) -> Result<(), LeaseError> {
    let update = run::Entity::update_many().col_expr(run::Column::UsersTotal, Expr::value(stored(users_total)));
    fenced(tx, id, update).await
}

pub async fn set_issues(tx: &Transaction, id: RunId, issues: &Issues) -> Result<(), LeaseError> {
    fenced(tx, id, with_issues(run::Entity::update_many(), issues)).await?;
    Ok(erasure::forget_erased(tx, id, issues).await?)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Succeeded,
    Failed(String),
    /// Ended early without a failure; the reason.
    Abandoned(String),
}

#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    pub progress: Progress,
    pub issues: &'a Issues,
    pub ending: Ending,
}

/// Fails if the lease is lost.
pub async fn finish(tx: &Transaction, id: RunId, outcome: &Outcome<'_>) -> Result<(), LeaseError> {
    let now = database_clock(tx).await?;
    let (state, failure) = match &outcome.ending {
        Ending::Succeeded => (RunState::Succeeded, None),
        Ending::Failed(why) => (RunState::Failed, Some(why.clone())),
        Ending::Abandoned(why) => (RunState::Abandoned, Some(why.clone())),
    };
    let update = with_progress(outcome.progress)
        .col_expr(run::Column::State, Expr::value(EnumText(state)))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Failure, Expr::value(failure));
    fenced(tx, id, with_issues(update, outcome.issues)).await?;
    Ok(erasure::forget_erased(tx, id, outcome.issues).await?)
}

fn with_issues(update: sea_orm::UpdateMany<run::Entity>, issues: &Issues) -> sea_orm::UpdateMany<run::Entity> {
    update
        .col_expr(run::Column::Issues, Expr::value(json!(issues.listed())))
        .col_expr(run::Column::IssueCount, Expr::value(stored(issues.count())))
}

fn with_progress(progress: Progress) -> sea_orm::UpdateMany<run::Entity> {
    run::Entity::update_many()
        .col_expr(run::Column::UsersProcessed, Expr::value(stored(progress.users_processed)))
        .col_expr(run::Column::SegmentsCreated, Expr::value(stored(progress.entered)))
        .col_expr(run::Column::SegmentsRemoved, Expr::value(stored(progress.left)))
        .col_expr(run::Column::UnknownPlans, Expr::value(stored(progress.unknown_plans)))
        .col_expr(run::Column::AttemptsWithoutProvider, Expr::value(stored(progress.attempts_without_provider)))
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

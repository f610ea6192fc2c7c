//! What a run keeps to, what it could not do, and how it ended. Every write fails once another run has taken over.

use domain::{ids::RunId, run::RunState};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, UpdateMany, sea_query::Expr};
use serde_json::{Value as Json, json};

use super::{
    erasure,
    error::LeaseError,
    fence::{LEASE, fenced},
    issues::{Issues, StoredIssues},
    segments,
    shards::{self, stored, with_sums},
};
use crate::{
    database::{Transaction, backend::Backend, database_clock, json_rows::statement, values::from_json},
    entity::{enum_text::EnumText, segmentation_run as run},
    webhooks::outbox,
};

/// Stores what all engines of the run keep to, and how many users a full run evaluates. Renews the lease of the run itself: nobody
/// has a shard yet. Fails if another run has taken over.
pub async fn set_plan(tx: &Transaction, id: RunId, plan: &Json, users_total: Option<u64>) -> Result<(), LeaseError> {
    let until = database_clock(tx).await? + LEASE;
    let mut update = run::Entity::update_many()
        .col_expr(run::Column::LeaseUntil, Expr::value(until))
        .col_expr(run::Column::Plan, Expr::value(Some(plan.clone())));
    if let Some(users_total) = users_total {
        update = update.col_expr(run::Column::UsersTotal, Expr::value(stored(users_total)));
    }
    fenced(tx, id, update).await
}

/// Adds issues to those of the run, each once: an engine that takes a shard over meets them again.
pub async fn add_issues(tx: &Transaction, id: RunId, found: &Issues) -> Result<(), LeaseError> {
    let stored = locked_issues(tx, id).await?;
    fenced(tx, id, with_issues(run::Entity::update_many(), &stored.with(found))).await?;
    Ok(erasure::forget_erased(tx, id, found).await?)
}

/// Until the end of the transaction nobody else stores issues of the run.
async fn locked_issues(tx: &Transaction, id: RunId) -> Result<StoredIssues, DbErr> {
    let lock = match Backend::of(tx) {
        Backend::Postgres => "FOR NO KEY UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!("SELECT issues, issue_count FROM segmentation_run WHERE id = $1 {lock}");
    let row = tx.query_one_raw(statement(tx, sql, [id.0.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the run".into()))?;
    Ok(StoredIssues {
        listed: from_json(row.try_get_by_index(0)?, "issues of a run")?,
        count: row.try_get_by_index::<i64>(1)?.unsigned_abs(),
    })
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
    /// Attempts whose certification is of no known provider, of all users.
    pub attempts_without_provider: u64,
    /// Found and not stored yet.
    pub issues: &'a Issues,
    pub ending: Ending,
}

/// Ends the run with the sums of its shards. Fails if another run has taken over.
pub async fn finish(tx: &Transaction, id: RunId, outcome: &Outcome<'_>) -> Result<(), LeaseError> {
    let now = database_clock(tx).await?;
    let (state, failure) = match &outcome.ending {
        Ending::Succeeded => (RunState::Succeeded, None),
        Ending::Failed(why) => (RunState::Failed, Some(why.clone())),
        Ending::Abandoned(why) => (RunState::Abandoned, Some(why.clone())),
    };
    shards::end(tx, id).await?;
    let mut update = with_sums(run::Entity::update_many(), &shards::sum(tx, id).await?)
        .col_expr(run::Column::AttemptsWithoutProvider, Expr::value(stored(outcome.attempts_without_provider)))
        .col_expr(run::Column::State, Expr::value(EnumText(state)))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        // One that ends with a lease that ran out was taken over.
        .col_expr(run::Column::LeaseUntil, Expr::value(now + LEASE))
        .col_expr(run::Column::Failure, Expr::value(failure));
    if !outcome.issues.is_empty() {
        update = with_issues(update, &locked_issues(tx, id).await?.with(outcome.issues));
    }
    fenced(tx, id, update).await?;
    segments::keep(tx, id).await?;
    if state == RunState::Failed {
        outbox::put_failed_run(tx, id, now).await?;
    }
    Ok(erasure::forget_erased(tx, id, outcome.issues).await?)
}

fn with_issues(update: UpdateMany<run::Entity>, issues: &StoredIssues) -> UpdateMany<run::Entity> {
    update
        .col_expr(run::Column::Issues, Expr::value(json!(issues.listed)))
        .col_expr(run::Column::IssueCount, Expr::value(stored(issues.count)))
}

//! Clocks of runs: history does not run backwards, and a clock that was wrong can be taken back.

use domain::{
    ids::RunId,
    instant::{CLOCKS_APART, Instant},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::error::LeaseError;
use crate::{
    database::{DefinitionTx, Transaction, json_rows::statement},
    entity::segmentation_run as run,
};

/// Refuses a clock that is behind that of an earlier run. Failed and abandoned runs count, since they too have written
/// history.
pub async fn refuse_backwards(connection: &impl ConnectionTrait, as_of: Instant) -> Result<(), LeaseError> {
    let latest = run::Entity::find().order_by_desc(run::Column::AsOf).order_by_desc(run::Column::Id);
    match latest.limit(1).one(connection).await? {
        Some(latest) if latest.as_of > as_of => Err(LeaseError::Backwards {
            as_of: domain::instant::format_instant(as_of),
            run: RunId(latest.id),
            latest: domain::instant::format_instant(latest.as_of),
        }),
        _ => Ok(()),
    }
}

/// The clock, or that of the latest run if it is slightly ahead and the clock was not given.
pub(super) async fn after_runs(tx: &Transaction, as_of: Instant, is_given: bool) -> Result<Instant, LeaseError> {
    let after_runs = not_before_runs(tx, as_of).await?;
    if is_given || after_runs > as_of + CLOCKS_APART {
        refuse_backwards(tx, as_of).await?;
    }
    Ok(after_runs)
}

/// The clock, or the time of the latest change if it is slightly ahead. A larger difference is an error.
pub(super) async fn after_changes(tx: &Transaction, as_of: Instant) -> Result<Instant, LeaseError> {
    let sql = "SELECT max(counted_at) FROM segment_count";
    let latest: Option<Instant> = match tx.query_one_raw(statement(tx, sql, [])).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    match latest {
        Some(latest) if latest > as_of + CLOCKS_APART => Err(LeaseError::BehindChange {
            as_of: domain::instant::format_instant(as_of),
            latest: domain::instant::format_instant(latest),
        }),
        Some(latest) => Ok(latest.max(as_of)),
        None => Ok(as_of),
    }
}

/// The instant, or the clock of the latest run if that is later, so that no change is recorded before a run that
/// preceded it.
pub async fn not_before_runs(connection: &impl ConnectionTrait, instant: Instant) -> Result<Instant, DbErr> {
    let latest = run::Entity::find().order_by_desc(run::Column::AsOf).limit(1).one(connection).await?;
    Ok(latest.map_or(instant, |latest| latest.as_of.max(instant)))
}

/// The latest clock of a run up to an instant.
pub async fn latest_clock(connection: &impl ConnectionTrait, until: Instant) -> Result<Option<Instant>, DbErr> {
    let runs = run::Entity::find().filter(run::Column::AsOf.lte(until)).order_by_desc(run::Column::AsOf);
    Ok(runs.limit(1).one(connection).await?.map(|run| run.as_of))
}

pub async fn set_clock(tx: &DefinitionTx, id: RunId, as_of: Instant) -> Result<(), DbErr> {
    run::Entity::update_many()
        .col_expr(run::Column::AsOf, Expr::value(as_of))
        .filter(run::Column::Id.eq(id.0))
        .exec(tx)
        .await
        .map(|_| ())
}

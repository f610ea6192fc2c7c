//! How a change of definitions begins.

use domain::{period::Moment, shard::Shard};
use persistence::{Database, DbErr, DefinitionTx, runs};

/// Begins a change whose members follow at a moment, or at the clock of the latest run if that is later: a run may have begun since
/// the moment was read, and what it has written is not undone by an earlier clock.
pub(super) async fn begin_change(
    database: &Database,
    shard: Shard,
    moment: Moment,
) -> Result<(DefinitionTx, Moment), DbErr> {
    let tx = database.begin_definition_change(shard).await?;
    let now = runs::not_before_runs(&tx, moment.now).await?;
    Ok((tx, Moment { now, ..moment }))
}

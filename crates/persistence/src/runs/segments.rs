//! What runs did in each segment. A run that is running has it in its shards; its end keeps the sums.

use std::collections::BTreeMap;

use domain::ids::{RunId, SegmentId};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::shards::{self, SegmentChanges, ShardProgress, stored};
use crate::database::{
    Transaction,
    json_rows::{Type, parameter, rows, statement},
};

/// Of all segments with changes, as evaluated so far.
pub async fn of_run(
    connection: &impl ConnectionTrait,
    run: RunId,
) -> Result<BTreeMap<SegmentId, SegmentChanges>, DbErr> {
    let sql = "SELECT segment_id, entries, exits FROM run_segment WHERE run_id = $1";
    let kept = connection.query_all_raw(statement(connection, sql, [run.0.into()])).await?;
    if kept.is_empty() {
        return in_shards(connection, run).await;
    }
    let read = kept.iter().map(|row| {
        let count = |place| row.try_get_by_index::<i64>(place).map(i64::unsigned_abs);
        Ok((SegmentId(row.try_get_by_index(0)?), SegmentChanges { enter: count(1)?, leave: count(2)? }))
    });
    read.collect()
}

/// Keeps them of a run that ends.
pub(super) async fn keep(tx: &Transaction, run: RunId) -> Result<(), DbErr> {
    let changes = in_shards(tx, run).await?;
    if changes.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO run_segment (run_id, segment_id, entries, exits) SELECT $2, segment_id, entries, exits \
         FROM ({rows}) AS input WHERE true ON CONFLICT (run_id, segment_id) DO NOTHING",
        rows = rows(tx, &[("segment_id", Type::Small), ("entries", Type::Integer), ("exits", Type::Integer)])
    );
    let changes = changes
        .iter()
        .map(|(segment, SegmentChanges { enter, leave })| json!([segment, stored(*enter), stored(*leave)]));
    tx.execute_raw(statement(tx, sql, [parameter(changes), run.0.into()])).await.map(|_| ())
}

async fn in_shards(
    connection: &impl ConnectionTrait,
    run: RunId,
) -> Result<BTreeMap<SegmentId, SegmentChanges>, DbErr> {
    let shards = shards::all(connection, run).await?;
    Ok(shards.iter().fold(ShardProgress::default(), |sum, shard| sum.plus(&shard.progress)).changes)
}

//! Segments that an admin has starred.

use std::collections::BTreeSet;

use domain::ids::SegmentId;
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::{MembershipTx, json_rows::statement};

pub async fn set(tx: &MembershipTx, actor: &str, segment: SegmentId, is_starred: bool) -> Result<(), DbErr> {
    let sql = match is_starred {
        true => "INSERT INTO segment_star (actor, segment_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        false => "DELETE FROM segment_star WHERE actor = $1 AND segment_id = $2",
    };
    tx.execute_raw(statement(tx, sql, [actor.into(), segment.0.into()])).await.map(|_| ())
}

pub async fn of_actor(connection: &impl ConnectionTrait, actor: &str) -> Result<BTreeSet<SegmentId>, DbErr> {
    let sql = "SELECT segment_id FROM segment_star WHERE actor = $1";
    let rows = connection.query_all_raw(statement(connection, sql, [actor.into()])).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map(SegmentId)).collect()
}

pub(super) async fn forget(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<(), DbErr> {
    let sql = "DELETE FROM segment_star WHERE segment_id = $1";
    connection.execute_raw(statement(connection, sql, [segment.0.into()])).await.map(|_| ())
}

//! Tags of segments, which all admins share.

use std::collections::BTreeMap;

use domain::{ids::SegmentId, text::fold};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::{
    MembershipTx,
    json_rows::{Type, parameter, rows, statement},
};

/// Replaces the tags of a segment. They differ in more than case.
pub async fn set(tx: &MembershipTx, segment: SegmentId, tags: &[String]) -> Result<(), DbErr> {
    forget(tx, segment).await?;
    let sql = format!(
        "INSERT INTO segment_tag (segment_id, tag_folded, tag) SELECT $2, tag_folded, tag FROM ({rows}) AS input",
        rows = rows(tx, &[("tag_folded", Type::Text), ("tag", Type::Text)])
    );
    let tags = parameter(tags.iter().map(|tag| json!([fold(tag), tag])));
    tx.execute_raw(statement(tx, sql, [tags, segment.0.into()])).await.map(|_| ())
}

/// Those of every segment that has any, in alphabetical order.
pub async fn all(connection: &impl ConnectionTrait) -> Result<BTreeMap<SegmentId, Vec<String>>, DbErr> {
    let sql = "SELECT segment_id, tag FROM segment_tag ORDER BY segment_id, tag_folded";
    let mut tags: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in connection.query_all_raw(statement(connection, sql, [])).await? {
        tags.entry(SegmentId(row.try_get_by_index(0)?)).or_default().push(row.try_get_by_index(1)?);
    }
    Ok(tags)
}

/// Those of one segment, in alphabetical order.
pub async fn of_segment(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT tag FROM segment_tag WHERE segment_id = $1 ORDER BY tag_folded";
    let rows = connection.query_all_raw(statement(connection, sql, [segment.0.into()])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

pub(super) async fn forget(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<(), DbErr> {
    let sql = "DELETE FROM segment_tag WHERE segment_id = $1";
    connection.execute_raw(statement(connection, sql, [segment.0.into()])).await.map(|_| ())
}

//! The segments that a report is about, and when their history begins.

use std::collections::HashMap;

use domain::{
    ids::SegmentId,
    instant::Instant,
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    database::json_rows::statement,
    segments::{self, StoredSegment},
};

/// A segment as reports see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub id: SegmentId,
    pub key: SegmentKey,
    /// Nothing is known of members before it. `None` if nothing is known at all.
    pub history_from: Option<Instant>,
    pub is_active: bool,
    pub health: SegmentHealth,
}

/// The segments with these keys, in their order. `None` stands for one that does not exist.
pub async fn find(connection: &impl ConnectionTrait, keys: &[SegmentKey]) -> Result<Vec<Option<Chosen>>, DbErr> {
    let begins = ledger_begins(connection).await?;
    let stored = segments::all(connection).await?;
    let mut by_key: HashMap<_, _> = stored.into_iter().map(|segment| (segment.key.clone(), segment)).collect();
    Ok(keys.iter().map(|key| by_key.remove(key).map(|segment| chosen(segment, begins))).collect())
}

fn chosen(segment: StoredSegment, ledger_begins: Option<Instant>) -> Chosen {
    let history_from = match segment.key.kind {
        SegmentType::Custom => ledger_begins.map(|begins| begins.max(segment.created_at)),
        SegmentType::Plan | SegmentType::Lifecycle | SegmentType::Behavior | SegmentType::Certification => {
            ledger_begins
        }
    };
    let StoredSegment { id, key, is_active, health, .. } = segment;
    Chosen { id, key, history_from, is_active, health }
}

/// The first instant of the ledger.
pub async fn ledger_begins(connection: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    let row = connection.query_one_raw(statement(connection, "SELECT min(at) FROM segment_flow", [])).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

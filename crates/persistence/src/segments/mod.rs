//! Segments: ids, states and stored counts. Their rules are in the domain's catalogue, or in
//! [`custom`].

pub mod custom;
pub mod stars;
pub mod tags;

use std::{
    collections::{BTreeMap, HashMap},
    ops::Deref,
};

use domain::{
    ids::SegmentId,
    instant::{Clock, Instant, SystemClock},
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
    system_segments::catalogue,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QueryResult,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use crate::{
    database::{
        DefinitionTx, MembershipTx, Transaction,
        backend::{Backend, Inserts},
        json_rows::{Type, parameter, rows, statement},
        values::from_json,
    },
    entity::segment,
    membership::ledger::{self, ChangeContext},
    sync, webhooks,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSegment {
    pub id: SegmentId,
    pub key: SegmentKey,
    pub is_active: bool,
    /// Nobody enters it and nothing refers to it from then on. If the deletion was cut off, it has to be repeated.
    pub is_being_deleted: bool,
    pub health: SegmentHealth,
    /// If set, an incremental run need not evaluate everyone.
    pub settled: Option<Settled>,
    /// The clock of the last run that did not hold the segment back.
    pub followed_at: Option<Instant>,
    pub created_at: Instant,
}

/// A segment with the sum of the counts of all shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedSegment {
    pub segment: StoredSegment,
    pub member_count: i64,
    /// The time of the latest change of its members.
    pub counted_at: Option<Instant>,
}

impl Deref for CountedSegment {
    type Target = StoredSegment;

    fn deref(&self) -> &StoredSegment {
        &self.segment
    }
}

/// When, and by which rule, a run last evaluated every user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub at: Instant,
    /// Identifies a rule; made by the engine.
    pub rule: String,
}

const COUNTED: &str = "\
    SELECT segment.*, coalesce(counted.members, 0) AS member_count, counted.at AS counted_at FROM segment \
    LEFT JOIN (SELECT segment_id, CAST(sum(member_count) AS bigint) AS members, max(counted_at) AS at \
    FROM segment_count GROUP BY segment_id) AS counted ON counted.segment_id = segment.id";

/// In the order of their ids: system segments first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredSegment>, DbErr> {
    let rows = segment::Entity::find().order_by_asc(segment::Column::Id).all(connection).await?;
    rows.into_iter().map(StoredSegment::try_from).collect()
}

pub async fn find(connection: &impl ConnectionTrait, key: &SegmentKey) -> Result<Option<StoredSegment>, DbErr> {
    let with_key = segment::Entity::find()
        .filter(segment::Column::SegmentType.eq(key.kind.name()))
        .filter(segment::Column::SegmentValue.eq(&key.value));
    with_key.one(connection).await?.map(StoredSegment::try_from).transpose()
}

pub async fn key(connection: &impl ConnectionTrait, id: SegmentId) -> Result<Option<SegmentKey>, DbErr> {
    let found = segment::Entity::find_by_id(id.0).one(connection).await?;
    Ok(found.map(StoredSegment::try_from).transpose()?.map(|segment| segment.key))
}

/// In the order of their ids: system segments first.
pub async fn all_counted(connection: &impl ConnectionTrait) -> Result<Vec<CountedSegment>, DbErr> {
    let sql = format!("{COUNTED} ORDER BY segment.id");
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(counted_segment).collect()
}

pub async fn find_counted(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<Option<CountedSegment>, DbErr> {
    let sql = format!("{COUNTED} WHERE segment.segment_type = $1 AND segment.segment_value = $2");
    let values = [key.kind.name().into(), key.value.clone().into()];
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    row.as_ref().map(counted_segment).transpose()
}

pub(crate) async fn insert(tx: &DefinitionTx, key: &SegmentKey, now: Instant) -> Result<SegmentId, DbErr> {
    let row = segment::ActiveModel {
        segment_type: Set(key.kind.name().into()),
        segment_value: Set(key.value.clone()),
        is_active: Set(true),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(SegmentId(segment::Entity::insert(row).exec(tx).await?.last_insert_id))
}

/// The version of every active segment; 0 for system segments.
pub async fn versions(connection: &impl ConnectionTrait) -> Result<HashMap<SegmentId, i32>, DbErr> {
    let sql = "SELECT segment.id, coalesce(custom_segment.version, 0) FROM segment \
               LEFT JOIN custom_segment ON custom_segment.segment_id = segment.id WHERE segment.is_active";
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(|row| Ok((SegmentId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// Ends the memberships of a segment in the shard, each with a leave in the ledger, and deletes what else the shard has about the
/// segment. Returns how many members left.
pub async fn empty(tx: &DefinitionTx, id: SegmentId, context: &ChangeContext) -> Result<u64, DbErr> {
    let left = ledger::append_leave_of_all(tx, id, context).await?;
    for table in ["user_segment", "segment_count", "segment_override"] {
        let in_shard = Backend::of(tx).in_shard(table);
        let sql = format!("DELETE FROM {table} WHERE segment_id = $1 AND {in_shard}");
        tx.execute_raw(tx.statement(sql, [id.0.into()])).await?;
    }
    Ok(left)
}

/// Deletes a segment of which every shard is [empty](empty()).
pub async fn delete(tx: &DefinitionTx, id: SegmentId, key: &SegmentKey) -> Result<(), DbErr> {
    if tx.inserts() == Inserts::Citus {
        // An override that came since its shard was emptied. Elsewhere a key does this.
        let sql = "DELETE FROM segment_override WHERE segment_id = $1";
        tx.execute_raw(statement(tx, sql, [id.0.into()])).await?;
    }
    segment::Entity::delete_by_id(id.0).exec(tx).await?;
    tags::forget(tx, id).await?;
    stars::forget(tx, id).await?;
    webhooks::endpoints::forget_segment(tx, key).await?;
    sync::segments::begin_removal(tx, id).await
}

/// Members do not follow, here or in segments that refer to this one.
pub async fn set_active(tx: &DefinitionTx, id: SegmentId, is_active: bool) -> Result<(), DbErr> {
    segment::Entity::update_many()
        .col_expr(segment::Column::IsActive, Expr::value(is_active))
        .col_expr(segment::Column::SettledRule, Expr::value(None::<String>))
        .filter(segment::Column::Id.eq(id.0))
        .exec(tx)
        .await
        .map(|_| ())
}

/// Makes a segment inactive, of which the shards are [emptied](empty()) next.
pub async fn begin_deletion(tx: &DefinitionTx, id: SegmentId) -> Result<(), DbErr> {
    set_active(tx, id, false).await?;
    segment::Entity::update_many()
        .col_expr(segment::Column::IsBeingDeleted, Expr::value(true))
        .filter(segment::Column::Id.eq(id.0))
        .exec(tx)
        .await
        .map(|_| ())
}

/// What a run has done for a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    pub segment: SegmentId,
    /// Identifies the rule; made by the engine.
    pub rule: String,
    pub is_held_back: bool,
}

/// Stores that a run has evaluated every user, by these rules.
pub async fn settle(tx: &MembershipTx, segments: &[Settling], at: Instant) -> Result<(), DbErr> {
    let sql = format!(
        "UPDATE segment SET followed_at = CASE WHEN input.is_held_back = 0 THEN $2 ELSE coalesce(followed_at, settled_at) END, \
         settled_at = $2, settled_rule = input.rule FROM ({rows}) AS input WHERE segment.id = input.segment_id",
        rows = rows(tx, &[("segment_id", Type::Small), ("rule", Type::Text), ("is_held_back", Type::Small)])
    );
    let rules = parameter(
        segments
            .iter()
            .map(|Settling { segment, rule, is_held_back }| json!([segment, rule, i32::from(*is_held_back)])),
    );
    tx.execute_raw(statement(tx, sql, [rules, at.into()])).await.map(|_| ())
}

/// Makes the next run evaluate everyone. Writes only if something changes.
pub async fn unsettle(tx: &MembershipTx, id: SegmentId) -> Result<(), DbErr> {
    segment::Entity::update_many()
        .col_expr(segment::Column::SettledRule, Expr::value(None::<String>))
        .filter(segment::Column::Id.eq(id.0))
        .filter(segment::Column::SettledRule.is_not_null())
        .exec(tx)
        .await
        .map(|_| ())
}

/// Unsettles the segments that were settled after an instant, so that the next run evaluates everyone.
pub async fn forget_future(tx: &DefinitionTx, after: Instant, to: Instant) -> Result<(), DbErr> {
    segment::Entity::update_many()
        .col_expr(segment::Column::SettledAt, Expr::value(to))
        .col_expr(segment::Column::SettledRule, Expr::value(None::<String>))
        .filter(segment::Column::SettledAt.gt(after))
        .exec(tx)
        .await?;
    segment::Entity::update_many()
        .col_expr(segment::Column::FollowedAt, Expr::value(to))
        .filter(segment::Column::FollowedAt.gt(after))
        .exec(tx)
        .await?;
    let sql = "UPDATE segment_count SET counted_at = $2 WHERE counted_at > $1";
    tx.execute_raw(statement(tx, sql, [after.into(), to.into()])).await.map(|_| ())
}

/// Writes only if something changes.
pub async fn set_health(tx: &MembershipTx, id: SegmentId, health: &SegmentHealth) -> Result<(), DbErr> {
    let health = json!(health);
    segment::Entity::update_many()
        .col_expr(segment::Column::Health, Expr::value(health.clone()))
        .filter(segment::Column::Id.eq(id.0))
        .filter(segment::Column::Health.ne(health))
        .exec(tx)
        .await
        .map(|_| ())
}

pub(crate) async fn add_to_counts(
    tx: &MembershipTx,
    changes: &BTreeMap<SegmentId, i64>,
    at: Instant,
) -> Result<(), DbErr> {
    if changes.is_empty() {
        return Ok(());
    }
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    // In a fixed order, so that concurrent writers cannot deadlock. A change may be dated before the last one.
    let sql = format!(
        "INSERT INTO segment_count (segment_id, member_count, counted_at, membership_version{and_shard}) \
         SELECT segment_id, added, $2, 1{and_value} FROM {home}({rows}) AS input WHERE {is_home} ORDER BY segment_id \
         ON CONFLICT (segment_id{and_shard}) DO UPDATE \
         SET member_count = segment_count.member_count + excluded.member_count, \
         membership_version = segment_count.membership_version + 1, \
         counted_at = CASE WHEN excluded.counted_at > segment_count.counted_at THEN excluded.counted_at \
         ELSE segment_count.counted_at END",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &[("segment_id", Type::Small), ("added", Type::Integer)])
    );
    let changes = parameter(changes.iter().map(|(segment, added)| json!([segment, added])));
    tx.execute_raw(tx.statement(sql, [changes, at.into()])).await.map(|_| ())
}

pub(crate) async fn catalogue_is_stored(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let stored = segment::Entity::find()
        .filter(segment::Column::SegmentType.ne(SegmentType::Custom.name()))
        .count(connection)
        .await?;
    Ok(stored == catalogue().len() as u64)
}

/// Inserts the system segments that are missing.
pub(crate) async fn store_catalogue(tx: &Transaction) -> Result<(), DbErr> {
    let now = SystemClock.now();
    let rows = catalogue().iter().map(|system| segment::ActiveModel {
        id: Set(system.id.0),
        segment_type: Set(system.key.kind.name().into()),
        segment_value: Set(system.key.value.clone()),
        is_active: Set(true),
        created_at: Set(now),
        ..Default::default()
    });
    let insert =
        segment::Entity::insert_many(rows).on_conflict(OnConflict::column(segment::Column::Id).do_nothing().to_owned());
    insert.exec_without_returning(tx).await.map(|_| ())
}

/// Of a row of [`COUNTED`].
fn counted_segment(row: &QueryResult) -> Result<CountedSegment, DbErr> {
    Ok(CountedSegment {
        segment: segment::Model::from_query_result(row, "")?.try_into()?,
        member_count: row.try_get("", "member_count")?,
        counted_at: row.try_get("", "counted_at")?,
    })
}

impl TryFrom<segment::Model> for StoredSegment {
    type Error = DbErr;

    fn try_from(row: segment::Model) -> Result<Self, DbErr> {
        let kind = SegmentType::from_name(&row.segment_type)
            .ok_or_else(|| DbErr::Type(format!("segment {} has an unknown type", row.id)))?;
        Ok(Self {
            id: SegmentId(row.id),
            key: SegmentKey::new(kind, row.segment_value),
            is_active: row.is_active,
            is_being_deleted: row.is_being_deleted,
            health: from_json(row.health, "health of a segment")?,
            settled: row.settled_at.zip(row.settled_rule).map(|(at, rule)| Settled { at, rule }),
            followed_at: row.followed_at,
            created_at: row.created_at,
        })
    }
}

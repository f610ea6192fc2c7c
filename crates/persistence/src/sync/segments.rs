//! Which segments are synced, and how far each is.

use std::collections::HashMap;

use domain::{
    ids::SegmentId,
    instant::Instant,
    mail::{Extras, SyncState},
    segment::{SegmentKey, SegmentType},
};
use sea_orm::{
    ActiveValue::{self, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Iterable, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use super::members;
use crate::{
    database::{
        Transaction,
        backend::Backend,
        json_rows::{Type, parameter, rows, statement},
    },
    entity::{enum_text::EnumText, segment_sync as sync},
};

/// A segment keeps them for as long as it is synced.
const KEY: [&str; 3] = ["segment_id", "segment_type", "segment_value"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSync {
    pub segment: SegmentId,
    pub key: SegmentKey,
    pub state: SyncState,
    pub remote_id: Option<String>,
    /// Whether a call of ours that makes the remote segment may have been sent.
    pub is_being_made: bool,
    pub made_here: bool,
    pub remote_name: Option<String>,
    pub extras: Extras,
    /// The version of the members that the last complete sync planned from.
    pub seen_version: i64,
    /// The rule of that time.
    pub seen_rule: Option<String>,
    /// Contacts that we put there and the last full sync did not find.
    pub missing: u64,
    /// Contacts that the last full sync found and we did not put there.
    pub extra: u64,
    /// How many a sync would have taken out, and of how many.
    pub held_up: Option<(u64, u64)>,
    pub synced_at: Option<Instant>,
    pub full_at: Option<Instant>,
    pub failure: Option<String>,
    pub changed_by: String,
    pub changed_at: Instant,
}

impl StoredSync {
    /// Whether there is something to remove at the mail service, or may be.
    pub fn may_have_remote(&self) -> bool {
        self.remote_id.is_some() || self.is_being_made
    }
}

/// In the order of segments.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredSync>, DbErr> {
    let rows = sync::Entity::find().order_by_asc(sync::Column::SegmentId).all(connection).await?;
    rows.into_iter().map(StoredSync::try_from).collect()
}

pub async fn find(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Option<StoredSync>, DbErr> {
    sync::Entity::find_by_id(segment.0).one(connection).await?.map(StoredSync::try_from).transpose()
}

/// For an admin's decision: until the end of the transaction no sync changes the row.
pub async fn find_to_decide(tx: &Transaction, segment: SegmentId) -> Result<Option<StoredSync>, DbErr> {
    let found = sync::Entity::find_by_id(segment.0);
    let found = match Backend::of(tx) {
        Backend::Sqlite => found,
        Backend::Postgres => found.lock_exclusive(),
    };
    found.one(tx).await?.map(StoredSync::try_from).transpose()
}

/// Writes all of it, as an admin has decided.
pub async fn put(tx: &Transaction, new: &StoredSync) -> Result<(), DbErr> {
    let columns = sync::Column::iter().filter(|column| !KEY.contains(&column.as_str()));
    sync::Entity::insert(row(new))
        .on_conflict(OnConflict::column(sync::Column::SegmentId).update_columns(columns).to_owned())
        .exec_without_returning(tx)
        .await
        .map(|_| ())
}

/// Writes what a sync finds out, and nothing that an admin decides: an admin may have decided otherwise since it was read. Returns
/// `false` if the segment is not synced any more.
pub async fn note(tx: &Transaction, new: &StoredSync) -> Result<bool, DbErr> {
    use ActiveValue::NotSet;
    let noted = sync::ActiveModel {
        segment_id: NotSet,
        segment_type: NotSet,
        segment_value: NotSet,
        state: NotSet,
        extras: NotSet,
        changed_by: NotSet,
        changed_at: NotSet,
        ..row(new)
    };
    let noted =
        sync::Entity::update_many().set(noted).filter(sync::Column::SegmentId.eq(new.segment.0)).exec(tx).await?;
    Ok(noted.rows_affected > 0)
}

/// What a complete sync of a segment planned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub segment: SegmentId,
    /// The version of the members and the rule, if all members were compared.
    pub planned: Option<(i64, String)>,
}

/// Notes that segments are synced, in one statement: with a hundred of them, one for each would take longer than all the rest of a
/// sync that has nothing to do.
pub async fn note_synced(tx: &Transaction, seen: &[Seen], now: Instant, is_full: bool) -> Result<(), DbErr> {
    if seen.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "UPDATE segment_sync SET seen_version = coalesce(input.seen_version, segment_sync.seen_version), \
         seen_rule = coalesce(input.seen_rule, segment_sync.seen_rule), \
         synced_at = $2, full_at = coalesce($3, full_at), failure = NULL \
         FROM ({input}) AS input WHERE segment_sync.segment_id = input.segment_id",
        input = rows(tx, &[("segment_id", Type::Small), ("seen_version", Type::Integer), ("seen_rule", Type::Text)])
    );
    let seen = seen.iter().map(|seen| {
        let (version, rule) = seen.planned.clone().unzip();
        json!([seen.segment, version, rule])
    });
    let values = [parameter(seen), now.into(), is_full.then_some(now).into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// The next sync compares all members.
pub async fn forget_version(tx: &Transaction, segment: SegmentId) -> Result<(), DbErr> {
    sync::Entity::update_many()
        .col_expr(sync::Column::SeenVersion, Expr::value(-1_i64))
        .filter(sync::Column::SegmentId.eq(segment.0))
        .exec(tx)
        .await
        .map(|_| ())
}

/// Its remote segment was deleted at the mail service. An admin may have switched it off meanwhile.
pub async fn set_gone(tx: &Transaction, segment: SegmentId) -> Result<(), DbErr> {
    sync::Entity::update_many()
        .col_expr(sync::Column::State, Expr::value(EnumText(SyncState::Gone)))
        .filter(sync::Column::SegmentId.eq(segment.0))
        .filter(sync::Column::State.is_in([EnumText(SyncState::On), EnumText(SyncState::Paused)]))
        .exec(tx)
        .await
        .map(|_| ())
}

/// Whether there is something to remove at the mail service, or may be.
pub async fn may_have_remote(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<bool, DbErr> {
    Ok(find(connection, segment).await?.is_some_and(|sync| sync.may_have_remote()))
}

/// The segment is deleted. The next sync removes its remote segment, if it may have one.
pub(crate) async fn begin_removal(tx: &Transaction, segment: SegmentId) -> Result<(), DbErr> {
    let Some(sync) = find_to_decide(tx, segment).await? else { return Ok(()) };
    if sync.may_have_remote() {
        return put(tx, &StoredSync { state: SyncState::Removing, ..sync }).await;
    }
    members::segment_left(tx, segment).await?;
    delete(tx, segment).await
}

/// Once the removal at the mail service is done.
pub async fn delete(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<(), DbErr> {
    sync::Entity::delete_by_id(segment.0).exec(connection).await.map(|_| ())
}

/// How often the members of each segment changed.
pub async fn versions(connection: &impl ConnectionTrait) -> Result<HashMap<SegmentId, i64>, DbErr> {
    let sql = "SELECT segment_id, CAST(sum(membership_version) AS bigint) FROM segment_count GROUP BY segment_id";
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(|row| Ok((SegmentId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

fn row(new: &StoredSync) -> sync::ActiveModel {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    sync::ActiveModel {
        segment_id: Set(new.segment.0),
        segment_type: Set(new.key.kind.name().into()),
        segment_value: Set(new.key.value.clone()),
        state: Set(EnumText(new.state)),
        remote_id: Set(new.remote_id.clone()),
        is_being_made: Set(new.is_being_made),
        made_here: Set(new.made_here),
        remote_name: Set(new.remote_name.clone()),
        extras: Set(EnumText(new.extras)),
        seen_version: Set(new.seen_version),
        seen_rule: Set(new.seen_rule.clone()),
        missing: Set(signed(new.missing)),
        extra: Set(signed(new.extra)),
        held_up_leaving: Set(new.held_up.map(|(leaving, _)| signed(leaving))),
        held_up_delivered: Set(new.held_up.map(|(_, delivered)| signed(delivered))),
        synced_at: Set(new.synced_at),
        full_at: Set(new.full_at),
        failure: Set(new.failure.clone()),
        changed_by: Set(new.changed_by.clone()),
        changed_at: Set(new.changed_at),
    }
}

impl TryFrom<sync::Model> for StoredSync {
    type Error = DbErr;

    fn try_from(row: sync::Model) -> Result<Self, DbErr> {
        let kind = SegmentType::from_name(&row.segment_type)
            .ok_or_else(|| DbErr::Type(format!("synced segment {} has an unknown type", row.segment_id)))?;
        let held_up = row.held_up_leaving.zip(row.held_up_delivered);
        Ok(Self {
            segment: SegmentId(row.segment_id),
            key: SegmentKey::new(kind, row.segment_value),
            state: row.state.0,
            remote_id: row.remote_id,
            is_being_made: row.is_being_made,
            made_here: row.made_here,
            remote_name: row.remote_name,
            extras: row.extras.0,
            seen_version: row.seen_version,
            seen_rule: row.seen_rule,
            missing: row.missing.unsigned_abs(),
            extra: row.extra.unsigned_abs(),
            held_up: held_up.map(|(leaving, delivered)| (leaving.unsigned_abs(), delivered.unsigned_abs())),
            synced_at: row.synced_at,
            full_at: row.full_at,
            failure: row.failure,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

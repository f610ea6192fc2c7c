//! The memberships and overrides of one user.

use domain::{
    ids::UserNo,
    instant::Instant,
    overrides::OverrideKind,
    segment::{SegmentKey, SegmentType},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::{
    database::{backend::Backend, json_rows::statement_in},
    entity::enum_text::EnumText,
    membership::overrides,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    pub segment: SegmentKey,
    /// Only of a custom segment. The domain's catalogue has the names of the others.
    pub custom_name: Option<String>,
    pub added_at: Instant,
}

/// An override in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveOverride {
    pub segment: SegmentKey,
    pub kind: OverrideKind,
    pub actor: String,
    pub reason: Option<String>,
    pub created_at: Instant,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
}

/// System segments first.
pub async fn current(connection: &impl ConnectionTrait, user: UserNo) -> Result<Vec<Belonging>, DbErr> {
    let sql = format!(
        "SELECT segment.segment_type, segment.segment_value, custom_segment.name, user_segment.added_at \
         FROM user_segment JOIN segment ON segment.id = user_segment.segment_id \
         LEFT JOIN custom_segment ON custom_segment.segment_id = segment.id \
         WHERE user_segment.user_no = $1 AND user_segment.removed_at IS NULL AND {in_shard} ORDER BY segment.id",
        in_shard = Backend::of(connection).in_shard("user_segment"),
    );
    connection
        .query_all_raw(statement_in(connection, user.shard(), sql, [user.0.into()]))
        .await?
        .iter()
        .map(|row| {
            Ok(Belonging {
                segment: key(row)?,
                custom_name: row.try_get_by_index(2)?,
                added_at: row.try_get_by_index(3)?,
            })
        })
        .collect()
}

/// The overrides in effect at an instant, system segments first.
pub async fn active_overrides(
    connection: &impl ConnectionTrait,
    user: UserNo,
    at: Instant,
) -> Result<Vec<ActiveOverride>, DbErr> {
    let sql = format!(
        "SELECT segment.segment_type, segment.segment_value, active.decision, active.actor, active.reason, \
               active.created_at, active.expires_at \
               FROM segment_override AS active JOIN segment ON segment.id = active.segment_id \
               WHERE active.user_no = $1 AND {in_shard} AND {in_effect} ORDER BY segment.id",
        in_shard = Backend::of(connection).in_shard("active"),
        in_effect = overrides::in_effect("active", "$2")
    );
    connection
        .query_all_raw(statement_in(connection, user.shard(), sql, [user.0.into(), at.into()]))
        .await?
        .iter()
        .map(|row| {
            Ok(ActiveOverride {
                segment: key(row)?,
                kind: row.try_get_by_index::<EnumText<_>>(2)?.0,
                actor: row.try_get_by_index(3)?,
                reason: row.try_get_by_index(4)?,
                created_at: row.try_get_by_index(5)?,
                expires_at: row.try_get_by_index(6)?,
            })
        })
        .collect()
}

/// Of a row that begins with the type and the value of a segment.
pub(super) fn key(row: &QueryResult) -> Result<SegmentKey, DbErr> {
    let kind: String = row.try_get_by_index(0)?;
    let kind = SegmentType::from_name(&kind).ok_or_else(|| DbErr::Type("a segment of an unknown type".into()))?;
    Ok(SegmentKey::new(kind, row.try_get_by_index::<String>(1)?))
}

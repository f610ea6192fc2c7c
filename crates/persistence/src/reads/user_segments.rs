//! One user's side of memberships: where they are, and what admins decided about them.

use domain::{
    ids::UserNo,
    instant::Instant,
    overrides::OverrideKind,
    segment::{SegmentKey, SegmentType},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::database::{json_rows::statement, values::from_text};

/// A current membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// Of which segment.
    pub segment: SegmentKey,
    /// Its name, if it is a custom one. The domain's catalogue has the others'.
    pub custom_name: Option<String>,
    /// When the user entered it.
    pub added_at: Instant,
}

/// A decision about the user that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Of which segment.
    pub segment: SegmentKey,
    pub kind: OverrideKind,
    /// By whom.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub created_at: Instant,
    /// Until when; for good if unset.
    pub expires_at: Option<Instant>,
}

/// The current memberships of a user, system segments first.
pub async fn current(connection: &impl ConnectionTrait, user: UserNo) -> Result<Vec<Belonging>, DbErr> {
    let sql = "SELECT segment.segment_type, segment.segment_value, custom_segment.name, user_segment.added_at \
               FROM user_segment JOIN segment ON segment.id = user_segment.segment_id \
               LEFT JOIN custom_segment ON custom_segment.segment_id = segment.id \
               WHERE user_segment.user_no = $1 AND user_segment.removed_at IS NULL ORDER BY segment.id";
    connection
        .query_all_raw(statement(connection, sql, [user.0.into()]))
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

/// What admins decided about a user and holds at an instant, system segments first.
pub async fn decided(connection: &impl ConnectionTrait, user: UserNo, at: Instant) -> Result<Vec<Decided>, DbErr> {
    let sql = "SELECT segment.segment_type, segment.segment_value, decided.decision, decided.actor, decided.reason, \
               decided.created_at, decided.expires_at \
               FROM segment_override AS decided JOIN segment ON segment.id = decided.segment_id \
               WHERE decided.user_no = $1 AND (decided.expires_at IS NULL OR decided.expires_at > $2) \
               ORDER BY segment.id";
    connection
        .query_all_raw(statement(connection, sql, [user.0.into(), at.into()]))
        .await?
        .iter()
        .map(|row| {
            Ok(Decided {
                segment: key(row)?,
                kind: from_text(&row.try_get_by_index::<String>(2)?)?,
                actor: row.try_get_by_index(3)?,
                reason: row.try_get_by_index(4)?,
                created_at: row.try_get_by_index(5)?,
                expires_at: row.try_get_by_index(6)?,
            })
        })
        .collect()
}

fn key(row: &QueryResult) -> Result<SegmentKey, DbErr> {
    let kind: String = row.try_get_by_index(0)?;
    let kind = SegmentType::from_name(&kind).ok_or_else(|| DbErr::Type("a segment of an unknown type".into()))?;
    Ok(SegmentKey::new(kind, row.try_get_by_index::<String>(1)?))
}

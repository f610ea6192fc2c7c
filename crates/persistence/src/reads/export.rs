//! Exports of whole segments, in pages by key.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::MailFilter,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::{
    database::{backend::Backend, json_rows::statement},
    sync::figures,
};

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Member {
    no: i64,
    pub id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Upper case.
    pub plan: String,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
    pub added_at: Instant,
}

impl Member {
    /// The next page starts after this key.
    pub fn no(&self) -> UserNo {
        UserNo(self.no)
    }
}

/// Up to `limit` current members above a key, in the order of our keys. In one read transaction, all pages are one
/// snapshot.
pub async fn page(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    mail: MailFilter,
    above: UserNo,
    limit: u64,
) -> Result<Vec<Member>, DbErr> {
    let sql = format!(
        "SELECT users.no, users.id, users.email, users.first_name, users.last_name, users.plan, \
         users.last_activity_at, users.created_at, user_segment.added_at \
         FROM user_segment JOIN users ON users.no = user_segment.user_no AND {same_shard} \
         WHERE user_segment.segment_id = $1 AND user_segment.user_no > $2 AND user_segment.removed_at IS NULL \
         {and_mail}ORDER BY user_segment.user_no LIMIT $3",
        same_shard = Backend::of(connection).same_shard("users", "user_segment"),
        and_mail = figures::condition(mail, "users").map(|condition| format!("AND {condition} ")).unwrap_or_default(),
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [segment.0.into(), above.0.into(), limit.into()];
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| Member::from_query_result(row, "")).collect()
}

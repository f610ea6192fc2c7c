//! The audit log. A change and its entry are written in one transaction. Entries hold ids and reasons, never an email
//! address or a name.

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    segment::SegmentKey,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use serde_json::Value as Json;

use crate::{
    database::{Transaction, json_rows::statement},
    entity::audit_log,
};

#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub at: Instant,
    /// The subject of the caller.
    pub actor: String,
    /// Such as `removeUserFromSegment`.
    pub action: String,
    /// Such as `segment plan:free, user 42`.
    pub target: Option<String>,
    /// The user in the target, so that an erasure finds the entry.
    pub user: Option<UserNo>,
    pub request_id: Option<String>,
    /// Such as the reason.
    pub detail: Option<Json>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredAuditEntry {
    /// Ascending in time.
    pub no: i64,
    pub entry: AuditEntry,
}

/// Returns the number of the entry.
pub async fn record(tx: &Transaction, entry: &AuditEntry) -> Result<i64, DbErr> {
    let row = audit_log::ActiveModel {
        at: Set(entry.at),
        actor: Set(entry.actor.clone()),
        action: Set(entry.action.clone()),
        target: Set(entry.target.clone()),
        user_no: Set(entry.user.map(|user| user.0)),
        request_id: Set(entry.request_id.clone()),
        detail: Set(entry.detail.clone()),
        ..Default::default()
    };
    audit_log::Entity::insert(row).exec(tx).await.map(|inserted| inserted.last_insert_id)
}

/// Which entries to list: all that meet every condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhichEntries {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub segment: Option<SegmentKey>,
    pub user: Option<UserNo>,
    pub from: Option<Instant>,
    /// The first instant that does not count.
    pub to: Option<Instant>,
}

impl WhichEntries {
    fn condition(&self) -> Condition {
        let column = audit_log::Column::At;
        Condition::all()
            .add_option(self.actor.as_ref().map(|actor| audit_log::Column::Actor.eq(actor)))
            .add_option(self.action.as_ref().map(|action| audit_log::Column::Action.eq(action)))
            .add_option(self.segment.as_ref().map(is_about))
            .add_option(self.user.map(|user| audit_log::Column::UserNo.eq(user.0)))
            .add_option(self.from.map(|from| column.gte(from)))
            .add_option(self.to.map(|to| column.lt(to)))
    }
}

/// Whether a target begins with the segment, and a user may follow. Not by `LIKE`, since keys have underscores.
fn is_about(segment: &SegmentKey) -> SimpleExpr {
    let (alone, first) = (format!("segment {segment}"), format!("segment {segment}, "));
    let length = i32::try_from(first.chars().count()).unwrap_or(i32::MAX);
    let start = Func::cust("substr").args([Expr::col(audit_log::Column::Target), 1.into(), length.into()]);
    audit_log::Column::Target.eq(alone).or(Expr::expr(start).eq(first))
}

/// Newest first; if a number is given, only entries before it.
pub async fn latest(
    connection: &impl ConnectionTrait,
    which: &WhichEntries,
    limit: u64,
    before: Option<i64>,
) -> Result<Vec<StoredAuditEntry>, DbErr> {
    let entries = audit_log::Entity::find().filter(which.condition());
    let mut entries = entries.order_by_desc(audit_log::Column::No).limit(limit);
    if let Some(before) = before {
        entries = entries.filter(audit_log::Column::No.lt(before));
    }
    Ok(entries.all(connection).await?.into_iter().map(StoredAuditEntry::from).collect())
}

/// Replaces the detail of an entry whose change went on after it was recorded.
pub async fn set_detail(tx: &Transaction, no: i64, detail: Option<Json>) -> Result<(), DbErr> {
    audit_log::Entity::update_many()
        .col_expr(audit_log::Column::Detail, Expr::value(detail))
        .filter(audit_log::Column::No.eq(no))
        .exec(tx)
        .await
        .map(|_| ())
}

/// Removes the host application's id of a user and the details from all entries. Our number stays.
pub async fn forget(tx: &Transaction, user: UserNo, id: &UserId) -> Result<(), DbErr> {
    let target = Expr::col(audit_log::Column::Target);
    let anonymous =
        Func::cust("replace").args([target, format!("user {id}").into(), format!("user {}", user.erased()).into()]);
    audit_log::Entity::update_many()
        .col_expr(audit_log::Column::Target, anonymous.into())
        .col_expr(audit_log::Column::Detail, Expr::value(None::<Json>))
        .filter(audit_log::Column::UserNo.eq(user.0))
        .exec(tx)
        .await
        .map(|_| ())
}

/// Puts our number of a user in the place of names of segments that name the person. Entries of deletions have them, and
/// those of earlier versions.
pub async fn forget_names(tx: &Transaction, user: UserNo, is_named_in: impl Fn(&str) -> bool) -> Result<(), DbErr> {
    let sql = "SELECT no, detail FROM audit_log WHERE detail ->> 'name' IS NOT NULL";
    for row in tx.query_all_raw(statement(tx, sql, [])).await? {
        let (no, mut detail) = (row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<Json>(1)?);
        if detail["name"].as_str().is_some_and(&is_named_in) {
            detail["name"] = format!("user {}", user.erased()).into();
            let entry = audit_log::Entity::update_many().filter(audit_log::Column::No.eq(no));
            entry.col_expr(audit_log::Column::Detail, Expr::value(Some(detail))).exec(tx).await?;
        }
    }
    Ok(())
}

impl From<audit_log::Model> for StoredAuditEntry {
    fn from(row: audit_log::Model) -> Self {
        let audit_log::Model { no, at, actor, action, target, user_no, request_id, detail } = row;
        Self { no, entry: AuditEntry { at, actor, action, target, user: user_no.map(UserNo), request_id, detail } }
    }
}

//! Users of the host application.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Our own opaque key.
    #[sea_orm(primary_key)]
    pub no: i64,
    pub id: String,
    pub email: String,
    /// Case-folded.
    pub email_folded: String,
    /// As addresses are compared. `None` if no mail can be sent to it.
    pub address_key: Option<String>,
    pub first_name: Option<String>,
    /// Case-folded.
    pub first_name_folded: Option<String>,
    pub last_name: Option<String>,
    /// Case-folded.
    pub last_name_folded: Option<String>,
    /// Upper case.
    pub plan: String,
    /// Upper case.
    pub role: String,
    pub current_streak: i64,
    pub total_points: i64,
    pub level: i64,
    /// 0 to 99, derived from the id.
    pub random_bucket: i16,
    pub last_activity_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When the host application deleted the user.
    pub deleted_at: Option<DateTimeUtc>,
}

/// A condition: the host application has deleted the user. An index has just these users.
pub(crate) const GONE: &str = "users.deleted_at IS NOT NULL";
/// A condition: the host application has the user.
pub(crate) const PRESENT: &str = "users.deleted_at IS NULL";

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

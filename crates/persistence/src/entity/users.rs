//! Users of the host application.

use sea_orm::entity::prelude::*;

/// A row of `users`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Our own key, opaque.
    #[sea_orm(primary_key)]
    pub no: i64,
    /// The host application's id.
    pub id: String,
    /// As written.
    pub email: String,
    /// For comparisons.
    pub email_folded: String,
    /// As written.
    pub first_name: Option<String>,
    /// For comparisons.
    pub first_name_folded: Option<String>,
    /// As written.
    pub last_name: Option<String>,
    /// For comparisons.
    pub last_name_folded: Option<String>,
    /// Upper-case.
    pub plan: String,
    /// Upper-case.
    pub role: String,
    /// Days in a row.
    pub current_streak: i64,
    /// Points.
    pub total_points: i64,
    /// Level.
    pub level: i64,
    /// 0 to 99, from the id.
    pub random_bucket: i16,
    /// The last activity, if there was any.
    pub last_activity_at: Option<DateTimeUtc>,
    /// When the account was made.
    pub created_at: DateTimeUtc,
    /// When this row last changed.
    pub updated_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

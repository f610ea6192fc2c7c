//! Statistics of each user's attempts and purchases, updated by every write of them.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_stats")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    pub quiz_count: i64,
    pub last_quiz_at: Option<DateTimeUtc>,
    /// At most 100.
    pub recent_total: i64,
    /// Of the latest 100.
    pub recent_aws: i64,
    /// Of the latest 100.
    pub recent_azure: i64,
    /// Of the latest 100.
    pub recent_gcp: i64,
    /// Of all attempts, those of no known provider.
    pub without_provider: i64,
    /// In all currencies, without refunds.
    pub purchase_count: i64,
    pub first_purchase_at: Option<DateTimeUtc>,
    pub last_purchase_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Every segment, system and custom.

use sea_orm::entity::prelude::*;

/// A row of `segment`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment")]
pub struct Model {
    /// A small key; up to 1000 for system segments.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Its group.
    pub segment_type: String,
    /// Its name within the group; of a custom segment its id.
    pub segment_value: String,
    /// Whether runs evaluate it.
    pub is_active: bool,
    /// Current members.
    pub member_count: i64,
    /// When the count last changed or was confirmed.
    pub counted_at: Option<DateTimeUtc>,
    /// See `domain::segment_health::SegmentHealth`.
    pub health: Json,
    /// The audience it is synchronised with.
    pub resend_audience_id: Option<String>,
    /// The clock at which a run last made it right for every user.
    pub settled_at: Option<DateTimeUtc>,
    /// By which rule.
    pub settled_rule: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

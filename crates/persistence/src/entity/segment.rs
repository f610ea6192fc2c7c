//! Every segment, system and custom.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment")]
pub struct Model {
    /// Up to 1000 for system segments.
    #[sea_orm(primary_key)]
    pub id: i32,
    pub segment_type: String,
    /// The name within its type; of a custom segment, its id.
    pub segment_value: String,
    pub is_active: bool,
    pub is_being_deleted: bool,
    /// See `domain::segment_health::SegmentHealth`.
    pub health: Json,
    /// The clock of the run that last evaluated every user.
    pub settled_at: Option<DateTimeUtc>,
    pub settled_rule: Option<String>,
    /// The clock of the last run that did not hold the segment back. Unset, it is `settled_at`.
    pub followed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

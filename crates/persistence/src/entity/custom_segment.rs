//! The definitions of custom segments.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_segment")]
pub struct Model {
    /// A UUID: the value of its segment key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub segment_id: i32,
    pub name: String,
    /// Case-folded; unique.
    pub name_folded: String,
    pub description: Option<String>,
    /// The list of the outermost set.
    pub criteria: Json,
    /// `AND` or `OR`, of the outermost set.
    pub combine_with: String,
    /// Of the outermost set.
    pub negated: bool,
    /// Incremented by each change.
    pub version: i32,
    /// A token or the subject of a JWT.
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Every version of a custom segment.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_segment_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub custom_segment_id: String,
    /// From 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub name: String,
    pub description: Option<String>,
    pub criteria: Json,
    pub combine_with: String,
    pub negated: bool,
    pub author: String,
    pub created_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

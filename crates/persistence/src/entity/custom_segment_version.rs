//! Every definition that a custom segment ever had.

use sea_orm::entity::prelude::*;

/// A row of `custom_segment_version`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_segment_version")]
pub struct Model {
    /// Of which.
    #[sea_orm(primary_key, auto_increment = false)]
    pub custom_segment_id: String,
    /// From 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Then.
    pub name: String,
    /// Then.
    pub description: Option<String>,
    /// Then.
    pub criteria: Json,
    /// Then.
    pub combine_with: String,
    /// Then.
    pub negated: bool,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

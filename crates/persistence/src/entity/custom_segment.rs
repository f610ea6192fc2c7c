//! The definitions of custom segments.

use sea_orm::entity::prelude::*;

/// A row of `custom_segment`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_segment")]
pub struct Model {
    /// A UUID: the value of its segment key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Its row in `segment`.
    pub segment_id: i32,
    /// As written.
    pub name: String,
    /// Unique.
    pub name_folded: String,
    /// For people.
    pub description: Option<String>,
    /// The list of its outermost set.
    pub criteria: Json,
    /// How that list combines: `AND` or `OR`.
    pub combine_with: String,
    /// Whether the whole is negated.
    pub negated: bool,
    /// Counts up with every change.
    pub version: i32,
    /// Whose token or subject.
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When.
    pub updated_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

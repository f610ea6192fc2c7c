//! Declared attributes.

use domain::attribute::AttributeType;
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attribute")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub label: String,
    #[sea_orm(column_name = "type")]
    pub kind: EnumText<AttributeType>,
    /// A list of texts.
    pub options: Json,
    pub personal: bool,
    /// Archived attributes are not declared, but keep their type.
    pub archived_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

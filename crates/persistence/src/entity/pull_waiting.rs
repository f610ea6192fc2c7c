//! Users who were not there when their attempts were read from a host database.

use sea_orm::entity::prelude::*;

/// A row of `pull_waiting`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_waiting")]
pub struct Model {
    /// Which host database, by the name that its configuration gives it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// The host application's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Users who were missing when their attempts or events were read from a host database.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_waiting")]
pub struct Model {
    /// The host database, by its name in the configuration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// What is read again once they are there: `attempts` or `events`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

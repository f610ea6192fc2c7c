//! Completed quizzes.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quiz_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    /// Unique per user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub certification: String,
    /// Case-folded.
    pub certification_folded: String,
    /// See `domain::certification::Provider::code`.
    pub provider: i16,
    /// In the host application's own scale.
    pub score: Option<f64>,
    pub completed_at: DateTimeUtc,
    /// The name of the source that pulled it.
    pub source: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

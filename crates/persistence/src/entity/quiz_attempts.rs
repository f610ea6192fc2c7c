//! Completed quizzes.

use sea_orm::entity::prelude::*;

/// A row of `quiz_attempts`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quiz_attempts")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    /// Unique among the attempts of the user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// As the host application writes it.
    pub certification: String,
    /// For comparisons.
    pub certification_folded: String,
    /// The code of its provider.
    pub provider: i16,
    /// In the host application's own scale.
    pub score: Option<f64>,
    /// When.
    pub completed_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

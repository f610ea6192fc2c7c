//! Users and quiz attempts from the host application, already checked.

use crate::{ids::UserId, instant::Instant};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Uppercase, such as `FREE`. Plans without a segment are kept as they are.
    pub plan: String,
    /// Uppercase, such as `USER`.
    pub role: String,
    pub current_streak: i64,
    pub total_points: i64,
    pub level: i64,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
}

/// A completed quiz. The id is unique among the attempts of the user.
#[derive(Debug, Clone, PartialEq)]
pub struct QuizAttempt {
    pub id: String,
    pub user_id: UserId,
    /// As the host application writes it, such as `AWS-SAA-C03`.
    pub certification: String,
    /// In the host application's own scale. No rule reads it.
    pub score: Option<f64>,
    pub completed_at: Instant,
}

//! Users and quiz attempts as the host application tells us of them, checked once on the way in.

use crate::{ids::UserId, instant::Instant};

/// A user of the host application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The host application's id.
    pub id: UserId,
    /// E-mail address, as written.
    pub email: String,
    /// First name, as written.
    pub first_name: Option<String>,
    /// Last name, as written.
    pub last_name: Option<String>,
    /// Upper-case, such as `FREE`. One outside the three that have a segment is kept as it is.
    pub plan: String,
    /// Upper-case, such as `USER`.
    pub role: String,
    /// Days in a row.
    pub current_streak: i64,
    /// Points.
    pub total_points: i64,
    /// Level.
    pub level: i64,
    /// The last activity, if there was any.
    pub last_activity_at: Option<Instant>,
    /// When the account was made.
    pub created_at: Instant,
}

/// A completed quiz. Its id is unique among the attempts of its user.
#[derive(Debug, Clone, PartialEq)]
pub struct QuizAttempt {
    /// The host application's id.
    pub id: String,
    /// Whose.
    pub user_id: UserId,
    /// As the host application writes it, such as `AWS-SAA-C03`.
    pub certification: String,
    /// The score, in the host application's own scale. No rule looks at it.
    pub score: Option<f64>,
    /// When it was completed.
    pub completed_at: Instant,
}

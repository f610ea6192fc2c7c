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

impl User {
    /// Of a new user of whom no plan is given.
    pub const DEFAULT_PLAN: &str = "FREE";
    /// Of a new user of whom no role is given.
    pub const DEFAULT_ROLE: &str = "USER";
    /// Of a new user of whom no streak is given.
    pub const DEFAULT_STREAK: i64 = 0;
    /// Of a new user of whom no points are given.
    pub const DEFAULT_POINTS: i64 = 0;
    /// Of a new user of whom no level is given.
    pub const DEFAULT_LEVEL: i64 = 1;
}

/// What a source says about a user. A field that is `None` is one that the source does not have: it stays as it is for a
/// user who is there, and has its default for a new one. The inner `None` of a name or the last activity unsets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChange {
    /// The host application's id.
    pub id: UserId,
    /// See [`User::email`]. A new user needs one.
    pub email: Option<String>,
    /// See [`User::first_name`].
    pub first_name: Option<Option<String>>,
    /// See [`User::last_name`].
    pub last_name: Option<Option<String>>,
    /// See [`User::plan`].
    pub plan: Option<String>,
    /// See [`User::role`].
    pub role: Option<String>,
    /// See [`User::current_streak`].
    pub current_streak: Option<i64>,
    /// See [`User::total_points`].
    pub total_points: Option<i64>,
    /// See [`User::level`].
    pub level: Option<i64>,
    /// See [`User::last_activity_at`].
    pub last_activity_at: Option<Option<Instant>>,
    /// See [`User::created_at`]. A new user needs it.
    pub created_at: Option<Instant>,
}

impl UserChange {
    /// Says nothing about a user.
    pub fn nothing_but(id: UserId) -> Self {
        Self {
            id,
            email: None,
            first_name: None,
            last_name: None,
            plan: None,
            role: None,
            current_streak: None,
            total_points: None,
            level: None,
            last_activity_at: None,
            created_at: None,
        }
    }

    /// Whether it has all that a new user needs.
    pub fn can_create(&self) -> bool {
        self.email.is_some() && self.created_at.is_some()
    }
}

/// Says everything about a user.
impl From<User> for UserChange {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: Some(user.email),
            first_name: Some(user.first_name),
            last_name: Some(user.last_name),
            plan: Some(user.plan),
            role: Some(user.role),
            current_streak: Some(user.current_streak),
            total_points: Some(user.total_points),
            level: Some(user.level),
            last_activity_at: Some(user.last_activity_at),
            created_at: Some(user.created_at),
        }
    }
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

//! What a user and an attempt consist of, and what may stand in each field: the one definition, for rows of files and for
//! items of calls.
//!
//! Every reader notes what is wrong and gives nothing, so that whatever lacks one value names all its faults.

use std::borrow::Cow;

use domain::{
    criteria::{Field, NumberField},
    ids::UserId,
    instant::Instant,
    profile::{QuizAttempt, User},
};

/// The longest text, in bytes.
pub(crate) const LONGEST_TEXT: usize = 64 * 1024;
/// The longest id, in bytes: ids are keys, and a key of an index of PostgreSQL has at most some 2,700 bytes.
pub(crate) const LONGEST_ID: usize = 1024;

/// The fields of a user.
pub(crate) const USER_FIELDS: &[&str] = &[
    "id",
    "email",
    "firstName",
    "lastName",
    "plan",
    "role",
    "currentStreak",
    "totalPoints",
    "level",
    "lastActivityAt",
    "createdAt",
];

/// The fields of an attempt.
pub(crate) const ATTEMPT_FIELDS: &[&str] = &["id", "userId", "certification", "score", "completedAt"];

/// Something with named fields, while it is read. The outer `None` is a fault that was noted, the inner an unset value.
pub(crate) trait Fields {
    /// A text of up to so many bytes that both databases can keep: PostgreSQL has no NUL.
    fn text(&mut self, name: &str, longest: usize) -> Option<Option<Cow<'_, str>>>;
    /// A whole number of 64 bits.
    fn whole(&mut self, name: &str) -> Option<Option<i64>>;
    /// A finite number.
    fn number(&mut self, name: &str) -> Option<Option<f64>>;
    /// An instant.
    fn time(&mut self, name: &str) -> Option<Option<Instant>>;
    /// Notes that a field is so.
    fn fault<T>(&mut self, name: &str, is: &str) -> Option<T>;

    /// A text that is set and not only spaces, kept as it is.
    fn required_text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.text(name, longest)?.map(Cow::into_owned);
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(text),
            None => self.fault(name, "missing"),
        }
    }

    /// A text, kept as it is.
    fn optional_text(&mut self, name: &str) -> Option<Option<String>> {
        let text = self.text(name, LONGEST_TEXT)?;
        Some(text.filter(|text| !text.is_empty()).map(Cow::into_owned))
    }

    /// A word in upper case.
    fn word(&mut self, name: &str, unset: &str) -> Option<String> {
        let text = self.text(name, LONGEST_TEXT)?.unwrap_or_default();
        let word = text.trim();
        Some(if word.is_empty() { unset.to_owned() } else { word.to_ascii_uppercase() })
    }

    /// A number that counts up from nothing: the domain says which.
    fn count(&mut self, field: NumberField, unset: i64) -> Option<i64> {
        let name = Field::Number(field).spec().name;
        let count = self.whole(name)?.unwrap_or(unset);
        if field.values().contains(&count) { Some(count) } else { self.fault(name, "negative") }
    }

    /// An instant that is set.
    fn required_time(&mut self, name: &str) -> Option<Instant> {
        match self.time(name)? {
            Some(time) => Some(time),
            None => self.fault(name, "missing"),
        }
    }
}

/// Reads a user.
pub(crate) fn user(fields: &mut impl Fields) -> Option<User> {
    let id = fields.required_text("id", LONGEST_ID).map(UserId);
    let email = fields.required_text("email", LONGEST_TEXT);
    let first_name = fields.optional_text("firstName");
    let last_name = fields.optional_text("lastName");
    let plan = fields.word("plan", "FREE");
    let role = fields.word("role", "USER");
    let current_streak = fields.count(NumberField::CurrentStreak, 0);
    let total_points = fields.whole("totalPoints");
    let level = fields.count(NumberField::Level, 1);
    let last_activity_at = fields.time("lastActivityAt");
    let created_at = fields.required_time("createdAt");
    Some(User {
        id: id?,
        email: email?,
        first_name: first_name?,
        last_name: last_name?,
        plan: plan?,
        role: role?,
        current_streak: current_streak?,
        total_points: total_points?.unwrap_or(0),
        level: level?,
        last_activity_at: last_activity_at?,
        created_at: created_at?,
    })
}

/// Reads an attempt.
pub(crate) fn attempt(fields: &mut impl Fields) -> Option<QuizAttempt> {
    let id = fields.required_text("id", LONGEST_ID);
    let user_id = fields.required_text("userId", LONGEST_ID).map(UserId);
    let certification = fields.required_text("certification", LONGEST_TEXT);
    let score = fields.number("score");
    let completed_at = fields.required_time("completedAt");
    Some(QuizAttempt {
        id: id?,
        user_id: user_id?,
        certification: certification?,
        score: score?,
        completed_at: completed_at?,
    })
}

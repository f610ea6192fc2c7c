//! What shows that a user was active.

use crate::text_enum::text_enum;

text_enum! {
    /// What shows that a user was active.
    pub enum ActivityKind {
        /// A completed quiz.
        Quizzes = "quizzes",
        /// An event whose name counts as activity. Refunds never do.
        Events = "events",
        /// The last activity that the host application gave for the user.
        Seen = "seen",
    }
}

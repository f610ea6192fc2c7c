//! What happened to a user.

use crate::text_enum::text_enum;

text_enum! {
    /// A kind of entry of a user's timeline.
    pub enum TimelineKind {
        /// The user entered a segment or left it.
        Movement = "movement",
        /// An admin set or removed an override.
        Override = "override",
        /// A mail was sent to the user.
        Mail = "mail",
        /// The user did something, or paid.
        Event = "event",
        /// The user completed a quiz.
        Quiz = "quiz",
    }
}

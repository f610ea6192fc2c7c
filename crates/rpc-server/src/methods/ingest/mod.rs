//! Users, quiz attempts and events of the host application.

pub(super) mod record_events;
pub(super) mod record_quiz_attempts;
pub(super) mod upsert_users;
pub(super) mod void_events;

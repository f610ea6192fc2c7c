//! What Resend does not promise.

use std::time::Duration;

use crate::faults::Faults;

/// What `POST /contacts` does with an address that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upsert {
    /// Fields that are left out get their defaults: the person is subscribed again.
    #[default]
    Resets,
    /// Nothing but memberships changes.
    Keeps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// `2025-11-30 20:39:59.540771+00`
    #[default]
    Spaced,
    Rfc3339,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RetryAfter {
    #[default]
    Absent,
    Seconds(u32),
}

/// What the key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Key {
    #[default]
    Full,
    SendingOnly,
    Revoked,
    /// It belongs to an account that has none of this.
    OfAnotherAccount,
    DailyQuota,
}

#[derive(Debug, Clone)]
pub struct Switches {
    pub upsert: Upsert,
    /// Whether a contact that an import skips joins its segments.
    pub skip_joins: bool,
    pub has_rename: bool,
    /// Segments with such a text in their names are refused.
    pub refused_name: Option<String>,
    /// How long reads do not see what was just made.
    pub read_lag: Duration,
    pub dates: Dates,
    /// Whether joining and leaving a segment is an event of the contact.
    pub membership_is_event: bool,
    /// Whether `A@b.c` and `a@b.c` are one contact.
    pub folds_case: bool,
    /// Requests a second.
    pub limit: u32,
    pub retry_after: RetryAfter,
    /// Of each second, the share that another client uses.
    pub foreign_share: f64,
    pub key: Key,
    pub import_delay: Duration,
    /// So many imports fail, each with a tenth of its rows made.
    pub failing_imports: usize,
    /// How long each answer takes.
    pub latency: Duration,
    pub faults: Option<Faults>,
    /// Pages of a list after which it fails.
    pub list_breaks_after: Option<usize>,
    /// Pages of a list after which it claims to be at its end.
    pub list_ends_after: Option<usize>,
    /// Every page is the first one.
    pub list_repeats: bool,
    /// Cursors are unknown.
    pub cursors_die: bool,
    /// Leaves out the ids of what was made, to prove that a judge is awake.
    pub leaves_out_ids: bool,
    /// Contacts that the plan has.
    pub contact_limit: u64,
    /// Contacts that the usage counts beside those that are remembered.
    pub more_contacts: u64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            upsert: Upsert::Resets,
            skip_joins: false,
            has_rename: true,
            refused_name: None,
            read_lag: Duration::ZERO,
            dates: Dates::Spaced,
            membership_is_event: true,
            folds_case: true,
            // So that tests are not slow. Limits have tests of their own.
            limit: 100_000,
            retry_after: RetryAfter::Absent,
            foreign_share: 0.0,
            key: Key::Full,
            import_delay: Duration::from_millis(20),
            failing_imports: 0,
            latency: Duration::ZERO,
            faults: None,
            list_breaks_after: None,
            list_ends_after: None,
            list_repeats: false,
            cursors_die: false,
            leaves_out_ids: false,
            contact_limit: 1_000_000,
            more_contacts: 0,
        }
    }
}

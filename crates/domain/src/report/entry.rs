//! Entries into segments, and which of them are moves of users.

use chrono::TimeDelta;

use crate::{ids::UserNo, instant::Instant, membership::Cause};

/// How much earlier than its first entry a user may have been created. A user who was created long before was not seen to move: it
/// was there before the first run, or an import brought it later.
const FIRST_SEEN_AFTER: TimeDelta = TimeDelta::days(7);

/// Why a user entered a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// The first thing that is known of a user who was created long before.
    FirstSeen,
    /// The definition of the segment changed.
    Definition,
    /// An admin decided it.
    Decision,
    /// The user changed, or time passed.
    Organic,
}

impl EntryKind {
    /// `is_first`: the ledger has nothing of the user before. Of an erased user it is not known when it was created.
    pub fn of(cause: Cause, at: Instant, is_first: bool, created_at: Option<Instant>) -> Self {
        let is_old = created_at.is_some_and(|created| created < at - FIRST_SEEN_AFTER);
        match cause {
            _ if is_old && is_first => Self::FirstSeen,
            Cause::SegmentSaved => Self::Definition,
            Cause::Admin => Self::Decision,
            Cause::Run | Cause::UserRun | Cause::SegmentDeleted | Cause::HostDeleted | Cause::Erasure => Self::Organic,
        }
    }

    /// Whether figures about entering count it, unless all entries are asked for.
    pub fn is_counted(self) -> bool {
        match self {
            Self::FirstSeen | Self::Definition => false,
            Self::Decision | Self::Organic => true,
        }
    }
}

/// An entry into a segment, and the stay that it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub user: UserNo,
    pub at: Instant,
    /// `None` while the stay lasts.
    pub until: Option<Instant>,
    pub kind: EntryKind,
    /// `None` of a user who is erased by now.
    pub person: Option<Person>,
}

/// Who entered in a way, but for users who are erased by now.
pub fn of_kind<'a>(entries: impl IntoIterator<Item = &'a Entry>, kind: EntryKind) -> impl Iterator<Item = UserNo> {
    let of_kind = move |entry: &&Entry| entry.kind == kind && entry.person.is_some();
    entries.into_iter().filter(of_kind).map(|entry| entry.user)
}

/// What reports know of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub created_at: Instant,
    /// 0 to 99.
    pub random_bucket: u8,
}

/// A stay of a user who is not erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonStay {
    pub user: UserNo,
    pub since: Instant,
    /// `None` while it lasts.
    pub until: Option<Instant>,
    pub created_at: Instant,
}

impl PersonStay {
    /// Whether the user is a member at an instant.
    pub fn is_at(&self, instant: Instant) -> bool {
        self.since <= instant && self.until.is_none_or(|until| instant < until)
    }

    /// The part of the stay within a range, if any.
    pub fn within(&self, [from, to]: [Instant; 2]) -> Option<(Instant, Instant)> {
        let (since, until) = (self.since.max(from), self.until.unwrap_or(to).min(to));
        (since < until).then_some((since, until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::parse_instant;

    #[test]
    fn entry_kind_follows_from_cause_and_from_what_was_known() {
        let at = |text: &str| parse_instant(text).expect("an instant");
        let (first_run, later) = (at("2026-03-01T00:00:00Z"), at("2026-03-06T00:00:00Z"));
        let old = Some(at("2026-01-10T00:00:00Z"));
        for (cause, entered, created, expected) in [
            (Cause::Run, first_run, old, EntryKind::FirstSeen),
            // An admin's decision about somebody who was never seen before.
            (Cause::Admin, first_run, old, EntryKind::FirstSeen),
            (Cause::Run, first_run, Some(at("2026-02-22T00:00:00Z")), EntryKind::Organic),
            (Cause::Run, later, old, EntryKind::Organic),
            (Cause::UserRun, later, old, EntryKind::Organic),
            (Cause::SegmentSaved, later, old, EntryKind::Definition),
            (Cause::Admin, later, old, EntryKind::Decision),
            (Cause::Run, first_run, None, EntryKind::Organic),
        ] {
            assert_eq!(
                EntryKind::of(cause, entered, first_run >= entered, created),
                expected,
                "{cause} {entered} {created:?}"
            );
        }
        assert_eq!(
            [EntryKind::FirstSeen, EntryKind::Definition, EntryKind::Decision, EntryKind::Organic]
                .map(EntryKind::is_counted),
            [false, false, true, true]
        );
    }
}

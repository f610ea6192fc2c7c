//! Deletions in the host application that are probably a mistake.

use domain::instant::{CLOCKS_APART, Instant};

/// If a file or a pull deletes more than one in this many users, it is probably wrong …
const MOST: u64 = 5;
/// … but not if it deletes no more than these.
const FEW: u64 = 5;

pub(crate) fn are_too_many(deleted: u64, users: u64) -> bool {
    deleted > FEW && MOST * deleted > users
}

/// Whether a record with this `deletedAt` deletes its user. One with a time in the future does not: it is refused.
pub(crate) fn deletes(deletion: Option<Instant>, now: Instant) -> bool {
    deletion.is_some_and(|at| !is_ahead(at, now))
}

pub(crate) fn is_ahead(deletion: Instant, now: Instant) -> bool {
    deletion > now + CLOCKS_APART
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_are_too_many_above_a_fifth_and_above_five() {
        for (deleted, users, expected) in [
            (0, 0, false),
            (1, 4, false),
            (5, 5, false),
            (6, 29, true),
            (6, 30, false),
            (200, 1_000, false),
            (201, 1_000, true),
        ] {
            assert_eq!(are_too_many(deleted, users), expected, "{deleted} of {users}");
        }
    }
}

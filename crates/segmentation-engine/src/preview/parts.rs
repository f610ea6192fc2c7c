//! Counts all users in parts of the range of keys: several connections share the work, and a sample is searched for only
//! where users match.

use std::{
    iter,
    sync::{Mutex, PoisonError},
    vec,
};

use futures_util::future::join_all;
use persistence::{DbErr, Snapshot, user_range::UserRange};

use super::question::Question;

/// A sample of ten rare users takes ten parts at most.
const PARTS: u64 = 64;
/// Smaller parts would cost more in statements than they save.
const LEAST_KEYS: u64 = 1_000;

pub(super) struct Part<C> {
    /// `None` for all users.
    pub(super) range: Option<UserRange>,
    pub(super) counts: C,
}

/// The ranges of the parts. Without users, there is one part.
pub(super) fn ranges(all: &[UserRange]) -> Vec<Option<UserRange>> {
    if all.is_empty() {
        return vec![None];
    }
    let keys: u64 = all.iter().map(|range| range.keys()).sum();
    let keys = keys.div_ceil(PARTS).max(LEAST_KEYS);
    let parts = all.iter().flat_map(|range| (0..range.keys().div_ceil(keys)).map(|number| range.part(number, keys)));
    parts.map(Some).collect()
}

/// Counts each part once, on the connection that is free first. In the order of the keys.
pub(super) async fn count<Q: Question>(
    question: &Q,
    snapshots: impl Iterator<Item = &Snapshot>,
    ranges: Vec<Option<UserRange>>,
) -> Result<Vec<Part<Q::Counts>>, DbErr> {
    let left = Mutex::new(ranges.into_iter());
    let shares = join_all(snapshots.map(|tx| share(question, tx, &left))).await;
    let mut parts = Vec::new();
    for share in shares {
        parts.extend(share?);
    }
    parts.sort_by_key(|part| part.range.map(|range| range.after));
    Ok(parts)
}

async fn share<Q: Question>(
    question: &Q,
    tx: &Snapshot,
    left: &Mutex<vec::IntoIter<Option<UserRange>>>,
) -> Result<Vec<Part<Q::Counts>>, DbErr> {
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut parts = Vec::new();
    for range in iter::from_fn(next) {
        parts.push(Part { range, counts: question.count(tx, range).await? });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use domain::ids::UserNo;

    use super::*;

    #[test]
    fn preview_parts_hold_every_key_once_and_are_not_too_many() {
        for (after, through) in [(0, 1), (0, 1_000), (0, 1_001), (7, 4_711), (-3, 1_000_000), (0, i64::MAX)] {
            let parts: Vec<_> =
                ranges(&[UserRange { after: UserNo(after), through: UserNo(through) }]).into_iter().flatten().collect();
            assert_eq!((parts[0].after.0, parts[parts.len() - 1].through.0), (after, through));
            assert!(parts.windows(2).all(|pair| pair[0].through == pair[1].after), "{after} to {through}: {parts:?}");
            assert!(parts.len() as u64 <= PARTS, "{after} to {through}: {}", parts.len());
        }
    }

    #[test]
    fn preview_parts_without_users_are_all_users() {
        assert_eq!(ranges(&[]), [None]);
    }
}

//! Takes contacts out of remote segments.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ids::SegmentId, mail::SyncIssue};
use persistence::sync::{members, segments};

use super::{
    chunk::{self, Remote},
    error::SyncError,
    plan::{Leaving, Synced},
    session::Session,
};

/// A segment is only guarded with more contacts than this.
const GUARDED: u64 = 100;

/// Segments of which too many would be taken out are left as they are. Returns them.
pub(super) async fn hold_back(
    session: &Session<'_>,
    synced: &mut [Synced],
    leaving: &BTreeMap<SegmentId, Leaving>,
) -> Result<BTreeSet<SegmentId>, SyncError> {
    let mut held = BTreeSet::new();
    for one in synced {
        let Some(leaving) = leaving.get(&one.id()) else { continue };
        let count = leaving.pairs.len() as u64 - leaving.suppressed;
        let is_new_rule = one.sync.seen_rule.as_deref().is_some_and(|seen| seen != one.rule);
        let delivered = members::count_delivered(session.database.connection(), one.id()).await?;
        let is_too_many = delivered > GUARDED && 2 * count > delivered;
        let is_held = is_too_many && !is_new_rule && !session.options.allow_shrink;
        let figures = is_held.then_some((count, delivered));
        if figures != one.sync.held_up {
            one.sync.held_up = figures;
            let tx = session.begin().await?;
            segments::note(&tx, &one.sync).await?;
            session.commit(tx).await?;
        }
        if is_held {
            session.issue(SyncIssue::HeldBack { segment: one.sync.key.clone(), leaving: count, delivered });
            held.insert(one.id());
        }
    }
    Ok(held)
}

/// Segments take turns by chunk. Returns those with something left to do.
pub(super) async fn take_out(
    session: &Session<'_>,
    remote: &Remote,
    leaving: BTreeMap<SegmentId, Leaving>,
) -> Result<BTreeSet<SegmentId>, SyncError> {
    let mut unfinished = BTreeSet::new();
    let mut queues: Vec<_> = leaving.into_iter().map(|(segment, leaving)| (segment, leaving.pairs)).collect();
    while queues.iter().any(|(_, pairs)| !pairs.is_empty()) {
        for (segment, pairs) in &mut queues {
            if pairs.is_empty() {
                continue;
            }
            let rest = pairs.split_off(pairs.len().min(session.chunk() as usize));
            let now = std::mem::replace(pairs, rest);
            if session.is_stopping() {
                session.count(|counts| counts.deferred += now.len() as u64);
                unfinished.insert(*segment);
            } else if chunk::leave(session, remote, &now).await?.deferred > 0 {
                unfinished.insert(*segment);
            }
        }
    }
    Ok(unfinished)
}

//! Puts contacts into remote segments.

use std::collections::{BTreeSet, VecDeque};

use domain::{
    ids::{SegmentId, UserNo},
    mail::AddressKey,
    shard::Shard,
};
use persistence::sync::plan::page_joining;

use super::{
    chunk::{self, Remote},
    error::SyncError,
    plan::joining_among,
    session::Session,
};

/// Where a segment stands.
struct Queue {
    segment: SegmentId,
    shards: VecDeque<Shard>,
    after: UserNo,
}

/// Whole segments. They take turns by chunk, so that one with a million members keeps one of ten waiting for no more than a chunk.
/// A contact is put into all of `segments` at its turn, so that a new one is made with all of them. Returns segments with something
/// left to do.
pub(super) async fn put_in(
    session: &Session<'_>,
    remote: &Remote,
    segments: &[SegmentId],
) -> Result<BTreeSet<SegmentId>, SyncError> {
    let shards: VecDeque<_> = session.database.shards().all().collect();
    let first = UserNo(i64::MIN);
    let new = |segment: &SegmentId| Queue { segment: *segment, shards: shards.clone(), after: first };
    let mut queues: VecDeque<_> = segments.iter().map(new).collect();
    let mut unfinished = BTreeSet::new();
    while let Some(mut queue) = queues.pop_front() {
        if session.is_stopping() {
            return Ok(segments.iter().copied().collect());
        }
        let Some(shard) = queue.shards.front().copied() else { continue };
        let connection = session.database.connection();
        let page = page_joining(connection, shard, queue.segment, queue.after, session.chunk()).await?;
        match page.last() {
            Some((last, _)) => queue.after = *last,
            None => {
                queue.shards.pop_front();
                queue.after = first;
                queues.push_front(queue);
                continue;
            }
        }
        let keys: Vec<AddressKey> = page.into_iter().map(|(_, (key, _))| key).collect();
        unfinished.extend(put_in_keys(session, remote, segments, &keys).await?);
        queues.push_back(queue);
    }
    Ok(unfinished)
}

/// What has to be put in of some addresses.
pub(super) async fn put_in_keys(
    session: &Session<'_>,
    remote: &Remote,
    segments: &[SegmentId],
    keys: &[AddressKey],
) -> Result<BTreeSet<SegmentId>, SyncError> {
    let pairs = joining_among(session.database, segments, keys).await?;
    if pairs.is_empty() {
        return Ok(BTreeSet::new());
    }
    let settled = chunk::join(session, remote, &pairs).await?;
    let concerned = pairs.into_iter().map(|(_, segment)| segment);
    Ok(if settled.deferred > 0 { concerned.collect() } else { BTreeSet::new() })
}

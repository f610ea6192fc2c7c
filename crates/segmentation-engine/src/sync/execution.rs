//! The steps of a sync, in their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::SegmentId,
    mail::{AddressKey, SyncIssue, SyncMode},
    run::RunState,
};
use persistence::{
    DbErr, Transaction,
    ingest::users,
    sync::{
        destination,
        dirty::{self, Mark},
        runs::{self, Ending, SyncLeaseError},
        segments::{self, Seen},
    },
};
use tracing::warn;

use super::{
    chunk, compare, erasures,
    error::SyncError,
    events, imports, joins, leaves, mails, names,
    options::SyncReport,
    plan::{self, Synced, Work},
    remote_segments,
    session::Session,
};
use crate::support::{failpoints::point, retry::with_retry};

pub(super) async fn execute(session: Session<'_>) -> Result<SyncReport, SyncError> {
    let ended = carry_over(&session).await;
    point("sync_before_finish");
    let (state, failure) = match &ended {
        Ok(false) => (RunState::Succeeded, None),
        Ok(true) => (RunState::Abandoned, Some("it was asked to stop".into())),
        Err(SyncError::Remote(error)) if error.is_stop() => (RunState::Abandoned, Some("it was asked to stop".into())),
        Err(error) => (RunState::Failed, Some(error.to_string())),
    };
    let is_lost = matches!(ended, Err(SyncError::Lease(SyncLeaseError::Lost(_))));
    if !is_lost {
        finish(&session, state, failure).await?;
    }
    point("sync_after_finish");
    match ended {
        Ok(is_stopped) => Ok(report(&session, is_stopped).await?),
        Err(SyncError::Remote(error)) if error.is_stop() && session.is_stopping() => Ok(report(&session, true).await?),
        Err(error) => Err(error),
    }
}

async fn finish(session: &Session<'_>, state: RunState, failure: Option<String>) -> Result<(), SyncError> {
    let (issues, issue_count) = {
        let progress = session.progress();
        (progress.issues.clone(), progress.issue_count)
    };
    with_retry(|| async {
        let tx = session.begin().await?;
        // Locks the row of the sync first: an erasure that starts later waits, and then finds the issues written here.
        runs::renew(&tx, session.id, &session.counts()).await?;
        let issues = of_existing_users(&tx, session, &issues).await?;
        let ending = Ending { state, counts: session.counts(), issues: &issues, issue_count, failure: failure.clone() };
        runs::finish(&tx, session.id, ending).await?;
        let failed = failure.clone().filter(|_| state == RunState::Failed).map(|failure| (failure, session.now()));
        if state != RunState::Abandoned {
            destination::set_failure(&tx, failed).await?;
        }
        if let (Some(limit), _) = session.client.rate() {
            destination::set_rate_limit(&tx, limit).await?;
        }
        Ok::<_, SyncError>(tx.commit().await?)
    })
    .await
}

/// Without those of users who were erased meanwhile.
async fn of_existing_users(
    tx: &Transaction,
    session: &Session<'_>,
    issues: &[SyncIssue],
) -> Result<Vec<SyncIssue>, DbErr> {
    let mut existing = Vec::new();
    for issue in issues {
        let exists = match issue.user() {
            Some(user) => users::find(tx, session.database.shards().of(user), user).await?.is_some(),
            None => true,
        };
        if exists {
            existing.push(issue.clone());
        }
    }
    Ok(existing)
}

async fn report(session: &Session<'_>, is_stopped: bool) -> Result<SyncReport, SyncError> {
    let keys: BTreeMap<_, _> = segments::all(session.database.connection())
        .await?
        .into_iter()
        .map(|sync| (sync.segment, (sync.key, sync.missing, sync.extra)))
        .collect();
    let progress = session.progress();
    let by_segment = progress.by_segment.iter().filter_map(|(segment, changes)| {
        let (key, missing, extra) = keys.get(segment)?;
        let mut changes = *changes;
        (changes.missing, changes.extra) = (*missing, *extra);
        Some((key.clone(), changes))
    });
    let is_stopped = is_stopped || progress.is_importing;
    Ok(SyncReport {
        id: session.id,
        mode: session.options.mode,
        by_segment: by_segment.collect(),
        issues: progress.issues.clone(),
        issue_count: progress.issue_count,
        is_stopped,
        duration: session.started.elapsed(),
        counts: {
            drop(progress);
            session.counts()
        },
    })
}

/// Returns whether it stopped before all was done.
async fn carry_over(session: &Session<'_>) -> Result<bool, SyncError> {
    let (database, connection) = (session.database, session.database.connection());
    events::apply_waiting(database, session.now()).await?;
    point("sync_after_events");
    if let Some(wanted) = &session.options.segments {
        // Also one that is being removed, and is not there any more in a moment.
        let known = segments::all(connection).await?;
        if let Some(key) = wanted.iter().find(|key| !known.iter().any(|sync| sync.key == **key)) {
            return Err(SyncError::NoSuchSegment(key.clone()));
        }
    }
    erasures::carry_over(session).await?;
    remote_segments::remove(session).await?;
    if destination::read(connection).await?.is_paused {
        return Ok(session.is_stopping());
    }
    let mut synced = plan::synced(connection, &session.options).await?;
    match session.options.mode {
        SyncMode::Delta => compare::look_into_bound(session, &mut synced).await?,
        SyncMode::Full => compare::compare(session, &mut synced).await?,
    }
    let marks = plan::marks(connection).await?;
    let work = plan::gather(database, session.options.mode, &synced, &marks).await?;
    session.count(|counts| counts.planned += work.planned());
    point("sync_after_plan");
    let busy = synced.iter().filter(|one| work.is_busy(one)).map(Synced::id).collect();
    let remote = remote_segments::ensure(session, &mut synced, &busy).await?;
    let is_there = |id: &SegmentId| remote.contains_key(id);
    synced.retain(|one| !busy.contains(&one.id()) || is_there(&one.id()));
    let held = leaves::hold_back(session, &mut synced, &work.leaving).await?;
    let joining: BTreeSet<_> = work.changed.iter().copied().filter(|id| work.joining(*id) > 0).collect();
    let Work { changed, leaving, .. } = work;
    let keys: Vec<_> = marks.iter().map(|mark| mark.key.clone()).collect();
    let leaving = leaving.into_iter().filter(|(id, _)| is_there(id) && !held.contains(id)).collect();
    let mut unfinished = leaves::take_out(session, &remote, leaving).await?;
    let live: Vec<_> = synced
        .iter()
        .filter(|one| one.is_live && is_there(&one.id()) && !held.contains(&one.id()))
        .map(Synced::id)
        .collect();
    let whole: Vec<_> = live.iter().copied().filter(|id| changed.contains(id)).collect();
    // Whoever joined after the count has changed the version of the segment, and is met by the next sync.
    let joining: Vec<_> = whole.iter().copied().filter(|id| joining.contains(id)).collect();
    if imports::carry_over(session, &remote, &whole, &joining).await? {
        session.progress().is_importing = true;
        unfinished.extend(whole.iter().copied());
    }
    unfinished.extend(joins::put_in(session, &remote, &joining).await?);
    let waiting = follow_marks(session, &remote, &live, &keys).await?;
    unfinished.extend(held);
    if session.is_stopping() {
        return Ok(true);
    }
    conclude(session, &synced, &changed, &unfinished, &marks, &waiting).await?;
    mails::ask_about_broadcasts(session).await?;
    Ok(false)
}

/// Joins and names of single addresses. Returns those that have to wait.
async fn follow_marks(
    session: &Session<'_>,
    remote: &chunk::Remote,
    live: &[SegmentId],
    keys: &[AddressKey],
) -> Result<BTreeSet<AddressKey>, SyncError> {
    let (mut waiting, mut rest) = (BTreeSet::new(), keys);
    while !rest.is_empty() {
        let (keys, later) = rest.split_at(rest.len().min(session.chunk() as usize));
        rest = later;
        if session.is_stopping() {
            waiting.extend(keys.iter().cloned());
            continue;
        }
        if !joins::put_in_keys(session, remote, live, keys).await?.is_empty() {
            waiting.extend(keys.iter().cloned());
        }
        waiting.extend(names::send(session, keys).await?);
    }
    Ok(waiting)
}

/// Notes what is done, so that the next sync begins there.
async fn conclude(
    session: &Session<'_>,
    synced: &[Synced],
    changed: &BTreeSet<SegmentId>,
    unfinished: &BTreeSet<SegmentId>,
    marks: &[Mark],
    waiting: &BTreeSet<AddressKey>,
) -> Result<(), SyncError> {
    let done: Vec<_> =
        marks.iter().filter(|mark| !waiting.contains(&mark.key) && unfinished.is_empty()).cloned().collect();
    let now = session.now();
    let tx = session.begin().await?;
    // Somebody may have changed the switch meanwhile.
    let switched_at: HashMap<_, _> =
        segments::all(&tx).await?.into_iter().map(|sync| (sync.segment, sync.changed_at)).collect();
    let is_synced = |one: &&Synced| {
        one.is_live
            && !unfinished.contains(&one.id())
            && switched_at.get(&one.id()).is_some_and(|at| *at == one.sync.changed_at)
    };
    let seen = synced.iter().filter(is_synced).map(|one| {
        let planned = changed.contains(&one.id()).then(|| (one.version, one.rule.clone()));
        Seen { segment: one.id(), planned }
    });
    segments::note_synced(&tx, &seen.collect::<Vec<_>>(), now, session.options.mode == SyncMode::Full).await?;
    // A sync of some segments has done only a part for each address.
    if session.options.segments.is_none() && !done.is_empty() {
        dirty::clear(&tx, &done).await?;
        // A segment that is not live has followed none of the marks, so it is planned as a whole once it is.
        for one in synced.iter().filter(|one| !one.is_live && one.sync.seen_version >= 0) {
            segments::forget_version(&tx, one.id()).await?;
        }
    }
    session.commit(tx).await?;
    if !unfinished.is_empty() {
        warn!(segments = unfinished.len(), "a sync has left some of its work to the next one");
    }
    Ok(())
}

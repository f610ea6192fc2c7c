//! Remote segments: made, renamed, looked for, removed.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    criteria::SegmentNames,
    ids::SegmentId,
    mail::{MemberState, SyncIssue, SyncState},
    segment::SegmentKey,
    system_segments::system_segment,
};
use persistence::{
    segments::custom,
    sync::{
        destination, members,
        segments::{self, StoredSync},
    },
};
use resend::{Error, ids::SegmentId as RemoteId};

use super::{
    account::{self, remote_id},
    chunk::{self, Remote},
    error::SyncError,
    lists,
    plan::Synced,
    session::Session,
};
use crate::support::failpoints::point;

/// What stands before the bracket is cut to this.
const LONGEST_NAME: usize = 100;
/// The name of a segment as people read it.
pub(super) fn name_of(key: &SegmentKey, names: &SegmentNames) -> String {
    match (system_segment(key), names.get(key)) {
        (Some(system), _) => system.name.into(),
        (None, Some(name)) => name.clone(),
        (None, None) => key.to_string(),
    }
}

/// By which a remote segment of ours is found again.
fn bracket(installation: &str, key: &SegmentKey) -> String {
    format!(" [{installation}:{key}]")
}

pub(super) fn remote_name(name: &str, installation: &str, key: &SegmentKey) -> String {
    let name: String = name.chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
    format!("{}{}", name.trim_end(), bracket(installation, key))
}

/// The remote segments of those that are busy, as far as they can be worked with. Asks about each once; makes those that are missing.
pub(super) async fn ensure(
    session: &Session<'_>,
    synced: &mut [Synced],
    busy: &BTreeSet<SegmentId>,
) -> Result<Remote, SyncError> {
    if busy.is_empty() {
        return Ok(Remote::new());
    }
    account::check(session).await?;
    let connection = session.database.connection();
    let installation = destination::read(connection).await?.installation;
    let names = custom::names(connection).await?;
    let mut remote = BTreeMap::new();
    for synced in synced.iter_mut().filter(|synced| busy.contains(&synced.id())) {
        let name = remote_name(&name_of(&synced.sync.key, &names), &installation, &synced.sync.key);
        match ensure_one(session, &mut synced.sync, &name, &installation).await {
            Ok(Some(id)) => {
                remote.insert(synced.id(), id);
            }
            Ok(None) => {}
            Err(error) => note_failure(session, &mut synced.sync, error).await?,
        }
    }
    Ok(remote)
}

/// `None` if there is none to work with.
async fn ensure_one(
    session: &Session<'_>,
    sync: &mut StoredSync,
    name: &str,
    installation: &str,
) -> Result<Option<RemoteId>, SyncError> {
    let id = match remote_id(sync) {
        Some(id) if !is_there(session, &id).await? => {
            set_gone(session, sync).await?;
            return Ok(None);
        }
        Some(id) => id,
        None => match make(session, sync, name, installation).await? {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    rename(session, sync, &id, name).await?;
    Ok(Some(id))
}

async fn is_there(session: &Session<'_>, id: &RemoteId) -> Result<bool, SyncError> {
    if account::check(session).await?.there.contains(id) {
        return Ok(true);
    }
    match session.client.segment(id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What the mail service says about one remote segment holds up no other. An error that is about more than that is passed on.
async fn note_failure(session: &Session<'_>, sync: &mut StoredSync, error: SyncError) -> Result<(), SyncError> {
    let SyncError::Remote(remote) = &error else { return Err(error) };
    match remote {
        Error::Refused(_) | Error::Rejected(_) | Error::NotFound(_) | Error::NotDone(_) | Error::Unreadable(_) => {}
        Error::Key(_)
        | Error::Quota(_)
        | Error::Unavailable(_)
        | Error::AnswerLost(_)
        | Error::Stopped
        | Error::Interrupted => {
            return Err(error);
        }
    }
    let reason = remote.to_string();
    sync.failure = Some(reason.clone());
    let tx = session.begin().await?;
    segments::note(&tx, sync).await?;
    session.commit(tx).await?;
    session.issue(SyncIssue::SegmentFailed { segment: sync.key.clone(), reason });
    Ok(())
}

async fn set_gone(session: &Session<'_>, sync: &mut StoredSync) -> Result<(), SyncError> {
    sync.failure = Some("its remote segment was deleted at the mail service".into());
    let tx = session.begin().await?;
    segments::note(&tx, sync).await?;
    segments::set_gone(&tx, sync.segment).await?;
    members::segment_left(&tx, sync.segment).await?;
    session.commit(tx).await?;
    session.issue(SyncIssue::SegmentGone { segment: sync.key.clone() });
    Ok(())
}

/// A call that was sent before and whose answer nobody knows may have made it, so its name is looked for first. `None` if the
/// segment was switched off before anything was sent.
async fn make(
    session: &Session<'_>,
    sync: &mut StoredSync,
    name: &str,
    installation: &str,
) -> Result<Option<RemoteId>, SyncError> {
    let may_exist = sync.is_being_made;
    if !may_exist {
        sync.is_being_made = true;
        let tx = session.begin().await?;
        let is_synced = segments::note(&tx, sync).await?;
        session.commit(tx).await?;
        if !is_synced {
            return Ok(None);
        }
    }
    let mut found = if may_exist { find(session, sync, installation).await? } else { None };
    while found.is_none() {
        found = match session.client.create_segment(name).await {
            Ok(id) => Some((id, name.to_owned())),
            Err(Error::AnswerLost(_)) => find(session, sync, installation).await?,
            Err(error) => return Err(error.into()),
        };
    }
    point("sync_after_segment_made");
    let Some((id, name)) = found else { return Err(SyncError::Incomplete) };
    sync.remote_id = Some(id.as_str().into());
    (sync.made_here, sync.is_being_made, sync.remote_name) = (true, false, Some(name));
    let tx = session.begin().await?;
    segments::note(&tx, sync).await?;
    session.commit(tx).await?;
    Ok(Some(id))
}

/// Only a name with its own full bracket is ours. Of several, the oldest.
async fn find(
    session: &Session<'_>,
    sync: &StoredSync,
    installation: &str,
) -> Result<Option<(RemoteId, String)>, SyncError> {
    let all = lists::whole(|after| {
        let client = session.client.clone();
        async move { client.segments(after.as_deref()).await }
    })
    .await?;
    let bracket = bracket(installation, &sync.key);
    let mut ours: Vec<_> = all.into_iter().filter(|segment| segment.name.ends_with(&bracket)).collect();
    ours.sort_by_key(|segment| segment.created_at);
    if ours.len() > 1 {
        session.issue(SyncIssue::SameName { segment: sync.key.clone(), others: ours.len() as u64 - 1 });
    }
    Ok(ours.into_iter().next().map(|segment| (segment.id, segment.name)))
}

/// Of those that we made.
async fn rename(session: &Session<'_>, sync: &mut StoredSync, id: &RemoteId, name: &str) -> Result<(), SyncError> {
    if !sync.made_here || sync.remote_name.as_deref() == Some(name) {
        return Ok(());
    }
    match session.client.rename_segment(id, name).await {
        Ok(()) => {}
        // The segment was just there, so it is the route that is missing. Said once.
        Err(Error::NotFound(_) | Error::Rejected(_)) => {
            session.issue(SyncIssue::NotRenamed { segment: sync.key.clone() });
        }
        Err(error) => return Err(error.into()),
    }
    sync.remote_name = Some(name.to_owned());
    let tx = session.begin().await?;
    segments::note(&tx, sync).await?;
    session.commit(tx).await
}

/// Takes away what we put there, of segments that are not synced any more. A row goes when its removal is done.
pub(super) async fn remove(session: &Session<'_>) -> Result<(), SyncError> {
    let all = segments::all(session.database.connection()).await?;
    for mut sync in all.into_iter().filter(|sync| sync.state == SyncState::Removing) {
        if sync.may_have_remote() {
            account::check(session).await?;
        }
        match remove_one(session, &sync).await {
            Ok(true) => {
                let tx = session.begin().await?;
                // They left with the remote segment, by one request.
                let left = members::segment_left(&tx, sync.segment).await?;
                segments::delete(&tx, sync.segment).await?;
                session.commit(tx).await?;
                session.count(|counts| {
                    counts.planned += left;
                    counts.done += left;
                    counts.left += left;
                });
            }
            // The next sync goes on.
            Ok(false) => {}
            Err(error) => note_failure(session, &mut sync, error).await?,
        }
    }
    Ok(())
}

/// Returns whether nothing of ours is left there.
async fn remove_one(session: &Session<'_>, sync: &StoredSync) -> Result<bool, SyncError> {
    match remote_id(sync) {
        Some(id) if sync.made_here => session.client.delete_segment(&id).await?,
        Some(id) => return empty(session, sync, &id).await,
        None if sync.is_being_made => {
            let installation = destination::read(session.database.connection()).await?.installation;
            if let Some((id, _)) = find(session, sync, &installation).await? {
                session.client.delete_segment(&id).await?;
            }
        }
        None => {}
    }
    Ok(true)
}

/// Somebody else made the remote segment, so only our contacts leave it. Returns whether all have.
async fn empty(session: &Session<'_>, sync: &StoredSync, id: &RemoteId) -> Result<bool, SyncError> {
    let remote = BTreeMap::from([(sync.segment, id.clone())]);
    let (mut after, mut is_empty) = (None, true);
    loop {
        let connection = session.database.connection();
        let page = members::page(connection, sync.segment, after.as_ref(), session.chunk()).await?;
        let Some((last, _)) = page.last() else { return Ok(is_empty) };
        if session.is_stopping() {
            return Ok(false);
        }
        after = Some(last.clone());
        let ours = page.into_iter().filter(|(_, state)| *state != MemberState::Found);
        let pairs: Vec<_> = ours.map(|(key, _)| (key, sync.segment)).collect();
        is_empty &= chunk::leave(session, &remote, &pairs).await?.deferred == 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_names_have_a_bracket_that_is_never_cut() {
        let key: SegmentKey = "lifecycle:active".parse().expect("a key");
        assert_eq!(remote_name("Active Users", "0a1b2c3d", &key), "Active Users [0a1b2c3d:lifecycle:active]");
        let long = remote_name(&"ä".repeat(300), "0a1b2c3d", &key);
        assert_eq!(long.chars().count(), 100 + " [0a1b2c3d:lifecycle:active]".len());
        assert_eq!(remote_name("a\nb\u{7}", "0", &key), "ab [0:lifecycle:active]");
    }
}

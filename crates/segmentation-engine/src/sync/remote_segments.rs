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
    chunk::{self, Remote},
    error::SyncError,
    lists,
    plan::Synced,
    session::Session,
};
use crate::support::failpoints::point;

/// What stands before the bracket is cut to this.
const LONGEST_NAME: usize = 100;
/// If a segment with this many delivered contacts is missing, the key belongs to another account.
const TELLING: u64 = 100;

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
    let (asked, others): (Vec<_>, Vec<_>) = synced.iter().partition(|synced| busy.contains(&synced.id()));
    let gone = ask(session, &asked).await?;
    if !gone.is_empty() && gone.len() == known(&asked) {
        refuse_another_account(session, &asked, &others).await?;
    }
    let connection = session.database.connection();
    let installation = destination::read(connection).await?.installation;
    let names = custom::names(connection).await?;
    let mut remote = BTreeMap::new();
    for synced in synced.iter_mut().filter(|synced| busy.contains(&synced.id())) {
        if gone.contains(&synced.id()) {
            set_gone(session, &mut synced.sync).await?;
            continue;
        }
        let name = remote_name(&name_of(&synced.sync.key, &names), &installation, &synced.sync.key);
        let id = match remote_id(&synced.sync) {
            Some(id) => id,
            None => match make(session, &mut synced.sync, &name, &installation).await? {
                Some(id) => id,
                None => continue,
            },
        };
        rename(session, &mut synced.sync, &id, &name).await?;
        remote.insert(synced.id(), id);
    }
    Ok(remote)
}

pub(super) fn remote_id(sync: &StoredSync) -> Option<RemoteId> {
    sync.remote_id.clone().and_then(|id| id.try_into().ok())
}

/// Those that the mail service does not know any more.
async fn ask(session: &Session<'_>, asked: &[&Synced]) -> Result<Vec<SegmentId>, SyncError> {
    let mut gone = Vec::new();
    for synced in asked {
        let Some(id) = remote_id(&synced.sync) else { continue };
        match session.client.segment(&id).await {
            Ok(_) => {}
            Err(Error::NotFound(_)) => gone.push(synced.id()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(gone)
}

fn known(synced: &[&Synced]) -> usize {
    synced.iter().filter(|synced| synced.sync.remote_id.is_some()).count()
}

/// None of those that were asked for is there. If none of the others is, the key belongs to another account.
async fn refuse_another_account(session: &Session<'_>, asked: &[&Synced], others: &[&Synced]) -> Result<(), SyncError> {
    if ask(session, others).await?.len() < known(others) {
        return Ok(());
    }
    let mut delivered = 0;
    for synced in asked.iter().chain(others).filter(|synced| synced.sync.remote_id.is_some()) {
        delivered = delivered.max(members::count_delivered(session.database.connection(), synced.id()).await?);
    }
    let count = known(asked) + known(others);
    if count >= 2 || delivered >= TELLING { Err(SyncError::AnotherAccount) } else { Ok(()) }
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
    for sync in all.iter().filter(|sync| sync.state == SyncState::Removing) {
        match remote_id(sync) {
            Some(id) if sync.made_here => session.client.delete_segment(&id).await?,
            Some(id) => empty(session, sync, &id).await?,
            None if sync.is_being_made => {
                let installation = destination::read(session.database.connection()).await?.installation;
                if let Some((id, _)) = find(session, sync, &installation).await? {
                    session.client.delete_segment(&id).await?;
                }
            }
            None => {}
        }
        let tx = session.begin().await?;
        members::segment_left(&tx, sync.segment).await?;
        segments::delete(&tx, sync.segment).await?;
        session.commit(tx).await?;
    }
    Ok(())
}

/// Somebody else made the remote segment, so only our contacts leave it.
async fn empty(session: &Session<'_>, sync: &StoredSync, id: &RemoteId) -> Result<(), SyncError> {
    loop {
        let page = members::page(session.database.connection(), sync.segment, None, chunk::SIZE).await?;
        if page.is_empty() {
            return Ok(());
        }
        let pairs: Vec<_> = page.into_iter().map(|(key, _): (_, MemberState)| (key, sync.segment)).collect();
        let remote = BTreeMap::from([(sync.segment, id.clone())]);
        let settled = chunk::leave(session, &remote, &pairs).await?;
        if settled.deferred > 0 {
            // The next sync goes on.
            return Err(SyncError::Remote(Error::Stopped));
        }
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

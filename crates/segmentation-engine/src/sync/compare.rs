//! A full sync looks at the lists of the mail service: who is in our remote segments, who must not get mail, and which events did not
//! arrive. Nothing is concluded from a list that does not come to its end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    ids::SegmentId,
    instant::Instant,
    mail::{
        AddressKey, ContactOrigin, ContactState, DriftKind, Extras, MemberState, SuppressionOrigin, SuppressionReason,
        SyncIssue,
    },
};
use persistence::{
    ConnectionTrait, DbErr, Transaction,
    sync::{
        addresses_of_users,
        contacts::{self, Names, StoredContact},
        destination, dirty,
        drift::{self, Drifted},
        members, segments,
        suppressions::{self, Statement},
    },
};
use resend::{
    Contact, Error,
    event::SuppressionCause,
    ids::{ContactRef, SegmentId as RemoteId},
};

use super::{
    account::{self, remote_id},
    contact::{is_made_here, known_id},
    error::SyncError,
    events, lists,
    plan::Synced,
    read_back,
    session::Session,
};

/// A list may lag, an opt-out may not: a list lifts only what is older than this.
const LAG: TimeDelta = TimeDelta::minutes(15);
/// Rows that are read or written at once.
const PAGE: u32 = 1_000;

pub(super) async fn compare(session: &Session<'_>, synced: &mut [Synced]) -> Result<(), SyncError> {
    account::check(session).await?;
    read_limits(session).await?;
    look_for_others(session).await?;
    read_suppressions(session).await?;
    for one in synced.iter_mut().filter(|one| one.is_live) {
        if let Some(id) = remote_id(&one.sync) {
            compare_segment(session, one, &id).await?;
        }
    }
    read_back::read_back(session).await?;
    events::apply_waiting(session.database, session.now()).await?;
    Ok(())
}

/// Who is in the remote segments of others before we put anybody in, so that only those whom we put in are taken out one day.
pub(super) async fn look_into_bound(session: &Session<'_>, synced: &mut [Synced]) -> Result<(), SyncError> {
    for one in synced.iter_mut().filter(|one| one.is_live && !one.sync.made_here && one.sync.seen_version < 0) {
        if let Some(id) = remote_id(&one.sync) {
            account::check(session).await?;
            compare_segment(session, one, &id).await?;
        }
    }
    Ok(())
}

async fn read_limits(session: &Session<'_>) -> Result<(), SyncError> {
    match session.client.contact_usage().await {
        Ok((_, limit)) => Ok(destination::set_contact_limit(session.database.connection(), limit).await?),
        Err(error @ (Error::Key(_) | Error::Quota(_) | Error::Stopped | Error::Interrupted)) => Err(error.into()),
        // A plan may not have it.
        Err(_) => Ok(()),
    }
}

/// Names of remote segments tell if another installation uses the same account.
async fn look_for_others(session: &Session<'_>) -> Result<(), SyncError> {
    let account = account::check(session).await?;
    let all = account.listed.iter().flatten();
    let ours = destination::read(session.database.connection()).await?.installation;
    let others: BTreeSet<_> = all.filter_map(|segment| installation_in(&segment.name)).collect();
    for installation in others.into_iter().filter(|other| *other != ours) {
        session.issue(SyncIssue::AnotherInstallation { installation: installation.to_owned() });
    }
    Ok(())
}

/// Of a name such as `Active Users [0a1b2c3d:lifecycle:active]`.
fn installation_in(name: &str) -> Option<&str> {
    let (_, bracket) = name.strip_suffix(']')?.rsplit_once(" [")?;
    let (installation, key) = bracket.split_once(':')?;
    let is_hex = installation.len() == 8 && installation.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && key.contains(':')).then_some(installation)
}

async fn read_suppressions(session: &Session<'_>) -> Result<(), SyncError> {
    let asked_at = session.now();
    let client = &session.client;
    let all = lists::whole(|after| async move { client.suppressions(after.as_deref()).await }).await?;
    let mut there: BTreeSet<(AddressKey, SuppressionReason)> = BTreeSet::new();
    for suppressed in &all {
        if let Some(key) = AddressKey::of(&suppressed.email) {
            there.insert((key, events::reason_of(SuppressionCause::of(&suppressed.origin))));
        }
    }
    let reasons = [SuppressionReason::Bounced, SuppressionReason::Complained, SuppressionReason::Manual];
    let known = suppressions::active_of_reasons(session.database.connection(), &reasons, asked_at - LAG).await?;
    let tx = session.begin().await?;
    for (key, reason) in &there {
        if addresses_of_users::is_of_somebody(&tx, key).await? {
            say(session, &tx, key, *reason, true, asked_at).await?;
        }
    }
    for (key, reason) in known.iter().filter(|one| !there.contains(one)) {
        say(session, &tx, key, *reason, false, asked_at - LAG).await?;
    }
    session.commit(tx).await
}

async fn say(
    session: &Session<'_>,
    tx: &Transaction,
    key: &AddressKey,
    reason: SuppressionReason,
    is_set: bool,
    at: Instant,
) -> Result<(), SyncError> {
    // What is known to hold needs no newer word.
    let known = suppressions::find(tx, key, reason).await?;
    if known.is_some_and(|(_, suppression)| suppression.is_stated() == is_set) {
        return Ok(());
    }
    let said = Statement { key: key.clone(), reason, origin: SuppressionOrigin::Listing, is_set, at };
    Ok(events::take_in_statement(tx, session.database.shards(), &said, session.now()).await?)
}

/// What we know to have put into the remote segment, against who is there.
async fn compare_segment(session: &Session<'_>, one: &mut Synced, id: &RemoteId) -> Result<(), SyncError> {
    let asked_at = session.now();
    let client = &session.client;
    let listed = lists::whole(|after| async move { client.segment_contacts(id, after.as_deref()).await }).await;
    let listed: Vec<Contact> = match listed {
        Ok(listed) => listed,
        // It is gone, or the account is another one: that is looked at later.
        Err(SyncError::Remote(Error::NotFound(_))) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut there = BTreeMap::new();
    for contact in &listed {
        if let Some(key) = AddressKey::of(&contact.email) {
            there.insert(key, contact);
        }
    }
    let delivered = delivered(session.database.connection(), one.id()).await?;
    take_in_subscriptions(session, &there, asked_at).await?;
    let missing: Vec<_> = delivered.iter().filter(|key| !there.contains_key(key)).cloned().collect();
    let found_missing = settle_missing(session, one, missing).await?;
    let extras: Vec<_> = there.iter().filter(|(key, _)| !delivered.contains(key)).collect();
    let (kept, unwanted) = settle_extras(session, one, id, &extras).await?;
    (one.sync.missing, one.sync.extra) = (found_missing.len() as u64, unwanted);
    let tx = session.begin().await?;
    drift::replace(&tx, (one.id(), DriftKind::Missing), &found_missing, asked_at).await?;
    drift::replace(&tx, (one.id(), DriftKind::Extra), &kept, asked_at).await?;
    segments::note(&tx, &one.sync).await?;
    session.commit(tx).await
}

/// Whom we know to be in a remote segment.
pub(super) async fn delivered(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
) -> Result<BTreeSet<AddressKey>, DbErr> {
    let (mut all, mut after) = (BTreeSet::new(), None);
    loop {
        let page = members::page(connection, segment, after.as_ref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = Some(last.clone());
        all.extend(page.into_iter().filter(|(_, state)| *state != MemberState::Joining).map(|(key, _)| key));
    }
}

async fn take_in_subscriptions(
    session: &Session<'_>,
    there: &BTreeMap<AddressKey, &Contact>,
    asked_at: Instant,
) -> Result<(), SyncError> {
    let all: Vec<_> = there.iter().collect();
    for some in all.chunks(PAGE as usize) {
        let tx = session.begin().await?;
        for (key, contact) in some {
            if contact.unsubscribed && addresses_of_users::is_of_somebody(&tx, key).await? {
                say(session, &tx, key, SuppressionReason::Unsubscribed, true, asked_at).await?;
            } else if !contact.unsubscribed {
                // Only if there was a word against it that is old enough.
                say_lifted(session, &tx, key, asked_at - LAG).await?;
            }
        }
        session.commit(tx).await?;
    }
    Ok(())
}

async fn say_lifted(session: &Session<'_>, tx: &Transaction, key: &AddressKey, at: Instant) -> Result<(), SyncError> {
    let reason = SuppressionReason::Unsubscribed;
    let known = suppressions::find(tx, key, reason).await?;
    let is_liftable = known.is_some_and(|(_, suppression)| suppression.is_stated() && suppression.set_at < Some(at));
    if is_liftable { say(session, tx, key, reason, false, at).await } else { Ok(()) }
}

/// Contacts that we put there and that the list does not have. A list may be wrong, so each is asked for. Returns them.
async fn settle_missing(
    session: &Session<'_>,
    one: &Synced,
    missing: Vec<AddressKey>,
) -> Result<Vec<Drifted>, SyncError> {
    let mut found = Vec::new();
    for keys in missing.chunks(100) {
        let known = contacts::find_many(session.database.connection(), keys).await?;
        let (mut gone, mut again) = (Vec::new(), Vec::new());
        for contact in known {
            let Some(id) = known_id(&contact) else { continue };
            found.push(Drifted { remote_id: id.as_str().to_owned(), address: contact.address.clone() });
            match session.client.contact(ContactRef::Id(&id)).await {
                Err(Error::NotFound(_)) => gone.push(contact),
                Ok(_) => again.push((contact.key, one.id())),
                Err(error) => return Err(error.into()),
            }
        }
        let now = session.now();
        let tx = session.begin().await?;
        // Planned again as joins, if still wanted, also if this sync does not come to that.
        members::left(&tx, &again).await?;
        dirty::mark(&tx, &again.into_iter().map(|(key, _)| key).collect()).await?;
        for contact in gone {
            let lost = StoredContact { state: ContactState::Gone, remote_id: None, ..contact };
            contacts::update(&tx, &lost).await?;
            members::left_all(&tx, &lost.key).await?;
            say(session, &tx, &lost.key, SuppressionReason::Deleted, true, now).await?;
        }
        session.commit(tx).await?;
    }
    Ok(found)
}

/// People there whom we did not put there. In a remote segment that we made, one who should be there is taken for ours: the answer
/// to our call was lost. Whom we took out and others put back is taken out again. Returns the others, and how many of them should
/// not be there.
async fn settle_extras(
    session: &Session<'_>,
    one: &Synced,
    id: &RemoteId,
    extras: &[(&AddressKey, &&Contact)],
) -> Result<(Vec<Drifted>, u64), SyncError> {
    let is_removing = one.sync.extras == Extras::Remove && one.sync.made_here;
    let (mut kept, mut unwanted) = (Vec::new(), 0);
    for some in extras.chunks(100) {
        let keys: Vec<_> = some.iter().map(|(key, _)| (*key).clone()).collect();
        let wanted = super::plan::joining_among(session.database, &[one.id()], &keys).await?;
        let taken_out = members::taken_out(session.database.connection(), one.id(), &keys).await?;
        let known: BTreeMap<_, _> = contacts::find_many(session.database.connection(), &keys)
            .await?
            .into_iter()
            .map(|contact| (contact.key.clone(), contact))
            .collect();
        let ours: BTreeSet<_> = members::of_contacts(session.database.connection(), &keys)
            .await?
            .into_iter()
            .filter(|((_, segment), _)| *segment == one.id())
            .map(|((key, _), _)| key)
            .collect();
        for (key, contact) in some {
            let is_wanted = wanted.iter().any(|(wanted, _)| wanted == *key);
            if is_wanted {
                note_present(session, known.get(*key), contact).await?;
            } else if is_removing || taken_out.contains(*key) {
                session.client.remove_from_segment(&contact.id, id).await?;
                continue;
            } else {
                unwanted += 1;
            }
            if !is_wanted || !one.sync.made_here && !ours.contains(*key) {
                let remote_id = contact.id.as_str().to_owned();
                kept.push(Drifted { remote_id, address: contact.email.clone() });
            }
        }
    }
    Ok((kept, unwanted))
}

/// So that the join that follows needs no look-up.
async fn note_present(
    session: &Session<'_>,
    known: Option<&StoredContact>,
    contact: &Contact,
) -> Result<(), SyncError> {
    let Some(stored) = known.filter(|stored| stored.state == ContactState::Creating) else { return Ok(()) };
    let is_ours = stored.origin != ContactOrigin::Elsewhere && is_made_here(contact, stored.tried_at);
    let present = StoredContact {
        state: ContactState::Present,
        remote_id: Some(contact.id.as_str().into()),
        origin: if is_ours { ContactOrigin::Here } else { ContactOrigin::Elsewhere },
        names: Names { first: contact.first_name.clone(), last: contact.last_name.clone() },
        ..stored.clone()
    };
    let tx = session.begin().await?;
    contacts::update(&tx, &present).await?;
    dirty::mark(&tx, &BTreeSet::from([present.key.clone()])).await?;
    session.commit(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installations_are_read_from_names_of_ours_only() {
        assert_eq!(installation_in("Active Users [0a1b2c3d:lifecycle:active]"), Some("0a1b2c3d"));
        for name in ["Active Users", "News [2026:summer:x]", "x [0a1b2c3d:active]", "[0a1b2c3d:lifecycle:active]", ""] {
            assert_eq!(installation_in(name), None, "{name}");
        }
    }
}

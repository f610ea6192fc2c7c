//! Names of contacts that we made. Names of others are left alone.

use std::collections::HashMap;

use domain::mail::{AddressKey, ContactOrigin, ContactState};
use futures_util::{StreamExt, stream};
use persistence::sync::contacts::{self, Names, StoredContact};
use resend::Error;

use super::{account, chunk, contact::known_id, error::SyncError, session::Session};

/// Sends the names of some addresses where they differ from those that were sent. Returns addresses that have to wait.
pub(super) async fn send(session: &Session<'_>, keys: &[AddressKey]) -> Result<Vec<AddressKey>, SyncError> {
    if !session.sends_names {
        return Ok(Vec::new());
    }
    let known = contacts::find_many(session.database.connection(), keys).await?;
    let people = chunk::people(session.database, keys).await?;
    let work: Vec<_> = known.iter().filter_map(|contact| renamed(contact, &people)).collect();
    if work.is_empty() {
        return Ok(Vec::new());
    }
    session.count(|counts| counts.planned += work.len() as u64);
    let renames: Vec<_> = work
        .iter()
        .map(|(contact, names)| async move { (contact, names, rename(session, contact, names).await) })
        .collect();
    let asked: Vec<_> = stream::iter(renames).buffer_unordered(session.at_once()).collect().await;
    if asked.iter().any(|(.., renamed)| matches!(renamed, Err(Error::NotFound(_)))) {
        // To another account every contact is unknown.
        account::check(session).await?;
    }
    let (mut waiting, mut sent) = (Vec::new(), Vec::new());
    for (contact, names, renamed) in &asked {
        match renamed {
            // What the service does not take as a name is no reason to try for ever; and whether the contact is gone, others find.
            Ok(()) | Err(Error::NotFound(_) | Error::Refused(_)) => {
                sent.push((contact.key.clone(), (*names).clone()));
            }
            Err(error @ (Error::Key(_) | Error::Quota(_))) => return Err(error.clone().into()),
            Err(_) => waiting.push(contact.key.clone()),
        }
    }
    let tx = session.begin().await?;
    contacts::note_names(&tx, &sent).await?;
    session.count(|counts| {
        counts.done += sent.len() as u64;
        counts.renamed += sent.len() as u64;
        counts.deferred += waiting.len() as u64;
    });
    session.commit(tx).await?;
    Ok(waiting)
}

/// With the names that it should have.
fn renamed(
    contact: &StoredContact,
    people: &HashMap<AddressKey, Vec<persistence::sync::plan::Person>>,
) -> Option<(StoredContact, Names)> {
    let is_ours = contact.state == ContactState::Present && contact.origin == ContactOrigin::Here;
    let wanted = chunk::names_of(people.get(&contact.key)?);
    // A name that is unset is left out, so it stays there.
    let differs = |wanted: &Option<String>, sent: &Option<String>| wanted.is_some() && wanted != sent;
    let is_other = differs(&wanted.first, &contact.names.first) || differs(&wanted.last, &contact.names.last);
    (is_ours && is_other).then(|| (contact.clone(), wanted))
}

async fn rename(session: &Session<'_>, contact: &StoredContact, names: &Names) -> Result<(), Error> {
    let Some(id) = known_id(contact) else { return Ok(()) };
    session.client.rename_contact(&id, names.first.as_deref(), names.last.as_deref()).await
}

//! Switches sync on and off for a segment. The next sync does what follows.

use domain::{
    instant::Instant,
    mail::{Extras, SyncState},
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr,
    database::words,
    segments::{self as stored_segments},
    sync::{
        destination, members,
        segments::{self, StoredSync},
    },
};
use resend::ids::SegmentId as RemoteId;
use serde_json::json;

use super::{
    preview::{SyncPreview, preview},
    settings::SyncSettings,
};
use crate::{
    audit::{Audit, segment_target},
    support::retry::{Failure, with_retry},
};

/// What an admin wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    On {
        /// A remote segment that is there already. By default, one is made.
        bind: Option<RemoteId>,
        extras: Option<Extras>,
        /// Also if many contacts may be made.
        is_confirmed: bool,
    },
    Paused,
    Off,
}

#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    #[error("there is no segment {0}")]
    NotFound(SegmentKey),
    #[error("sync of {0} is not on")]
    NotOn(SegmentKey),
    /// What was synced before is not yet removed at the mail service.
    #[error("what was synced before is still being removed: run a sync first")]
    Removing,
    #[error("many contacts may be made, or more than the plan has: confirm it")]
    NeedsConfirmation(Box<SyncPreview>),
    /// Another segment is synced to it.
    #[error("{0} is synced to that segment of the mail service already")]
    Bound(SegmentKey),
    #[error("only from a remote segment that was made here, others' contacts can be taken out")]
    NotMadeHere,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for SwitchError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_)
            | Self::NotOn(_)
            | Self::Removing
            | Self::NeedsConfirmation(_)
            | Self::Bound(_)
            | Self::NotMadeHere => None,
        }
    }
}

/// Switches one segment. Returns what is stored then; `None` if nothing is left to do.
pub async fn set(
    database: &Database,
    settings: &SyncSettings,
    key: &SegmentKey,
    wanted: &Wanted,
    now: Instant,
    audit: &Audit,
) -> Result<Option<StoredSync>, SwitchError> {
    let segment = stored_segments::find(database.connection(), key).await?;
    let segment = segment.ok_or_else(|| SwitchError::NotFound(key.clone()))?;
    if let Wanted::On { is_confirmed: false, .. } = wanted
        && segments::find(database.connection(), segment.id).await?.is_none_or(|sync| sync.state != SyncState::On)
    {
        let preview = preview(database, settings, segment.id).await?;
        if preview.needs_confirmation() {
            return Err(SwitchError::NeedsConfirmation(Box::new(preview)));
        }
    }
    with_retry(|| async {
        let tx = database.begin().await?;
        let before = segments::find_to_decide(&tx, segment.id).await?;
        let after = match wanted {
            Wanted::On { bind, extras, .. } => {
                let others = segments::all(&tx).await?;
                Some(on(before, &others, key, segment.id, bind.as_ref(), *extras, (audit, now))?)
            }
            Wanted::Paused => {
                let on = before.filter(|sync| matches!(sync.state, SyncState::On | SyncState::Paused));
                let on = on.ok_or_else(|| SwitchError::NotOn(key.clone()))?;
                Some(StoredSync { state: SyncState::Paused, ..on })
            }
            Wanted::Off => before.map(off),
        };
        let after = after.map(|sync| StoredSync { changed_by: audit.actor.clone(), changed_at: now, ..sync });
        match &after {
            // Nothing was ever sent.
            Some(sync) if sync.state == SyncState::Removing && !sync.may_have_remote() => {
                members::segment_left(&tx, segment.id).await?;
                segments::delete(&tx, segment.id).await?;
            }
            Some(sync) => segments::put(&tx, sync).await?,
            None => {}
        }
        let state = match wanted {
            Wanted::On { .. } => "on",
            Wanted::Paused => "paused",
            Wanted::Off => "off",
        };
        audit.record(&tx, now, Some(segment_target(key)), Some(json!({"state": state}))).await?;
        tx.commit().await?;
        Ok(after)
    })
    .await
}

fn off(sync: StoredSync) -> StoredSync {
    match sync.state {
        // There is nothing to remove: it is gone.
        SyncState::Gone => StoredSync { state: SyncState::Removing, remote_id: None, is_being_made: false, ..sync },
        SyncState::On | SyncState::Paused | SyncState::Removing => StoredSync { state: SyncState::Removing, ..sync },
    }
}

fn on(
    before: Option<StoredSync>,
    others: &[StoredSync],
    key: &SegmentKey,
    segment: domain::ids::SegmentId,
    bind: Option<&RemoteId>,
    extras: Option<Extras>,
    (audit, now): (&Audit, Instant),
) -> Result<StoredSync, SwitchError> {
    let new = StoredSync {
        segment,
        key: key.clone(),
        state: SyncState::On,
        remote_id: None,
        is_being_made: false,
        made_here: false,
        remote_name: None,
        extras: Extras::Keep,
        seen_version: -1,
        seen_rule: None,
        missing: 0,
        extra: 0,
        held_up: None,
        synced_at: None,
        full_at: None,
        failure: None,
        changed_by: audit.actor.clone(),
        changed_at: now,
    };
    let mut sync = match before {
        None => new,
        Some(sync) => match sync.state {
            SyncState::Removing => return Err(SwitchError::Removing),
            // The remote segment that was deleted is not used again.
            SyncState::Gone => StoredSync { extras: sync.extras, ..new },
            SyncState::On | SyncState::Paused => StoredSync { state: SyncState::On, ..sync },
        },
    };
    if let Some(bind) = bind {
        let is_bound = |other: &&StoredSync| other.remote_id.as_deref() == Some(bind.as_str());
        match others.iter().find(is_bound) {
            Some(other) if other.segment == segment => {}
            Some(other) => return Err(SwitchError::Bound(other.key.clone())),
            // A segment that has its remote segment keeps it: switch it off first.
            None if sync.remote_id.is_some() => return Err(SwitchError::Removing),
            None => sync.remote_id = Some(bind.as_str().into()),
        }
    }
    let is_bound = sync.remote_id.is_some() && !sync.made_here;
    match extras {
        Some(Extras::Remove) if is_bound => return Err(SwitchError::NotMadeHere),
        Some(extras) => sync.extras = extras,
        None => {}
    }
    Ok(sync)
}

/// Stops and resumes all syncs but for erasures.
pub async fn pause_all(database: &Database, is_paused: bool, now: Instant, audit: &Audit) -> Result<(), DbErr> {
    with_retry(|| async {
        let tx = database.begin().await?;
        destination::set_paused(&tx, is_paused).await?;
        audit.record(&tx, now, None, Some(json!({"isPaused": is_paused}))).await?;
        tx.commit().await
    })
    .await
}

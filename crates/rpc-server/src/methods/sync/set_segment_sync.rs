//! `adminAudience.setSegmentSync`: switches sync of a segment on, off, or pauses it.

use domain::mail::Extras;
use schemars::JsonSchema;
use segmentation_engine::sync::{
    status::of_segment,
    switch::{self, Wanted},
};
use serde::{Deserialize, Serialize};

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentParams, find_segment},
        sync::SegmentSync,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentSyncParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// What syncs do with the segment from now on. `off` needs the role SUPERADMIN.
    state: Switch,
    /// The id of a segment at the mail service that is there already, for `on`. It is never renamed or deleted. Default: the next
    /// sync makes one. Needs the role SUPERADMIN.
    remote_segment_id: Option<RemoteSegmentId>,
    /// What a full sync does with people there whom no sync put there, for `on`. `remove` needs the role SUPERADMIN, and a segment
    /// that a sync made. Default: as before, and `keep` at first.
    extras: Option<Extras>,
    /// Whether more than 1,000 contacts may be made, or more than the plan at the mail service has.
    #[serde(default)]
    confirm: bool,
}

/// The id of a segment at the mail service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct RemoteSegmentId(#[schemars(length(max = 128), regex(pattern = "^[A-Za-z0-9_-]+$"))] String);

/// What syncs do with a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    /// Each sync carries over what changed.
    On,
    /// Syncs only take out people who must not get mail.
    Paused,
    /// The next sync removes what syncs put there. Contacts stay.
    Off,
}

/// How the segment is synced now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetSegmentSyncResult {
    /// Null if the segment is not synced, and nothing is left to remove.
    sync: Option<SegmentSync>,
}

pub(crate) struct SetSegmentSync;

impl Method for SetSegmentSync {
    const NAME: &'static str = "adminAudience.setSegmentSync";
    const SUMMARY: &'static str = "Switches sync of a segment to the mail service on, off, or pauses it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("set_segment_sync.example.json");
    type Params = SetSegmentSyncParams;
    type Result = SetSegmentSyncResult;

    async fn call(call: &Call, params: SetSegmentSyncParams) -> Result<SetSegmentSyncResult, MethodError> {
        let is_far_reaching =
            params.state == Switch::Off || params.remote_segment_id.is_some() || params.extras == Some(Extras::Remove);
        if is_far_reaching && call.role < Role::Superadmin {
            return Err(MethodError::NotAllowed);
        }
        let key = params.segment.key();
        let segment = find_segment(call.database().connection(), &key).await?.id;
        let bind = params.remote_segment_id.map(|id| id.0.try_into());
        let bind = bind.transpose().map_err(|_| MethodError::Internal("an id of the schema is none".into()))?;
        let wanted = match params.state {
            Switch::On => Wanted::On { bind, extras: params.extras, is_confirmed: params.confirm },
            Switch::Paused => Wanted::Paused,
            Switch::Off => Wanted::Off,
        };
        switch::set(call.database(), &call.context.sync, &key, &wanted, call.context.now(), &call.audit).await?;
        let sync = of_segment(call.database().connection(), segment).await?;
        Ok(SetSegmentSyncResult { sync: sync.map(SegmentSync::from) })
    }
}

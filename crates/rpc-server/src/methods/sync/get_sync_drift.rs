//! `adminAudience.getSyncDrift`: who makes a segment differ from the one at the mail service.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    ids::UserNo,
    mail::{DriftKind, HeldReason},
};
use persistence::{
    ConnectionTrait, DbErr,
    sync::{
        drift::{self, Listed},
        figures::{self, HeldMember},
        suppressions::{self, SuppressedUser},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        cursor,
        key::{SegmentParams, find_segment},
        suppression::SuppressionOfAddress,
    },
};

/// How people differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KindOfDrift {
    /// Put there by a sync, and not found there by the latest full sync. Those whom mail may reach were put back.
    Missing,
    /// Found there by the latest full sync, and not put there by any.
    Extra,
    /// Members whom mail is held back from.
    Held,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSyncDriftParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Whom to list.
    kind: KindOfDrift,
    /// Only with `held`: only this reason.
    reason: Option<HeldReason>,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 500))]
    limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 200))]
    cursor: Option<String>,
}

/// A page of people.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSyncDriftResult {
    /// In a stable order.
    people: Vec<DriftedPerson>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Somebody who makes a segment differ from the one at the mail service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftedPerson {
    /// The user's id in the host application. Null if no user has the address.
    user_id: Option<String>,
    /// The email address.
    email: String,
    /// The id of the contact at the mail service. Null for members who are held.
    remote_contact_id: Option<String>,
    /// When a full sync first found it so. For members who are held: when the mail service refused the address, else null.
    since: Option<DateTime<Utc>>,
    /// Why mail is held back. Only for members who are held.
    why: Option<HeldReason>,
    /// The suppressions of the address. Only for members who are held because of them.
    suppressions: Vec<SuppressionOfAddress>,
}

impl From<Listed> for DriftedPerson {
    fn from(listed: Listed) -> Self {
        Self {
            user_id: listed.user.map(|user| user.0),
            email: listed.address,
            remote_contact_id: Some(listed.remote_id),
            since: Some(listed.since),
            why: None,
            suppressions: Vec::new(),
        }
    }
}

/// A held member, with the suppressions of the address.
struct Held {
    member: HeldMember,
    suppressions: Vec<SuppressedUser>,
}

impl From<Held> for DriftedPerson {
    fn from(Held { member, suppressions }: Held) -> Self {
        Self {
            user_id: Some(member.id.0),
            email: member.email,
            remote_contact_id: None,
            since: member.refused_at,
            why: Some(member.why),
            suppressions: suppressions.into_iter().map(SuppressionOfAddress::from).collect(),
        }
    }
}

async fn with_suppressions(connection: &impl ConnectionTrait, members: Vec<HeldMember>) -> Result<Vec<Held>, DbErr> {
    let is_suppressed = |member: &&HeldMember| member.why == HeldReason::Suppressed;
    let users: Vec<_> = members.iter().filter(is_suppressed).map(|member| member.user).collect();
    let mut by_user: HashMap<_, Vec<_>> = HashMap::new();
    for suppression in suppressions::of_users(connection, &users).await? {
        by_user.entry(suppression.user).or_default().push(suppression);
    }
    let held = |member: HeldMember| Held { suppressions: by_user.remove(&member.user).unwrap_or_default(), member };
    Ok(members.into_iter().map(held).collect())
}

const OF_HELD: &str = "can only be used with kind held";

pub(crate) struct GetSyncDrift;

impl Method for GetSyncDrift {
    const NAME: &'static str = "adminAudience.getSyncDrift";
    const SUMMARY: &'static str = "Lists who makes a synced segment differ from the one at the mail service";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_sync_drift.example.json");
    type Params = GetSyncDriftParams;
    type Result = GetSyncDriftResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let is_held = params.get("kind").and_then(Json::as_str) == Some("held");
        let mut faults = Vec::new();
        if !is_held && params.get("reason").is_some_and(|reason| !reason.is_null()) {
            faults.push(Fault::new("reason", OF_HELD));
        }
        if is_held {
            faults.extend(cursor::fault(&params));
        }
        Ok(faults)
    }

    async fn call(call: &Call, params: GetSyncDriftParams) -> Result<GetSyncDriftResult, MethodError> {
        if params.kind != KindOfDrift::Held && params.reason.is_some() {
            return Err(Fault::new("reason", OF_HELD).into());
        }
        let connection = call.database().connection();
        let segment = find_segment(connection, &params.segment.key()).await?.id;
        let drifted = match params.kind {
            KindOfDrift::Missing => DriftKind::Missing,
            KindOfDrift::Extra => DriftKind::Extra,
            KindOfDrift::Held => {
                let after = params.cursor.as_deref().map(cursor::read).transpose()?.unwrap_or(UserNo(i64::MIN));
                let found = figures::page_held(connection, segment, params.reason, after, params.limit + 1).await?;
                let found = with_suppressions(connection, found).await?;
                return Ok(page(found, params.limit, |last| cursor::after(last.member.user)));
            }
        };
        let after = params.cursor.unwrap_or_default();
        let found = drift::page(connection, (segment, drifted), &after, params.limit + 1).await?;
        Ok(page(found, params.limit, |last| last.remote_id.clone()))
    }
}

/// One more than the limit was asked for.
fn page<T: Into<DriftedPerson>>(mut found: Vec<T>, limit: u32, of: impl Fn(&T) -> String) -> GetSyncDriftResult {
    let next_cursor = cursor::cut(&mut found, limit, of);
    GetSyncDriftResult { people: found.into_iter().map(Into::into).collect(), next_cursor }
}

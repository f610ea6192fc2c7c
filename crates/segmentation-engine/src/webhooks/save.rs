//! Creates and changes webhooks.

use chrono::TimeDelta;
use domain::{
    ids::SegmentId,
    instant::Instant,
    segment::SegmentKey,
    shard::Shard,
    webhook::{OffReason, WebhookEvent, WebhookId, WebhookState},
};
use persistence::{
    Database, DefinitionTx, segments,
    webhooks::{
        endpoints::{self, StoredWebhook},
        people,
    },
};
use serde_json::{Value as Json, json};
use webhooks::{Endpoint, Reach, Secret};

use super::error::WebhookError;
use crate::{audit::Audit, support::retry::with_retry};

/// How long messages are signed with the former secret too.
const BOTH_SECRETS: TimeDelta = TimeDelta::hours(24);

/// What an admin wants. What is left out stays as it is stored; of a new webhook, it gets its default.
#[derive(Clone, Default)]
pub struct WantedWebhook {
    /// `None` for a new one.
    pub id: Option<WebhookId>,
    /// A new one needs it.
    pub url: Option<String>,
    /// A new one needs them.
    pub events: Option<Vec<WebhookEvent>>,
    pub segments: Option<WantedSegments>,
    pub is_personal: Option<bool>,
    pub state: Option<WebhookState>,
    pub rotates_secret: bool,
}

/// The segments that a webhook is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedSegments {
    /// Also those made later.
    All,
    Only(Vec<SegmentKey>),
}

/// From the operating system's randomness.
#[derive(Clone)]
pub struct Random {
    pub id: [u8; 12],
    pub secret: [u8; 32],
}

/// A webhook that was saved.
pub struct Saved {
    pub webhook: StoredWebhook,
    /// If it is new. It is shown this once.
    pub secret: Option<Secret>,
}

/// While it is saved, nobody changes memberships: a webhook hears of every change that is not in a list of members read afterwards.
pub async fn save(
    database: &Database,
    wanted: &WantedWebhook,
    reach: Reach,
    random: &Random,
    now: Instant,
    audit: &Audit,
) -> Result<Saved, WebhookError> {
    let saved = with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let before = match &wanted.id {
            Some(id) => Some(endpoints::find(&*tx, id).await?.ok_or_else(|| WebhookError::NotFound(id.clone()))?),
            None => None,
        };
        let former = before.as_ref().and_then(|before| before.former.as_ref());
        if let Some((_, until)) = former.filter(|(_, until)| wanted.rotates_secret && *until > now) {
            return Err(WebhookError::RotatedBefore(*until));
        }
        let is_new_secret = before.is_none() || wanted.rotates_secret;
        let secret = is_new_secret.then(|| Secret::from_random(random.secret));
        let url = wanted.url.as_deref().or(before.as_ref().map(|before| before.url.as_str()));
        let endpoint = Endpoint::parse(url.ok_or(WebhookError::Incomplete("url"))?, reach)?;
        let webhook = after(before, wanted, &endpoint, (secret.as_ref(), random.id), (now, audit))?;
        endpoints::put(&tx, &webhook, &ids(&tx, webhook.segments.as_deref()).await?).await?;
        if webhook.state == WebhookState::Off {
            endpoints::give_up(&tx, &webhook.id).await?;
        }
        audit
            .record(&tx, now, Some(format!("webhook {}", webhook.id)), Some(detail(&webhook, &endpoint, is_new_secret)))
            .await?;
        tx.commit().await?;
        Ok::<_, WebhookError>(Saved { webhook, secret })
    })
    .await?;
    if saved.webhook.state == WebhookState::Off {
        people::forget_erased(database.connection()).await?;
    }
    Ok(saved)
}

fn after(
    before: Option<StoredWebhook>,
    wanted: &WantedWebhook,
    endpoint: &Endpoint,
    (secret, id): (Option<&Secret>, [u8; 12]),
    (now, audit): (Instant, &Audit),
) -> Result<StoredWebhook, WebhookError> {
    let stored = before.as_ref();
    let events = wanted.events.clone().or(stored.map(|before| before.events.clone()));
    let mut events = events.ok_or(WebhookError::Incomplete("events"))?;
    events.sort_unstable();
    events.dedup();
    let segments = match &wanted.segments {
        Some(WantedSegments::All) => None,
        Some(WantedSegments::Only(keys)) => Some(keys.clone()),
        None => stored.and_then(|before| before.segments.clone()),
    };
    let is_personal = wanted.is_personal.or(stored.map(|before| before.is_personal)).unwrap_or(false);
    let state = wanted.state.or(stored.map(|before| before.state)).unwrap_or(WebhookState::On);
    let off_reason = match (wanted.state, state) {
        (_, WebhookState::On) => None,
        (Some(WebhookState::Off), WebhookState::Off) => Some(OffReason::Admin),
        // Nobody has decided about it.
        (_, WebhookState::Off) => stored.and_then(|before| before.off_reason),
    };
    let new = secret.map(|secret| secret.expose().to_owned());
    let (id, created_at, delivered_at, failing_since, secret, former) = match before {
        None => (WebhookId::from_random(id), now, None, None, new.unwrap_or_default(), None),
        Some(before) => {
            let was_on = before.state == WebhookState::On;
            let failing_since = before.failing_since.filter(|_| was_on && before.url == endpoint.as_str());
            let (secret, former) = match new {
                Some(new) => (new, Some((before.secret, now + BOTH_SECRETS))),
                None => (before.secret, before.former),
            };
            (before.id, before.created_at, before.delivered_at, failing_since, secret, former)
        }
    };
    Ok(StoredWebhook {
        id,
        url: endpoint.as_str().to_owned(),
        events,
        segments,
        is_personal,
        secret,
        former,
        state,
        off_reason,
        failing_since,
        delivered_at,
        created_at,
        changed_by: audit.actor.clone(),
        changed_at: now,
    })
}

async fn ids(tx: &DefinitionTx, keys: Option<&[SegmentKey]>) -> Result<Vec<SegmentId>, WebhookError> {
    let mut ids = Vec::new();
    for key in keys.unwrap_or_default() {
        let segment = segments::find(tx, key).await?;
        ids.push(segment.ok_or_else(|| WebhookError::NoSuchSegment(key.clone()))?.id);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Of the URL only scheme and host: the rest may hold a token of the receiver.
fn detail(webhook: &StoredWebhook, endpoint: &Endpoint, is_new_secret: bool) -> Json {
    json!({
        "origin": endpoint.origin(),
        "events": webhook.events,
        "segments": webhook.segments,
        "personal": webhook.is_personal,
        "state": webhook.state,
        "newSecret": is_new_secret,
    })
}

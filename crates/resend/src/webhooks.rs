//! What the service offers beside contacts: its list of suppressions, webhooks with their events, broadcasts, and the limits of the
//! account.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    client::{Call, Client},
    error::Error,
    ids::{BroadcastId, EventId, SegmentId, WebhookId},
    lists::{Item, ListError, Page},
    time,
};

/// An address that the service does not mail.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Suppressed {
    pub id: String,
    pub email: String,
    /// Such as `bounce`, `complaint` or `manual`.
    #[serde(default)]
    pub origin: String,
}

/// Logs and panics have no address.
impl std::fmt::Debug for Suppressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Suppressed").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Item for Suppressed {
    fn cursor(&self) -> String {
        self.id.clone()
    }
}

/// An endpoint to which the service sends events.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    #[serde(default, alias = "endpoint")]
    pub url: String,
    /// Such as `enabled`.
    #[serde(default)]
    pub status: String,
}

impl Item for Webhook {
    fn cursor(&self) -> String {
        self.id.as_str().to_owned()
    }
}

/// An event that the service has sent, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedEvent {
    pub id: EventId,
    #[serde(default, deserialize_with = "time::lenient")]
    pub created_at: Option<DateTime<Utc>>,
}

impl Item for ListedEvent {
    fn cursor(&self) -> String {
        self.id.as_str().to_owned()
    }
}

#[derive(Deserialize)]
struct WithSecret {
    #[serde(default)]
    signing_secret: Option<String>,
}

#[derive(Deserialize)]
struct WithPayload {
    payload: Json,
}

#[derive(Deserialize)]
struct Broadcast {
    #[serde(default, alias = "audience_id")]
    segment_id: Option<SegmentId>,
}

impl Client {
    /// A page of the addresses that the service does not mail.
    pub async fn suppressions(&self, after: Option<&str>) -> Result<Page<Suppressed>, ListError> {
        self.page(Call::get("/suppressions", "suppressions"), after, Vec::new()).await
    }

    /// A page of the endpoints of the account.
    pub async fn webhooks(&self, after: Option<&str>) -> Result<Page<Webhook>, ListError> {
        self.page(Call::get("/webhooks", "webhooks"), after, Vec::new()).await
    }

    /// With which the service signs the events of an endpoint. `None` if it does not say.
    pub async fn signing_secret(&self, webhook: &WebhookId) -> Result<Option<SecretString>, Error> {
        let answer = self.send(Call::get("/webhooks/{webhook}", format!("webhooks/{webhook}"))).await?;
        Ok(answer.read::<WithSecret>()?.signing_secret.map(SecretString::from))
    }

    /// A page of the events of an endpoint, newest first.
    pub async fn events(&self, webhook: &WebhookId, after: Option<&str>) -> Result<Page<ListedEvent>, ListError> {
        let call = Call::get("/webhooks/{webhook}/events", format!("webhooks/{webhook}/events"));
        self.page(call, after, Vec::new()).await
    }

    /// What the service sent as the body of an event.
    pub async fn event_body(&self, webhook: &WebhookId, event: &EventId) -> Result<String, Error> {
        let route = "/webhooks/{webhook}/events/{event}";
        let answer = self.send(Call::get(route, format!("webhooks/{webhook}/events/{event}"))).await?;
        Ok(match answer.read::<WithPayload>()?.payload {
            Json::String(text) => text,
            payload => payload.to_string(),
        })
    }

    /// The segment to which a broadcast was sent.
    pub async fn broadcast_segment(&self, broadcast: &BroadcastId) -> Result<Option<SegmentId>, Error> {
        let answer = self.send(Call::get("/broadcasts/{broadcast}", format!("broadcasts/{broadcast}"))).await?;
        Ok(answer.read::<Broadcast>()?.segment_id)
    }

    /// How many contacts the account has, and may have.
    pub async fn contact_usage(&self) -> Result<(Option<u64>, Option<u64>), Error> {
        let usage: Json = self.send(Call::get("/usage", "usage")).await?.read()?;
        let number = |name: &str| {
            usage.pointer(&format!("/contacts/{name}")).or_else(|| usage.pointer(&format!("/data/contacts/{name}")))
        };
        Ok((number("used").and_then(Json::as_u64), number("limit").and_then(Json::as_u64)))
    }
}

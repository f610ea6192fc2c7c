//! Events, signed as Resend signs them.

use std::{sync::Weak, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use crate::{Fake, lock, server::Shared, state::State};

/// An event that a test delivers, loses, doubles or delays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEvent {
    pub id: String,
    pub body: String,
    pub at: DateTime<Utc>,
}

/// An event that can be read back.
#[derive(Debug, Clone)]
pub(crate) struct SentEvent {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) at: DateTime<Utc>,
}

impl PendingEvent {
    /// The headers with which it arrives at a time: name and value.
    pub fn headers(&self, now: DateTime<Utc>) -> [(&'static str, String); 3] {
        let webhook = standardwebhooks::Webhook::new(Fake::SECRET);
        let signature = webhook.and_then(|webhook| webhook.sign(&self.id, now.timestamp(), self.body.as_bytes()));
        [
            ("svix-id", self.id.clone()),
            ("svix-timestamp", now.timestamp().to_string()),
            ("svix-signature", signature.unwrap_or_default()),
        ]
    }
}

impl State {
    pub(crate) fn emit(&mut self, kind: &str, data: Json) {
        self.numbers += 1;
        let (id, at) = (format!("msg_{:08}", self.numbers), self.now());
        let body = json!({"type": kind, "created_at": at.to_rfc3339(), "data": data}).to_string();
        self.pending.push(PendingEvent { id: id.clone(), body: body.clone(), at });
        self.sent.push(SentEvent { id, body, at });
    }

    pub(crate) fn emit_contact(&mut self, kind: &str, id: &str) {
        let Some(contact) = self.contacts.get(id) else { return };
        let data = json!({
            "id": contact.id,
            "email": contact.email,
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "unsubscribed": contact.unsubscribed,
            "segment_ids": contact.segments.keys().collect::<Vec<_>>(),
            "created_at": contact.created_at.to_rfc3339(),
            "updated_at": self.now().to_rfc3339(),
        });
        self.emit(kind, data);
    }
}

/// Posts events in their order. One that is not accepted is sent again a moment later.
pub(crate) fn deliver(shared: Weak<Shared>, url: String) {
    // Another one may be chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::spawn(async move {
        let Ok(http) = reqwest::Client::builder().no_proxy().build() else { return };
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let Some(shared) = shared.upgrade() else { return };
            let events = std::mem::take(&mut lock(&shared.state).pending);
            let mut events = events.into_iter();
            while let Some(event) = events.next() {
                let mut request = http.post(&url).header("content-type", "application/json").body(event.body.clone());
                for (name, value) in event.headers(Utc::now()) {
                    request = request.header(name, value);
                }
                let is_accepted = request.send().await.is_ok_and(|answer| answer.status().is_success());
                if !is_accepted {
                    let mut state = lock(&shared.state);
                    let later: Vec<_> =
                        [event].into_iter().chain(events).chain(std::mem::take(&mut state.pending)).collect();
                    state.pending = later;
                    break;
                }
            }
        }
    });
}

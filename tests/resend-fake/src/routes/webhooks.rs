use serde_json::{Value as Json, json};

use super::{
    Asked, Reply,
    lists::{self, Item},
};
use crate::{
    events::SentEvent,
    state::{State, Suppression, Webhook},
};

impl Item for Suppression {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, state: &State) -> Json {
        let created_at = state.date(self.created_at);
        json!({"id": self.id, "email": self.email, "origin": self.origin, "created_at": created_at})
    }
}

pub(super) fn suppressions(state: &State, asked: &Asked<'_>) -> Reply {
    lists::page(state, &state.suppressions.iter().rev().collect::<Vec<_>>(), asked)
}

impl Item for Webhook {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, state: &State) -> Json {
        let status = if self.is_on { "enabled" } else { "disabled" };
        let created_at = state.date(state.now());
        json!({"id": self.id, "endpoint": self.url, "status": status, "events": [], "created_at": created_at})
    }
}

pub(super) fn list(state: &State, asked: &Asked<'_>) -> Reply {
    lists::page(state, &state.webhooks.iter().collect::<Vec<_>>(), asked)
}

pub(super) fn get(state: &mut State, id: &str) -> Reply {
    let Some(webhook) = state.webhooks.iter().find(|webhook| webhook.id == id) else {
        return Reply::error(404, "not_found", "Webhook not found");
    };
    let mut body = webhook.json(state);
    (body["object"], body["signing_secret"]) = ("webhook".into(), webhook.secret.into());
    Reply::json(200, body)
}

impl Item for SentEvent {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, _: &State) -> Json {
        let kind = payload(self)["type"].clone();
        json!({"id": self.id, "type": kind, "created_at": self.at.to_rfc3339(), "status": "success"})
    }
}

pub(super) fn events(state: &State, asked: &Asked<'_>) -> Reply {
    lists::page(state, &state.sent.iter().rev().collect::<Vec<_>>(), asked)
}

pub(super) fn event(state: &mut State, id: &str) -> Reply {
    let Some(event) = state.sent.iter().find(|event| event.id == id) else {
        return Reply::error(404, "not_found", "Event not found");
    };
    let payload = payload(event);
    let answer = json!({
        "object": "webhook_event", "id": id, "type": payload["type"], "created_at": event.at.to_rfc3339(), "status": "success",
        "next_attempt_at": null, "payload": payload,
    });
    Reply::json(200, answer)
}

fn payload(event: &SentEvent) -> Json {
    serde_json::from_str(&event.body).unwrap_or_default()
}

pub(super) fn broadcast(state: &mut State, id: &str) -> Reply {
    match state.broadcasts.get(id) {
        Some(segment) => Reply::json(200, json!({"object": "broadcast", "id": id, "segment_id": segment})),
        None => Reply::error(404, "not_found", "Broadcast not found"),
    }
}

pub(super) fn usage(state: &mut State) -> Reply {
    let (contacts, segments, switches) =
        (state.contacts.len() as u64 + state.switches.more_contacts, state.segments.len(), &state.switches);
    Reply::json(
        200,
        json!({
            "object": "usage",
            "contacts": {"used": contacts, "limit": switches.contact_limit},
            "segments": {"used": segments, "limit": 1_000},
            "rate_limit": {"limit": switches.limit, "duration": "1s"},
        }),
    )
}

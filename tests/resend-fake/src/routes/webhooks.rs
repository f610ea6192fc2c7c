use serde_json::{Value as Json, json};

use super::{Asked, Reply, lists};
use crate::{
    events::SentEvent,
    state::{State, Webhook},
};

pub(super) fn suppressions(state: &mut State, asked: &Asked<'_>) -> Reply {
    let item = |one: &crate::state::Suppression| {
        let created_at = state.date(one.created_at);
        (one.id.clone(), json!({"id": one.id, "email": one.email, "origin": one.origin, "created_at": created_at}))
    };
    let items = state.suppressions.iter().rev().map(item).collect();
    lists::page(state, items, asked)
}

fn json_of(state: &State, webhook: &Webhook) -> Json {
    let status = if webhook.is_on { "enabled" } else { "disabled" };
    let created_at = state.date(state.now());
    json!({"id": webhook.id, "endpoint": webhook.url, "status": status, "events": [], "created_at": created_at})
}

pub(super) fn list(state: &mut State, asked: &Asked<'_>) -> Reply {
    let items = state.webhooks.iter().map(|webhook| (webhook.id.clone(), json_of(state, webhook))).collect();
    lists::page(state, items, asked)
}

pub(super) fn get(state: &mut State, id: &str) -> Reply {
    let Some(webhook) = state.webhooks.iter().find(|webhook| webhook.id == id) else {
        return Reply::error(404, "not_found", "Webhook not found");
    };
    let mut body = json_of(state, webhook);
    (body["object"], body["signing_secret"]) = ("webhook".into(), webhook.secret.into());
    Reply::json(200, body)
}

pub(super) fn events(state: &mut State, asked: &Asked<'_>) -> Reply {
    let item = |event: &SentEvent| {
        let kind = payload(event)["type"].clone();
        (
            event.id.clone(),
            json!({"id": event.id, "type": kind, "created_at": event.at.to_rfc3339(), "status": "success"}),
        )
    };
    let items = state.sent.iter().rev().map(item).collect();
    lists::page(state, items, asked)
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

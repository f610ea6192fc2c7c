use serde_json::{Value as Json, json};

use super::{
    Asked, Reply, contacts, created,
    lists::{self, Item},
    missing,
};
use crate::state::{Segment, State};

fn not_found() -> Reply {
    Reply::error(404, "not_found", "Audience not found")
}

fn is_refused(state: &State, name: &str) -> bool {
    state.switches.refused_name.as_ref().is_some_and(|refused| name.contains(refused))
}

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Reply {
    let body = asked.json();
    let Some(name) = body.get("name").and_then(Json::as_str) else { return missing("name") };
    if is_refused(state, name) {
        return Reply::error(422, "validation_error", "The name is not valid.");
    }
    let id = state.add_segment(name, true);
    created(state, "segment", &id, json!({"name": name}))
}

impl Item for Segment {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, state: &State) -> Json {
        json!({"id": self.id, "name": self.name, "created_at": state.date(self.created_at)})
    }
}

pub(super) fn list(state: &State, asked: &Asked<'_>) -> Reply {
    let mut segments: Vec<_> = state.segments.values().collect();
    segments.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
    lists::page(state, &segments, asked)
}

pub(super) fn get(state: &mut State, id: &str) -> Reply {
    let Some(segment) = state.segments.get(id) else { return not_found() };
    let created_at = state.date(segment.created_at);
    Reply::json(200, json!({"object": "segment", "id": id, "name": segment.name, "created_at": created_at}))
}

pub(super) fn rename(state: &mut State, id: &str, asked: &Asked<'_>) -> Reply {
    let body = asked.json();
    let Some(name) = body.get("name").and_then(Json::as_str) else { return missing("name") };
    if is_refused(state, name) {
        return Reply::error(422, "validation_error", "The name is not valid.");
    }
    let Some(segment) = state.segments.get_mut(id) else { return not_found() };
    segment.name = name.to_owned();
    if !segment.is_ours {
        state.violation("PATCH /segments renamed a segment that somebody else made");
    }
    Reply::json(200, json!({"object": "segment", "id": id}))
}

/// Succeeds for one that never was. Contacts stay.
pub(super) fn delete(state: &mut State, id: &str) -> Reply {
    if state.segments.remove(id).is_some_and(|segment| !segment.is_ours) {
        state.violation("DELETE /segments removed a segment that somebody else made");
    }
    for contact in state.contacts.values_mut() {
        contact.segments.remove(id);
    }
    Reply::json(200, json!({"object": "segment", "id": id, "deleted": true}))
}

pub(super) fn contacts(state: &State, id: &str, asked: &Asked<'_>) -> Reply {
    if !state.segments.contains_key(id) {
        return not_found();
    }
    let members = state.contacts.values().filter(|contact| contact.segments.contains_key(id));
    lists::page(state, &contacts::listed(members), asked)
}

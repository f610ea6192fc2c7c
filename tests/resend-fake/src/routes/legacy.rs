//! Routes of audiences, which recorded traffic uses, and of what a sync leaves alone.

use serde_json::json;

use super::{Asked, Reply, contacts, created};
use crate::state::State;

pub(super) fn contacts(state: &mut State, segment: &str, path: &[&str], asked: &Asked<'_>) -> Reply {
    match (asked.method, path) {
        ("POST", []) => contacts::create(state, asked, Some(segment)),
        ("GET", [which]) => contacts::get(state, which),
        ("PATCH", [which]) => contacts::update(state, which, asked),
        ("DELETE", [which]) => contacts::delete(state, which, true),
        _ => Reply::error(405, "method_not_allowed", "Method not allowed"),
    }
}

pub(super) fn create_other(state: &mut State, kind: &str) -> Reply {
    let id = state.next_id();
    state.others.insert(id.clone());
    created(state, object(kind), &id, json!({}))
}

pub(super) fn delete_other(state: &mut State, kind: &str, id: &str) -> Reply {
    state.others.remove(id);
    Reply::json(200, json!({"object": object(kind), "id": id, "deleted": true}))
}

fn object(kind: &str) -> &'static str {
    if kind == "topics" { "topic" } else { "contact_property" }
}

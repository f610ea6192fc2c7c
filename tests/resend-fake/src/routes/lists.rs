//! Pages: newest first, from an item on that is the cursor.

use serde_json::{Value as Json, json};

use super::{Asked, Reply, invalid};
use crate::state::State;

/// Something in a list.
pub(super) trait Item {
    fn id(&self) -> &str;
    fn json(&self, state: &State) -> Json;
}

pub(super) fn page<T: Item>(state: &State, items: &[&T], asked: &Asked<'_>) -> Reply {
    let limit = match asked.query.get("limit").map(|limit| limit.parse::<usize>()) {
        None => items.len().max(1),
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return invalid("The `limit` must be between 1 and 100."),
    };
    let after = asked.query.get("after").filter(|_| !state.switches.list_repeats);
    if after.is_some() && state.switches.cursors_die {
        return invalid("The pagination cursor is invalid.");
    }
    let begin = match after {
        None => 0,
        Some(after) => match items.iter().position(|item| item.id() == after) {
            Some(place) => place + 1,
            None => return invalid("The pagination cursor is invalid."),
        },
    };
    let number = begin / limit;
    if state.switches.list_breaks_after.is_some_and(|pages| number >= pages) {
        return Reply::error(500, "application_error", "An unexpected error occurred.");
    }
    let is_cut = state.switches.list_ends_after.is_some_and(|pages| number + 1 >= pages);
    let end = items.len().min(begin + limit);
    let has_more = end < items.len() && !is_cut;
    let data = match state.switches.list_ends_after {
        Some(0) => Vec::new(),
        _ => items[begin..end].iter().map(|item| item.json(state)).collect::<Vec<_>>(),
    };
    Reply::json(200, json!({"object": "list", "has_more": has_more, "data": data}))
}

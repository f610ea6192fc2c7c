use std::time::Instant;

use serde_json::{Value as Json, json};

use super::{
    Asked, Reply, created, invalid,
    lists::{self, Item},
    missing,
};
use crate::{
    state::{Contact, State},
    switches::Upsert,
};

const NOT_FOUND: &str = "Contact not found";

pub(super) fn not_found() -> Reply {
    Reply::error(404, "not_found", NOT_FOUND)
}

/// Also puts it into `segment`, for the old route.
pub(super) fn create(state: &mut State, asked: &Asked<'_>, segment: Option<&str>) -> Reply {
    let body = asked.json();
    let email = match body.get("email").and_then(Json::as_str) {
        None | Some("") => return missing("email"),
        Some(email) => email,
    };
    if !is_address(email) {
        return invalid("Invalid `email` field.");
    }
    for field in ["unsubscribed", "topics"] {
        if body.get(field).is_some() && segment.is_none() {
            state.violation(format!("POST /contacts carries {field}"));
        }
    }
    let given = body.get("segments").and_then(Json::as_array).into_iter().flatten();
    let mut segments: Vec<_> = given.filter_map(|segment| segment.get("id")?.as_str()).map(str::to_owned).collect();
    segments.extend(segment.map(str::to_owned));
    let id = match state.contact_id(email) {
        Some(id) => {
            upsert(state, &id, &body);
            id
        }
        None => {
            let id = state.add_contact(email, true);
            set_names(state, &id, &body);
            if let Some(contact) = state.contacts.get_mut(&id) {
                contact.unsubscribed = body.get("unsubscribed").and_then(Json::as_bool).unwrap_or_default();
            }
            state.join_all(&id, &segments);
            state.emit_contact("contact.created", &id);
            return created(state, "contact", &id, json!({}));
        }
    };
    state.join_all(&id, &segments);
    state.emit_contact("contact.updated", &id);
    created(state, "contact", &id, json!({}))
}

fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && domain.is_ascii()
        && !email.contains("..")
        && !domain.contains('@')
}

fn upsert(state: &mut State, id: &str, body: &Json) {
    let unsubscribed = body.get("unsubscribed").and_then(Json::as_bool);
    let Some(contact) = state.contacts.get_mut(id) else { return };
    let was = contact.unsubscribed;
    match state.switches.upsert {
        Upsert::Keeps => contact.unsubscribed = unsubscribed.unwrap_or(was),
        Upsert::Resets => {
            contact.unsubscribed = unsubscribed.unwrap_or(false);
            (contact.first_name, contact.last_name) = (None, None);
        }
    }
    let is_subscribed_again = was && !contact.unsubscribed;
    set_names(state, id, body);
    if is_subscribed_again {
        state.violation("POST /contacts subscribed a person again");
    }
}

fn set_names(state: &mut State, id: &str, body: &Json) {
    let Some(contact) = state.contacts.get_mut(id) else { return };
    for (field, place) in [("first_name", &mut contact.first_name), ("last_name", &mut contact.last_name)] {
        if let Some(name) = body.get(field) {
            *place = name.as_str().map(str::to_owned);
        }
    }
}

impl Item for Contact {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, state: &State) -> Json {
        json!({
            "id": self.id,
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "created_at": state.date(self.created_at),
            "unsubscribed": self.unsubscribed,
        })
    }
}

fn is_visible(contact: &Contact) -> bool {
    contact.visible_from <= Instant::now()
}

pub(super) fn get(state: &mut State, which: &str) -> Reply {
    let Some(contact) = state.contact(which).filter(|contact| is_visible(contact)) else { return not_found() };
    let mut body = contact.json(state);
    body["object"] = "contact".into();
    body["properties"] = json!({});
    Reply::json(200, body)
}

/// Newest first.
pub(super) fn listed<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Vec<&'a Contact> {
    let mut contacts: Vec<_> = contacts.filter(|contact| is_visible(contact)).collect();
    contacts.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
    contacts
}

pub(super) fn list(state: &State, asked: &Asked<'_>) -> Reply {
    lists::page(state, &listed(state.contacts.values()), asked)
}

pub(super) fn update(state: &mut State, which: &str, asked: &Asked<'_>) -> Reply {
    let Some(id) = state.contact_id(which) else { return not_found() };
    let body = asked.json();
    if let Some(unsubscribed) = body.get("unsubscribed").and_then(Json::as_bool) {
        state.violation("PATCH /contacts carries unsubscribed");
        if let Some(contact) = state.contacts.get_mut(&id) {
            contact.unsubscribed = unsubscribed;
        }
    }
    set_names(state, &id, &body);
    state.emit_contact("contact.updated", &id);
    Reply::json(200, json!({"object": "contact", "id": id}))
}

/// Succeeds for one that never was. The old route answers with what was in the path.
pub(super) fn delete(state: &mut State, which: &str, is_old: bool) -> Reply {
    let id = state.contact_id(which);
    if let Some(contact) = id.as_ref().and_then(|id| state.contacts.get(id)).cloned() {
        let is_erased = state.erased.contains(&contact.email.to_ascii_lowercase());
        if !contact.is_ours && !is_erased {
            state.violation("DELETE /contacts removed a contact that somebody else made");
        }
        state.emit_contact("contact.deleted", &contact.id);
        state.contacts.remove(&contact.id);
    }
    let named = if is_old { which.to_owned() } else { id.unwrap_or_else(|| which.to_owned()) };
    Reply::json(200, json!({"object": "contact", "contact": named, "deleted": true}))
}

pub(super) fn segments(state: &mut State, which: &str) -> Reply {
    let Some(contact) = state.contact(which) else { return not_found() };
    let in_segments = contact.segments.keys().filter_map(|id| state.segments.get(id));
    let data: Vec<_> = in_segments
        .map(|segment| json!({"id": segment.id, "name": segment.name, "created_at": state.date(segment.created_at)}))
        .collect();
    Reply::json(200, json!({"object": "list", "has_more": false, "data": data}))
}

pub(super) fn join(state: &mut State, which: &str, segment: &str) -> Reply {
    if !state.segments.contains_key(segment) {
        return Reply::error(404, "not_found", "Audience not found");
    }
    let Some(id) = state.contact(which).filter(|contact| is_visible(contact)).map(|contact| contact.id.clone()) else {
        return not_found();
    };
    state.join_all(&id, &[segment.to_owned()]);
    state.membership_changed(&id);
    Reply::json(200, json!({"id": segment}))
}

pub(super) fn leave(state: &mut State, which: &str, segment: &str) -> Reply {
    let Some(id) = state.contact_id(which) else { return not_found() };
    let Some(contact) = state.contacts.get_mut(&id) else { return not_found() };
    let left = contact.segments.remove(segment);
    if left == Some(true) {
        contact.taken_out_of.insert(segment.to_owned());
    }
    let may_leave = left != Some(false) || contact.taken_out_of.contains(segment);
    if !may_leave && !is_erased(state, &id) {
        state.violation("DELETE of a membership that somebody else made");
    }
    if left.is_some() {
        state.membership_changed(&id);
    }
    Reply::json(200, json!({"contact_id": id, "segment_id": segment, "deleted": left.is_some()}))
}

fn is_erased(state: &State, id: &str) -> bool {
    state.contacts.get(id).is_some_and(|contact| state.erased.contains(&contact.email.to_ascii_lowercase()))
}

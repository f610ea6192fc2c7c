//! The routes of the API.

mod contacts;
mod imports;
mod legacy;
mod lists;
mod segments;
mod webhooks;

use std::collections::HashMap;

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};

use crate::{state::State, switches::Key};

/// A request, taken apart.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Decoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: &'a Bytes,
    pub(crate) content_type: String,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) is_html: bool,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(method: &'a str, path: &str, headers: &HeaderMap, body: &'a Bytes) -> Self {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            method,
            path: path.split('/').skip(1).map(decode).collect(),
            query: pairs.map(|(name, value)| (decode(name), decode(value))).collect(),
            body,
            content_type: content_type.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(self.body).unwrap_or(Json::Null)
    }
}

pub(crate) fn answer(state: &mut State, asked: &Asked<'_>) -> Reply {
    if state.switches.key == Key::OfAnotherAccount {
        return of_another_account(asked);
    }
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (asked.method, path.as_slice()) {
        ("POST", ["segments" | "audiences"]) => segments::create(state, asked),
        ("GET", ["segments" | "audiences"]) => segments::list(state, asked),
        ("GET", ["segments" | "audiences", id]) => segments::get(state, id),
        ("PATCH", ["segments", id]) if state.switches.has_rename => segments::rename(state, id, asked),
        ("DELETE", ["segments" | "audiences", id]) => segments::delete(state, id),
        ("GET", ["segments", id, "contacts"]) => segments::contacts(state, id, asked),
        ("POST", ["contacts", "imports"]) => imports::create(state, asked),
        ("GET", ["contacts", "imports"]) => imports::list(state, asked),
        ("GET", ["contacts", "imports", id]) => imports::get(state, id),
        ("POST", ["contacts"]) => contacts::create(state, asked, None),
        ("GET", ["contacts"]) => contacts::list(state, asked),
        ("GET", ["contacts", which]) => contacts::get(state, which),
        ("PATCH", ["contacts", which]) => contacts::update(state, which, asked),
        ("DELETE", ["contacts", which]) => contacts::delete(state, which, false),
        ("GET", ["contacts", which, "segments"]) => contacts::segments(state, which),
        ("POST", ["contacts", which, "segments", segment]) => contacts::join(state, which, segment),
        ("DELETE", ["contacts", which, "segments", segment]) => contacts::leave(state, which, segment),
        (_, ["audiences", segment, "contacts", ..]) => legacy::contacts(state, segment, &path[3..], asked),
        ("POST", ["topics" | "contact-properties"]) => legacy::create_other(state, path[0]),
        ("DELETE", ["topics" | "contact-properties", id]) => legacy::delete_other(state, path[0], id),
        ("GET", ["suppressions"]) => webhooks::suppressions(state, asked),
        ("GET", ["webhooks"]) => webhooks::list(state, asked),
        ("GET", ["webhooks", id]) => webhooks::get(state, id),
        ("GET", ["webhooks", _, "events"]) => webhooks::events(state, asked),
        ("GET", ["webhooks", _, "events", id]) => webhooks::event(state, id),
        ("GET", ["broadcasts", id]) => webhooks::broadcast(state, id),
        ("GET", ["usage"]) => webhooks::usage(state),
        (_, ["segments" | "contacts", ..]) => Reply::error(405, "method_not_allowed", "Method not allowed"),
        _ => Reply::error(404, "not_found", "The requested endpoint does not exist"),
    }
}

/// Its lists are empty, and it knows none of the ids.
fn of_another_account(asked: &Asked<'_>) -> Reply {
    match (asked.method, asked.path.len()) {
        ("GET", 1) => Reply::json(200, json!({"object": "list", "has_more": false, "data": []})),
        _ => Reply::error(404, "not_found", "Not found"),
    }
}

/// What was made, with its id unless that is left out.
fn created(state: &State, object: &str, id: &str, more: Json) -> Reply {
    let mut body = json!({"object": object});
    if !state.switches.leaves_out_ids {
        body["id"] = id.into();
    }
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    Reply::json(201, body)
}

fn missing(field: &str) -> Reply {
    Reply::error(422, "missing_required_field", &format!("Missing `{field}` field."))
}

fn invalid(message: &str) -> Reply {
    Reply::error(422, "validation_error", message)
}

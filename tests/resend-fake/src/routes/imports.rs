use std::time::Instant;

use serde_json::{Value as Json, json};

use super::{
    Asked, Reply, created, invalid,
    lists::{self, Item},
    missing,
};
use crate::state::{Import, State};

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Reply {
    let parts = parts(asked);
    let text = |name: &str| parts.iter().find(|(part, _)| part == name).map(|(_, text)| text.as_str());
    let Some(file) = text("file") else { return missing("file") };
    if !matches!(text("on_conflict"), Some("skip")) {
        state.violation("POST /contacts/imports without on_conflict=skip");
        return invalid("Invalid `on_conflict` field.");
    }
    if text("topics").is_some() || file.lines().next().is_some_and(|header| header.contains("unsubscribed")) {
        state.violation("POST /contacts/imports carries a subscription");
    }
    let segments: Json = serde_json::from_str(text("segments").unwrap_or("[]")).unwrap_or_default();
    let segments = segments.as_array().into_iter().flatten().filter_map(|segment| segment.get("id")?.as_str());
    let mut reader = csv::ReaderBuilder::new().from_reader(file.as_bytes());
    let cell = |row: &csv::StringRecord, place| row.get(place).unwrap_or_default().to_owned();
    let rows = reader.records().flatten().map(|row| [cell(&row, 0), cell(&row, 1), cell(&row, 2)]).collect();
    let import = Import {
        id: state.next_id(),
        due: Instant::now() + state.switches.import_delay,
        rows,
        segments: segments.map(str::to_owned).collect(),
        is_done: false,
        has_failed: false,
        created: 0,
        skipped: 0,
    };
    let id = import.id.clone();
    state.imports.insert(id.clone(), import);
    created(state, "contact_import", &id, json!({}))
}

/// The parts of a form.
fn parts(asked: &Asked<'_>) -> Vec<(String, String)> {
    let Some((_, boundary)) = asked.content_type.split_once("boundary=") else { return Vec::new() };
    let body = String::from_utf8_lossy(asked.body).into_owned();
    let part = |part: &str| {
        let (headers, text) = part.split_once("\r\n\r\n")?;
        let (_, name) = headers.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        Some((name.to_owned(), text.strip_suffix("\r\n").unwrap_or(text).to_owned()))
    };
    body.split(&format!("--{}", boundary.trim_matches('"'))).filter_map(part).collect()
}

impl Import {
    fn status(&self) -> &'static str {
        match (self.is_done, self.has_failed) {
            (false, _) => "in_progress",
            (true, false) => "completed",
            (true, true) => "failed",
        }
    }
}

impl Item for Import {
    fn id(&self) -> &str {
        &self.id
    }

    fn json(&self, _: &State) -> Json {
        let (total, created, skipped) = (self.rows.len(), self.created, self.skipped);
        json!({
            "object": "contact_import",
            "id": self.id,
            "status": self.status(),
            "counts": {"total": total, "created": created, "updated": 0, "skipped": skipped, "failed": 0},
        })
    }
}

pub(super) fn get(state: &State, id: &str) -> Reply {
    state.imports.get(id).map_or_else(
        || Reply::error(404, "not_found", "Contact import not found"),
        |import| Reply::json(200, import.json(state)),
    )
}

pub(super) fn list(state: &State, asked: &Asked<'_>) -> Reply {
    let status = asked.query.get("status");
    let has_status = |import: &&Import| status.is_none_or(|status| import.status() == status);
    let imports: Vec<_> = state.imports.values().filter(has_status).collect();
    lists::page(state, &imports, asked)
}

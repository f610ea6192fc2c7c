//! What became of rows of users and attempts, wherever they came from.

use segmentation_engine::ingest::csv::{AttemptsReport, UsersReport};
use serde_json::{Value as Json, json};

use super::output;

pub(super) fn json(users: Option<UsersReport>, attempts: Option<AttemptsReport>, duration_ms: u64) -> Json {
    let mut result = json!({"duration": duration_ms});
    if let Some(UsersReport { rows, created, updated, unchanged, faults }) = users {
        result["users"] = json!(
            {"rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "faults": faults}
        );
    }
    if let Some(AttemptsReport { rows, written, unchanged, faults }) = attempts {
        result["attempts"] = json!({"rows": rows, "written": written, "unchanged": unchanged, "faults": faults});
    }
    result
}

pub(super) fn show(users: Option<UsersReport>, attempts: Option<AttemptsReport>, duration_ms: u64) {
    if let Some(UsersReport { rows, created, updated, unchanged, faults }) = users {
        output::line(format_args!(
            "users: {rows} rows, {created} created, {updated} updated, {unchanged} unchanged, {faults} left out"
        ));
    }
    if let Some(AttemptsReport { rows, written, unchanged, faults }) = attempts {
        output::line(format_args!(
            "attempts: {rows} rows, {written} written, {unchanged} unchanged, {faults} left out"
        ));
    }
    output::line(format_args!("in {duration_ms} ms"));
}

//! Who entered and left a segment, as CSV.

use domain::{
    instant::{Instant, format_instant},
    member_sort::SortDirection,
    segment::SegmentKey,
};
use persistence::{
    Database,
    reads::{
        members::Search,
        movements::{Movement, WhichMovements, movements},
    },
    segments,
};
use serde_json::json;

use crate::{
    audit::{Audit, segment_target},
    export::{ExportError, guarded_text, to_text},
};

/// The header.
pub const COLUMNS: [&str; 9] =
    ["User ID", "Email", "First Name", "Last Name", "Movement", "At", "Cause", "Run ID", "Actor"];

/// Which movements of a segment are exported.
#[derive(Debug, Clone)]
pub struct MovementsAsked {
    /// The first instant, and the first one after the span.
    pub span: [Instant; 2],
    /// Only those who entered, or only those who left.
    pub entered: Option<bool>,
    pub search: Option<Search>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementsExtract {
    /// Including the header.
    pub csv: String,
    pub rows: u64,
    /// Whether there are more.
    pub is_cut: bool,
}

/// The latest movements, up to a limit, newest first. They are returned only after the export is in the audit log.
pub async fn extract_movements(
    database: &Database,
    key: &SegmentKey,
    asked: &MovementsAsked,
    limit: u64,
    now: Instant,
    audit: &Audit,
) -> Result<MovementsExtract, ExportError> {
    let connection = database.connection();
    let segment = segments::find(connection, key).await?.ok_or_else(|| ExportError::NotFound(key.clone()))?;
    let MovementsAsked { span, entered, search } = asked;
    let (segment, direction) = (segment.id, SortDirection::Desc);
    let which = WhichMovements { segment, span: *span, entered: *entered, search: search.as_ref(), direction };
    let found = movements(connection, which, None, limit + 1).await?;
    let rows = limit.min(found.len() as u64);
    let csv = to_text(COLUMNS, found.iter().take(rows as usize).map(row))?;
    let [from, to] = span.map(format_instant);
    let detail = json!({"from": from, "to": to, "rowCount": rows});
    audit.record_alone(database, now, Some(segment_target(key)), detail).await?;
    Ok(MovementsExtract { csv, rows, is_cut: found.len() as u64 > rows })
}

fn row(movement: &Movement) -> [String; 9] {
    [
        guarded_text(Some(&movement.user_id)),
        guarded_text(Some(&movement.email)),
        guarded_text(movement.first_name.as_deref()),
        guarded_text(movement.last_name.as_deref()),
        if movement.entered { "entered" } else { "left" }.to_owned(),
        format_instant(movement.place.at),
        movement.cause.to_string(),
        movement.run.map(|run| run.to_string()).unwrap_or_default(),
        guarded_text(movement.actor.as_deref()),
    ]
}

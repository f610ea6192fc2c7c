//! The users whom an admin added to a segment or excluded from it, as CSV.

use domain::{
    instant::{Instant, format_instant},
    overrides::OverrideKind,
    segment::SegmentKey,
};
use persistence::{
    Database,
    reads::{
        member_pages::{Page, PageStart},
        members::{Overridden, Search, count_overridden, overridden},
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
    ["User ID", "Email", "First Name", "Last Name", "Decision", "Reason", "Decided By", "Decided At", "Expires At"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverridesExtract {
    /// Including the header.
    pub csv: String,
    pub rows: u64,
    /// Of all who were asked for.
    pub total: u64,
}

/// The first users with an override of this kind, up to a limit, in the order in which users were added. They are returned only after
/// the export is in the audit log.
pub async fn extract_overrides(
    database: &Database,
    key: &SegmentKey,
    (kind, search): (OverrideKind, Option<&Search>),
    limit: u64,
    now: Instant,
    audit: &Audit,
) -> Result<OverridesExtract, ExportError> {
    let tx = database.begin_snapshot().await?;
    let segment = segments::find(&tx, key).await?.ok_or_else(|| ExportError::NotFound(key.clone()))?;
    let found = overridden(&tx, segment.id, kind, now, search, &Page::by_key(PageStart::Offset(0), limit)).await?;
    let total = count_overridden(&tx, segment.id, kind, now, search).await?;
    tx.close().await?;
    let (csv, rows) = (to_text(COLUMNS, found.iter().map(|one| row(one, kind)))?, found.len() as u64);
    let detail = json!({"decision": kind, "rowCount": rows});
    audit.record_alone(database, now, Some(segment_target(key)), detail).await?;
    Ok(OverridesExtract { csv, rows, total: u64::try_from(total).unwrap_or_default() })
}

fn row(Overridden { user, actor, reason, created_at, expires_at }: &Overridden, kind: OverrideKind) -> [String; 9] {
    [
        guarded_text(Some(&user.id)),
        guarded_text(Some(&user.email)),
        guarded_text(user.first_name.as_deref()),
        guarded_text(user.last_name.as_deref()),
        kind.to_string(),
        guarded_text(reason.as_deref()),
        guarded_text(Some(actor)),
        format_instant(*created_at),
        expires_at.map(format_instant).unwrap_or_default(),
    ]
}

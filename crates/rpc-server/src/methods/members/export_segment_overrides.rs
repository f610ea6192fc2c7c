//! `adminAudience.exportSegmentOverrides`: exports the users whom an admin added to a segment or excluded from it as CSV, with an
//! entry in the audit log.

use domain::overrides::OverrideKind;
use persistence::reads::members::Search;
use schemars::JsonSchema;
use segmentation_engine::export_overrides::extract_overrides;
use serde::{Deserialize, Serialize};

use super::MAX_ROWS;
use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{filename, key::SegmentParams},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportSegmentOverridesParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Whom to export: those who were added, or those who are excluded.
    decision: OverrideKind,
    /// Only users with this id, or whose name or email address contains this text, ignoring case.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
}

/// The users with an override as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportSegmentOverridesResult {
    /// CSV (RFC 4180) with a header row. A cell that a spreadsheet could run as a formula is prefixed with `'`.
    csv: String,
    /// A suggested filename.
    filename: String,
    /// Number of exported users, at most 5,000.
    row_count: u64,
    /// Total number of matching users.
    total_count: u64,
    /// Whether there are more users than were exported.
    truncated: bool,
}

pub(crate) struct ExportSegmentOverrides;

impl Method for ExportSegmentOverrides {
    const NAME: &'static str = "adminAudience.exportSegmentOverrides";
    const SUMMARY: &'static str = "Exports as CSV up to 5,000 users whom an admin added or excluded";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("export_segment_overrides.example.json");
    type Params = ExportSegmentOverridesParams;
    type Result = ExportSegmentOverridesResult;

    async fn call(
        call: &Call,
        params: ExportSegmentOverridesParams,
    ) -> Result<ExportSegmentOverridesResult, MethodError> {
        let (key, moment) = (params.segment.key(), call.moment());
        let search = params.search_query.as_deref().and_then(Search::new);
        let which = (params.decision, search.as_ref());
        let extract = extract_overrides(call.database(), &key, which, MAX_ROWS, moment.now, &call.audit).await?;
        let of = match params.decision {
            OverrideKind::Include => "added-by-hand",
            OverrideKind::Exclude => "excluded",
        };
        Ok(ExportSegmentOverridesResult {
            csv: extract.csv,
            filename: filename::of_segment(call.database().connection(), &key, Some(of), moment).await?,
            row_count: extract.rows,
            total_count: extract.total,
            truncated: extract.rows < extract.total,
        })
    }
}

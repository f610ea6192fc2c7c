//! `adminAudience.exportSegmentUsers`: exports members as CSV, with an entry in the audit log.

use domain::{ids::UserNo, mail::MailFilter};
use schemars::JsonSchema;
use segmentation_engine::export::{Contents, Part, extract};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::MAX_ROWS;
use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{attribute, cursor, filename, key::SegmentParams},
};

/// Identifies the segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportSegmentUsersParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Keys of declared attributes: each adds a column `attr.KEY`, in this order.
    #[serde(default)]
    #[schemars(length(max = 200))]
    attributes: Vec<String>,
    /// Which members to export, by whether mail may reach them.
    #[serde(default)]
    mail: MailFilter,
    /// Adds a last column `Mail Status`: where each member stands at the mail service, or why mail is held back.
    #[serde(default)]
    mail_status: bool,
    /// The `nextCursor` of an earlier response, with the same other params.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
}

/// The members of a segment as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportSegmentUsersResult {
    /// CSV (RFC 4180) with a header row, in each part. A cell that a spreadsheet could run as a formula is prefixed with `'`.
    csv: String,
    /// A suggested filename.
    filename: String,
    /// Number of exported members, at most 5,000.
    row_count: u64,
    /// Total number of members who were asked for.
    total_count: u64,
    /// Whether more members follow.
    truncated: bool,
    /// Pass this as `cursor` to get the next part. Absent in the last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(crate) struct ExportSegmentUsers;

impl Method for ExportSegmentUsers {
    const NAME: &'static str = "adminAudience.exportSegmentUsers";
    const SUMMARY: &'static str = "Exports up to 5,000 members of a segment as CSV";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("export_segment_users.example.json");
    type Params = ExportSegmentUsersParams;
    type Result = ExportSegmentUsersResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(cursor::fault(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: ExportSegmentUsersParams) -> Result<ExportSegmentUsersResult, MethodError> {
        let above = params.cursor.as_deref().map(cursor::read).transpose()?.unwrap_or(UserNo(0));
        let key = params.segment.key();
        let moment = call.moment();
        let contents = Contents {
            attributes: attribute::requested(call.database().connection(), &params.attributes).await?,
            mail: params.mail,
            mail_status: params.mail_status,
        };
        let part = Part { above, limit: MAX_ROWS };
        let extract = extract(call.database(), &key, &contents, part, moment.now, &call.audit).await?;
        Ok(ExportSegmentUsersResult {
            csv: extract.csv,
            filename: filename::of_segment(call.database().connection(), &key, None, moment).await?,
            row_count: extract.rows,
            total_count: extract.total,
            truncated: extract.next.is_some(),
            next_cursor: extract.next.map(cursor::after),
        })
    }
}

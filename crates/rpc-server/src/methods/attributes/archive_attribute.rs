//! `adminAudience.archiveAttribute`: archives an attribute that no segment uses.

use schemars::JsonSchema;
use segmentation_engine::attributes::archive;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
};

/// Identifies the attribute.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchiveAttributeParams {
    /// The attribute's key.
    #[schemars(length(min = 1, max = 64))]
    key: String,
}

/// The result of archiving.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ArchiveAttributeResult {
    /// Always true. Failures are returned as errors.
    success: bool,
}

pub(crate) struct ArchiveAttribute;

impl Method for ArchiveAttribute {
    const NAME: &'static str = "adminAudience.archiveAttribute";
    const SUMMARY: &'static str = "Archives an attribute: its values stay, but no longer change, and no condition can test \
                                   them. Refused while segments use it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("archive_attribute.example.json");
    type Params = ArchiveAttributeParams;
    type Result = ArchiveAttributeResult;

    async fn call(call: &Call, params: ArchiveAttributeParams) -> Result<ArchiveAttributeResult, MethodError> {
        archive(call.database(), &params.key, call.moment(), &call.audit).await?;
        Ok(ArchiveAttributeResult { success: true })
    }
}

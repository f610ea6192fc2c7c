//! `adminAudience.getAttributes`: the declared attributes.

use persistence::attributes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method, wire::attribute::DeclaredAttribute};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetAttributesParams {}

/// The declared attributes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetAttributesResult {
    /// In the order of their keys. Archived attributes are left out.
    attributes: Vec<DeclaredAttribute>,
}

pub(crate) struct GetAttributes;

impl Method for GetAttributes {
    const NAME: &'static str = "adminAudience.getAttributes";
    const SUMMARY: &'static str = "Lists the declared attributes: fields of users that the host application adds";
    const EXAMPLE: &'static str = include_str!("get_attributes.example.json");
    type Params = GetAttributesParams;
    type Result = GetAttributesResult;

    async fn call(call: &Call, _: GetAttributesParams) -> Result<GetAttributesResult, MethodError> {
        let declared = attributes::declared(call.database().connection()).await?;
        Ok(GetAttributesResult { attributes: declared.iter().map(|one| DeclaredAttribute::from(&**one)).collect() })
    }
}

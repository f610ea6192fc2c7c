//! `rpc.discover`: the OpenRPC document of the API, as OpenRPC's service discovery has it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{context::Call, errors::MethodError, method::Method};

/// Nothing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscoverParams {}

/// The document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct OpenrpcDocument(Map<String, Json>);

pub(crate) struct Discover;

impl Method for Discover {
    const NAME: &'static str = "rpc.discover";
    const SUMMARY: &'static str = "Answers the OpenRPC document of this API, which is also at /openrpc.json";
    const EXAMPLE: &'static str = include_str!("discover.example.json");
    type Params = DiscoverParams;
    type Result = OpenrpcDocument;

    async fn call(call: &Call, _: DiscoverParams) -> Result<OpenrpcDocument, MethodError> {
        match call.document {
            Json::Object(document) => Ok(OpenrpcDocument(document.clone())),
            _ => Err(MethodError::Internal("the document is no object".into())),
        }
    }
}

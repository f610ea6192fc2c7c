//! `rpc.discover`: the OpenRPC document, as OpenRPC's service discovery defines it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscoverParams {}

/// The OpenRPC document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct OpenrpcDocument(Map<String, Json>);

pub(crate) struct Discover;

impl Method for Discover {
    const NAME: &'static str = "rpc.discover";
    const SUMMARY: &'static str = "Returns the OpenRPC document of this API, which is also available at /openrpc.json";
    const EXAMPLE: &'static str = include_str!("discover.example.json");
    type Params = DiscoverParams;
    type Result = OpenrpcDocument;

    async fn call(call: &Call, _: DiscoverParams) -> Result<OpenrpcDocument, MethodError> {
        match call.document {
            Json::Object(document) => Ok(OpenrpcDocument(document.clone())),
            _ => Err(MethodError::Internal("the document is not an object".into())),
        }
    }
}

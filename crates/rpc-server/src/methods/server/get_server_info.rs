//! `adminAudience.getServerInfo`: the version of the server, and what it runs on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetServerInfoParams {}

/// The server and its database.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetServerInfoResult {
    /// The version of the programs.
    version: &'static str,
    /// The kind of database.
    database: DatabaseKind,
    /// The number of shards among which its users are divided.
    #[schemars(range(min = 1))]
    shards: u16,
    /// The time zone that determines when a day begins.
    zone: String,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum DatabaseKind {
    /// A file.
    Sqlite,
    /// One server.
    Postgres,
    /// A cluster of PostgreSQL servers.
    Citus,
}

pub(crate) struct GetServerInfo;

impl Method for GetServerInfo {
    const NAME: &'static str = "adminAudience.getServerInfo";
    const SUMMARY: &'static str = "Shows the version of the server, its kind of database, and its time zone";
    const EXAMPLE: &'static str = include_str!("get_server_info.example.json");
    type Params = GetServerInfoParams;
    type Result = GetServerInfoResult;

    async fn call(call: &Call, _: GetServerInfoParams) -> Result<GetServerInfoResult, MethodError> {
        let database = call.database();
        let kind = match (database.is_embedded(), database.is_on_citus()) {
            (true, _) => DatabaseKind::Sqlite,
            (false, true) => DatabaseKind::Citus,
            (false, false) => DatabaseKind::Postgres,
        };
        Ok(GetServerInfoResult {
            version: env!("CARGO_PKG_VERSION"),
            database: kind,
            shards: database.shards().count(),
            zone: call.moment().zone.name().into(),
        })
    }
}

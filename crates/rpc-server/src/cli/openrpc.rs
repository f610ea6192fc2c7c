//! `openrpc`: the document, for `cargo xtask codegen`.

use rpc_server::server::document;

pub(super) fn execute() -> anyhow::Result<()> {
    super::line(serde_json::to_string_pretty(document())?)
}

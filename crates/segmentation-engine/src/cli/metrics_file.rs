//! The file of `--metrics-file`.

use std::path::Path;

use anyhow::Context;
use persistence::Database;
use segmentation_engine::metrics;

/// Also after a failure: the metrics then show the age of the last success.
pub(super) async fn write_metrics(database: &Database, path: Option<&Path>) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = metrics::stored(database).await.context("the metrics cannot be read")?;
    metrics::write_file(path, &text).with_context(|| format!("the metrics cannot be written to {}", path.display()))
}

//! Waits until nobody else is writing.

use std::time::Duration;

use domain::shard::Shard;
use persistence::{Database, DbErr, DefinitionTx};
use tokio::time::sleep;

/// How often, and after which pauses, it is tried.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

/// A transaction in which nobody else changes memberships of the shard, and that does not make others wait for it. `None` if others
/// write without a pause.
pub(crate) async fn alone(database: &Database, shard: Shard) -> Result<Option<DefinitionTx>, DbErr> {
    for _ in 0..TRIES {
        if let Some(tx) = database.try_definition_change(shard).await? {
            return Ok(Some(tx));
        }
        sleep(PAUSE).await;
    }
    Ok(None)
}

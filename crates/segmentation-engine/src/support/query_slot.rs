//! Long queries that end when nobody waits for them any more.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use persistence::{Database, DbErr, database::query_pool::QuerySlot};
use tokio::time::timeout;

/// How long to wait for a canceled statement before canceling it again.
const TELL_AGAIN: Duration = Duration::from_millis(100);

/// How a query ended.
pub(crate) enum Ended<T> {
    Answered(T),
    /// No slot became free in time, or before the caller was gone.
    NoSlot,
}

/// Asks in a query slot. Once the caller is `gone`, statements are canceled.
pub(crate) async fn on_slot<T>(
    database: &Database,
    deadline: Instant,
    gone: impl Future<Output = ()>,
    ask: impl AsyncFnOnce(&QuerySlot) -> T,
) -> Result<Ended<T>, DbErr> {
    let mut gone = pin!(gone);
    let slot = tokio::select! {
        slot = database.query_slot(deadline) => slot?,
        () = &mut gone => None,
    };
    let Some(slot) = slot else { return Ok(Ended::NoSlot) };
    let mut asking = pin!(ask(&slot));
    tokio::select! {
        answer = &mut asking => return Ok(Ended::Answered(answer)),
        () = &mut gone => {}
    }
    // Dropping the future would leave the statement running on its connection, so wait for its end.
    loop {
        // If canceling fails, the deadline still ends the statement.
        if let (_, Ok(answer)) = tokio::join!(slot.stop(), timeout(TELL_AGAIN, &mut asking)) {
            return Ok(Ended::Answered(answer));
        }
    }
}

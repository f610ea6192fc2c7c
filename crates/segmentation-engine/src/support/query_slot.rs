//! Long queries that end when nobody waits for them any more, or when they have taken too long.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use persistence::{Database, DbErr, Snapshot, database::query_pool::QuerySlot};
use tokio::time::timeout;

/// How long to wait for a canceled statement before canceling it again.
const TELL_AGAIN: Duration = Duration::from_millis(100);

/// How a query ended.
pub enum Ended<T> {
    Answered(T),
    /// No slot became free in time, or before the caller was gone.
    NoSlot,
}

/// Reads from one snapshot until the deadline. A statement that runs then fails as one that was cut.
pub async fn read_until<T, E: From<DbErr>>(
    database: &Database,
    deadline: Instant,
    gone: impl Future<Output = ()>,
    read: impl AsyncFnOnce(&Snapshot) -> Result<T, E>,
) -> Result<Ended<T>, E> {
    // A deadline of a statement begins anew with each: this one is of the whole.
    let ended = async {
        tokio::select! {
            () = gone => {}
            () = tokio::time::sleep_until(deadline.into()) => {}
        }
    };
    let asked = on_slot(database, deadline, ended, async |slot| {
        let tx = slot.begin(deadline).await?;
        let answer = read(&tx).await?;
        tx.close().await?;
        Ok(answer)
    });
    match asked.await? {
        Ended::Answered(answer) => answer.map(Ended::Answered),
        Ended::NoSlot => Ok(Ended::NoSlot),
    }
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

//! Clocks of changes, checked against the clock of the database: by a clock that is ahead, history would shut out every change
//! until then.

use chrono::TimeDelta;
use domain::instant::{Clock, Instant, SystemClock, format_instant};
use persistence::{
    ConnectionTrait, Database,
    runs::{self, LeaseError},
};

/// How far clocks of machines may be apart.
const APART: TimeDelta = TimeDelta::minutes(1);

/// The clock of a command: the one that was given by hand, or this machine's.
pub async fn of_command(database: &Database, given: Option<Instant>) -> Result<Instant, LeaseError> {
    not_ahead(database.connection(), given.unwrap_or_else(|| SystemClock.now()), given.is_some()).await
}

/// The clock, unless it is ahead of the database's by more than a minute. Then one that was given by hand is refused, and one
/// that was read from a machine gives way to the database's.
pub(crate) async fn not_ahead(
    connection: &impl ConnectionTrait,
    clock: Instant,
    is_given: bool,
) -> Result<Instant, LeaseError> {
    let now = runs::database_clock(connection).await?;
    match clock <= now + APART {
        true => Ok(clock),
        false if is_given => Err(LeaseError::Ahead { now: format_instant(now) }),
        false => Ok(now),
    }
}

//! Clocks of changes, checked against the clock of the database: by a clock that is ahead, history would shut out every change
//! until then.

use domain::instant::{CLOCKS_APART, Clock, Instant, SystemClock, format_instant};
use persistence::{Database, DbErr, database::database_clock, runs::LeaseError};

/// The clock of a command: this machine's, or the one that was given by hand. That is refused if it is ahead of the database's
/// by more than a minute.
pub async fn of_command(database: &Database, given: Option<Instant>) -> Result<Instant, LeaseError> {
    let clock = given.unwrap_or_else(|| SystemClock.now());
    match not_ahead(database, clock).await? {
        now if given.is_some() && now != clock => Err(LeaseError::Ahead { now: format_instant(now) }),
        now => Ok(now),
    }
}

/// The clock, or the database's where this one is ahead of it by more than a minute.
pub(crate) async fn not_ahead(database: &Database, clock: Instant) -> Result<Instant, DbErr> {
    let now = database_clock(database.connection()).await?;
    Ok(if clock > now + CLOCKS_APART { now } else { clock })
}

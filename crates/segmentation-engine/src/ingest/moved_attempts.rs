//! Attempts that have moved to a user of another shard, where the transaction that wrote them did not see the old one.

use std::collections::HashSet;

use domain::{profile::QuizAttempt, shard::by_shard};
use persistence::{
    Database, DbErr,
    ingest::attempts::{self, Origin},
};

use super::report::Outcome;
use crate::support::retry::with_retry;

/// Takes attempts that were written from users of other shards who had them before. If the process ends before, both have them
/// until the attempts are written again. In a dry run nobody loses them.
pub(super) async fn take_from_other_shards(
    database: &Database,
    written: &[QuizAttempt],
    outcomes: &mut [Outcome],
    origin: Origin<'_>,
    dry_run: bool,
) -> Result<(), DbErr> {
    let has_user = |outcome: &Outcome| matches!(outcome, Outcome::Recorded | Outcome::Moved | Outcome::Unchanged);
    let attempts = written.iter().zip(&*outcomes).filter(|(_, outcome)| has_user(outcome)).map(|(attempt, _)| attempt);
    let connection = database.connection();
    let find = || attempts::of_other_shards(connection, database.shards(), attempts.clone(), origin);
    let taken = with_retry(find).await?;
    if taken.is_empty() {
        return Ok(());
    }
    let moved: HashSet<_> = taken.iter().map(|(_, id)| id.clone()).collect();
    let taken = if dry_run { Vec::new() } else { taken };
    for (shard, taken) in by_shard(taken, |(user, _)| user.shard()) {
        with_retry(|| async {
            let tx = database.begin_membership_change(shard).await?;
            attempts::take(&tx, &taken).await?;
            tx.commit().await
        })
        .await?;
    }
    for (_, outcome) in written.iter().zip(outcomes).filter(|(attempt, _)| moved.contains(&attempt.id)) {
        if has_user(outcome) {
            *outcome = Outcome::Moved;
        }
    }
    Ok(())
}

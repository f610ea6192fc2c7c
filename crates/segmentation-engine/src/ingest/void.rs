//! Deletes events that should not have been recorded.

use std::collections::{BTreeSet, HashMap};

use domain::{ids::UserId, instant::Instant, shard::by_shard};
use persistence::{Database, ingest::events};
use serde_json::json;

use crate::{audit::Audit, evaluate_user::UserRunError, support::retry::with_retry};

/// Events by user and id. Returns whether each was there. Each shard has a transaction and an audit entry of its own.
pub async fn void_events(
    database: &Database,
    given: &[(UserId, String)],
    reason: Option<&str>,
    (now, audit): (Instant, &Audit),
) -> Result<Vec<bool>, UserRunError> {
    let mut voided = vec![false; given.len()];
    let trimmed = |(user, id): &(UserId, String)| (UserId(user.0.trim().to_owned()), id.trim().to_owned());
    // PostgreSQL cannot store a NUL, so such an event was never recorded.
    let can_be_stored = |(_, (user, id)): &(usize, (UserId, String))| !user.0.contains('\0') && !id.contains('\0');
    let places = given.iter().map(trimmed).enumerate().filter(can_be_stored);
    for (shard, of_shard) in by_shard(places, |(_, (user, _))| database.shards().of(user)) {
        let keys: Vec<_> = of_shard.iter().map(|(_, key)| key.clone()).collect();
        let keys: Vec<_> = keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let were_there = with_retry(|| async {
            let tx = database.begin_membership_change(shard).await?;
            let voided = events::void(&tx, &keys).await?;
            let count = voided.iter().filter(|was_there| **was_there).count();
            let detail = json!({"voided": count, "absent": voided.len() - count, "reason": reason});
            audit.record(&tx, now, None, Some(detail)).await?;
            tx.commit().await?;
            Ok::<_, UserRunError>(voided)
        })
        .await?;
        let were_there: HashMap<_, _> = keys.iter().zip(were_there).collect();
        for (place, key) in &of_shard {
            voided[*place] = were_there.get(key).copied().unwrap_or_default();
        }
    }
    Ok(voided)
}

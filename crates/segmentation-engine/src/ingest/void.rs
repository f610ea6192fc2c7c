//! Deletes events that should not have been recorded.

use domain::{ids::UserId, instant::Instant, shard::by_shard};
use persistence::{Database, ingest::events};
use serde_json::json;

use crate::{audit::Audit, evaluate_user::UserRunError, support::retry::with_retry};

/// Events by user and id. Returns whether each was there. Each shard has a transaction and an audit entry of its own.
pub async fn void_events(
    database: &Database,
    given: &[(UserId, String)],
    now: Instant,
    audit: &Audit,
) -> Result<Vec<bool>, UserRunError> {
    let mut voided = vec![false; given.len()];
    let trimmed = |(user, id): &(UserId, String)| (UserId(user.0.trim().to_owned()), id.trim().to_owned());
    let places = given.iter().map(trimmed).enumerate();
    for (shard, of_shard) in by_shard(places, |(_, (user, _))| database.shards().of(user)) {
        let keys: Vec<_> = of_shard.iter().map(|(_, key)| key.clone()).collect();
        let were_there = with_retry(|| async {
            let tx = database.begin_membership_change(shard).await?;
            let voided = events::void(&tx, &keys).await?;
            let count = voided.iter().filter(|was_there| **was_there).count();
            audit.record(&tx, now, None, Some(json!({"voided": count, "absent": voided.len() - count}))).await?;
            tx.commit().await?;
            Ok::<_, UserRunError>(voided)
        })
        .await?;
        for ((place, _), was_there) in of_shard.iter().zip(were_there) {
            voided[*place] = was_there;
        }
    }
    Ok(voided)
}

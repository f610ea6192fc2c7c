//! API tokens are created and revoked on record.

use domain::instant::Instant;
use persistence::{
    Database, DbErr,
    ops::tokens::{self, NewToken},
};

use crate::{audit::Audit, support::retry::with_retry};

/// Stores a new token.
pub async fn create(database: &Database, new: &NewToken, now: Instant, audit: &Audit) -> Result<(), DbErr> {
    with_retry(|| async {
        let tx = database.begin().await?;
        tokens::insert(&tx, new.clone(), now).await?;
        audit.record(&tx, now, Some(target(&new.id)), None).await?;
        tx.commit().await
    })
    .await
}

/// Revokes a token from now on. `false` if no valid token has this id.
pub async fn revoke(database: &Database, id: &str, now: Instant, audit: &Audit) -> Result<bool, DbErr> {
    with_retry(|| async {
        let tx = database.begin().await?;
        if !tokens::revoke(&tx, id, now).await? {
            return Ok(false);
        }
        audit.record(&tx, now, Some(target(id)), None).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

fn target(id: &str) -> String {
    format!("token {id}")
}

//! API tokens are created and revoked on record.

use domain::instant::Instant;
use persistence::{
    Database, DbErr,
    ops::tokens::{self, NewToken},
};
use serde_json::json;

use crate::{audit::Audit, support::retry::with_retry};

/// Stores a new token.
pub async fn create(database: &Database, new: &NewToken, now: Instant, audit: &Audit) -> Result<(), DbErr> {
    with_retry(|| async {
        let tx = database.begin().await?;
        tokens::insert(&tx, new.clone(), now).await?;
        let detail = json!({"name": new.name, "role": new.role.to_string()});
        audit.record(&tx, now, Some(target(&new.id)), Some(detail)).await?;
        tx.commit().await
    })
    .await
}

/// Revokes a token from now on. `false` if no valid token has this id.
pub async fn revoke(database: &Database, id: &str, now: Instant, audit: &Audit) -> Result<bool, DbErr> {
    with_retry(|| async {
        let tx = database.begin().await?;
        let Some(name) = tokens::revoke(&tx, id, now).await? else { return Ok(false) };
        audit.record(&tx, now, Some(target(id)), Some(json!({"name": name}))).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

fn target(id: &str) -> String {
    format!("token {id}")
}

//! Deletes webhooks.

use domain::{instant::Instant, webhook::WebhookId};
use persistence::{
    Database,
    webhooks::{endpoints, people},
};

use super::error::WebhookError;
use crate::{audit::Audit, support::retry::with_retry};

/// What waits for it is given up.
pub async fn delete(database: &Database, id: &WebhookId, now: Instant, audit: &Audit) -> Result<(), WebhookError> {
    with_retry(|| async {
        let tx = database.begin().await?;
        if !endpoints::delete(&tx, id).await? {
            return Err(WebhookError::NotFound(id.clone()));
        }
        audit.record(&tx, now, Some(format!("webhook {id}")), None).await?;
        Ok(tx.commit().await?)
    })
    .await?;
    // Of what waited for it alone, nobody has to hear any more.
    Ok(people::forget_erased(database.connection()).await?)
}

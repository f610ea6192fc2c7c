//! What the names of events stand for.

use domain::{
    event::{EventName, NAME_EXPECTED},
    instant::Instant,
    shard::Shard,
};
use persistence::{Database, DbErr, database::words, event_names};
use serde_json::json;

use crate::{
    audit::Audit,
    support::retry::{Failure, with_retry},
};

#[derive(Debug, thiserror::Error)]
pub enum EventNameError {
    #[error("the name: {NAME_EXPECTED}")]
    Invalid,
    #[error("there is no event with this name")]
    NotFound,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// Says whether events of a name show that a user was active. All figures follow from then on, of the past too.
pub async fn set_activity(
    database: &Database,
    name: &str,
    is_activity: bool,
    now: Instant,
    audit: &Audit,
) -> Result<(), EventNameError> {
    let name = EventName::parse(name).ok_or(EventNameError::Invalid)?;
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        if !event_names::set_activity(&tx, &name, is_activity).await? {
            return Err(EventNameError::NotFound);
        }
        let detail = json!({"isActivity": is_activity});
        audit.record(&tx, now, Some(format!("event name {name}")), Some(detail)).await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}

impl Failure for EventNameError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::Invalid | Self::NotFound => None,
        }
    }
}

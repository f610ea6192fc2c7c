//! Activates and deactivates custom segments.

use domain::{period::Moment, segment::SegmentKey, shard::Shard};
use persistence::{
    Database, DefinitionTx,
    segments::{self, StoredSegment, custom::StoredDefinition},
};
use serde_json::json;

use super::{
    definition,
    error::SaveError,
    follow::Followed,
    save::{SavedSegment, apply, complete, custom_segment},
};
use crate::{audit::Audit, support::retry::with_retry};

/// Activates or deactivates a segment. Activation updates its members and those of segments that refer to it; an inactive
/// segment keeps its members.
pub async fn set_active(
    database: &Database,
    key: &SegmentKey,
    is_active: bool,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    with_retry(|| try_set_active(database, key, is_active, moment, audit)).await
}

async fn try_set_active(
    database: &Database,
    key: &SegmentKey,
    is_active: bool,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    let stored = custom_segment(&tx, key).await?;
    let followed = set(&tx, stored, is_active, moment, audit).await?;
    let saved = SavedSegment::read(&tx, key, followed).await?;
    let asked = json!({"isActive": is_active});
    complete(database, tx, saved, moment, audit, |followed| followed.detail(asked.clone())).await
}

async fn set(
    tx: &DefinitionTx,
    (segment, stored): (StoredSegment, StoredDefinition),
    is_active: bool,
    moment: Moment,
    audit: &Audit,
) -> Result<Followed, SaveError> {
    if segment.is_active == is_active {
        return Ok(Followed::default());
    }
    segments::set_active(tx, segment.id, is_active).await?;
    if !is_active {
        return Ok(Followed::default());
    }
    let criteria = definition::read(tx, &stored.definition, moment.zone).await;
    let criteria = criteria.map_err(|error| SaveError::from(error).of_stored())?;
    apply(tx, segment.id, &criteria, moment, audit).await
}

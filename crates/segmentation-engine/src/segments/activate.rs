//! Activates and deactivates custom segments.

use domain::{period::Moment, segment::SegmentKey, shard::Shard};
use persistence::{
    Database, DefinitionTx,
    segments::{self, StoredSegment, custom::StoredDefinition},
};
use serde_json::json;

use super::{
    change::begin_change,
    definition,
    error::SaveError,
    follow::Followed,
    saved::{SavedSegment, apply, custom_segment},
    shards::Save,
};
use crate::audit::Audit;

/// Activates or deactivates a segment. Activation updates its members and those of segments that refer to it; an inactive
/// segment keeps its members.
pub async fn set_active(
    database: &Database,
    key: &SegmentKey,
    is_active: bool,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let detail = |saved: &SavedSegment| saved.followed.detail(json!({"isActive": is_active}));
    let save = Save { moment, audit, detail: &detail };
    save.complete(database, || async {
        let (tx, moment) = begin_change(database, Shard::FIRST, moment).await?;
        let stored = custom_segment(&tx, key).await?;
        let followed = set(&tx, stored, is_active, moment, audit).await?;
        let saved = SavedSegment::read(&tx, key, followed, moment.zone).await?;
        save.commit(tx, saved).await
    })
    .await
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

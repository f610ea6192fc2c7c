//! Creates a custom segment with the criteria of another segment.

use domain::{period::Moment, segment::SegmentKey, shard::Shard, system_segments::system_segment};
use persistence::{Database, DefinitionTx, segments::custom::Draft};
use serde_json::json;

use super::{
    change::begin_change,
    definition,
    error::SaveError,
    name,
    save::{earlier_try, insert},
    saved::{SavedSegment, custom_segment},
    shards::Save,
};
use crate::audit::Audit;

/// The copy that is to be made.
#[derive(Debug, Clone)]
pub struct SegmentCopy {
    /// A new UUID.
    pub id: String,
    /// The segment to copy, system or custom.
    pub of: SegmentKey,
    /// The name of the copy. Without one, it gets the first unused of `NAME (copy)`, `NAME (copy 2)` and so on.
    pub name: Option<String>,
}

/// Creates a copy of a segment with its members. Overrides are not copied.
pub async fn duplicate(
    database: &Database,
    copy: &SegmentCopy,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let detail = |saved: &SavedSegment| json!({"of": copy.of.to_string(), "members": saved.followed.own.entered});
    let save = Save { moment, audit, detail: &detail };
    save.complete(database, || async {
        let (tx, moment) = begin_change(database, Shard::FIRST, moment).await?;
        if let Some(saved) = earlier_try(&tx, &copy.id, moment.zone).await? {
            return save.repeat(tx, saved).await;
        }
        let original = original(&tx, &copy.of, moment, audit).await?;
        let name = match &copy.name {
            Some(name) => name::parse(name).map_err(|fault| SaveError::Invalid(vec![fault]))?,
            None => name::of_copy(&tx, &original.name).await?,
        };
        let draft = Draft { name: name.into(), ..original };
        let saved = insert(&tx, &copy.id, draft, moment, audit).await?;
        save.commit(tx, saved).await
    })
    .await
}

async fn original(tx: &DefinitionTx, key: &SegmentKey, moment: Moment, audit: &Audit) -> Result<Draft, SaveError> {
    let author = audit.actor.clone();
    if let Some(system) = system_segment(key) {
        let (name, description) = (system.name.into(), Some(system.description.into()));
        return Ok(Draft { name, description, criteria: system.criteria.clone(), author });
    }
    let (_, stored) = custom_segment(tx, key).await?;
    let criteria = definition::read(tx, &stored.definition, moment.zone).await;
    let criteria = criteria.map_err(|error| SaveError::from(error).of_stored())?;
    Ok(Draft { name: stored.name, description: stored.description, criteria, author })
}

//! Saves an earlier version of a custom segment as its next one.

use domain::{period::Moment, segment::SegmentKey, shard::Shard};
use persistence::{Database, DefinitionTx, segments::custom};
use serde_json::json;

use super::{
    change::begin_change,
    error::SaveError,
    save::{ProposedSegment, check, store},
    saved::{SavedSegment, custom_segment},
    shards::Save,
};
use crate::audit::Audit;

/// Which version to restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollBack {
    /// The current version. If the segment has another one by now, it is not changed.
    pub from: i32,
    /// The version whose name, description and criteria come back.
    pub to: i32,
}

/// Restores an earlier name, description and definition as a new version, and updates the members.
pub async fn roll_back(
    database: &Database,
    key: &SegmentKey,
    versions: RollBack,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let RollBack { from, to } = versions;
    let asked = |saved: &SavedSegment| json!({"version": saved.definition.version, "toVersion": to});
    let save = Save { moment, audit, detail: &|saved| saved.followed.detail(asked(saved)) };
    save.complete(database, || async {
        let (tx, moment) = begin_change(database, Shard::FIRST, moment).await?;
        let stored = custom_segment(&tx, key).await?;
        let earlier = earlier(&tx, key, to).await?;
        let draft = check(&tx, &earlier, Some(key), moment, audit).await.map_err(SaveError::of_stored)?;
        save.unsettle(database, &tx, &stored, &draft).await?;
        let saved = store(&tx, stored, from, draft, moment, audit).await?;
        save.commit(tx, saved).await
    })
    .await
}

async fn earlier(tx: &DefinitionTx, key: &SegmentKey, version: i32) -> Result<ProposedSegment, SaveError> {
    let versions = custom::versions(tx, &key.value).await?;
    let found = versions.into_iter().find(|stored| stored.version == version);
    let found = found.ok_or_else(|| SaveError::NoSuchVersion { key: key.clone(), version })?;
    Ok(ProposedSegment { name: found.name, description: found.description, definition: found.definition })
}

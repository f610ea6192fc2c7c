//! A custom segment as a save leaves it, and what the save changed.

use domain::{criteria::SegmentNames, instant::Instant, segment::SegmentKey};
use persistence::{
    ConnectionTrait, DbErr, DefinitionTx,
    segments::{
        self, StoredSegment,
        custom::{self, StoredDefinition},
    },
};
use serde_json::{Map, Value as Json, json};

use super::{error::SaveError, follow::Followed};
use crate::audit::Audit;

/// A custom segment after it was saved.
#[derive(Debug, Clone)]
pub struct SavedSegment {
    /// The segment, with its current number of members.
    pub segment: StoredSegment,
    pub definition: StoredDefinition,
    /// The names of all custom segments.
    pub names: SegmentNames,
    /// Which members changed, in the segment and in those that refer to it.
    pub followed: Followed,
}

impl SavedSegment {
    pub(super) async fn read(
        connection: &impl ConnectionTrait,
        key: &SegmentKey,
        followed: Followed,
    ) -> Result<Self, SaveError> {
        let (segment, definition) = custom_segment(connection, key).await?;
        Ok(Self { segment, definition, names: custom::names(connection).await?, followed })
    }

    /// Records the save: what was asked for, and what changed in which segments.
    pub(super) async fn record(
        &self,
        tx: &DefinitionTx,
        at: Instant,
        audit: &Audit,
        mut asked: Json,
    ) -> Result<(), DbErr> {
        let Followed { own, dependants } = &self.followed;
        asked["entered"] = own.entered.into();
        asked["left"] = own.left.into();
        if !dependants.is_empty() {
            let of_each = dependants
                .iter()
                .map(|(key, applied)| (key.to_string(), json!({"entered": applied.entered, "left": applied.left})));
            asked["dependants"] = of_each.collect::<Map<_, _>>().into();
        }
        audit.record(tx, at, Some(target(&self.segment.key)), Some(asked)).await
    }
}

/// The target of audit entries about a segment.
pub(super) fn target(key: &SegmentKey) -> String {
    format!("segment {key}")
}

pub(super) async fn custom_segment(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<(StoredSegment, StoredDefinition), SaveError> {
    find_custom(connection, key).await?.ok_or_else(|| SaveError::NotFound(key.clone()))
}

pub(super) async fn find_custom(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<Option<(StoredSegment, StoredDefinition)>, DbErr> {
    let Some(segment) = segments::find(connection, key).await? else { return Ok(None) };
    let definition = custom::find(connection, segment.id).await?;
    Ok(definition.map(|definition| (segment, definition)))
}

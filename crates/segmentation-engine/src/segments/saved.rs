//! A custom segment after it was saved, and how its members follow.

use chrono_tz::Tz;
use domain::{criteria::Criteria, ids::SegmentId, membership::Cause, period::Moment, segment::SegmentKey};
use persistence::{
    ConnectionTrait, DefinitionTx,
    membership::Rule,
    segments::{self, CountedSegment, StoredSegment, custom::StoredDefinition},
};

use super::{
    definition::{Vocabulary, find_custom},
    error::SaveError,
    follow::{Followed, follow},
};
use crate::audit::Audit;

/// A custom segment after it was saved.
#[derive(Debug, Clone)]
pub struct SavedSegment {
    /// The segment, with its current number of members.
    pub segment: CountedSegment,
    pub definition: StoredDefinition,
    /// To describe the definition with.
    pub vocabulary: Vocabulary,
    /// Which members changed, in the segment and in those that refer to it.
    pub followed: Followed,
}

/// Updates the members of a segment by its rule, and those of segments that refer to it.
pub(super) async fn apply(
    tx: &DefinitionTx,
    segment: SegmentId,
    criteria: &Criteria,
    moment: Moment,
    audit: &Audit,
) -> Result<Followed, SaveError> {
    let context = audit.change_context(moment.now, Cause::SegmentSaved);
    Ok(follow(tx, Rule { segment, criteria, moment }, &context).await?)
}

pub(super) async fn custom_segment(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<(StoredSegment, StoredDefinition), SaveError> {
    find_custom(connection, key).await?.ok_or_else(|| SaveError::NotFound(key.clone()))
}

impl SavedSegment {
    pub(super) async fn read(
        connection: &impl ConnectionTrait,
        key: &SegmentKey,
        followed: Followed,
        zone: Tz,
    ) -> Result<Self, SaveError> {
        let (_, definition) = custom_segment(connection, key).await?;
        let segment = segments::find_counted(connection, key).await?;
        let segment = segment.ok_or_else(|| SaveError::NotFound(key.clone()))?;
        Ok(Self { segment, definition, vocabulary: Vocabulary::load(connection, zone).await?, followed })
    }
}

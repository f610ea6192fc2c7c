//! Tags and stars of segments, by which admins find them again. They change no member.

use domain::{
    instant::Instant,
    segment::SegmentKey,
    segment_name::{NameFault, SegmentName},
    shard::Shard,
    text::fold,
};
use persistence::{
    Database, DbErr,
    segments::{self, stars, tags},
};
use serde_json::json;

use crate::{
    audit::{Audit, segment_target},
    support::retry::{Failure, with_retry},
};

#[derive(Debug, thiserror::Error)]
pub enum TagError {
    #[error("there is no segment {0}")]
    NotFound(SegmentKey),
    /// Which of the tags are wrong.
    #[error("{} tags are wrong", .0.len())]
    Invalid(Vec<(usize, NameFault)>),
    #[error("{}", persistence::database::words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for TagError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::Invalid(_) => None,
        }
    }
}

/// Replaces the tags of a segment. Of tags that differ only in case, the first one counts. Returns them in alphabetical order.
pub async fn set_tags(
    database: &Database,
    key: &SegmentKey,
    wanted: &[String],
    now: Instant,
    audit: &Audit,
) -> Result<Vec<String>, TagError> {
    let tags = parse(wanted)?;
    with_retry(|| async {
        // So that the segment is not deleted meanwhile.
        let tx = database.begin_membership_change(Shard::FIRST).await?;
        let segment = segments::find(&tx, key).await?.ok_or_else(|| TagError::NotFound(key.clone()))?;
        tags::set(&tx, segment.id, &tags).await?;
        audit.record(&tx, now, Some(segment_target(key)), Some(json!({"tags": tags}))).await?;
        Ok::<_, TagError>(tx.commit().await?)
    })
    .await?;
    Ok(tags)
}

fn parse(wanted: &[String]) -> Result<Vec<String>, TagError> {
    let (mut tags, mut faults): (Vec<String>, Vec<_>) = (Vec::new(), Vec::new());
    for (place, text) in wanted.iter().enumerate() {
        match SegmentName::parse(text) {
            Ok(tag) if tags.iter().any(|other| fold(other) == fold(tag.as_str())) => {}
            Ok(tag) => tags.push(tag.into()),
            Err(fault) => faults.push((place, fault)),
        }
    }
    tags.sort_by_key(|tag| fold(tag));
    if faults.is_empty() { Ok(tags) } else { Err(TagError::Invalid(faults)) }
}

/// Stars a segment for the caller alone, or removes the star.
pub async fn set_star(
    database: &Database,
    key: &SegmentKey,
    is_starred: bool,
    now: Instant,
    audit: &Audit,
) -> Result<(), TagError> {
    with_retry(|| async {
        let tx = database.begin_membership_change(Shard::FIRST).await?;
        let segment = segments::find(&tx, key).await?.ok_or_else(|| TagError::NotFound(key.clone()))?;
        stars::set(&tx, &audit.actor, segment.id, is_starred).await?;
        audit.record(&tx, now, Some(segment_target(key)), Some(json!({"starred": is_starred}))).await?;
        Ok::<_, TagError>(tx.commit().await?)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_trimmed_sorted_and_differ_in_more_than_case() {
        let wanted = [" VIP ", "churn", "vip", "Ärger"].map(str::to_owned);
        assert_eq!(parse(&wanted).expect("tags"), ["churn", "VIP", "Ärger"]);
        let wrong = ["a", " ", "b\nc"].map(str::to_owned);
        let Err(TagError::Invalid(faults)) = parse(&wrong) else { panic!("accepted") };
        assert_eq!(faults, [(1, NameFault::Blank), (2, NameFault::Hidden)]);
    }
}

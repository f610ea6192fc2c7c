//! Names are unique among all segments, those that are built in included.

use domain::{
    segment::SegmentKey,
    segment_name::{NameFault, SegmentName},
    system_segments::catalogue,
};
use persistence::{DbErr, DefinitionTx, segments::custom};

use super::error::{DraftFault, SaveError};

/// In characters.
const MAX_LENGTH: usize = 100;

pub(super) fn parse(text: &str) -> Result<SegmentName, DraftFault> {
    SegmentName::parse(text).map_err(|fault: NameFault| DraftFault::Name(fault))
}

/// `of` is the segment that has the name, or is to have it, if it exists already.
pub(super) async fn refuse_taken(tx: &DefinitionTx, name: &str, of: Option<&SegmentKey>) -> Result<(), SaveError> {
    let name = parse(name).map_err(|fault| SaveError::Invalid(vec![fault]))?;
    if others(tx, of).await?.iter().any(|other| name.matches(other)) {
        return Err(SaveError::NameTaken { name: name.into() });
    }
    Ok(())
}

/// The first unused of `NAME (copy)`, `NAME (copy 2)` and so on.
pub(super) async fn of_copy(tx: &DefinitionTx, original: &str) -> Result<SegmentName, DbErr> {
    let taken = others(tx, None).await?;
    let mut number = 1;
    loop {
        let name = SegmentName::of_copy(original, number, MAX_LENGTH);
        if !taken.iter().any(|other| name.matches(other)) {
            return Ok(name);
        }
        number += 1;
    }
}

async fn others(tx: &DefinitionTx, than: Option<&SegmentKey>) -> Result<Vec<String>, DbErr> {
    let custom = custom::names(tx).await?.into_iter().filter(|(key, _)| Some(key) != than).map(|(_, name)| name);
    Ok(catalogue().iter().map(|system| system.name.to_owned()).chain(custom).collect())
}

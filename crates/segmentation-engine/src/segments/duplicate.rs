//! Creates a custom segment with the criteria of another segment.

use std::collections::HashSet;

use domain::{period::Moment, segment::SegmentKey, system_segments::system_segment, text::fold};
use persistence::{
    Database, DbErr, DefinitionTx,
    segments::custom::{self, Draft},
};
use serde_json::json;

use super::{
    definition,
    error::{DraftFault, SaveError},
    save::{earlier_try, insert},
    saved::{SavedSegment, custom_segment, target},
};
use crate::{audit::Audit, support::retry::with_retry};

/// In characters.
const MAX_NAME: usize = 100;

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
    with_retry(|| try_duplicate(database, copy, moment, audit)).await
}

async fn try_duplicate(
    database: &Database,
    copy: &SegmentCopy,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let tx = database.begin_definition_change().await?;
    if let Some(saved) = earlier_try(&tx, &copy.id).await? {
        return Ok(saved);
    }
    let original = original(&tx, &copy.of, moment, audit).await?;
    let name = match &copy.name {
        Some(name) => name.trim().to_owned(),
        None => unused_name(&tx, &original.name).await?,
    };
    if name.is_empty() {
        return Err(SaveError::Invalid(vec![DraftFault::BlankName]));
    }
    let saved = insert(&tx, &copy.id, Draft { name, ..original }, moment, audit).await?;
    let detail =
        json!({"name": saved.definition.name, "of": copy.of.to_string(), "members": saved.followed.own.entered});
    audit.record(&tx, moment.now, Some(target(&saved.segment.key)), Some(detail)).await?;
    tx.commit().await?;
    Ok(saved)
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

async fn unused_name(tx: &DefinitionTx, name: &str) -> Result<String, DbErr> {
    let taken: HashSet<_> = custom::all(tx).await?.iter().map(|stored| fold(&stored.name)).collect();
    let mut number = 1;
    loop {
        let suffix = if number == 1 { " (copy)".to_owned() } else { format!(" (copy {number})") };
        let room = MAX_NAME - suffix.chars().count();
        let candidate = name.chars().take(room).collect::<String>() + &suffix;
        if !taken.contains(&fold(&candidate)) {
            return Ok(candidate);
        }
        number += 1;
    }
}

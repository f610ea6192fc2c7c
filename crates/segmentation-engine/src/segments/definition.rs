//! Definitions of segments as data: parsed with all their faults, and what they refer to.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{
    attribute::Attributes,
    criteria::{Criteria, Faults, ParseContext, References, SegmentNames, parse_value},
    segment::SegmentKey,
};
use persistence::{
    ConnectionTrait, DbErr, attributes,
    database::words,
    segments::{
        self, StoredSegment,
        custom::{self, StoredDefinition},
    },
};
use serde_json::Value as Json;

/// Why a definition cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// It has faults: all of them.
    #[error("{0}")]
    Invalid(Faults),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// One that is being deleted is not found.
pub(super) async fn find_custom(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<Option<(StoredSegment, StoredDefinition)>, DbErr> {
    Ok(find_stored(connection, key).await?.filter(|(segment, _)| !segment.is_being_deleted))
}

pub(super) async fn find_stored(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<Option<(StoredSegment, StoredDefinition)>, DbErr> {
    let Some(segment) = segments::find(connection, key).await? else { return Ok(None) };
    let definition = custom::find(connection, segment.id).await?;
    Ok(definition.map(|definition| (segment, definition)))
}

/// Parses the outermost set of a definition. Segments that it refers to must exist.
pub async fn read(connection: &impl ConnectionTrait, definition: &Json, zone: Tz) -> Result<Criteria, DefinitionError> {
    let stored = segments::all(connection).await?;
    let attributes = attributes::declared(connection).await?;
    let segment_exists =
        |key: &SegmentKey| stored.iter().any(|segment| segment.key == *key && !segment.is_being_deleted);
    let context = ParseContext { zone, segment_exists: &segment_exists, attributes: &attributes };
    parse_value(definition, &context).map_err(DefinitionError::Invalid)
}

/// The same for the definition that a segment is to have: it must not refer to itself, directly or through others.
pub(super) async fn read_for(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
    definition: &Json,
    zone: Tz,
) -> Result<Criteria, DefinitionError> {
    let criteria = read(connection, definition, zone).await?;
    let others = references(connection, zone).await?;
    criteria.refuse_cycle(key, &others).map_err(DefinitionError::Invalid)?;
    Ok(criteria)
}

/// What stored definitions may name, to show them and to see what they refer to.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// Of all custom segments.
    pub names: SegmentNames,
    /// Those that are declared.
    pub attributes: Attributes,
    pub zone: Tz,
}

impl Vocabulary {
    pub async fn load(connection: &impl ConnectionTrait, zone: Tz) -> Result<Self, DbErr> {
        let (names, attributes) = (custom::names(connection).await?, attributes::declared(connection).await?);
        Ok(Self { names, attributes, zone })
    }

    /// Parses a stored definition, even if a segment it refers to no longer exists. `None` if it is no longer valid.
    pub fn criteria(&self, definition: &Json) -> Option<Criteria> {
        let context = ParseContext { zone: self.zone, segment_exists: &|_| true, attributes: &self.attributes };
        parse_value(definition, &context).ok()
    }

    /// The same in words.
    pub fn describe(&self, definition: &Json) -> Option<String> {
        self.criteria(definition).map(|criteria| criteria.describe(&self.names))
    }

    pub(super) fn references_of(&self, stored: &StoredDefinition) -> BTreeSet<SegmentKey> {
        self.criteria(&stored.definition).iter().flat_map(Criteria::references).cloned().collect()
    }
}

/// What each custom segment refers to. A segment with an unreadable definition refers to nothing, because it is not
/// evaluated either.
pub(super) async fn references(connection: &impl ConnectionTrait, zone: Tz) -> Result<References, DbErr> {
    let stored = custom::all(connection).await?;
    let vocabulary = Vocabulary::load(connection, zone).await?;
    Ok(stored.iter().map(|stored| (stored.key.clone(), vocabulary.references_of(stored))).collect())
}

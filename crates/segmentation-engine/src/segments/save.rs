//! Creates custom segments and changes them. When a save is committed, the members of the segment and of those that refer to
//! it are up to date.

use domain::{
    criteria::{Criteria, SegmentNames},
    ids::SegmentId,
    instant::Instant,
    membership::Cause,
    period::Moment,
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
};
use persistence::{
    ConnectionTrait, Database, DbErr, DefinitionTx,
    membership::Rule,
    segments::{
        self, StoredSegment,
        custom::{self, Draft, NewCustomSegment, StoredDefinition},
    },
};
use serde_json::{Map, Value as Json, json};

use super::{
    definition::{self, find_custom},
    error::SaveError,
    follow::{Followed, follow},
    name,
};
use crate::{
    audit::{Audit, segment_target},
    support::retry::with_retry,
};

/// What a custom segment is to be, not yet checked.
#[derive(Debug, Clone)]
pub struct ProposedSegment {
    /// Leading and trailing spaces are removed.
    pub name: String,
    /// A blank one counts as none.
    pub description: Option<String>,
    /// The outermost set, in the form that the domain parses.
    pub definition: Json,
}

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

/// Creates a segment with its members. `id` is a new UUID.
pub async fn create(
    database: &Database,
    id: &str,
    proposed: &ProposedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    with_retry(|| try_create(database, id, proposed, moment, audit)).await
}

async fn try_create(
    database: &Database,
    id: &str,
    proposed: &ProposedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let tx = database.begin_definition_change().await?;
    if let Some(saved) = earlier_try(&tx, id).await? {
        return Ok(saved);
    }
    let draft = check(&tx, proposed, None, moment, audit).await?;
    let saved = insert(&tx, id, draft, moment, audit).await?;
    let detail = json!({"members": saved.followed.own.entered});
    audit.record(&tx, moment.now, Some(segment_target(&saved.segment.key)), Some(detail)).await?;
    tx.commit().await?;
    Ok(saved)
}

/// Saves the next version of a segment. `version` is the one that was edited.
pub async fn update(
    database: &Database,
    key: &SegmentKey,
    version: i32,
    proposed: &ProposedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    with_retry(|| try_update(database, key, version, proposed, moment, audit)).await
}

async fn try_update(
    database: &Database,
    key: &SegmentKey,
    version: i32,
    proposed: &ProposedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let tx = database.begin_definition_change().await?;
    let stored = custom_segment(&tx, key).await?;
    let draft = check(&tx, proposed, Some(key), moment, audit).await?;
    let saved = store(&tx, stored, version, draft, moment, audit).await?;
    let detail = json!({"version": saved.definition.version});
    saved.record(&tx, moment.now, audit, detail).await?;
    tx.commit().await?;
    Ok(saved)
}

/// The segment, if an earlier try was committed and only the database's answer to that was lost.
pub(super) async fn earlier_try(tx: &DefinitionTx, id: &str) -> Result<Option<SavedSegment>, SaveError> {
    let key = SegmentKey::new(SegmentType::Custom, id);
    match find_custom(tx, &key).await? {
        Some(_) => SavedSegment::read(tx, &key, Followed::default()).await.map(Some),
        None => Ok(None),
    }
}

/// Reports the faults of the name and the definition together. `of` is the segment that is being changed, if it exists
/// already.
pub(super) async fn check(
    tx: &DefinitionTx,
    proposed: &ProposedSegment,
    of: Option<&SegmentKey>,
    moment: Moment,
    audit: &Audit,
) -> Result<Draft, SaveError> {
    let read = match of {
        Some(key) => definition::read_for(tx, key, &proposed.definition, moment.zone).await,
        None => definition::read(tx, &proposed.definition, moment.zone).await,
    };
    let (name, criteria) = match (name::parse(&proposed.name), read.map_err(SaveError::from)) {
        (Ok(name), criteria) => (name, criteria?),
        (Err(fault), Ok(_)) => return Err(SaveError::Invalid(vec![fault])),
        (Err(fault), Err(SaveError::Invalid(mut faults))) => {
            faults.insert(0, fault);
            return Err(SaveError::Invalid(faults));
        }
        (Err(_), Err(other)) => return Err(other),
    };
    let description = proposed.description.clone().filter(|text| !text.trim().is_empty());
    Ok(Draft { name: name.into(), description, criteria, author: audit.actor.clone() })
}

/// Inserts a segment with its members.
pub(super) async fn insert(
    tx: &DefinitionTx,
    id: &str,
    draft: Draft,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    name::refuse_taken(tx, &draft.name, None).await?;
    let new = NewCustomSegment { id: id.to_owned(), draft };
    let inserted = custom::insert(tx, &new, moment.now).await;
    let segment = inserted.map_err(|error| SaveError::of_name(error, &new.draft.name))?;
    let followed = apply(tx, segment, &new.draft.criteria, moment, audit).await?;
    SavedSegment::read(tx, &SegmentKey::new(SegmentType::Custom, id), followed).await
}

/// Stores the next version. If the segment is active, updates its members and those of segments that refer to it.
pub(super) async fn store(
    tx: &DefinitionTx,
    (segment, definition): (StoredSegment, StoredDefinition),
    edited: i32,
    draft: Draft,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    name::refuse_taken(tx, &draft.name, Some(&segment.key)).await?;
    let updated = custom::update(tx, &definition, edited, &draft, moment.now).await;
    updated.map_err(|error| SaveError::of_name(error, &draft.name))?;
    // It was about the previous definition.
    segments::set_health(tx, segment.id, &SegmentHealth::Ok).await?;
    let followed = if segment.is_active {
        apply(tx, segment.id, &draft.criteria, moment, audit).await?
    } else {
        Followed::default()
    };
    SavedSegment::read(tx, &segment.key, followed).await
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
        audit.record(tx, at, Some(segment_target(&self.segment.key)), Some(asked)).await
    }
}

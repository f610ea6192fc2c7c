//! Creates custom segments and changes them. When a save is answered, the members of the segment and of those that refer to it are
//! up to date. With one shard, all of it is one transaction.

use chrono_tz::Tz;
use domain::{
    period::Moment,
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
    shard::Shard,
};
use persistence::{
    Database, DefinitionTx,
    segments::{
        self, StoredSegment,
        custom::{self, Draft, NewCustomSegment, StoredDefinition},
    },
};
use serde_json::{Value as Json, json};

use super::{
    change::begin_change,
    definition::{self, find_custom},
    error::SaveError,
    follow::Followed,
    name,
    saved::{SavedSegment, apply, custom_segment},
    shards::Save,
};
use crate::audit::Audit;

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

/// Creates a segment with its members. `id` is a new UUID.
pub async fn create(
    database: &Database,
    id: &str,
    proposed: &ProposedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    let save = Save { moment, audit, detail: &|saved| json!({"members": saved.followed.own.entered}) };
    save.complete(database, || async {
        let (tx, moment) = begin_change(database, Shard::FIRST, moment).await?;
        if let Some(saved) = earlier_try(&tx, id, moment.zone).await? {
            return save.repeat(tx, saved).await;
        }
        let draft = check(&tx, proposed, None, moment, audit).await?;
        let saved = insert(&tx, id, draft, moment, audit).await?;
        save.commit(tx, saved).await
    })
    .await
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
    let detail = |saved: &SavedSegment| saved.followed.detail(json!({"version": saved.definition.version}));
    let save = Save { moment, audit, detail: &detail };
    save.complete(database, || async {
        let (tx, moment) = begin_change(database, Shard::FIRST, moment).await?;
        let stored = custom_segment(&tx, key).await?;
        let draft = check(&tx, proposed, Some(key), moment, audit).await?;
        save.unsettle(database, &tx, &stored, &draft).await?;
        let saved = store(&tx, stored, version, draft, moment, audit).await?;
        save.commit(tx, saved).await
    })
    .await
}

/// The segment, if an earlier try was committed and only the database's answer to that was lost.
pub(super) async fn earlier_try(tx: &DefinitionTx, id: &str, zone: Tz) -> Result<Option<SavedSegment>, SaveError> {
    let key = SegmentKey::new(SegmentType::Custom, id);
    match find_custom(tx, &key).await? {
        Some(_) => SavedSegment::read(tx, &key, Followed::default(), zone).await.map(Some),
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
    SavedSegment::read(tx, &SegmentKey::new(SegmentType::Custom, id), followed, moment.zone).await
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
    SavedSegment::read(tx, &segment.key, followed, moment.zone).await
}

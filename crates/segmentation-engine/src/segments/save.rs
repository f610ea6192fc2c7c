//! Creates custom segments and changes them. When a save is answered, the members of the segment and of those that refer to it are
//! up to date. With one shard, all of it is one transaction.

use domain::{
    criteria::{Criteria, SegmentNames},
    ids::SegmentId,
    membership::Cause,
    period::Moment,
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
    shard::{Shard, Shards},
};
use persistence::{
    ConnectionTrait, Database, DefinitionTx,
    membership::Rule,
    ops::audit as entries,
    segments::{
        self, StoredSegment,
        custom::{self, Draft, NewCustomSegment, StoredDefinition},
    },
};
use serde_json::{Value as Json, json};

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
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    if let Some(saved) = earlier_try(&tx, id).await? {
        tx.rollback().await?;
        return follow_elsewhere(database, saved, moment, audit).await;
    }
    let draft = check(&tx, proposed, None, moment, audit).await?;
    let saved = insert(&tx, id, draft, moment, audit).await?;
    let detail = |followed: &Followed| json!({"members": followed.own.entered});
    complete(database, tx, saved, moment, audit, detail).await
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
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    let stored = custom_segment(&tx, key).await?;
    let draft = check(&tx, proposed, Some(key), moment, audit).await?;
    let saved = store(&tx, stored, version, draft, moment, audit).await?;
    let asked = json!({"version": saved.definition.version});
    complete(database, tx, saved, moment, audit, |followed| followed.detail(asked.clone())).await
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
}

/// Records a save and commits it, in the first shard. Then the other shards follow, each in a transaction of its own. If the
/// process ends in between, the next run goes on: it evaluates everyone for a segment that is not settled by its present rule.
pub(super) async fn complete(
    database: &Database,
    tx: DefinitionTx,
    saved: SavedSegment,
    moment: Moment,
    audit: &Audit,
    detail: impl Fn(&Followed) -> Json + Send + Sync,
) -> Result<SavedSegment, SaveError> {
    let target = segment_target(&saved.segment.key);
    let entry = audit.entry(moment.now, Some(target), Some(detail(&saved.followed)));
    let no = entries::record(&tx, &entry).await?;
    tx.commit().await?;
    let saved = follow_elsewhere(database, saved, moment, audit).await?;
    if database.shards() != Shards::ONE {
        let entry = audit.entry(moment.now, None, Some(detail(&saved.followed)));
        with_retry(|| async {
            let tx = database.begin().await?;
            entries::set_detail(&tx, no, entry.detail.clone()).await?;
            Ok::<_, SaveError>(tx.commit().await?)
        })
        .await?;
    }
    Ok(saved)
}

/// Makes the members in all shards but the first follow a saved segment, as long as it is the one that was saved: whoever saves
/// the next version does the same for that.
pub(super) async fn follow_elsewhere(
    database: &Database,
    mut saved: SavedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<SavedSegment, SaveError> {
    if database.shards() == Shards::ONE {
        return Ok(saved);
    }
    for shard in database.shards().all().filter(|shard| *shard != Shard::FIRST) {
        let followed = with_retry(|| follow_in(database, shard, &saved, moment, audit)).await?;
        saved.followed.add(followed);
    }
    let key = saved.segment.key.clone();
    SavedSegment::read(database.connection(), &key, saved.followed).await
}

async fn follow_in(
    database: &Database,
    shard: Shard,
    saved: &SavedSegment,
    moment: Moment,
    audit: &Audit,
) -> Result<Followed, SaveError> {
    let tx = database.begin_definition_change(shard).await?;
    let present = find_custom(&tx, &saved.segment.key).await?;
    let present = present.filter(|(segment, definition)| {
        segment.is_active && saved.segment.is_active && definition.version == saved.definition.version
    });
    let Some((segment, definition)) = present else {
        tx.rollback().await?;
        return Ok(Followed::default());
    };
    let criteria = definition::read(&tx, &definition.definition, moment.zone).await;
    let criteria = criteria.map_err(|error| SaveError::from(error).of_stored())?;
    let followed = apply(&tx, segment.id, &criteria, moment, audit).await?;
    tx.commit().await?;
    Ok(followed)
}

//! How all methods save a custom segment, in one transaction: read the draft and report all faults, store the
//! definition, update the members of the segment and of those that refer to it.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{
    criteria::{Criteria, References},
    membership::Cause,
    period::Moment,
    segment::{SegmentKey, SegmentType},
};
use persistence::{
    ConnectionTrait, DbErr, DefinitionTx,
    membership::{Rule, ledger::ChangeContext},
    segments::{
        self, StoredSegment,
        custom::{self, Draft, NewCustomSegment, SaveError, StoredDefinition},
    },
};
use segmentation_engine::segments::follow::{self, Followed};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    lookup,
    wire::{criteria, definition::Definition, saved::SavedSegment, segment::Segment},
};

/// Begins a transaction that holds the exclusive definition lock.
pub(crate) async fn begin(call: &Call) -> Result<DefinitionTx, MethodError> {
    Ok(call.database().begin_definition_change().await?)
}

/// Reads a draft and reports faults of the name and the criteria together. `of` is the segment that is being changed,
/// if it exists already.
pub(crate) async fn read(
    call: &Call,
    connection: &impl ConnectionTrait,
    definition: Definition,
    of: Option<&SegmentKey>,
) -> Result<Draft, MethodError> {
    let zone = call.context.zone;
    let read = criteria::read(connection, definition.set, zone).await;
    let read = match (read, of) {
        (Ok(criteria), Some(key)) => {
            let others = references(connection, zone).await?;
            criteria.refuse_cycle(key, &others).map(|()| criteria).map_err(MethodError::from)
        }
        (read, _) => read,
    };
    let name = definition.name.0.trim().to_owned();
    let criteria = with_fault_of_name(&name, read)?;
    let description = definition.description.map(|text| text.0).filter(|text| !text.trim().is_empty());
    Ok(Draft { name, description, criteria, author: call.caller.subject.clone() })
}

/// The faults of the params' name and criteria, ignoring all others.
pub(crate) async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
    let blank_name = blank_name(&params);
    let mut faults = criteria::faults(call.database().connection(), params, call.context.zone).await?;
    faults.extend(blank_name);
    Ok(faults)
}

/// The fault of a blank name. The schema reports an empty one.
pub(crate) fn blank_name(params: &Json) -> Option<Fault> {
    let name = params.get("name").and_then(Json::as_str)?;
    (!name.is_empty() && name.trim().is_empty()).then(name_is_blank)
}

pub(crate) fn name_is_blank() -> Fault {
    Fault::new("name", "is blank")
}

fn with_fault_of_name(name: &str, criteria: Result<Criteria, MethodError>) -> Result<Criteria, MethodError> {
    if !name.is_empty() {
        return criteria;
    }
    let mut faults = vec![name_is_blank()];
    match criteria {
        Ok(_) => {}
        Err(MethodError::InvalidParams(more)) => faults.extend(more),
        Err(other) => return Err(other),
    }
    Err(MethodError::InvalidParams(faults))
}

/// What each custom segment refers to. A segment with an unreadable definition refers to nothing, because it is not
/// evaluated either.
pub(crate) async fn references(connection: &impl ConnectionTrait, zone: Tz) -> Result<References, DbErr> {
    let of = |stored: &StoredDefinition| -> BTreeSet<SegmentKey> {
        let criteria = criteria::shown(&stored.definition, zone);
        criteria.iter().flat_map(Criteria::references).cloned().collect()
    };
    let stored = custom::all(connection).await?;
    Ok(stored.iter().map(|stored| (stored.key.clone(), of(stored))).collect())
}

/// The criteria of a stored definition. Fails if a segment they refer to no longer exists.
pub(crate) async fn usable(call: &Call, tx: &DefinitionTx, definition: &Json) -> Result<Criteria, MethodError> {
    criteria::read_set(tx, definition, call.context.zone).await.map_err(of_stored)
}

/// A stored definition may refer to a deleted segment, or by now to itself. That is a conflict, not a fault of the
/// params.
pub(crate) fn of_stored(error: MethodError) -> MethodError {
    match error {
        MethodError::InvalidParams(faults) => MethodError::Conflict {
            message: "The stored definition is no longer valid".into(),
            data: json!({"faults": faults}),
        },
        other => other,
    }
}

/// Creates a segment with its members.
pub(crate) async fn create(call: &Call, tx: &DefinitionTx, draft: Draft) -> Result<SavedSegment, MethodError> {
    let new = NewCustomSegment { id: Uuid::new_v4().to_string(), draft };
    let inserted = custom::insert(tx, &new, call.context.now()).await;
    let segment = inserted.map_err(|error| refusal(error, &new.draft.name))?;
    let followed = follow::follow(tx, rule(call, segment, &new.draft.criteria), &change_context(call)).await?;
    saved(call, tx, &SegmentKey::new(SegmentType::Custom, &new.id), followed).await
}

/// Saves the next version of a segment. If the segment is active, updates its members and those of segments that refer
/// to it.
pub(crate) async fn update(
    call: &Call,
    tx: &DefinitionTx,
    (stored, definition): (StoredSegment, StoredDefinition),
    changed: i32,
    draft: Draft,
) -> Result<SavedSegment, MethodError> {
    let updated = custom::update(tx, &definition, changed, &draft, call.context.now()).await;
    updated.map_err(|error| refusal(error, &draft.name))?;
    // It was about the previous definition.
    segments::set_health(tx, stored.id, &domain::segment_health::SegmentHealth::Ok).await?;
    let followed = if stored.is_active {
        follow::follow(tx, rule(call, stored.id, &draft.criteria), &change_context(call)).await?
    } else {
        Followed::default()
    };
    saved(call, tx, &stored.key, followed).await
}

pub(crate) fn rule<'a>(call: &Call, segment: domain::ids::SegmentId, criteria: &'a Criteria) -> Rule<'a> {
    Rule { segment, criteria, moment: Moment { now: call.context.now(), zone: call.context.zone } }
}

pub(crate) fn change_context(call: &Call) -> ChangeContext {
    let actor = Some(call.caller.subject.clone());
    ChangeContext { at: call.context.now(), cause: Cause::SegmentSaved, run: None, actor }
}

pub(crate) async fn saved(
    call: &Call,
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
    followed: Followed,
) -> Result<SavedSegment, MethodError> {
    let (stored, definition) = lookup::custom_segment(connection, key).await?;
    let names = custom::names(connection).await?;
    let segment = Segment::custom(stored, &definition, &names, call.context.zone);
    Ok(SavedSegment::new(segment, definition.version, followed, &names))
}

fn refusal(error: SaveError, name: &str) -> MethodError {
    match error {
        SaveError::NameTaken => MethodError::Conflict {
            message: "Another custom segment has this name".into(),
            data: json!({"name": name}),
        },
        SaveError::Stale { version } => MethodError::Conflict {
            message: "The segment has been changed in the meantime".into(),
            data: json!({"version": version}),
        },
        SaveError::Statement(error) => error.into(),
    }
}

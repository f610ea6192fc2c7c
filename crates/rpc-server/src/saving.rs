//! Custom segments are saved in one way, whatever the method: the draft is read with all its faults, the definition stored,
//! the members made to follow, also those of segments that refer to it, and the whole put on record, in one transaction.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{
    criteria::{Criteria, References},
    period::Moment,
    segment::{SegmentKey, SegmentType},
};
use persistence::{
    ConnectionTrait, DbErr, DefinitionTx,
    membership::{
        Rule,
        ledger::{Cause, Occasion},
    },
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

/// Begins a transaction that changes definitions, which nobody else does until its end.
pub(crate) async fn begin(call: &Call) -> Result<DefinitionTx, MethodError> {
    Ok(call.database().begin_definition_change().await?)
}

/// Reads a draft, and names what is wrong with the name and with the criteria in one answer. `of` is the segment that it is
/// to be the definition of, if there is one already.
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

/// What is wrong with the name and the criteria of params, whatever else is.
pub(crate) async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
    let blank_name = blank_name(&params);
    let mut faults = criteria::faults(call.database().connection(), params, call.context.zone).await?;
    faults.extend(blank_name);
    Ok(faults)
}

/// Whether the name of params is blank. That it has no characters at all is the schema's to say.
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

/// What every custom segment refers to. One whose definition cannot be read refers to nothing: it is not evaluated either.
pub(crate) async fn references(connection: &impl ConnectionTrait, zone: Tz) -> Result<References, DbErr> {
    let of = |stored: &StoredDefinition| -> BTreeSet<SegmentKey> {
        let criteria = criteria::shown(&stored.definition, zone);
        criteria.iter().flat_map(Criteria::references).cloned().collect()
    };
    let stored = custom::all(connection).await?;
    Ok(stored.iter().map(|stored| (stored.key.clone(), of(stored))).collect())
}

/// The criteria of a stored definition, unless what they refer to is gone.
pub(crate) async fn usable(call: &Call, tx: &DefinitionTx, definition: &Json) -> Result<Criteria, MethodError> {
    criteria::read_set(tx, definition, call.context.zone).await.map_err(of_stored)
}

/// What a stored definition refers to may be gone, or refer to the segment itself by now. That is not the caller's fault.
pub(crate) fn of_stored(error: MethodError) -> MethodError {
    match error {
        MethodError::InvalidParams(faults) => MethodError::Conflict {
            message: "The stored definition cannot be used any more".into(),
            data: json!({"faults": faults}),
        },
        other => other,
    }
}

/// Makes a segment of a draft, with its members.
pub(crate) async fn create(call: &Call, tx: &DefinitionTx, draft: Draft) -> Result<SavedSegment, MethodError> {
    let new = NewCustomSegment { id: Uuid::new_v4().to_string(), draft };
    let inserted = custom::insert(tx, &new, call.context.now()).await;
    let segment = inserted.map_err(|error| refusal(error, &new.draft.name))?;
    let followed = follow::follow(tx, rule(call, segment, &new.draft.criteria), &occasion(call)).await?;
    saved(call, tx, &SegmentKey::new(SegmentType::Custom, &new.id), followed).await
}

/// Gives a segment its next definition, and makes its members follow, and those of the segments that refer to it, unless
/// runs pass it over.
pub(crate) async fn update(
    call: &Call,
    tx: &DefinitionTx,
    (stored, definition): (StoredSegment, StoredDefinition),
    changed: i32,
    draft: Draft,
) -> Result<SavedSegment, MethodError> {
    let updated = custom::update(tx, &definition, changed, &draft, call.context.now()).await;
    updated.map_err(|error| refusal(error, &draft.name))?;
    // Whatever was wrong with the definition of before.
    segments::set_failure(tx, stored.id, None).await?;
    let followed = if stored.is_active {
        follow::follow(tx, rule(call, stored.id, &draft.criteria), &occasion(call)).await?
    } else {
        Followed::default()
    };
    saved(call, tx, &stored.key, followed).await
}

/// The rule of a segment at the time of the call.
pub(crate) fn rule<'a>(call: &Call, segment: domain::ids::SegmentId, criteria: &'a Criteria) -> Rule<'a> {
    Rule { segment, criteria, moment: Moment { now: call.context.now(), zone: call.context.zone } }
}

/// What the ledger says of members who follow.
pub(crate) fn occasion(call: &Call) -> Occasion {
    let actor = Some(call.caller.subject.clone());
    Occasion { at: call.context.now(), cause: Cause::SegmentSaved, run: None, actor }
}

/// A custom segment as it is after a save.
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
            message: "The segment was changed meanwhile".into(),
            data: json!({"version": version}),
        },
        SaveError::Statement(error) => error.into(),
    }
}

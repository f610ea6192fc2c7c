//! `adminAudience.createCustomSegment`: a segment by a definition of the caller's, its members at once.

use domain::{
    criteria::Criteria,
    period::Moment,
    segment::{SegmentKey, SegmentType},
};
use persistence::{
    Transaction,
    custom_segments::{self, NewCustomSegment, SaveError},
    ledger::{Cause, Occasion},
    members,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    audited,
    call::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    registry::Method,
    wire::{
        criteria::{self, CombineWith, CriteriaItem},
        segment::Segment,
    },
};

/// The segment to make.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateCustomSegmentParams {
    /// Unique without regard to case; spaces around it do not count.
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^\u0000]*$"))]
    name: String,
    /// For people.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    description: Option<String>,
    /// Who belongs to it: at least one condition or set.
    #[schemars(with = "Vec<CriteriaItem>")]
    criteria: Json,
    /// How the items of the list combine.
    combine_with: CombineWith,
}

/// The segment that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCustomSegmentResult {
    /// Always true: whatever fails is an error.
    success: bool,
    /// With the members that it has at once.
    segment: Segment,
}

pub(crate) struct CreateCustomSegment;

impl Method for CreateCustomSegment {
    const NAME: &'static str = "adminAudience.createCustomSegment";
    const SUMMARY: &'static str = "Makes a custom segment; its members are there when the call returns";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    type Params = CreateCustomSegmentParams;
    type Result = CreateCustomSegmentResult;

    fn example() -> (Json, Json) {
        let id = "3f1c2c52-6a2e-4a33-9d3e-0b6f1f7f7a10";
        let segment = json!({
            "id": format!("custom:{id}"), "name": "Pro on a streak", "description": "Pro users, 7 days in a row",
            "type": "custom", "segmentType": "custom", "segmentValue": id, "userCount": 412,
            "countedAt": "2014-10-15T00:00:00Z", "isActive": true, "failure": null,
            "createdAt": "2014-10-15T00:00:00Z",
        });
        (
            json!({
                "name": "Pro on a streak", "description": "Pro users, 7 days in a row", "combineWith": "AND",
                "criteria": [
                    {"field": "plan", "operator": "equals", "value": "PRO"},
                    {"field": "currentStreak", "operator": ">=", "value": 7},
                ],
            }),
            json!({"success": true, "segment": segment}),
        )
    }

    async fn call(call: &Call, params: CreateCustomSegmentParams) -> Result<CreateCustomSegmentResult, MethodError> {
        let now = call.context.now();
        let tx = call.database().begin().await?;
        let new = read(call, &tx, params).await?;
        let id = custom_segments::insert(&tx, &new, now).await.map_err(|error| refusal(error, &new.name))?;
        let occasion = Occasion { at: now, cause: Cause::SegmentSaved, run: None, actor: Some(new.author.clone()) };
        let moment = Moment { now, zone: call.context.zone };
        let members = members::materialise(&tx, id, &new.criteria, moment, &occasion).await?;
        let key = SegmentKey::new(SegmentType::Custom, &new.id);
        let stored = lookup::segment(&tx, &key).await?;
        let definition = custom_segments::find(&tx, id).await?;
        let definition = definition.ok_or_else(|| MethodError::Internal("a segment without its definition".into()))?;
        let detail = json!({"name": new.name, "members": members});
        audited::record::<Self>(&tx, call, format!("segment {key}"), Some(detail)).await?;
        tx.commit().await?;
        Ok(CreateCustomSegmentResult { success: true, segment: Segment::custom(stored, &definition) })
    }
}

/// Reads the params, and names what is wrong with the name and with the definition in one answer.
async fn read(
    call: &Call,
    tx: &Transaction,
    params: CreateCustomSegmentParams,
) -> Result<NewCustomSegment, MethodError> {
    let name = params.name.trim().to_owned();
    let criteria = criteria::read(tx, params.criteria, params.combine_with, call.context.zone).await;
    let criteria = with_fault_of_name(&name, criteria)?;
    Ok(NewCustomSegment {
        id: Uuid::new_v4().to_string(),
        name,
        description: params.description.filter(|text| !text.trim().is_empty()),
        criteria,
        author: call.caller.subject.clone(),
    })
}

fn with_fault_of_name(name: &str, criteria: Result<Criteria, MethodError>) -> Result<Criteria, MethodError> {
    if !name.is_empty() {
        return criteria;
    }
    let mut faults = vec![Fault::new("name", "is blank")];
    match criteria {
        Ok(_) => {}
        Err(MethodError::InvalidParams(more)) => faults.extend(more),
        Err(other) => return Err(other),
    }
    Err(MethodError::InvalidParams(faults))
}

fn refusal(error: SaveError, name: &str) -> MethodError {
    match error {
        SaveError::NameTaken => MethodError::Conflict {
            message: "Another custom segment has this name".into(),
            data: json!({"name": name}),
        },
        SaveError::Statement(error) => error.into(),
    }
}

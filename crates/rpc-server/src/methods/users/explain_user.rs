//! `adminAudience.explainUser`: why a user is in a segment or is not, or would match a definition or would not.

use chrono::{DateTime, Utc};
use domain::{
    criteria::name_of,
    ids::{UserId, UserNo},
    period::Moment,
    segment::SegmentKey,
};
use persistence::{
    Transaction,
    ingest::users,
    membership::ledger::{self, Membership, Recorded},
    reads::user_segments::{self, Decided},
    segments::custom,
};
use schemars::JsonSchema;
use segmentation_engine::explain::Explanation;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    method::Method,
    wire::{
        criteria::{self, CombineWith, OutermostSet},
        definition::CriteriaList,
        explained::{ExplainedPart, Wording},
        key::{SegmentGroup, SegmentValue, UserIdText},
    },
};

/// Which user, and by what: either a segment, or a definition that is not saved.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExplainUserParams {
    /// The host application's id.
    user_id: UserIdText,
    /// The segment's group.
    segment_type: Option<SegmentGroup>,
    /// The segment's name within the group.
    segment_value: Option<SegmentValue>,
    /// Instead of a segment: at least one condition or set.
    #[schemars(with = "Option<CriteriaList>")]
    criteria: Option<Json>,
    /// Together with criteria: how the items of the list combine.
    combine_with: Option<CombineWith>,
    /// Together with criteria: whether the whole is negated; false unless given.
    not: Option<bool>,
}

/// Why, part by part, all of it as of one instant.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainUserResult {
    /// The host application's id.
    user_id: String,
    /// Whether the rule matches the user now, whatever admins decided; null if it cannot be computed.
    matches: Option<bool>,
    /// The rule, part by part; null if it cannot be computed.
    explanation: Option<ExplainedPart>,
    /// Why the rule cannot be computed, if so. Its members stay as they are.
    failure: Option<String>,
    /// How the user stands to the segment; null for a definition that is not saved.
    membership: Option<ExplainedMembership>,
}

/// How a user stands to a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedMembership {
    /// Whether the user is a member now.
    is_member: bool,
    /// Whether the user will be a member after the next run: matched or included, and not excluded. A segment that is
    /// inactive, cannot be computed or is stopped keeps the user as it has them.
    wanted: bool,
    /// Whether the next run will change the membership.
    differs: bool,
    /// Why the segment stays as it is, whatever its rule says: the last run stopped for it, or for one that it refers to,
    /// since too many would have left. So does the next, unless it is allowed to shrink segments or fewer would leave.
    /// Null if no run stopped.
    stopped: Option<String>,
    /// What an admin decided about the user and this segment, and holds now.
    #[serde(rename = "override")]
    decision: Option<HeldDecision>,
    /// The last change; null if the user has never been a member.
    last_change: Option<MembershipChange>,
}

/// An admin's decision.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HeldDecision {
    /// `include` or `exclude`.
    decision: String,
    /// By whom.
    actor: String,
    /// Why.
    reason: Option<String>,
    /// When.
    decided_at: DateTime<Utc>,
    /// Until when; for good if unset.
    expires_at: Option<DateTime<Utc>>,
}

/// A change of a membership.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipChange {
    /// When; of a run, the instant that it evaluated.
    at: DateTime<Utc>,
    /// Whether the user entered, or else left.
    entered: bool,
    /// `run`, `user_run`, `admin`, `segment_saved`, `segment_deleted`, `sync` or `erasure`.
    cause: String,
    /// By which run.
    run_id: Option<i64>,
    /// By whom.
    actor: Option<String>,
}

pub(crate) struct ExplainUser;

impl Method for ExplainUser {
    const NAME: &'static str = "adminAudience.explainUser";
    const SUMMARY: &'static str =
        "Explains condition by condition why a user is in a segment or is not, or would match a definition";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("explain_user.example.json");
    type Params = ExplainUserParams;
    type Result = ExplainUserResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: ExplainUserParams) -> Result<ExplainUserResult, MethodError> {
        let id = UserId::from(params.user_id.clone());
        let by = by(params)?;
        let moment = Moment { now: call.context.now(), zone: call.context.zone };
        let snapshot = call.database().begin_snapshot().await?;
        let user = lookup::user(&snapshot, &id).await?;
        let (explanation, membership) = match by {
            By::Segment(key) => {
                let segment = lookup::segment(&snapshot, &key).await?;
                let explanation = Explanation::by_segment(&snapshot, user, &segment, moment).await?;
                let membership = Membership { user, segment: segment.id };
                let standing = standing(&snapshot, &explanation, membership, &key, moment).await?;
                (explanation, Some(standing))
            }
            By::Criteria(set) => {
                let criteria = criteria::read(&snapshot, set, moment.zone).await?;
                (Explanation::by_criteria(&snapshot, user, criteria, moment).await?, None)
            }
        };
        let answer = answer(&snapshot, (user, id), &explanation, membership).await?;
        snapshot.rollback().await?;
        Ok(answer)
    }
}

/// What the user is explained by.
enum By {
    Segment(SegmentKey),
    Criteria(OutermostSet),
}

/// Exactly one of a segment and a definition, and all of it.
fn by(params: ExplainUserParams) -> Result<By, MethodError> {
    let ExplainUserParams { user_id: _, segment_type, segment_value, criteria, combine_with, not } = params;
    let fault = |path: &str, message: &str| Err(MethodError::InvalidParams(vec![Fault::new(path, message)]));
    let instead = "stands in place of segmentType and segmentValue, not beside them";
    match (segment_type, segment_value, criteria, combine_with) {
        (Some(_), Some(_), None, None) if not.is_some() => fault("not", instead),
        (Some(group), Some(value), None, None) => Ok(By::Segment(value.of(group))),
        (None, None, Some(criteria), Some(combine_with)) => {
            Ok(By::Criteria(OutermostSet { criteria, combine_with, not: not.unwrap_or(false) }))
        }
        (None, None, None, None) => fault("segmentType", "is missing, and so are criteria"),
        (None, None, Some(_), None) => fault("combineWith", "is missing"),
        (None, None, None, Some(_)) => fault("criteria", "is missing"),
        (Some(_), None, None, None) => fault("segmentValue", "is missing"),
        (None, Some(_), None, None) => fault("segmentType", "is missing"),
        (_, _, Some(_), _) => fault("criteria", instead),
        (_, _, None, Some(_)) => fault("combineWith", instead),
    }
}

async fn answer(
    snapshot: &Transaction,
    (user, id): (UserNo, UserId),
    explanation: &Explanation,
    membership: Option<ExplainedMembership>,
) -> Result<ExplainUserResult, MethodError> {
    let (texts, names) = (users::texts(snapshot, user).await?, custom::names(snapshot).await?);
    let wording = Wording { texts: &texts, names: &names };
    let (explanation, failure) = match explanation.tree() {
        Ok(tree) => (Some(tree), None),
        Err(reason) => (None, Some(reason.to_owned())),
    };
    Ok(ExplainUserResult {
        user_id: id.0,
        matches: explanation.as_ref().map(|tree| tree.holds),
        explanation: explanation.map(|tree| ExplainedPart::of_set(tree, wording)),
        failure,
        membership,
    })
}

async fn standing(
    snapshot: &Transaction,
    explanation: &Explanation,
    membership: Membership,
    key: &SegmentKey,
    moment: Moment,
) -> Result<ExplainedMembership, MethodError> {
    let decided = user_segments::decided(snapshot, membership.user, moment.now).await?;
    let last_change = ledger::latest(snapshot, membership).await?;
    let is_member = explanation.is_member(membership.segment);
    let wanted = explanation.is_wanted(membership.segment);
    let stopped = match explanation.stopped_by(membership.segment) {
        Some((stopped, reason)) => Some(stopped_in_words(snapshot, stopped, key, reason).await?),
        None => None,
    };
    Ok(ExplainedMembership {
        is_member,
        wanted,
        differs: is_member != wanted,
        stopped,
        decision: decided.into_iter().find(|decided| decided.segment == *key).map(HeldDecision::from),
        last_change: last_change.map(MembershipChange::from),
    })
}

async fn stopped_in_words(
    snapshot: &Transaction,
    stopped: &SegmentKey,
    explained: &SegmentKey,
    reason: &str,
) -> Result<String, MethodError> {
    if stopped == explained {
        return Ok(format!("the last run stopped for this segment: {reason}"));
    }
    let name = name_of(stopped, &custom::names(snapshot).await?);
    Ok(format!("the last run stopped for segment {name}, which this one refers to: {reason}"))
}

impl From<Decided> for HeldDecision {
    fn from(decided: Decided) -> Self {
        Self {
            decision: decided.decision,
            actor: decided.actor,
            reason: decided.reason,
            decided_at: decided.created_at,
            expires_at: decided.expires_at,
        }
    }
}

impl From<Recorded> for MembershipChange {
    fn from(event: Recorded) -> Self {
        Self {
            at: event.at,
            entered: event.entered,
            cause: event.cause,
            run_id: event.run.map(|run| run.0),
            actor: event.actor,
        }
    }
}

//! `adminAudience.explainUser`: why a user is or is not in a segment, or does or does not match a definition.

use chrono::{DateTime, Utc};
use domain::{
    ids::{UserId, UserNo},
    mail::{SuppressionOrigin, SuppressionReason},
    membership::Cause,
    overrides::OverrideKind,
    segment::SegmentKey,
    segment_health::{RuleFailure, SegmentHealth},
};
use persistence::{
    Snapshot, attributes,
    ingest::{gone, users},
    membership::ledger::Recorded,
    reads::{self, user_segments::ActiveOverride},
    segments::custom,
};
use schemars::JsonSchema;
use segmentation_engine::{
    explain::{
        Explanation,
        standing::{Hold, Standing},
    },
    sync::status::{self, MailOfUser},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        criteria::{self, CombineWith, OutermostSet},
        definition::CriteriaList,
        explained::{ExplainedPart, Wording},
        key::{SegmentGroup, SegmentValue, UserIdText, find_segment, find_user},
    },
};

/// Takes either a segment or an unsaved definition.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExplainUserParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    /// The segment's type.
    segment_type: Option<SegmentGroup>,
    /// The segment's value, unique within its type.
    segment_value: Option<SegmentValue>,
    /// An unsaved definition in place of a segment: at least one condition or set.
    #[schemars(with = "Option<CriteriaList>")]
    criteria: Option<Json>,
    /// With `criteria`: how the items of the list are combined.
    combine_with: Option<CombineWith>,
    /// With `criteria`: negates the whole definition. Default: false.
    not: Option<bool>,
}

/// The explanation, with all data from the same moment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainUserResult {
    /// The user's id in the host application.
    user_id: String,
    /// When the host application deleted the user, who then matches nothing and is in no segment. Null if it has the user.
    deleted_at: Option<DateTime<Utc>>,
    /// Whether the user matches the rule now, ignoring overrides. Null if the rule cannot be evaluated. False if the host
    /// application has deleted the user, even if the rule holds.
    matches: Option<bool>,
    /// The rule, part by part. Null if it cannot be evaluated.
    explanation: Option<ExplainedPart>,
    /// Why the rule cannot be evaluated. Null if it can. The segment's members stay unchanged in that case.
    failure: Option<ExplainedFailure>,
    /// The user's membership in the segment. Null for an unsaved definition.
    membership: Option<ExplainedMembership>,
    /// Whether mail may reach the user, and what holds it back.
    mail: ExplainedMail,
}

/// Whether mail may reach a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedMail {
    /// Whether mail may reach the user: the address is usable, not suppressed and not refused.
    reachable: bool,
    /// Whether mail can be sent to the address at all.
    has_address: bool,
    /// The name of the mail service's error, if it refused the address. Null if it did not.
    refused: Option<String>,
    /// What the person or the mail service said against mail.
    suppressions: Vec<ExplainedSuppression>,
}

/// A reason not to mail an address.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExplainedSuppression {
    /// The reason.
    reason: SuppressionReason,
    /// How it became known.
    origin: SuppressionOrigin,
    /// Since when.
    since: Option<DateTime<Utc>>,
}

impl From<MailOfUser> for ExplainedMail {
    fn from(mail: MailOfUser) -> Self {
        Self {
            reachable: mail.is_reachable(),
            has_address: mail.has_address,
            refused: mail.refused,
            suppressions: mail
                .suppressions
                .into_iter()
                .map(|(reason, origin, suppression)| ExplainedSuppression {
                    reason,
                    origin,
                    since: if suppression.is_stated() { suppression.set_at } else { suppression.carried_at },
                })
                .collect(),
        }
    }
}

/// Why a rule cannot be evaluated.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ExplainedFailure {
    /// The reason.
    reason: RuleFailure,
    /// The reason as a sentence.
    message: String,
}

/// A user's membership in a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedMembership {
    /// Whether the user is a member now.
    is_member: bool,
    /// Whether the user will be a member after the next run: they match or are included, and are not excluded.
    /// Unchanged if the segment is inactive, cannot be evaluated or is held back.
    wanted: bool,
    /// Whether the next run will change the membership.
    differs: bool,
    /// Why the membership stays unchanged although the rule asks for a change: too many members would have been removed
    /// from the segment, from one it refers to, or from another of the same exclusive type. The next run does the same
    /// unless shrinking is allowed or fewer would leave. Null if the membership is not held back.
    held_back: Option<ExplainedHold>,
    /// The current override for the user and this segment. Null if there is none.
    #[serde(rename = "override")]
    active_override: Option<ExplainedOverride>,
    /// The last change. Null if the user has never been a member.
    last_change: Option<MembershipChange>,
}

/// A segment that the last run held back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExplainedHold {
    /// The key, `type:value`, of the segment that was held back: the explained one, one it refers to, or another of the
    /// same exclusive type.
    segment_id: String,
    /// Number of members that would have been removed.
    leaving: u64,
    /// Number of members before the run.
    members: u64,
    /// The reason as a sentence.
    message: String,
}

/// An override.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExplainedOverride {
    /// Whether the user is included or excluded.
    decision: OverrideKind,
    /// Who set it.
    actor: String,
    /// The reason given.
    reason: Option<String>,
    /// When the override was set.
    created_at: DateTime<Utc>,
    /// When it expires. Null if it does not expire.
    expires_at: Option<DateTime<Utc>>,
}

/// A change of membership.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipChange {
    /// When it happened. For a run, the time it evaluated.
    at: DateTime<Utc>,
    /// True if the user entered, false if they left.
    entered: bool,
    /// Why it happened.
    cause: Cause,
    /// The id of the run that caused it. Null if it was not a run.
    run_id: Option<i64>,
    /// Who caused it. Null if it was a run.
    actor: Option<String>,
}

pub(crate) struct ExplainUser;

impl Method for ExplainUser {
    const NAME: &'static str = "adminAudience.explainUser";
    const SUMMARY: &'static str =
        "Explains condition by condition why a user is or is not in a segment, or does or does not match a definition";
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
        let moment = call.moment();
        let snapshot = call.database().begin_snapshot().await?;
        let user = find_user(&snapshot, call.database().shards(), &id).await?;
        let (explanation, membership) = match by {
            By::Segment(key) => {
                let segment = find_segment(&snapshot, &key).await?;
                let explanation = Explanation::by_segment(&snapshot, user, &segment, moment).await?;
                let standing = Standing::of(&snapshot, &explanation, &segment, moment).await?;
                (explanation, Some(standing.into()))
            }
            By::Criteria(set) => {
                let criteria = criteria::read(&snapshot, set, moment.zone).await?;
                (Explanation::by_criteria(&snapshot, user, criteria, moment).await?, None)
            }
        };
        let answer = answer(&snapshot, (user, id), &explanation, membership).await?;
        snapshot.close().await?;
        Ok(answer)
    }
}

enum By {
    Segment(SegmentKey),
    Criteria(OutermostSet),
}

/// Requires either a complete segment key or a complete definition.
fn by(params: ExplainUserParams) -> Result<By, MethodError> {
    let ExplainUserParams { user_id: _, segment_type, segment_value, criteria, combine_with, not } = params;
    let fault = |path: &str, message: &str| Err(MethodError::InvalidParams(vec![Fault::new(path, message)]));
    let instead = "cannot be combined with segmentType and segmentValue";
    match (segment_type, segment_value, criteria, combine_with) {
        (Some(_), Some(_), None, None) if not.is_some() => fault("not", instead),
        (Some(group), Some(value), None, None) => Ok(By::Segment(value.of(group))),
        (None, None, Some(criteria), Some(combine_with)) => {
            Ok(By::Criteria(OutermostSet { criteria, combine_with, not: not.unwrap_or(false) }))
        }
        (None, None, None, None) => fault("segmentType", "is missing: pass either a segment or criteria"),
        (None, None, Some(_), None) => fault("combineWith", "is missing"),
        (None, None, None, Some(_)) => fault("criteria", "is missing"),
        (Some(_), None, None, None) => fault("segmentValue", "is missing"),
        (None, Some(_), None, None) => fault("segmentType", "is missing"),
        (_, _, Some(_), _) => fault("criteria", instead),
        (_, _, None, Some(_)) => fault("combineWith", instead),
    }
}

async fn answer(
    snapshot: &Snapshot,
    (user, id): (UserNo, UserId),
    explanation: &Explanation,
    membership: Option<ExplainedMembership>,
) -> Result<ExplainUserResult, MethodError> {
    let (texts, names) = (users::texts(snapshot, user).await?, custom::names(snapshot).await?);
    let attributes = reads::attributes::of_user(snapshot, &attributes::declared(snapshot).await?, user).await?;
    let wording = Wording { texts: &texts, names: &names, attributes: &attributes };
    let is_gone = explanation.is_gone();
    let (explanation, failure) = match explanation.tree() {
        Ok(tree) => (Some(tree), None),
        Err(reason) => (None, Some(ExplainedFailure::from(reason))),
    };
    Ok(ExplainUserResult {
        user_id: id.0,
        deleted_at: gone::since(snapshot, user).await?,
        matches: explanation.as_ref().map(|tree| tree.holds && !is_gone),
        explanation: explanation.map(|tree| ExplainedPart::of_set(tree, wording)),
        failure,
        membership,
        mail: status::of_user(snapshot, user).await?.into(),
    })
}

impl From<Standing> for ExplainedMembership {
    fn from(standing: Standing) -> Self {
        Self {
            is_member: standing.is_member,
            wanted: standing.wanted,
            differs: standing.is_member != standing.wanted,
            held_back: standing.hold.map(ExplainedHold::from),
            active_override: standing.active_override.map(ExplainedOverride::from),
            last_change: standing.last_change.map(MembershipChange::from),
        }
    }
}

impl From<&RuleFailure> for ExplainedFailure {
    fn from(reason: &RuleFailure) -> Self {
        Self { reason: reason.clone(), message: SegmentHealth::RuleFailed { reason: reason.clone() }.to_string() }
    }
}

impl From<Hold> for ExplainedHold {
    fn from(hold: Hold) -> Self {
        let Hold { segment, leaving, members, message } = hold;
        Self { segment_id: segment.to_string(), leaving, members, message }
    }
}

impl From<ActiveOverride> for ExplainedOverride {
    fn from(active: ActiveOverride) -> Self {
        Self {
            decision: active.kind,
            actor: active.actor,
            reason: active.reason,
            created_at: active.created_at,
            expires_at: active.expires_at,
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

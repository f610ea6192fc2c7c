//! An explanation as callers see it: the definition again, each part with what came out of it.

use chrono::{DateTime, Utc};
use domain::criteria::{
    Combine, Condition, ExplainedCondition, ExplainedItem, ExplainedSet, Observed, SegmentNames, TextField,
};
use persistence::ingest::users::Texts;
use schemars::JsonSchema;
use serde::Serialize;

use super::criteria::CombineWith;

/// A part of a definition, with what came out of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedPart {
    /// Where it stands: `criteria[0]`, or within a set `criteria[1].criteria[0]`; empty for the whole definition.
    path: String,
    /// Which of the keys below it has.
    kind: PartKind,
    /// Whether it holds of the user; of a set its negation included.
    holds: bool,
    /// Of a set: how its items combine.
    #[serde(skip_serializing_if = "Option::is_none")]
    combine_with: Option<CombineWith>,
    /// Of a set: whether the whole is negated.
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<bool>,
    /// Of a set: all of its items, also those that made no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ExplainedPart>>,
    /// Of a condition: what it tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// Of a condition: what is asked of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'static str>,
    /// Of a condition: the whole of it in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    /// Of a condition: what the user has; null for a set, and where the user has none.
    observed: Option<ObservedValue>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PartKind {
    /// Parts within the part.
    Set,
    /// One test of one field.
    Condition,
}

/// What a user has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum ObservedValue {
    /// A number; of `quizAttempts`, those that were counted.
    Number(i64),
    /// A date.
    Instant(DateTime<Utc>),
    /// A plan, or a text as it was written. Without regard to case it is compared.
    Text(String),
    /// A share of the latest quizzes.
    Share(ObservedShare),
    /// The segments that the condition names.
    Segments(Vec<ObservedSegment>),
}

/// A share of the latest quizzes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ObservedShare {
    /// So many are of the provider …
    part: i64,
    /// … of so many.
    total: i64,
}

/// A segment, and whether the user is in it as the next run would have it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObservedSegment {
    /// `type:value`.
    id: String,
    /// Whether the user is in it.
    is_member: bool,
}

/// What an explanation is worded with.
#[derive(Clone, Copy)]
pub(crate) struct Wording<'a> {
    /// The user's texts as written, in place of the folded ones that were compared.
    pub(crate) texts: &'a Texts,
    /// What custom segments are called.
    pub(crate) names: &'a SegmentNames,
}

impl ExplainedPart {
    /// A set with all that is within it.
    pub(crate) fn of_set(set: ExplainedSet<'_>, wording: Wording<'_>) -> Self {
        let combine_with = match set.set.combine {
            Combine::And => CombineWith::And,
            Combine::Or => CombineWith::Or,
        };
        Self {
            path: set.path,
            kind: PartKind::Set,
            holds: set.holds,
            combine_with: Some(combine_with),
            not: Some(set.set.negated),
            items: Some(set.items.into_iter().map(|item| Self::of_item(item, wording)).collect()),
            field: None,
            operator: None,
            sentence: None,
            observed: None,
        }
    }

    fn of_item(item: ExplainedItem<'_>, wording: Wording<'_>) -> Self {
        match item {
            ExplainedItem::Set(set) => Self::of_set(set, wording),
            ExplainedItem::Condition(condition) => Self::of_condition(condition, wording),
        }
    }

    fn of_condition(explained: ExplainedCondition<'_>, wording: Wording<'_>) -> Self {
        let condition = explained.condition;
        Self {
            path: explained.path,
            kind: PartKind::Condition,
            holds: explained.holds,
            combine_with: None,
            not: None,
            items: None,
            field: Some(condition.field().spec().name),
            operator: Some(condition.operator().name()),
            sentence: Some(condition.describe(wording.names)),
            observed: ObservedValue::of(explained.observed, condition, wording.texts),
        }
    }
}

impl ObservedValue {
    fn of(observed: Observed, condition: &Condition, texts: &Texts) -> Option<Self> {
        Some(match observed {
            Observed::Unset => return None,
            Observed::Number(number) => Self::Number(number),
            Observed::Share(share) => Self::Share(ObservedShare { part: share.part, total: share.total }),
            Observed::Instant(instant) => Self::Instant(instant),
            Observed::Text(compared) => Self::Text(as_written(condition, texts).unwrap_or(compared)),
            Observed::Segments(segments) => Self::Segments(
                segments
                    .into_iter()
                    .map(|(key, is_member)| ObservedSegment { id: key.to_string(), is_member })
                    .collect(),
            ),
        })
    }
}

fn as_written(condition: &Condition, texts: &Texts) -> Option<String> {
    match condition {
        Condition::Text { field: TextField::Email, .. } => Some(texts.email.clone()),
        Condition::Text { field: TextField::FirstName, .. } => texts.first_name.clone(),
        Condition::Text { field: TextField::LastName, .. } => texts.last_name.clone(),
        _ => None,
    }
}

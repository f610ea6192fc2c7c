//! An explanation: the definition, each part with its result.

use chrono::{DateTime, Utc};
use domain::{
    attribute::{AttributeValue, AttributeValues},
    criteria::{Condition, Date, ExplainedCondition, ExplainedItem, ExplainedSet, Observed, SegmentNames},
    event::Money,
};
use persistence::ingest::users::Texts;
use schemars::JsonSchema;
use serde::Serialize;

use super::criteria::CombineWith;

/// A part of a definition, with its result for the user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedPart {
    /// The path of the part: `criteria[0]`, or `criteria[1].criteria[0]` within a set. Empty for the whole definition.
    path: String,
    /// Determines which of the keys below are present.
    kind: PartKind,
    /// Whether the user matches the part. For a set, after negation.
    holds: bool,
    /// Only for a set: how its items are combined.
    #[serde(skip_serializing_if = "Option::is_none")]
    combine_with: Option<CombineWith>,
    /// Only for a set: whether the set is negated.
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<bool>,
    /// Only for a set: all its items, including those that made no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ExplainedPart>>,
    /// Only for a condition: the tested field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Only for a condition: the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'static str>,
    /// Only for a condition: the condition in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    /// Only for a condition: the user's value. Null for a set, or if the user has no value.
    observed: Option<ObservedValue>,
}

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PartKind {
    /// A set of parts.
    Set,
    /// A test of one field.
    Condition,
}

/// A user's value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum ObservedValue {
    /// A number. Of what is counted: how many passed the filters.
    Number(i64),
    /// What was spent.
    Money(ObservedMoney),
    /// A timestamp.
    Instant(DateTime<Utc>),
    /// A plan, a string as stored, a decimal number, or a day. Comparison ignores case.
    Text(String),
    /// A share of the latest quizzes.
    Share(ObservedShare),
    /// The value of an attribute that is true or false.
    Boolean(bool),
    /// The value of an attribute that is a list.
    Texts(Vec<String>),
    /// The segments named by the condition.
    Segments(Vec<ObservedSegment>),
}

/// An amount of money.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObservedMoney {
    /// In minor units, such as 2900 for 29.00 EUR.
    amount_minor: i64,
    /// An ISO 4217 code.
    currency: String,
}

/// A share of the latest quizzes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ObservedShare {
    /// Number of quizzes of the provider.
    part: i64,
    /// Number of quizzes considered.
    total: i64,
}

/// A segment, and whether the user will be in it after the next run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObservedSegment {
    /// The segment's key, `type:value`.
    id: String,
    /// Whether the user will be a member.
    is_member: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Wording<'a> {
    /// The user's strings as stored, in place of the case-folded ones that were compared.
    pub(crate) texts: &'a Texts,
    pub(crate) names: &'a SegmentNames,
    /// In place of the values that were compared, too.
    pub(crate) attributes: &'a AttributeValues,
}

impl ExplainedPart {
    pub(crate) fn of_set(set: ExplainedSet<'_>, wording: Wording<'_>) -> Self {
        Self {
            path: set.path,
            kind: PartKind::Set,
            holds: set.holds,
            combine_with: Some(set.set.combine),
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
            field: Some(condition.field().spec().name.to_owned()),
            operator: Some(condition.operator().name()),
            sentence: Some(condition.describe(wording.names)),
            observed: ObservedValue::of(explained.observed, condition, wording),
        }
    }
}

impl ObservedValue {
    fn of(observed: Observed, condition: &Condition, wording: Wording<'_>) -> Option<Self> {
        Some(match observed {
            Observed::Unset => return None,
            Observed::Number(number) => Self::Number(number),
            Observed::Money(Money { minor, currency }) => {
                Self::Money(ObservedMoney { amount_minor: minor, currency: currency.to_string() })
            }
            Observed::Share(share) => Self::Share(ObservedShare { part: share.part, total: share.total }),
            Observed::Instant(instant) => Self::Instant(instant),
            Observed::Text(compared) => Self::Text(as_written(condition, wording.texts).unwrap_or(compared)),
            Observed::Attribute(_) => Self::of_attribute(attribute_as_written(condition, wording.attributes)?),
            Observed::Segments(segments) => Self::Segments(
                segments
                    .into_iter()
                    .map(|(key, is_member)| ObservedSegment { id: key.to_string(), is_member })
                    .collect(),
            ),
        })
    }
}

impl ObservedValue {
    fn of_attribute(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Text(text) => Self::Text(text.clone()),
            AttributeValue::Number(number) => Self::Number(*number),
            AttributeValue::Decimal(decimal) => Self::Text(decimal.to_string()),
            AttributeValue::Boolean(boolean) => Self::Boolean(*boolean),
            AttributeValue::Date(Date::At(instant)) => Self::Instant(*instant),
            AttributeValue::Date(day @ Date::Day(_)) => Self::Text(day.to_string()),
            AttributeValue::List(texts) => Self::Texts(texts.clone()),
        }
    }
}

fn as_written(condition: &Condition, texts: &Texts) -> Option<String> {
    let Condition::Text { field, .. } = condition else { return None };
    texts.get(field).cloned()
}

fn attribute_as_written<'a>(condition: &Condition, values: &'a AttributeValues) -> Option<&'a AttributeValue> {
    let Condition::Attribute { attribute, .. } = condition else { return None };
    values.get(attribute.key())
}

//! `adminAudience.getFields`: what a query builder draws itself from. All of it is the domain's catalogue.

use domain::criteria::{FIELDS, FieldKind, FieldSpec, KeySpec, Limits, Operator, ValueShape};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

/// None.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetFieldsParams {}

/// What conditions can be made of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetFieldsResult {
    /// In the order in which to show them.
    fields: Vec<FieldOfCatalogue>,
    /// What a definition may be at most.
    limits: DefinitionLimits,
}

/// A field that a condition may test.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FieldOfCatalogue {
    /// The name in definitions.
    name: &'static str,
    /// For people.
    label: &'static str,
    /// What values it has.
    #[serde(rename = "type")]
    kind: FieldType,
    /// Whether a user may have none.
    nullable: bool,
    /// What it means that a user has none, as the end of a sentence about them: “has no first name”. Such users match the
    /// operators that say `matchesUnset`, and no others.
    unset: Option<&'static str>,
    /// The least number that a condition may name; null if it has no numbers, or no bound but that of 64 bits.
    min: Option<i64>,
    /// The greatest number that a condition may name; null if it has no numbers, or no bound but that of 64 bits.
    max: Option<i64>,
    /// In the order in which to show them.
    operators: Vec<OperatorOfField>,
    /// Keys that a condition on this field may have besides field, operator and value.
    keys: Vec<KeyOfField>,
}

/// What values a field has.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum FieldType {
    /// One of a few options.
    Select,
    /// A whole number.
    Number,
    /// A whole percentage.
    Percentage,
    /// An instant.
    Date,
    /// A text.
    Text,
    /// The number of events.
    EventCount,
    /// Membership in segments.
    Membership,
}

/// What may be asked of a field.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OperatorOfField {
    /// The name in definitions.
    name: &'static str,
    /// For people: of a date `is after`, of a number `is more than`.
    label: &'static str,
    /// What it is compared with.
    value: ValueForm,
    /// What the value may be, if that is one of a few; segments are those of getSegments.
    options: Vec<&'static str>,
    /// Whether it holds of users who have no value: so do negative operators, the exact complements of positive ones.
    matches_unset: bool,
}

/// A key of a condition, which may be left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct KeyOfField {
    /// The name in definitions.
    name: &'static str,
    /// For people.
    label: &'static str,
    /// What it takes.
    value: ValueForm,
    /// What it may be, if that is one of a few.
    options: Vec<&'static str>,
}

/// What a condition is compared with.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum ValueForm {
    /// Nothing: there is no value.
    None,
    /// One of the options.
    Option,
    /// A list of options.
    OptionList,
    /// A whole number.
    Number,
    /// A list of two whole numbers, the smaller first.
    NumberRange,
    /// A text.
    Text,
    /// An instant such as `2026-01-31T09:30:00Z`, or a day such as `2026-01-31`.
    Date,
    /// A list of two of those, the earlier first.
    DateRange,
    /// A span such as `30m`, `12h` or `7d`.
    Duration,
    /// The name of a calendar period: one of the options.
    Period,
    /// A list of segments such as `lifecycle:active`, the ids of getSegments.
    SegmentList,
}

/// What a definition may be at most.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DefinitionLimits {
    /// Sets within sets; the outermost is the first.
    depth: usize,
    /// Conditions in all sets together.
    conditions: usize,
    /// Values in one list.
    list_values: usize,
    /// Characters in one text.
    text_characters: usize,
    /// Bytes of JSON.
    json_bytes: usize,
}

pub(crate) struct GetFields;

impl Method for GetFields {
    const NAME: &'static str = "adminAudience.getFields";
    const SUMMARY: &'static str = "Lists the fields and operators that conditions are made of, and the limits";
    const EXAMPLE: &'static str = include_str!("get_fields.example.json");
    type Params = GetFieldsParams;
    type Result = GetFieldsResult;

    async fn call(_: &Call, _: GetFieldsParams) -> Result<GetFieldsResult, MethodError> {
        let limits = DefinitionLimits {
            depth: Limits::DEPTH,
            conditions: Limits::CONDITIONS,
            list_values: Limits::LIST,
            text_characters: Limits::STRING,
            json_bytes: Limits::JSON_BYTES,
        };
        Ok(GetFieldsResult { fields: FIELDS.iter().map(FieldOfCatalogue::from).collect(), limits })
    }
}

impl From<&FieldSpec> for FieldOfCatalogue {
    fn from(spec: &FieldSpec) -> Self {
        let kind = spec.field.kind();
        let numbers = kind.numbers();
        let operator = |operator: Operator| OperatorOfField {
            name: operator.name(),
            label: operator.label(kind),
            value: operator.value_shape(kind).into(),
            options: spec.field.options(operator),
            matches_unset: operator.matches_unset(),
        };
        Self {
            name: spec.name,
            label: spec.label,
            kind: kind.into(),
            nullable: spec.nullable(),
            unset: spec.unset,
            // The ends of 64 bits are more than a number of JavaScript can hold, and no bound for people.
            min: numbers.as_ref().map(|numbers| *numbers.start()).filter(|min| *min != i64::MIN),
            max: numbers.as_ref().map(|numbers| *numbers.end()).filter(|max| *max != i64::MAX),
            operators: spec.field.operators().into_iter().map(operator).collect(),
            keys: spec.field.keys().iter().map(KeyOfField::from).collect(),
        }
    }
}

impl From<&KeySpec> for KeyOfField {
    fn from(key: &KeySpec) -> Self {
        Self { name: key.name, label: key.label, value: key.shape.into(), options: key.options() }
    }
}

impl From<FieldKind> for FieldType {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Select => Self::Select,
            FieldKind::Number { .. } => Self::Number,
            FieldKind::Percentage => Self::Percentage,
            FieldKind::Date => Self::Date,
            FieldKind::Text => Self::Text,
            FieldKind::EventCount => Self::EventCount,
            FieldKind::Membership => Self::Membership,
        }
    }
}

impl From<ValueShape> for ValueForm {
    fn from(shape: ValueShape) -> Self {
        match shape {
            ValueShape::None => Self::None,
            ValueShape::Option => Self::Option,
            ValueShape::OptionList => Self::OptionList,
            ValueShape::Number => Self::Number,
            ValueShape::NumberRange => Self::NumberRange,
            ValueShape::Text => Self::Text,
            ValueShape::Date => Self::Date,
            ValueShape::DateRange => Self::DateRange,
            ValueShape::Duration => Self::Duration,
            ValueShape::Period => Self::Period,
            ValueShape::SegmentList => Self::SegmentList,
        }
    }
}

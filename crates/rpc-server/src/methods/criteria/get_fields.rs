//! `adminAudience.getFields`: everything a query builder needs, from the domain's catalog.

use domain::{
    criteria::{FieldKind, FieldSpec, KeySpec, Limits, Operator, ValueShape, fields},
    event::{CURRENCIES, EventKind},
};
use persistence::{
    attributes,
    event_names::{self, UsedName},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetFieldsParams {}

/// The fields that conditions can test, what they may name, and the limits of definitions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetFieldsResult {
    /// In display order: the fields of every user, then the declared attributes.
    fields: Vec<FieldOfCatalogue>,
    /// Names of events that are in use, in alphabetical order.
    event_names: Vec<EventNameOfCatalogue>,
    /// In alphabetical order.
    currencies: Vec<CurrencyOfCatalogue>,
    /// Limits on the size of a definition.
    limits: DefinitionLimits,
}

/// A name of events.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct EventNameOfCatalogue {
    /// The name used in definitions.
    name: String,
    /// What it stands for.
    kind: EventKind,
}

/// A currency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CurrencyOfCatalogue {
    /// By ISO 4217.
    code: &'static str,
    /// The number of digits after the point: with 2, 2900 minor units are 29.00.
    exponent: u32,
}

/// A field that a condition can test.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FieldOfCatalogue {
    /// The name used in definitions.
    name: String,
    /// The display name.
    label: String,
    /// The type of its values.
    #[serde(rename = "type")]
    kind: FieldKind,
    /// Whether a user may have no value.
    nullable: bool,
    /// What a missing value means, as the end of a sentence about a user: “has no first name”. Users without a value
    /// match only operators with `matchesUnset`.
    unset: Option<String>,
    /// The smallest number a condition may use. Null if the field is not numeric or has no lower limit.
    min: Option<i64>,
    /// The largest number a condition may use. Null if the field is not numeric or has no upper limit.
    max: Option<i64>,
    /// In display order.
    operators: Vec<OperatorOfField>,
    /// Further keys of a condition on this field, besides field, operator and value.
    keys: Vec<KeyOfField>,
}

/// An operator of a field.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OperatorOfField {
    /// The name used in definitions.
    name: &'static str,
    /// The display name: `is after` for a date, `is more than` for a number.
    label: &'static str,
    /// The form of the value.
    value: ValueShape,
    /// The allowed values, if there is a fixed list. For segments, use getSegments.
    options: Vec<String>,
    /// Whether users without a value match. They match negative operators, which are exact complements of positive
    /// ones.
    matches_unset: bool,
}

/// A further key of a condition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct KeyOfField {
    /// The name used in definitions.
    name: &'static str,
    /// The display name.
    label: &'static str,
    /// The form of the value.
    value: ValueShape,
    /// The allowed values, if there is a fixed list.
    options: Vec<&'static str>,
    /// Whether a condition must have it.
    required: bool,
}

/// Limits on the size of a definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DefinitionLimits {
    /// Depth of nested sets, counting the outermost.
    depth: usize,
    /// Number of conditions in all sets.
    conditions: usize,
    /// Number of values in one list.
    list_values: usize,
    /// Number of characters in one string.
    text_characters: usize,
    /// Size of the JSON in bytes.
    json_bytes: usize,
}

pub(crate) struct GetFields;

impl Method for GetFields {
    const NAME: &'static str = "adminAudience.getFields";
    const SUMMARY: &'static str = "Lists the fields and operators for conditions, and the limits of definitions";
    const EXAMPLE: &'static str = include_str!("get_fields.example.json");
    type Params = GetFieldsParams;
    type Result = GetFieldsResult;

    async fn call(call: &Call, _: GetFieldsParams) -> Result<GetFieldsResult, MethodError> {
        let declared = attributes::declared(call.database().connection()).await?;
        let limits = DefinitionLimits {
            depth: Limits::DEPTH,
            conditions: Limits::CONDITIONS,
            list_values: Limits::LIST,
            text_characters: Limits::STRING,
            json_bytes: Limits::JSON_BYTES,
        };
        let names = event_names::all(call.database().connection()).await?.into_iter();
        let event_names =
            names.map(|UsedName { name, kind, .. }| EventNameOfCatalogue { name: name.to_string(), kind });
        Ok(GetFieldsResult {
            fields: fields(&declared).map(FieldOfCatalogue::from).collect(),
            event_names: event_names.collect(),
            currencies: CURRENCIES.map(|(code, exponent)| CurrencyOfCatalogue { code, exponent }).to_vec(),
            limits,
        })
    }
}

impl From<FieldSpec<'_>> for FieldOfCatalogue {
    fn from(spec: FieldSpec<'_>) -> Self {
        let kind = spec.field.kind();
        let numbers = spec.field.numbers();
        let operator = |operator: Operator| OperatorOfField {
            name: operator.name(),
            label: operator.label(kind),
            value: spec.field.value_shape(operator),
            options: spec.field.options(operator).into_iter().map(str::to_owned).collect(),
            matches_unset: operator.matches_unset(),
        };
        Self {
            name: spec.name.into(),
            label: spec.label.into(),
            kind,
            nullable: spec.nullable(),
            unset: spec.unset.map(str::to_owned),
            // The limits of 64 bits exceed what JavaScript can represent, and mean no limit to people.
            min: numbers.as_ref().map(|numbers| *numbers.start()).filter(|min| *min != i64::MIN),
            max: numbers.as_ref().map(|numbers| *numbers.end()).filter(|max| *max != i64::MAX),
            operators: spec.field.operators().into_iter().map(operator).collect(),
            keys: spec.field.keys().iter().map(KeyOfField::from).collect(),
        }
    }
}

impl From<&KeySpec> for KeyOfField {
    fn from(key: &KeySpec) -> Self {
        Self { name: key.name, label: key.label, value: key.shape, options: key.options(), required: key.required }
    }
}

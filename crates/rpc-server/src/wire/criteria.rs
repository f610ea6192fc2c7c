//! Definitions on the wire. The types here only document for clients what the domain's parser accepts: callers get the
//! parser's faults, which know fields and operators.

use std::borrow::Cow;

use chrono_tz::Tz;
pub(crate) use domain::criteria::Combine as CombineWith;
use domain::{
    criteria::{Criteria, FIELDS, Operator},
    event::Basis,
};
use persistence::ConnectionTrait;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use segmentation_engine::segments::definition;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    errors::{Fault, MethodError},
    params::READ_BY_METHOD,
};

/// An item of a definition: a condition, or a nested set, up to a depth of 8.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum CriteriaItem {
    /// A test of one field.
    Condition(CriteriaCondition),
    /// A nested set.
    Set(CriteriaSet),
}

/// A test of one field.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CriteriaCondition {
    /// The field to test.
    pub(crate) field: CriteriaField,
    /// The operator. Which operators are allowed depends on the field.
    pub(crate) operator: CriteriaOperator,
    /// The value to compare with: a string, a number, or a list of them, depending on the operator. Absent for `is_set`
    /// and `is_not_set`.
    pub(crate) value: Option<Json>,
    /// Only for `quizAttempts`, `events`, `purchases` and `totalSpent`: counts what happened within this duration, such as `7d`,
    /// `12h` or `30m`.
    pub(crate) within: Option<String>,
    /// Only for `quizAttempts`: counts attempts of this provider.
    pub(crate) provider: Option<String>,
    /// Only for `quizAttempts`: counts attempts of this certification, ignoring case.
    pub(crate) certification: Option<String>,
    /// The name of the events to count: required for `events`, optional for `purchases`.
    pub(crate) name: Option<String>,
    /// An ISO 4217 code: required for `totalSpent`, optional for `purchases`.
    pub(crate) currency: Option<String>,
    /// Only for `purchases` with a currency: counts those of at least this amount in minor units.
    #[schemars(rename = "minAmount")]
    pub(crate) min_amount: Option<i64>,
    /// Only for `totalSpent`: `net`, the default, subtracts refunds, `gross` does not.
    pub(crate) basis: Option<Basis>,
}

/// A set of items, combined and optionally negated.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CriteriaSet {
    /// How the items are combined.
    pub(crate) combine_with: CombineWith,
    /// The items, at least one.
    pub(crate) criteria: Vec<CriteriaItem>,
    /// Negates the whole set. Default: false.
    pub(crate) not: Option<bool>,
}

#[derive(Debug, Clone)]
pub(crate) struct CriteriaField;

impl JsonSchema for CriteriaField {
    fn schema_name() -> Cow<'static, str> {
        "CriteriaField".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = FIELDS.iter().map(|spec| spec.name).collect();
        json_schema!({
            "description": "The name of a field, or of an attribute: `attr.` and its key.",
            "anyOf": [
                {"type": "string", "enum": names},
                {"type": "string", "pattern": r"^attr\.[a-z0-9_]{1,64}$"},
            ],
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct CriteriaOperator;

impl JsonSchema for CriteriaOperator {
    fn schema_name() -> Cow<'static, str> {
        "CriteriaOperator".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = Operator::ALL.map(Operator::name);
        json_schema!({"description": "The name of an operator.", "type": "string", "enum": names})
    }
}

/// The faults of the params' `criteria`, ignoring all others. The schema reports missing criteria and values that are
/// not a list.
pub(crate) async fn faults(
    connection: &impl ConnectionTrait,
    mut params: Json,
    zone: Tz,
) -> Result<Vec<Fault>, MethodError> {
    let Some(criteria) = params.get_mut("criteria").filter(|criteria| criteria.is_array()) else {
        return Ok(Vec::new());
    };
    // How items are combined makes no difference to their faults.
    let set = OutermostSet { criteria: criteria.take(), combine_with: CombineWith::And, not: false };
    match read(connection, set, zone).await {
        Ok(_) => Ok(Vec::new()),
        Err(MethodError::InvalidParams(faults)) => Ok(faults),
        Err(failed) => Err(failed),
    }
}

/// The outermost set, which params spread over three keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutermostSet {
    /// The conditions for membership: at least one condition or set.
    #[schemars(with = "Vec<CriteriaItem>")]
    pub(crate) criteria: Json,
    /// How the items of the list are combined.
    pub(crate) combine_with: CombineWith,
    /// Negates the whole definition. Default: false.
    #[serde(default)]
    pub(crate) not: bool,
}

impl OutermostSet {
    /// The form that the domain's parser reads.
    pub(crate) fn into_json(self) -> Json {
        let mut set = json!({"combineWith": self.combine_with, "not": self.not});
        // Evaluation because it may be large: the macro would copy it.
        set["criteria"] = self.criteria;
        set
    }
}

/// Reads a definition. An error holds all its faults.
pub(crate) async fn read(
    connection: &impl ConnectionTrait,
    set: OutermostSet,
    zone: Tz,
) -> Result<Criteria, MethodError> {
    Ok(definition::read(connection, &set.into_json(), zone).await?)
}

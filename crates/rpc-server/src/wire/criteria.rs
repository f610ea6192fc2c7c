//! Definitions of segments on the wire. The types say for clients what the domain reads; it is the domain that reads, so
//! that its faults, which know fields and operators, are what callers see.

use std::borrow::Cow;

use chrono_tz::Tz;
use domain::{
    criteria::{Criteria, FIELDS, Operator, ParseContext, parse_value},
    segment::SegmentKey,
};
use persistence::{ConnectionTrait, segments};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    errors::{Fault, MethodError},
    params::READ_BY_METHOD,
};

/// How the items of a set combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum CombineWith {
    /// All must hold.
    And,
    /// At least one must hold.
    Or,
}

/// An item of a definition: a condition, or a set of items within the set, to a depth of 8.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum CriteriaItem {
    /// One test of one field.
    Condition(CriteriaCondition),
    /// A set within the set.
    Set(CriteriaSet),
}

/// One test of one field.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CriteriaCondition {
    /// What is tested.
    pub(crate) field: CriteriaField,
    /// What is asked of it: each kind of field has its own operators.
    pub(crate) operator: CriteriaOperator,
    /// What it is compared with: a text, a number, or a list of them, as the operator asks; absent after `is_set` and
    /// `is_not_set`.
    pub(crate) value: Option<Json>,
    /// Only of `quizAttempts`: those completed within this span, such as `7d`, `12h` or `30m`.
    pub(crate) within: Option<String>,
    /// Only of `quizAttempts`: those of this provider.
    pub(crate) provider: Option<String>,
    /// Only of `quizAttempts`: those of this certification, without regard to case.
    pub(crate) certification: Option<String>,
}

/// Items combined, and perhaps negated.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CriteriaSet {
    /// How the items combine.
    pub(crate) combine_with: CombineWith,
    /// At least one.
    pub(crate) criteria: Vec<CriteriaItem>,
    /// Whether the whole is negated; false unless given.
    pub(crate) not: Option<bool>,
}

/// The name of a field.
#[derive(Debug, Clone)]
pub(crate) struct CriteriaField;

impl JsonSchema for CriteriaField {
    fn schema_name() -> Cow<'static, str> {
        "CriteriaField".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "The name of a field.", "type": "string", "enum": FIELDS.map(|spec| spec.name)})
    }
}

/// The name of an operator.
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

/// What is wrong with the `criteria` of params, whatever else is. That they are missing or no list is the schema's to say.
pub(crate) async fn faults(
    connection: &impl ConnectionTrait,
    mut params: Json,
    zone: Tz,
) -> Result<Vec<Fault>, MethodError> {
    let Some(criteria) = params.get_mut("criteria").filter(|criteria| criteria.is_array()) else {
        return Ok(Vec::new());
    };
    // How they combine makes no difference to the faults of the items.
    let set = OutermostSet { criteria: criteria.take(), combine_with: CombineWith::And, not: false };
    match read(connection, set, zone).await {
        Ok(_) => Ok(Vec::new()),
        Err(MethodError::InvalidParams(faults)) => Ok(faults),
        Err(failed) => Err(failed),
    }
}

/// The outermost set as params have it: in keys of its own.
#[derive(Debug, Clone)]
pub(crate) struct OutermostSet {
    pub(crate) criteria: Json,
    pub(crate) combine_with: CombineWith,
    pub(crate) not: bool,
}

impl OutermostSet {
    /// In the form that the domain parses.
    fn into_json(self) -> Json {
        let mut set = json!({"combineWith": self.combine_with, "not": self.not});
        // Moved, since it may be large: the macro would copy it.
        set["criteria"] = self.criteria;
        set
    }
}

/// Reads a definition; on failure, says everything that is wrong with it.
pub(crate) async fn read(
    connection: &impl ConnectionTrait,
    set: OutermostSet,
    zone: Tz,
) -> Result<Criteria, MethodError> {
    read_set(connection, &set.into_json(), zone).await
}

/// The same for an outermost set.
pub(crate) async fn read_set(
    connection: &impl ConnectionTrait,
    definition: &Json,
    zone: Tz,
) -> Result<Criteria, MethodError> {
    let stored = segments::all(connection).await?;
    let segment_exists = |key: &SegmentKey| stored.iter().any(|segment| segment.key == *key);
    Ok(parse_value(definition, &ParseContext { zone, segment_exists: &segment_exists })?)
}

/// A stored definition as it is to be shown, also if what it refers to is gone. `None` if it cannot be read any more.
pub(crate) fn shown(definition: &Json, zone: Tz) -> Option<Criteria> {
    parse_value(definition, &ParseContext { zone, segment_exists: &|_| true }).ok()
}

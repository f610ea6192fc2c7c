//! `adminAudience.describeCriteria`: a definition in words, with warnings about likely mistakes.

use domain::criteria::Warning;
use persistence::segments::custom;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    wire::{
        criteria::{self, CombineWith, OutermostSet},
        definition::CriteriaList,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DescribeCriteriaParams {
    /// The conditions for membership: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list are combined.
    combine_with: CombineWith,
    /// Negates the whole definition. Default: false.
    #[serde(default)]
    not: bool,
}

/// A definition in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DescribeCriteriaResult {
    /// The definition as a sentence, without a final period.
    sentence: String,
    /// The outermost parts that match everyone or no one. Such a definition can still be saved.
    warnings: Vec<CriteriaWarning>,
}

/// A part that matches everyone or no one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CriteriaWarning {
    /// The path of the part: `criteria[0]`, or `criteria[1].criteria[0]` within a set. Empty for the whole definition.
    path: String,
    /// True if the part matches everyone, false if it matches no one.
    always: bool,
    /// The reason, in words.
    message: String,
}

impl From<Warning> for CriteriaWarning {
    fn from(Warning { path, always, message }: Warning) -> Self {
        Self { path, always, message }
    }
}

pub(crate) struct DescribeCriteria;

impl Method for DescribeCriteria {
    const NAME: &'static str = "adminAudience.describeCriteria";
    const SUMMARY: &'static str =
        "Describes a definition in words, and warns about parts that match everyone or no one";
    const EXAMPLE: &'static str = include_str!("describe_criteria.example.json");
    type Params = DescribeCriteriaParams;
    type Result = DescribeCriteriaResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: DescribeCriteriaParams) -> Result<DescribeCriteriaResult, MethodError> {
        let connection = call.database().connection();
        let DescribeCriteriaParams { criteria, combine_with, not } = params;
        let set = OutermostSet { criteria, combine_with, not };
        let criteria = criteria::read(connection, set, call.context.zone).await?;
        let names = custom::names(connection).await?;
        let warnings = criteria.warnings(&names, call.context.zone).into_iter().map(CriteriaWarning::from).collect();
        Ok(DescribeCriteriaResult { sentence: criteria.describe(&names), warnings })
    }
}

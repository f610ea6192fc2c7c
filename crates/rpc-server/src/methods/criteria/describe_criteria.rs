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
    wire::criteria::{self, OutermostSet},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DescribeCriteriaParams {
    #[serde(flatten)]
    set: OutermostSet,
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
        let criteria = criteria::read(connection, params.set, call.context.zone).await?;
        let names = custom::names(connection).await?;
        let warnings = criteria.warnings(&names, call.context.zone).into_iter().map(CriteriaWarning::from).collect();
        Ok(DescribeCriteriaResult { sentence: criteria.describe(&names), warnings })
    }
}

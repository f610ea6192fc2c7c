//! `adminAudience.describeCriteria`: a definition in words, and what looks like a mistake in it.

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

/// The definition to describe.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DescribeCriteriaParams {
    /// Who is to belong: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list combine.
    combine_with: CombineWith,
    /// Whether the whole is negated; false unless given.
    #[serde(default)]
    not: bool,
}

/// The definition in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DescribeCriteriaResult {
    /// Without a final period.
    sentence: String,
    /// Its outermost parts that hold for everyone or for nobody. They may be saved all the same.
    warnings: Vec<CriteriaWarning>,
}

/// A part that comes out the same for all users, whatever they do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CriteriaWarning {
    /// Where it stands: `criteria[0]`, or within a set `criteria[1].criteria[0]`; empty for the whole definition.
    path: String,
    /// Whether it holds for everyone, or else for nobody.
    always: bool,
    /// Why, for people.
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
        "Puts a definition into words, and warns of parts that hold for everyone or for nobody";
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
        let warnings = criteria.warnings(&names).into_iter().map(CriteriaWarning::from).collect();
        Ok(DescribeCriteriaResult { sentence: criteria.describe(&names), warnings })
    }
}

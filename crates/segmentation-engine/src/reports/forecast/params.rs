//! What is asked.

use domain::segment::SegmentKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForecastParams {
    pub segment: SegmentKey,
    /// How many days ahead. A day is 24 hours.
    #[serde(default = "fortnight")]
    #[schemars(range(min = 1, max = 90))]
    pub days: u32,
    /// What is forecast.
    #[serde(default)]
    pub kind: ForecastKind,
}

fn fortnight() -> u32 {
    14
}

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ForecastKind {
    /// Who would leave and enter if nobody did anything: what a run at that time would do with the present data.
    #[default]
    Certain,
    /// The sizes to expect, by what became of like users in the weeks before. Of segments of the types plan and lifecycle only.
    Usual,
}

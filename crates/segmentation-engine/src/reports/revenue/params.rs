//! What callers ask.

use domain::{
    calendar::CalendarUnit,
    report::revenue::{CreditBasis, CreditModel},
    segment::SegmentKey,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reports::{Family, GivenTime};

/// The periods of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The whole range alone.
    #[default]
    None,
    /// Days too.
    Day,
    /// Weeks too.
    Week,
    /// Months too.
    Month,
}

impl By {
    pub(super) fn unit(self) -> Option<CalendarUnit> {
        match self {
            Self::None => None,
            Self::Day => Some(CalendarUnit::Day),
            Self::Week => Some(CalendarUnit::Week),
            Self::Month => Some(CalendarUnit::Month),
        }
    }
}

fn equal() -> CreditModel {
    CreditModel::Equal
}

fn member() -> CreditBasis {
    CreditBasis::Member
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevenueParams {
    /// The segments, each once. Give either segments or a family.
    #[schemars(length(min = 1, max = 50))]
    pub segments: Option<Vec<SegmentKey>>,
    /// The segments of a type.
    pub family: Option<Family>,
    /// How an amount is divided among several segments.
    #[serde(default = "equal")]
    pub model: CreditModel,
    /// Which segments an amount is credited to.
    #[serde(default = "member")]
    pub basis: CreditBasis,
    /// With the basis `entered`: how long before the purchase, such as `5d`. At most 90 days.
    #[schemars(length(max = 8))]
    pub within: Option<String>,
    /// The periods to show beside the whole range.
    #[serde(default)]
    pub by: By,
    /// Purchases and refunds from here on.
    pub from: GivenTime,
    /// Purchases and refunds before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

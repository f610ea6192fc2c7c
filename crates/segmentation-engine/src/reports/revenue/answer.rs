//! What callers get.

use domain::{
    event::Currency,
    instant::Instant,
    report::revenue::{CreditBasis, CreditModel, Line},
    segment::SegmentKey,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::reports::{AboutRange, ReportError, error::minor};

/// What users paid and got back, by currency and segment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueAnswer {
    /// How amounts were divided among several segments.
    pub(super) model: CreditModel,
    /// Which segments amounts were credited to.
    pub(super) basis: CreditBasis,
    /// How long before the purchase segments were entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within: Option<String>,
    /// By code. Amounts of different currencies are never added.
    pub(super) currencies: Vec<RevenueOfCurrency>,
    /// Whether segments, `unattributed` and `erased` add up to the total. Buyers never do.
    pub(super) sums_to_total: bool,
    #[serde(flatten)]
    pub(super) about: AboutRange,
}

/// One currency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevenueOfCurrency {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    pub(super) currency: Currency,
    /// Everything.
    pub(super) total: RevenueLine,
    /// Segments to which something is credited.
    pub(super) segments: Vec<RevenueOfSegment>,
    /// Of users who were in none of the segments.
    pub(super) unattributed: RevenueLine,
    /// Of users erased since. Only sums are known, so they are no purchases and refunds here.
    pub(super) erased: RevenueLine,
    /// The same by period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) periods: Option<Vec<RevenueOfPeriod>>,
}

/// Sums in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevenueLine {
    /// Of purchases.
    pub(super) gross: i64,
    /// Of refunds: 0 or less.
    pub(super) refunded: i64,
    /// Purchases less refunds.
    pub(super) net: i64,
    /// How many purchases.
    pub(super) purchases: u64,
    /// How many refunds.
    pub(super) refunds: u64,
    /// How many users bought. They do not add up.
    pub(super) buyers: u64,
}

/// What is credited to one segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevenueOfSegment {
    pub(super) id: SegmentKey,
    #[serde(flatten)]
    pub(super) line: RevenueLine,
    /// Net for each member on average over the range. Null without members.
    pub(super) per_member_minor: Option<i64>,
}

/// What is credited to one segment in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct PeriodOfSegment {
    pub(super) id: SegmentKey,
    #[serde(flatten)]
    pub(super) line: RevenueLine,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct RevenueOfPeriod {
    /// The first instant.
    pub(super) start: Instant,
    /// False while the period lasts.
    pub(super) complete: bool,
    pub(super) total: RevenueLine,
    pub(super) segments: Vec<PeriodOfSegment>,
    pub(super) unattributed: RevenueLine,
    pub(super) erased: RevenueLine,
}

impl RevenueAnswer {
    /// Of the only segment: by currency, net and net for each member.
    pub(in crate::reports) fn net_per_member(&self) -> impl Iterator<Item = (Currency, i64, Option<i64>)> {
        self.currencies
            .iter()
            .flat_map(|of| of.segments.iter().map(|segment| (of.currency, segment.line.net, segment.per_member_minor)))
    }

    pub(super) fn summary(&self) -> Vec<String> {
        let sentence = |of: &RevenueOfCurrency| {
            let RevenueLine { gross, refunded, net, .. } = of.total;
            let unattributed = of.unattributed.net;
            let currency = of.currency;
            format!(
                "{currency}, in minor units: {gross} bought, {refunded} refunded, {net} in all, {unattributed} of it in none of \
                 the segments."
            )
        };
        self.currencies.iter().map(sentence).collect()
    }
}

impl RevenueLine {
    pub(super) fn of(line: &Line) -> Result<Self, ReportError> {
        Ok(Self {
            gross: minor(line.gross)?,
            refunded: minor(line.refunded)?,
            net: minor(line.net())?,
            purchases: line.purchases,
            refunds: line.refunds,
            buyers: line.buyers.len() as u64,
        })
    }
}

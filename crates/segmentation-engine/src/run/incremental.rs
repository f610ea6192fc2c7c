//! Which users an incremental run evaluates.
//!
//! A run that comes to its end notes of each segment at which clock, and by which rule, it made everyone right: the segment
//! is settled. From there on only these can be wrong: users whose data changed, which are marked; users with a date that a
//! moving end of a rule's range has passed since; users about whom a decision expired. Where a segment is not settled by the
//! rule that it has now, it can be anyone.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{criteria::Criteria, ids::SegmentId, instant::Instant, period::Moment, text::hex};
use persistence::{
    ConnectionTrait, DbErr,
    facts::candidates,
    user_range::{UserRange, UserSelection},
};
use sha2::{Digest, Sha256};

use crate::run::plan::{Plan, PlannedSegment};

/// Which users a run at a moment evaluates.
pub async fn candidates(connection: &impl ConnectionTrait, plan: &Plan, now: Moment) -> Result<UserSelection, DbErr> {
    let Some(since) = settled_since(plan, now.zone) else { return Ok(UserSelection::Range(UserRange::ALL)) };
    // Several segments have the same ends.
    let crossings: BTreeSet<_> = plan
        .segments()
        .iter()
        .flat_map(|segment| segment.criteria.crossings(Moment { now: since, ..now }, now))
        .collect();
    candidates::find(connection, &crossings, (since, now.now)).await.map(UserSelection::List)
}

/// The earliest clock at which a segment was settled; `None` if one is not.
fn settled_since(plan: &Plan, zone: Tz) -> Option<Instant> {
    let settled = plan.segments().iter().map(|segment| settled_at(segment, zone));
    settled.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// The segments that are not settled by the rule that they have now.
pub(crate) fn unsettled(plan: &Plan, zone: Tz) -> BTreeSet<SegmentId> {
    let unsettled = plan.segments().iter().filter(|segment| settled_at(segment, zone).is_none());
    unsettled.map(|segment| segment.id).collect()
}

fn settled_at(segment: &PlannedSegment, zone: Tz) -> Option<Instant> {
    let settled = segment.settled.as_ref()?;
    (settled.rule == rule_mark(&segment.criteria, zone)).then_some(settled.at)
}

/// What the segments of a plan are settled by, when a run comes to its end.
pub(crate) fn rule_marks(plan: &Plan, zone: Tz) -> impl Iterator<Item = (SegmentId, String)> {
    plan.segments().iter().map(move |segment| (segment.id, rule_mark(&segment.criteria, zone)))
}

/// Tells rules apart: the definition, the zone that its days are of, and the version of this program, which says what
/// definitions mean.
fn rule_mark(criteria: &Criteria, zone: Tz) -> String {
    let rule = format!("{} {} {}", env!("CARGO_PKG_VERSION"), zone.name(), criteria.to_json());
    hex(&Sha256::digest(rule.as_bytes()))
}

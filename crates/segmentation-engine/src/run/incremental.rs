//! Which users an incremental run evaluates.
//!
//! When a run ends, each segment is settled: it stores at which clock, and by which rule, everyone was evaluated. From
//! then on only these users can be wrong: those whose data changed, which are marked; those with a date in a crossing
//! of a rule; those with an override that expired. If a segment is not settled by its present rule, anyone can be
//! wrong.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{criteria::Criteria, ids::SegmentId, instant::Instant, period::Moment, shard::Shard, text::hex};
use persistence::{
    ConnectionTrait, DbErr,
    facts::candidates,
    user_range::{UserRange, UserSelection},
};
use sha2::{Digest, Sha256};

use crate::run::plan::{Plan, PlannedSegment};

/// The users of a shard that a run at this moment evaluates.
pub async fn candidates(
    connection: &impl ConnectionTrait,
    shard: Shard,
    plan: &Plan,
    now: Moment,
) -> Result<UserSelection, DbErr> {
    let Some(since) = settled_since(plan, now.zone) else {
        return Ok(UserSelection::Range(UserRange::of_shard(shard)));
    };
    // Several segments have the same crossings.
    let crossings: BTreeSet<_> = plan
        .segments()
        .iter()
        .flat_map(|segment| segment.criteria.crossings(Moment { now: since, ..now }, now))
        .collect();
    candidates::find(connection, shard, &crossings, (since, now.now)).await.map(UserSelection::List)
}

/// The earliest clock at which a segment was settled. `None` if one is not settled.
fn settled_since(plan: &Plan, zone: Tz) -> Option<Instant> {
    let settled = plan.segments().iter().map(|segment| settled_at(segment, zone));
    settled.collect::<Option<Vec<_>>>()?.into_iter().min()
}

fn settled_at(segment: &PlannedSegment, zone: Tz) -> Option<Instant> {
    let settled = segment.settled.as_ref()?;
    (settled.rule == rule_mark(&segment.criteria, zone)).then_some(settled.at)
}

/// The rules by which the segments of a plan are settled when a run ends.
pub(crate) fn rule_marks(plan: &Plan, zone: Tz) -> impl Iterator<Item = (SegmentId, String)> {
    plan.segments().iter().map(move |segment| (segment.id, rule_mark(&segment.criteria, zone)))
}

/// Whether a segment has another definition than the one that a run last evaluated for everyone, or never had a run.
pub(crate) fn is_edited(segment: &PlannedSegment) -> bool {
    segment.settled.as_ref().is_none_or(|settled| match settled.rule.split_once(' ') {
        Some((definition, _)) => definition != definition_mark(&segment.criteria),
        // Earlier versions stored one hash of everything. Saves have updated the members since.
        None => false,
    })
}

/// Identifies a rule: the definition, the version of the program, which may change the meaning of definitions, and the
/// time zone.
fn rule_mark(criteria: &Criteria, zone: Tz) -> String {
    format!("{} {} {}", definition_mark(criteria), env!("CARGO_PKG_VERSION"), zone.name())
}

fn definition_mark(criteria: &Criteria) -> String {
    hex(&Sha256::digest(criteria.to_json().to_string().as_bytes()))
}

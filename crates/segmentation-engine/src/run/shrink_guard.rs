//! The shrink guard: a run that would take more than half of its members out of a segment of some size stops for that
//! segment. That is what a broken import looks like, far more often than what an admin wants.
//!
//! How many would leave is known only when everyone has been evaluated. Until then users who would leave a guarded segment
//! are held back, with all that they are to change, so that each user changes at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use domain::{ids::SegmentId, membership::Changes, segment_health::SegmentHealth};

use crate::run::{
    commit::Evaluation,
    incremental,
    plan::{Plan, PlannedSegment},
};

/// Segments of up to so many members may lose all of them.
const SMALL: u64 = 100;
/// So many users are held back at most; if there are more, the rest is counted ahead.
const HELD: usize = 100_000;

/// What the guard knows.
#[derive(Debug, Default)]
pub(crate) struct ShrinkGuard {
    /// Members of each guarded segment, and how many of them would leave.
    sizes: BTreeMap<SegmentId, (u64, u64)>,
    held: Vec<Evaluation>,
    refused: BTreeSet<SegmentId>,
    is_decided: bool,
}

/// A segment that would shrink too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldBack {
    pub(crate) segment: SegmentId,
    pub(crate) members: u64,
    pub(crate) leaving: u64,
}

impl From<HeldBack> for SegmentHealth {
    fn from(HeldBack { segment: _, members, leaving }: HeldBack) -> Self {
        Self::HeldBack { leaving, members }
    }
}

impl ShrinkGuard {
    /// Guards the larger segments of a plan.
    pub(crate) fn of(plan: &Plan, zone: Tz) -> Self {
        let sizes = known(plan, zone).map(|segment| (segment.id, u64::try_from(segment.members).unwrap_or_default()));
        let large = sizes.filter(|(_, members)| *members > SMALL);
        Self { sizes: large.map(|(segment, members)| (segment, (members, 0))).collect(), ..Self::default() }
    }

    /// Guards nothing.
    pub(crate) fn off() -> Self {
        Self { is_decided: true, ..Self::default() }
    }

    /// Gives back what may be written at once; holds back what may turn out to be refused.
    pub(crate) fn pass(&mut self, mut evaluation: Evaluation) -> Option<Evaluation> {
        if self.is_decided {
            self.strip(&mut evaluation);
            return Some(evaluation);
        }
        if self.count(&evaluation.changes) {
            self.held.push(evaluation);
            return None;
        }
        Some(evaluation)
    }

    /// Counts who would leave; says whether they would leave a guarded segment.
    pub(crate) fn count(&mut self, changes: &Changes) -> bool {
        let mut is_guarded = false;
        for segment in &changes.leave {
            if let Some((_, leaving)) = self.sizes.get_mut(segment) {
                *leaving += 1;
                is_guarded = true;
            }
        }
        is_guarded
    }

    /// Whether as many are held back as may be.
    pub(crate) fn is_full(&self) -> bool {
        !self.is_decided && self.held.len() >= HELD
    }

    /// Whether it is known which segments are refused.
    pub(crate) fn is_decided(&self) -> bool {
        self.is_decided
    }

    /// Once everyone has been counted: which segments would shrink too much.
    pub(crate) fn decide(&mut self, plan: &Plan) -> Vec<HeldBack> {
        let too_many = |(_, (members, leaving)): &(&SegmentId, &(u64, u64))| 2 * leaving > *members;
        let refused = self.sizes.iter().filter(too_many);
        let refused: Vec<_> = refused
            .map(|(segment, (members, leaving))| HeldBack { segment: *segment, members: *members, leaving: *leaving })
            .collect();
        self.is_decided = true;
        self.refused = plan.with_dependants(refused.iter().map(|refused| refused.segment).collect());
        refused
    }

    /// What was held back, without what is refused.
    pub(crate) fn release(&mut self) -> Vec<Evaluation> {
        let mut held = std::mem::take(&mut self.held);
        held.iter_mut().for_each(|evaluation| self.strip(evaluation));
        held
    }

    /// The segments that stay as they are: those refused, and those that refer to them.
    pub(crate) fn stopped(&self) -> &BTreeSet<SegmentId> {
        &self.refused
    }

    /// Takes away what is refused. The next run comes back to the user.
    fn strip(&self, evaluation: &mut Evaluation) {
        let is_refused = |segment: &SegmentId| self.refused.contains(segment);
        let Changes { enter, leave } = &mut evaluation.changes;
        if enter.iter().chain(leave.iter()).any(is_refused) {
            enter.retain(|segment| !is_refused(segment));
            leave.retain(|segment| !is_refused(segment));
            evaluation.is_done = false;
        }
    }
}

/// The segments that the last run stopped for, and that stay as they are until a run finds that few enough would leave, is
/// allowed to shrink them, or finds a new rule.
pub(crate) fn stopped(plan: &Plan, zone: Tz) -> impl Iterator<Item = &PlannedSegment> {
    known(plan, zone).filter(|segment| matches!(segment.health, SegmentHealth::HeldBack { .. }))
}

/// Where neither the rule is new nor that of a segment that it refers to. Where one is, an admin wanted it.
fn known(plan: &Plan, zone: Tz) -> impl Iterator<Item = &PlannedSegment> {
    let new = plan.with_dependants(incremental::unsettled(plan, zone));
    plan.segments().iter().filter(move |segment| !new.contains(&segment.id))
}

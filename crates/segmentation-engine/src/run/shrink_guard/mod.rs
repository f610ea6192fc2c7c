//! The shrink guard: a run does not remove more than half of the members of a large segment because data changed. A broken
//! import looks like that far more often than what an admin wants. Leaves because time passed, because a definition was
//! edited, or because an admin decided are never held back.
//!
//! How many leave is known only once all users are evaluated. Until then the guard withholds every user who would leave a
//! guarded segment, with all changes of that user, so that a user changes in one step.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ids::SegmentId, membership::Changes, segment_health::SegmentHealth};

use crate::run::{
    evaluation::Evaluation,
    incremental,
    plan::{Plan, PlannedSegment},
};

/// Segments of at most this many members are not guarded.
const SMALL: u64 = 100;
/// How many users the guard withholds at most, to limit memory. With more, the remaining users are counted ahead.
const MOST_WITHHELD: usize = 100_000;

/// Counts who leaves, then decides which segments are held back.
#[derive(Debug, Default)]
pub(crate) struct ShrinkGuard {
    /// Members of each guarded segment, and how many of them would leave because data changed.
    sizes: BTreeMap<SegmentId, (u64, u64)>,
    withheld: Vec<Evaluation>,
    held_back: BTreeMap<SegmentId, Consequences>,
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

/// What else stays as it is for a user who is held back in a segment.
#[derive(Debug)]
struct Consequences {
    /// The other segments of an exclusive family. The user does not enter them, or would be in two.
    family: BTreeSet<SegmentId>,
    /// The segments that refer to the segment or to its family. The user neither enters nor leaves them.
    dependants: BTreeSet<SegmentId>,
}

impl Consequences {
    fn of(plan: &Plan, segment: SegmentId) -> Self {
        let mut roots = plan.exclusive_family(segment);
        roots.insert(segment);
        let dependants = plan.with_dependants(roots.clone()).difference(&roots).copied().collect();
        roots.remove(&segment);
        Self { family: roots, dependants }
    }
}

impl ShrinkGuard {
    /// Guards the large segments of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let sizes = known(plan).map(|segment| (segment.id, u64::try_from(segment.members).unwrap_or_default()));
        let large = sizes.filter(|(_, members)| *members > SMALL);
        Self { sizes: large.map(|(segment, members)| (segment, (members, 0))).collect(), ..Self::default() }
    }

    pub(crate) fn off() -> Self {
        Self { is_decided: true, ..Self::default() }
    }

    /// Holds back what the last run held back.
    pub(crate) fn of_last_run(plan: &Plan) -> Self {
        let is_held_back = |segment: &&PlannedSegment| matches!(segment.health, SegmentHealth::HeldBack { .. });
        let held_back = known(plan).filter(is_held_back);
        let held_back = held_back.map(|segment| (segment.id, Consequences::of(plan, segment.id))).collect();
        Self { is_decided: true, held_back, ..Self::default() }
    }

    /// Returns an evaluation that can be written now. Withholds it if it may turn out to be held back.
    pub(crate) fn pass(&mut self, mut evaluation: Evaluation) -> Option<Evaluation> {
        if self.is_decided {
            self.hold_back(&mut evaluation);
            return Some(evaluation);
        }
        if self.count(&evaluation) {
            self.withheld.push(evaluation);
            return None;
        }
        Some(evaluation)
    }

    /// Counts the leaves of a user. Returns whether one of them is from a guarded segment.
    pub(crate) fn count(&mut self, evaluation: &Evaluation) -> bool {
        let mut is_guarded = false;
        for segment in evaluation.left_by_data() {
            if let Some((_, leaving)) = self.sizes.get_mut(&segment) {
                *leaving += 1;
                is_guarded = true;
            }
        }
        is_guarded
    }

    /// Whether the guard cannot withhold more users.
    pub(crate) fn is_full(&self) -> bool {
        !self.is_decided && self.withheld.len() >= MOST_WITHHELD
    }

    pub(crate) fn is_decided(&self) -> bool {
        self.is_decided
    }

    /// Decides, once all users are counted, which segments would shrink too much.
    pub(crate) fn decide(&mut self, plan: &Plan) -> Vec<HeldBack> {
        let too_many = |(_, (members, leaving)): &(&SegmentId, &(u64, u64))| 2 * leaving > *members;
        let held_back = self.sizes.iter().filter(too_many);
        let held_back: Vec<_> = held_back
            .map(|(segment, (members, leaving))| HeldBack { segment: *segment, members: *members, leaving: *leaving })
            .collect();
        self.is_decided = true;
        self.held_back = held_back.iter().map(|one| (one.segment, Consequences::of(plan, one.segment))).collect();
        held_back
    }

    /// The withheld users, without the changes that are held back.
    pub(crate) fn release(&mut self) -> Vec<Evaluation> {
        let mut withheld = std::mem::take(&mut self.withheld);
        for evaluation in &mut withheld {
            self.hold_back(evaluation);
        }
        withheld
    }

    /// Removes the changes that are held back; the next run evaluates the user again. Returns the segment of each of these
    /// changes, with the segment that holds it back.
    pub(crate) fn hold_back(&self, evaluation: &mut Evaluation) -> BTreeMap<SegmentId, SegmentId> {
        let held_back: Vec<_> = evaluation.left_by_data().filter(|left| self.held_back.contains_key(left)).collect();
        let mut removed = BTreeMap::new();
        for segment in held_back.iter().copied() {
            let Consequences { family, dependants } = &self.held_back[&segment];
            let Evaluation { changes: Changes { enter, leave }, overrides, .. } = evaluation;
            let mut stays = |changed: SegmentId, is_held_back: bool| {
                if is_held_back {
                    let itself = held_back.contains(&changed);
                    removed.insert(changed, if itself { changed } else { segment });
                }
                is_held_back
            };
            enter.retain(|entered| {
                let follows = family.contains(entered) || dependants.contains(entered);
                !stays(*entered, follows && !overrides.include.contains(*entered))
            });
            leave.retain(|left| {
                let follows = dependants.contains(left) && !overrides.exclude.contains(*left);
                !stays(*left, *left == segment || follows)
            });
            evaluation.is_done = false;
        }
        removed
    }
}

/// The segments whose definition is not new, nor that of a segment they refer to. A new definition is what an admin
/// wanted.
fn known(plan: &Plan) -> impl Iterator<Item = &PlannedSegment> {
    let edited = plan.segments().iter().filter(|segment| incremental::is_edited(segment));
    let new = plan.with_dependants(edited.map(|segment| segment.id).collect());
    plan.segments().iter().filter(move |segment| !new.contains(&segment.id))
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;

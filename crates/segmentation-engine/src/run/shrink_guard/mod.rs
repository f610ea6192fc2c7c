//! The shrink guard: a run does not remove more than half of the members of a large segment because data changed. A broken
//! import looks like that far more often than what an admin wants. Leaves because time passed, because a definition was
//! edited, or because an admin decided are never held back.
//!
//! How many leave is known only once all users of all shards are evaluated. Until then the guard withholds every user who would
//! leave a guarded segment, with all changes of that user, so that a user changes in one step.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ids::SegmentId, membership::Changes, segment_health::SegmentHealth};
use persistence::runs::shards::{ShardOfRun, ShardProgress};

use crate::run::{
    evaluation::Evaluation,
    incremental,
    options::MayShrink,
    plan::{Plan, PlannedSegment},
};

/// Segments of at most this many members are not guarded.
const SMALL: u64 = 100;
/// How many users the guard withholds at most, to limit memory. With more, those of the shard are evaluated again once it has
/// decided.
const MOST_WITHHELD: usize = 100_000;

/// Counts who leaves, then decides which segments are held back.
#[derive(Debug)]
pub(crate) struct ShrinkGuard<'a> {
    plan: &'a Plan,
    /// Members of each guarded segment.
    sizes: BTreeMap<SegmentId, u64>,
    counted: Counted,
    /// In all shards.
    withheld: usize,
    held_back: BTreeSet<SegmentId>,
    is_decided: bool,
    /// Of a shard that is evaluated again after the decision: how many may still leave each guarded segment.
    to_leave: Option<BTreeMap<SegmentId, u64>>,
    /// Of the segments that somebody was held back in.
    consequences: BTreeMap<SegmentId, Consequences>,
}

/// What the guard has seen of a shard.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// How many members of each guarded segment would leave because data changed.
    pub(crate) leaving: BTreeMap<SegmentId, u64>,
    /// Their users, unless there are too many.
    pub(crate) withheld: Vec<Evaluation>,
    /// Whether there are too many.
    pub(crate) is_cut: bool,
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

impl<'a> ShrinkGuard<'a> {
    /// Guards segments of a plan that have this many members; none of them if there are none.
    pub(crate) fn of(plan: &'a Plan, sizes: BTreeMap<SegmentId, u64>) -> Self {
        Self {
            plan,
            is_decided: sizes.is_empty(),
            sizes,
            counted: Counted::default(),
            withheld: 0,
            held_back: BTreeSet::new(),
            to_leave: None,
            consequences: BTreeMap::new(),
        }
    }

    /// Holds back what the last run held back.
    pub(crate) fn of_last_run(plan: &'a Plan) -> Self {
        let is_held_back = |segment: &&PlannedSegment| matches!(segment.health, SegmentHealth::HeldBack { .. });
        let held_back = known(plan).filter(is_held_back).map(|segment| segment.id).collect();
        Self { held_back, ..Self::of(plan, BTreeMap::new()) }
    }

    /// Returns an evaluation that can be written now. Withholds it if it may turn out to be held back.
    pub(crate) fn pass(&mut self, mut evaluation: Evaluation) -> Option<Evaluation> {
        if self.is_decided {
            let uncounted = self.uncounted(&evaluation);
            self.hold_back_in(&mut evaluation, |segment| uncounted.contains(&segment));
            return Some(evaluation);
        }
        if !self.count(&evaluation) {
            return Some(evaluation);
        }
        if self.withheld >= MOST_WITHHELD {
            self.withheld -= self.counted.withheld.len();
            self.counted.withheld.clear();
            self.counted.is_cut = true;
        }
        if !self.counted.is_cut {
            self.withheld += 1;
            self.counted.withheld.push(evaluation);
        }
        None
    }

    /// Counts the leaves of a user. Returns whether one of them is from a guarded segment.
    fn count(&mut self, evaluation: &Evaluation) -> bool {
        let mut is_guarded = false;
        for segment in evaluation.left_by_data() {
            if self.sizes.contains_key(&segment) {
                *self.counted.leaving.entry(segment).or_default() += 1;
                is_guarded = true;
            }
        }
        is_guarded
    }

    /// The segments that the user leaves beyond the number that the guard has decided about: data changed since then, so that
    /// the next run counts anew.
    fn uncounted(&mut self, evaluation: &Evaluation) -> BTreeSet<SegmentId> {
        let Some(to_leave) = &mut self.to_leave else { return BTreeSet::new() };
        let guarded = evaluation.left_by_data().filter(|segment| self.sizes.contains_key(segment));
        guarded
            .filter(|segment| match to_leave.get_mut(segment) {
                Some(left @ 1..) => {
                    *left -= 1;
                    false
                }
                _ => true,
            })
            .collect()
    }

    /// Begins a shard, which is counted, or evaluated again after the decision: then no more may leave than were counted in it.
    pub(crate) fn begin_shard(&mut self, leaving: &BTreeMap<SegmentId, u64>) {
        self.to_leave = self.is_decided.then(|| leaving.clone());
    }

    /// Forgets a shard that another engine evaluates.
    pub(crate) fn forget_counted(&mut self) {
        self.withheld -= self.take_counted().withheld.len();
    }

    /// Ends a shard.
    pub(crate) fn take_counted(&mut self) -> Counted {
        std::mem::take(&mut self.counted)
    }

    /// Decides, once the leaves of all shards are counted, which segments would shrink too much.
    pub(crate) fn decide(&mut self, leaving: &BTreeMap<SegmentId, u64>) -> Vec<HeldBack> {
        let counted = self.sizes.iter().map(|(segment, members)| HeldBack {
            segment: *segment,
            members: *members,
            leaving: leaving.get(segment).copied().unwrap_or_default(),
        });
        let held_back: Vec<_> = counted.filter(|one| 2 * one.leaving > one.members).collect();
        self.is_decided = true;
        self.held_back = held_back.iter().map(|one| one.segment).collect();
        held_back
    }

    /// Removes the changes that are held back; the next run evaluates the user again. Returns the segment of each of these
    /// changes, with the segment that holds it back.
    pub(crate) fn hold_back(&mut self, evaluation: &mut Evaluation) -> BTreeMap<SegmentId, SegmentId> {
        self.hold_back_in(evaluation, |_| false)
    }

    /// The same, also in other segments.
    fn hold_back_in(
        &mut self,
        evaluation: &mut Evaluation,
        is_held_back: impl Fn(SegmentId) -> bool,
    ) -> BTreeMap<SegmentId, SegmentId> {
        let Self { plan, held_back, consequences, .. } = self;
        let left = evaluation.left_by_data();
        let held_back: Vec<_> = left.filter(|left| held_back.contains(left) || is_held_back(*left)).collect();
        let mut removed = BTreeMap::new();
        for segment in held_back.iter().copied() {
            let consequences = consequences.entry(segment).or_insert_with(|| Consequences::of(plan, segment));
            let Consequences { family, dependants } = consequences;
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

/// The large segments that are guarded, of all sizes that are given.
pub(crate) fn guarded(
    plan: &Plan,
    sizes: &BTreeMap<SegmentId, u64>,
    may_shrink: &MayShrink,
) -> BTreeMap<SegmentId, u64> {
    let guarded = known(plan).filter(|segment| !may_shrink.allows(&segment.key));
    let sizes = guarded.filter_map(|segment| Some((segment.id, *sizes.get(&segment.id)?)));
    sizes.filter(|(_, members)| *members > SMALL).collect()
}

/// How many members of each segment would leave in all shards.
pub(crate) fn leaving_in(shards: &[ShardOfRun]) -> BTreeMap<SegmentId, u64> {
    shards.iter().fold(ShardProgress::default(), |sum, shard| sum.plus(&shard.progress)).leaving
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

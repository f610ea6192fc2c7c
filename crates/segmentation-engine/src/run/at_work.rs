//! A shard while an engine works on it: what is evaluated, and what is not written yet.

use domain::run::ShardStage;

use super::{commit::PendingBatch, evaluation::Evaluation, queue::Taken};

/// A shard at work.
pub(super) struct AtWork {
    pub(super) taken: Taken,
    pub(super) stage: ShardStage,
    pub(super) pending: PendingBatch,
    /// The progress counts only users whose changes are written.
    pub(super) evaluated: u64,
}

impl AtWork {
    pub(super) fn new(taken: Taken, stage: ShardStage) -> Self {
        Self { taken, stage, pending: PendingBatch::default(), evaluated: 0 }
    }

    pub(super) fn add(&mut self, evaluation: Evaluation) {
        let changes = &mut self.taken.progress.changes;
        for segment in &evaluation.changes.enter {
            changes.entry(*segment).or_default().enter += 1;
        }
        for segment in &evaluation.changes.leave {
            changes.entry(*segment).or_default().leave += 1;
        }
        self.pending.add(evaluation);
    }

    /// A dry run writes nothing, so it counts what it would write.
    pub(super) fn count_dry(&mut self, pending: &PendingBatch, is_dry: bool) {
        if is_dry {
            let (entered, left) = pending.counts();
            self.taken.progress.entered += entered;
            self.taken.progress.left += left;
        }
    }
}

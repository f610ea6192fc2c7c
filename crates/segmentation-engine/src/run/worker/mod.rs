//! An engine at work in a run: it takes shards, evaluates their users, and writes what changed.

mod shard;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use domain::{
    ids::SegmentId,
    run::{RunMode, ShardStage},
};
use persistence::{
    Database,
    runs::{LeaseError, shards::ShardOfRun},
};
use tokio::time::{Instant, sleep};

use crate::{
    run::{
        at_work::AtWork,
        checkpoint::Checkpoints,
        evaluation::Evaluation,
        options::{RunOptions, Stop},
        plan::Plan,
        queue::{Board, LOOK_AGAIN, Next, Queue, Taken, next},
        record::RunRecord,
        report::{Observer, RunError},
        shrink_guard::{HeldBack, ShrinkGuard, leaving_in},
    },
    support::retry::with_retry,
};

/// How often it renews its leases meanwhile.
const RENEW_AFTER: Duration = Duration::from_secs(1);

/// What the workers of one process have in common.
pub(super) struct Shared<'a> {
    pub(super) database: &'a Database,
    pub(super) options: &'a RunOptions,
    pub(super) plan: &'a Plan,
    /// The segments that the shrink guard watches, and how many members they had when the run began.
    pub(super) guarded: BTreeMap<SegmentId, u64>,
    pub(super) observer: &'a dyn Observer,
    /// Of a full run.
    pub(super) users_total: u64,
    /// Users evaluated by all of them, and of an incremental run those that they found.
    pub(super) evaluated: AtomicU64,
    pub(super) found: AtomicU64,
    /// One of them has failed.
    pub(super) halt: Stop,
}

/// Users of a shard who wait for the decision of the guard.
struct Withheld {
    taken: Taken,
    evaluations: Vec<Evaluation>,
}

pub(super) struct Worker<'a> {
    shared: &'a Shared<'a>,
    queue: Queue<'a>,
    record: &'a RunRecord<'a>,
    guard: ShrinkGuard<'a>,
    withheld: Vec<Withheld>,
    checkpoints: Checkpoints,
    /// Users whose changes the database refused.
    refused: usize,
    /// Different in each worker.
    seed: usize,
    renewed: Instant,
}

impl<'a> Worker<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, record: &'a RunRecord<'a>, number: usize) -> Self {
        let owner = format!("process {}, worker {number}", std::process::id());
        Self {
            shared,
            queue: Queue::of(shared.database, record.id, owner),
            record,
            guard: ShrinkGuard::of(shared.plan, shared.guarded.clone()),
            withheld: Vec::new(),
            checkpoints: Checkpoints::default(),
            refused: 0,
            seed: std::process::id() as usize * 31 + number,
            renewed: Instant::now(),
        }
    }

    /// Takes shards until none is left. Returns the segments that would shrink too much.
    pub(super) async fn work(mut self) -> Result<(Vec<ShardOfRun>, Vec<HeldBack>), RunError> {
        let worked = self.take_shards().await;
        if worked.is_err() {
            self.shared.halt.ask();
            self.give_back().await;
        }
        worked
    }

    async fn take_shards(&mut self) -> Result<(Vec<ShardOfRun>, Vec<HeldBack>), RunError> {
        loop {
            let mut board = with_retry(|| async { Ok::<_, RunError>(self.queue.read().await?) }).await?;
            match next(&board, !self.withheld.is_empty(), self.seed) {
                Next::Take(..) => self.take_free_shards(&mut board).await?,
                Next::Wait => self.wait().await?,
                Next::Write => {
                    self.guard.decide(&leaving_in(&board.shards));
                    self.write_withheld().await?;
                }
                Next::End => {
                    let held_back = self.guard.decide(&leaving_in(&board.shards));
                    return Ok((board.shards, held_back));
                }
                Next::Lost => return Err(self.lost().into()),
            }
        }
    }

    /// Takes those that were free when the board was read. With hundreds of shards, reading all of them before each would cost more
    /// than their users.
    async fn take_free_shards(&mut self, board: &mut Board) -> Result<(), RunError> {
        while let Next::Take(shard, stage) = next(board, !self.withheld.is_empty(), self.seed) {
            if stage == ShardStage::Writing {
                self.guard.decide(&leaving_in(&board.shards));
            }
            let taken = with_retry(|| async { Ok::<_, RunError>(self.queue.take(shard, stage).await?) }).await?;
            let shard = shard.shard;
            board.hold(shard);
            let Some(taken) = taken else { continue };
            match self.evaluate(taken, stage).await {
                // Another engine has the shard now, or another run.
                Err(RunError::Lease(LeaseError::Lost { .. })) => self.guard.forget_counted(),
                evaluated => evaluated?,
            }
        }
        Ok(())
    }

    fn lost(&self) -> LeaseError {
        LeaseError::Lost { run: self.record.id.unwrap_or(domain::ids::RunId(0)) }
    }

    async fn wait(&mut self) -> Result<(), RunError> {
        self.stop_if_asked()?;
        self.renew_withheld().await?;
        sleep(LOOK_AGAIN).await;
        Ok(())
    }

    /// Keeps the shards whose users wait. One that was lost is evaluated again by the engine that has it.
    async fn renew_withheld(&mut self) -> Result<(), RunError> {
        if self.renewed.elapsed() < RENEW_AFTER {
            return Ok(());
        }
        self.renewed = Instant::now();
        let mut place = 0;
        while let Some(Withheld { taken, .. }) = self.withheld.get(place) {
            let renew = || async { Ok::<_, RunError>(self.queue.store(taken, ShardStage::Counted).await?) };
            match with_retry(renew).await {
                Err(RunError::Lease(LeaseError::Lost { .. })) => drop(self.withheld.swap_remove(place)),
                renewed => {
                    renewed?;
                    place += 1;
                }
            }
        }
        Ok(())
    }

    fn is_to_stop(&self) -> bool {
        self.shared.options.stop.is_asked() || self.shared.halt.is_asked()
    }

    fn stop_if_asked(&self) -> Result<(), RunError> {
        if !self.is_to_stop() {
            return Ok(());
        }
        Err(RunError::Stopped { done: self.shared.evaluated.load(Ordering::Relaxed), of: self.total() })
    }

    /// Of all users, or of those that were found.
    fn total(&self) -> u64 {
        match self.shared.options.mode {
            RunMode::Full => self.shared.users_total,
            RunMode::Incremental => self.shared.found.load(Ordering::Relaxed),
        }
    }

    /// Lets other engines go on. If that fails, they do so when the leases end.
    async fn give_back(&self) {
        for Withheld { taken, .. } in &self.withheld {
            let _ = self.queue.release(taken, ShardStage::Counted).await;
        }
    }

    async fn write_withheld(&mut self) -> Result<(), RunError> {
        while let Some(Withheld { taken, evaluations }) = self.withheld.pop() {
            let mut work = AtWork::new(taken, ShardStage::Writing);
            let written = self.write(&mut work, evaluations).await;
            match self.or_release(written, &work).await {
                // Another engine evaluates them again.
                Err(RunError::Lease(LeaseError::Lost { .. })) => {}
                written => written?,
            }
            self.stop_if_asked()?;
        }
        Ok(())
    }
}

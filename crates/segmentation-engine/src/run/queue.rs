//! Which shard of a run an engine takes next.
//!
//! A run has two phases. First every shard is counted: who would leave each guarded segment. Users who may be held back are not
//! written yet. Once all shards are counted, the guard decides, and the rest is written. A shard whose engine is not heard of
//! is taken by another one.

use std::{sync::Mutex, time::Duration};

use domain::{
    ids::RunId,
    instant::Instant,
    run::ShardStage,
    shard::{Shard, Shards},
};
use persistence::{
    Database, DbErr,
    database::database_clock,
    runs::{
        LEASE, LeaseError,
        shards::{self, ShardLease, ShardOfRun, ShardProgress},
    },
};

/// How often an engine that waits for others looks again.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What an engine does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// Take a shard for a stage.
    Take(&'a ShardOfRun, ShardStage),
    /// Write those who were withheld.
    Write,
    /// Others are not as far yet.
    Wait,
    /// Nothing is left to do.
    End,
    /// Another run has taken over.
    Lost,
}

/// All shards of a run as they were at a time.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) shards: Vec<ShardOfRun>,
    /// By the clock of their leases.
    pub(super) at: Instant,
}

impl Board {
    /// Counts a shard as held, which this engine has taken, or another one was faster: the rest can be taken without reading all
    /// shards again.
    pub(super) fn hold(&mut self, shard: Shard) {
        if let Some(shard) = self.shards.iter_mut().find(|held| held.shard == shard) {
            shard.lease_until = Some(self.at + LEASE);
        }
    }
}

/// `withholds` says whether the engine has users who wait for the decision. Engines with different seeds try different shards
/// first.
pub(super) fn next(Board { shards, at }: &Board, withholds: bool, seed: usize) -> Next<'_> {
    let is = |stages: &'static [ShardStage]| move |shard: &&ShardOfRun| stages.contains(&shard.stage);
    let free = |stages: &'static [ShardStage]| {
        let free: Vec<_> = shards.iter().filter(is(stages)).filter(|shard| !shard.is_held(*at)).collect();
        free.get(seed % free.len().max(1)).copied()
    };
    const TO_COUNT: &[ShardStage] = &[ShardStage::Waiting, ShardStage::Counting];
    const TO_WRITE: &[ShardStage] = &[ShardStage::Counted, ShardStage::Writing];
    // Without any, a later run has deleted them.
    if shards.is_empty() || shards.iter().any(|shard| shard.stage == ShardStage::Lost) {
        return Next::Lost;
    }
    if let Some(shard) = free(TO_COUNT) {
        return Next::Take(shard, ShardStage::Counting);
    }
    if shards.iter().any(|shard| is(TO_COUNT)(&shard)) {
        return Next::Wait;
    }
    if withholds {
        return Next::Write;
    }
    match free(TO_WRITE) {
        Some(shard) => Next::Take(shard, ShardStage::Writing),
        None if shards.iter().all(|shard| shard.stage == ShardStage::Done) => Next::End,
        None => Next::Wait,
    }
}

/// A shard that an engine has.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) shard: Shard,
    /// `None` in a dry run.
    pub(super) lease: Option<ShardLease>,
    pub(super) progress: ShardProgress,
}

/// The shards of a run.
pub(super) enum Queue<'a> {
    Stored {
        database: &'a Database,
        run: RunId,
        owner: String,
    },
    /// Of a dry run, which nobody joins.
    Dry(Mutex<Vec<ShardOfRun>>),
}

impl<'a> Queue<'a> {
    pub(super) fn of(database: &'a Database, run: Option<RunId>, owner: String) -> Self {
        match run {
            Some(run) => Self::Stored { database, run, owner },
            None => Self::Dry(Mutex::new(waiting(database.shards()))),
        }
    }

    pub(super) async fn read(&self) -> Result<Board, DbErr> {
        match self {
            Self::Stored { database, run, .. } => {
                let shards = shards::all(database.connection(), *run).await?;
                Ok(Board { shards, at: database_clock(database.connection()).await? })
            }
            Self::Dry(shards) => Ok(Board { shards: locked(shards).clone(), at: Instant::UNIX_EPOCH }),
        }
    }

    /// `None` if another engine was faster.
    pub(super) async fn take(&self, read: &ShardOfRun, stage: ShardStage) -> Result<Option<Taken>, DbErr> {
        let mut progress = read.progress.clone();
        if stage == ShardStage::Counting {
            (progress.users_processed, progress.unknown_plans) = (0, 0);
            progress.leaving.clear();
        }
        let lease = match self {
            Self::Stored { database, run, owner } => {
                let taken = shards::take(database.connection(), *run, read, stage, owner).await?;
                let Some(lease) = taken else { return Ok(None) };
                Some(lease)
            }
            Self::Dry(_) => None,
        };
        Ok(Some(Taken { shard: read.shard, lease, progress }))
    }

    /// Stores how far a shard is, and renews its lease.
    pub(super) async fn store(&self, taken: &Taken, stage: ShardStage) -> Result<(), LeaseError> {
        match (self, taken.lease) {
            (Self::Stored { database, .. }, Some(lease)) => {
                shards::renew(database.connection(), lease, stage, &taken.progress).await
            }
            (Self::Dry(shards), _) => {
                if let Some(shard) = locked(shards).iter_mut().find(|shard| shard.shard == taken.shard) {
                    (shard.stage, shard.progress) = (stage, taken.progress.clone());
                }
                Ok(())
            }
            (Self::Stored { .. }, None) => Ok(()),
        }
    }

    /// Gives a shard back.
    pub(super) async fn release(&self, taken: &Taken, stage: ShardStage) -> Result<(), LeaseError> {
        match (self, taken.lease) {
            (Self::Stored { database, .. }, Some(lease)) => {
                shards::release(database.connection(), lease, stage, &taken.progress).await
            }
            _ => self.store(taken, stage).await,
        }
    }
}

fn waiting(shards: Shards) -> Vec<ShardOfRun> {
    let waiting = |shard| ShardOfRun {
        shard,
        stage: ShardStage::Waiting,
        lease_until: None,
        fence: 0,
        progress: ShardProgress::default(),
    };
    shards.all().map(waiting).collect()
}

fn locked(shards: &Mutex<Vec<ShardOfRun>>) -> std::sync::MutexGuard<'_, Vec<ShardOfRun>> {
    shards.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::run::ShardStage::{Counted, Counting, Done, Lost, Waiting, Writing};

    use super::*;

    const NOW: Instant = Instant::UNIX_EPOCH;

    /// Shards in these stages, each held or not.
    fn board(stages: &[(ShardStage, bool)]) -> Board {
        let count = u16::try_from(stages.len()).expect("few");
        let waiting = waiting(Shards::new(count).expect("some"));
        let in_stage = |(shard, (stage, is_held)): (ShardOfRun, &(ShardStage, bool))| ShardOfRun {
            stage: *stage,
            lease_until: Some(NOW + TimeDelta::seconds(if *is_held { 1 } else { 0 })),
            ..shard
        };
        Board { shards: waiting.into_iter().zip(stages).map(in_stage).collect(), at: NOW }
    }

    /// The number of the shard that is taken, and for which stage.
    fn taken(stages: &[(ShardStage, bool)], withholds: bool, seed: usize) -> Option<(u16, ShardStage)> {
        match next(&board(stages), withholds, seed) {
            Next::Take(shard, stage) => Some((shard.shard.number(), stage)),
            _ => None,
        }
    }

    #[test]
    fn queue_counts_all_shards_first() {
        for (stages, expected) in [
            (vec![(Waiting, false), (Waiting, false)], (0, Counting)),
            (vec![(Done, false), (Waiting, false)], (1, Counting)),
            (vec![(Counting, true), (Waiting, false)], (1, Counting)),
            (vec![(Counted, false), (Counting, false)], (1, Counting)),
            (vec![(Counted, true), (Counted, false)], (1, Writing)),
            (vec![(Done, true), (Writing, false)], (1, Writing)),
        ] {
            assert_eq!(taken(&stages, false, 0), Some(expected), "{stages:?}");
        }
    }

    #[test]
    fn queue_gives_engines_different_shards() {
        let stages = [(Waiting, false); 4];
        let first: Vec<_> = (0..5).filter_map(|seed| taken(&stages, false, seed)).map(|(shard, _)| shard).collect();
        assert_eq!(first, [0, 1, 2, 3, 0]);
    }

    #[test]
    fn queue_takes_one_shard_after_the_other_without_reading_them_again() {
        let mut board = board(&[(Waiting, false), (Counting, false), (Done, false)]);
        for expected in [0, 1] {
            let Next::Take(shard, Counting) = next(&board, false, 0) else { panic!("{board:?}") };
            assert_eq!(shard.shard.number(), expected);
            let taken = shard.shard;
            board.hold(taken);
        }
        assert_eq!(next(&board, false, 0), Next::Wait);
    }

    #[test]
    fn queue_waits_for_what_others_count() {
        for stages in [vec![(Counting, true), (Done, true)], vec![(Counting, true), (Counted, false)]] {
            assert_eq!(next(&board(&stages), true, 0), Next::Wait, "{stages:?}");
        }
        assert_eq!(next(&board(&[(Writing, true), (Done, true)]), false, 0), Next::Wait);
    }

    #[test]
    fn queue_lets_those_write_who_have_withheld_before_they_take_more() {
        let stages = [(Counted, true), (Counted, false)];
        assert_eq!(next(&board(&stages), true, 0), Next::Write);
        assert_eq!(taken(&stages, false, 0), Some((1, Writing)));
    }

    #[test]
    fn queue_ends_when_all_is_done_or_lost() {
        assert_eq!(next(&board(&[(Done, true), (Done, false)]), false, 0), Next::End);
        assert_eq!(next(&board(&[(Done, false), (Lost, false)]), true, 0), Next::Lost);
    }
}

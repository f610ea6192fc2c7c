//! Previews that are answered in time. A question is asked about all users. If the database does not answer by the
//! deadline, the question is asked about a few users at a time, from all over the range of keys, and the counts are
//! estimated from those. If the caller disconnects, the statement is canceled.

mod answer;
mod cells;
mod parts;
mod question;

use std::{
    iter,
    time::{Duration, Instant},
};

use domain::shard::Shards;
use persistence::{
    Database, DbErr, Snapshot,
    database::query_pool::{QuerySlot, is_cut},
    user_range::UserRange,
};

use crate::support::query_slot::{Ended, on_slot};

pub use self::{
    answer::{Answer, Samples},
    question::{ChangeCounts, Changing, Counts, Matches, Matching, Question},
};
use self::{
    cells::{Cells, Tally},
    parts::Part,
};

/// How long a preview may take. The time begins when this is made.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    deadline: Instant,
    estimate_within: Duration,
}

impl Budget {
    /// Waiting and counting take at most this long, an estimate half as long again.
    pub fn of(within: Duration) -> Self {
        Self { deadline: Instant::now() + within, estimate_within: within / 2 }
    }

    /// When waiting and counting end.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }
}

/// `None` if no slot became free in time, or before `gone`.
pub async fn ask<Q: Question>(
    database: &Database,
    question: &Q,
    size: u64,
    budget: Budget,
    gone: impl Future<Output = ()>,
) -> Result<Option<Answer<Q>>, DbErr> {
    let asked = on_slot(database, budget.deadline, gone, async |slot| {
        answer(slot, database.shards(), question, size, budget).await
    });
    match asked.await? {
        Ended::Answered(answer) => answer.map(Some),
        Ended::NoSlot => Ok(None),
    }
}

async fn answer<Q: Question>(
    slot: &QuerySlot,
    shards: Shards,
    question: &Q,
    size: u64,
    budget: Budget,
) -> Result<Answer<Q>, DbErr> {
    match exact(slot, shards, question, size, budget.deadline).await {
        Err(error) if is_late(slot, &error) => {
            estimate(slot, shards, question, size, Instant::now() + budget.estimate_within).await
        }
        answer => answer,
    }
}

/// Whether a statement timed out. A canceled one must not be followed by another.
fn is_late(slot: &QuerySlot, error: &DbErr) -> bool {
    is_cut(error) && !slot.is_stopped()
}

/// Counts all users, then finds samples for as long as there is time.
async fn exact<Q: Question>(
    slot: &QuerySlot,
    shards: Shards,
    question: &Q,
    size: u64,
    deadline: Instant,
) -> Result<Answer<Q>, DbErr> {
    let (tx, second) = slot.begin_wide(deadline).await?;
    let ranges = match slot.reads_in_parallel() {
        true => vec![None],
        false => parts::ranges(&UserRange::bounds(&tx, shards).await?),
    };
    let parts = parts::count(question, iter::once(&tx).chain(&second), ranges).await?;
    let search = Search { slot, tx: &tx, question, size, deadline };
    let mut samples = Samples::default();
    match search.samples(&parts, &mut samples).await {
        Err(error) if !is_late(slot, &error) => return Err(error),
        Ok(()) | Err(_) => {}
    }
    for snapshot in iter::once(tx).chain(second) {
        snapshot.close().await?;
    }
    let counts = parts.into_iter().map(|part| part.counts).reduce(Counts::plus);
    let counts = counts.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
    Ok(Answer { counts, samples, estimated_from: None })
}

/// Counts one cell after the other until the deadline.
async fn estimate<Q: Question>(
    slot: &QuerySlot,
    shards: Shards,
    question: &Q,
    size: u64,
    deadline: Instant,
) -> Result<Answer<Q>, DbErr> {
    let tx = slot.begin(deadline).await?;
    let cells = Cells::of(UserRange::bounds(&tx, shards).await?);
    let search = Search { slot, tx: &tx, question, size, deadline };
    let mut tally = Tally::default();
    for cell in cells.spread() {
        match search.cell(&cell, &mut tally).await {
            Ok(()) => {}
            Err(error) if is_late(slot, &error) && !tally.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    tx.close().await?;
    tally.estimate(&cells).ok_or_else(|| DbErr::RecordNotFound("the counts".into()))
}

struct Search<'a, Q> {
    slot: &'a QuerySlot,
    tx: &'a Snapshot,
    question: &'a Q,
    /// Of a sample.
    size: u64,
    deadline: Instant,
}

impl<Q: Question> Search<'_, Q> {
    /// Adds a sample of each group, one group after the other.
    async fn samples(&self, parts: &[Part<Q::Counts>], samples: &mut Samples<Q>) -> Result<(), DbErr> {
        for group in Q::GROUPS {
            for part in parts {
                self.sample(part.range, *group, Q::group_size(&part.counts, *group), samples).await?;
            }
        }
        Ok(())
    }

    /// Counts it as a whole or not at all.
    async fn cell(&self, cell: &[UserRange], tally: &mut Tally<Q>) -> Result<(), DbErr> {
        let mut counted = Vec::new();
        for range in cell {
            self.slot.until(self.tx, self.deadline).await?;
            counted.push((*range, self.question.count(self.tx, Some(*range)).await?));
        }
        let group_sizes = |(range, counts): &(UserRange, Q::Counts)| {
            Q::GROUPS.iter().map(|group| (*range, *group, Q::group_size(counts, *group))).collect::<Vec<_>>()
        };
        let sizes: Vec<_> = counted.iter().flat_map(group_sizes).collect();
        if let Some(counts) = counted.into_iter().map(|(_, counts)| counts).reduce(Counts::plus) {
            tally.add(cell, counts);
        }
        for (range, group, count) in sizes {
            self.sample(Some(range), group, count, &mut tally.samples).await?;
        }
        Ok(())
    }

    /// Adds users of a range to the sample of a group that has `count` users there, if there is room.
    async fn sample(
        &self,
        range: Option<UserRange>,
        group: Q::Group,
        count: i64,
        samples: &mut Samples<Q>,
    ) -> Result<(), DbErr> {
        let room = self.size.saturating_sub(samples.of(group).len() as u64);
        if room > 0 && count > 0 {
            self.slot.until(self.tx, self.deadline).await?;
            samples.add(group, self.question.sample(self.tx, range, group, count, room).await?);
        }
        Ok(())
    }
}

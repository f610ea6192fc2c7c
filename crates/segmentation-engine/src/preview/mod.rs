//! Previews that are answered in time. A question is asked of all users, as long as the database answers by the deadline.
//! If it does not, it is asked of a few users at a time, from all over the range of their range, and the counts of all are
//! estimated from those. Nobody is kept waiting, and when nobody waits any more the database is told to stop.

mod cells;

use std::{
    iter,
    pin::pin,
    time::{Duration, Instant},
};

use domain::{criteria::Criteria, period::Moment};
use persistence::{
    Database, DbErr, Transaction,
    database::query_pool::{QuerySlot, is_cut},
    membership::{self, Link, MembershipEffect},
    reads::preview::{self, Sampled},
    user_range::UserRange,
};
use tokio::time::timeout;

use cells::{Cells, Tally};

/// How long to wait for a statement to end that was told to, before it is told once more.
const TELL_AGAIN: Duration = Duration::from_millis(100);

/// What can be asked of all users, or of those with some range.
pub trait Question: Sync {
    /// How many groups of users there are samples of.
    const GROUPS: usize;

    /// How many users there are, how many of each group, and whatever else is to be counted.
    fn count(&self, tx: &Transaction, range: Option<UserRange>)
    -> impl Future<Output = Result<Vec<i64>, DbErr>> + Send;

    /// Some users of a group, of as many as there are.
    fn sample(
        &self,
        tx: &Transaction,
        range: Option<UserRange>,
        group: usize,
        count: i64,
        size: u64,
    ) -> impl Future<Output = Result<Vec<Sampled>, DbErr>> + Send;
}

/// Who matches a definition? One group: those who do. Beyond it, every part is counted, in the order of its paths.
pub struct Matching<'a> {
    /// The definition.
    pub criteria: &'a Criteria,
    /// The clock.
    pub moment: Moment,
}

impl Question for Matching<'_> {
    const GROUPS: usize = 1;

    async fn count(&self, tx: &Transaction, range: Option<UserRange>) -> Result<Vec<i64>, DbErr> {
        let counted = preview::count(tx, self.criteria, self.moment, range).await?;
        let items = counted.items.into_iter().map(|(_, count)| count);
        Ok([counted.users, counted.matches].into_iter().chain(items).collect())
    }

    async fn sample(
        &self,
        tx: &Transaction,
        range: Option<UserRange>,
        _: usize,
        count: i64,
        size: u64,
    ) -> Result<Vec<Sampled>, DbErr> {
        preview::sample(tx, self.criteria, self.moment, range, count, size).await
    }
}

/// What would a rule do to the members of its segment? The groups are [`Changing::FATES`]. Beyond them it is counted how
/// many would enter and how many would leave each of the segments that follow.
pub struct Changing<'a> {
    /// The segment with the rule that it is to have.
    pub rule: Link<'a>,
    /// Those that refer to it, in the order of their evaluation.
    pub dependants: Vec<Link<'a>>,
}

impl Changing<'_> {
    /// The groups, in their order.
    pub const FATES: [MembershipEffect; 3] =
        [MembershipEffect::Enters, MembershipEffect::Leaves, MembershipEffect::Stays];
}

impl Question for Changing<'_> {
    const GROUPS: usize = Self::FATES.len();

    async fn count(&self, tx: &Transaction, range: Option<UserRange>) -> Result<Vec<i64>, DbErr> {
        let links: Vec<_> = iter::once(self.rule).chain(self.dependants.iter().copied()).collect();
        let mut effects = membership::effects(tx, &links, range).await?.into_iter();
        let own = effects.next().map(|own| [own.users, own.enter, own.leave, own.stay]);
        let dependants = effects.flat_map(|of_dependant| [of_dependant.enter, of_dependant.leave]);
        Ok(own.into_iter().flatten().chain(dependants).collect())
    }

    async fn sample(
        &self,
        tx: &Transaction,
        range: Option<UserRange>,
        group: usize,
        count: i64,
        size: u64,
    ) -> Result<Vec<Sampled>, DbErr> {
        self.rule.rule.sample(tx, Self::FATES[group], range, count, size).await
    }
}

/// What is known of all users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As the question counts.
    pub counts: Vec<i64>,
    /// Users of each group: fewer than were asked for if there was no time to find them.
    pub samples: Vec<Vec<Sampled>>,
    /// How many users the counts were estimated from; `None` if everyone was counted.
    pub estimated_from: Option<i64>,
}

/// Asks. Waiting for a slot and counting take as long as `within` at most, an estimate half as long again. `None` if there was
/// no slot in time, or nobody waits any more before there is one.
pub async fn ask<Q: Question>(
    database: &Database,
    question: &Q,
    size: u64,
    within: Duration,
    gone: impl Future<Output = ()>,
) -> Result<Option<Answer>, DbErr> {
    let deadline = Instant::now() + within;
    let mut gone = pin!(gone);
    let slot = tokio::select! {
        slot = database.query_slot(deadline) => slot?,
        () = &mut gone => None,
    };
    let Some(slot) = slot else { return Ok(None) };
    let mut asking = pin!(answer(&slot, question, size, deadline, within / 2));
    tokio::select! {
        answer = &mut asking => return answer.map(Some),
        () = &mut gone => {}
    }
    // Dropped now, the statement would go on in the database and keep the connection, so its end is waited for.
    loop {
        // If the database cannot be told, there is still the deadline.
        if let (_, Ok(answer)) = tokio::join!(slot.stop(), timeout(TELL_AGAIN, &mut asking)) {
            return answer.map(Some);
        }
    }
}

async fn answer<Q: Question>(
    slot: &QuerySlot,
    question: &Q,
    size: u64,
    deadline: Instant,
    estimate_within: Duration,
) -> Result<Answer, DbErr> {
    match exact(slot, question, size, deadline).await {
        Err(error) if is_late(slot, &error) => estimate(slot, question, size, Instant::now() + estimate_within).await,
        answer => answer,
    }
}

/// Whether a statement failed because its time was over. One that was told to stop is not to be followed by another.
fn is_late(slot: &QuerySlot, error: &DbErr) -> bool {
    is_cut(error) && !slot.is_stopped()
}

/// Counts everyone, and then finds some of each group, as far as there is time for it.
async fn exact<Q: Question>(slot: &QuerySlot, question: &Q, size: u64, deadline: Instant) -> Result<Answer, DbErr> {
    let tx = slot.begin(deadline).await?;
    let counts = question.count(&tx, None).await?;
    let mut samples = vec![Vec::new(); Q::GROUPS];
    for (group, sample) in samples.iter_mut().enumerate() {
        let found = async {
            slot.until(&tx, deadline).await?;
            question.sample(&tx, None, group, counts[1 + group], size).await
        };
        match found.await {
            Ok(users) => *sample = users,
            Err(error) if is_late(slot, &error) => break,
            Err(error) => return Err(error),
        }
    }
    tx.rollback().await?;
    Ok(Answer { counts, samples, estimated_from: None })
}

/// Looks at one cell after the other until the time is over.
async fn estimate<Q: Question>(slot: &QuerySlot, question: &Q, size: u64, deadline: Instant) -> Result<Answer, DbErr> {
    let tx = slot.begin(deadline).await?;
    let cells = Cells::of(UserRange::bounds(&tx).await?);
    let mut tally = Tally::new(Q::GROUPS);
    for range in cells.spread() {
        match look(slot, &tx, question, &mut tally, range, size, deadline).await {
            Ok(()) => {}
            Err(error) if is_late(slot, &error) && tally.has_some() => break,
            Err(error) => return Err(error),
        }
    }
    tx.rollback().await?;
    Ok(tally.estimate(&cells))
}

async fn look<Q: Question>(
    slot: &QuerySlot,
    tx: &Transaction,
    question: &Q,
    tally: &mut Tally,
    range: UserRange,
    size: u64,
    deadline: Instant,
) -> Result<(), DbErr> {
    slot.until(tx, deadline).await?;
    let counts = question.count(tx, Some(range)).await?;
    tally.add(&counts);
    for group in 0..Q::GROUPS {
        let room = size.saturating_sub(tally.found(group) as u64);
        if room > 0 && counts[1 + group] > 0 {
            slot.until(tx, deadline).await?;
            tally.show(group, question.sample(tx, Some(range), group, counts[1 + group], room).await?);
        }
    }
    Ok(())
}

//! The questions of previews, and their counts.

use std::iter;

use domain::{criteria::Criteria, period::Moment};
use persistence::{
    DbErr, Snapshot,
    membership::{self, EffectCounts, Link, MembershipEffect},
    reads::preview::{self, Counted, Sampled},
    user_range::UserRange,
};

/// A question about all users, or about those in a range of keys.
pub trait Question: Sync {
    type Counts: Counts;
    /// A group of users to show a sample of.
    type Group: Copy + Eq + Send + Sync + 'static;
    /// The groups, in the order in which their samples are searched for.
    const GROUPS: &'static [Self::Group];

    fn count(
        &self,
        tx: &Snapshot,
        range: Option<UserRange>,
    ) -> impl Future<Output = Result<Self::Counts, DbErr>> + Send;

    fn group_size(counts: &Self::Counts, group: Self::Group) -> i64;

    /// Up to `size` users of a group. `count` is the size of the group, so that the search ends at its last user.
    fn sample(
        &self,
        tx: &Snapshot,
        range: Option<UserRange>,
        group: Self::Group,
        count: i64,
        size: u64,
    ) -> impl Future<Output = Result<Vec<Sampled>, DbErr>> + Send;
}

/// Counts that can be added up over ranges.
pub trait Counts: Sized + Send + Sync {
    /// All users.
    fn users(&self) -> i64;

    /// Every count, in the same order for all answers to a question.
    fn each(&mut self) -> Vec<&mut i64>;

    /// Those of two ranges together.
    fn plus(mut self, mut other: Self) -> Self {
        self.each().into_iter().zip(other.each()).for_each(|(sum, count)| *sum += *count);
        self
    }
}

/// Which users match a definition? There is one group.
pub struct Matching<'a> {
    pub criteria: &'a Criteria,
    pub moment: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matches;

impl Counts for Counted {
    fn users(&self) -> i64 {
        self.users
    }

    fn each(&mut self) -> Vec<&mut i64> {
        let items = self.items.iter_mut().flat_map(|item| iter::once(&mut item.count).chain(&mut item.remaining));
        [&mut self.users, &mut self.matches].into_iter().chain(items).collect()
    }
}

impl Question for Matching<'_> {
    type Counts = Counted;
    type Group = Matches;
    const GROUPS: &'static [Matches] = &[Matches];

    async fn count(&self, tx: &Snapshot, range: Option<UserRange>) -> Result<Counted, DbErr> {
        preview::count(tx, self.criteria, self.moment, range).await
    }

    fn group_size(counts: &Counted, Matches: Matches) -> i64 {
        counts.matches
    }

    async fn sample(
        &self,
        tx: &Snapshot,
        range: Option<UserRange>,
        Matches: Matches,
        count: i64,
        size: u64,
    ) -> Result<Vec<Sampled>, DbErr> {
        preview::sample(tx, self.criteria, self.moment, range, count, size).await
    }
}

/// What would a rule change in its segment and in those that refer to it?
pub struct Changing<'a> {
    /// The segment with its new rule.
    pub rule: Link<'a>,
    /// The segments that refer to it, in the order of their evaluation.
    pub dependants: Vec<Link<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeCounts {
    pub own: EffectCounts,
    /// In the order of [`Changing::dependants`].
    pub dependants: Vec<EffectCounts>,
}

impl Counts for ChangeCounts {
    fn users(&self) -> i64 {
        self.own.users
    }

    fn each(&mut self) -> Vec<&mut i64> {
        let all = iter::once(&mut self.own).chain(&mut self.dependants);
        all.flat_map(|counts| [&mut counts.users, &mut counts.enter, &mut counts.leave, &mut counts.stay]).collect()
    }
}

impl Question for Changing<'_> {
    type Counts = ChangeCounts;
    type Group = MembershipEffect;
    const GROUPS: &'static [MembershipEffect] =
        &[MembershipEffect::Enters, MembershipEffect::Leaves, MembershipEffect::Stays];

    async fn count(&self, tx: &Snapshot, range: Option<UserRange>) -> Result<ChangeCounts, DbErr> {
        let links: Vec<_> = iter::once(self.rule).chain(self.dependants.iter().copied()).collect();
        let mut counts = membership::effects(tx, &links, range).await?.into_iter();
        let own = counts.next().ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
        Ok(ChangeCounts { own, dependants: counts.collect() })
    }

    fn group_size(counts: &ChangeCounts, group: MembershipEffect) -> i64 {
        match group {
            MembershipEffect::Enters => counts.own.enter,
            MembershipEffect::Leaves => counts.own.leave,
            MembershipEffect::Stays => counts.own.stay,
        }
    }

    async fn sample(
        &self,
        tx: &Snapshot,
        range: Option<UserRange>,
        group: MembershipEffect,
        count: i64,
        size: u64,
    ) -> Result<Vec<Sampled>, DbErr> {
        self.rule.rule.sample(tx, group, range, count, size).await
    }
}

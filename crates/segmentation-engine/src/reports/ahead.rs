//! What becomes of a segment's members if nobody does anything: the rules at later clocks on present data. So the answer for a clock is
//! that of a dry run at it, but only users whom such a run could move are read.

use std::{borrow::Cow, collections::HashMap, ops::ControlFlow};

use chrono::TimeDelta;
use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    period::Moment,
};
use persistence::{
    DbErr, Snapshot, database,
    facts::{self, Candidate, Scope},
    membership::overrides::{self, Expiry},
    user_range::{UserRange, UserSelection},
};

use super::given::Chosen;
use crate::run::{incremental, plan::Plan, reader};

/// The end of a day ahead.
pub(super) fn days_ahead(now: Instant, days: u32) -> Instant {
    now + TimeDelta::days(days.into())
}

/// One segment up to an instant ahead.
pub(super) struct Ahead<'a> {
    tx: &'a Snapshot,
    plan: Plan,
    segment: SegmentId,
    now: Moment,
    until: Instant,
}

/// A user whose membership may change.
pub(super) struct Movable<'a> {
    ahead: &'a Ahead<'a>,
    candidate: Candidate,
    expiring: Vec<Expiry>,
}

impl<'a> Ahead<'a> {
    pub(super) async fn of(tx: &'a Snapshot, segment: &Chosen, now: Moment, until: Instant) -> Result<Self, DbErr> {
        let plan = Plan::load(tx, now.zone).await?.only(segment.id);
        Ok(Self { tx, plan, segment: segment.id, now, until })
    }

    /// The plan at an instant ahead.
    pub(super) fn plan_at(&self, at: Instant) -> PlanAt {
        let moment = Moment { now: at, ..self.now };
        PlanAt { plan: self.plan.resolved(moment), moment }
    }

    /// Users above a key whose membership may change, in the order of their keys.
    pub(super) async fn each(
        &self,
        above: UserNo,
        mut visit: impl FnMut(Movable<'_>) -> ControlFlow<()>,
    ) -> Result<(), DbErr> {
        // Nothing changes in a segment that no run evaluates.
        if self.plan.segments().is_empty() {
            return Ok(());
        }
        let needs = self.plan.needs();
        let turn = reader::turn(&needs);
        let shards = database::shards(self.tx).await?;
        for rest in (UserRange { after: above, ..UserRange::ALL }).divide(shards) {
            let shard = rest.shard();
            let mut expiring: HashMap<_, Vec<_>> = HashMap::new();
            for expiry in overrides::expiring(self.tx, shard, [self.now.now, self.until]).await? {
                expiring.entry(expiry.user).or_default().push(expiry);
            }
            let last = Moment { now: self.until, ..self.now };
            let mut rest = above_key(incremental::candidates(self.tx, shard, &self.plan, last).await?, rest.after);
            while let Some(users) = self.next_turn(&mut rest, turn).await? {
                // Overrides of now: those that end later are known one by one.
                let scope = Scope { users: &users, as_of: self.now.now, needs: &needs };
                // Who cannot be read keeps their memberships.
                for candidate in facts::read_all(self.tx, scope).await?.into_iter().flatten() {
                    let expiring = expiring.remove(&candidate.no).unwrap_or_default();
                    if visit(Movable { ahead: self, candidate, expiring }).is_break() {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes the next users of a shard from those that are left.
    async fn next_turn(&self, rest: &mut UserSelection, turn: usize) -> Result<Option<UserSelection>, DbErr> {
        Ok(match rest {
            UserSelection::Range(range) => {
                let first = range.first(self.tx, turn as u64).await?;
                first.map(|(first, _)| {
                    range.after = first.through;
                    UserSelection::Range(first)
                })
            }
            UserSelection::List(users) => {
                let first: Vec<_> = users.drain(..users.len().min(turn)).collect();
                (!first.is_empty()).then_some(UserSelection::List(first))
            }
        })
    }
}

fn above_key(users: UserSelection, above: UserNo) -> UserSelection {
    match users {
        UserSelection::Range(range) => UserSelection::Range(UserRange { after: range.after.max(above), ..range }),
        UserSelection::List(mut users) => {
            users.drain(..users.partition_point(|user| *user <= above));
            UserSelection::List(users)
        }
    }
}

/// The rules at an instant ahead.
pub(super) struct PlanAt {
    plan: Plan,
    moment: Moment,
}

impl Movable<'_> {
    pub(super) fn no(&self) -> UserNo {
        self.candidate.no
    }

    /// By the memberships as they are stored.
    pub(super) fn is_member(&self) -> bool {
        self.candidate.current.contains(self.ahead.segment)
    }

    pub(super) fn is_member_at(&self, PlanAt { plan, moment }: &PlanAt) -> bool {
        plan.wanted(&self.at(moment.now), *moment).contains(self.ahead.segment)
    }

    /// The first instant, from now on and up to another, at which a run would change the membership.
    pub(super) fn changes_at(&self, through: Instant) -> Option<Instant> {
        let Self { ahead, candidate, expiring } = self;
        let mut instants = ahead.plan.turning_points(&candidate.facts, ahead.now, through);
        instants.extend(expiring.iter().map(|expiry| expiry.at).filter(|at| *at <= through));
        // A change of data may be waiting for a run.
        instants.insert(ahead.now.now);
        let differs = |at: &Instant| {
            let moment = Moment { now: *at, ..ahead.now };
            ahead.plan.wanted(&self.at(*at), moment).contains(ahead.segment) != self.is_member()
        };
        instants.into_iter().find(differs)
    }

    /// The user without the overrides that have expired by then.
    fn at(&self, instant: Instant) -> Cow<'_, Candidate> {
        let mut candidate = Cow::Borrowed(&self.candidate);
        for expiry in self.expiring.iter().filter(|expiry| expiry.at <= instant) {
            candidate.to_mut().overrides.remove(expiry.segment);
        }
        candidate
    }
}

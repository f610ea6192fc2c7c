//! Why one user belongs to a segment or does not: its rule against the user as they are now, as the next run would see
//! them, unless the shrink guard stops it. Nothing is written.

use std::collections::BTreeSet;

use domain::{
    criteria::{Criteria, ExplainedSet, Needs},
    ids::{SegmentId, UserNo},
    membership::SegmentSet,
    period::Moment,
    segment::SegmentKey,
    segment_health::{RuleFailure, SegmentHealth},
};
use persistence::{ConnectionTrait, facts::Candidate, segments::StoredSegment};

use crate::{
    evaluate_user::{UserRunError, candidate},
    run::{plan::Plan, shrink_guard},
};

/// A user, and a rule to explain them by.
pub struct Explanation {
    plan: Plan,
    moment: Moment,
    rule: Result<Criteria, RuleFailure>,
    candidate: Candidate,
    wanted: SegmentSet,
}

impl Explanation {
    /// By the rule of a segment, whether it is evaluated by runs or not.
    pub async fn by_segment(
        connection: &impl ConnectionTrait,
        user: UserNo,
        segment: &StoredSegment,
        moment: Moment,
    ) -> Result<Self, UserRunError> {
        let plan = Plan::load(connection, moment.zone).await?;
        let rule = plan.rule(connection, segment, moment.zone).await?;
        Self::load(connection, plan, user, rule, moment).await
    }

    /// By a definition that is not stored.
    pub async fn by_criteria(
        connection: &impl ConnectionTrait,
        user: UserNo,
        criteria: Criteria,
        moment: Moment,
    ) -> Result<Self, UserRunError> {
        let plan = Plan::load(connection, moment.zone).await?;
        Self::load(connection, plan, user, Ok(criteria), moment).await
    }

    async fn load(
        connection: &impl ConnectionTrait,
        plan: Plan,
        user: UserNo,
        rule: Result<Criteria, RuleFailure>,
        moment: Moment,
    ) -> Result<Self, UserRunError> {
        let needs = rule.as_ref().map_or(plan.needs(), |criteria| plan.needs().and(Needs::of(criteria)));
        let candidate = candidate(connection, user, moment.now, needs).await?;
        let stopped =
            plan.with_dependants(shrink_guard::stopped(&plan, moment.zone).map(|segment| segment.id).collect());
        let wanted = plan.wanted_by(&candidate, moment, |segment| !stopped.contains(&segment));
        Ok(Self { plan, moment, rule, candidate, wanted })
    }

    /// Part by part, whether the rule holds and what was observed; or why it cannot be computed. Other segments count as
    /// the next run would settle them.
    pub fn tree(&self) -> Result<ExplainedSet<'_>, &RuleFailure> {
        let memberships = self.plan.memberships(&self.wanted);
        match &self.rule {
            Ok(criteria) => Ok(criteria.explain(&self.candidate.facts, &memberships, self.moment)),
            Err(reason) => Err(reason),
        }
    }

    /// Whether the user is a member now.
    pub fn is_member(&self, segment: SegmentId) -> bool {
        self.candidate.current.contains(segment)
    }

    /// Whether the next run would have the user as a member. A segment that is not evaluated, or for which the shrink guard
    /// stops runs, keeps the user as it has them.
    pub fn is_wanted(&self, segment: SegmentId) -> bool {
        self.wanted.contains(segment)
    }

    /// The segment that the last run held back so that this one stays as it is, and how: the segment itself, or else the
    /// first that it refers to.
    pub fn held_back_by(&self, segment: SegmentId) -> Option<(&SegmentKey, &SegmentHealth)> {
        let mut stopped: Vec<_> = shrink_guard::stopped(&self.plan, self.moment.zone).collect();
        stopped.sort_by_key(|stopped| stopped.id != segment);
        let stops = |stopped: SegmentId| self.plan.with_dependants(BTreeSet::from([stopped])).contains(&segment);
        let first = stopped.into_iter().find(|stopped| stops(stopped.id))?;
        Some((&first.key, &first.health))
    }
}

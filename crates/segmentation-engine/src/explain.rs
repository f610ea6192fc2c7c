//! Why one user belongs to a segment or does not: its rule against the user as they are now, as the next run would see
//! them. Nothing is written.

use domain::{
    criteria::{Criteria, ExplainedSet, Needs},
    ids::{SegmentId, UserNo},
    membership::SegmentSet,
    period::Moment,
};
use persistence::{ConnectionTrait, facts::Candidate, segments::StoredSegment};

use crate::{
    plan::Plan,
    single::{UserRunError, candidate},
};

/// A user, and a rule to explain them by.
pub struct Explanation {
    plan: Plan,
    moment: Moment,
    rule: Result<Criteria, String>,
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
        rule: Result<Criteria, String>,
        moment: Moment,
    ) -> Result<Self, UserRunError> {
        let needs = rule.as_ref().map_or(plan.needs(), |criteria| plan.needs().and(Needs::of(criteria)));
        let candidate = candidate(connection, user, moment.now, needs).await?;
        let wanted = plan.wanted(&candidate, moment);
        Ok(Self { plan, moment, rule, candidate, wanted })
    }

    /// Part by part, whether the rule holds and what was observed; or why it cannot be computed. Other segments count as
    /// the next run would settle them.
    pub fn tree(&self) -> Result<ExplainedSet<'_>, &str> {
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

    /// Whether the next run would have the user as a member. A segment that is not evaluated keeps the user as it has them.
    pub fn is_wanted(&self, segment: SegmentId) -> bool {
        self.wanted.contains(segment)
    }
}

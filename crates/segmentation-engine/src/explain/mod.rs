//! Why a user belongs to a segment or not, as the next run would see it. Read-only.

pub mod standing;

use std::collections::BTreeMap;

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
    run::{evaluation::Evaluation, plan::Plan, shrink_guard::ShrinkGuard},
};

pub struct Explanation {
    user: UserNo,
    plan: Plan,
    moment: Moment,
    rule: Result<Criteria, RuleFailure>,
    candidate: Candidate,
    wanted: SegmentSet,
    /// Each segment with a change that is held back, with the segment that holds it back.
    held_back: BTreeMap<SegmentId, SegmentId>,
}

impl Explanation {
    /// By the rule of a segment, active or not.
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
        let of_plan = plan.needs_since_last_clocks(moment.now);
        let needs = match &rule {
            Ok(criteria) => of_plan.and(Needs::of(criteria)),
            Err(_) => of_plan,
        };
        let candidate = candidate(connection, user, moment.now, needs).await?;
        let mut evaluation = Evaluation::of(&plan, &candidate, moment);
        let held_back = ShrinkGuard::of_last_run(&plan).hold_back(&mut evaluation);
        let wanted = evaluation.changes.applied_to(&candidate.current);
        Ok(Self { user, plan, moment, rule, candidate, wanted, held_back })
    }

    /// Whether each part of the rule holds, with the observed values, or why the rule cannot be evaluated. Other
    /// segments count as the next run would leave them.
    pub fn tree(&self) -> Result<ExplainedSet<'_>, &RuleFailure> {
        let memberships = self.plan.memberships(&self.wanted);
        match &self.rule {
            Ok(criteria) => Ok(criteria.explain(&self.candidate.facts, &memberships, self.moment)),
            Err(reason) => Err(reason),
        }
    }

    /// Whether the host application has deleted the user, who then is a member of nothing.
    pub fn is_gone(&self) -> bool {
        self.candidate.overrides.is_gone
    }

    pub(super) fn user(&self) -> UserNo {
        self.user
    }

    /// Whether the user is a member now.
    pub(super) fn is_member(&self, segment: SegmentId) -> bool {
        self.candidate.current.contains(segment)
    }

    /// Whether the user would be a member after the next run. A segment that is not evaluated keeps the user as is; the
    /// shrink guard may hold back a change.
    pub(super) fn is_wanted(&self, segment: SegmentId) -> bool {
        self.wanted.contains(segment)
    }

    /// The segment that the last run held back, with its health, if that keeps the user from entering or leaving this
    /// one.
    pub(super) fn held_back_by(&self, segment: SegmentId) -> Option<(&SegmentKey, &SegmentHealth)> {
        let held_back = self.held_back.get(&segment)?;
        let held_back = self.plan.segments().iter().find(|planned| planned.id == *held_back)?;
        Some((&held_back.key, &held_back.health))
    }
}

//! What a question needs: read from the params, then found in the database.

use domain::{
    calendar::CalendarUnit,
    report::{
        cohort::{CohortMeasure, CohortStart},
        goal::{Goal, GoalText, PurchaseGoal},
    },
    segment::SegmentKey,
};
use persistence::{Snapshot, reports::occurrences::FoundGoal};

use super::CohortsParams;
use crate::reports::{
    ReportError, ReportFault,
    asked_goal::{AskedGoal, ReadGoal},
    given::{Chosen, find},
    read_goal,
};

/// A purchase of nothing too.
const ANY_PURCHASE: Goal = Goal::Purchase(PurchaseGoal { name: None, currency: None, at_least: 0 });

/// When a user begins.
pub(super) enum Start {
    Registered,
    Entered(SegmentKey),
    First(Goal),
}

/// What users do later.
pub(super) enum Measure {
    Activity,
    Member(SegmentKey),
    Purchase,
    Goal(AskedGoal),
    Revenue,
}

/// The same, with what the database has for it.
pub(super) enum FoundStart<'a> {
    Registered,
    Entered(Chosen),
    First(FoundGoal<'a>),
}

pub(super) enum FoundMeasure {
    Activity,
    Member(Chosen),
    Purchase,
    Goal(ReadGoal),
    Revenue,
}

impl Start {
    pub(super) fn read(params: &CohortsParams) -> Result<Self, Vec<ReportFault>> {
        match params.start {
            CohortStart::Registered => Ok(Self::Registered),
            CohortStart::Entered => read_segment(params).map(Self::Entered),
            CohortStart::FirstPurchase => Ok(Self::First(ANY_PURCHASE)),
            CohortStart::FirstEvent => {
                let missing = || ReportFault::new("name", "is required with the start firstEvent");
                let name = params.name.as_deref().ok_or_else(missing).map_err(|fault| vec![fault])?;
                read_goal(&GoalText::Event(name.to_owned()))
                    .map(Self::First)
                    .map_err(|faults| faults.into_iter().map(|fault| ReportFault::new("name", fault.message)).collect())
            }
        }
    }

    pub(super) async fn find(&self, tx: &Snapshot) -> Result<FoundStart<'_>, ReportError> {
        Ok(match self {
            Self::Registered => FoundStart::Registered,
            Self::Entered(key) => FoundStart::Entered(find(tx, key).await?),
            Self::First(goal) => FoundStart::First(FoundGoal { goal, segment: None }),
        })
    }
}

impl Measure {
    pub(super) fn read(params: &CohortsParams) -> Result<Self, Vec<ReportFault>> {
        match params.measure {
            CohortMeasure::Activity => Ok(Self::Activity),
            CohortMeasure::Member => read_segment(params).map(Self::Member),
            CohortMeasure::Purchase => Ok(Self::Purchase),
            CohortMeasure::Goal => {
                let goal = AskedGoal::required(params.goal.as_ref(), params.goal_id.as_deref(), None);
                goal.map(Self::Goal)
            }
            CohortMeasure::Revenue => Ok(Self::Revenue),
        }
    }

    pub(super) async fn find(&self, tx: &Snapshot) -> Result<FoundMeasure, ReportError> {
        Ok(match self {
            Self::Activity => FoundMeasure::Activity,
            Self::Member(key) => FoundMeasure::Member(find(tx, key).await?),
            Self::Purchase => FoundMeasure::Purchase,
            Self::Goal(asked) => FoundMeasure::Goal(asked.find(tx).await?),
            Self::Revenue => FoundMeasure::Revenue,
        })
    }
}

impl FoundStart<'_> {
    pub(super) fn segment(&self) -> Option<&Chosen> {
        match self {
            Self::Entered(segment) => Some(segment),
            Self::Registered | Self::First(_) => None,
        }
    }
}

impl FoundMeasure {
    pub(super) fn segment(&self) -> Option<&Chosen> {
        match self {
            Self::Member(segment) => Some(segment),
            Self::Activity | Self::Purchase | Self::Goal(_) | Self::Revenue => None,
        }
    }

    pub(super) fn goal_text(&self) -> Option<&GoalText> {
        match self {
            Self::Goal(goal) => Some(&goal.text),
            Self::Activity | Self::Member(_) | Self::Purchase | Self::Revenue => None,
        }
    }

    /// What a user did, unless activity or membership is asked for.
    pub(super) fn goal(&self) -> Option<FoundGoal<'_>> {
        match self {
            Self::Purchase | Self::Revenue => Some(FoundGoal { goal: &ANY_PURCHASE, segment: None }),
            Self::Goal(goal) => Some(goal.found()),
            Self::Activity | Self::Member(_) => None,
        }
    }
}

pub(super) fn most_columns(by: CalendarUnit) -> u32 {
    match by {
        CalendarUnit::Day => 30,
        CalendarUnit::Week => 26,
        CalendarUnit::Month => 24,
    }
}

/// Params that the start and the measure do not need.
pub(super) fn faults_of_unused(params: &CohortsParams) -> Vec<ReportFault> {
    let needs_segment = params.start == CohortStart::Entered || params.measure == CohortMeasure::Member;
    let needs_goal = params.measure == CohortMeasure::Goal;
    [
        ("segment", params.segment.is_some() && !needs_segment, "the start entered and the measure member"),
        ("name", params.name.is_some() && params.start != CohortStart::FirstEvent, "the start firstEvent"),
        ("goal", params.goal.is_some() && !needs_goal, "the measure goal"),
        ("goalId", params.goal_id.is_some() && !needs_goal, "the measure goal"),
    ]
    .into_iter()
    .filter(|(_, is_unused, _)| *is_unused)
    .map(|(path, _, with)| ReportFault::new(path, format!("can only be used with {with}")))
    .collect()
}

fn read_segment(params: &CohortsParams) -> Result<SegmentKey, Vec<ReportFault>> {
    let missing = || vec![ReportFault::new("segment", "is required with the start entered and the measure member")];
    params.segment.clone().ok_or_else(missing)
}

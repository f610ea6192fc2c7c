//! The goal of a report, and how long it has time: given with the question, or saved under a name.

use chrono::TimeDelta;
use domain::{
    ids::SegmentId,
    period::Span,
    report::goal::{Goal, GoalFault, GoalText},
};
use persistence::{ConnectionTrait, goals, reports::occurrences::FoundGoal};

use super::{ReportError, ReportFault, given::find};

/// Of the time after an entry, in days.
const LONGEST_WINDOW: i64 = 90;

/// How long a goal has time if nobody says.
const USUAL_WINDOW: &str = "14d";

/// A goal as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AskedGoal {
    which: Which,
    /// `None` for the usual time.
    within: Option<Window>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    Given(GoalText, Goal),
    /// By its id.
    Saved(String),
}

/// A span as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) text: String,
    pub(super) time: TimeDelta,
}

/// A goal, and its segment if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadGoal {
    pub(super) text: GoalText,
    goal: Goal,
    segment: Option<SegmentId>,
    pub(super) window: Window,
}

impl AskedGoal {
    /// `None` if there is neither a goal nor an id.
    pub(super) fn read(
        goal: Option<&GoalText>,
        goal_id: Option<&str>,
        within: Option<&str>,
    ) -> Result<Option<Self>, Vec<ReportFault>> {
        Self::read_with(goal, goal_id, within, None)
    }

    /// The same, but a goal has to be there.
    pub(super) fn required(
        goal: Option<&GoalText>,
        goal_id: Option<&str>,
        within: Option<&str>,
    ) -> Result<Self, Vec<ReportFault>> {
        let missing = || ReportFault::new("goal", "is required, unless goalId is given");
        let fault = (goal.is_none() && goal_id.is_none()).then(missing);
        Self::read_with(goal, goal_id, within, fault)?.ok_or_else(|| vec![missing()])
    }

    /// Every fault together.
    fn read_with(
        goal: Option<&GoalText>,
        goal_id: Option<&str>,
        within: Option<&str>,
        fault: Option<ReportFault>,
    ) -> Result<Option<Self>, Vec<ReportFault>> {
        let both = || ReportFault::new("goalId", "cannot be used with goal");
        let mut faults: Vec<_> = fault.into_iter().chain((goal.is_some() && goal_id.is_some()).then(both)).collect();
        let given = goal.map(|text| (text, read_goal(text)));
        let within = within.map(|text| Window::read("within", text)).transpose();
        let which = match given {
            Some((text, Ok(goal))) => Some(Which::Given(text.clone(), goal)),
            Some((_, Err(of_goal))) => {
                faults.extend(of_goal);
                None
            }
            None => goal_id.map(|id| Which::Saved(id.to_owned())),
        };
        match within {
            Ok(within) if faults.is_empty() => Ok(which.map(|which| Self { which, within })),
            within => {
                faults.extend(within.err());
                Err(faults)
            }
        }
    }

    pub(super) async fn find(&self, connection: &impl ConnectionTrait) -> Result<ReadGoal, ReportError> {
        let (text, goal, usual) = match &self.which {
            Which::Given(text, goal) => (text.clone(), goal.clone(), USUAL_WINDOW.to_owned()),
            Which::Saved(id) => {
                let saved = goals::find(connection, id).await?.ok_or_else(|| ReportError::NoGoal(id.clone()))?;
                let goal = read_goal(&saved.goal).map_err(ReportError::Invalid)?;
                (saved.goal, goal, saved.within)
            }
        };
        let window = match &self.within {
            Some(window) => window.clone(),
            None => Window::read("within", &usual).map_err(|fault| ReportError::Invalid(vec![fault]))?,
        };
        let segment = match &goal {
            Goal::Enter(key) => match find(connection, key).await {
                Ok(found) => Some(found.id),
                Err(ReportError::NoSegment(_)) => {
                    return Err(ReportError::Invalid(vec![ReportFault::new("goal.enter", "names no segment")]));
                }
                Err(other) => return Err(other),
            },
            Goal::Event(_) | Goal::Purchase(_) | Goal::Quiz(_) => None,
        };
        Ok(ReadGoal { text, goal, segment, window })
    }
}

impl ReadGoal {
    pub(super) fn found(&self) -> FoundGoal<'_> {
        FoundGoal { goal: &self.goal, segment: self.segment }
    }
}

impl Window {
    pub(super) fn read(path: &str, text: &str) -> Result<Self, ReportFault> {
        Ok(Self { text: text.to_owned(), time: read_window(path, text)? })
    }
}

/// The faults of a goal, below `goal`.
pub(crate) fn read_goal(text: &GoalText) -> Result<Goal, Vec<ReportFault>> {
    let fault = |GoalFault { path, message }: GoalFault| ReportFault::new(format!("goal{path}"), message);
    text.read().map_err(|faults| faults.into_iter().map(fault).collect())
}

pub(crate) fn read_window(path: &str, text: &str) -> Result<TimeDelta, ReportFault> {
    let span = text.parse::<Span>().ok().map(Span::duration);
    let span = span.filter(|span| *span <= TimeDelta::days(LONGEST_WINDOW));
    span.ok_or_else(|| ReportFault::new(path, format!("expected a span up to {LONGEST_WINDOW}d, such as 14d or 12h")))
}

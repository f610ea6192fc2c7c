//! Goals that admins keep under a name. A change of one applies to all figures from then on, of the past too.

use domain::{
    instant::Instant,
    report::goal::{Goal, GoalText},
    segment_name::SegmentName,
    shard::Shard,
    text::fold,
};
use persistence::{
    Database, DbErr,
    database::words,
    goals::{self, SavedGoal},
    segments,
};
use serde_json::json;

use crate::{
    audit::Audit,
    reports::{ReportFault, read_goal, read_window},
    support::retry::{Failure, with_retry},
};

/// The most goals that there may be.
pub const MOST_GOALS: usize = 50;

/// Why a goal is not saved or deleted.
#[derive(Debug, thiserror::Error)]
pub enum GoalError {
    /// All faults of the goal.
    #[error("{}", .0.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<ReportFault>),
    #[error("there is no goal {0}")]
    NotFound(String),
    #[error("another goal has the name {0:?}")]
    NameTaken(String),
    #[error("there are {MOST_GOALS} goals, as many as there may be: delete one first")]
    TooMany,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// What an admin wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedGoal {
    pub name: String,
    pub goal: GoalText,
    /// A span, such as `14d`.
    pub within: String,
}

/// Whether a goal is new or replaces one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedAs {
    /// With this id.
    New(String),
    /// The one with this id.
    Existing(String),
}

impl WantedGoal {
    /// Every fault that shows without the database.
    pub fn faults(&self) -> Vec<ReportFault> {
        let name = SegmentName::parse(&self.name).err().map(|fault| ReportFault::new("name", fault.to_string()));
        let within = read_window("within", &self.within).err();
        name.into_iter().chain(read_goal(&self.goal).err().into_iter().flatten()).chain(within).collect()
    }
}

/// Names are unique among goals, ignoring case.
pub async fn save(
    database: &Database,
    saved_as: &SavedAs,
    wanted: &WantedGoal,
    now: Instant,
    audit: &Audit,
) -> Result<SavedGoal, GoalError> {
    let faults = wanted.faults();
    if !faults.is_empty() {
        return Err(GoalError::Invalid(faults));
    }
    with_retry(|| async {
        // A segment that the goal names cannot be deleted meanwhile.
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        if let Ok(Goal::Enter(key)) = wanted.goal.read()
            && segments::find(&tx, &key).await?.is_none()
        {
            return Err(GoalError::Invalid(vec![ReportFault::new("goal.enter", "names no segment")]));
        }
        let stored = goals::all(&*tx).await?;
        let id = match saved_as {
            SavedAs::Existing(id) if stored.iter().all(|goal| goal.id != *id) => {
                return Err(GoalError::NotFound(id.clone()));
            }
            SavedAs::New(_) if stored.len() >= MOST_GOALS => return Err(GoalError::TooMany),
            SavedAs::Existing(id) | SavedAs::New(id) => id,
        };
        let name = wanted.name.trim().to_owned();
        if stored.iter().any(|goal| goal.id != *id && fold(&goal.name) == fold(&name)) {
            return Err(GoalError::NameTaken(name));
        }
        let goal = SavedGoal {
            id: id.clone(),
            name,
            goal: wanted.goal.clone(),
            within: wanted.within.clone(),
            changed_by: audit.actor.clone(),
            changed_at: now,
        };
        goals::put(&tx, &goal).await?;
        let detail = json!({"goal": goal.goal, "within": goal.within});
        audit.record(&tx, now, Some(target(id)), Some(detail)).await?;
        tx.commit().await?;
        Ok(goal)
    })
    .await
}

/// Figures that were asked for by it cannot be asked for any more.
pub async fn delete(database: &Database, id: &str, now: Instant, audit: &Audit) -> Result<(), GoalError> {
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        if !goals::delete(&tx, id).await? {
            return Err(GoalError::NotFound(id.to_owned()));
        }
        audit.record(&tx, now, Some(target(id)), None).await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}

fn target(id: &str) -> String {
    format!("goal {id}")
}

impl Failure for GoalError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::Invalid(_) | Self::NotFound(_) | Self::NameTaken(_) | Self::TooMany => None,
        }
    }
}

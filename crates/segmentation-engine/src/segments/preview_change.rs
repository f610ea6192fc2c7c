//! What saving a definition would do to the members of its segment and of those that refer to it. Nothing is written.

use std::future::Future;

use domain::{criteria::SegmentNames, period::Moment, segment::SegmentKey};
use persistence::{
    Database,
    membership::{EffectCounts, Link, MembershipEffect, Rule},
    reads::preview::Sampled,
    segments::custom,
};
use serde_json::Value as Json;

use super::{
    definition,
    error::SaveError,
    follow::{Dependant, dependants},
    saved::custom_segment,
};
use crate::preview::{Answer, Budget, ChangeCounts, Changing, ask};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePreview {
    /// How many users the counts were estimated from; `None` if everyone was counted.
    pub estimated_from: Option<i64>,
    pub total_users: i64,
    /// Whether a save applies the change at once.
    pub is_active: bool,
    /// Users who would enter.
    pub enter: AffectedUsers,
    /// Users who would leave.
    pub leave: AffectedUsers,
    /// Users who would stay.
    pub stay: AffectedUsers,
    /// The active segments that refer to the segment, in the order of their evaluation.
    pub dependants: Vec<DependantChange>,
}

/// How many users, and some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedUsers {
    pub count: i64,
    /// Fewer than requested if there was no time to find them.
    pub sample: Vec<Sampled>,
}

/// What would change in a segment that refers to the one that is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependantChange {
    pub key: SegmentKey,
    pub name: String,
    /// Number of users who would enter.
    pub enter: i64,
    /// Number of users who would leave.
    pub leave: i64,
}

/// How much to find out, and how long that may take.
#[derive(Debug, Clone, Copy)]
pub struct PreviewLimits {
    /// Users in each sample.
    pub sample_size: u64,
    pub budget: Budget,
}

/// Counts and samples the users who would enter, leave and stay if a definition were saved. `None` if the database was
/// too busy to begin in time, or `gone` was ready first.
pub async fn preview_change(
    database: &Database,
    key: &SegmentKey,
    definition: &Json,
    moment: Moment,
    limits: PreviewLimits,
    gone: impl Future<Output = ()>,
) -> Result<Option<ChangePreview>, SaveError> {
    let snapshot = database.begin_snapshot().await?;
    let (segment, _) = custom_segment(&snapshot, key).await?;
    let criteria = definition::read_for(&snapshot, key, definition, moment.zone).await?;
    let rule = Rule { segment: segment.id, criteria: &criteria, moment };
    let dependants = dependants(&snapshot, rule).await?;
    let names = custom::names(&snapshot).await?;
    snapshot.close().await?;
    let links = dependants.iter().map(|dependant| link(dependant, moment)).collect();
    let question = Changing { rule: Link { key, rule }, dependants: links };
    match ask(database, &question, limits.sample_size, limits.budget, gone).await? {
        Some(answer) => Ok(Some(preview(answer, segment.is_active, &dependants, &names))),
        None => Ok(None),
    }
}

fn link(dependant: &Dependant, moment: Moment) -> Link<'_> {
    let rule = Rule { segment: dependant.id, criteria: &dependant.criteria, moment };
    Link { key: &dependant.key, rule }
}

fn preview(
    Answer { counts, mut samples, estimated_from }: Answer<Changing<'_>>,
    is_active: bool,
    dependants: &[Dependant],
    names: &SegmentNames,
) -> ChangePreview {
    let ChangeCounts { own, dependants: of_dependants } = counts;
    let change = |(dependant, counts): (&Dependant, &EffectCounts)| DependantChange {
        key: dependant.key.clone(),
        name: names.get(&dependant.key).cloned().unwrap_or_default(),
        enter: counts.enter,
        leave: counts.leave,
    };
    ChangePreview {
        estimated_from,
        total_users: own.users,
        is_active,
        enter: AffectedUsers { count: own.enter, sample: samples.take(MembershipEffect::Enters) },
        leave: AffectedUsers { count: own.leave, sample: samples.take(MembershipEffect::Leaves) },
        stay: AffectedUsers { count: own.stay, sample: samples.take(MembershipEffect::Stays) },
        dependants: dependants.iter().zip(&of_dependants).map(change).collect(),
    }
}

//! Updates the members of a saved segment, and of those that refer to it, in one transaction for each shard, so that segments
//! never contradict each other.

use domain::{criteria::Criteria, ids::SegmentId, segment::SegmentKey, segment_health::SegmentHealth};
use persistence::{
    ConnectionTrait, DbErr, DefinitionTx,
    membership::{Applied, Rule, ledger::ChangeContext},
    segments,
};

use serde_json::{Map, Value as Json, json};

use crate::run::plan::{Plan, PlannedSegment};

/// The changes of a save.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Followed {
    /// In the segment itself.
    pub own: Applied,
    /// In those that refer to it, directly or through others, in the order of evaluation.
    pub dependants: Vec<(SegmentKey, Applied)>,
}

impl Followed {
    /// Adds the changes in another shard.
    pub(super) fn add(&mut self, other: Self) {
        self.own += other.own;
        for (key, applied) in other.dependants {
            match self.dependants.iter_mut().find(|(known, _)| *known == key) {
                Some((_, sum)) => *sum += applied,
                None => self.dependants.push((key, applied)),
            }
        }
    }

    /// For the audit log: what was asked for, and what changed in which segments.
    pub(super) fn detail(&self, mut asked: Json) -> Json {
        let Self { own, dependants } = self;
        asked["entered"] = own.entered.into();
        asked["left"] = own.left.into();
        if !dependants.is_empty() {
            let of_each = dependants
                .iter()
                .map(|(key, applied)| (key.to_string(), json!({"entered": applied.entered, "left": applied.left})));
            asked["dependants"] = of_each.collect::<Map<_, _>>().into();
        }
        asked
    }
}

/// Makes the members of a segment follow its rule, then those of the segments that refer to it. The definition must be
/// stored before. Inactive segments, and those that cannot be evaluated, keep their members.
pub async fn follow(tx: &DefinitionTx, rule: Rule<'_>, context: &ChangeContext) -> Result<Followed, DbErr> {
    let own = apply(tx, rule, context).await?;
    let plan = Plan::load(tx, rule.moment.zone).await?;
    let mut dependants = Vec::new();
    for segment in plan.dependants(rule.segment) {
        let rule = Rule { segment: segment.id, criteria: &segment.criteria, moment: rule.moment };
        dependants.push((segment.key.clone(), apply(tx, rule, context).await?));
    }
    Ok(Followed { own, dependants })
}

/// Also clears the health that a run has stored.
async fn apply(tx: &DefinitionTx, rule: Rule<'_>, context: &ChangeContext) -> Result<Applied, DbErr> {
    segments::set_health(tx, rule.segment, &SegmentHealth::Ok).await?;
    rule.follow(tx, context).await
}

/// A segment that refers to another one, with its rule.
#[derive(Debug, Clone)]
pub(super) struct Dependant {
    pub(super) id: SegmentId,
    pub(super) key: SegmentKey,
    pub(super) criteria: Criteria,
}

/// The segments whose members would follow if a segment had this rule, in the order of evaluation.
pub(super) async fn dependants(connection: &impl ConnectionTrait, rule: Rule<'_>) -> Result<Vec<Dependant>, DbErr> {
    let supposed = Some((rule.segment, rule.criteria));
    let plan = Plan::load_supposing(connection, rule.moment.zone, supposed).await?;
    let dependant = |segment: &PlannedSegment| Dependant {
        id: segment.id,
        key: segment.key.clone(),
        criteria: segment.criteria.clone(),
    };
    Ok(plan.dependants(rule.segment).map(dependant).collect())
}

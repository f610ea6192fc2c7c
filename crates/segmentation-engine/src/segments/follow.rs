//! What follows from a definition that was saved: the members of its segment, and of those that refer to it, one after the
//! other, in the transaction of the save. So no two of them ever tell different stories.

use domain::{criteria::Criteria, ids::SegmentId, segment::SegmentKey, segment_health::SegmentHealth};
use persistence::{
    ConnectionTrait, DbErr, DefinitionTx,
    membership::{Applied, Rule, ledger::ChangeContext},
    segments,
};

use crate::run::plan::{Plan, PlannedSegment};

/// What came of a save.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Followed {
    /// In the segment itself.
    pub own: Applied,
    /// In those that refer to it, directly or through others, in the order of their evaluation.
    pub dependants: Vec<(SegmentKey, Applied)>,
}

/// Makes the members of a segment follow its rule, and then those of the segments that refer to it follow theirs.
/// The definition must have been stored before. Inactive segments, and those that cannot be evaluated, keep their members.
pub async fn follow(tx: &DefinitionTx, rule: Rule<'_>, context: &ChangeContext) -> Result<Followed, DbErr> {
    let own = settle(tx, rule, context).await?;
    let plan = Plan::load(tx, rule.moment.zone).await?;
    let mut dependants = Vec::new();
    for segment in plan.dependants(rule.segment) {
        let rule = Rule { segment: segment.id, criteria: &segment.criteria, moment: rule.moment };
        dependants.push((segment.key.clone(), settle(tx, rule, context).await?));
    }
    Ok(Followed { own, dependants })
}

/// Whatever a run said of the segment is over with this.
async fn settle(tx: &DefinitionTx, rule: Rule<'_>, context: &ChangeContext) -> Result<Applied, DbErr> {
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

/// Whose members would follow if a segment had that rule, in the order of their evaluation.
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

//! The rules themselves.

use chrono::TimeDelta;
use domain::{
    alert::{AlertChange, AlertCondition, AlertId, AlertKind, ChangeUnit, Observation, Standing},
    ids::SegmentId,
    instant::Instant,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::{read, stored};
use crate::{
    database::DefinitionTx,
    entity::{alert_rule, enum_text::EnumText},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    pub id: AlertId,
    pub segment: SegmentId,
    pub condition: AlertCondition,
    pub cooldown_hours: u32,
    pub standing: Standing,
    /// What was seen last, and when.
    pub seen: Option<(Observation, Instant)>,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
}

impl StoredRule {
    pub fn cooldown(&self) -> TimeDelta {
        TimeDelta::hours(self.cooldown_hours.into())
    }
}

/// In the order in which they were made.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredRule>, DbErr> {
    let found =
        alert_rule::Entity::find().order_by_asc(alert_rule::Column::CreatedAt).order_by_asc(alert_rule::Column::Id);
    found.all(connection).await?.into_iter().map(StoredRule::try_from).collect()
}

/// The same, which nobody else changes until the transaction ends. SQLite has one writer anyway.
pub async fn lock_all(tx: &impl ConnectionTrait) -> Result<Vec<StoredRule>, DbErr> {
    let found = alert_rule::Entity::find().order_by_asc(alert_rule::Column::Id).lock_exclusive();
    found.all(tx).await?.into_iter().map(StoredRule::try_from).collect()
}

/// One of them.
pub async fn lock(tx: &impl ConnectionTrait, id: &AlertId) -> Result<Option<StoredRule>, DbErr> {
    let found = alert_rule::Entity::find_by_id(id.0.clone()).lock_exclusive().one(tx).await?;
    found.map(StoredRule::try_from).transpose()
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    alert_rule::Entity::find().count(connection).await
}

/// The rules that watch a segment.
pub async fn of_segment(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Vec<AlertId>, DbErr> {
    let of_segment = alert_rule::Entity::find().filter(alert_rule::Column::SegmentId.eq(segment.0));
    let found = of_segment.order_by_asc(alert_rule::Column::Id).all(connection).await?;
    Ok(found.into_iter().map(|row| AlertId(row.id)).collect())
}

/// Whether some rule is of a kind.
pub async fn has_kind(connection: &impl ConnectionTrait, kind: AlertKind) -> Result<bool, DbErr> {
    let of_kind = alert_rule::Entity::find().filter(alert_rule::Column::Kind.eq(EnumText(kind)));
    Ok(of_kind.count(connection).await? > 0)
}

/// Segments cannot be deleted meanwhile.
pub async fn put(tx: &DefinitionTx, rule: &StoredRule) -> Result<(), DbErr> {
    let columns = alert_rule::Column::iter().filter(|column| !matches!(column, alert_rule::Column::Id));
    let replace = OnConflict::column(alert_rule::Column::Id).update_columns(columns).to_owned();
    alert_rule::Entity::insert(row(rule)).on_conflict(replace).exec_without_returning(tx).await.map(|_| ())
}

/// Stores where a rule stands and what was seen.
pub async fn set_standing(tx: &impl ConnectionTrait, rule: &StoredRule) -> Result<(), DbErr> {
    let all = row(rule);
    let standing = alert_rule::ActiveModel {
        id: all.id,
        state: all.state,
        since: all.since,
        fired_at: all.fired_at,
        observed: all.observed,
        base: all.base,
        looked_at: all.looked_at,
        ..Default::default()
    };
    alert_rule::Entity::update(standing).exec(tx).await.map(|_| ())
}

pub async fn delete(tx: &impl ConnectionTrait, id: &AlertId) -> Result<(), DbErr> {
    alert_rule::Entity::delete_by_id(id.0.clone()).exec(tx).await.map(|_| ())
}

fn row(rule: &StoredRule) -> alert_rule::ActiveModel {
    let change = rule.condition.change();
    alert_rule::ActiveModel {
        id: Set(rule.id.0.clone()),
        segment_id: Set(rule.segment.0),
        kind: Set(EnumText(rule.condition.kind())),
        threshold: Set(stored(rule.condition.threshold())),
        direction: Set(change.map(|change| EnumText(change.direction))),
        against: Set(change.map(|change| EnumText(change.against))),
        min_size: Set(change.map(|change| stored(change.min_size))),
        cooldown_hours: Set(i32::try_from(rule.cooldown_hours).unwrap_or(i32::MAX)),
        state: Set(EnumText(rule.standing.state)),
        since: Set(rule.standing.since),
        fired_at: Set(rule.standing.fired_at),
        observed: Set(rule.seen.map(|(seen, _)| stored(seen.observed))),
        base: Set(rule.seen.and_then(|(seen, _)| seen.base).map(stored)),
        looked_at: Set(rule.seen.map(|(_, at)| at)),
        created_at: Set(rule.created_at),
        changed_by: Set(rule.changed_by.clone()),
        changed_at: Set(rule.changed_at),
    }
}

impl TryFrom<alert_rule::Model> for StoredRule {
    type Error = DbErr;

    fn try_from(row: alert_rule::Model) -> Result<Self, DbErr> {
        let observed = row.observed.zip(row.looked_at);
        let seen =
            observed.map(|(observed, at)| (Observation { observed: read(observed), base: row.base.map(read) }, at));
        Ok(Self {
            condition: condition(&row).ok_or_else(|| DbErr::Type("the condition of an alert".into()))?,
            id: AlertId(row.id),
            segment: SegmentId(row.segment_id),
            cooldown_hours: row.cooldown_hours.unsigned_abs(),
            standing: Standing { state: row.state.0, since: row.since, fired_at: row.fired_at },
            seen,
            created_at: row.created_at,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

/// `None` of a change without what a change needs.
fn condition(row: &alert_rule::Model) -> Option<AlertCondition> {
    let threshold = read(row.threshold);
    let change = |unit| {
        let (direction, against, min_size) = (row.direction?.0, row.against?.0, read(row.min_size?));
        Some(AlertCondition::Change(AlertChange { unit, threshold, direction, against, min_size }))
    };
    match row.kind.0 {
        AlertKind::SizeAbove => Some(AlertCondition::SizeAbove(threshold)),
        AlertKind::SizeBelow => Some(AlertCondition::SizeBelow(threshold)),
        AlertKind::ChangePercent => change(ChangeUnit::Percent),
        AlertKind::ChangeAbsolute => change(ChangeUnit::Members),
        AlertKind::EnteredAbove => Some(AlertCondition::EnteredAbove(threshold)),
        AlertKind::LeftAbove => Some(AlertCondition::LeftAbove(threshold)),
        AlertKind::NotEvaluated => Some(AlertCondition::NotEvaluated(threshold)),
    }
}

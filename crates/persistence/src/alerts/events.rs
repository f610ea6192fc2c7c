//! What became of rules: each time one fired, and each time it was over.

use domain::{
    alert::{AlertId, AlertKind, AlertTurn, Observation},
    ids::RunId,
    instant::Instant,
    segment::SegmentKey,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{read, stored};
use crate::entity::{alert_event, enum_text::EnumText};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertEvent {
    pub rule: AlertId,
    pub segment: SegmentKey,
    pub kind: AlertKind,
    pub at: Instant,
    /// The run at whose end it was seen.
    pub run: Option<RunId>,
    pub seen: Observation,
    pub turn: AlertTurn,
}

/// Returns its id.
pub async fn insert(tx: &impl ConnectionTrait, event: &AlertEvent) -> Result<i64, DbErr> {
    let row = alert_event::ActiveModel {
        rule_id: Set(event.rule.0.clone()),
        segment: Set(event.segment.to_string()),
        kind: Set(EnumText(event.kind)),
        at: Set(event.at),
        run_id: Set(event.run.map(|run| run.0)),
        observed: Set(stored(event.seen.observed)),
        base: Set(event.seen.base.map(stored)),
        state: Set(EnumText(event.turn)),
        ..Default::default()
    };
    Ok(alert_event::Entity::insert(row).exec(tx).await?.last_insert_id)
}

pub async fn find(connection: &impl ConnectionTrait, id: i64) -> Result<Option<AlertEvent>, DbErr> {
    let found = alert_event::Entity::find_by_id(id).one(connection).await?;
    Ok(found.map(event).transpose()?.map(|(_, event)| event))
}

/// Newest first, with their ids: of one rule or of all, and only those with a lesser id.
pub async fn page(
    connection: &impl ConnectionTrait,
    rule: Option<&AlertId>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<(i64, AlertEvent)>, DbErr> {
    let mut events = alert_event::Entity::find().order_by_desc(alert_event::Column::Id).limit(limit);
    if let Some(rule) = rule {
        events = events.filter(alert_event::Column::RuleId.eq(&rule.0));
    }
    if let Some(before) = before {
        events = events.filter(alert_event::Column::Id.lt(before));
    }
    events.all(connection).await?.into_iter().map(event).collect()
}

fn event(row: alert_event::Model) -> Result<(i64, AlertEvent), DbErr> {
    let segment = row.segment.parse().map_err(|_| DbErr::Type("the segment of an alert".into()))?;
    let event = AlertEvent {
        rule: AlertId(row.rule_id),
        segment,
        kind: row.kind.0,
        at: row.at,
        run: row.run_id.map(RunId),
        seen: Observation { observed: read(row.observed), base: row.base.map(read) },
        turn: row.state.0,
    };
    Ok((row.id, event))
}

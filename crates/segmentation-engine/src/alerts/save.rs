//! Creates, changes and deletes rules.

use domain::{
    alert::{AlertCondition, AlertId, MOST_ALERTS, Standing},
    instant::Instant,
    segment::SegmentKey,
    shard::Shard,
};
use persistence::{
    Database,
    alerts::rules::{self, StoredRule},
    segments,
};
use serde_json::{Value as Json, json};

use super::{
    error::AlertError,
    look::{clear, log},
};
use crate::{audit::Audit, support::retry::with_retry};

/// What an admin wants.
#[derive(Debug, Clone)]
pub struct WantedAlert {
    /// `None` for a new one.
    pub id: Option<AlertId>,
    pub segment: SegmentKey,
    pub condition: AlertCondition,
    pub cooldown_hours: u32,
}

/// A rule that is changed begins anew: it is over if it fired, and the next look tells whether it fires. `random` makes the id of a
/// new one.
pub async fn save(
    database: &Database,
    wanted: &WantedAlert,
    random: [u8; 12],
    now: Instant,
    audit: &Audit,
) -> Result<AlertId, AlertError> {
    let (id, cleared) = with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let before = match &wanted.id {
            Some(id) => Some(rules::lock(&*tx, id).await?.ok_or_else(|| AlertError::NotFound(id.clone()))?),
            None if rules::count(&*tx).await? >= MOST_ALERTS => return Err(AlertError::TooMany),
            None => None,
        };
        let segment = segments::find(&*tx, &wanted.segment).await?.filter(|segment| !segment.is_being_deleted);
        let segment = segment.ok_or_else(|| AlertError::NoSuchSegment(wanted.segment.clone()))?;
        let cleared = match &before {
            Some(before) => clear(&*tx, before, now).await?,
            None => None,
        };
        let rule = StoredRule {
            id: wanted.id.clone().unwrap_or_else(|| AlertId::from_random(random)),
            segment: segment.id,
            condition: wanted.condition,
            cooldown_hours: wanted.cooldown_hours,
            standing: Standing::new(now),
            seen: None,
            created_at: before.map_or(now, |before| before.created_at),
            changed_by: audit.actor.clone(),
            changed_at: now,
        };
        rules::put(&tx, &rule).await?;
        audit.record(&tx, now, Some(target(&rule.id)), Some(detail(wanted))).await?;
        tx.commit().await?;
        Ok::<_, AlertError>((rule.id, cleared))
    })
    .await?;
    log(cleared.as_slice());
    Ok(id)
}

/// What happened to it stays on record.
pub async fn delete(database: &Database, id: &AlertId, now: Instant, audit: &Audit) -> Result<(), AlertError> {
    let cleared = with_retry(|| async {
        let tx = database.begin().await?;
        let rule = rules::lock(&tx, id).await?.ok_or_else(|| AlertError::NotFound(id.clone()))?;
        let cleared = clear(&tx, &rule, now).await?;
        rules::delete(&tx, id).await?;
        audit.record(&tx, now, Some(target(id)), None).await?;
        tx.commit().await?;
        Ok::<_, AlertError>(cleared)
    })
    .await?;
    log(cleared.as_slice());
    Ok(())
}

fn target(id: &AlertId) -> String {
    format!("alert {id}")
}

fn detail(WantedAlert { segment, condition, cooldown_hours, .. }: &WantedAlert) -> Json {
    let change = condition.change();
    json!({
        "segment": segment, "kind": condition.kind(), "threshold": condition.threshold(), "cooldownHours": cooldown_hours,
        "direction": change.map(|change| change.direction), "against": change.map(|change| change.against),
        "minSize": change.map(|change| change.min_size),
    })
}

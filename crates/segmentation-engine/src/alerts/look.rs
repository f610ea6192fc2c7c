//! Checks rules: reads what they watch, decides whether they fire, and tells webhooks and the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    alert::{AlertCondition, AlertId, AlertKind, AlertState, AlertTurn, Observation, Verdict, usual_size},
    ids::{RunId, SegmentId},
    instant::Instant,
    period::Moment,
    segment::SegmentKey,
    webhook::WebhookEvent,
};
use persistence::{
    ConnectionTrait, Database, DbErr,
    alerts::{
        events::{self, AlertEvent},
        rules::{self, StoredRule},
    },
    reads::history,
    reports::chosen_segments,
    segments::{self, CountedSegment},
    webhooks::outbox,
};
use tracing::warn;

use crate::{clock, support::retry::with_retry};

/// Which rules to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looked {
    All,
    /// Those about segments that no run evaluates.
    Unevaluated,
}

/// A rule that fired or is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    pub id: i64,
    pub event: AlertEvent,
}

/// Looks at all rules once, by the clock.
pub async fn look_at_all(database: &Database, moment: Moment) -> Result<Vec<Turned>, DbErr> {
    look_alone(database, Looked::All, moment).await
}

/// Looks at the rules about segments that no run evaluates. Without such a rule it writes nothing.
pub async fn look_at_unevaluated(database: &Database, moment: Moment) -> Result<Vec<Turned>, DbErr> {
    match rules::has_kind(database.connection(), AlertKind::NotEvaluated).await? {
        true => look_alone(database, Looked::Unevaluated, moment).await,
        false => Ok(Vec::new()),
    }
}

async fn look_alone(database: &Database, looked: Looked, moment: Moment) -> Result<Vec<Turned>, DbErr> {
    let turned = with_retry(|| async {
        let moment = Moment { now: clock::not_ahead(database, moment.now).await?, ..moment };
        let tx = database.begin().await?;
        let turned = look(&tx, looked, moment, None).await?;
        tx.commit().await?;
        Ok::<_, DbErr>(turned)
    })
    .await?;
    log(&turned);
    Ok(turned)
}

/// Looks at rules in a transaction that the caller commits, and logs afterwards.
pub(crate) async fn look(
    tx: &impl ConnectionTrait,
    looked: Looked,
    moment: Moment,
    run: Option<RunId>,
) -> Result<Vec<Turned>, DbErr> {
    let mut rules = rules::lock_all(tx).await?;
    rules.retain(|rule| match looked {
        Looked::All => true,
        Looked::Unevaluated => rule.condition.kind() == AlertKind::NotEvaluated,
    });
    // Nothing was seen by a clock that is behind what was seen before.
    rules.retain(|rule| rule.seen.is_none_or(|(_, looked_at)| looked_at <= moment.now));
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let watched = watched(tx, &rules).await?;
    let mut turned = Vec::new();
    for mut rule in rules {
        let Some(segment) = watched.get(&rule.segment) else { continue };
        let (seen, verdict) = segment.judge(tx, rule.condition, moment).await?;
        let turn;
        (rule.standing, turn) = rule.standing.after(verdict, moment.now, rule.cooldown());
        rule.seen = Some((seen, moment.now));
        rules::set_standing(tx, &rule).await?;
        if let Some(turn) = turn {
            let key = &segment.counted.key;
            turned.push(note(tx, &rule, key, turn, (moment.now, run, seen)).await?);
        }
    }
    Ok(turned)
}

/// Clears a firing rule before it is changed or deleted, so that everyone who heard that it fires hears that it is over.
pub(super) async fn clear(tx: &impl ConnectionTrait, rule: &StoredRule, now: Instant) -> Result<Option<Turned>, DbErr> {
    let Some((seen, _)) = rule.seen.filter(|_| rule.standing.state == AlertState::Firing) else { return Ok(None) };
    let Some(key) = segments::key(tx, rule.segment).await? else { return Ok(None) };
    note(tx, rule, &key, AlertTurn::Resolved, (now, None, seen)).await.map(Some)
}

/// Puts on record that a rule fired or is over, and tells those who ask for it.
async fn note(
    tx: &impl ConnectionTrait,
    rule: &StoredRule,
    key: &SegmentKey,
    turn: AlertTurn,
    (at, run, seen): (Instant, Option<RunId>, Observation),
) -> Result<Turned, DbErr> {
    let kind = rule.condition.kind();
    let event = AlertEvent { rule: rule.id.clone(), segment: key.clone(), kind, at, run, seen, turn };
    let id = events::insert(tx, &event).await?;
    let told = match turn {
        AlertTurn::Firing => WebhookEvent::AlertFired,
        AlertTurn::Resolved => WebhookEvent::AlertCleared,
    };
    outbox::put_alert(tx, (rule.segment, key), told, (id, at)).await?;
    Ok(Turned { id, event })
}

/// To be called once they are committed.
pub(crate) fn log(turned: &[Turned]) {
    for Turned { event: AlertEvent { rule: AlertId(rule), segment, kind, seen, turn, .. }, .. } in turned {
        let said = match turn {
            AlertTurn::Firing => "alert fires",
            AlertTurn::Resolved => "alert is over",
        };
        warn!(alert = rule, %segment, %kind, observed = seen.observed, base = seen.base, "{said}");
    }
}

/// A segment that a rule watches.
struct Watched {
    counted: CountedSegment,
    history_from: Option<Instant>,
}

async fn watched(tx: &impl ConnectionTrait, rules: &[StoredRule]) -> Result<BTreeMap<SegmentId, Watched>, DbErr> {
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule.segment).collect();
    let mut counted = segments::all_counted(tx).await?;
    counted.retain(|counted| ids.contains(&counted.id));
    let keys: Vec<_> = counted.iter().map(|counted| counted.key.clone()).collect();
    let chosen = chosen_segments::find(tx, &keys).await?;
    let watched = counted.into_iter().zip(chosen).map(|(counted, chosen)| {
        let history_from = chosen.and_then(|chosen| chosen.history_from);
        (counted.id, Watched { counted, history_from })
    });
    Ok(watched.collect())
}

impl Watched {
    async fn judge(
        &self,
        tx: &impl ConnectionTrait,
        condition: AlertCondition,
        moment: Moment,
    ) -> Result<(Observation, Verdict), DbErr> {
        let size = positive(self.counted.member_count);
        let day_before = moment.now - TimeDelta::hours(24);
        let mut is_known = self.counted.is_active;
        let seen = match condition {
            AlertCondition::SizeAbove(_) | AlertCondition::SizeBelow(_) => Observation { observed: size, base: None },
            AlertCondition::Change(change) => {
                Observation { observed: size, base: self.base(tx, change.against.days_before(), moment).await? }
            }
            AlertCondition::EnteredAbove(_) | AlertCondition::LeftAbove(_) => {
                is_known &= self.is_known_at(day_before);
                let flow = history::flow(tx, self.counted.id, day_before, moment.now).await?;
                let is_of_entries = condition.kind() == AlertKind::EnteredAbove;
                Observation { observed: positive(if is_of_entries { flow.entered } else { flow.left }), base: None }
            }
            AlertCondition::NotEvaluated(_) => {
                let settled_at = self.counted.settled.as_ref().map_or(self.counted.created_at, |settled| settled.at);
                Observation { observed: positive((moment.now - settled_at).num_hours()), base: None }
            }
        };
        Ok((seen, if is_known { condition.judge(seen) } else { Verdict::NotEnough }))
    }

    fn is_known_at(&self, instant: Instant) -> bool {
        self.history_from.is_some_and(|begins| begins <= instant)
    }

    /// What the size is compared with; `None` if the history does not reach back so far.
    async fn base(&self, tx: &impl ConnectionTrait, days: &[u32], moment: Moment) -> Result<Option<u64>, DbErr> {
        let mut sizes = Vec::new();
        for days in days {
            let at = moment.days_before(*days);
            if !self.is_known_at(at) {
                return Ok(None);
            }
            sizes.push(positive(self.counted.member_count - history::net_after(tx, self.counted.id, at).await?));
        }
        Ok(usual_size(sizes))
    }
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

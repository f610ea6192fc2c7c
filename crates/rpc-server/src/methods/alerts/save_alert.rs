//! `adminAudience.saveAlert`: creates or changes a rule that watches a segment.

use domain::{
    alert::{AlertBase, AlertChange, AlertCondition, AlertDirection, AlertId, AlertKind, ChangeUnit},
    segment::SegmentKey,
};
use schemars::JsonSchema;
use segmentation_engine::alerts::{WantedAlert, save, status};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::alert::{Alert, AlertIdText},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveAlertParams {
    /// The alert to change. It begins anew. Default: a new one.
    alert_id: Option<AlertIdText>,
    /// The segment to watch.
    segment: SegmentKey,
    /// What to watch for.
    kind: AlertKind,
    /// In members, users, percent or hours, as the kind says. 0 only with `sizeAbove`, `enteredAbove` and `leftAbove`.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    threshold: u64,
    /// The changes that count. Only of changes. Default: `both`.
    direction: Option<AlertDirection>,
    /// What to compare the size with. Only of changes. Default: `lastWeek`.
    against: Option<AlertBase>,
    /// With a smaller base there is nothing to compare with. Only of changes. Default: 100.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    min_size: Option<u64>,
    /// For so long after it fired, it does not fire again.
    #[serde(default = "day")]
    #[schemars(range(min = 0, max = 8760))]
    cooldown_hours: u32,
}

fn day() -> u32 {
    24
}

/// A base that is too small to say much.
const MIN_SIZE: u64 = 100;

/// The alert as it is now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaveAlertResult {
    /// The alert.
    alert: Alert,
}

impl SaveAlertParams {
    /// What is given of a change, though the rule watches none, and a threshold that always or never holds.
    fn faults(&self) -> Vec<Fault> {
        let is_change = matches!(self.kind, AlertKind::ChangePercent | AlertKind::ChangeAbsolute);
        let given = [
            ("direction", self.direction.is_some()),
            ("against", self.against.is_some()),
            ("minSize", self.min_size.is_some()),
        ];
        let unfit = given.into_iter().filter(|(_, is_given)| *is_given && !is_change);
        let unfit = unfit.map(|(path, _)| Fault::new(path, "can be used with changePercent and changeAbsolute only"));
        let least = self.kind.least_threshold();
        let low =
            (self.threshold < least).then(|| Fault::new("threshold", format!("expected a number of at least {least}")));
        unfit.chain(low).collect()
    }

    fn condition(&self) -> AlertCondition {
        let change = |unit| {
            AlertCondition::Change(AlertChange {
                unit,
                threshold: self.threshold,
                direction: self.direction.unwrap_or(AlertDirection::Both),
                against: self.against.unwrap_or(AlertBase::LastWeek),
                min_size: self.min_size.unwrap_or(MIN_SIZE),
            })
        };
        match self.kind {
            AlertKind::SizeAbove => AlertCondition::SizeAbove(self.threshold),
            AlertKind::SizeBelow => AlertCondition::SizeBelow(self.threshold),
            AlertKind::ChangePercent => change(ChangeUnit::Percent),
            AlertKind::ChangeAbsolute => change(ChangeUnit::Members),
            AlertKind::EnteredAbove => AlertCondition::EnteredAbove(self.threshold),
            AlertKind::LeftAbove => AlertCondition::LeftAbove(self.threshold),
            AlertKind::NotEvaluated => AlertCondition::NotEvaluated(self.threshold),
        }
    }
}

pub(crate) struct SaveAlert;

impl Method for SaveAlert {
    const NAME: &'static str = "adminAudience.saveAlert";
    const SUMMARY: &'static str = "Creates or changes an alert: a rule that watches a segment";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("save_alert.example.json");
    type Params = SaveAlertParams;
    type Result = SaveAlertResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(serde_json::from_value::<SaveAlertParams>(params).map(|params| params.faults()).unwrap_or_default())
    }

    async fn call(call: &Call, params: SaveAlertParams) -> Result<SaveAlertResult, MethodError> {
        let faults = params.faults();
        if !faults.is_empty() {
            return Err(MethodError::InvalidParams(faults));
        }
        let condition = params.condition();
        let SaveAlertParams { alert_id, segment, cooldown_hours, .. } = params;
        let wanted = WantedAlert { id: alert_id.map(AlertId::from), segment, condition, cooldown_hours };
        let id = save(call.database(), &wanted, random(), call.context.now(), &call.audit).await?;
        let alerts = status(call.database().connection()).await?;
        let alert = alerts.into_iter().find(|alert| alert.rule.id == id);
        // Somebody may have deleted it since.
        let alert = alert.ok_or_else(|| MethodError::NotFound(format!("alert {id}")))?;
        Ok(SaveAlertResult { alert: alert.into() })
    }
}

fn random() -> [u8; 12] {
    let mut random = [0; 12];
    random.iter_mut().zip(Uuid::new_v4().into_bytes()).for_each(|(to, from)| *to = from);
    random
}

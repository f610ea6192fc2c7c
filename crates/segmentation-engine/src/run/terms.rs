//! What all engines of a run keep to, stored with the run: those that join it later must decide like the one that began it.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::ids::{RunId, SegmentId};
use persistence::{DbErr, runs::StoredRun};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    options::{JoinOptions, MayShrink, RunOptions},
    plan::Plan,
    report::RunError,
    shrink_guard::guarded,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Terms {
    /// Of the program: another one may read definitions in another way.
    pub(crate) version: String,
    /// By its name.
    pub(crate) zone: String,
    pub(crate) may_shrink: MayShrink,
    /// Of the active segments. One that has another version by now is not written.
    pub(crate) versions: BTreeMap<SegmentId, i32>,
    /// The segments that the shrink guard watches, and how many members they had when the run began.
    pub(crate) guarded: BTreeMap<SegmentId, u64>,
}

impl Terms {
    pub(super) fn of(plan: &Plan, sizes: &BTreeMap<SegmentId, u64>, options: &RunOptions) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            zone: options.zone.name().into(),
            may_shrink: options.may_shrink.clone(),
            versions: plan.versions().iter().map(|(segment, version)| (*segment, *version)).collect(),
            guarded: guarded(plan, sizes, &options.may_shrink),
        }
    }

    /// Of a run that this version of the program can join.
    pub(super) fn read(run: RunId, stored: Json) -> Result<Self, RunError> {
        let unreadable = |_| DbErr::Type("the stored plan of the run cannot be read".into());
        // Another version may have stored something else, but it said which one it is.
        let version = stored["version"].as_str().unwrap_or("unknown").to_owned();
        if version != env!("CARGO_PKG_VERSION") {
            return Err(RunError::OtherVersion { run, version });
        }
        Ok(serde_json::from_value(stored).map_err(unreadable)?)
    }

    /// Of an engine that joins the run.
    pub(super) fn options(&self, run: &StoredRun, own: &JoinOptions) -> RunOptions {
        RunOptions {
            mode: run.mode,
            as_of: run.as_of,
            as_of_is_given: true,
            zone: self.zone.parse().unwrap_or(Tz::UTC),
            batch_size: own.batch_size,
            commit_users: own.commit_users,
            workers: own.workers,
            dry_run: false,
            may_shrink: self.may_shrink.clone(),
            trigger: run.trigger,
            stop: own.stop.clone(),
        }
    }
}

//! Changes of memberships as parameters of the statements that write them.

use std::collections::BTreeMap;

use domain::ids::SegmentId;
use sea_orm::Value;

use super::applied::Applied;
use crate::membership::ledger::{ChangeContext, Membership};

/// A `SELECT` of the memberships in a parameter made by [`arrays`].
pub(super) fn memberships(parameter: &'static str) -> String {
    format!(
        "SELECT * FROM unnest(CAST(split_part({parameter}, ';', 1) AS bigint[]), \
         CAST(split_part({parameter}, ';', 2) AS integer[])) AS member (user_no, segment_id)"
    )
}

/// An array of users and one of segments, `{7,7};{1,3}`: shorter than [JSON](crate::database::json_rows), since there
/// are many memberships.
pub(super) fn arrays(memberships: &[Membership]) -> Value {
    let users: Vec<_> = memberships.iter().map(|membership| membership.user.to_string()).collect();
    let segments: Vec<_> = memberships.iter().map(|membership| membership.segment.0.to_string()).collect();
    format!("{{{}}};{{{}}}", users.join(","), segments.join(",")).into()
}

/// Time, cause, run and actor.
pub(super) fn context_values(context: &ChangeContext) -> [Value; 4] {
    [
        context.at.into(),
        context.cause.as_str().into(),
        context.run.map(|run| run.0).into(),
        context.actor.clone().into(),
    ]
}

/// The sums if every requested change was made, which is nearly always so.
pub(super) fn all_of(enter: &[Membership], leave: &[Membership]) -> BTreeMap<SegmentId, Applied> {
    let mut changes: BTreeMap<SegmentId, Applied> = BTreeMap::new();
    for membership in enter {
        changes.entry(membership.segment).or_default().entered += 1;
    }
    for membership in leave {
        changes.entry(membership.segment).or_default().left += 1;
    }
    changes
}

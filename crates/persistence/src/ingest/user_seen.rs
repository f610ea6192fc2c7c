//! When the host application has seen users: each time their last activity is found to be another one, the quarter of an hour that it
//! lies in. So a day of any time zone knows who was seen on it.

use std::collections::HashMap;

use domain::{
    ids::{UserId, UserNo},
    instant::{Instant, quarter_of_hour},
    profile::UserChange,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::activity_dirty;
use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{self, Type, parameter, rows},
};

const SEEN: [(&str, Type); 2] = [("user_no", Type::Integer), ("at", Type::Instant)];

/// `written` are the users that differ from what was stored.
pub(super) async fn note(
    tx: &MembershipTx,
    changes: &[&UserChange],
    written: &HashMap<UserId, UserNo>,
) -> Result<(), DbErr> {
    let seen = |change: &&UserChange| {
        let at = change.user.last_activity_at?;
        Some((*written.get(&change.user.id)?, quarter_of_hour(at)))
    };
    let mut seen: Vec<_> = changes.iter().filter_map(seen).collect();
    if seen.is_empty() {
        return Ok(());
    }
    // In the order of the key.
    seen.sort_unstable();
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO user_seen (user_no, at{and_shard}) SELECT user_no, at{and_value} FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (user_no, at{and_shard}) DO NOTHING RETURNING at",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &SEEN),
    );
    let seen = parameter(seen.into_iter().map(|(user, at)| json!([user, json_rows::instant(at)])));
    let new = tx.query_all_raw(tx.statement(sql, [seen])).await?;
    let new = new.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<Instant>, _>>()?;
    activity_dirty::mark(tx, new).await
}

//! A condition on the users of a statement: its parameter `$1` has them.

use domain::user_set::UserSet;
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;

use crate::{
    database::json_rows::{self, rows},
    ingest::user_stats::USER_NO,
};

/// `user` is the column with the number of the user.
pub(super) fn condition(connection: &impl ConnectionTrait, user: &str) -> String {
    format!("{user} IN (SELECT user_no FROM ({rows}) AS input)", rows = rows(connection, &USER_NO))
}

pub(super) fn parameter(users: &UserSet) -> Value {
    json_rows::parameter(users.iter().map(|user| json!([user])))
}

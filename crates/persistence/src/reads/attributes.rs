//! The values of attributes, as they were written.

use std::collections::HashMap;

use domain::{
    attribute::{AttributeValue, AttributeValues, Attributes},
    ids::UserNo,
    shard::by_shard,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Map, Value as Json};

use crate::{
    database::{
        backend::Backend,
        json_rows::{rows, statement_in},
    },
    ingest::user_stats,
};

/// The values of these attributes, of users who have any of them. A page of a list mostly lies in one shard.
pub async fn of_users(
    connection: &impl ConnectionTrait,
    attributes: &Attributes,
    users: impl IntoIterator<Item = UserNo>,
) -> Result<HashMap<UserNo, AttributeValues>, DbErr> {
    if attributes.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT user_attributes.user_no, user_attributes.written FROM ({rows}) AS input JOIN user_attributes \
         ON user_attributes.user_no = input.user_no AND {in_shard}",
        rows = rows(connection, &user_stats::USER_NO),
        in_shard = Backend::of(connection).in_shard("user_attributes"),
    );
    let mut values = HashMap::new();
    for (shard, users) in by_shard(users, |user| user.shard()) {
        let statement = statement_in(connection, shard, sql.clone(), [user_stats::numbers(&users)]);
        for row in connection.query_all_raw(statement).await? {
            values.insert(UserNo(row.try_get_by_index(0)?), read(row.try_get_by_index(1)?, attributes));
        }
    }
    Ok(values)
}

pub async fn of_user(
    connection: &impl ConnectionTrait,
    attributes: &Attributes,
    user: UserNo,
) -> Result<AttributeValues, DbErr> {
    Ok(of_users(connection, attributes, [user]).await?.remove(&user).unwrap_or_default())
}

/// A value that was changed by hand, and is not of its type now, counts as none.
fn read(written: Json, attributes: &Attributes) -> AttributeValues {
    let written: Map<String, Json> = serde_json::from_value(written).unwrap_or_default();
    let value = |(key, json): (&String, &Json)| {
        let attribute = attributes.get(key)?;
        Some((attribute.key().clone(), AttributeValue::stored(attribute.kind(), json)?))
    };
    written.iter().filter_map(value).collect()
}

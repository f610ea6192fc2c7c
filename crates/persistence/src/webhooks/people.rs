//! Who stands behind the numbers of a message, and the ids of erased users until every webhook has heard of them.

use std::collections::HashMap;

use domain::{
    ids::{UserId, UserNo},
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{Type, parameter, rows, statement, statement_in},
};

/// A user as messages name one.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    /// `None` for an erased user.
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

/// The users with these numbers, all of one shard, as far as they are known.
pub async fn find(
    connection: &impl ConnectionTrait,
    shard: Shard,
    users: &[UserNo],
) -> Result<HashMap<UserNo, Person>, DbErr> {
    let input = rows(connection, &[("user_no", Type::Integer)]);
    let numbers = || parameter(users.iter().map(|user| json!([user])));
    let sql = format!(
        "SELECT users.no, users.id, users.email, users.first_name, users.last_name FROM ({input}) AS input \
         JOIN users ON users.no = input.user_no AND {in_shard}",
        in_shard = Backend::of(connection).in_shard("users"),
    );
    let mut found = HashMap::new();
    for row in connection.query_all_raw(statement_in(connection, shard, sql, [numbers()])).await? {
        let person = Person {
            id: UserId(row.try_get_by_index(1)?),
            email: row.try_get_by_index(2)?,
            first_name: row.try_get_by_index(3)?,
            last_name: row.try_get_by_index(4)?,
        };
        found.insert(UserNo(row.try_get_by_index(0)?), person);
    }
    if found.len() == users.len() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT erased.user_no, erased.user_id FROM ({input}) AS input \
         JOIN webhook_erased_user AS erased ON erased.user_no = input.user_no"
    );
    for row in connection.query_all_raw(statement(connection, sql, [numbers()])).await? {
        let id = UserId(row.try_get_by_index(1)?);
        let person = Person { id, email: None, first_name: None, last_name: None };
        found.insert(UserNo(row.try_get_by_index(0)?), person);
    }
    Ok(found)
}

/// Keeps the id of a user who is erased, if a message about them is still to be sent. Nothing else of the person is kept.
pub(crate) async fn keep_erased(tx: &MembershipTx, user: UserNo, id: &UserId) -> Result<(), DbErr> {
    let sql = format!(
        "INSERT INTO webhook_erased_user (user_no, user_id, last_no) SELECT $1, $2, news.last_no FROM (\
         SELECT coalesce(max(no), 0) AS last_no FROM webhook_outbox WHERE {in_shard} \
         UNION ALL SELECT coalesce(max(no), 0) FROM webhook_delivery WHERE state = 'waiting') AS news \
         WHERE news.last_no > 0 ORDER BY news.last_no DESC LIMIT 1 ON CONFLICT DO NOTHING",
        in_shard = Backend::of(tx).in_shard("webhook_outbox"),
    );
    tx.execute_raw(tx.statement(sql, [user.0.into(), id.0.clone().into()])).await.map(|_| ())
}

/// Erased users who are looked at together.
const TOGETHER: i64 = 1_000;

/// Forgets erased users whom every webhook has heard of, or was given up.
pub async fn forget_erased(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    // Before what waits is read: that of a user who is erased meanwhile may be missing there.
    let sql = "SELECT user_no FROM webhook_erased_user ORDER BY last_no, user_no LIMIT $1";
    let kept = connection.query_all_raw(statement(connection, sql, [TOGETHER.into()])).await?;
    let kept = kept.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
    if kept.is_empty() {
        return Ok(());
    }
    let sql = "SELECT min(no) FROM (SELECT min(no) AS no FROM webhook_outbox \
               UNION ALL SELECT min(no) FROM webhook_delivery WHERE state = 'waiting') AS waiting";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    let first: Option<i64> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
    let sql = format!(
        "DELETE FROM webhook_erased_user WHERE last_no < $2 AND user_no IN (SELECT user_no FROM ({rows}) AS input)",
        rows = rows(connection, &[("user_no", Type::Integer)])
    );
    let values = [parameter(kept.into_iter().map(|user| json!([user]))), first.unwrap_or(i64::MAX).into()];
    connection.execute_raw(statement(connection, sql, values)).await.map(|_| ())
}

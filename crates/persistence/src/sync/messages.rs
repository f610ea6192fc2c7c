//! Mails to users, and what became of them.
//!
//! **Invariant:** what is stored depends on which events were reported, not on their order: facts only add up, and of two times of
//! sending the exact one counts, else the earlier one.

use domain::{
    ids::UserNo,
    instant::Instant,
    mail::{AddressKey, MessageFact},
    shard::Shards,
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use crate::database::{
    MembershipTx, Transaction,
    backend::Backend,
    json_rows::{Type, parameter, rows, statement, statement_in},
};

/// What an event says about a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub email_id: String,
    pub broadcast_id: Option<String>,
    pub sent_at: Instant,
    /// Whether the mail service said when it sent the mail. Otherwise it is when the mail was made.
    pub sent_is_exact: bool,
    pub fact: MessageFact,
}

/// Whose mail it is: of the user to whom an earlier event gave it, else of the first user who has the address now.
pub async fn owner(
    connection: &impl ConnectionTrait,
    email_id: &str,
    key: &AddressKey,
) -> Result<Option<UserNo>, DbErr> {
    let by_mail =
        first_user(connection, "SELECT min(user_no) FROM email_message WHERE email_id = $1", email_id).await?;
    match by_mail {
        Some(user) => Ok(Some(user)),
        None => first_user(connection, "SELECT min(no) FROM users WHERE address_key = $1", key.as_str()).await,
    }
}

async fn first_user(
    connection: &impl ConnectionTrait,
    sql: &'static str,
    value: &str,
) -> Result<Option<UserNo>, DbErr> {
    let row = connection.query_one_raw(statement(connection, sql, [value.into()])).await?;
    Ok(row.map_or(Ok(None), |row| row.try_get_by_index::<Option<i64>>(0))?.map(UserNo))
}

/// Adds what an event says. The transaction is of the user's shard.
pub async fn add(tx: &MembershipTx, user: UserNo, reported: &Reported) -> Result<(), DbErr> {
    let (inserts, and_shard) = (tx.inserts(), Backend::of(tx).and_shard());
    let sql = format!(
        "INSERT INTO email_message (user_no, email_id, broadcast_id, sent_at, sent_is_exact, facts, opens, clicks{and_shard}) \
         SELECT user_no, email_id, broadcast_id, $2, is_exact = 1, facts, opens, clicks{and_value} \
         FROM {home}({input}) AS input WHERE {is_home} \
         ON CONFLICT (user_no, email_id{and_shard}) DO UPDATE SET \
         facts = email_message.facts | excluded.facts, \
         opens = email_message.opens + excluded.opens, clicks = email_message.clicks + excluded.clicks, \
         broadcast_id = coalesce(email_message.broadcast_id, excluded.broadcast_id), \
         sent_at = CASE WHEN email_message.sent_is_exact AND NOT excluded.sent_is_exact THEN email_message.sent_at \
         WHEN excluded.sent_is_exact AND NOT email_message.sent_is_exact THEN excluded.sent_at \
         WHEN excluded.sent_at < email_message.sent_at THEN excluded.sent_at ELSE email_message.sent_at END, \
         sent_is_exact = email_message.sent_is_exact OR excluded.sent_is_exact",
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        input = rows(
            tx,
            &[
                ("user_no", Type::Integer),
                ("email_id", Type::Text),
                ("broadcast_id", Type::Text),
                ("is_exact", Type::Small),
                ("facts", Type::Small),
                ("opens", Type::Small),
                ("clicks", Type::Small),
            ]
        ),
    );
    let row = json!([
        user,
        reported.email_id,
        reported.broadcast_id,
        i32::from(reported.sent_is_exact),
        reported.fact.bit(),
        i32::from(reported.fact == MessageFact::Opened),
        i32::from(reported.fact == MessageFact::Clicked),
    ]);
    let values: [Value; 2] = [parameter([row]), reported.sent_at.into()];
    tx.execute_raw(tx.statement(sql, values)).await.map(|_| ())
}

/// Notes at the last mail before that the person unsubscribed. Until they subscribe again, the earliest statement counts.
pub async fn unsubscribed(
    tx: &Transaction,
    shards: Shards,
    (key, at): (&AddressKey, Instant),
    lifted_at: Option<Instant>,
) -> Result<(), DbErr> {
    let Some(user) = first_user(tx, "SELECT min(no) FROM users WHERE address_key = $1", key.as_str()).await? else {
        return Ok(());
    };
    if lifted_at.is_some_and(|lifted| lifted > at) {
        return Ok(());
    }
    let shard = shards.of_erased(user);
    let in_shard = |table| Backend::of(tx).in_shard(table);
    let of_message = in_shard("email_message");
    let values = || -> [Value; 2] { [user.0.into(), at.into()] };
    let sql = format!(
        "UPDATE email_message SET unsubscribed_at = NULL WHERE user_no = $1 AND unsubscribed_at > $2 AND {of_message}"
    );
    tx.execute_raw(statement_in(tx, shard, sql, values())).await?;
    let sql = format!(
        "SELECT unsubscribed_at FROM email_message WHERE user_no = $1 AND unsubscribed_at <= $2 AND {of_message} \
         ORDER BY unsubscribed_at DESC LIMIT 1"
    );
    let before = tx.query_one_raw(statement_in(tx, shard, sql, values())).await?;
    let before: Option<Instant> = before.map(|row| row.try_get_by_index(0)).transpose()?;
    if before.is_some_and(|before| lifted_at.is_none_or(|lifted| lifted < before)) {
        return Ok(());
    }
    let sql = format!(
        "UPDATE email_message SET unsubscribed_at = $2 WHERE user_no = $1 AND {of_message} \
         AND email_id = (SELECT last.email_id FROM email_message AS last WHERE last.user_no = $1 AND {of_last} \
         AND last.sent_at <= $2 ORDER BY last.sent_at DESC, last.email_id DESC LIMIT 1)",
        of_last = in_shard("last"),
    );
    tx.execute_raw(statement_in(tx, shard, sql, values())).await.map(|_| ())
}

/// Deletes mails of the shard that were sent before an instant. Returns how many.
pub async fn delete_before(tx: &MembershipTx, before: Instant) -> Result<u64, DbErr> {
    let in_shard = Backend::of(tx).in_shard("email_message");
    let sql = format!("DELETE FROM email_message WHERE sent_at < $1 AND {in_shard}");
    Ok(tx.execute_raw(tx.statement(sql, [before.into()])).await?.rows_affected())
}

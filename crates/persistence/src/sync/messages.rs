//! Mails to users, and what became of them.
//!
//! **Invariant:** what is stored depends on which events were reported, not on their order: facts only add up, and of two times of
//! sending the exact one counts, else the earlier one.

use std::collections::HashMap;

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
    json_rows::{self, Type, parameter, rows, statement, statement_in},
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

/// Whose mails these are, by their ids: of the users to whom earlier events gave them, else of the first users who have the addresses
/// now.
pub async fn owners(
    connection: &impl ConnectionTrait,
    mails: &[(&str, &AddressKey)],
) -> Result<HashMap<String, UserNo>, DbErr> {
    let ids: Vec<_> = mails.iter().map(|(id, _)| *id).collect();
    let keys: Vec<_> = mails.iter().map(|(_, key)| key.as_str()).collect();
    let by_mail = first_users(connection, "email_message", ("email_id", "user_no"), &ids).await?;
    let by_address = first_users(connection, "users", ("address_key", "no"), &keys).await?;
    let owner = |(id, key): &(&str, &AddressKey)| by_mail.get(*id).or_else(|| by_address.get(key.as_str())).copied();
    Ok(mails.iter().filter_map(|mail| Some((mail.0.to_owned(), owner(mail)?))).collect())
}

/// For each of the texts, the first user in rows of the table that have it.
async fn first_users(
    connection: &impl ConnectionTrait,
    table: &str,
    (text, user): (&str, &str),
    texts: &[&str],
) -> Result<HashMap<String, UserNo>, DbErr> {
    let sql = format!(
        "SELECT input.text, min({table}.{user}) FROM ({rows}) AS input JOIN {table} ON {table}.{text} = input.text \
         GROUP BY input.text",
        rows = rows(connection, &[("text", Type::Text)])
    );
    let texts = parameter(texts.iter().map(|text| json!([text])));
    let found = connection.query_all_raw(statement(connection, sql, [texts])).await?;
    found.iter().map(|row| Ok((row.try_get_by_index(0)?, UserNo(row.try_get_by_index(1)?)))).collect()
}

/// Adds what events say, each about another mail. The transaction is of the users' shard.
pub async fn add(tx: &MembershipTx, reported: &[(UserNo, Reported)]) -> Result<(), DbErr> {
    let (inserts, and_shard) = (tx.inserts(), Backend::of(tx).and_shard());
    let sql = format!(
        "INSERT INTO email_message (user_no, email_id, broadcast_id, sent_at, sent_is_exact, facts, opens, clicks{and_shard}) \
         SELECT user_no, email_id, broadcast_id, sent_at, is_exact = 1, facts, opens, clicks{and_value} \
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
                ("sent_at", Type::Instant),
                ("is_exact", Type::Small),
                ("facts", Type::Small),
                ("opens", Type::Small),
                ("clicks", Type::Small),
            ]
        ),
    );
    let cells = reported.iter().map(|(user, reported)| {
        json!([
            user,
            reported.email_id,
            reported.broadcast_id,
            json_rows::instant(reported.sent_at),
            i32::from(reported.sent_is_exact),
            reported.fact.bit(),
            i32::from(reported.fact == MessageFact::Opened),
            i32::from(reported.fact == MessageFact::Clicked),
        ])
    });
    tx.execute_raw(tx.statement(sql, [parameter(cells)])).await.map(|_| ())
}

/// Notes at the last mail before that the person unsubscribed. Until they subscribe again, the earliest statement counts.
pub async fn unsubscribed(
    tx: &Transaction,
    shards: Shards,
    (key, at): (&AddressKey, Instant),
    lifted_at: Option<Instant>,
) -> Result<(), DbErr> {
    let by_address = first_users(tx, "users", ("address_key", "no"), &[key.as_str()]).await?;
    let Some(user) = by_address.get(key.as_str()).copied() else { return Ok(()) };
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

//! Mails to users, and the segments of each user when the mail was sent.
//!
//! **Invariant:** what is stored depends on which events were reported, not on their order: facts only add up, and of two times of
//! sending the exact one counts, else the earlier one.

use domain::{
    ids::UserNo,
    instant::Instant,
    mail::{AddressKey, MessageFact},
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{Type, parameter, rows, statement},
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
    for (sql, value) in [
        ("SELECT min(user_no) FROM email_message WHERE email_id = $1", email_id),
        ("SELECT min(no) FROM users WHERE address_key = $1", key.as_str()),
    ] {
        let row = connection.query_one_raw(statement(connection, sql, [value.into()])).await?;
        if let Some(user) = row.map_or(Ok(None), |row| row.try_get_by_index::<Option<i64>>(0))? {
            return Ok(Some(UserNo(user)));
        }
    }
    Ok(None)
}

/// Adds what an event says. The transaction is of the user's shard.
pub async fn add(tx: &MembershipTx, user: UserNo, reported: &Reported) -> Result<(), DbErr> {
    let before = sent_at(tx, user, &reported.email_id).await?;
    upsert(tx, user, reported).await?;
    match sent_at(tx, user, &reported.email_id).await? {
        after if after == before => Ok(()),
        Some(after) => set_segments(tx, user, &reported.email_id, after).await,
        None => Ok(()),
    }
}

async fn sent_at(tx: &MembershipTx, user: UserNo, email_id: &str) -> Result<Option<Instant>, DbErr> {
    let in_shard = Backend::of(tx).in_shard("email_message");
    let sql = format!("SELECT sent_at FROM email_message WHERE user_no = $1 AND email_id = $2 AND {in_shard}");
    let row = tx.query_one_raw(tx.statement(sql, [user.0.into(), email_id.into()])).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

async fn upsert(tx: &MembershipTx, user: UserNo, reported: &Reported) -> Result<(), DbErr> {
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

/// The segments of the user at an instant, by the ledger.
async fn set_segments(tx: &MembershipTx, user: UserNo, email_id: &str, at: Instant) -> Result<(), DbErr> {
    let backend = Backend::of(tx);
    let values = || -> [Value; 3] { [user.0.into(), email_id.into(), at.into()] };
    let sql = format!(
        "DELETE FROM email_message_segment WHERE user_no = $1 AND email_id = $2 AND sent_at <> $3 AND {in_shard}",
        in_shard = backend.in_shard("email_message_segment"),
    );
    tx.execute_raw(tx.statement(sql, values())).await?;
    let sql = format!(
        "INSERT INTO email_message_segment (segment_id, sent_at, user_no, email_id{and_shard}) \
         SELECT segment_id, $3, user_no, $2{and_shard} FROM (\
         SELECT user_segment.segment_id, user_segment.user_no{of_present} FROM user_segment \
         WHERE user_segment.user_no = $1 AND {present_in_shard} AND user_segment.removed_at IS NULL \
         AND user_segment.added_at <= $3 UNION \
         SELECT segment_event.segment_id, segment_event.user_no{of_ended} FROM segment_event \
         WHERE segment_event.user_no = $1 AND {ended_in_shard} AND NOT segment_event.entered \
         AND segment_event.at > $3 AND segment_event.since <= $3) AS stay WHERE true ON CONFLICT DO NOTHING",
        and_shard = backend.and_shard(),
        of_present = backend.and_shard().replace("shard", "user_segment.shard"),
        of_ended = backend.and_shard().replace("shard", "segment_event.shard"),
        present_in_shard = backend.in_shard("user_segment"),
        ended_in_shard = backend.in_shard("segment_event"),
    );
    tx.execute_raw(tx.statement(sql, values())).await.map(|_| ())
}

/// Deletes mails of the shard that were sent before an instant. Returns how many.
pub async fn delete_before(tx: &MembershipTx, before: Instant) -> Result<u64, DbErr> {
    let mut deleted = 0;
    for table in ["email_message_segment", "email_message"] {
        let in_shard = Backend::of(tx).in_shard(table);
        let sql = format!("DELETE FROM {table} WHERE sent_at < $1 AND {in_shard}");
        deleted = tx.execute_raw(tx.statement(sql, [before.into()])).await?.rows_affected();
    }
    Ok(deleted)
}

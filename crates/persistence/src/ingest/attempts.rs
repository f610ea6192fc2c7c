//! Quiz attempts, written as the host application tells us of them.

use std::collections::{HashMap, HashSet};

use domain::{
    certification::Provider,
    ids::{UserId, UserNo},
    profile::QuizAttempt,
    text::fold,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        json_rows::{self, Type, parameter, rows, statement},
    },
    ingest::{user_stats, users},
};

/// What an upsert did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Attempts that were not there, or differed.
    pub written: u64,
    /// Attempts that were there as given.
    pub unchanged: u64,
    /// The places, among those given, of attempts whose user there is not. They were left out.
    pub without_user: Vec<usize>,
}

const COLUMNS: [(&str, Type); 7] = [
    ("user_no", Type::Integer),
    ("id", Type::Text),
    ("certification", Type::Text),
    ("certification_folded", Type::Text),
    ("provider", Type::Small),
    ("score", Type::Real),
    ("completed_at", Type::Instant),
];

/// What an upsert did to one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not there, or differed.
    Recorded,
    /// It was there as given.
    Unchanged,
    /// There is no such user: it was left out.
    WithoutUser,
}

/// Records attempts and corrects those that differ; the statistics of their users follow, and whoever's attempts were
/// written is marked dirty. Ids must be distinct within each user.
pub async fn upsert(tx: &MembershipTx, attempts: &[QuizAttempt]) -> Result<Recorded, DbErr> {
    let (found, without_user) = find_users(tx, attempts).await?;
    let written = record(tx, &found).await?.len() as u64;
    Ok(Recorded { written, unchanged: found.len() as u64 - written, without_user })
}

/// The same, and says of each attempt given what became of it.
pub async fn upsert_each(tx: &MembershipTx, attempts: &[QuizAttempt]) -> Result<Vec<Change>, DbErr> {
    let (found, without_user) = find_users(tx, attempts).await?;
    let users: HashMap<_, _> = found.iter().map(|(user, attempt)| (&attempt.user_id, *user)).collect();
    let written: HashSet<_> = record(tx, &found).await?.into_iter().collect();
    let change = |(place, attempt): (usize, &QuizAttempt)| match users.get(&attempt.user_id) {
        _ if without_user.binary_search(&place).is_ok() => Change::WithoutUser,
        Some(user) if written.contains(&(*user, attempt.id.clone())) => Change::Recorded,
        _ => Change::Unchanged,
    };
    Ok(attempts.iter().enumerate().map(change).collect())
}

type Found<'a> = Vec<(UserNo, &'a QuizAttempt)>;

/// Attempts with their users, in the order of the primary key: pages are written once, and concurrent writers meet in one
/// order. And the places of those whose user there is not.
async fn find_users<'a>(tx: &MembershipTx, attempts: &'a [QuizAttempt]) -> Result<(Found<'a>, Vec<usize>), DbErr> {
    let known = users::find_many(tx, distinct_users(attempts)).await?;
    let (mut found, mut without_user) = (Vec::with_capacity(attempts.len()), Vec::new());
    for (place, attempt) in attempts.iter().enumerate() {
        match known.get(&attempt.user_id) {
            Some(user) => found.push((*user, attempt)),
            None => without_user.push(place),
        }
    }
    found.sort_unstable_by_key(|(user, attempt)| (*user, &attempt.id));
    Ok((found, without_user))
}

/// Which attempts were written.
async fn record(tx: &MembershipTx, found: &Found<'_>) -> Result<Vec<(UserNo, String)>, DbErr> {
    let written = write(tx, found).await?;
    let mut touched: Vec<_> = written.iter().map(|(user, _)| *user).collect();
    touched.dedup();
    touched.sort_unstable();
    touched.dedup();
    user_stats::lock(tx, &touched).await?;
    user_stats::mark_dirty(tx, &touched).await?;
    user_stats::refresh(tx, &touched).await?;
    Ok(written)
}

async fn write(tx: &MembershipTx, attempts: &[(UserNo, &QuizAttempt)]) -> Result<Vec<(UserNo, String)>, DbErr> {
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let values = &names[2..];
    let sets: Vec<_> = values.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let differs: Vec<_> =
        values.iter().map(|name| format!("quiz_attempts.{name} IS DISTINCT FROM excluded.{name}")).collect();
    let sql = format!(
        "INSERT INTO quiz_attempts ({names}) SELECT {names} FROM ({rows}) AS input WHERE true \
         ON CONFLICT (user_no, id) DO UPDATE SET {sets} WHERE {differs} RETURNING user_no, id",
        names = names.join(", "),
        rows = rows(tx, &COLUMNS),
        sets = sets.join(", "),
        differs = differs.join(" OR "),
    );
    let parameter = parameter(attempts.iter().map(|(user, attempt)| {
        json!([
            user,
            attempt.id,
            attempt.certification,
            fold(&attempt.certification),
            Provider::of_certification(&attempt.certification).code(),
            attempt.score,
            json_rows::instant(attempt.completed_at),
        ])
    }));
    tx.query_all_raw(statement(tx, sql, [parameter]))
        .await?
        .iter()
        .map(|row| Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?)))
        .collect()
}

/// Each once; neighbours mostly share a user.
fn distinct_users(attempts: &[QuizAttempt]) -> Vec<&UserId> {
    let mut ids: Vec<_> = attempts.iter().map(|attempt| &attempt.user_id).collect();
    ids.dedup();
    ids.sort_unstable();
    ids.dedup();
    ids
}

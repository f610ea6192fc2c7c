//! Quiz attempts of the host application.

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
    /// There is no such user: it was not written.
    WithoutUser,
}

/// Records attempts and corrects those that differ; says of each what became of it. The statistics of their users follow,
/// and users whose attempts were written are marked dirty. Ids must be distinct within each user.
pub async fn upsert(tx: &MembershipTx, attempts: &[QuizAttempt]) -> Result<Vec<Change>, DbErr> {
    let mut changes = vec![Change::WithoutUser; attempts.len()];
    if attempts.is_empty() {
        return Ok(changes);
    }
    let found = find_users(tx, attempts).await?;
    let mut written = write(tx, &found).await?;
    let mut touched: Vec<_> = written.iter().map(|(user, _)| *user).collect();
    touched.dedup();
    touched.sort_unstable();
    touched.dedup();
    user_stats::lock(tx, &touched).await?;
    user_stats::mark_dirty(tx, &touched).await?;
    user_stats::refresh(tx, &touched).await?;
    // A first import writes all, a second one nothing: neither needs a comparison of ids.
    let all_or_none = written.is_empty() || written.len() == found.len();
    if !all_or_none {
        written.sort_unstable();
    }
    for Found { user, place, attempt } in &found {
        let is_written = if all_or_none { !written.is_empty() } else { contains(&written, *user, &attempt.id) };
        changes[*place] = if is_written { Change::Recorded } else { Change::Unchanged };
    }
    Ok(changes)
}

fn contains(written: &[(UserNo, String)], user: UserNo, id: &str) -> bool {
    written.binary_search_by(|(no, other)| (*no, other.as_str()).cmp(&(user, id))).is_ok()
}

/// An attempt whose user is there.
struct Found<'a> {
    user: UserNo,
    place: usize,
    attempt: &'a QuizAttempt,
}

/// In the order of the primary key: pages are written once, and concurrent writers meet in one order.
async fn find_users<'a>(tx: &MembershipTx, attempts: &'a [QuizAttempt]) -> Result<Vec<Found<'a>>, DbErr> {
    let known = users::find_many(tx, distinct_users(attempts)).await?;
    let attempts = attempts.iter().enumerate();
    let mut found: Vec<_> = attempts
        .filter_map(|(place, attempt)| Some(Found { user: *known.get(&attempt.user_id)?, place, attempt }))
        .collect();
    found.sort_unstable_by_key(|found| (found.user, &found.attempt.id));
    Ok(found)
}

/// Which attempts were written.
async fn write(tx: &MembershipTx, attempts: &[Found<'_>]) -> Result<Vec<(UserNo, String)>, DbErr> {
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
    let parameter = parameter(attempts.iter().map(|Found { user, attempt, .. }| {
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

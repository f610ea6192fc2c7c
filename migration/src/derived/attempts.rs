//! Ids, certifications and providers of attempts, and the statistics of their users.

use domain::{certification::Provider, facts::RECENT, text::fold};
use sea_orm_migration::prelude::*;
use serde_json::json;

use super::tables::{PAGE, Tables, rows};

/// As stored.
struct Row {
    user: i64,
    id: String,
    derived: Derived,
}

/// A certification and what is derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Derived {
    certification: String,
    folded: String,
    provider: i16,
}

impl Derived {
    fn fresh(&self) -> Self {
        let certification = self.certification.trim().to_owned();
        let (folded, provider) = (fold(&certification), Provider::of_certification(&certification).code());
        Self { certification, folded, provider }
    }
}

pub(super) async fn rewrite(tables: &Tables<'_>) -> Result<(), DbErr> {
    let (mut user, mut id) = (i64::MIN, String::new());
    loop {
        let page = page(tables, user, &id).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
        (user, id) = (last.user, last.id.clone());
        if rewrite_page(tables, &page).await? {
            refresh(tables, first.user, last.user).await?;
        }
    }
}

async fn page(tables: &Tables<'_>, user: i64, id: &str) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT user_no, id, certification, certification_folded, provider FROM quiz_attempts \
         WHERE (user_no, id) > ($1, $2) AND (provider = {other} OR {may_differ}) ORDER BY user_no, id LIMIT $3",
        other = Provider::Other.code(),
        may_differ = tables.may_differ("id, certification"),
    );
    let rows = tables.query(&sql, [user.into(), id.into(), PAGE.into()]).await?;
    let read = rows.iter().map(|row| {
        let derived = Derived {
            certification: row.try_get_by_index(2)?,
            folded: row.try_get_by_index(3)?,
            provider: row.try_get_by_index(4)?,
        };
        Ok(Row { user: row.try_get_by_index(0)?, id: row.try_get_by_index(1)?, derived })
    });
    read.collect()
}

/// Returns whether any attempt changed.
async fn rewrite_page(tables: &Tables<'_>, page: &[Row]) -> Result<bool, DbErr> {
    let derived: Vec<_> = page.iter().filter(|row| row.derived != row.derived.fresh()).collect();
    let spaced: Vec<_> = page.iter().filter(|row| row.id.trim() != row.id).collect();
    rewrite_derived(tables, &derived).await?;
    for row in &spaced {
        rewrite_id(tables, row).await?;
    }
    tables.mark(derived.iter().chain(&spaced).map(|row| row.user)).await?;
    Ok(!derived.is_empty() || !spaced.is_empty())
}

async fn rewrite_derived(tables: &Tables<'_>, attempts: &[&Row]) -> Result<(), DbErr> {
    let sql = format!(
        "UPDATE quiz_attempts SET certification = input.certification, certification_folded = input.folded, \
         provider = input.provider FROM (SELECT CAST(value ->> 0 AS bigint) AS user_no, value ->> 1 AS id, \
         value ->> 2 AS certification, value ->> 3 AS folded, CAST(value ->> 4 AS smallint) AS provider FROM {}) \
         AS input WHERE quiz_attempts.user_no = input.user_no AND quiz_attempts.id = input.id",
        tables.input()
    );
    let fresh = attempts.iter().map(|row| {
        let Derived { certification, folded, provider } = row.derived.fresh();
        json!([row.user, row.id, certification, folded, provider])
    });
    tables.execute(&sql, [rows(fresh)]).await.map(|_| ())
}

/// If the user also has the id without the spaces, both are one attempt.
async fn rewrite_id(tables: &Tables<'_>, row: &Row) -> Result<(), DbErr> {
    let key = [row.user.into(), row.id.clone().into(), row.id.trim().into()];
    let sql = "UPDATE quiz_attempts SET id = $3 WHERE user_no = $1 AND id = $2 \
               AND NOT EXISTS (SELECT 1 FROM quiz_attempts AS other WHERE other.user_no = $1 AND other.id = $3)";
    if tables.execute(sql, key).await? == 0 {
        let sql = "DELETE FROM quiz_attempts WHERE user_no = $1 AND id = $2";
        tables.execute(sql, [row.user.into(), row.id.clone().into()]).await?;
    }
    Ok(())
}

/// Of all users in a range.
async fn refresh(tables: &Tables<'_>, first: i64, last: i64) -> Result<(), DbErr> {
    let recent = |provider: Provider| {
        format!("count(CASE WHEN place <= {RECENT} AND provider = {} THEN 1 END)", provider.code())
    };
    let sql = format!(
        "UPDATE user_stats SET quiz_count = fresh.quiz_count, last_quiz_at = fresh.last_quiz_at, \
         recent_total = fresh.recent_total, recent_aws = fresh.recent_aws, recent_azure = fresh.recent_azure, \
         recent_gcp = fresh.recent_gcp FROM (\
         SELECT user_no, count(*) AS quiz_count, max(completed_at) AS last_quiz_at, \
         count(CASE WHEN place <= {RECENT} THEN 1 END) AS recent_total, \
         {aws} AS recent_aws, {azure} AS recent_azure, {gcp} AS recent_gcp FROM (\
         SELECT user_no, provider, completed_at, \
         row_number() OVER (PARTITION BY user_no ORDER BY completed_at DESC, id DESC) AS place \
         FROM quiz_attempts WHERE user_no BETWEEN $1 AND $2) AS ranked GROUP BY user_no) AS fresh \
         WHERE user_stats.user_no = fresh.user_no",
        aws = recent(Provider::Aws),
        azure = recent(Provider::Azure),
        gcp = recent(Provider::Gcp),
    );
    tables.execute(&sql, [first.into(), last.into()]).await.map(|_| ())
}

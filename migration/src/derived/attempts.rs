//! Ids, certifications and providers of attempts, and the statistics of their users.

use std::collections::BTreeSet;

use domain::{certification::Provider, facts::RECENT, text::fold};
use sea_orm_migration::prelude::*;

use super::tables::{PAGE, Tables};

/// As stored.
struct Row {
    user: i64,
    id: String,
    derived: Derived,
}

/// A certification and what is derived from it. Most attempts share theirs with many others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

/// The users of a page.
#[derive(Clone, Copy)]
struct Users {
    first: i64,
    last: i64,
}

pub(super) async fn rewrite(tables: &Tables<'_>) -> Result<(), DbErr> {
    let (mut user, mut id) = (i64::MIN, String::new());
    loop {
        let page = page(tables, user, &id).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
        let users = Users { first: first.user, last: last.user };
        (user, id) = (last.user, last.id.clone());
        rewrite_page(tables, users, &page).await?;
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

async fn rewrite_page(tables: &Tables<'_>, users: Users, page: &[Row]) -> Result<(), DbErr> {
    let stored: BTreeSet<_> = page.iter().map(|row| &row.derived).collect();
    let mut changed = false;
    for (stored, fresh) in stored.into_iter().map(|stored| (stored, stored.fresh())) {
        if *stored != fresh {
            rewrite_certification(tables, users, stored, fresh).await?;
            changed = true;
        }
    }
    for row in page.iter().filter(|row| row.id.trim() != row.id) {
        rewrite_id(tables, row).await?;
        changed = true;
    }
    if changed { refresh(tables, users).await } else { Ok(()) }
}

/// All attempts of the page's users with this certification.
async fn rewrite_certification(
    tables: &Tables<'_>,
    users: Users,
    stored: &Derived,
    fresh: Derived,
) -> Result<(), DbErr> {
    let of_users = "user_no BETWEEN $1 AND $2 AND certification = $3";
    let sql = format!(
        "INSERT INTO user_dirty (user_no) SELECT DISTINCT user_no FROM quiz_attempts WHERE {of_users} ORDER BY user_no \
         ON CONFLICT (user_no) DO UPDATE SET seq = excluded.seq"
    );
    let values = [users.first.into(), users.last.into(), stored.certification.clone().into()];
    tables.execute(&sql, values.clone()).await?;
    let [first, last, old] = values;
    let sql = format!(
        "UPDATE quiz_attempts SET certification = $4, certification_folded = $5, provider = $6 WHERE {of_users}"
    );
    let values = [first, last, old, fresh.certification.into(), fresh.folded.into(), fresh.provider.into()];
    tables.execute(&sql, values).await.map(|_| ())
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
    tables.mark(row.user).await
}

async fn refresh(tables: &Tables<'_>, users: Users) -> Result<(), DbErr> {
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
    tables.execute(&sql, [users.first.into(), users.last.into()]).await.map(|_| ())
}

//! Ids, email addresses and names of users.

use domain::{facts::random_bucket, ids::UserId, text::fold};
use sea_orm_migration::prelude::*;

use super::tables::{PAGE, Tables};

#[derive(Debug, Clone, PartialEq)]
struct Texts {
    id: String,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// As stored.
struct Row {
    no: i64,
    texts: Texts,
    folded: [Option<String>; 3],
}

impl Texts {
    fn trimmed(&self) -> Self {
        Self {
            id: self.id.trim().to_owned(),
            email: self.email.trim().to_owned(),
            first_name: trimmed(self.first_name.clone()),
            last_name: trimmed(self.last_name.clone()),
        }
    }

    fn folded(&self) -> [Option<String>; 3] {
        [Some(&self.email), self.first_name.as_ref(), self.last_name.as_ref()].map(|text| text.map(|text| fold(text)))
    }
}

pub(super) async fn rewrite(tables: &Tables<'_>) -> Result<(), DbErr> {
    let mut after = i64::MIN;
    loop {
        let page = page(tables, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.no;
        for row in &page {
            rewrite_user(tables, row).await?;
        }
    }
}

async fn page(tables: &Tables<'_>, after: i64) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT no, id, email, first_name, last_name, email_folded, first_name_folded, last_name_folded FROM users \
         WHERE no > $1 AND {} ORDER BY no LIMIT $2",
        tables.may_differ("id, email, first_name, last_name")
    );
    let rows = tables.query(&sql, [after.into(), PAGE.into()]).await?;
    let read = rows.iter().map(|row| {
        let texts = Texts {
            id: row.try_get_by_index(1)?,
            email: row.try_get_by_index(2)?,
            first_name: row.try_get_by_index(3)?,
            last_name: row.try_get_by_index(4)?,
        };
        let folded = [row.try_get_by_index(5)?, row.try_get_by_index(6)?, row.try_get_by_index(7)?];
        Ok(Row { no: row.try_get_by_index(0)?, texts, folded })
    });
    read.collect()
}

async fn rewrite_user(tables: &Tables<'_>, row: &Row) -> Result<(), DbErr> {
    let mut texts = row.texts.trimmed();
    if texts == row.texts && texts.folded() == row.folded {
        return Ok(());
    }
    if texts.id != row.texts.id {
        texts.id = unused_id(tables, texts.id, row.no).await?;
        rename(tables, row.no, (&row.texts.id, &texts.id)).await?;
    }
    // An entry is removed with the texts that it was made of.
    index(tables, "(users_text, rowid, email, name) SELECT 'delete', no, email, name", row.no).await?;
    let [email, first_name, last_name] = texts.folded();
    let bucket = random_bucket(&UserId(texts.id.clone()));
    let values = [
        row.no.into(),
        texts.id.into(),
        bucket.into(),
        texts.email.into(),
        email.into(),
        texts.first_name.into(),
        first_name.into(),
        texts.last_name.into(),
        last_name.into(),
    ];
    let sql = "UPDATE users SET id = $2, random_bucket = $3, email = $4, email_folded = $5, first_name = $6, \
               first_name_folded = $7, last_name = $8, last_name_folded = $9 WHERE no = $1";
    tables.execute(sql, values).await?;
    index(tables, "(rowid, email, name) SELECT no, email, name", row.no).await?;
    tables.mark(row.no).await
}

/// Another user may have the id without the spaces. Nothing can tell that both are one, so this one gets another id, by
/// which an operator finds and erases it.
async fn unused_id(tables: &Tables<'_>, id: String, no: i64) -> Result<String, DbErr> {
    let taken = tables.query("SELECT no FROM users WHERE id = $1", [id.clone().into()]).await?;
    Ok(if taken.is_empty() { id } else { format!("{id} (duplicate {no})") })
}

/// Where else the id of a user is stored: in the audit log and in issues of runs.
async fn rename(tables: &Tables<'_>, no: i64, (old, new): (&str, &str)) -> Result<(), DbErr> {
    let target = |id: &str| format!("user {id}").into();
    let sql = "UPDATE audit_log SET target = replace(target, $2, $3) WHERE user_no = $1";
    tables.execute(sql, [no.into(), target(old), target(new)]).await?;
    let sql = if tables.is_sqlite() {
        "UPDATE segmentation_run SET issues = replace(issues, $1, $2) WHERE instr(issues, $1) > 0"
    } else {
        "UPDATE segmentation_run SET issues = CAST(replace(CAST(issues AS text), $1, $2) AS jsonb) \
         WHERE strpos(CAST(issues AS text), $1) > 0"
    };
    let quoted = |id: &str| serde_json::Value::from(id).to_string().into();
    tables.execute(sql, [quoted(old), quoted(new)]).await.map(|_| ())
}

/// Only SQLite has an index that is written by hand.
async fn index(tables: &Tables<'_>, what: &str, user: i64) -> Result<(), DbErr> {
    if !tables.is_sqlite() {
        return Ok(());
    }
    let sql = format!("INSERT INTO users_text {what} FROM users_searchable WHERE no = $1");
    tables.execute(&sql, [user.into()]).await.map(|_| ())
}

/// Users whose attempts are read again once they exist.
pub(super) async fn rewrite_waiting(tables: &Tables<'_>) -> Result<(), DbErr> {
    let sql = format!("SELECT source, user_id FROM pull_waiting WHERE {}", tables.may_differ("user_id"));
    for row in tables.query(&sql, []).await? {
        let (source, old): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if old.trim() != old {
            let sql = "INSERT INTO pull_waiting (source, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            tables.execute(sql, [source.clone().into(), old.trim().into()]).await?;
            let sql = "DELETE FROM pull_waiting WHERE source = $1 AND user_id = $2";
            tables.execute(sql, [source.into(), old.into()]).await?;
        }
    }
    Ok(())
}

/// `None` for a text of only spaces.
fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

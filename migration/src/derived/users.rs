//! Ids, email addresses and names of users.

use domain::{facts::random_bucket, ids::UserId, text::fold};
use sea_orm_migration::{prelude::*, sea_orm::Value};
use serde_json::json;

use super::{
    renamed::Renamed,
    tables::{PAGE, Tables, rows},
};

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
    let (mut after, mut renamed) = (i64::MIN, Renamed::default());
    loop {
        let page = page(tables, after).await?;
        let Some(last) = page.last() else { break };
        after = last.no;
        let mut fresh = Vec::new();
        for row in &page {
            let mut texts = row.texts.trimmed();
            if texts.id != row.texts.id {
                texts.id = renamed.rename(tables, row.no, &row.texts.id).await?;
            }
            if texts != row.texts || texts.folded() != row.folded {
                fresh.push((row.no, texts));
            }
        }
        write(tables, &fresh).await?;
    }
    renamed.rewrite_issues(tables).await
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

async fn write(tables: &Tables<'_>, fresh: &[(i64, Texts)]) -> Result<(), DbErr> {
    let numbers = || rows(fresh.iter().map(|(no, _)| json!([no])));
    // An entry is removed with the texts that it was made of.
    index(tables, "(users_text, rowid, email, name) SELECT 'delete', no, email, name", numbers()).await?;
    let sql = format!(
        "UPDATE users SET id = input.id, random_bucket = input.bucket, \
         email = input.email, first_name = input.first_name, last_name = input.last_name, \
         email_folded = input.email_folded, first_name_folded = input.first_name_folded, \
         last_name_folded = input.last_name_folded FROM (SELECT CAST(value ->> 0 AS bigint) AS no, value ->> 1 AS id, \
         CAST(value ->> 2 AS smallint) AS bucket, value ->> 3 AS email, value ->> 4 AS first_name, \
         value ->> 5 AS last_name, value ->> 6 AS email_folded, value ->> 7 AS first_name_folded, \
         value ->> 8 AS last_name_folded FROM {}) AS input WHERE users.no = input.no",
        tables.input()
    );
    let row = |(no, texts): &(i64, Texts)| {
        let bucket = random_bucket(&UserId(texts.id.clone()));
        let [email, first_name, last_name] = texts.folded();
        let Texts { id, email: written, first_name: first, last_name: last } = texts;
        json!([no, id, bucket, written, first, last, email, first_name, last_name])
    };
    tables.execute(&sql, [rows(fresh.iter().map(row))]).await?;
    index(tables, "(rowid, email, name) SELECT no, email, name", numbers()).await?;
    tables.mark(fresh.iter().map(|(no, _)| *no)).await
}

/// Only SQLite has an index that is written by hand.
async fn index(tables: &Tables<'_>, what: &str, numbers: Value) -> Result<(), DbErr> {
    if !tables.is_sqlite() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO users_text {what} FROM users_searchable WHERE no IN (SELECT value ->> 0 FROM {}) ORDER BY no",
        tables.input()
    );
    tables.execute(&sql, [numbers]).await.map(|_| ())
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

//! Reads rows from the source and writes them to the target. They travel as JSON objects, which PostgreSQL writes and reads
//! without loss.

use std::collections::HashMap;

use domain::{
    ids::{UserId, UserNo},
    shard::{Shard, Shards},
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::{Value as Json, json};

use super::tables::{OnConflict, Table};
use crate::database::{
    MembershipTx,
    backend::SHARD,
    json_rows::{statement, statement_in},
};

/// A row of the source.
#[derive(Debug, Clone)]
pub struct Row {
    /// The user it is about.
    pub user: Option<UserNo>,
    pub json: String,
}

/// A row of the target.
#[derive(Debug, Clone)]
pub struct Moved {
    pub shard: Shard,
    json: String,
}

/// The rows after one, in the order of the key. `shard` is one of [`Table::parts`].
pub async fn page(
    source: &impl ConnectionTrait,
    table: &Table,
    shard: Shard,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Row>, DbErr> {
    let user = table.user.map_or_else(|| "CAST(NULL AS bigint)".to_owned(), |user| format!("rows.{user}"));
    let names: Vec<_> = table.key.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let mut values: Vec<Value> = vec![i64::from(limit).into()];
    let mut conditions = vec!["true".to_owned()];
    if table.is_in_shards {
        values.extend([shard.start().0.into(), shard.end().0.into()]);
        conditions.push(format!("{user} > $2 AND {user} <= $3 AND rows.shard = {SHARD}"));
    }
    if let Some(last) = after {
        values.push(last.into());
        let row = format!("CAST(${} AS jsonb)", values.len());
        let key: Vec<_> =
            table.key.iter().map(|(name, of_type)| format!("CAST({row} ->> '{name}' AS {of_type})")).collect();
        conditions.push(format!("({names}) > ({})", key.join(", ")));
    }
    let sql = format!(
        "SELECT {user}, CAST(to_jsonb(rows) AS text) FROM {table} AS rows WHERE {conditions} ORDER BY {names} LIMIT $1",
        table = table.name,
        conditions = conditions.join(" AND "),
    );
    let rows = source.query_all_raw(statement_in(source, shard, sql, values)).await?;
    let row = |row: &sea_orm::QueryResult| {
        let user: Option<i64> = row.try_get_by_index(0)?;
        Ok(Row { user: user.map(UserNo), json: row.try_get_by_index(1)? })
    };
    rows.iter().map(row).collect()
}

/// Of those who are not erased.
pub async fn ids(source: &impl ConnectionTrait, rows: &[Row]) -> Result<HashMap<UserNo, UserId>, DbErr> {
    let mut users: Vec<_> = rows.iter().filter_map(|row| row.user).collect();
    users.sort_unstable();
    users.dedup();
    let sql = format!(
        "SELECT users.no, users.id FROM users WHERE users.no IN \
         (SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS given (value)) \
         AND users.shard = {SHARD}"
    );
    let mut ids = HashMap::new();
    for (shard, users) in UserNo::divide(&users) {
        let values = [json!(users).to_string().into()];
        for row in source.query_all_raw(statement_in(source, shard, sql.clone(), values)).await? {
            ids.insert(UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?));
        }
    }
    Ok(ids)
}

impl Row {
    /// The same with the number that the user has in the target.
    pub fn moved(self, table: &Table, target: Shards, ids: &HashMap<UserNo, UserId>) -> Result<Moved, DbErr> {
        let to = self.user.map(|user| (user, number(user, target, ids)));
        let mut set = String::new();
        if let (Some((_, to)), Some(column)) = (to, table.user) {
            set += &format!(r#", "{column}": {to}"#);
            if table.is_in_shards {
                set += &format!(r#", "shard": {}"#, to.shard());
            }
        }
        let is_erased = self.user.is_none_or(|user| !ids.contains_key(&user));
        for (column, text) in naming_erased(&self.json, target)? {
            if column != "target" || is_erased {
                set += &format!(r#", "{column}": {}"#, json!(text));
            }
        }
        let shard = to.filter(|_| table.is_in_shards).map_or(Shard::FIRST, |(_, to)| to.shard());
        // Of a name that occurs twice, PostgreSQL takes the last value. An object of ours has a name.
        let json = match self.json.strip_suffix('}') {
            Some(open) if !set.is_empty() => format!("{open}{set}}}"),
            Some(_) | None => self.json,
        };
        Ok(Moved { shard, json })
    }
}

/// The count stays, and with it the order of users within a shard.
fn number(user: UserNo, target: Shards, ids: &HashMap<UserNo, UserId>) -> UserNo {
    let shard = ids.get(&user).map_or_else(|| target.of_erased(user), |id| target.of(id));
    shard.user(user.counted())
}

/// Columns that name an erased user by number, who was an author or what an entry is about, with their new texts.
fn naming_erased(json: &str, target: Shards) -> Result<Vec<(&'static str, String)>, DbErr> {
    const BEFORE: &str = "user number ";
    if !json.contains(BEFORE) {
        return Ok(Vec::new());
    }
    let row: Json = serde_json::from_str(json).map_err(|error| DbErr::Json(error.to_string()))?;
    let renumbered = |column| {
        let (before, user) = row[column].as_str()?.rsplit_once(BEFORE)?;
        let to = number(UserNo(user.parse().ok()?), target, &HashMap::new());
        Some((column, format!("{before}{BEFORE}{to}")))
    };
    Ok(["target", "actor", "created_by", "author", "changed_by"].into_iter().filter_map(renumbered).collect())
}

/// The columns of a table, with their types.
#[derive(Debug, Clone)]
pub struct Columns(Vec<(String, String)>);

pub async fn columns(target: &impl ConnectionTrait, table: &Table) -> Result<Columns, DbErr> {
    let sql = "SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute \
               WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    let rows = target.query_all_raw(statement(target, sql, [table.name.into()])).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect::<Result<_, _>>()
        .map(Columns)
}

/// Rows of the shard of the transaction, or of a table without shards.
pub async fn insert(tx: &MembershipTx, table: &Table, Columns(columns): &Columns, rows: &[Moved]) -> Result<(), DbErr> {
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "shard").collect();
    let typed: Vec<_> = columns.iter().map(|(name, of_type)| format!("{name} {of_type}")).collect();
    let input = format!("jsonb_to_recordset(CAST($1 AS jsonb)) AS input ({})", typed.join(", "));
    let inserts = tx.inserts();
    let (and_shard, and_value, home, is_home) = match table.is_in_shards {
        true => (", shard", inserts.and_shard_value(), inserts.home(), inserts.is_home()),
        false => ("", "", "", "true"),
    };
    let sql = format!(
        "INSERT INTO {table} ({names}{and_shard}) SELECT {values}{and_value} FROM {home}{input} WHERE {is_home} \
         ON CONFLICT {then}",
        table = table.name,
        values = names.iter().map(|name| format!("input.{name}")).collect::<Vec<_>>().join(", "),
        then = match table.on_conflict {
            OnConflict::Keep => "DO NOTHING".to_owned(),
            OnConflict::Replace => replace(table, &names),
        },
        names = names.join(", "),
    );
    let rows: Vec<_> = rows.iter().map(|row| row.json.as_str()).collect();
    let rows = format!("[{}]", rows.join(","));
    tx.execute_raw(tx.statement(sql, [rows.into()])).await.map(|_| ())
}

fn replace(table: &Table, columns: &[&str]) -> String {
    let key: Vec<_> = table.key.iter().map(|(name, _)| *name).collect();
    let sets: Vec<_> = columns.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!("({}) DO UPDATE SET {}", key.join(", "), sets.join(", "))
}

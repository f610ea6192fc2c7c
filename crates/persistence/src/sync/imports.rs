//! Imports of contacts at the mail service that have not ended, or whose end is not known.

use domain::instant::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::json_rows::{self, statement};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportNo(i64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImport {
    pub no: ImportNo,
    /// `None` if nobody knows whether the mail service has it.
    pub remote_id: Option<String>,
    pub since: Instant,
}

/// Before the request.
pub async fn begin(connection: &impl ConnectionTrait, now: Instant) -> Result<ImportNo, DbErr> {
    let sql = "INSERT INTO sync_import (since) VALUES ($1) RETURNING no";
    let row = connection.query_one_raw(statement(connection, sql, [now.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
    row.try_get_by_index(0).map(ImportNo)
}

/// The mail service has it.
pub async fn posted(connection: &impl ConnectionTrait, no: ImportNo, remote_id: &str) -> Result<(), DbErr> {
    let sql = "UPDATE sync_import SET remote_id = $2 WHERE no = $1";
    connection.execute_raw(statement(connection, sql, [no.0.into(), remote_id.into()])).await.map(|_| ())
}

pub async fn done(connection: &impl ConnectionTrait, no: ImportNo) -> Result<(), DbErr> {
    connection
        .execute_raw(statement(connection, "DELETE FROM sync_import WHERE no = $1", [no.0.into()]))
        .await
        .map(|_| ())
}

/// None is in hand any more.
pub async fn all_done(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    connection.execute_raw(statement(connection, "DELETE FROM sync_import", [])).await.map(|_| ())
}

/// Oldest first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredImport>, DbErr> {
    let sql = "SELECT no, remote_id, since FROM sync_import ORDER BY no";
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found
        .iter()
        .map(|row| {
            Ok(StoredImport {
                no: ImportNo(row.try_get_by_index(0)?),
                remote_id: row.try_get_by_index(1)?,
                since: row.try_get_by_index(2)?,
            })
        })
        .collect()
}

/// Whether none is in hand.
pub async fn is_empty(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(json_rows::count(connection, "SELECT count(*) FROM sync_import", []).await? == 0)
}

//! How far a copy has come, in a table of the target that exists only until the copy is finished.

use domain::segment::SegmentType;
use sea_orm::{ConnectionTrait, DbErr};

use super::tables::{COPIED, Table};
use crate::{
    Snapshot, Transaction,
    database::{
        deployment::is_half_filled,
        json_rows::{count, statement},
    },
};

/// How far a table has come, in one shard of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    NotBegun,
    /// All rows up to this one are in the target.
    After(String),
    Done,
}

/// Tells databases apart, also if they are restarted or reached by another name.
pub async fn identity(connection: &impl ConnectionTrait) -> Result<String, DbErr> {
    let sql = "SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), oid, datname) \
               FROM pg_database WHERE datname = current_database()";
    text(connection, sql).await?.ok_or_else(|| DbErr::RecordNotFound("the name of the database".into()))
}

/// Any number that no other lock uses.
const LOCK: i64 = 0x72_65_73_68_61_72_64_73;

/// Keeps other copies out of the target until the snapshot ends. `false` if there is one.
pub async fn lock(target: &Snapshot) -> Result<bool, DbErr> {
    target.allow_idling().await?;
    let sql = "SELECT pg_try_advisory_xact_lock($1)";
    let row = target.query_one_raw(statement(target, sql, [LOCK.into()])).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// The source of a copy that is not finished.
pub async fn begun(target: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    match is_half_filled(target).await? {
        false => Ok(None),
        true => text(target, "SELECT last FROM reshard_progress WHERE step = 'source'").await,
    }
}

pub async fn begin(tx: &Transaction, source: &str) -> Result<(), DbErr> {
    tx.execute_unprepared("CREATE TABLE reshard_progress (step text PRIMARY KEY, last text, done boolean NOT NULL)")
        .await?;
    let sql = "INSERT INTO reshard_progress (step, last, done) VALUES ('source', $1, false)";
    tx.execute_raw(statement(tx, sql, [source.into()])).await.map(|_| ())
}

/// A table that has rows of its own before a copy begins.
pub async fn first_filled(target: &impl ConnectionTrait) -> Result<Option<&'static str>, DbErr> {
    for Table { name, .. } in COPIED {
        let own = match name {
            "segment" => "segment_type = $1",
            // The migration has written its only row.
            "sync_destination" => "CAST($1 AS text) IS NULL",
            _ => "CAST($1 AS text) IS NOT NULL",
        };
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {name} WHERE {own} LIMIT 1) AS found");
        if count(target, sql, [SegmentType::Custom.name().into()]).await? > 0 {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

pub async fn step(target: &impl ConnectionTrait, step: &str) -> Result<Step, DbErr> {
    let sql = "SELECT last, done FROM reshard_progress WHERE step = $1";
    let Some(row) = target.query_one_raw(statement(target, sql, [step.into()])).await? else {
        return Ok(Step::NotBegun);
    };
    let last: Option<String> = row.try_get_by_index(0)?;
    Ok(if row.try_get_by_index(1)? { Step::Done } else { last.map_or(Step::NotBegun, Step::After) })
}

/// Records what is in the target.
pub async fn done(target: &impl ConnectionTrait, step: &str, now: &Step) -> Result<(), DbErr> {
    let sql = "INSERT INTO reshard_progress (step, last, done) VALUES ($1, $2, $3) \
               ON CONFLICT (step) DO UPDATE SET last = excluded.last, done = excluded.done";
    let last = if let Step::After(row) = now { Some(row.clone()) } else { None };
    let values = [step.into(), last.into(), (*now == Step::Done).into()];
    target.execute_raw(statement(target, sql, values)).await.map(|_| ())
}

pub async fn finish(tx: &Transaction) -> Result<(), DbErr> {
    tx.execute_unprepared("DROP TABLE reshard_progress").await.map(|_| ())
}

async fn text(connection: &impl ConnectionTrait, sql: &str) -> Result<Option<String>, DbErr> {
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

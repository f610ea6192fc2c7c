//! How a database is laid out, which is fixed when it is made.

use domain::shard::Shards;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Transaction, json_rows::statement};

pub(super) async fn shards(connection: &impl ConnectionTrait) -> Result<Shards, DbErr> {
    // SQLite has 64-bit integers alone.
    let sql = "SELECT CAST(shards AS bigint) FROM deployment";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    let count: i64 = row.ok_or_else(|| DbErr::RecordNotFound("the deployment".into()))?.try_get_by_index(0)?;
    let shards = u16::try_from(count).ok().and_then(Shards::new);
    shards.ok_or_else(|| DbErr::Type(format!("{count} shards: there are 1 to {}", Shards::MOST)))
}

/// Of a database that was just made.
pub(super) async fn set_shards(tx: &Transaction, shards: Shards) -> Result<(), DbErr> {
    let sql = "UPDATE deployment SET shards = $1";
    tx.execute_raw(statement(tx, sql, [i32::from(shards.count()).into()])).await.map(|_| ())
}

//! How a database is laid out, which is fixed when it is made.

use domain::shard::Shards;
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    backend::Backend,
    json_rows::{count, statement},
    open_error::DatabaseError,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) shards: Shards,
    /// Whether the tables are distributed over the nodes of a cluster.
    pub(super) is_citus: bool,
}

impl Layout {
    pub(super) const DEFAULT: Self = Self { shards: Shards::ONE, is_citus: false };
}

/// What a new database is to be like. Of any other, it must be right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// One unless given.
    pub shards: Option<Shards>,
    pub on_citus: bool,
}

impl Wanted {
    pub(super) fn layout(self) -> Layout {
        Layout { shards: self.shards.unwrap_or(Shards::ONE), is_citus: self.on_citus }
    }

    /// In a file.
    pub fn check_embedded(self) -> Result<(), DatabaseError> {
        match self.shards {
            _ if self.on_citus => Err(DatabaseError::EmbeddedCitus),
            Some(shards) if shards != Shards::ONE => Err(DatabaseError::EmbeddedShards),
            _ => Ok(()),
        }
    }

    pub(super) fn check(self, has: Layout) -> Result<(), DatabaseError> {
        match self.shards {
            _ if self.on_citus && !has.is_citus => Err(DatabaseError::NotOnCitus),
            Some(asked) if asked != has.shards => Err(DatabaseError::OtherShards { asked, has: has.shards }),
            _ => Ok(()),
        }
    }
}

/// How the users are divided, for who has a connection alone.
pub async fn shards(connection: &impl ConnectionTrait) -> Result<Shards, DbErr> {
    Ok(layout(connection).await?.shards)
}

pub(super) async fn layout(connection: &impl ConnectionTrait) -> Result<Layout, DbErr> {
    // SQLite has 64-bit integers alone, and no truth values.
    let sql = "SELECT CAST(shards AS bigint), CAST(CASE WHEN citus THEN 1 ELSE 0 END AS bigint) FROM deployment";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the deployment".into()))?;
    let count: i64 = row.try_get_by_index(0)?;
    let shards = u16::try_from(count).ok().and_then(Shards::new);
    let shards = shards.ok_or_else(|| DbErr::Type(format!("{count} shards: there are 1 to {}", Shards::MOST)))?;
    Ok(Layout { shards, is_citus: row.try_get_by_index::<i64>(1)? != 0 })
}

/// Of a database that was just made.
pub(super) async fn set(tx: &impl ConnectionTrait, layout: Layout) -> Result<(), DbErr> {
    let shards = i32::from(layout.shards.count()).into();
    let statement = match Backend::of(tx) {
        Backend::Sqlite => statement(tx, "UPDATE deployment SET shards = $1", [shards]),
        Backend::Postgres => {
            statement(tx, "UPDATE deployment SET shards = $1, citus = $2", [shards, layout.is_citus.into()])
        }
    };
    tx.execute_raw(statement).await.map(|_| ())
}

/// Whether `reshard` has not finished it: the table of its progress is there until then.
pub(crate) async fn is_half_filled(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    match Backend::of(connection) {
        Backend::Sqlite => Ok(false),
        Backend::Postgres => {
            let sql = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('reshard_progress')";
            Ok(count(connection, sql, []).await? > 0)
        }
    }
}

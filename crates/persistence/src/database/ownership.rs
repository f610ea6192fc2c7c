//! Whose database it is. Only our own is touched, so this is found out by reading, before anything else.
//!
//! **Invariant:** a database with tables and without our migrations stays as it is, byte for byte. SQLite changes a file by
//! opening it in WAL mode, and it makes files beside one that is in WAL mode, so a file is first read without either.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::Duration,
};

use migration::Migrator;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, SqlxSqliteConnector,
    sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use tempfile::Builder;

use super::{
    backend::Backend,
    connect::{beside, unreachable},
    errors::{io_words, of_the_driver},
    json_rows::statement,
    open_error::DatabaseError,
    url::DatabaseUrl,
};

/// How long a writer waits for another on SQLite before it gives up.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// How many migrations are missing; an error if the database is not ours to migrate.
pub(super) async fn pending_migrations(connection: &DatabaseConnection) -> Result<usize, DatabaseError> {
    refuse_encoding(connection).await?;
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    // First: what another process migrates in between must not count as tables without migrations.
    let has_tables = has_tables(connection).await?;
    let applied = applied_migrations(connection).await?;
    let is_ours = applied.iter().any(|version| known.contains(version));
    if !is_ours && (!applied.is_empty() || has_tables) {
        return Err(DatabaseError::Foreign);
    }
    if let Some(migration) = applied.iter().find(|version| !known.contains(version)) {
        return Err(DatabaseError::Newer { migration: migration.clone() });
    }
    Ok(known.len() - applied.len())
}

async fn applied_migrations(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(connection).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    texts(connection, "SELECT version FROM seaql_migrations ORDER BY version").await
}

/// Whether there are tables or views. On PostgreSQL those of extensions do not count; those of other schemas do, unless the
/// URL or the user names a schema.
async fn has_tables(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    let sql = match Backend::of(connection) {
        Backend::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             AND name <> 'seaql_migrations' LIMIT 1"
        }
        Backend::Postgres => {
            "SELECT CAST(relname AS text) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
             WHERE relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' \
             AND (current_schema() = 'public' OR nspname = current_schema()) \
             AND NOT (relname = 'seaql_migrations' AND nspname = current_schema()) \
             AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass \
                             AND objid = pg_class.oid AND deptype = 'e') LIMIT 1"
        }
    };
    Ok(!texts(connection, sql).await?.is_empty())
}

/// In any other encoding PostgreSQL refuses the names of some users, and with them those of all others in a statement.
async fn refuse_encoding(connection: &DatabaseConnection) -> Result<(), DatabaseError> {
    match Backend::of(connection) {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => match texts(connection, "SELECT current_setting('server_encoding')").await?.pop() {
            Some(encoding) if !["UTF8", "SQL_ASCII"].contains(&encoding.as_str()) => {
                Err(DatabaseError::Encoding { encoding })
            }
            _ => Ok(()),
        },
    }
}

async fn texts(connection: &DatabaseConnection, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The same question about a file, before it is opened to be used.
pub(super) async fn check_file(url: &DatabaseUrl, file: &Path) -> Result<(), DatabaseError> {
    if fs::metadata(file).is_ok_and(|file| file.is_file() && file.len() == 0) {
        return Err(DatabaseError::EmptyFile { file: file.to_owned() });
    }
    // As immutable, SQLite makes no file beside it, and does not look into the write-ahead log either.
    let has_log = fs::metadata(beside(file, "-wal")).is_ok_and(|log| log.len() > 0);
    let options =
        SqliteConnectOptions::new().filename(file).read_only(true).immutable(!has_log).busy_timeout(BUSY_TIMEOUT);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
    let pool = pool.map_err(|error| unreachable(url, &of_the_driver(error)))?;
    let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let pending = pending_migrations(&connection).await;
    connection.close().await?;
    match pending {
        Err(DatabaseError::Statement(error)) => Err(unreachable(url, &error)),
        checked => checked.map(|_| ()),
    }
}

/// Makes a database without tables. It is a whole database from the moment it has its name: another program that sees an
/// empty file could not know that it is about to become one.
pub(super) async fn make_file(file: &Path) -> Result<(), DatabaseError> {
    let failed = |error: io::Error| DatabaseError::Unmade { file: file.to_owned(), reason: io_words(&error) };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // With the permissions that SQLite gives a file.
    let mode = Permissions::from_mode(0o644);
    let new =
        Builder::new().prefix(".audience-").suffix(".new").permissions(mode).tempfile_in(folder).map_err(failed)?;
    let options = SqliteConnectOptions::new().filename(new.path()).pragma("journal_mode", "WAL");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
    pool.map_err(|error| DatabaseError::Statement(of_the_driver(error)))?.close().await;
    match new.persist_noclobber(file) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error.error)),
        // Somebody else was first, or made it.
        Err(_) | Ok(_) => Ok(()),
    }
}

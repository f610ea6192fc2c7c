//! Opening connections, to our database and to the host application's: what the driver leaves to its callers.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, RuntimeErr, SqlxError};
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    raw_sql,
};
use tokio::time::timeout;
use tracing::info;

use super::{
    backend::Backend,
    errors::{is_failed_handshake, is_not_let_in, of_connecting, of_the_driver, words},
    open_error::DatabaseError,
    url::DatabaseUrl,
};

/// How long to wait for a server to answer, or for a free connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for a second connection, by which a pooler is recognized.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// PostgreSQL's codes for "starting up" and "too many connections".
const PASSING: [&str; 2] = ["57P03", "53300"];

/// Opens a pool, with the options that are made of the URL. They are handed back for further connections.
pub(crate) async fn connect(
    url: &DatabaseUrl,
    options: impl Fn(&str) -> ConnectOptions,
) -> Result<(DatabaseConnection, ConnectOptions), DatabaseError> {
    let options = match url.backend {
        Backend::Sqlite => options(url.text()),
        Backend::Postgres => options(&reachable(url).await?),
    };
    let connection = sea_orm::Database::connect(options.clone()).await.map_err(|error| unreachable(url, &error))?;
    match url.backend {
        Backend::Sqlite => {}
        Backend::Postgres => refuse_shared_sessions(connection.get_postgres_connection_pool()).await?,
    }
    Ok((connection, options))
}

/// The URL by which a server lets us in: that one, or without TLS.
async fn reachable(url: &DatabaseUrl) -> Result<String, DatabaseError> {
    url.check_files()?;
    let Err(failed) = try_once(url.text()).await else { return Ok(url.text().to_owned()) };
    match url.without_tls().filter(|_| is_failed_handshake(&failed) || is_not_let_in(&failed)) {
        Some(plain) => unencrypted(url, plain, &failed).await,
        None => Err(unreachable(url, &failed)),
    }
}

/// As libpq does where TLS is only preferred. The driver itself falls back only if the server has no TLS at all.
async fn unencrypted(url: &DatabaseUrl, plain: String, failed: &DbErr) -> Result<String, DatabaseError> {
    match try_once(&plain).await {
        Ok(()) => {
            info!(reason = words(failed), "the database cannot be reached with TLS: the connection is not encrypted");
            Ok(plain)
        }
        Err(error) if is_not_let_in(&error) => Err(unreachable(url, failed)),
        Err(error) => Err(unreachable(url, &error)),
    }
}

/// A pool that cannot connect tries again until its time is up, and does not say why. A server that starts or is full is
/// left to it.
async fn try_once(text: &str) -> Result<(), DbErr> {
    let failed = |error: SqlxError| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    let options = without_startup_options(text.parse().map_err(failed)?);
    match timeout(CONNECT_TIMEOUT, options.connect()).await {
        Ok(Ok(connection)) => connection.close().await.map_err(failed),
        Ok(Err(error))
            if error
                .as_database_error()
                .and_then(|error| error.code())
                .is_some_and(|code| PASSING.contains(&&*code)) =>
        {
            Ok(())
        }
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(failed(SqlxError::Io(io::ErrorKind::TimedOut.into()))),
    }
}

/// Of the driver's own words none are kept: it may repeat the URL, password and all.
pub(super) fn unreachable(url: &DatabaseUrl, error: &DbErr) -> DatabaseError {
    match url.file() {
        Some(file) if is_read_only(error) && needs_writable_folder(file) => DatabaseError::WalInReadOnlyFolder,
        _ => DatabaseError::Unreachable { reason: words(error) },
    }
}

/// SQLite's `SQLITE_READONLY` and `SQLITE_CANTOPEN`.
fn is_read_only(error: &DbErr) -> bool {
    let code = of_connecting(error).and_then(|error| error.as_database_error()?.code()?.parse::<u32>().ok());
    code.is_some_and(|code| [8, 14].contains(&(code & 0xff)))
}

/// Whether a file is in WAL mode, which its header says, and what SQLite keeps beside such a file is not there yet.
fn needs_writable_folder(file: &Path) -> bool {
    let mut header = [0; 20];
    let is_read = File::open(file).and_then(|mut file| file.read_exact(&mut header)).is_ok();
    is_read && header[18..] == [2, 2] && !beside(file, "-shm").exists()
}

/// A file that SQLite keeps beside a database.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What a pooler refuses at the start of a connection is left out there; see [`with_settings`].
pub(crate) fn without_startup_options(options: PgConnectOptions) -> PgConnectOptions {
    options.extra_float_digits(None)
}

/// Executes statements at the beginning of each connection.
pub(crate) fn with_settings(pool: PgPoolOptions, settings: &'static str) -> PgPoolOptions {
    pool.after_connect(move |connection, _| Box::pin(async move { connection.execute(settings).await.map(|_| ()) }))
}

/// A pooler that gives each transaction another session of the server mixes up the statements that the driver prepares in
/// a session: it may execute another one than was meant. In such a session, a new connection finds the statements of
/// others.
async fn refuse_shared_sessions(pool: &PgPool) -> Result<(), DatabaseError> {
    let failed = |error| DatabaseError::Statement(of_the_driver(error));
    let mut first = pool.acquire().await.map_err(failed)?;
    if has_statements(&mut first).await.map_err(failed)? {
        return Err(DatabaseError::Pooler);
    }
    first.execute(sqlx::query("SELECT 1")).await.map_err(failed)?;
    if pool.options().get_max_connections() == 1 {
        return Ok(());
    }
    // There may be no second connection to have; the first one does.
    let Ok(Ok(mut second)) = timeout(PROBE_TIMEOUT, pool.acquire()).await else { return Ok(()) };
    if has_statements(&mut second).await.map_err(failed)? { Err(DatabaseError::Pooler) } else { Ok(()) }
}

/// As one text without parameters, which the driver does not prepare.
async fn has_statements(connection: &mut sqlx::PgConnection) -> Result<bool, SqlxError> {
    let sql = "SELECT CAST(count(*) AS text) FROM pg_prepared_statements WHERE name LIKE 'sqlx\\_s\\_%'";
    let row = connection.fetch_one(raw_sql(sql)).await?;
    Ok(row.try_get::<String, _>(0)? != "0")
}

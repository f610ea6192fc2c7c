//! Connections, transactions and the state of the schema.

use std::{path::PathBuf, sync::Arc, time::Duration};

use domain::instant::Instant;
use migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, RuntimeErr, SqlxError};
use sea_orm_migration::MigratorTrait;
use sqlx::{AssertSqlSafe, query_scalar, raw_sql};

use crate::segments;

pub(crate) mod backend;
mod errors;
pub(crate) mod json_rows;
pub mod query_pool;
mod transaction;
pub(crate) mod values;

use self::{
    backend::Backend,
    json_rows::statement,
    query_pool::{QueryPool, QuerySlot},
};

pub use self::errors::{causes_in_words, is_disk_full, is_of_the_data, is_transient, kind, words};
pub(crate) use self::errors::{complaint, of_the_driver, words_of};
pub(crate) use self::transaction::without_open_transactions;
pub use self::transaction::{DefinitionTx, MembershipTx, Transaction};

/// Where the embedded database is kept unless told otherwise.
pub const DEFAULT_URL: &str = "sqlite://audience.sqlite";

/// How long a writer waits for another on SQLite before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for readers before the write-ahead log of SQLite is begun anew.
const FOLD_TIMEOUT: Duration = Duration::from_millis(200);
/// How long to wait for a server that does not answer, or for a free connection to it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections of one process, unless told otherwise.
const CONNECTIONS: u32 = 8;
/// Taken on PostgreSQL while migrating, since migrations have no lock of their own. Any fixed number does.
const MIGRATION_LOCK: i64 = 0x61_75_64_69_65_6e_63_65;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is not one of ours.
    #[error("the database URL must begin with sqlite:// or postgres://, such as {DEFAULT_URL}")]
    UnknownScheme,
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read: it is written sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME, with \
         special characters of its parts percent-encoded"
    )]
    BadUrl,
    /// No connection.
    #[error("the database cannot be opened: {reason}")]
    Unreachable {
        /// In words.
        reason: String,
    },
    /// Migrations are missing.
    #[error("the database is from an older version of this program: bring it up to date with the command migrate")]
    Outdated,
    /// It has migrations that this program does not know.
    #[error("the database is from a newer version of this program (migration {migration}): use that version")]
    Newer {
        /// The first unknown one.
        migration: String,
    },
    /// A statement failed.
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// A pool of connections to one of the two kinds of database.
#[derive(Debug, Clone)]
pub struct Database {
    connection: DatabaseConnection,
    query_pool: Arc<QueryPool>,
}

impl Database {
    /// Opens the pool. A SQLite file that does not exist is created, empty.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        Self::connect_with(url, CONNECTIONS).await
    }

    /// The same with at most so many connections.
    pub async fn connect_with(url: &str, connections: u32) -> Result<Self, DatabaseError> {
        let options = options(url, connections)?;
        // Those who ask slow questions have half as many beside them.
        let query_pool = Arc::new(QueryPool::new(options.clone(), (connections / 2).max(1)));
        let connection = sea_orm::Database::connect(options).await.map_err(|error| unreachable(&error))?;
        Ok(Self { connection, query_pool })
    }

    /// Opens the pool and makes sure that the schema is this program's. An embedded database is brought up to date by
    /// itself, one of PostgreSQL only if `migrate` says so.
    pub async fn open(url: &str, migrate: bool) -> Result<Self, DatabaseError> {
        Self::open_with(url, CONNECTIONS, migrate).await
    }

    /// The same with at most so many connections.
    pub async fn open_with(url: &str, connections: u32, migrate: bool) -> Result<Self, DatabaseError> {
        let database = Self::connect_with(url, connections).await?;
        if migrate || database.is_embedded() {
            database.migrate().await?;
        } else {
            database.check_schema().await?;
        }
        Ok(database)
    }

    /// Brings the schema up to date, and the catalogue of system segments with it.
    pub async fn migrate(&self) -> Result<(), DatabaseError> {
        let pending = self.pending_migrations().await?;
        if pending == 0 && segments::catalogue_is_stored(self.connection()).await? {
            return Ok(());
        }
        let tx = self.begin().await?;
        match Backend::of(&tx) {
            // The transaction has the only write lock.
            Backend::Sqlite => {}
            Backend::Postgres => {
                let lock = "SELECT pg_advisory_xact_lock($1)";
                tx.execute_raw(statement(&tx, lock, [MIGRATION_LOCK.into()])).await?;
            }
        }
        Migrator::up(tx.inner(), None).await?;
        segments::store_catalogue(&tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn check_schema(&self) -> Result<(), DatabaseError> {
        let is_current =
            self.pending_migrations().await? == 0 && segments::catalogue_is_stored(self.connection()).await?;
        if is_current { Ok(()) } else { Err(DatabaseError::Outdated) }
    }

    /// How many migrations are missing; an error if there are some that we do not know.
    async fn pending_migrations(&self) -> Result<usize, DatabaseError> {
        let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let manager = sea_orm_migration::SchemaManager::new(&self.connection);
        if !manager.has_table("seaql_migrations").await? {
            return Ok(known.len());
        }
        let sql = "SELECT version FROM seaql_migrations ORDER BY version";
        let rows = self.connection.query_all_raw(statement(&self.connection, sql, [])).await?;
        let applied: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        if let Some(migration) = applied.iter().find(|version| !known.contains(version)) {
            return Err(DatabaseError::Newer { migration: migration.clone() });
        }
        Ok(known.len() - applied.len())
    }

    /// For reading, and for statements that need no transaction.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Begins a transaction that will write. On SQLite it takes the write lock at once: a transaction that reads first
    /// and writes later fails without waiting when another wrote in between.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        Transaction::begin(&self.connection).await
    }

    /// Begins a transaction that may change memberships, users and what is known of them.
    pub async fn begin_membership_change(&self) -> Result<MembershipTx, DbErr> {
        MembershipTx::begin(&self.connection).await
    }

    /// Begins a transaction that may change definitions of segments.
    pub async fn begin_definition_change(&self) -> Result<DefinitionTx, DbErr> {
        DefinitionTx::begin(&self.connection).await
    }

    /// Begins a transaction that only reads, and sees one state of everything from its first statement to its end.
    pub async fn begin_snapshot(&self) -> Result<Transaction, DbErr> {
        Transaction::begin_snapshot(&self.connection).await
    }

    /// A slot for long queries, or `None` if none is free by the deadline.
    pub async fn query_slot(&self, deadline: std::time::Instant) -> Result<Option<QuerySlot>, DbErr> {
        self.query_pool.slot(&self.connection, deadline).await
    }

    /// How many query slots are free.
    pub fn free_query_slots(&self) -> usize {
        self.query_pool.free_slots()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.connection.ping().await
    }

    /// Whether it is a file of our own, rather than a server.
    pub fn is_embedded(&self) -> bool {
        match self.backend() {
            Backend::Sqlite => true,
            Backend::Postgres => false,
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        Backend::of(&self.connection)
    }

    /// Folds the write-ahead log of SQLite into the file and begins it anew. It does so by itself, but only in a moment in
    /// which nobody reads, and whoever reads or writes has to search all of it. Readers who have begun are waited for, if
    /// they end soon.
    pub async fn checkpoint_wal(&self) -> Result<(), DbErr> {
        if !self.is_embedded() {
            return Ok(());
        }
        self.fold_wal("RESTART").await.map(|_| ())
    }

    /// Folds the write-ahead log of SQLite into the file and empties it, so that it holds nothing of what was deleted before.
    /// Says whether it is empty: readers who have begun are waited for, if they end soon.
    pub async fn truncate_wal(&self) -> Result<bool, DbErr> {
        match self.backend() {
            Backend::Postgres => Ok(true),
            Backend::Sqlite => self.fold_wal("TRUNCATE").await,
        }
    }

    /// Says whether all of it was done.
    async fn fold_wal(&self, mode: &'static str) -> Result<bool, DbErr> {
        let pool = self.connection.get_sqlite_connection_pool();
        let mut connection = pool.acquire().await.map_err(of_the_driver)?;
        let waits = |time: Duration| raw_sql(AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis())));
        waits(FOLD_TIMEOUT).execute(&mut *connection).await.map_err(of_the_driver)?;
        let fold = AssertSqlSafe(format!("PRAGMA wal_checkpoint({mode})"));
        let folded = query_scalar::<_, i64>(fold).fetch_one(&mut *connection).await;
        // Whatever became of it, others get the connection as it was.
        waits(BUSY_TIMEOUT).execute(&mut *connection).await.map_err(of_the_driver)?;
        folded.map(|is_busy| is_busy == 0).map_err(of_the_driver)
    }

    /// Closes all connections. On SQLite this also folds the write-ahead log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.query_pool.close().await?;
        self.connection.close().await
    }
}

fn options(url: &str, connections: u32) -> Result<ConnectOptions, DatabaseError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        // Statements carry e-mail addresses and names in their parameters.
        .sqlx_logging(false);
    match backend_of(url)? {
        Backend::Postgres => {
            options
                .acquire_timeout(CONNECT_TIMEOUT)
                // Compiling the many conditions of a large definition takes PostgreSQL's JIT seconds, and saves
                // none.
                .map_sqlx_postgres_opts(|postgres| postgres.options([("timezone", "UTC"), ("jit", "off")]));
        }
        Backend::Sqlite => {
            options.map_sqlx_sqlite_pool_opts(without_open_transactions);
            options.acquire_timeout(2 * BUSY_TIMEOUT).map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .busy_timeout(BUSY_TIMEOUT)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "NORMAL")
                    .pragma("cache_size", "-8192")
                    // What is deleted is overwritten with zeros: an erased person must not stay in free pages.
                    .pragma("secure_delete", "ON")
                    // In pages: 64 MB. Folded by 4 MB, as SQLite does, the pages that many commits change are written to
                    // the file again and again.
                    .pragma("wal_autocheckpoint", "16384")
            });
        }
    }
    Ok(options)
}

/// The time by the database's own clock: what leases go by, since machines' clocks differ.
pub async fn database_clock(connection: &impl ConnectionTrait) -> Result<Instant, DbErr> {
    let sql = format!("SELECT {}", Backend::of(connection).clock());
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's clock".into()))?.try_get_by_index(0)
}

/// The file of an embedded database that is not there yet. What only reads must not make an empty one of a mistyped name.
pub fn missing_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//").split('?').next()?;
    let path = PathBuf::from(path);
    (!path.exists()).then_some(path)
}

pub(crate) fn backend_of(url: &str) -> Result<Backend, DatabaseError> {
    url.split(':').next().and_then(Backend::of_scheme).ok_or(DatabaseError::UnknownScheme)
}

/// The driver repeats a URL that it cannot read, password and all, so of that error not a word is kept.
pub(crate) fn unreachable(error: &DbErr) -> DatabaseError {
    let DbErr::Conn(RuntimeErr::SqlxError(cause)) = error else { return DatabaseError::BadUrl };
    if let SqlxError::Configuration(_) = cause.as_ref() {
        return DatabaseError::BadUrl;
    }
    DatabaseError::Unreachable { reason: words_of(cause) }
}

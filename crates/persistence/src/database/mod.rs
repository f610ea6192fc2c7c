//! Connections, transactions and the state of the schema.

use std::{fs, sync::Arc, time::Duration};

use domain::instant::Instant;
use migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;
use sqlx::{AssertSqlSafe, raw_sql};

use crate::segments;

pub(crate) mod backend;
mod connect;
mod errors;
pub(crate) mod json_rows;
mod open_error;
mod ownership;
pub mod query_pool;
mod transaction;
mod url;

use self::{
    backend::Backend,
    json_rows::statement,
    ownership::BUSY_TIMEOUT,
    query_pool::{QueryPool, QuerySlot},
};

pub(crate) use self::connect::{connect, with_settings, without_startup_options};
pub use self::errors::{causes_in_words, is_disk_full, is_of_the_data, is_transient, kind, words};
pub(crate) use self::errors::{complaint, of_the_driver};
pub use self::open_error::{DEFAULT_URL, DatabaseError};
pub(crate) use self::transaction::without_open_transactions;
pub use self::transaction::{DefinitionTx, MembershipTx, Transaction};
pub(crate) use self::url::DatabaseUrl;
pub use self::url::missing_file;

/// How long to wait for readers before the write-ahead log of SQLite is begun anew.
const FOLD_TIMEOUT: Duration = Duration::from_millis(200);
/// How long to wait for a server that does not answer, or for a free connection to it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections of one process, unless told otherwise.
const CONNECTIONS: u32 = 8;
/// Taken on PostgreSQL while migrating, since migrations have no lock of their own. Any fixed number does.
const MIGRATION_LOCK: i64 = 0x61_75_64_69_65_6e_63_65;

/// A pool of connections to one of the two kinds of database.
#[derive(Debug, Clone)]
pub struct Database {
    connection: DatabaseConnection,
    query_pool: Arc<QueryPool>,
}

impl Database {
    /// Opens the pool. A SQLite file that does not exist is made, without tables; one of another program is refused.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        Self::connect_with(url, CONNECTIONS).await
    }

    /// The same with at most so many connections.
    pub async fn connect_with(url: &str, connections: u32) -> Result<Self, DatabaseError> {
        let url = DatabaseUrl::parse(url)?;
        if let Some(file) = url.file() {
            if fs::exists(file).unwrap_or(true) {
                ownership::check_file(&url, file).await?;
            } else {
                ownership::make_file(file).await?;
            }
        }
        let (connection, options) = connect(&url, |text| options(text, url.backend, connections)).await?;
        // Those who ask slow questions have half as many beside them.
        let query_pool = Arc::new(QueryPool::new(options, (connections / 2).max(1)));
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
        let pending = ownership::pending_migrations(&self.connection).await?;
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
        let is_current = ownership::pending_migrations(&self.connection).await? == 0
            && segments::catalogue_is_stored(self.connection()).await?;
        if is_current { Ok(()) } else { Err(DatabaseError::Outdated) }
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
        let pool = self.connection.get_sqlite_connection_pool();
        let mut connection = pool.acquire().await.map_err(of_the_driver)?;
        let waits = |time: Duration| raw_sql(AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis())));
        waits(FOLD_TIMEOUT).execute(&mut *connection).await.map_err(of_the_driver)?;
        let folded = raw_sql("PRAGMA wal_checkpoint(RESTART)").execute(&mut *connection).await;
        // Whatever became of it, others get the connection as it was.
        waits(BUSY_TIMEOUT).execute(&mut *connection).await.map_err(of_the_driver)?;
        folded.map(|_| ()).map_err(of_the_driver)
    }

    /// Closes all connections. On SQLite this also folds the write-ahead log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.query_pool.close().await?;
        self.connection.close().await
    }
}

fn options(url: &str, backend: Backend, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        // Statements carry e-mail addresses and names in their parameters.
        .sqlx_logging(false);
    match backend {
        Backend::Postgres => {
            options
                .acquire_timeout(CONNECT_TIMEOUT)
                // Compiling the many conditions of a large definition takes PostgreSQL's JIT seconds, and saves
                // none.
                .map_sqlx_postgres_pool_opts(|pool| with_settings(pool, "SET extra_float_digits = 2; SET jit = off"))
                .map_sqlx_postgres_opts(without_startup_options);
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
                    // In pages: 64 MB. Folded by 4 MB, as SQLite does, the pages that many commits change are written to
                    // the file again and again.
                    .pragma("wal_autocheckpoint", "16384")
            });
        }
    }
    options
}

/// The time by the database's own clock: what leases go by, since machines' clocks differ.
pub(crate) async fn database_clock(connection: &impl ConnectionTrait) -> Result<Instant, DbErr> {
    let sql = format!("SELECT {}", Backend::of(connection).clock());
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's clock".into()))?.try_get_by_index(0)
}

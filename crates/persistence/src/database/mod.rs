//! Connections, transactions and migrations.

use std::{fs, sync::Arc, time::Duration};

use domain::{
    instant::Instant,
    shard::{Shard, Shards},
};
use migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use sqlx::{AssertSqlSafe, query_scalar, raw_sql};

use crate::segments;

pub(crate) mod array_row;
pub(crate) mod backend;
pub mod citus;
mod connect;
pub(crate) mod deployment;
mod errors;
pub(crate) mod json_rows;
mod open_error;
mod ownership;
pub mod query_pool;
mod same_state;
mod transaction;
mod url;
pub(crate) mod values;

use self::{
    backend::Backend,
    connect::CONNECT_TIMEOUT,
    deployment::Layout,
    json_rows::statement,
    ownership::BUSY_TIMEOUT,
    query_pool::{QueryPool, QuerySlot},
};

pub(crate) use self::connect::{connect, with_settings, without_startup_options};
pub use self::deployment::{Wanted, shards};
pub use self::errors::{causes_in_words, io_words, is_disk_full, is_of_the_data, is_transient, kind, words};
pub(crate) use self::errors::{complaint, of_the_driver};
pub use self::open_error::{DEFAULT_URL, DatabaseError};
pub(crate) use self::transaction::without_open_transactions;
pub use self::transaction::{DefinitionTx, MembershipTx, Snapshot, Transaction};
pub(crate) use self::url::DatabaseUrl;
pub use self::url::missing_file;

/// How long a checkpoint of SQLite's write-ahead log waits for readers.
const FOLD_TIMEOUT: Duration = Duration::from_millis(200);
/// Connections per process, unless given.
const CONNECTIONS: u32 = 8;
/// An advisory lock on PostgreSQL, since migrations have no lock of their own. Any fixed number will do.
const MIGRATION_LOCK: i64 = 0x61_75_64_69_65_6e_63_65;

/// A process that is frozen in a transaction keeps its locks. PostgreSQL ends such a session after as long as a lease lasts.
const SESSION: &str = "SET extra_float_digits = 2; SET jit = off; SET idle_in_transaction_session_timeout = '30s'";

/// A pool of connections.
#[derive(Debug, Clone)]
pub struct Database {
    connection: DatabaseConnection,
    query_pool: Arc<QueryPool>,
    layout: Layout,
}

impl Database {
    /// Creates a SQLite file that does not exist, without tables. Refuses a file of another program.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        Self::connect_with(url, CONNECTIONS).await
    }

    /// The same with this many connections at most.
    pub async fn connect_with(url: &str, connections: u32) -> Result<Self, DatabaseError> {
        let url = DatabaseUrl::parse(url)?;
        if url.backend == Backend::Sqlite && url.file().is_none() {
            return Err(DatabaseError::InMemory);
        }
        if let Some(file) = url.file() {
            if file.is_dir() {
                return Err(DatabaseError::Folder { folder: file.clone() });
            }
            if fs::exists(file).unwrap_or(true) {
                ownership::check_file(&url, file).await?;
            } else {
                ownership::make_file(file).await?;
            }
        }
        let (connection, options) = connect(&url, |text| options(text, url.backend, connections)).await?;
        // Long queries have half as many of their own.
        let query_pool = Arc::new(QueryPool::new(options, (connections / 2).max(1)));
        Ok(Self { connection, query_pool, layout: Layout::DEFAULT })
    }

    /// Connects and makes sure that the schema is current. SQLite is always migrated, PostgreSQL only if `migrate` is
    /// set.
    pub async fn open(url: &str, migrate: bool) -> Result<Self, DatabaseError> {
        Self::open_with(url, CONNECTIONS, migrate).await
    }

    /// The same with this many connections at most.
    pub async fn open_with(url: &str, connections: u32, migrate: bool) -> Result<Self, DatabaseError> {
        let database = Self::open_to_fill(url, connections, migrate).await?;
        match deployment::is_half_filled(&database.connection).await? {
            true => Err(DatabaseError::HalfFilled),
            false => Ok(database),
        }
    }

    /// The same, also of a database that a reshard has not finished.
    pub async fn open_to_fill(url: &str, connections: u32, migrate: bool) -> Result<Self, DatabaseError> {
        let mut database = Self::connect_with(url, connections).await?;
        if migrate || database.is_embedded() {
            database.migrate(None).await?;
        } else {
            database.check_schema().await?;
            database.layout = deployment::layout(&database.connection).await?;
        }
        Ok(database)
    }

    /// Also stores the catalogue of system segments. A database without tables gets this many shards, or one; of any other the
    /// number must be right if it is given.
    pub async fn migrate(&mut self, shards: Option<Shards>) -> Result<(), DatabaseError> {
        self.migrate_as(Wanted { shards, on_citus: false }).await
    }

    /// The same, possibly on Citus: then a database without tables gets distributed ones. Once it has them, that is kept.
    pub async fn migrate_as(&mut self, wanted: Wanted) -> Result<(), DatabaseError> {
        if self.is_embedded() {
            wanted.check_embedded()?;
        }
        let pending = ownership::pending_migrations(&self.connection).await?;
        if pending > 0 || !segments::catalogue_is_stored(self.connection()).await? {
            if wanted.on_citus {
                citus::require(&self.connection).await?;
            }
            self.bring_up_to_date(wanted).await?;
        }
        self.layout = deployment::layout(&self.connection).await?;
        wanted.check(self.layout)
    }

    /// In one transaction, so that a process that dies leaves nothing half done.
    async fn bring_up_to_date(&self, wanted: Wanted) -> Result<(), DatabaseError> {
        let tx = self.begin().await?;
        match Backend::of(&tx) {
            // The transaction holds the only write lock.
            Backend::Sqlite => {}
            Backend::Postgres => {
                let lock = "SELECT pg_advisory_xact_lock($1)";
                tx.execute_raw(statement(&tx, lock, [MIGRATION_LOCK.into()])).await?;
                // Citus warns of each view.
                tx.execute_unprepared("SET LOCAL client_min_messages = error").await?;
            }
        }
        // Another process may have been faster.
        let is_new = Migrator::get_applied_migrations(tx.inner()).await.is_ok_and(|applied| applied.is_empty());
        let was_citus = !is_new && self.is_distributed(&tx).await?;
        if was_citus || is_new && wanted.on_citus {
            citus::change_one_by_one(&tx).await?;
        }
        Migrator::up(tx.inner(), None).await?;
        if is_new {
            deployment::set(&tx, wanted.layout()).await?;
        }
        let layout = deployment::layout(&tx).await?;
        wanted.check(layout)?;
        if layout.is_citus {
            citus::distribute(&tx, layout.shards).await?;
        }
        segments::store_catalogue(&tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Before the migrations: those of an older version may have no word about it.
    async fn is_distributed(&self, tx: &Transaction) -> Result<bool, DbErr> {
        let has_table = SchemaManager::new(tx.inner()).has_column("deployment", "citus").await?;
        Ok(has_table && deployment::layout(tx).await?.is_citus)
    }

    async fn check_schema(&self) -> Result<(), DatabaseError> {
        match ownership::pending_migrations(&self.connection).await? {
            0 if segments::catalogue_is_stored(self.connection()).await? => Ok(()),
            pending if pending == Migrator::migrations().len() => Err(DatabaseError::Empty),
            _ => Err(DatabaseError::Outdated),
        }
    }

    /// For reading, and for statements that need no transaction.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Begins a transaction that will write. On SQLite it takes the write lock at once: a transaction that reads first
    /// and writes later fails without waiting if another one wrote in between.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        Transaction::begin(&self.connection).await
    }

    /// How the users are divided. One shard before the database is opened or migrated.
    pub fn shards(&self) -> Shards {
        self.layout.shards
    }

    /// How many nodes of a cluster have shards. `None` if the tables are not distributed.
    pub async fn nodes(&self) -> Result<Option<u64>, DbErr> {
        match self.layout.is_citus {
            true => citus::nodes(&self.connection).await.map(Some),
            false => Ok(None),
        }
    }

    /// Whether the tables are distributed over the nodes of a cluster.
    pub fn is_on_citus(&self) -> bool {
        self.layout.is_citus
    }

    /// Begins a transaction that may change memberships, users and their data, of one shard.
    pub async fn begin_membership_change(&self, shard: Shard) -> Result<MembershipTx, DbErr> {
        MembershipTx::begin(&self.connection, shard, self.layout).await
    }

    /// Begins a transaction that erases a user of one shard, who may have signed definitions.
    pub async fn begin_erasure(&self, shard: Shard) -> Result<MembershipTx, DbErr> {
        let tx = self.begin_membership_change(shard).await?;
        if self.layout.is_citus {
            citus::change_one_by_one(&tx).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that may change definitions of segments, and memberships of one shard.
    pub async fn begin_definition_change(&self, shard: Shard) -> Result<DefinitionTx, DbErr> {
        DefinitionTx::begin(&self.connection, shard, self.layout).await
    }

    /// The same if nobody else is about to change definitions or memberships.
    pub async fn try_definition_change(&self, shard: Shard) -> Result<Option<DefinitionTx>, DbErr> {
        DefinitionTx::try_begin(&self.connection, shard, self.layout).await
    }

    /// Begins a read-only transaction on one snapshot.
    pub async fn begin_snapshot(&self) -> Result<Snapshot, DbErr> {
        Snapshot::begin(&self.connection).await
    }

    /// A slot for long queries, or `None` if none is free by the deadline.
    pub async fn query_slot(&self, deadline: std::time::Instant) -> Result<Option<QuerySlot>, DbErr> {
        self.query_pool.slot(&self.connection, deadline).await
    }

    /// How many there are, free or not.
    pub fn query_slots(&self) -> usize {
        self.query_pool.slots()
    }

    pub fn free_query_slots(&self) -> usize {
        self.query_pool.free_slots()
    }

    pub async fn ping(&self) -> Result<(), DbErr> {
        self.connection.ping().await
    }

    /// Whether the database is an SQLite file.
    pub fn is_embedded(&self) -> bool {
        match self.backend() {
            Backend::Sqlite => true,
            Backend::Postgres => false,
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        Backend::of(&self.connection)
    }

    /// Copies SQLite's write-ahead log into the file and restarts the log. SQLite does this automatically only while
    /// nobody reads, and a long log slows all reads and writes. Waits briefly for readers to end.
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
        // Also after a failure, since the connection returns to the pool.
        waits(BUSY_TIMEOUT).execute(&mut *connection).await.map_err(of_the_driver)?;
        folded.map(|is_busy| is_busy == 0).map_err(of_the_driver)
    }

    /// On SQLite this also copies the write-ahead log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.query_pool.close().await?;
        self.connection.close().await
    }
}

fn options(url: &str, backend: Backend, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        // The parameters of statements hold email addresses and names.
        .sqlx_logging(false);
    match backend {
        Backend::Postgres => {
            options
                .acquire_timeout(CONNECT_TIMEOUT)
                // PostgreSQL's JIT takes seconds to compile the conditions of a large definition, and saves
                // nothing.
                .map_sqlx_postgres_pool_opts(|pool| with_settings(pool, SESSION))
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
                    // Deleted data is overwritten with zeros: an erased person must not stay in free pages.
                    .pragma("secure_delete", "ON")
                    // In pages: 64 MB. At SQLite's default of 4 MB, pages that many commits change are written to the
                    // file over and over.
                    .pragma("wal_autocheckpoint", "16384")
            });
        }
    }
    options
}

/// The database's clock, which leases use because the clocks of machines differ.
pub async fn database_clock(connection: &impl ConnectionTrait) -> Result<Instant, DbErr> {
    let sql = format!("SELECT {}", Backend::of(connection).clock());
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's clock".into()))?.try_get_by_index(0)
}

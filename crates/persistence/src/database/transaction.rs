//! Transactions that are never committed in part.
//!
//! A failed statement may already have ended the transaction: SQLite rolls back if the disk is full or cannot be read,
//! and each later statement would be committed on its own. PostgreSQL answers `COMMIT` of a failed transaction with
//! success and rolls back. So a transaction with a failed statement is never committed.

use std::{
    ops::Deref,
    sync::atomic::{AtomicBool, Ordering},
};

use domain::shard::Shard;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
    prelude::async_trait::async_trait,
};
use sqlx::{Connection, sqlite::SqlitePoolOptions};

use super::{
    backend::{Backend, Inserts},
    citus,
    deployment::Layout,
    json_rows::{statement, statement_in},
};

/// Any number that no other lock uses.
const DEFINITION_LOCK: i64 = 0x73_65_67_6d_65_6e_74_73;

/// Dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    has_failed: AtomicBool,
}

impl Transaction {
    /// See [`Database::begin`](super::Database::begin).
    pub(super) async fn begin(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = connection.begin_with_options(options).await?;
        Ok(Self { inner, has_failed: AtomicBool::new(false) })
    }

    /// Fails and rolls back if a statement has failed.
    pub async fn commit(self) -> Result<(), DbErr> {
        if self.has_failed.into_inner() {
            return Err(DbErr::Custom("a statement of the transaction failed, so it is rolled back".into()));
        }
        self.inner.commit().await
    }

    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// For migrations, which need SeaORM's own type.
    pub(super) fn inner(&self) -> &DatabaseTransaction {
        &self.inner
    }

    fn note<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if result.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// A read-only transaction on one state of the database. Functions that write do not take it.
#[derive(Debug)]
pub struct Snapshot(DatabaseTransaction);

impl Snapshot {
    pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let options = match Backend::of(connection) {
            Backend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            // A deferred transaction of SQLite is one snapshot.
            Backend::Sqlite => TransactionOptions::default(),
        };
        Ok(Self(connection.begin_with_options(options).await?))
    }

    /// For a snapshot that waits for a slow reader. PostgreSQL would end its session.
    pub async fn allow_idling(&self) -> Result<(), DbErr> {
        match Backend::of(self) {
            Backend::Sqlite => Ok(()),
            Backend::Postgres => {
                let sql = "SET LOCAL idle_in_transaction_session_timeout = 0";
                self.execute_unprepared(sql).await.map(|_| ())
            }
        }
    }

    /// Gives the connection back at once. Dropping the snapshot does so a moment later.
    pub async fn close(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }
}

/// A transaction that may change memberships, users and their data, all of one shard, so that it changes one server. Several can
/// run at once. Transactions that change definitions wait until it ends.
#[derive(Debug)]
pub struct MembershipTx {
    inner: Transaction,
    shard: Shard,
    layout: Layout,
}

/// A transaction that may also change definitions of segments. Transactions that change definitions or memberships wait
/// until it ends.
#[derive(Debug)]
pub struct DefinitionTx(MembershipTx);

impl MembershipTx {
    pub(super) async fn begin(connection: &DatabaseConnection, shard: Shard, layout: Layout) -> Result<Self, DbErr> {
        let inner = Transaction::begin(connection).await?;
        lock_definitions(&inner, "SELECT pg_advisory_xact_lock_shared($1)").await?;
        Ok(Self { inner, shard, layout })
    }

    /// Whose users it is about.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// How rows from a parameter are inserted.
    pub(crate) fn inserts(&self) -> Inserts {
        match Backend::of(self) {
            Backend::Sqlite => Inserts::File,
            Backend::Postgres if self.layout.is_citus => Inserts::Citus,
            Backend::Postgres => Inserts::Server,
        }
    }

    /// A statement about users of the shard: see [`Backend::in_shard`].
    pub(crate) fn statement(&self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
        statement_in(self, self.shard, sql, values)
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await
    }

    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}

impl DefinitionTx {
    pub(super) async fn begin(connection: &DatabaseConnection, shard: Shard, layout: Layout) -> Result<Self, DbErr> {
        let inner = Transaction::begin(connection).await?;
        lock_definitions(&inner, "SELECT pg_advisory_xact_lock($1)").await?;
        Self::begun(inner, shard, layout).await
    }

    /// `None` if others are at work. An SQLite file has one writer, who is waited for.
    pub(super) async fn try_begin(
        connection: &DatabaseConnection,
        shard: Shard,
        layout: Layout,
    ) -> Result<Option<Self>, DbErr> {
        let inner = Transaction::begin(connection).await?;
        let is_alone = match Backend::of(&inner) {
            Backend::Sqlite => true,
            Backend::Postgres => {
                let lock = statement(&inner, "SELECT pg_try_advisory_xact_lock($1)", [DEFINITION_LOCK.into()]);
                let row = inner.query_one_raw(lock).await?;
                row.map_or(Ok(false), |row| row.try_get_by_index(0))?
            }
        };
        if !is_alone {
            inner.rollback().await?;
            return Ok(None);
        }
        Self::begun(inner, shard, layout).await.map(Some)
    }

    async fn begun(inner: Transaction, shard: Shard, layout: Layout) -> Result<Self, DbErr> {
        if layout.is_citus {
            // Definitions are in tables with copies everywhere, which Citus refuses to change after a statement that has asked
            // several shards at once.
            citus::change_one_by_one(&inner).await?;
        }
        Ok(Self(MembershipTx { inner, shard, layout }))
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        self.0.commit().await
    }

    pub async fn rollback(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }
}

/// SQLite has one writer and needs no lock.
async fn lock_definitions(tx: &Transaction, sql: &'static str) -> Result<(), DbErr> {
    match Backend::of(tx) {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => tx.execute_raw(statement(tx, sql, [DEFINITION_LOCK.into()])).await.map(|_| ()),
    }
}

impl Deref for MembershipTx {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.inner
    }
}

impl Deref for DefinitionTx {
    type Target = MembershipTx;

    fn deref(&self) -> &MembershipTx {
        &self.0
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.note(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(self.inner.query_all_raw(statement).await)
    }
}

/// Generic functions do not accept a type that only derefs to a connection.
macro_rules! forward_connection {
    ($transaction:ty, $inner:tt) => {
        #[async_trait]
        impl ConnectionTrait for $transaction {
            fn get_database_backend(&self) -> DbBackend {
                self.$inner.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                self.$inner.execute_raw(statement).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.$inner.execute_unprepared(sql).await
            }

            async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
                self.$inner.query_one_raw(statement).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.$inner.query_all_raw(statement).await
            }
        }
    };
}

forward_connection!(Snapshot, 0);
forward_connection!(MembershipTx, inner);
forward_connection!(DefinitionTx, 0);

/// Drops connections that the driver still counts as in a transaction.
///
/// If SQLite has rolled back automatically, the driver's own rollback fails, and the driver still counts the
/// transaction as open. The next transaction on that connection would be a savepoint, which is never committed and
/// holds the write lock forever.
pub(crate) fn without_open_transactions(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                // A rollback may be pending: the answer comes after it.
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    })
}

//! Transactions that cannot be half done.
//!
//! A statement that fails may already have ended the transaction: SQLite rolls back by itself when the disk is full or
//! cannot be read, and what follows would then be written statement by statement. PostgreSQL answers `COMMIT` of a failed
//! transaction with success and rolls back. So a transaction in which a statement failed is never committed.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    prelude::async_trait::async_trait,
};
use sqlx::{Connection, sqlite::SqlitePoolOptions};

/// A transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    has_failed: AtomicBool,
}

impl Transaction {
    /// Begins a transaction that will write. On SQLite it takes the write lock at once: a transaction that reads first
    /// and writes later fails without waiting when another wrote in between.
    pub(super) async fn begin(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Self::begin_with(connection, options).await
    }

    /// Begins a transaction that only reads, and sees one state of everything from its first statement to its end.
    pub(crate) async fn begin_snapshot(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let options = match connection.get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            // A deferred transaction of SQLite is one snapshot by itself.
            _ => TransactionOptions::default(),
        };
        Self::begin_with(connection, options).await
    }

    async fn begin_with(connection: &DatabaseConnection, options: TransactionOptions) -> Result<Self, DbErr> {
        let inner = connection.begin_with_options(options).await?;
        Ok(Self { inner, has_failed: AtomicBool::new(false) })
    }

    /// Makes everything that was written in it permanent. Fails, and rolls back, if a statement in it has failed.
    pub async fn commit(self) -> Result<(), DbErr> {
        if self.has_failed.into_inner() {
            return Err(DbErr::Custom("a statement of the transaction failed, so it is rolled back".into()));
        }
        self.inner.commit().await
    }

    /// Undoes everything that was written in it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// What migrations, which know SeaORM only, are given.
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

/// Keeps connections out of the pool that still are in a transaction as the driver sees it.
///
/// When SQLite has rolled back by itself, the driver's own rollback fails and the driver still counts the transaction as
/// open. What the next user of that connection then takes for a transaction is a savepoint, which is committed never and
/// holds the write lock for ever.
pub(crate) fn without_open_transactions(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                // A rollback may be on its way: the answer comes after it.
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    })
}

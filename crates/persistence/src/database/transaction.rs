//! Transactions that cannot be half done.
//!
//! A statement that fails may already have ended the transaction: SQLite rolls back by itself when the disk is full or
//! cannot be read, and what follows would then be written statement by statement. PostgreSQL answers `COMMIT` of a failed
//! transaction with success and rolls back. So a transaction in which a statement failed is never committed.

use std::{
    ops::Deref,
    sync::atomic::{AtomicBool, Ordering},
};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    prelude::async_trait::async_trait,
};
use sqlx::{Connection, sqlite::SqlitePoolOptions};

use super::{backend::Backend, json_rows::statement};

/// Any fixed number that no other lock has.
const DEFINITION_LOCK: i64 = 0x73_65_67_6d_65_6e_74_73;

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
        let options = match Backend::of(connection) {
            Backend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            // A deferred transaction of SQLite is one snapshot by itself.
            Backend::Sqlite => TransactionOptions::default(),
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

/// A transaction that may change memberships, users and their data. Definitions of segments cannot change until it ends;
/// a transaction that would change them waits. Several of these run side by side.
#[derive(Debug)]
pub struct MembershipTx(Transaction);

/// A transaction that may change definitions of segments too. Transactions that change definitions or memberships wait
/// until it ends.
#[derive(Debug)]
pub struct DefinitionTx(MembershipTx);

impl MembershipTx {
    pub(super) async fn begin(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let tx = Transaction::begin(connection).await?;
        lock_definitions(&tx, "SELECT pg_advisory_xact_lock_shared($1)").await?;
        Ok(Self(tx))
    }

    /// See [`Transaction::commit`].
    pub async fn commit(self) -> Result<(), DbErr> {
        self.0.commit().await
    }

    /// See [`Transaction::rollback`].
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }
}

impl DefinitionTx {
    pub(super) async fn begin(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let tx = Transaction::begin(connection).await?;
        lock_definitions(&tx, "SELECT pg_advisory_xact_lock($1)").await?;
        Ok(Self(MembershipTx(tx)))
    }

    /// See [`Transaction::commit`].
    pub async fn commit(self) -> Result<(), DbErr> {
        self.0.commit().await
    }
}

/// SQLite has one writer anyway.
async fn lock_definitions(tx: &Transaction, sql: &'static str) -> Result<(), DbErr> {
    match Backend::of(tx) {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => tx.execute_raw(statement(tx, sql, [DEFINITION_LOCK.into()])).await.map(|_| ()),
    }
}

impl Deref for MembershipTx {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.0
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

/// A type that derefs to a connection is not one to a generic function, so each forwards.
macro_rules! forward_connection {
    ($transaction:ty) => {
        #[async_trait]
        impl ConnectionTrait for $transaction {
            fn get_database_backend(&self) -> DbBackend {
                self.0.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                self.0.execute_raw(statement).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.0.execute_unprepared(sql).await
            }

            async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
                self.0.query_one_raw(statement).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.0.query_all_raw(statement).await
            }
        }
    };
}

forward_connection!(MembershipTx);
forward_connection!(DefinitionTx);

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

//! Long queries run in a query slot, each with a connection of its own, so that they do not block others. The database
//! ends a statement at its deadline or when it is canceled. Futures are not dropped for that: a canceled statement
//! fails like any other, and its connection stays usable.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout_at,
};

use super::{
    backend::Backend,
    errors::code,
    json_rows::statement,
    same_state,
    transaction::{Snapshot, without_open_transactions},
};

/// SQLite checks its cancel flag after this many steps of its virtual machine, about once per millisecond.
const STEPS: i32 = 20_000;

/// Slots connect on first use.
pub(crate) struct QueryPool {
    count: u32,
    options: ConnectOptions,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<QueryConnection>>,
}

impl QueryPool {
    pub(crate) fn new(options: ConnectOptions, count: u32) -> Self {
        let free = Arc::new(Semaphore::new(count as usize));
        Self { count, options, free, idle: Mutex::default() }
    }

    /// A slot, or `None` if none is free by the deadline. `others` are the connections that can stop its queries.
    pub(super) async fn slot(
        self: &Arc<Self>,
        others: &DatabaseConnection,
        deadline: Instant,
    ) -> Result<Option<QuerySlot>, DbErr> {
        let free = timeout_at(deadline.into(), self.free.clone().acquire_owned());
        let Ok(Ok(permit)) = free.await else { return Ok(None) };
        let idle = unpoisoned(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => QueryConnection::open(self.options.clone(), Backend::of(others)).await?,
        };
        connection.cancel.release();
        let (pool, others) = (self.clone(), others.clone());
        Ok(Some(QuerySlot { connection: Some(connection), pool, others, _permit: permit }))
    }

    pub(super) fn slots(&self) -> usize {
        self.count as usize
    }

    pub(super) fn free_slots(&self) -> usize {
        self.free.available_permits()
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        let idle = std::mem::take(&mut *unpoisoned(&self.idle));
        for connection in idle {
            connection.pool.close().await?;
        }
        Ok(())
    }
}

impl fmt::Debug for QueryPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the options: a URL may hold a password.
        formatter.debug_struct("QueryPool").field("free", &self.free.available_permits()).finish_non_exhaustive()
    }
}

/// A pool of one connection, or two for SQLite, and what cancels their statements.
struct QueryConnection {
    pool: DatabaseConnection,
    cancel: Arc<CancelFlag>,
    /// The process of PostgreSQL that executes its statements; 0 if unknown.
    process: AtomicI32,
}

impl QueryConnection {
    async fn open(mut options: ConnectOptions, backend: Backend) -> Result<Self, DbErr> {
        let cancel = Arc::new(CancelFlag::default());
        let of_pool = cancel.clone();
        let connections = match backend {
            // See `begin_wide`.
            Backend::Sqlite => 2,
            Backend::Postgres => 1,
        };
        options.max_connections(connections).map_sqlx_sqlite_pool_opts(move |pool| {
            let cancel = of_pool.clone();
            without_open_transactions(pool).after_connect(move |connection, _| {
                let cancel = cancel.clone();
                Box::pin(async move {
                    connection.lock_handle().await?.set_progress_handler(STEPS, move || !cancel.is_due());
                    Ok(())
                })
            })
        });
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self { pool, cancel, process: AtomicI32::new(0) })
    }
}

/// Checked by SQLite during a statement.
#[derive(Default)]
struct CancelFlag {
    is_set: AtomicBool,
    deadline: Mutex<Option<Instant>>,
}

impl CancelFlag {
    fn is_due(&self) -> bool {
        let is_late = || unpoisoned(&self.deadline).is_some_and(|deadline| Instant::now() >= deadline);
        self.is_set.load(Ordering::Relaxed) || is_late()
    }

    fn release(&self) {
        self.is_set.store(false, Ordering::Relaxed);
        *unpoisoned(&self.deadline) = None;
    }
}

/// Dropping it frees the slot.
pub struct QuerySlot {
    connection: Option<QueryConnection>,
    pool: Arc<QueryPool>,
    others: DatabaseConnection,
    _permit: OwnedSemaphorePermit,
}

impl Drop for QuerySlot {
    fn drop(&mut self) {
        unpoisoned(&self.pool.idle).extend(self.connection.take());
    }
}

impl QuerySlot {
    /// A snapshot whose statements end by the deadline; see [`is_cut`]. An earlier one must have ended.
    pub async fn begin(&self, deadline: Instant) -> Result<Snapshot, DbErr> {
        let connection = self.connection()?;
        *unpoisoned(&connection.cancel.deadline) = None;
        let tx = Snapshot::begin(&connection.pool).await?;
        match Backend::of(&self.others) {
            Backend::Sqlite => {}
            Backend::Postgres => {
                let process = tx.query_one_raw(statement(&tx, "SELECT pg_backend_pid()", [])).await?;
                let process = process.ok_or_else(|| DbErr::RecordNotFound("the process of a connection".into()))?;
                connection.process.store(process.try_get_by_index(0)?, Ordering::Relaxed);
            }
        }
        self.until(&tx, deadline).await?;
        Ok(tx)
    }

    /// The same for reading large tables: a second snapshot, on a connection of its own and of the same state, shares the
    /// work if the database reads a table with one core only. There is none if others commit too often.
    pub async fn begin_wide(&self, deadline: Instant) -> Result<(Snapshot, Option<Snapshot>), DbErr> {
        if self.reads_in_parallel() {
            return Ok((self.begin(deadline).await?, None));
        }
        let connection = self.connection()?;
        *unpoisoned(&connection.cancel.deadline) = None;
        let snapshots = same_state::begin(&connection.pool, &self.others, deadline).await?;
        *unpoisoned(&connection.cancel.deadline) = Some(deadline);
        Ok(snapshots)
    }

    /// Whether the database itself reads one table with several cores.
    pub fn reads_in_parallel(&self) -> bool {
        match Backend::of(&self.others) {
            Backend::Sqlite => false,
            Backend::Postgres => true,
        }
    }

    /// Sets a deadline for the following statements.
    pub async fn until(&self, tx: &Snapshot, deadline: Instant) -> Result<(), DbErr> {
        *unpoisoned(&self.connection()?.cancel.deadline) = Some(deadline);
        match Backend::of(&self.others) {
            // SQLite checks the cancel flag.
            Backend::Sqlite => Ok(()),
            Backend::Postgres => {
                let left = deadline.saturating_duration_since(Instant::now());
                let left = if self.is_stopped() { Duration::ZERO } else { left };
                // 0 would mean no limit.
                let left = format!("{}ms", left.as_millis().max(1));
                let sql = "SELECT set_config('statement_timeout', $1, true)";
                tx.execute_raw(statement(tx, sql, [left.into()])).await.map(|_| ())
            }
        }
    }

    /// Cancels the current statement and all following ones. On PostgreSQL it may miss a statement that is just
    /// starting: repeat it until there is an answer.
    pub async fn stop(&self) -> Result<(), DbErr> {
        let connection = self.connection()?;
        connection.cancel.is_set.store(true, Ordering::Relaxed);
        let process = connection.process.load(Ordering::Relaxed);
        if process != 0 {
            self.others.execute_raw(statement(&self.others, "SELECT pg_cancel_backend($1)", [process.into()])).await?;
        }
        Ok(())
    }

    pub fn is_stopped(&self) -> bool {
        self.connection().is_ok_and(|connection| connection.cancel.is_set.load(Ordering::Relaxed))
    }

    fn connection(&self) -> Result<&QueryConnection, DbErr> {
        // `None` only while it is dropped.
        self.connection.as_ref().ok_or_else(|| DbErr::Custom("a query slot without a connection".into()))
    }
}

/// Whether a statement timed out or was canceled. The codes are PostgreSQL's `query_canceled` and SQLite's
/// `SQLITE_INTERRUPT`.
pub fn is_cut(error: &DbErr) -> bool {
    code(error).is_some_and(|code| code == "57014" || code == "9")
}

/// A panic cannot leave the content half written.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

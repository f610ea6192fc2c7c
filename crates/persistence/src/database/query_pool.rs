//! Questions that may take long are asked from a place: a connection of its own, of which there are few, so that slow
//! questions keep nobody else from the database. The database itself ends a statement at its deadline, or when it is told to
//! stop. No future is dropped for that: a statement that is cut fails as others do, and the connection stays whole.

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

use crate::{
    Database,
    database::{self, Transaction, backend::Backend, json_rows::statement, without_open_transactions},
};

/// How often SQLite looks at its brake, in steps of its virtual machine: about once in a millisecond.
const STEPS: i32 = 20_000;

/// The places of a database, connected when they are first taken.
pub(crate) struct Places {
    options: ConnectOptions,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Seat>>,
}

impl Places {
    pub(crate) fn new(options: ConnectOptions, count: u32) -> Self {
        let free = Arc::new(Semaphore::new(count as usize));
        Self { options, free, idle: Mutex::default() }
    }

    /// Closes the connections that nobody uses.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        let idle = std::mem::take(&mut *unpoisoned(&self.idle));
        for seat in idle {
            seat.connection.close().await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the options: a URL may hold a password.
        formatter.debug_struct("Places").field("free", &self.free.available_permits()).finish_non_exhaustive()
    }
}

/// A pool of one connection, and what stops its statements.
struct Seat {
    connection: DatabaseConnection,
    brake: Arc<Brake>,
    /// The process of PostgreSQL that executes its statements; 0 as long as it is not known.
    process: AtomicI32,
}

impl Seat {
    async fn open(mut options: ConnectOptions) -> Result<Self, DbErr> {
        let brake = Arc::new(Brake::default());
        let of_pool = brake.clone();
        options.max_connections(1).map_sqlx_sqlite_pool_opts(move |pool| {
            let brake = of_pool.clone();
            without_open_transactions(pool).after_connect(move |connection, _| {
                let brake = brake.clone();
                Box::pin(async move {
                    connection.lock_handle().await?.set_progress_handler(STEPS, move || !brake.holds());
                    Ok(())
                })
            })
        });
        let connection = sea_orm::Database::connect(options).await?;
        Ok(Self { connection, brake, process: AtomicI32::new(0) })
    }
}

/// What SQLite asks, time and again, within a statement.
#[derive(Default)]
struct Brake {
    pulled: AtomicBool,
    deadline: Mutex<Option<Instant>>,
}

impl Brake {
    fn holds(&self) -> bool {
        let is_late = || unpoisoned(&self.deadline).is_some_and(|deadline| Instant::now() >= deadline);
        self.pulled.load(Ordering::Relaxed) || is_late()
    }

    fn release(&self) {
        self.pulled.store(false, Ordering::Relaxed);
        *unpoisoned(&self.deadline) = None;
    }
}

/// A place to ask from. Dropping it gives it to the next.
pub struct Place {
    seat: Option<Seat>,
    database: Database,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        unpoisoned(&self.database.places().idle).extend(self.seat.take());
    }
}

impl Database {
    /// A place, if one is free in time.
    pub async fn place(&self, deadline: Instant) -> Result<Option<Place>, DbErr> {
        let free = timeout_at(deadline.into(), self.places().free.clone().acquire_owned());
        let Ok(Ok(permit)) = free.await else { return Ok(None) };
        let idle = unpoisoned(&self.places().idle).pop();
        let seat = match idle {
            Some(seat) => seat,
            None => Seat::open(self.places().options.clone()).await?,
        };
        seat.brake.release();
        Ok(Some(Place { seat: Some(seat), database: self.clone(), _permit: permit }))
    }

    /// How many places nobody has taken.
    pub fn free_places(&self) -> usize {
        self.places().free.available_permits()
    }
}

impl Place {
    /// A snapshot whose statements end by the deadline, as one cut short does: see [`is_cut`]. One that was begun before must
    /// have ended.
    pub async fn begin(&self, deadline: Instant) -> Result<Transaction, DbErr> {
        let seat = self.seat()?;
        *unpoisoned(&seat.brake.deadline) = None;
        let tx = Transaction::begin_snapshot(&seat.connection).await?;
        match self.database.backend() {
            Backend::Sqlite => {}
            Backend::Postgres => {
                let process = tx.query_one_raw(statement(&tx, "SELECT pg_backend_pid()", [])).await?;
                let process = process.ok_or_else(|| DbErr::RecordNotFound("the process of a connection".into()))?;
                seat.process.store(process.try_get_by_index(0)?, Ordering::Relaxed);
            }
        }
        self.until(&tx, deadline).await?;
        Ok(tx)
    }

    /// The statements that follow end by the deadline.
    pub async fn until(&self, tx: &Transaction, deadline: Instant) -> Result<(), DbErr> {
        *unpoisoned(&self.seat()?.brake.deadline) = Some(deadline);
        match self.database.backend() {
            // It asks the brake.
            Backend::Sqlite => Ok(()),
            Backend::Postgres => {
                let left = deadline.saturating_duration_since(Instant::now());
                let left = if self.is_stopped() { Duration::ZERO } else { left };
                // PostgreSQL takes 0 for no limit at all.
                let left = format!("{}ms", left.as_millis().max(1));
                let sql = "SELECT set_config('statement_timeout', $1, true)";
                tx.execute_raw(statement(tx, sql, [left.into()])).await.map(|_| ())
            }
        }
    }

    /// Ends the statement in hand, and those that follow. On PostgreSQL one that is just on its way may be missed; say so again
    /// as long as there is no answer.
    pub async fn stop(&self) -> Result<(), DbErr> {
        let seat = self.seat()?;
        seat.brake.pulled.store(true, Ordering::Relaxed);
        let process = seat.process.load(Ordering::Relaxed);
        if process != 0 {
            let others = self.database.connection();
            others.execute_raw(statement(others, "SELECT pg_cancel_backend($1)", [process.into()])).await?;
        }
        Ok(())
    }

    /// Whether it was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.seat().is_ok_and(|seat| seat.brake.pulled.load(Ordering::Relaxed))
    }

    fn seat(&self) -> Result<&Seat, DbErr> {
        // There until it is dropped.
        self.seat.as_ref().ok_or_else(|| DbErr::Custom("a place without a connection".into()))
    }
}

/// Whether a statement failed because its time was over, or because it was told to stop. The codes are PostgreSQL's
/// `query_canceled` and SQLite's `SQLITE_INTERRUPT`.
pub fn is_cut(error: &DbErr) -> bool {
    database::code(error).is_some_and(|code| code == "57014" || code == "9")
}

/// What is within is whole at any time.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Copies a database into an empty one with another number of shards.

use domain::{
    instant::Clock,
    shard::{Shard, by_shard},
};
use persistence::{
    Database, DbErr, Snapshot,
    database::words,
    reshard::{self as copy, COPIED, Columns, Moved, Step, Table},
    runs,
    webhooks::{deliveries, queue},
};
use serde_json::json;
use tokio::time::{Duration, sleep};

use crate::{
    audit::Audit,
    support::{failpoints::point, retry::with_retry},
};

/// Something that must be the same in both databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub what: &'static str,
    pub source: String,
    pub target: String,
}

impl Comparison {
    pub fn is_same(&self) -> bool {
        self.source == self.target
    }
}

/// Why nothing is copied.
#[derive(Debug, thiserror::Error)]
pub enum ReshardError {
    #[error(
        "reshard copies into a PostgreSQL database, and the target is an SQLite file. Make a database with `migrate \
         --shards COUNT`"
    )]
    TargetIsFile,
    #[error("the source and the target are the same database: make a new one with `migrate --shards COUNT`")]
    Same,
    /// Its rows would change while they are copied.
    #[error("a run is active in the source: wait until it has ended. If it was killed, another run ends it")]
    Active,
    /// Messages name users by numbers that change.
    #[error("{0} messages to webhooks are not delivered: run `deliver`, or switch the webhooks off that fail")]
    Undelivered(u64),
    #[error("another `reshard` copies into the target: wait until it has ended")]
    Running,
    #[error("the target is not empty: it has rows in the table {table}. Make a new one with `migrate --shards COUNT`")]
    NotEmpty { table: &'static str },
    /// It is half filled.
    #[error(
        "the target has a part of another source: name that one to go on, or make a new database with `migrate --shards \
         COUNT`"
    )]
    OtherSource,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// Copies everything and compares both databases. A copy that was cut off goes on where it was. The target is finished if
/// nothing differs. `rows` is how many are held in memory at once.
pub async fn reshard(
    source: &Database,
    target: &Database,
    rows: u32,
    clock: &dyn Clock,
    audit: &Audit,
) -> Result<Vec<Comparison>, ReshardError> {
    if target.is_embedded() {
        return Err(ReshardError::TargetIsFile);
    }
    let lock = lock(target).await?;
    let comparisons = copy_and_compare(source, target, rows, clock, audit).await?;
    lock.close().await?;
    Ok(comparisons)
}

/// A server notices a moment later that a process was killed.
async fn lock(target: &Database) -> Result<Snapshot, ReshardError> {
    let lock = target.begin_snapshot().await?;
    for _ in 0..20 {
        if copy::lock(&lock).await? {
            return Ok(lock);
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(ReshardError::Running)
}

async fn copy_and_compare(
    source: &Database,
    target: &Database,
    rows: u32,
    clock: &dyn Clock,
    audit: &Audit,
) -> Result<Vec<Comparison>, ReshardError> {
    begin(source, target).await?;
    for table in &COPIED {
        let columns = copy::columns(target.connection(), table).await?;
        for shard in table.parts(source.shards()) {
            Part { source, target, table, columns: &columns, shard }.copy(rows).await?;
        }
    }
    let counted_at = copy::counted_at(source.connection()).await?;
    for shard in target.shards().all() {
        with_retry(|| async {
            let tx = target.begin_membership_change(shard).await?;
            copy::follow(&tx, &counted_at).await?;
            tx.commit().await
        })
        .await?;
    }
    copy::set_last_numbers(target, &copy::last_numbers(source).await?).await?;
    copy::forget_seen_versions(target).await?;
    let comparisons = compare(source, target).await?;
    if comparisons.iter().all(Comparison::is_same) {
        finish(source, target, clock, audit).await?;
    }
    Ok(comparisons)
}

async fn begin(source: &Database, target: &Database) -> Result<(), ReshardError> {
    let identity = copy::identity(source.connection()).await?;
    if identity == copy::identity(target.connection()).await? {
        return Err(ReshardError::Same);
    }
    if runs::is_running(source.connection()).await? {
        return Err(ReshardError::Active);
    }
    let waiting = queue::count(source.connection()).await? + deliveries::count_waiting(source.connection()).await?;
    if waiting > 0 {
        return Err(ReshardError::Undelivered(waiting));
    }
    match copy::begun(target.connection()).await? {
        Some(begun) if begun == identity => return Ok(()),
        Some(_) => return Err(ReshardError::OtherSource),
        None => {}
    }
    if let Some(table) = copy::first_filled(target.connection()).await? {
        return Err(ReshardError::NotEmpty { table });
    }
    let tx = target.begin().await?;
    copy::begin(&tx, &identity).await?;
    Ok(tx.commit().await?)
}

/// A table in one shard of the source.
struct Part<'a> {
    source: &'a Database,
    target: &'a Database,
    table: &'a Table,
    columns: &'a Columns,
    shard: Shard,
}

impl Part<'_> {
    async fn copy(&self, rows: u32) -> Result<(), DbErr> {
        let target = self.target.connection();
        let step = format!("{} {}", self.table.name, self.shard);
        let mut at = copy::step(target, &step).await?;
        while at != Step::Done {
            at = self.copy_batch(&at, rows).await?;
            copy::done(target, &step, &at).await?;
            point("reshard_after_batch");
        }
        Ok(())
    }

    /// In a transaction for each shard of the target. What one writes that is not recorded is written again and changes nothing.
    async fn copy_batch(&self, at: &Step, rows: u32) -> Result<Step, DbErr> {
        let source = self.source.connection();
        let after = if let Step::After(row) = at { Some(row.as_str()) } else { None };
        let page = copy::page(source, self.table, self.shard, after, rows).await?;
        let Some(last) = page.last().map(|row| row.json.clone()) else { return Ok(Step::Done) };
        point("reshard_after_read");
        let ids = copy::ids(source, &page).await?;
        let moved = page.into_iter().map(|row| row.moved(self.table, self.target.shards(), &ids));
        let moved = moved.collect::<Result<Vec<_>, _>>()?;
        for (shard, rows) in by_shard(moved, |row| row.shard) {
            with_retry(|| self.write(shard, &rows)).await?;
            point("reshard_after_commit");
        }
        Ok(Step::After(last))
    }

    async fn write(&self, shard: Shard, rows: &[Moved]) -> Result<(), DbErr> {
        let tx = self.target.begin_definition_change(shard).await?;
        copy::insert(&tx, self.table, self.columns, rows).await?;
        tx.commit().await
    }
}

async fn compare(source: &Database, target: &Database) -> Result<Vec<Comparison>, DbErr> {
    let [source, target] = [summary(source).await?, summary(target).await?];
    let compared = source.into_iter().zip(target);
    Ok(compared.map(|((what, source), (_, target))| Comparison { what, source, target }).collect())
}

async fn summary(database: &Database) -> Result<Vec<(&'static str, String)>, DbErr> {
    let snapshot = database.begin_snapshot().await?;
    let summary = copy::summary(&snapshot).await?;
    snapshot.close().await?;
    Ok(summary)
}

async fn finish(source: &Database, target: &Database, clock: &dyn Clock, audit: &Audit) -> Result<(), DbErr> {
    with_retry(|| async {
        let tx = target.begin().await?;
        let detail = json!({"fromShards": source.shards().count(), "toShards": target.shards().count()});
        audit.record(&tx, clock.now(), None, Some(detail)).await?;
        copy::finish(&tx).await?;
        tx.commit().await
    })
    .await
}

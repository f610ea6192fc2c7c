//! Citus: the tables of a PostgreSQL database, distributed over the nodes of a cluster. Every program connects to one node, the
//! coordinator, which sends a statement that names one shard to the node that has it.
//!
//! **Invariant:** every table is in one of the lists here, so that a migration that makes one says where it lies.

use domain::shard::Shards;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use super::{
    errors::words,
    json_rows::{count, statement},
    open_error::DatabaseError,
};

/// Tables that grow with the users. Their rows lie on the node of their shard, beside all others of that shard.
pub const DISTRIBUTED: [&str; 23] = [
    "users",
    "quiz_attempts",
    "user_stats",
    "user_dirty",
    "user_segment",
    "segment_event",
    "segment_override",
    "user_attributes",
    "user_attribute_date",
    "user_event",
    "user_spend",
    "user_seen",
    "erased_user",
    "activity_day",
    "activity_dirty",
    "user_former_address",
    "email_message",
    "segment_count",
    "segment_flow",
    "user_stats_total",
    "run_shard",
    "webhook_outbox",
    SHARDS,
];

/// Small tables that statements about users read, or about other tables of this kind: Citus changes a copy on each node only by what
/// that node has. Every node has a copy.
pub const REFERENCE: [&str; 11] = [
    "segment",
    "custom_segment",
    "custom_segment_version",
    "attribute",
    "event_name",
    "segment_sync",
    "sync_contact",
    "sync_member",
    "sync_drift",
    "suppression",
    "broadcast",
];

/// Tables on the coordinator. Citus knows them, since it commits them together with distributed tables only then.
pub const LOCAL: [&str; 23] = [
    "segmentation_run",
    "run_segment",
    "segment_tag",
    "segment_star",
    "audit_log",
    "api_token",
    "goal",
    "pull_progress",
    "pull_waiting",
    "erased_event",
    "sync_destination",
    "sync_former_member",
    "sync_dirty",
    "sync_run",
    "sync_erasure",
    "sync_import",
    "webhook_event",
    "webhook",
    "webhook_interest",
    "webhook_delivery",
    "webhook_erased_user",
    "alert_rule",
    "alert_event",
];

/// Only on Citus: a row for each shard. Rows from a parameter have no shard by which they could be sent to a node, so a statement
/// that inserts them reads this table too.
const SHARDS: &str = "shards";

/// Makes sure that the database has the extension.
pub(super) async fn require(connection: &DatabaseConnection) -> Result<(), DatabaseError> {
    if is_installed(connection).await? {
        return Ok(());
    }
    let sql = "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'";
    if count(connection, sql, []).await? == 0 {
        return Err(DatabaseError::NoCitus);
    }
    let created = connection.execute_unprepared("CREATE EXTENSION citus").await;
    created.map(|_| ()).map_err(|error| DatabaseError::CitusNotCreated { reason: words(&error) })
}

async fn is_installed(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(count(connection, "SELECT count(*) FROM pg_extension WHERE extname = 'citus'", []).await? > 0)
}

/// For a transaction that changes tables. By default Citus changes all shards of a table at once, over several connections, and
/// then refuses some of the statements that follow.
pub(super) async fn change_one_by_one(tx: &impl ConnectionTrait) -> Result<(), DbErr> {
    tx.execute_unprepared("SET LOCAL citus.multi_shard_modify_mode = 'sequential'").await.map(|_| ())
}

/// Gives every table that is new its place.
pub(super) async fn distribute(tx: &impl ConnectionTrait, shards: Shards) -> Result<(), DbErr> {
    // A key to a reference table would make Citus refuse to change that in a transaction that has read distributed tables. What
    // it did, `segments::delete` does.
    tx.execute_unprepared("ALTER TABLE segment_override DROP CONSTRAINT IF EXISTS segment_override_segment_id_fkey")
        .await?;
    for table in REFERENCE {
        place(tx, table, "create_reference_table($1::regclass)").await?;
    }
    make_table_of_shards(tx, shards).await?;
    let first = format!(
        "create_distributed_table($1::regclass, 'shard', colocate_with => 'none', \
         shard_count => least({}, current_setting('citus.shard_count')::integer))",
        shards.count()
    );
    for table in DISTRIBUTED {
        let beside = "create_distributed_table($1::regclass, 'shard', colocate_with => 'users')";
        place(tx, table, if table == "users" { &first } else { beside }).await?;
    }
    for table in LOCAL {
        place(tx, table, "citus_add_local_table_to_metadata($1::regclass)").await?;
    }
    Ok(())
}

/// `how` is SQL with the table as its parameter.
async fn place(tx: &impl ConnectionTrait, table: &'static str, how: &str) -> Result<(), DbErr> {
    let how = how.replace("$1", &format!("'{table}'"));
    let sql = format!(
        "SELECT {how} WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '{table}'::regclass)"
    );
    tx.execute_unprepared(&sql).await.map(|_| ())
}

async fn make_table_of_shards(tx: &impl ConnectionTrait, shards: Shards) -> Result<(), DbErr> {
    if count(tx, format!("SELECT count(*) FROM pg_class WHERE oid = to_regclass('{SHARDS}')"), []).await? > 0 {
        return Ok(());
    }
    tx.execute_unprepared(&format!("CREATE TABLE {SHARDS} (shard smallint PRIMARY KEY)")).await?;
    let sql = format!("INSERT INTO {SHARDS} SELECT generate_series(0, $1 - 1)");
    tx.execute_raw(statement(tx, sql, [i32::from(shards.count()).into()])).await.map(|_| ())
}

/// How many nodes have shards.
pub(super) async fn nodes(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = "SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards AND isactive AND noderole = 'primary'";
    count(connection, sql, []).await
}

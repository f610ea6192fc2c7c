//! What becomes of each table.
//!
//! **Invariant:** every table is in one of the lists here, so that a migration that makes one says what becomes of its rows.

use domain::shard::{Shard, Shards};

/// A table whose rows are copied.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    /// The column with the number of a user.
    pub(super) user: Option<&'static str>,
    pub(super) is_in_shards: bool,
    /// Columns with their types. They are unique, and an index reads the rows in their order.
    pub(super) key: &'static [(&'static str, &'static str)],
    /// What is done with a row that is there.
    pub(super) on_conflict: OnConflict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnConflict {
    /// A batch that was cut off has written it.
    Keep,
    /// `migrate` has written it.
    Replace,
}

impl Table {
    const fn of_users(name: &'static str, key: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, user: Some("user_no"), is_in_shards: true, key, on_conflict: OnConflict::Keep }
    }

    const fn of_all(name: &'static str, key: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, user: None, is_in_shards: false, key, on_conflict: OnConflict::Keep }
    }

    /// The shards of the source that have rows of their own.
    pub fn parts(&self, source: Shards) -> Vec<Shard> {
        if self.is_in_shards { source.all().collect() } else { vec![Shard::FIRST] }
    }
}

/// In an order in which keys to other tables hold.
pub const COPIED: [Table; 47] = [
    Table { on_conflict: OnConflict::Replace, ..Table::of_all("segment", &[("id", "integer")]) },
    Table::of_all("custom_segment", &[("id", "text")]),
    Table::of_all("custom_segment_version", &[("custom_segment_id", "text"), ("version", "integer")]),
    Table::of_all("segment_tag", &[("segment_id", "integer"), ("tag_folded", "text")]),
    Table::of_all("segment_star", &[("actor", "text"), ("segment_id", "integer")]),
    Table::of_all("attribute", &[("key", "text")]),
    Table::of_all("event_name", &[("no", "smallint")]),
    Table::of_all("goal", &[("id", "text")]),
    Table::of_all("segmentation_run", &[("id", "bigint")]),
    Table::of_all("run_segment", &[("run_id", "bigint"), ("segment_id", "integer")]),
    Table { user: Some("no"), ..Table::of_users("users", &[("no", "bigint")]) },
    Table::of_users("user_stats", &[("user_no", "bigint")]),
    Table::of_users("quiz_attempts", &[("user_no", "bigint"), ("completed_at", "timestamptz"), ("id", "text")]),
    Table::of_users("user_attributes", &[("user_no", "bigint")]),
    Table::of_users("user_attribute_date", &[("user_no", "bigint"), ("attribute", "text")]),
    Table::of_users("user_event", &[("user_no", "bigint"), ("id", "text")]),
    Table::of_users("user_spend", &[("user_no", "bigint"), ("currency", "text")]),
    Table::of_users("user_seen", &[("user_no", "bigint"), ("at", "timestamptz")]),
    Table::of_users("segment_override", &[("user_no", "bigint"), ("segment_id", "integer")]),
    Table::of_users("user_segment", &[("user_no", "bigint"), ("segment_id", "integer")]),
    Table::of_users("segment_event", &[("user_no", "bigint"), ("no", "bigint")]),
    Table::of_users("user_dirty", &[("user_no", "bigint")]),
    Table::of_users("erased_user", &[("user_no", "bigint")]),
    Table::of_all("pull_progress", &[("source", "text"), ("part", "text")]),
    Table::of_all("pull_waiting", &[("source", "text"), ("part", "text"), ("user_id", "text")]),
    Table::of_all("erased_event", &[("day", "date"), ("name_no", "smallint"), ("currency", "text")]),
    Table::of_all("api_token", &[("id", "text")]),
    Table { on_conflict: OnConflict::Replace, ..Table::of_all("sync_destination", &[("no", "smallint")]) },
    Table::of_all("segment_sync", &[("segment_id", "integer")]),
    Table::of_all("sync_contact", &[("address_key", "text")]),
    Table::of_all("sync_member", &[("address_key", "text"), ("segment_id", "integer")]),
    Table::of_all("sync_former_member", &[("address_key", "text"), ("segment_id", "integer")]),
    Table::of_all("sync_drift", &[("segment_id", "integer"), ("kind", "text"), ("remote_id", "text")]),
    Table::of_all("sync_dirty", &[("address_key", "text")]),
    Table::of_all("suppression", &[("address_key", "text"), ("reason", "text")]),
    Table::of_all("sync_run", &[("id", "bigint")]),
    Table::of_all("sync_erasure", &[("target", "text")]),
    Table::of_all("sync_import", &[("no", "bigint")]),
    Table::of_all("webhook_event", &[("id", "text")]),
    Table::of_all("webhook", &[("id", "text")]),
    Table::of_all("webhook_interest", &[("event", "text"), ("segment_id", "integer"), ("webhook_id", "text")]),
    Table::of_all("alert_rule", &[("id", "text")]),
    Table::of_all("alert_event", &[("id", "bigint")]),
    Table::of_users("user_former_address", &[("user_no", "bigint"), ("address_key", "text")]),
    Table::of_all("broadcast", &[("id", "text")]),
    Table::of_users("email_message", &[("user_no", "bigint"), ("email_id", "text")]),
    Table { user: Some("user_no"), ..Table::of_all("audit_log", &[("no", "bigint")]) },
];

/// Sums of each shard, which follow from the rows that are copied.
pub const FOLLOWING: [&str; 3] = ["segment_count", "segment_flow", "user_stats_total"];

/// And why.
pub const LEFT_OUT: [(&str, &str); 9] = [
    ("webhook_outbox", "its messages name users by their numbers, so it has to be empty"),
    ("webhook_delivery", "as the outbox: nothing may wait, and what was sent stays on record in the source"),
    ("webhook_erased_user", "nobody waits to be heard of once everything is delivered"),
    ("activity_day", "runs write it, and until then reports read what it follows from"),
    ("activity_dirty", "it is about rows of activity_day"),
    ("run_shard", "it says how far an active run is, and none is active"),
    ("deployment", "it says how many shards the database has"),
    ("seaql_migrations", "both databases have the same"),
    ("shards", "migrate --citus makes it"),
];

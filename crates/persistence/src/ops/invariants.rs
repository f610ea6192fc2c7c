//! The invariants of the stored data, each as a query that finds violations. `verify` runs them all.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{database::json_rows::statement, ingest::user_stats};

/// An invariant, and how often it is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub promise: &'static str,
    /// Rows that break it.
    pub broken: u64,
    /// The first such rows, by our keys.
    pub first: Option<String>,
}

/// Run this in one transaction for one snapshot.
pub async fn check(connection: &impl ConnectionTrait) -> Result<Vec<Finding>, DbErr> {
    let stats_differ = stats_differ();
    let checks = [
        ("the ledger, folded, gives the current memberships", LEDGER_DIFFERS),
        ("stored counts equal counted members", COUNTS_DIFFER),
        ("every user has statistics, and they follow from the attempts", &stats_differ),
        ("no user deleted in the host application is a member", GONE_MEMBERS),
    ];
    let mut findings = Vec::with_capacity(checks.len());
    for (promise, sql) in checks {
        let sql = format!("SELECT count(*), min(place) FROM ({sql}) AS broken");
        let row = connection.query_one_raw(statement(connection, sql, [])).await?;
        let (broken, first) = match row {
            Some(row) => (row.try_get_by_index::<i64>(0)?, row.try_get_by_index(1)?),
            None => (0, None),
        };
        findings.push(Finding { promise, broken: u64::try_from(broken).unwrap_or_default(), first });
    }
    Ok(findings)
}

/// Entries minus exits per user and segment, against the row of the membership.
const LEDGER_DIFFERS: &str = "\
    SELECT 'user ' || CAST(user_no AS text) || ', segment ' || CAST(segment_id AS text) AS place FROM (\
    SELECT user_no, segment_id, CASE WHEN entered THEN 1 ELSE -1 END AS change FROM segment_event \
    UNION ALL SELECT user_no, segment_id, -1 FROM user_segment WHERE removed_at IS NULL) AS changes \
    GROUP BY user_no, segment_id HAVING sum(change) <> 0";

const COUNTS_DIFFER: &str = "\
    SELECT 'segment ' || CAST(segment.id AS text) AS place FROM segment \
    LEFT JOIN (SELECT segment_id, count(*) AS members FROM user_segment WHERE removed_at IS NULL GROUP BY segment_id) \
    AS counted ON counted.segment_id = segment.id WHERE segment.member_count <> coalesce(counted.members, 0)";

const GONE_MEMBERS: &str = "\
    SELECT 'user ' || CAST(users.no AS text) || ', segment ' || CAST(user_segment.segment_id AS text) AS place FROM users \
    JOIN user_segment ON user_segment.user_no = users.no AND user_segment.removed_at IS NULL \
    WHERE users.deleted_at IS NOT NULL";

fn stats_differ() -> String {
    let names = ["quiz_count", "recent_total", "recent_aws", "recent_azure", "recent_gcp", "without_provider"];
    let differs: Vec<_> = names.iter().map(|name| format!("stored.{name} <> coalesce(fresh.{name}, 0)")).collect();
    format!(
        "SELECT 'user ' || CAST(users.no AS text) AS place FROM users \
         LEFT JOIN user_stats AS stored ON stored.user_no = users.no \
         LEFT JOIN ({fresh}) AS fresh ON fresh.user_no = users.no \
         WHERE stored.user_no IS NULL OR stored.last_quiz_at IS DISTINCT FROM fresh.last_quiz_at OR {differs}",
        fresh = user_stats::from_attempts(""),
        differs = differs.join(" OR "),
    )
}

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
        ("every row about a user or a segment is of one that exists", ORPHANS),
        ("the counts of entries and exits are those of the ledger", FLOWS_DIFFER),
        ("every stay begins when its user entered", STAYS_DIFFER),
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

/// No key of these tables looks for the user or the segment.
const ORPHANS: &str = "\
    SELECT 'user ' || CAST(user_no AS text) || ', segment ' || CAST(segment_id AS text) AS place FROM user_segment \
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE no = user_segment.user_no) \
    OR NOT EXISTS (SELECT 1 FROM segment WHERE id = user_segment.segment_id) \
    UNION ALL SELECT 'user ' || CAST(user_no AS text) FROM quiz_attempts \
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE no = quiz_attempts.user_no)";

const FLOWS_DIFFER: &str = "\
    SELECT 'segment ' || CAST(segment_id AS text) || ' at ' || CAST(at AS text) AS place FROM (\
    SELECT segment_id, at, CASE WHEN entered THEN 1 ELSE 0 END AS entries, CASE WHEN entered THEN 0 ELSE 1 END AS exits \
    FROM segment_event UNION ALL SELECT segment_id, at, -entries, -exits FROM segment_flow) AS counted \
    GROUP BY segment_id, at HAVING sum(entries) <> 0 OR sum(exits) <> 0";

/// Of ended stays by their leaves, of present ones by the rows of memberships.
const STAYS_DIFFER: &str = "\
    SELECT 'user ' || CAST(user_no AS text) || ', segment ' || CAST(segment_id AS text) AS place FROM (\
    SELECT user_no, segment_id, entered, since, lag(at) OVER (PARTITION BY user_no, segment_id ORDER BY no) AS entry \
    FROM segment_event) AS event WHERE since IS DISTINCT FROM CASE WHEN entered THEN NULL ELSE entry END \
    UNION ALL SELECT 'user ' || CAST(member.user_no AS text) || ', segment ' || CAST(member.segment_id AS text) \
    FROM user_segment AS member JOIN (SELECT user_no, segment_id, at, \
    row_number() OVER (PARTITION BY user_no, segment_id ORDER BY no DESC) AS place FROM segment_event) AS latest \
    ON latest.user_no = member.user_no AND latest.segment_id = member.segment_id AND latest.place = 1 \
    WHERE member.removed_at IS NULL AND member.added_at <> latest.at";

fn stats_differ() -> String {
    let names = ["quiz_count", "recent_total", "recent_aws", "recent_azure", "recent_gcp", "without_provider"];
    let differs: Vec<_> = names.iter().map(|name| format!("stored.{name} <> coalesce(fresh.{name}, 0)")).collect();
    format!(
        "SELECT 'user ' || CAST(users.no AS text) AS place FROM users \
         LEFT JOIN user_stats AS stored ON stored.user_no = users.no \
         LEFT JOIN ({fresh}) AS fresh ON fresh.user_no = users.no \
         WHERE stored.user_no IS NULL OR stored.last_quiz_at IS DISTINCT FROM fresh.last_quiz_at OR {differs} \
         UNION ALL SELECT 'the total' FROM user_stats_total WHERE without_provider <> \
         (SELECT coalesce(sum(without_provider), 0) FROM user_stats)",
        fresh = user_stats::from_attempts(""),
        differs = differs.join(" OR "),
    )
}

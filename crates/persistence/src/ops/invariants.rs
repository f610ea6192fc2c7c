//! The invariants of the stored data, each as a query that finds violations. `verify` runs them all.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    database::{backend::Backend, json_rows::statement},
    ingest::{credit_sets, spend, user_stats},
    reports::activity_days,
    sync::suppressions,
};

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
    let backend = Backend::of(connection);
    let credit_sets_differ = credit_sets::differing(connection).await?;
    let checks = [
        ("the ledger, folded, gives the current memberships", ledger_differs(backend)),
        ("stored counts equal counted members", counts_differ(backend)),
        ("every user has statistics, and they follow from the attempts", stats_differ(backend)),
        ("what users spent follows from their purchases", spend_differs(backend)),
        ("purchases are credited to the segments that their buyers were in", credit_sets_differ),
        ("every name of events has the kind of its events", kinds_differ()),
        ("no user deleted in the host application is a member", gone_members(backend)),
        ("every row about a user or a segment is of one that exists", orphans(backend)),
        ("every user in the ledger exists or is recorded as erased", unknown(backend)),
        ("the counts of entries and exits are those of the ledger", flows_differ(backend)),
        ("every stay begins when its user entered", stays_differ(backend)),
        ("who must not get mail leaves the mail service with the next sync", suppressed_stay()),
        ("every contact in a remote segment is known, and its segment is synced", strangers()),
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
    // The sets of users are no SQL.
    let differing = activity_days::differing(connection).await?;
    findings.push(Finding {
        promise: "who is kept as active on a day was active, and nobody else",
        broken: differing.len() as u64,
        first: differing.into_iter().next(),
    });
    Ok(findings)
}

/// Entries minus exits per user and segment, against the row of the membership.
fn ledger_differs(backend: Backend) -> String {
    let shard = backend.and_shard();
    format!(
        "SELECT {USER_AND_SEGMENT} AS place FROM (\
         SELECT user_no, segment_id{shard}, CASE WHEN entered THEN 1 ELSE -1 END AS change FROM segment_event \
         UNION ALL SELECT user_no, segment_id{shard}, -1 FROM user_segment WHERE removed_at IS NULL) AS changes \
         GROUP BY user_no, segment_id{shard} HAVING sum(change) <> 0"
    )
}

const USER_AND_SEGMENT: &str = "'user ' || CAST(user_no AS text) || ', segment ' || CAST(segment_id AS text)";

fn counts_differ(backend: Backend) -> String {
    let shard = backend.and_shard();
    format!(
        "SELECT 'segment ' || CAST(segment_id AS text) AS place FROM (\
         SELECT segment_id{shard}, 1 AS members FROM user_segment WHERE removed_at IS NULL \
         UNION ALL SELECT segment_id{shard}, -member_count FROM segment_count) AS counted \
         GROUP BY segment_id{shard} HAVING sum(members) <> 0"
    )
}

fn gone_members(backend: Backend) -> String {
    format!(
        "SELECT {USER_AND_SEGMENT} AS place FROM users \
         JOIN user_segment ON user_segment.user_no = users.no AND {same_shard} AND user_segment.removed_at IS NULL \
         WHERE users.deleted_at IS NOT NULL",
        same_shard = backend.same_shard("user_segment", "users"),
    )
}

/// No key of these tables looks for the user or the segment.
fn orphans(backend: Backend) -> String {
    let without_user = |table: &str| {
        format!(
            "LEFT JOIN users ON users.no = {table}.user_no AND {same_shard} WHERE users.no IS NULL",
            same_shard = backend.same_shard("users", table),
        )
    };
    let of_users = [
        "quiz_attempts",
        "user_stats",
        "user_dirty",
        "user_attributes",
        "user_attribute_date",
        "user_event",
        "user_spend",
        "user_former_address",
        "user_seen",
    ]
    .map(|table| format!("SELECT 'user ' || CAST(user_no AS text) AS place FROM {table} {}", without_user(table)));
    let of_segments = ["user_segment", "segment_override"].map(|table| {
        format!(
            "SELECT {USER_AND_SEGMENT} AS place FROM {table} {without_user} \
             UNION ALL SELECT {USER_AND_SEGMENT} FROM {table} WHERE segment_id NOT IN (SELECT id FROM segment)",
            without_user = without_user(table),
        )
    });
    let counts = "SELECT 'segment ' || CAST(segment_id AS text) AS place FROM segment_count \
                  WHERE segment_id NOT IN (SELECT id FROM segment)";
    let names = "SELECT 'user ' || CAST(user_no AS text) AS place FROM user_event \
                 WHERE name_no NOT IN (SELECT no FROM event_name)";
    of_users
        .iter()
        .chain(&of_segments)
        .map(String::as_str)
        .chain([counts, names])
        .collect::<Vec<_>>()
        .join(" UNION ALL ")
}

fn unknown(backend: Backend) -> String {
    let (known, erased) = (backend.same_shard("users", "event"), backend.same_shard("erased_user", "event"));
    format!(
        "SELECT DISTINCT 'user ' || CAST(event.user_no AS text) AS place FROM segment_event AS event \
         WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.no = event.user_no AND {known}) \
         AND NOT EXISTS (SELECT 1 FROM erased_user WHERE erased_user.user_no = event.user_no AND {erased}) \
         UNION ALL SELECT 'user ' || CAST(event.user_no AS text) FROM erased_user AS event \
         JOIN users ON users.no = event.user_no AND {known}"
    )
}

fn flows_differ(backend: Backend) -> String {
    let shard = backend.and_shard();
    format!(
        "SELECT 'segment ' || CAST(segment_id AS text) || ' at ' || CAST(at AS text) AS place FROM (\
         SELECT segment_id, at{shard}, CASE WHEN entered THEN 1 ELSE 0 END AS entries, \
         CASE WHEN entered THEN 0 ELSE 1 END AS exits FROM segment_event \
         UNION ALL SELECT segment_id, at{shard}, -entries, -exits FROM segment_flow) AS counted \
         GROUP BY segment_id, at{shard} HAVING sum(entries) <> 0 OR sum(exits) <> 0"
    )
}

/// Of ended stays by their leaves, of present ones by the rows of memberships.
fn stays_differ(backend: Backend) -> String {
    let shard = backend.and_shard();
    format!(
        "SELECT {USER_AND_SEGMENT} AS place FROM (\
         SELECT user_no, segment_id, entered, since, \
         lag(at) OVER (PARTITION BY user_no, segment_id{shard} ORDER BY no) AS entry \
         FROM segment_event) AS event WHERE since IS DISTINCT FROM CASE WHEN entered THEN NULL ELSE entry END \
         UNION ALL SELECT 'user ' || CAST(member.user_no AS text) || ', segment ' || CAST(member.segment_id AS text) \
         FROM user_segment AS member JOIN (SELECT user_no, segment_id{shard}, at, \
         row_number() OVER (PARTITION BY user_no, segment_id{shard} ORDER BY no DESC) AS place FROM segment_event) AS latest \
         ON latest.user_no = member.user_no AND latest.segment_id = member.segment_id AND {same_shard} AND latest.place = 1 \
         WHERE member.removed_at IS NULL AND member.added_at <> latest.at",
        same_shard = backend.same_shard("latest", "member"),
    )
}

/// By currency, and over all currencies. Of a user and currency, what is stored and what follows is the same row twice.
fn spend_differs(backend: Backend) -> String {
    let shard = backend.and_shard();
    let sums = spend::SUMS.join(", ");
    let dates = ["first_purchase_at", "last_purchase_at"];
    let differ = dates.map(|date| format!("stored.{date} IS DISTINCT FROM fresh.{date}"));
    format!(
        "SELECT DISTINCT 'user ' || CAST(user_no AS text) AS place FROM (SELECT user_no FROM (\
         SELECT user_no, currency{shard}, {sums} FROM user_spend \
         UNION ALL SELECT user_no, currency{shard}, {sums} FROM ({fresh}) AS fresh) AS spend \
         GROUP BY user_no, currency{shard}, {sums} HAVING count(*) <> 2) AS differing \
         UNION ALL SELECT 'user ' || CAST(stored.user_no AS text) FROM user_stats AS stored \
         LEFT JOIN ({summed}) AS fresh ON fresh.user_no = stored.user_no AND {same_shard} \
         WHERE stored.purchase_count <> coalesce(fresh.purchase_count, 0) OR {differ}",
        fresh = spend::from_events(backend, "true"),
        same_shard = backend.same_shard("fresh", "stored"),
        summed = spend::over_currencies(backend, "true"),
        differ = differ.join(" OR "),
    )
}

/// Incremental runs look for purchases by the kinds of names.
fn kinds_differ() -> String {
    // Every node of Citus has the names, but has them look for no rows of users.
    "SELECT DISTINCT 'event name ' || CAST(event_name.no AS text) AS place FROM user_event \
     JOIN event_name ON event_name.no = user_event.name_no \
     WHERE (user_event.amount IS NULL) <> (event_name.kind = 'event')"
        .to_owned()
}

/// A mark leads the next sync to them.
fn suppressed_stay() -> String {
    format!(
        "SELECT 'segment ' || CAST(sync_member.segment_id AS text) AS place FROM sync_member \
         WHERE sync_member.state = 'in' AND NOT EXISTS (SELECT 1 FROM sync_dirty \
         WHERE sync_dirty.address_key = sync_member.address_key) AND (EXISTS (SELECT 1 FROM suppression \
         WHERE suppression.address_key = sync_member.address_key AND {active}) \
         OR EXISTS (SELECT 1 FROM sync_contact WHERE sync_contact.address_key = sync_member.address_key \
         AND sync_contact.state IN ('refused', 'gone')))",
        active = suppressions::ACTIVE
    )
}

fn strangers() -> String {
    "SELECT 'segment ' || CAST(sync_member.segment_id AS text) AS place FROM sync_member \
     LEFT JOIN sync_contact ON sync_contact.address_key = sync_member.address_key \
     LEFT JOIN segment_sync ON segment_sync.segment_id = sync_member.segment_id \
     WHERE sync_contact.address_key IS NULL OR segment_sync.segment_id IS NULL"
        .to_owned()
}

fn stats_differ(backend: Backend) -> String {
    let names = ["quiz_count", "recent_total", "recent_aws", "recent_azure", "recent_gcp", "without_provider"];
    let differs: Vec<_> = names.iter().map(|name| format!("stored.{name} <> coalesce(fresh.{name}, 0)")).collect();
    let (shard, per_shard) = match backend {
        Backend::Sqlite => ("", ""),
        Backend::Postgres => (", shard", "GROUP BY shard"),
    };
    format!(
        "SELECT 'user ' || CAST(users.no AS text) AS place FROM users \
         LEFT JOIN user_stats AS stored ON stored.user_no = users.no AND {stored_in_shard} \
         LEFT JOIN ({fresh}) AS fresh ON fresh.user_no = users.no AND {fresh_in_shard} \
         WHERE stored.user_no IS NULL OR stored.last_quiz_at IS DISTINCT FROM fresh.last_quiz_at OR {differs} \
         UNION ALL SELECT 'the total' FROM (SELECT sum(without_provider) AS rest FROM (\
         SELECT without_provider{shard} FROM user_stats_total \
         UNION ALL SELECT -without_provider{shard} FROM user_stats) AS counted {per_shard}) AS summed WHERE rest <> 0",
        stored_in_shard = backend.same_shard("stored", "users"),
        fresh = user_stats::from_attempts(backend, ""),
        fresh_in_shard = backend.same_shard("fresh", "users"),
        differs = differs.join(" OR "),
    )
}

//! A day of the product on a database with several shards, and every SQL statement of it, as the log of PostgreSQL has them.
//! Statements about given users name a shard, so that a server that has a part of the shards can execute them alone.

use std::{collections::BTreeSet, fs, path::PathBuf};

use integration_tests::{Dates, Host, Kind, Program, TestDatabase, World};
use persistence::{ConnectionTrait, database::citus::DISTRIBUTED};
use serde_json::json;
use tempfile::TempDir;

use crate::every_method::{every_method, peopled};

/// Tables whose rows lie in shards, but for the leases of a run, which are summed.
fn sharded() -> impl Iterator<Item = &'static str> {
    DISTRIBUTED.into_iter().filter(|table| !["run_shard", "shards"].contains(table))
}

/// Reads about everyone: what they begin with, and what they are for. Each shard answers for itself.
const ABOUT_EVERYONE: [(&str, &str); 62] = [
    ("SELECT event.at, event.no, searched.id", "who entered and left a segment in a period"),
    ("SELECT searched.no, searched.id, searched.email", "people with a text in their name or address"),
    ("SELECT count(*) FROM segment_override AS member JOIN", "how many of those with an override have such a text"),
    ("WITH chosen AS (", "figures about the members of segments at some time"),
    ("SELECT count(*) FROM users WHERE users.created_at <= $1", "how many users there were at some time"),
    ("SELECT array_agg(", "what users did, entered or paid in a range, and users with whom others are compared"),
    ("SELECT at, CAST(entries - exits AS bigint)", "how long members were in a segment"),
    ("SELECT stay.since, stay.at FROM erased_user", "how long members who are erased were in a segment"),
    ("SELECT count(*) FROM user_event WHERE amount IS NOT NULL", "how many purchases verify checks"),
    ("SELECT count(*) FROM users WHERE created_at <= $1", "the time in which users could reach a goal"),
    ("SELECT created_at FROM users WHERE created_at > $1", "the time in which later users could reach a goal"),
    ("SELECT min(occurred_at) FROM user_event", "when a goal was first reached"),
    ("SELECT min(completed_at) FROM quiz_attempts", "when a quiz was first completed"),
    ("SELECT user_no, occurred_at, amount, currency FROM user_event", "what users paid after they entered a segment"),
    ("SELECT user_no, occurred_at, amount, currency, credited_at FROM (", "what users paid in a range"),
    ("SELECT kept.starts, kept.ends, kept.", "who was active on the days of a period"),
    ("SELECT kept.starts, kept.ends, CAST(kept.shard AS bigint)", "days of shards, of which verify checks some"),
    ("SELECT DISTINCT CAST(shard AS bigint) AS shard FROM activity_dirty", "the shards with marks of days"),
    ("SELECT segment_id FROM segment_event UNION", "the segments that a rebuild counts again"),
    ("SELECT no, id FROM users WHERE no IN", "members of the past, a page"),
    ("SELECT no, created_at FROM users WHERE no IN", "when users who reached a goal were created"),
    ("SELECT name_no, min(occurred_at), max(occurred_at)", "when events of each name happened"),
    ("SELECT min(at) FROM segment_flow", "when the history of segments begins"),
    ("SELECT coalesce(max(no), 0) FROM webhook_outbox", "from where on a webhook is told"),
    ("SELECT count(*) FROM webhook_outbox", "how many messages nobody has begun to deliver"),
    ("SELECT min(no) FROM (SELECT min(no) AS no FROM webhook_outbox", "whether webhooks have heard of erased users"),
    ("SELECT no, CAST(shard AS bigint), event", "the outbox of webhooks, which is copied in the order of its numbers"),
    ("SELECT no, id, email, CAST(standing AS bigint), refused_at FROM (", "members from whom mail is held back"),
    ("SELECT users.no, CAST(CASE WHEN users.address_key IS NULL", "where the listed members stand at the mail service"),
    ("SELECT input.place, count(*), count(*) FILTER (WHERE (message.facts", "mails to members of a segment by day"),
    ("SELECT input.place, count(DISTINCT message.user_no) FROM (", "who unsubscribed after a mail, by day"),
    ("SELECT count(*), count(*) FILTER (WHERE address_key IS NULL)", "what a sync of a segment would do"),
    ("SELECT segment_id, CAST(sum(membership_version) AS bigint) FROM segment_count", "which segments have changed"),
    (
        "SELECT segment_id, standing, count(*), count(DISTINCT address_key) FROM (",
        "where members of synced segments stand",
    ),
    ("SELECT (SELECT count(*) FROM users) - (", "how many users there are"),
    ("SELECT CAST(coalesce(sum(flow.entries), 0) AS bigint)", "who entered and left in a period"),
    ("SELECT CAST(coalesce(sum(quiz_count), 0) AS bigint)", "how many attempts there are, in the status"),
    (
        "SELECT CAST(coalesce(sum(without_provider), 0) AS bigint)",
        "attempts of no provider, of which there is a sum per shard",
    ),
    ("SELECT COUNT(*), COUNT(*) FILTER (WHERE test_0)", "a preview"),
    ("SELECT count(*) AS users, COUNT(*) FILTER (", "a preview of a change"),
    ("SELECT count(*) FROM user_dirty WHERE NOT EXISTS", "how many users have changed, in the status"),
    ("SELECT count(*) FROM user_segment AS member JOIN users AS searched", "how many members have a text"),
    ("SELECT count(*) FROM users WHERE EXISTS (", "how many users are a member of something"),
    ("SELECT count(*) FROM users WHERE address_key = $1 AND no <> $2", "whether another user has an address"),
    ("SELECT count(*) FROM users WHERE users.deleted_at IS NOT NULL", "who is gone, in the status"),
    ("SELECT count(*), min(place) FROM (", "what verify checks"),
    ("SELECT attempt.user_no, attempt.id, users.id AS user_id", "an export of all attempts"),
    ("SELECT event.no, users.id AS user_id", "an export of the ledger"),
    ("SELECT event.user_no, event.id, users.id AS user_id", "an export of all events"),
    ("SELECT input.place, CAST(coalesce(sum(flow.entries), 0) AS bigint)", "who entered and left on each day"),
    ("SELECT max(counted_at) FROM segment_count", "the time of the latest change, which no clock of a run may precede"),
    (
        "SELECT no, id FROM (SELECT no, id FROM (SELECT users.no, users.id FROM user_segment AS stay",
        "members of the past",
    ),
    ("SELECT pull_waiting.user_id FROM pull_waiting JOIN users", "users that a pull waits for and that exist now"),
    ("SELECT segment.*, coalesce(counted.members, 0)", "segments, with the sums of their counts"),
    ("SELECT segment_id, CAST(width_bucket(at, ", "sizes of segments in the past"),
    (
        "SELECT segment_id, CAST(sum(entries - exits) AS bigint), CAST(coalesce(",
        "how segments changed in 7 and 30 days",
    ),
    ("SELECT taken.user_no, taken.id FROM (", "users of any other shard who had an attempt before"),
    (
        "SELECT user_dirty.user_no, user_dirty.seq FROM users JOIN user_dirty",
        "marks of users who are gone, which no run evaluates",
    ),
    ("SELECT users.id, users.email, ", "samples of a preview"),
    (
        "SELECT users.no, users.id FROM users WHERE users.deleted_at IS NOT NULL",
        "users whom a cleanup erases, each in a transaction of their shard",
    ),
    (
        "SELECT users.no, users.id FROM users WHERE users.no > $1 AND users.deleted_at IS NULL",
        "users who are missing in a complete file",
    ),
    ("SELECT users.no, users.id, users.email, ", "a page of members, or an export"),
];

/// The log of the throw-away server lies beside its socket.
fn log() -> Option<PathBuf> {
    let server = std::env::var("TEST_POSTGRES_URL").ok()?;
    let (_, folder) = server.split_once("host=")?;
    Some(PathBuf::from(folder).join("log")).filter(|log| log.exists())
}

/// A database whose statements are logged, and what keeps it.
#[expect(clippy::print_stderr, reason = "a test says so where it skips something")]
async fn logged() -> Option<(World, World)> {
    let made = TestDatabase::create_sharded().await?;
    let log = log();
    assert!(log.is_some() || std::env::var("CI").as_deref() != Ok("true"), "the server has a log");
    if log.is_none() {
        eprintln!("skipped: the log of the server is not beside its socket; cargo xtask postgres puts it there");
        return None;
    }
    let name = "SELECT current_database()";
    let world = World::new(made);
    let name = world.query::<(String,)>(name).await.remove(0).0;
    for setting in ["log_statement = 'all'", "log_min_messages = 'log'"] {
        let sql = format!("ALTER DATABASE {name} SET {setting}");
        world.database().connection().execute_unprepared(&sql).await.expect("a superuser may");
    }
    // Settings are those of sessions that begin from now on.
    Some((World::open(&world.test_database.url).await, world))
}

fn write(folder: &TempDir, name: &str, text: &str) -> String {
    let file = folder.path().join(name);
    fs::write(&file, text).expect("a file");
    file.to_str().expect("UTF-8").to_owned()
}

/// What the programs do, with every method of the API.
async fn day(world: &World) {
    let api = peopled(world).await;
    for method in every_method() {
        api.call(method.name, method.params).await.unwrap_or_else(|error| panic!("{}: {error:?}", method.name));
        wait_for_runs(world).await;
    }

    let folder = TempDir::new().expect("a temporary folder");
    let url = world.test_database.url.clone();
    let engine = |arguments: &[&str]| Program::engine(&url).args(arguments).run().expect(0);
    let rows: String = (0..40)
        .map(|n| (n, n % 28 + 1))
        .map(|(n, day)| format!("u{n},u{n}@example.org,PRO,USER,7,0,1,,2025-03-10T12:00:00Z,DE,2026-03-{day:02}\n"))
        .collect();
    let header =
        "id,email,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt,attr.country,attr.trial_ends\n";
    let attribute =
        |key: &str, kind: &str| format!("[[attributes]]\nkey = \"{key}\"\nlabel = \"{key}\"\ntype = \"{kind}\"\n");
    let attributes = [attribute("country", "text"), attribute("trial_ends", "date")].concat();
    engine(&["attributes", "apply", &write(&folder, "attributes.toml", &attributes)]);
    let trial = json!({"field": "attr.trial_ends", "operator": "within_last", "value": "7d"});
    world.custom_segment("trial", "Trial", json!({"combineWith": "AND", "criteria": [trial]})).await;
    let buyers = json!({"combineWith": "OR", "criteria": [
        {"field": "purchases", "operator": ">=", "value": 1, "within": "30d", "name": "order"},
        {"field": "totalSpent", "currency": "EUR", "operator": ">", "value": 100},
        {"field": "events", "operator": ">=", "value": 1, "name": "login", "within": "30d"},
    ]});
    world.custom_segment("buyers", "Buyers", buyers).await;
    let users = write(&folder, "users.csv", &format!("{header}{rows}"));
    let attempts = |name: &str, shift: usize| {
        let row = |n: usize| format!("a{n},u{},AZ-104,,2026-03-01T00:00:00Z\n", (n + shift) % 40);
        let rows: String = (0..80).map(row).collect();
        write(&folder, name, &format!("id,userId,certification,score,completedAt\n{rows}"))
    };
    engine(&["import", "--complete", "--users", &users, "--attempts", &attempts("attempts.csv", 0)]);
    engine(&["import", "--complete", "--attempts", &attempts("moved.csv", 1)]);
    let events: String = (0..80)
        .map(|n| (n, n % 40, n % 28 + 1))
        .map(|(n, user, day)| match n % 3 {
            0 => format!("e{n},u{user},login,2026-02-{day:02}T00:00:00Z,,,\n"),
            _ => format!("e{n},u{user},order,2026-02-{day:02}T00:00:00Z,{n}.50,EUR,\n"),
        })
        .collect();
    let columns = "id,userId,name,occurredAt,amount,currency,refundOf\n";
    engine(&["import", "--events", &write(&folder, "events.csv", &format!("{columns}{events}"))]);
    engine(&["run"]);
    let fewer =
        write(&folder, "fewer.csv", &format!("{header}{}", rows.split_inclusive('\n').skip(2).collect::<String>()));
    engine(&["import", "--complete", "--users", &fewer]);
    engine(&["run", "--incremental"]);

    let mut host = Host::create(Kind::Postgres).await;
    host.dates = Dates::Texts;
    for number in 0..10 {
        host.user(&format!("h{number}"), "FREE", integration_tests::ago(3)).await;
        host.attempt(&format!("h{number}"), &format!("h{number}"), "AZ-104", integration_tests::ago(3)).await;
    }
    let page = include_str!("../../../docs/connecting-your-app.md");
    let configuration =
        page.split("\n```toml\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("documented");
    let file = write(&folder, "pull.toml", configuration);
    let pull = Program::engine(&url).env("HOST_DATABASE_URL", &host.url).args(["pull", "--config", &file]);
    pull.run().expect(0);

    engine(&["run-user", "u7"]);
    engine(&["run", "--incremental", "--allow-shrink"]);
    engine(&["erase-user", "u9", "--confirm"]);
    let members = folder.path().join("members.csv");
    engine(&["export", "plan:pro", "--output", members.to_str().expect("UTF-8")]);
    let [ledger, events, attempts] =
        ["ledger", "events", "attempts"].map(|name| folder.path().join(name).display().to_string());
    engine(&["export", "--ledger", &ledger, "--events", &events, "--attempts", &attempts]);
    engine(&["deliver"]);
    engine(&["cleanup"]);
    engine(&["verify"]);
    engine(&["status"]);
    engine(&["analytics", "rebuild"]);
}

async fn wait_for_runs(world: &World) {
    let active = "SELECT count(*) FROM segmentation_run WHERE state = 'running'";
    for _ in 0..2_000 {
        if world.query::<(i64,)>(active).await == [(0,)] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the run does not end");
}

/// Each text once, without quotes. Further lines of a statement begin with a tab.
fn statements(log: &str) -> BTreeSet<String> {
    let whole = log.replace("\n\t", " ");
    let after_name = |line: &'_ str| line.split_once(": ").map(|(_, sql)| sql.replace('"', ""));
    whole.lines().filter_map(|line| line.split_once("LOG:  ")).filter_map(|(_, line)| after_name(line)).collect()
}

/// Names, parameters and signs.
fn tokens(sql: &str) -> Vec<&str> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || "_.$".contains(letter);
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_of_word(first) { rest.find(|letter| !is_of_word(letter)) } else { Some(first.len_utf8()) };
        let (token, after) = rest.split_at(length.unwrap_or(rest.len()));
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// Tables of a statement whose rows may be of any shard, by the names that they have in it. The shard of a table must be a
/// parameter, or that of another such table.
fn without_shard(sql: &str) -> Vec<String> {
    let tokens = tokens(sql);
    let (mut without, mut joined) = (tables_of(&tokens), Vec::new());
    let all: BTreeSet<_> = without.iter().cloned().collect();
    let mut known = BTreeSet::new();
    for condition in tokens.windows(3) {
        let [left, "=", right] = condition else { continue };
        let names = [left, right].map(|side| side.strip_suffix("shard").map(|name| name.trim_end_matches('.')));
        match (names, right.starts_with('$')) {
            // Without a name, it is the only table.
            ([Some(""), _], true) => known.extend(all.iter().cloned()),
            ([Some(name), _], true) => _ = known.insert(name.to_owned()),
            ([Some(name), Some(other)], false) => joined.push((name, other)),
            _ => continue,
        }
        // A table that is read twice needs two conditions.
        for name in names.into_iter().flatten() {
            let found = without.iter().position(|table| table == name || name.is_empty());
            found.map(|place| without.remove(place));
        }
    }
    for _ in 0..joined.len() {
        for (name, other) in joined.iter().flat_map(|(name, other)| [(name, other), (other, name)]) {
            if known.contains(*name) {
                known.insert((*other).to_owned());
            }
        }
    }
    without.extend(all.difference(&known).cloned());
    without.sort_unstable();
    without.dedup();
    without
}

/// The names of the tables that a statement reads or changes. What it inserts has its shard among the columns.
fn tables_of(tokens: &[&str]) -> Vec<String> {
    let mut tables = Vec::new();
    for (place, pair) in tokens.windows(2).enumerate() {
        let [before, table] = pair else { continue };
        if !["FROM", "JOIN", "UPDATE", "INTO", "USING", ","].contains(before) || !sharded().any(|one| one == *table) {
            continue;
        }
        let mut columns = tokens[place + 2..].iter().take_while(|token| **token != ")");
        if *before == "INTO" && columns.any(|column| *column == "shard") {
            continue;
        }
        match tokens.get(place + 2..place + 4) {
            Some(["AS", alias]) => tables.push((*alias).to_owned()),
            _ => tables.push((*table).to_owned()),
        }
    }
    tables
}

#[test]
fn statements_without_a_shard_are_found() {
    let fine = [
        "SELECT no FROM users WHERE id = $1 AND users.shard = $2",
        "INSERT INTO user_dirty (user_no, shard) SELECT no, $2 FROM users WHERE users.shard = $2",
        "SELECT count(*) FROM users AS u JOIN user_stats ON user_no = no AND user_stats.shard = u.shard WHERE u.shard = $1",
        "DELETE FROM user_segment WHERE segment_id = $1 AND shard = $2",
        "SELECT value FROM segment",
    ];
    for sql in fine {
        assert_eq!(without_shard(sql), [""; 0], "{sql}");
    }
    let faulty = [
        ("SELECT no FROM users WHERE id = $1", "users"),
        ("INSERT INTO user_dirty (user_no) VALUES ($1)", "user_dirty"),
        ("SELECT 1 FROM users AS u JOIN user_stats AS s ON s.user_no = u.no WHERE u.shard = $1", "s"),
        ("DELETE FROM user_segment WHERE segment_id = $1", "user_segment"),
        ("SELECT 1 FROM users WHERE no IN (SELECT no FROM users) AND users.shard = $1", "users"),
    ];
    for (sql, table) in faulty {
        assert_eq!(without_shard(sql), [table], "{sql}");
    }
    let joined = "SELECT 1 FROM users JOIN user_stats ON user_stats.shard = users.shard";
    assert_eq!(without_shard(joined), ["user_stats", "users"]);
}

#[tokio::test]
async fn statements_of_a_day_name_a_shard_unless_they_are_about_everyone() {
    let Some((world, _made)) = logged().await else { return };
    let read = || fs::read_to_string(log().expect("a log")).expect("it is readable");
    // A server that runs for long has those of earlier tests.
    let before = read().len();
    day(&world).await;
    let statements = statements(&read()[before..]);
    assert!(statements.len() > 100, "{} statements", statements.len());
    let is_of = |beginning: &str, sql: &str| sql.starts_with(beginning);
    for (beginning, purpose) in ABOUT_EVERYONE {
        let is_change = |sql: &&String| ["INSERT INTO ", " SET ", "DELETE FROM "].iter().any(|verb| sql.contains(verb));
        let reads = beginning.starts_with("SELECT ") || beginning.starts_with("WITH ");
        let changes = statements.iter().filter(|sql| is_of(beginning, sql)).find(is_change);
        assert!(reads && changes.is_none(), "{purpose}: what changes rows names their shard");
        let is_used = statements.iter().any(|sql| is_of(beginning, sql) && !without_shard(sql).is_empty());
        assert!(is_used, "no statement of {purpose} is about every shard: {beginning}");
    }
    let faults: Vec<_> = statements
        .iter()
        .filter(|sql| !ABOUT_EVERYONE.iter().any(|(beginning, _)| is_of(beginning, sql)))
        .map(|sql| (without_shard(sql), sql))
        .filter(|(tables, _)| !tables.is_empty())
        .map(|(tables, sql)| format!("{tables:?}: {sql}"))
        .collect();
    let count = faults.len();
    assert!(faults.is_empty(), "{count} statements may be about every shard:\n{}", faults.join("\n"));
}

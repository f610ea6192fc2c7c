//! The users' quiz attempts: about twenty each, with a median of four and a maximum of five thousand, the same each
//! time. They are written by set statements, since there are millions; `verify` then checks them.

use domain::facts::RECENT;
use integration_tests::{NOW, World};

use crate::crowd::Dice;

const CHUNK: usize = 10_000;
/// Per thousand users: how many have from `..` to `..` attempts.
const SHAPE: [(i64, u32, u32); 6] =
    [(150, 0, 0), (530, 1, 4), (800, 5, 15), (950, 16, 60), (998, 61, 240), (1000, 241, 5_000)];

/// Writes the attempts of the first users, with their statistics.
pub(crate) async fn build(world: &World, users: usize) {
    world.execute("CREATE TABLE bench_shape (user_no bigint PRIMARY KEY, attempts bigint, favorite bigint)").await;
    for start in (1..=users).step_by(CHUNK) {
        let rows: Vec<_> = (start..=users.min(start + CHUNK - 1)).map(shape).collect();
        world.execute(&format!("INSERT INTO bench_shape VALUES {}", rows.join(","))).await;
    }
    let (attempts, index) = statements(world.database().is_embedded());
    world.execute(&format!("DROP INDEX quiz_attempts_latest; {attempts}; {index}; {}", statistics())).await;
    world.execute("DROP TABLE bench_shape").await;
}

/// One row: the number of attempts, and the provider of most of them.
fn shape(user: usize) -> String {
    let mut dice = Dice::of(user);
    let place = dice.below(1_000);
    let (_, from, to) = SHAPE.into_iter().find(|(up_to, ..)| place < *up_to).expect("up to a thousand");
    let attempts = i64::from(from) + dice.below(to - from + 1);
    format!("({user},{attempts},{})", dice.below(4))
}

/// Writes the attempts without the index, then creates it again.
fn statements(embedded: bool) -> (String, String) {
    let numbers = if embedded {
        "(WITH RECURSIVE numbers (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM numbers WHERE k < 5000) SELECT k FROM numbers)"
    } else {
        "generate_series(1, 5000)"
    };
    let (made, minutes_ago) = if embedded {
        (
            "CREATE TEMPORARY TABLE numbers (k INTEGER PRIMARY KEY)",
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', '{NOW}', '-' || age || ' minutes')"),
        )
    } else {
        (
            "CREATE TEMPORARY TABLE numbers (k bigint PRIMARY KEY)",
            format!("timestamptz '{NOW}' - age * interval '1 minute'"),
        )
    };
    let text = "CASE provider WHEN 0 THEN 'Linux+' WHEN 1 THEN 'AWS-SAA-C03' WHEN 2 THEN 'AZ-104' ELSE 'GCP ACE' END";
    let (shard, of_first) = if embedded { ("", "") } else { (", shard", ", 0") };
    let attempts = format!(
        "{made}; INSERT INTO numbers SELECT * FROM {numbers} AS made; \
         INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, score, completed_at{shard}) \
         SELECT user_no, 'a' || (k + 10000), {text}, lower({text}), provider, 50.0, {minutes_ago}{of_first} FROM (\
         SELECT user_no, k, 1 + (k * 997 + user_no * 7919) % 500000 AS age, \
         CASE WHEN (k * 7 + user_no * 3) % 10 < 7 THEN favorite ELSE k % 4 END AS provider \
         FROM bench_shape JOIN numbers ON k <= attempts) AS taken ORDER BY user_no, k; DROP TABLE numbers"
    );
    (
        attempts,
        format!("CREATE INDEX quiz_attempts_latest ON quiz_attempts (user_no, completed_at, id, provider{shard})"),
    )
}

fn statistics() -> String {
    let recent = |provider: i32| format!("count(CASE WHEN place <= {RECENT} AND provider = {provider} THEN 1 END)");
    format!(
        "UPDATE user_stats SET quiz_count = counted.all_of_them, last_quiz_at = counted.latest, \
         recent_total = counted.recent, recent_aws = aws, recent_azure = azure, recent_gcp = gcp, \
         without_provider = counted.without_provider FROM (\
         SELECT user_no, count(*) AS all_of_them, max(completed_at) AS latest, \
         count(CASE WHEN place <= {RECENT} THEN 1 END) AS recent, \
         {} AS aws, {} AS azure, {} AS gcp, count(CASE WHEN provider = 0 THEN 1 END) AS without_provider \
         FROM (SELECT user_no, completed_at, provider, \
         row_number() OVER (PARTITION BY user_no ORDER BY completed_at DESC, id DESC) AS place FROM quiz_attempts\
         ) AS ranked GROUP BY user_no) AS counted WHERE counted.user_no = user_stats.user_no; \
         UPDATE user_stats_total SET without_provider = (SELECT coalesce(sum(without_provider), 0) FROM user_stats)",
        recent(1),
        recent(2),
        recent(3)
    )
}

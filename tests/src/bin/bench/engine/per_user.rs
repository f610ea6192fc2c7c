//! A loop over users in batches of 100, with a query per question and an upsert per membership. It keeps no ledger and
//! no counts. It is measured on a few users and extrapolated to all.

use domain::instant::Instant;
use integration_tests::{Kind, World, ago, now};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use super::{
    Bar, Row, Unit,
    states::{self, State},
    timed,
};

const SAMPLE: usize = 500;
const BATCH: usize = 100;

/// From empty, and again with nothing changed. Leaves the database empty.
pub(crate) async fn measure(world: &World, kind: Kind, users: usize) -> Vec<Row> {
    let sample = SAMPLE.min(users);
    let engine = first_memberships(world, sample).await;
    states::empty(world).await;
    let mut rows = Vec::new();
    for state in [State::Empty, State::Unchanged] {
        let (time, ()) = timed(run(world, sample)).await;
        assert_eq!(first_memberships(world, sample).await, engine, "the loop leaves what the engine leaves");
        let case = format!("per-user loop, {} (extrapolated from {sample} users)", state.name());
        let mut row = Row::new(kind, case, Unit::Milliseconds, Bar::None);
        row.note(time.as_secs_f64() * 1e3 * users as f64 / sample as f64);
        rows.push(row);
    }
    states::empty(world).await;
    rows
}

async fn first_memberships(world: &World, users: usize) -> Vec<(i64, i32)> {
    let sql = format!(
        "SELECT user_no, segment_id FROM user_segment WHERE removed_at IS NULL AND user_no <= {users} \
         ORDER BY user_no, segment_id"
    );
    world.query(&sql).await
}

async fn run(world: &World, users: usize) {
    for offset in (0..users).step_by(BATCH) {
        let sql =
            "SELECT no, plan, current_streak, created_at, last_activity_at FROM users ORDER BY no LIMIT $1 OFFSET $2";
        let page = query(world, sql, [(BATCH as i64).into(), (offset as i64).into()]).await;
        for user in page {
            segment_user(world, &user).await;
        }
    }
}

async fn segment_user(world: &World, user: &QueryResult) {
    let no: i64 = user.try_get_by_index(0).expect("a key");
    let plan: String = user.try_get_by_index(1).expect("a plan");
    let streak: i64 = user.try_get_by_index(2).expect("a streak");
    let plans = ["FREE", "PRO", "PREMIUM"].map(|known| plan == known);
    let count = query(world, "SELECT count(*) FROM quiz_attempts WHERE user_no = $1", [no.into()]).await;
    let quizzes: i64 = count[0].try_get_by_index(0).expect("a count");
    let behavior = [quizzes >= 50, (1..=10).contains(&quizzes), streak >= 7];
    let focus = focus(world, no).await;
    for (first, group) in [(1, &plans[..]), (4, &lifecycle(user)[..]), (8, &behavior[..]), (11, &focus[..])] {
        for (segment, belongs) in (first..).zip(group) {
            set(world, no, segment, *belongs).await;
        }
    }
}

fn lifecycle(user: &QueryResult) -> [bool; 4] {
    let created: Instant = user.try_get_by_index(3).expect("a date");
    let active: Option<Instant> = user.try_get_by_index(4).expect("a date or none");
    let active = active.unwrap_or(created);
    let place = if created >= ago(7) {
        0
    } else if active >= ago(7) {
        1
    } else if active >= ago(30) {
        2
    } else {
        3
    };
    [0, 1, 2, 3].map(|one| one == place)
}

async fn focus(world: &World, user: i64) -> [bool; 3] {
    let sql =
        "SELECT certification FROM quiz_attempts WHERE user_no = $1 ORDER BY completed_at DESC, id DESC LIMIT 100";
    let taken: Vec<String> =
        query(world, sql, [user.into()]).await.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect();
    ["AWS", "AZ", "GCP"].map(|provider| {
        let of_it = taken.iter().filter(|certification| certification.starts_with(provider)).count();
        !taken.is_empty() && 100 * of_it >= 60 * taken.len()
    })
}

async fn set(world: &World, user: i64, segment: i32, belongs: bool) {
    let sql = if belongs {
        let (shard, of_first) = if world.database().is_embedded() { ("", "") } else { (", shard", ", 0") };
        format!(
            "INSERT INTO user_segment (user_no, segment_id, added_at{shard}) VALUES ($1, $2, $3{of_first}) \
             ON CONFLICT (user_no, segment_id{shard}) DO UPDATE SET removed_at = NULL"
        )
    } else {
        "UPDATE user_segment SET removed_at = $3 WHERE user_no = $1 AND segment_id = $2 AND removed_at IS NULL".into()
    };
    let connection = world.database().connection();
    let values = [user.into(), segment.into(), now().into()];
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    connection.execute_raw(statement).await.expect("it is written");
}

async fn query<const N: usize>(world: &World, sql: &str, values: [Value; N]) -> Vec<QueryResult> {
    let connection = world.database().connection();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    connection.query_all_raw(statement).await.expect("the query is answered")
}

//! Both databases use the intended indexes: the plans of the statements that the product executes, on five thousand
//! users, after ANALYZE.

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::attribute::Attributes;
use domain::{
    criteria::{Crossing, DateField, Dated, Lookback, Needs, ParseContext, arbitrary, parse_value},
    ids::{RunId, SegmentId, UserNo},
    mail::AddressKey,
    period::Moment,
    profile::User,
    report::activity::ActivityKind,
    shard::Shard,
};
use integration_tests::{Explaining, Kind, TestDatabase, World, ago, event, now, on_both_databases, quiz, user};
use persistence::{
    entity::audit_log,
    facts::{self, Scope},
    ingest::users,
    ops::{invariants, tokens},
    reads::{
        history,
        member_pages::{Page, PageStart, Position, SortedBy},
        members::{self, Search, Which},
        preview,
    },
    reports::{activity_days, entries},
    runs::{self, WhichRuns},
    sync::{contacts, dirty, members as sync_members, plan as differences},
    user_range::{UserRange, UserSelection},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value as Json, json};

const USERS: usize = 5_000;

async fn crowd(world: &World) {
    let users: Vec<_> = (0..USERS)
        .map(|number| User {
            first_name: Some(format!("First{}", number * 7919)),
            last_name: Some(format!("Last{}", number * 104_729)),
            ..user(&format!("u{number}"))
        })
        .collect();
    world.users(&users).await;
    let attempts: Vec<_> = (0..USERS).map(|number| quiz(&format!("u{number}"), number, "AWS-SAA-C03")).collect();
    world.attempts(&attempts).await;
    world.run(now()).await;
    if world.database().is_embedded() {
        // The internal tables of the text index are not for the planner.
        world.execute("ANALYZE").await;
    } else {
        vacuum(world).await;
    }
}

/// While autovacuum has a snapshot of the same database, a vacuum leaves pages that are not marked as visible to all.
/// An index-only scan cannot use them, so the planner may choose another index.
async fn vacuum(world: &World) {
    for _ in 0..100 {
        world.execute("VACUUM ANALYZE").await;
        let marked =
            "SELECT bool_and(relallvisible >= relpages) FROM pg_class WHERE relname IN ('users', 'user_segment')";
        if world.query::<(bool,)>(marked).await == [(true,)] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a snapshot keeps pages from being marked as visible to all");
}

/// The plan must contain each of these, and must not read a large table from end to end.
#[track_caller]
fn check(plan: &str, uses: &[&str]) {
    for part in uses {
        assert!(plan.contains(part), "no {part:?} in the plan:\n{plan}");
    }
    let large = ["users", "user_stats", "user_segment", "quiz_attempts", "segment_event"];
    let aliases = ["member", "event", "segmentation_run", "api_token", "audit_log"];
    for table in large.iter().chain(&aliases) {
        let [sqlite, postgres] = [format!("SCAN {table}"), format!("Seq Scan on {table}")];
        let whole = plan.lines().find(|line| line.trim_end() == sqlite || line.contains(&postgres));
        assert_eq!(whole, None, "in the plan:\n{plan}");
    }
}

/// The text in a plan of SQLite, and of PostgreSQL.
fn by_kind<'a>(world: &World, sqlite: &'a [&'a str], postgres: &'a [&'a str]) -> &'a [&'a str] {
    if world.database().is_embedded() { sqlite } else { postgres }
}

async fn explain_definition(world: &World, condition: Json) -> String {
    let connection = Explaining::new(world.database().connection());
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
    let definition = json!({"combineWith": "AND", "criteria": [condition]});
    let criteria = parse_value(&definition, &context).expect("a definition");
    users::matching(&connection, &criteria, Moment { now: now(), zone: Tz::UTC }).await.expect("a query");
    connection.take()
}

/// SQLite has no statistics after a first import. It must not go through all members for each address then.
#[tokio::test]
async fn plan_of_a_sync_goes_from_addresses_to_members() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    world.users(&[user("ann"), user("bob")]).await;
    world.run(now()).await;
    let connection = Explaining::new(world.database().connection());
    let segment = world.segment("plan:free").await;
    let key = AddressKey::of("ann@example.org").expect("an address");
    let from_addresses =
        ["users_address_key (address_key=?", "SEARCH user_segment USING PRIMARY KEY (user_no=? AND segment_id=?"];
    differences::members_among(&connection, Shard::FIRST, &[(key.clone(), segment)]).await.expect("a query");
    check(&connection.take(), &from_addresses);
    differences::leaving_among(&connection, Shard::FIRST, (&[segment], true), std::slice::from_ref(&key))
        .await
        .expect("a query");
    check(&connection.take(), &from_addresses);
    differences::page_leaving(&connection, Shard::FIRST, (segment, true), None, 100).await.expect("a query");
    check(&connection.take(), &["sync_member_segment (segment_id=? AND address_key>?)", "user_segment_members"]);
    differences::joining_among(&connection, Shard::FIRST, &[segment], &[key]).await.expect("a query");
    check(&connection.take(), &from_addresses);
    differences::page_joining(&connection, Shard::FIRST, segment, UserNo(0), 100).await.expect("a query");
    let plan = connection.take();
    assert!(!plan.contains("TEMP B-TREE"), "a page sorts all that follow it:\n{plan}");
    check(&plan, &["user_segment_members"]);
}

/// The same for what a sync writes about the contacts of a request. It would take minutes for a hundred thousand members.
#[tokio::test]
async fn plan_of_what_a_sync_writes_goes_from_its_contacts_to_rows() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    let connection = Explaining::new(world.database().connection());
    let key = AddressKey::of("ann@example.org").expect("an address");
    let pairs = [(key.clone(), SegmentId(1))];
    let by_pair = ["SEARCH sync_member USING PRIMARY KEY (address_key=? AND segment_id=?)"];
    sync_members::leaving(&connection, &pairs, now()).await.expect("a statement");
    check(&connection.take(), &by_pair);
    sync_members::joined(&connection, &pairs, now()).await.expect("a statement");
    check(&connection.take(), &by_pair);
    sync_members::left(&connection, &pairs).await.expect("a statement");
    check(&connection.take(), &by_pair);
    contacts::note_names(&connection, &[(key.clone(), contacts::Names::default())]).await.expect("a statement");
    check(&connection.take(), &["SEARCH sync_contact USING PRIMARY KEY (address_key=?)"]);
    let database = world.database().connection();
    dirty::mark(database, &BTreeSet::from([key])).await.expect("a statement");
    let marks = dirty::page(database, None, 1).await.expect("a query");
    dirty::clear(&connection, &marks).await.expect("a statement");
    check(&connection.take(), &["SEARCH sync_dirty USING PRIMARY KEY (address_key=?)"]);
}

/// What is kept of days is found by their first instants, and marks by their days. PostgreSQL reads tables as small as these whole.
#[tokio::test]
async fn plan_of_active_days_goes_by_index() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    world.users(&[user("ann")]).await;
    world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
    world.run(now()).await;
    let connection = Explaining::new(world.database().connection());
    activity_days::active(&connection, &[ActivityKind::Quizzes], &[[ago(30), ago(2)]]).await.expect("a query");
    let plans = connection.take_each();
    let kept = plans.iter().find(|plan| plan.contains("kept")).expect("what is kept is read");
    check(kept, &["SEARCH kept USING INDEX", "SEARCH mark USING PRIMARY KEY"]);
}

/// SQLite must not compare every row with every other: it has no index of its own for a full join.
#[tokio::test]
async fn plan_of_the_invariants_compares_by_keys() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    world.users(&[user("ann")]).await;
    world.record_events(&[event("ann", "e", "order", 3, Some((100, "EUR")))]).await;
    world.run(now()).await;
    let connection = Explaining::new(world.database().connection());
    invariants::check(&connection).await.expect("the checks");
    let plans = connection.take_each();
    assert!(plans.len() > 10, "{}", plans.len());
    for plan in plans {
        let is_compared_pairwise = |step: &str| step.contains("SCAN") && step.contains("-JOIN");
        assert!(!plan.lines().any(is_compared_pairwise), "in the plan:\n{plan}");
    }
}

on_both_databases! {
    async fn plan_of_a_text_search_in_each_field(world: World) {
        crowd(&world).await;
        for (field, value) in [("email", "u4711@ex"), ("firstName", "st37306409"), ("lastName", "st493378319")] {
            let condition = json!({"field": field, "operator": "contains", "value": value});
            let plan = explain_definition(&world, condition).await;
            check(&plan, by_kind(&world, &["users_text", "SEARCH users USING INTEGER PRIMARY KEY"], &["users_text"]));
        }
    }

    async fn plan_of_a_search_among_members(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let segment = world.segment("plan:free").await;
        let search = Search::new("493378319").expect("a text");
        members::members(&connection, segment, Which { search: Some(&search), ..Which::default() }, &Page::by_key(PageStart::Offset(0), 20)).await.expect("a query");
        check(&connection.take(), &["users_text"]);
        members::count_members(&connection, segment, Which { search: Some(&search), ..Which::default() }).await.expect("a query");
        check(&connection.take(), &["users_text"]);
    }

    async fn plan_of_a_page_of_members_by_cursor(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let segment = world.segment("plan:free").await;
        members::members(&connection, segment, Which::default(), &Page::by_key(PageStart::After(Position { sorted: SortedBy::Arrival, no: UserNo(2_500) }), 20)).await.expect("a query");
        check(&connection.take(), &["user_segment_members"]);
    }

    async fn plan_of_recent_events_of_a_segment(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let segment = world.segment("behavior:streak_7").await;
        let by_key = by_kind(&world, &["SEARCH flow USING PRIMARY KEY (segment_id=? AND at>?"], &["segment_flow"]);
        history::flow(&connection, segment, ago(30), now()).await.expect("a query");
        check(&connection.take(), by_key);
        history::net_after(&connection, segment, now() + TimeDelta::days(1)).await.expect("a query");
        check(&connection.take(), by_key);
    }

    /// The users of an incremental run, however many there are. SQLite plans without statistics, as for an operator who
    /// never gathers any.
    async fn plan_of_the_users_of_an_incremental_run(world: World) {
        crowd(&world).await;
        if world.database().is_embedded() {
            world.execute("DROP TABLE sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4").await;
        }
        let connection = Explaining::new(world.database().connection());
        let crossing = |dated| Crossing { dated, from: now(), to: now() + TimeDelta::minutes(1) };
        let dates = [DateField::CreatedAt, DateField::LastActivityAt, DateField::LastQuizAt].map(Dated::User);
        let crossings = dates.into_iter().chain([Dated::Attempt]).map(crossing).collect();
        let clocks = (now(), now() + TimeDelta::minutes(1));
        facts::candidates::find(&connection, domain::shard::Shard::FIRST, &crossings, clocks).await.expect("a query");
        check(&connection.take(), &["users_created_at", "users_deleted_at", "quiz_attempts_completed_at"]);
    }

    async fn plan_of_a_page_of_past_members(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let segment = world.segment("plan:free").await;
        history::members_at(&connection, segment, ago(30), UserNo(2_500), 20).await.expect("a query");
        check(&connection.take(), &["user_segment_members", "segment_event_stays"]);
    }

    async fn plan_of_entries(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let segment = world.segment("plan:free").await;
        entries::entries(&connection, segment, ago(30), now()).await.expect("a query");
        check(&connection.take(), &["segment_event_decided", "segment_event_stays", "user_segment_members"]);
    }

    /// Per user by index, whether a run reads them or a definition counts them. With few attempts in a window, any
    /// index is fine.
    async fn plan_of_attempts_within_a_window(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let mut needs = Needs::default();
        needs.attempts = Lookback::Within("30d".parse().expect("a span"));
        let scope = Scope { users: &UserSelection::Range(UserRange { after: UserNo(100), through: UserNo(110) }), as_of: now(), needs: &needs };
        facts::read_all(&connection, scope).await.expect("a query");
        check(&connection.take(), by_kind(&world, &["quiz_attempts_latest (user_no=? AND completed_at>?)"], &["quiz_attempts_latest"]));
        let condition = json!({"field": "quizAttempts", "operator": ">=", "value": 3, "within": "30d"});
        let plan = explain_definition(&world, condition).await;
        assert!(plan.contains("quiz_attempts_latest"), "{plan}");
    }

    /// Merged with the counting query, a condition that reads another table would be tested again for every set around it.
    /// Keeping the two apart must not keep PostgreSQL from counting large tables in parallel.
    async fn plan_of_a_preview(world: World) {
        crowd(&world).await;
        if !world.database().is_embedded() {
            for cost in ["min_parallel_table_scan_size", "parallel_setup_cost", "parallel_tuple_cost"] {
                let set = format!("EXECUTE format('ALTER DATABASE %I SET {cost} = 0', current_database())");
                world.execute(&format!("DO $$ BEGIN {set}; END $$")).await;
            }
        }
        let world = World::open(&world.test_database.url).await;
        let connection = Explaining::new(world.database().connection());
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        let sqlite = ["SCAN users", "CO-ROUTINE tested"];
        // PostgreSQL counts attempts in one process, whatever the statement.
        let postgres: [&[&str]; 2] = [&["Partial Aggregate", "Parallel Seq Scan on users"], &["Parallel Seq Scan on users"]];
        for (field, (sqlite, postgres)) in ["level", "quizAttempts"].into_iter().zip(sqlite.into_iter().zip(postgres)) {
            let condition = json!({"field": field, "operator": ">", "value": 3});
            let definition = json!({"combineWith": "AND", "criteria": [condition, {"combineWith": "OR", "criteria": [condition]}]});
            let criteria = parse_value(&definition, &context).expect("a definition");
            preview::count(&connection, &criteria, Moment { now: now(), zone: Tz::UTC }, None).await.expect("a query");
            let plan = connection.take();
            for part in by_kind(&world, &[sqlite], postgres) {
                assert!(plan.contains(part), "no {part:?} in the plan:\n{plan}");
            }
        }
    }

    async fn plan_of_users_of_a_range(world: World) {
        crowd(&world).await;
        let connection = Explaining::new(world.database().connection());
        let needs = Needs::default();
        let scope = Scope { users: &UserSelection::Range(UserRange { after: UserNo(100), through: UserNo(110) }), as_of: now(), needs: &needs };
        facts::read_all(&connection, scope).await.expect("a query");
        check(&connection.take(), by_kind(&world, &["SEARCH users USING INTEGER PRIMARY KEY"], &["users_pkey"]));
    }

    async fn plan_of_the_list_of_runs(world: World) {
        let run = "INSERT INTO segmentation_run (state, \"trigger\", mode, as_of, started_at, lease_until, owner) \
                   VALUES ('succeeded', 'cron', 'full', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', \
                   '2026-01-01T00:00:00Z', 'test')";
        for _ in 0..500 {
            world.execute(run).await;
        }
        world.execute("ANALYZE").await;
        let connection = Explaining::new(world.database().connection());
        runs::latest_before(&connection, RunId(400), WhichRuns::default(), 20).await.expect("a query");
        check(&connection.take(), by_kind(&world, &["SEARCH segmentation_run USING INTEGER PRIMARY KEY"], &["segmentation_run_pkey"]));
    }

    async fn plan_of_a_token_by_its_hash(world: World) {
        for number in 0..500 {
            let token = tokens::NewToken {
                id: number.to_string(),
                name: "test".into(),
                prefix: "aud_".into(),
                hash: format!("{number:064}"),
                role: domain::role::Role::Admin,
                expires_at: None,
            };
            tokens::insert(world.database().connection(), token, now()).await.expect("a token");
        }
        world.execute("ANALYZE").await;
        let connection = Explaining::new(world.database().connection());
        tokens::find(&connection, &format!("{:064}", 77), now()).await.expect("a query").expect("a token");
        check(&connection.take(), by_kind(&world, &["SEARCH api_token USING INDEX"], &["api_token_token_hash_key"]));
    }

    async fn plan_of_the_audit_of_a_user(world: World) {
        for number in 0..2_000 {
            let entry = format!(
                "INSERT INTO audit_log (at, actor, action, user_no) VALUES ('2026-01-01T00:00:00Z', 'a', 'b', {number})"
            );
            world.execute(&entry).await;
        }
        world.execute("ANALYZE").await;
        let connection = Explaining::new(world.database().connection());
        let of_user = audit_log::Entity::find().filter(audit_log::Column::UserNo.eq(77_i64));
        assert_eq!(of_user.all(&connection).await.expect("a query").len(), 1);
        check(&connection.take(), &["audit_log_user"]);
    }
    /// Users are returned together. If that cannot be read, a second statement reads them one by one.
    async fn plan_reads_the_users_of_a_range_in_one_statement(world: World) {
        let ann = User { first_name: Some("Ann".into()), last_activity_at: Some(ago(1)), ..user("ann") };
        let shard = world.database().shards().of(&ann.id);
        let bob = user(&world.beside("ann"));
        world.users(&[ann, bob.clone()]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        world.run(now()).await;
        world.users(&[User { plan: "PRO".into(), ..bob }]).await;
        let connection = Explaining::new(world.database().connection());
        let everything = Needs::everything(&arbitrary::attributes());
        for (above, users, needs) in [(0, 2, &Needs::default()), (0, 2, &everything), (1_000, 0, &everything)] {
            let range = UserSelection::Range(UserRange { after: shard.user(above), through: shard.user(2_000) });
            let read = facts::read_all(&connection, Scope { users: &range, as_of: now(), needs }).await.expect("a query");
            assert_eq!(read.iter().flatten().count(), users, "{read:?}");
            assert_eq!(connection.take_each().len(), 1, "{needs:?}");
        }
    }
}

//! The index for searches in names and email addresses is right after every write. Without the index the answers are
//! the same.

use chrono_tz::Tz;
use domain::attribute::Attributes;
use domain::{
    criteria::{ParseContext, parse_value},
    period::Moment,
    profile::User,
};
use integration_tests::{Kind, Program, TestDatabase, World, now, on_both_databases, quiz, user};
use persistence::{
    ConnectionTrait, Database,
    ingest::users,
    reads::{
        member_pages::{Page, PageStart},
        members::{self, Search, Which},
    },
};
use serde_json::{Value as Json, json};

fn named(id: &str, first: &str, last: &str) -> User {
    User { first_name: Some(first.into()), last_name: Some(last.into()), ..user(id) }
}

async fn people(world: &World) {
    world.users(&[named("ann", "Änne-Sophie", "Li"), named("bob", "Bob", "O'\"Hara"), user("100%_!")]).await;
    world.run(now()).await;
}

/// The ids of users that a condition matches.
async fn matching(world: &World, field: &str, operator: &str, value: &str) -> Vec<String> {
    let definition =
        json!({"combineWith": "AND", "criteria": [{"field": field, "operator": operator, "value": value}]});
    ids(world, &definition).await
}

async fn ids(world: &World, definition: &Json) -> Vec<String> {
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
    let criteria = parse_value(definition, &context).expect("a definition");
    let moment = Moment { now: now(), zone: Tz::UTC };
    let found = users::matching(world.database().connection(), &criteria, moment).await.expect("a query");
    let mut ids = Vec::new();
    for no in found {
        ids.extend(world.query::<(String,)>(&format!("SELECT id FROM users WHERE no = {}", no.0)).await);
    }
    ids.into_iter().map(|(id,)| id).collect()
}

/// The ids of members that a search finds. Also checks their count.
async fn search(world: &World, text: &str) -> Vec<String> {
    let connection = world.database().connection();
    let segment = world.segment("plan:free").await;
    let search = Search::new(text).expect("a text");
    let found = members::members(
        connection,
        segment,
        Which { search: Some(&search), ..Which::default() },
        &Page::by_key(PageStart::Offset(0), 100),
    )
    .await;
    let found: Vec<_> = found.expect("a query").into_iter().map(|member| member.id).collect();
    let count = members::count_members(connection, segment, Which { search: Some(&search), ..Which::default() })
        .await
        .expect("a query");
    assert_eq!(usize::try_from(count), Ok(found.len()));
    found
}

on_both_databases! {
    async fn text_search_finds_a_text_anywhere(world: World) {
        people(&world).await;
        for (field, operator, value, expected) in [
            ("email", "contains", "NN@EX", &["ann"] as &[_]),
            ("email", "contains", "@e", &["100%_!", "ann", "bob"]),
            ("email", "contains", "0%_", &["100%_!"]),
            ("email", "contains", "0_%", &[]),
            ("email", "starts_with", "bob@", &["bob"]),
            ("email", "ends_with", "ob@example.org", &["bob"]),
            ("email", "equals", "BOB@example.org", &["bob"]),
            ("firstName", "contains", "ÄNNE", &["ann"]),
            ("firstName", "contains", "hie Li", &[]),
            ("firstName", "contains", "Hara", &[]),
            ("lastName", "contains", "'\"h", &["bob"]),
            ("lastName", "contains", "li", &["ann"]),
            ("lastName", "not_contains", "hara", &["100%_!", "ann"]),
        ] {
            assert_eq!(matching(&world, field, operator, value).await, expected, "{field} {operator} {value}");
        }
        for (text, expected) in
            [("hie li", &["ann"] as &[_]), ("o'\"h", &["bob"]), ("0%_!@", &["100%_!"]), ("nobody", &[]), ("b@", &["bob"])]
        {
            assert_eq!(search(&world, text).await, expected, "{text}");
        }
    }

    async fn text_search_finds_either_of_two_texts(world: World) {
        people(&world).await;
        let either = json!({"combineWith": "OR", "criteria": [
            {"field": "email", "operator": "contains", "value": "bob@"},
            {"field": "firstName", "operator": "contains", "value": "sophie"},
        ]});
        assert_eq!(ids(&world, &either).await, world.as_listed(["ann", "bob"]));
    }

    /// Keyboards and file systems write a letter with an accent in one or two code points.
    async fn text_search_ignores_the_normal_form(world: World) {
        world.users(&[named("a", "Jos\u{e9}", "Li"), named("b", "Jose\u{301}", "Li"), named("c", "Jose", "Li")]).await;
        world.attempts(&[quiz("a", 1, "Caf\u{e9}"), quiz("b", 1, "CAFE\u{301}"), quiz("c", 1, "Cafe")]).await;
        world.run(now()).await;
        for text in ["Jos\u{e9}", "JOSE\u{301}"] {
            assert_eq!(search(&world, text).await, world.as_listed(["a", "b"]));
            assert_eq!(search(&world, &format!("{text} li")).await, world.as_listed(["a", "b"]));
            for operator in ["equals", "contains", "starts_with", "ends_with"] {
                assert_eq!(matching(&world, "firstName", operator, text).await, world.as_listed(["a", "b"]), "{operator}");
            }
            assert_eq!(matching(&world, "firstName", "not_equals", text).await, ["c"]);
        }
        for text in ["jose", "se"] {
            assert_eq!(matching(&world, "firstName", "contains", text).await, ["c"]);
        }
        assert_eq!(search(&world, "jose").await, ["c"]);
        let passed = json!({"field": "quizAttempts", "operator": ">=", "value": 1, "certification": "caf\u{e9}"});
        assert_eq!(ids(&world, &json!({"combineWith": "AND", "criteria": [passed]})).await, world.as_listed(["a", "b"]));
    }

    /// Users are found only by the new name, and erased users not at all.
    async fn text_search_index_follows_every_write(world: World) {
        people(&world).await;
        world.users(&[named("ann", "Zoë", "Li"), User { level: 9, ..named("bob", "Bob", "O'\"Hara") }]).await;
        world.verify().await;
        assert_eq!(matching(&world, "firstName", "contains", "sophie").await, [""; 0]);
        assert_eq!(matching(&world, "firstName", "contains", "ZOË").await, ["ann"]);
        assert_eq!(matching(&world, "firstName", "contains", "bob").await, ["bob"]);
        world.erase("ann").await;
        world.verify().await;
        assert_eq!(search(&world, "zoë").await, [""; 0]);
    }

    /// The migration indexes existing users.
    async fn text_search_finds_users_from_before_the_index(world: World) {
        people(&world).await;
        let before = if world.database().is_embedded() {
            "DROP TABLE users_text; DROP VIEW users_searchable;"
        } else {
            "DROP INDEX users_text;"
        };
        let forgotten = "DELETE FROM seaql_migrations WHERE version LIKE '%_text_search'";
        world.execute(&format!("{before} {forgotten}")).await;
        world.test_database.database.migrate(None).await.expect("it is brought up to date");
        world.verify().await;
        assert_eq!(search(&world, "sophie").await, ["ann"]);
    }
}

/// With too many candidates the index is not used; the answers are the same.
#[tokio::test]
async fn text_search_of_a_text_that_nearly_everyone_has() {
    let Some(test_database) = TestDatabase::create(Kind::Sqlite).await else { return };
    let world = World::new(test_database);
    let everybody: Vec<_> = (0..10_100).map(|number| user(&format!("u{number}"))).collect();
    world.users(&everybody).await;
    assert_eq!(matching(&world, "email", "contains", "@example").await.len(), 10_100);
    assert_eq!(matching(&world, "email", "contains", "u10099@example").await, ["u10099"]);
}

/// If the extension cannot be created, the migration continues without it, and searches read every user.
#[tokio::test]
async fn text_search_works_without_the_extension() {
    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    let name = url.split('?').next().and_then(|before| before.rsplit('/').next()).expect("a name");
    let owner = Database::connect(&url).await.expect("the server answers");
    let role = format!("limited_{name}");
    let role_with_tables_only = format!("CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}");
    owner.connection().execute_unprepared(&role_with_tables_only).await.expect("a role");
    let url = format!("{url}&options[role]={role}");
    Program::engine(&url).args(["migrate"]).run().expect(0);
    let world = World::open(&url).await;
    let indexes = world.query::<(i64,)>("SELECT count(*) FROM pg_class WHERE relname = 'users_text'").await;
    assert_eq!(indexes, [(0,)]);
    people(&world).await;
    assert_eq!(matching(&world, "firstName", "contains", "sophie").await, ["ann"]);
    assert_eq!(search(&world, "sophie").await, ["ann"]);
}

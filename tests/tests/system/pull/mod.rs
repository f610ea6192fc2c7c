//! Pulls from a host database as Prisma creates it, with the configuration in `docs/connecting-your-app.md`.

mod faults;
mod marks;
mod moved;
mod saas;

use chrono::TimeDelta;
use integration_tests::{Dates, Ended, Host, Kind, Program, TestDatabase, World, ago, now, on_both_databases, user};
use segmentation_engine::support::failpoints::PULL_POINTS;
use serde_json::json;

const PAGE: &str = include_str!("../../../../docs/connecting-your-app.md");

/// The documented configuration for this kind of database.
fn documented(kind: Kind) -> String {
    let blocks: Vec<_> =
        PAGE.split("\n```toml\n").skip(1).map(|rest| rest.split("\n```").next().unwrap_or(rest)).collect();
    assert_eq!(blocks.len(), 2, "one for PostgreSQL, then one for SQLite");
    format!("{}\n", blocks[usize::from(kind == Kind::Sqlite)])
}

fn kind_of(world: &World) -> Kind {
    if world.database().is_embedded() { Kind::Sqlite } else { Kind::Postgres }
}

fn in_batches_of(rows: usize, kind: Kind) -> String {
    format!("batch_rows = {rows}\n{}", documented(kind))
}

fn pull(world: &World, host: &Host, configuration: &str, arguments: &[&str]) -> Program {
    let file = host.write("pull.toml", configuration);
    let program = Program::engine(&world.test_database.url).env("HOST_DATABASE_URL", &host.url);
    program.args(["pull", "--json", "--config", &file]).args(arguments)
}

/// Users: rows, created, updated, unchanged, refused. Attempts: rows, written, unchanged, refused.
fn counts(ended: &Ended) -> (Vec<u64>, Vec<u64>) {
    let json = ended.json();
    let of = |part: &str, keys: &[&str]| keys.iter().map(|key| json[part][key].as_u64().expect("a count")).collect();
    (
        of("users", &["rows", "created", "updated", "unchanged", "faults"]),
        of("attempts", &["rows", "written", "unchanged", "faults"]),
    )
}

/// Everything except the count of pulls and the record of each.
async fn content(world: &World) -> Vec<(String, Vec<String>)> {
    world.dump().await.into_iter().filter(|(table, _)| table != "pull_progress" && table != "audit_log").collect()
}

async fn count(world: &World, sql: &str) -> u64 {
    u64::try_from(world.query::<(i64,)>(sql).await[0].0).expect("a count")
}

async fn plans(world: &World) -> Vec<(String, String)> {
    world.query("SELECT id, plan FROM users ORDER BY id").await
}

on_both_databases! {
    async fn pull_connects_a_prisma_app_with_the_documented_configuration(world: World) {
        let kind = kind_of(&world);
        for dates in [Dates::Numbers, Dates::Texts] {
            let mut host = Host::create(kind).await;
            host.dates = dates;
            let configuration = format!("source = \"{dates:?}\"\n{}", documented(kind));
            let (ann, bob) = (format!("ann-{dates:?}"), format!("bob-{dates:?}"));
            host.user(&ann, "PRO", ago(3)).await;
            host.user(&bob, "FREE", ago(2)).await;
            for number in 0..60 {
                host.attempt(&format!("a{number}"), &ann, "AWS-SAA-C03", ago(2)).await;
            }

            let ended = pull(&world, &host, &configuration, &[]).run().expect(0);
            assert_eq!(counts(&ended), (vec![2, 2, 0, 0, 0], vec![60, 60, 0, 0]));
            let stored = format!(
                "SELECT email, first_name, plan, role, current_streak FROM users WHERE id = '{ann}'"
            );
            let expected = (format!("{ann}@example.org"), "O'Neill".into(), "PRO".into(), "USER".into(), 7);
            assert_eq!(world.query::<(String, String, String, String, i64)>(&stored).await, [expected]);
            let created = format!("SELECT count(*) FROM users WHERE id = '{ann}' AND created_at = ");
            let at = if kind == Kind::Sqlite { "'2026-03-10T12:00:00+00:00'" } else { "'2026-03-10T12:00:00Z'" };
            assert_eq!(world.query::<(i64,)>(&format!("{created}{at}")).await, [(1,)]);
            world.run(now()).await;
            let segments = world.segments_of(&ann).await;
            for segment in ["plan:pro", "lifecycle:new", "behavior:power_users", "certification:aws_focus"] {
                assert!(segments.contains(&segment.to_owned()), "{segments:?}");
            }

            // Again: rows read twice are unchanged, nobody is marked, and no table changes.
            let before = content(&world).await;
            let ended = pull(&world, &host, &configuration, &[]).run().expect(0);
            let (users, attempts) = counts(&ended);
            assert_eq!((users[1..3].to_vec(), attempts[1]), (vec![0, 0], 0));
            assert_eq!(content(&world).await, before);

            // Only what changed is read.
            host.user(&bob, "PREMIUM", now()).await;
            host.attempt("later", &bob, "AZ-104", now()).await;
            let ended = pull(&world, &host, &configuration, &[]).run().expect(0);
            let (users, attempts) = counts(&ended);
            assert_eq!((users[1..3].to_vec(), attempts[1]), (vec![0, 1], 1));
            let marked = "SELECT id FROM users JOIN user_dirty ON user_dirty.user_no = users.no";
            assert_eq!(world.query::<(String,)>(marked).await, [(bob,)]);
            world.run(now()).await;
        }
    }

    async fn pull_skips_no_row_of_many_with_the_same_watermark(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for number in 0..100 {
            host.user(&format!("user-{number}"), "FREE", ago(1)).await;
            host.attempt(&format!("a{number}"), &format!("user-{number}"), "AZ-104", ago(1)).await;
        }
        let ended = pull(&world, &host, &in_batches_of(7, kind), &[]).run().expect(0);
        assert_eq!(counts(&ended), (vec![100, 100, 0, 0, 0], vec![100, 100, 0, 0]));
        world.verify().await;
    }

    /// With a watermark before the last pull, within the overlap.
    async fn pull_finds_a_row_that_was_committed_late(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", now()).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        host.user("bob", "FREE", now() - TimeDelta::minutes(4)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(plans(&world).await.len(), 2);

        // Outside of the overlap, only `--from-start` finds a row.
        host.user("cleo", "FREE", now() - TimeDelta::minutes(6)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(plans(&world).await.len(), 2);
        let ended = pull(&world, &host, &documented(kind), &["--from-start"]).run().expect(0);
        assert_eq!(counts(&ended).0, [3, 1, 0, 2, 0]);
    }

    async fn pull_refuses_only_faulty_rows_and_names_them(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for (id, days) in [("ann", 2), ("bob", 3), ("cleo", 3)] {
            host.user(id, "FREE", ago(days)).await;
            host.attempt(&format!("of-{id}"), id, "AZ-104", ago(days)).await;
        }
        host.execute("UPDATE \"User\" SET email = ' ', level = -1 WHERE id = 'bob'").await;
        host.execute("UPDATE \"QuizAttempt\" SET certification = '' WHERE id = 'of-cleo'").await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(3);
        assert_eq!(counts(&ended), (vec![3, 2, 0, 0, 1], vec![3, 1, 0, 2]));
        let said = "users: id bob: email is required; level must not be negative\n\
                    attempts: id of-cleo of user cleo: certification is required\n\
                    attempts: id of-bob of user bob: userId does not match any user\n";
        assert_eq!(ended.errors, said);

        // Once the user exists, their attempts are read again, although the watermark has passed them.
        host.execute("UPDATE \"User\" SET email = 'bob@example.org', level = 1 WHERE id = 'bob'").await;
        host.user("bob", "PRO", now()).await;
        host.attempt("of-ann", "ann", "GCP ACE", now()).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(counts(&ended), (vec![2, 1, 0, 1, 0], vec![2, 2, 0, 0]));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM pull_waiting").await, [(0,)]);
        let counted = "SELECT id, quiz_count FROM users JOIN user_stats ON user_no = no ORDER BY id";
        let expected = [("ann".to_owned(), 1), ("bob".into(), 1), ("cleo".into(), 0)];
        assert_eq!(world.query::<(String, i64)>(counted).await, expected);
        world.verify().await;
    }

    /// Also of a user who was missing when the attempts were read.
    async fn pull_drops_spaces_around_ids(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user(" ann\t", "PRO", ago(2)).await;
        host.attempt(" 1 ", " ann\t", "AZ-104", ago(2)).await;
        host.execute("UPDATE \"User\" SET email = ' ann@example.org\t', level = -1").await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(3);
        assert_eq!(counts(&ended), (vec![1, 0, 0, 0, 1], vec![1, 0, 0, 1]));

        host.execute("UPDATE \"User\" SET level = 1").await;
        host.user(" ann\t", "PRO", now()).await;
        host.user("bob", "FREE", now()).await;
        host.attempt("2", "bob", "AZ-104", now()).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(plans(&world).await, [("ann".into(), "PRO".into()), ("bob".into(), "FREE".into())]);
        let attempts = "SELECT users.id, quiz_attempts.id FROM quiz_attempts JOIN users ON no = user_no ORDER BY 1";
        let expected = [("ann".to_owned(), "1".to_owned()), ("bob".into(), "2".into())];
        assert_eq!(world.query::<(String, String)>(attempts).await, expected);
        world.verify().await;
    }

    async fn pull_leaves_columns_that_a_query_does_not_select_as_they_are(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        let mut known = user("ann");
        (known.level, known.last_name) = (9, Some("Lind".into()));
        world.users(&[known]).await;
        world.run(now()).await;
        host.user("ann", "PRO", ago(2)).await;
        host.user("bob", "FREE", ago(2)).await;
        let columns = "\"id\", \"email\", \"firstName\", \"lastName\", \"plan\", \"role\", \"currentStreak\", \"totalPoints\", \"level\",\n       \"lastActivityAt\", \"createdAt\"";
        let selecting = |some: &str| {
            let configuration = documented(kind);
            assert!(configuration.contains(columns));
            configuration.replace(columns, some)
        };
        let ended = pull(&world, &host, &selecting("\"id\", \"plan\""), &[]).run().expect(3);
        assert_eq!(counts(&ended).0, [2, 0, 1, 0, 1]);
        let said = "users: id bob: email is required for a new user; createdAt is required for a new user\n";
        assert_eq!(ended.errors, said);
        let stored = "SELECT id, plan, level, coalesce(last_name, '-') FROM users ORDER BY id";
        let ann = ("ann".to_owned(), "PRO".to_owned(), 9, "Lind".to_owned());
        assert_eq!(world.query::<(String, String, i64, String)>(stored).await, std::slice::from_ref(&ann));

        // The changed query starts from the beginning and has what new users need.
        let ended = pull(&world, &host, &selecting("\"id\", \"email\", \"createdAt\", \"plan\""), &[]).run().expect(0);
        assert_eq!(counts(&ended).0, [2, 1, 1, 0, 0]);
        let bob = ("bob".to_owned(), "FREE".to_owned(), 1, "-".to_owned());
        assert_eq!(world.query::<(String, String, i64, String)>(stored).await, [ann, bob]);
        world.verify().await;
    }

    async fn pull_dry_run_reports_changes_and_makes_none(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for id in ["ann", "bob", "cleo"] {
            host.user(id, "FREE", ago(2)).await;
            host.attempt(&format!("of-{id}"), id, "AZ-104", ago(2)).await;
        }
        let before = world.dump().await;
        let ended = pull(&world, &host, &in_batches_of(2, kind), &["--dry-run"]).run().expect(0);
        assert_eq!(counts(&ended), (vec![3, 3, 0, 0, 0], vec![3, 3, 0, 0]));
        assert_eq!(ended.json()["dryRun"], json!(true));
        assert_eq!(world.dump().await, before);
    }

    async fn pull_reads_a_changed_query_from_the_beginning(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(9)).await;
        host.user("bob", "FREE", ago(2)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        let changed = documented(kind).replace("\"currentStreak\", \"totalPoints\"", "70 AS \"currentStreak\", \"totalPoints\"");
        let ended = pull(&world, &host, &changed, &[]).run().expect(0);
        assert_eq!(counts(&ended).0, [2, 0, 2, 0, 0]);
        let streaks = "SELECT current_streak FROM users";
        assert_eq!(world.query::<(i64,)>(streaks).await, [(70,), (70,)]);
    }

    /// Random edits in the host, some of them late, random batch sizes, and pulls that are killed: after the last pull,
    /// users and attempts equal the host's.
    async fn pull_copies_the_host_data_after_any_history(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = move |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        let mut clock = ago(1);
        for round in 0..if std::env::var_os("TEST_LONG").is_some() { 100 } else { 8 } {
            for _ in 0..draw(12) {
                let (id, plan) = (format!("user-{:02}", draw(20)), ["FREE", "PRO", "PREMIUM"][draw(3) as usize]);
                // Few different ones, so that many are equal.
                let at = clock - TimeDelta::minutes(draw(4) as i64);
                host.user(&id, plan, at).await;
                if draw(2) == 0 {
                    let certification = ["AZ-104", "AWS-SAA-C03", "GCP ACE"][draw(3) as usize];
                    host.attempt(&format!("a{}-{id}", draw(3)), &id, certification, at).await;
                }
            }
            clock += TimeDelta::minutes(draw(30) as i64);
            let configuration = in_batches_of(1 + draw(5) as usize, kind);
            if draw(2) == 0 {
                let armed = format!("{}={}*off->return", PULL_POINTS[draw(4) as usize], draw(8));
                pull(&world, &host, &configuration, &[]).env("FAILPOINTS", &armed).run();
            }
            pull(&world, &host, &configuration, &[]).run().expect(0);
            world.verify().await;
            let theirs = host.query::<(String, String)>("SELECT \"id\", CAST(\"plan\" AS TEXT) FROM \"User\" ORDER BY \"id\"").await;
            assert_eq!(plans(&world).await, theirs, "round {round}");
            let ours = "SELECT quiz_attempts.id, certification FROM quiz_attempts ORDER BY quiz_attempts.id";
            let theirs = "SELECT \"id\", \"certification\" FROM \"QuizAttempt\" ORDER BY \"id\"";
            assert_eq!(world.query::<(String, String)>(ours).await, host.query::<(String, String)>(theirs).await, "round {round}");
        }
    }
}

/// Types that only one of the databases has.
#[tokio::test]
async fn pull_reads_either_database_into_the_other() {
    let Some(postgres) = TestDatabase::create(Kind::Postgres).await else { return };
    let sqlite = TestDatabase::create(Kind::Sqlite).await.expect("a file");
    for (ours, theirs) in [(sqlite, Kind::Postgres), (postgres, Kind::Sqlite)] {
        let (world, host) = (World::new(ours), Host::create(theirs).await);
        host.user("ann", "PRO", ago(2)).await;
        host.attempt("a1", "ann", "AZ-104", ago(2)).await;
        let ended = pull(&world, &host, &documented(theirs), &[]).run().expect(0);
        assert_eq!(counts(&ended), (vec![1, 1, 0, 0, 0], vec![1, 1, 0, 0]));
        world.verify().await;
    }
}

/// Cells and watermarks of all types, and rows without a watermark.
#[tokio::test]
async fn pull_reads_cells_of_any_type() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let (world, host) = (World::new(test_database), Host::create(Kind::Postgres).await);
    host.execute(
        "CREATE TABLE people (no bigint, mail varchar, key uuid, streak smallint, points numeric, seen timestamptz, made date);
         INSERT INTO people VALUES
         (1, 'a@x', '7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c11', 7, 12, '2026-03-01 01:00+01', '2026-01-01'),
         (2, 'b@x', '7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c12', null, 1.5, 'infinity', null),
         (null, 'c@x', '7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c13', 7, 12, '2026-03-01', '2026-01-01')",
    )
    .await;
    let query = |watermark: &str| {
        format!(
            "url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = '''\nSELECT key AS id, mail AS email, NULL AS \"firstName\", \
             NULL AS \"lastName\", 'pro' AS plan, NULL AS role, streak AS \"currentStreak\", points AS \"totalPoints\", \
             NULL AS level, CASE WHEN isfinite(seen) THEN seen END AS \"lastActivityAt\", made::timestamp AS \"createdAt\", \
             {watermark} AS watermark FROM people -- the end\n'''\n"
        )
    };
    for (watermark, unordered) in [("no", 1), ("no::integer", 1), ("seen", 1), ("seen::timestamp", 1), ("key", 0)] {
        world.execute("DELETE FROM users").await;
        let ended = pull(&world, &host, &query(watermark), &[]).run();
        if watermark == "key" {
            let said = "users.query: its watermark has the type uuid: it must be a timestamp or an integer";
            assert!(ended.code == 2 && ended.errors.contains(said), "{ended:?}");
            continue;
        }
        assert_eq!(ended.code, 3, "{ended:?}");
        let said = format!(
            "users: {unordered} row has no watermark: select a time or an integer as the watermark of every row"
        );
        assert!(ended.errors.contains(&said), "{ended:?}");
        let stored = "SELECT id, plan, total_points FROM users WHERE email = 'a@x'";
        let expected = ("7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c11".to_owned(), "PRO".to_owned(), 12);
        assert_eq!(world.query::<(String, String, i64)>(stored).await, [expected], "{watermark}");
    }
    let ended = pull(&world, &host, &query("1"), &[]).run().expect(3);
    let said = "users: id 7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c12: totalPoints must be an integer; createdAt is required";
    assert!(ended.errors.contains(said), "{ended:?}");
}

//! Failures of pulls: kills, concurrent pulls, a host that goes away, and invalid configurations.

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use domain::{ids::UserId, shard::Shards};
use integration_tests::{Host, Kind, Program, TestDatabase, World, ago, on_both_databases};
use segmentation_engine::support::failpoints::PULL_POINTS;

use super::{count, counts, documented, in_batches_of, kind_of, plans, pull};

/// Of each batch of four, a shard has everyone or no one. Only the last batch lacks shards.
async fn has_whole_batches(world: &World, ids: &str, again: u64) {
    let done: HashSet<_> = world.query::<(String,)>(ids).await.into_iter().map(|(id,)| id).collect();
    let batch = |number: u64| (number + again) / 4;
    let shard = |number: u64| world.database().shards().of(&UserId(format!("user-{number:02}")));
    let is_done = |number: u64| done.contains(&format!("user-{number:02}"));
    for (number, other) in (0..30).flat_map(|number| (0..30).map(move |other| (number, other))) {
        let together = batch(number) == batch(other) && shard(number) == shard(other);
        assert!(!together || is_done(number) == is_done(other), "{number} and {other}: {done:?}");
        assert!(
            batch(number) >= batch(other) || is_done(number) || !is_done(other),
            "{number} before {other}: {done:?}"
        );
    }
}

on_both_databases! {
    async fn pull_killed_at_any_point_continues_where_it_was(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        let configuration = in_batches_of(4, kind);
        let cases = PULL_POINTS.into_iter().flat_map(|point| [0, 5, 11].map(|before| (point, before)));
        for (round, (point, before)) in cases.enumerate() {
            // Everyone changes, each with a different watermark.
            let plan = ["FREE", "PRO", "PREMIUM"][round % 3];
            for number in 0..30 {
                let at = ago(100) + TimeDelta::minutes(10 * (30 * i64::try_from(round).expect("few") + number));
                host.user(&format!("user-{number:02}"), plan, at).await;
                host.attempt(&format!("{round}-{number}"), &format!("user-{number:02}"), "AZ-104", at).await;
            }
            // The last attempt of the previous round is read again.
            let again = u64::from(round > 0);
            let armed = format!("{point}={before}*off->return");
            let ended = pull(&world, &host, &configuration, &[]).env("FAILPOINTS", &armed).run();
            assert_eq!(ended.code, -1, "{armed}: {} {}", ended.output, ended.errors);
            world.verify().await;
            let done = [
                format!("SELECT count(*) FROM users WHERE plan = '{plan}'"),
                format!("SELECT count(*) FROM quiz_attempts WHERE id LIKE '{round}-%'"),
            ];
            let (users, attempts) = (count(&world, &done[0]).await, count(&world, &done[1]).await);
            let ids = [
                format!("SELECT id FROM users WHERE plan = '{plan}'"),
                format!("SELECT users.id FROM quiz_attempts JOIN users ON no = user_no WHERE quiz_attempts.id LIKE '{round}-%'"),
            ];
            has_whole_batches(&world, &ids[0], 0).await;
            has_whole_batches(&world, &ids[1], again).await;

            let ended = pull(&world, &host, &configuration, &[]).run().expect(0);
            let (of_users, of_attempts) = counts(&ended);
            assert_eq!((of_users[1] + of_users[2], of_attempts[1]), (30 - users, 30 - attempts), "{armed}");
            // Only the last row of a round is read again, and the batch of which some shards were written.
            let again = again + if world.database().shards() == Shards::ONE { 1 } else { 4 };
            assert!(of_users[0] <= 30 - users + again && of_attempts[0] <= 30 - attempts + again, "{armed}: {ended:?}");
            assert_eq!((count(&world, &done[0]).await, count(&world, &done[1]).await), (30, 30), "{armed}");
            world.verify().await;
        }
    }

    async fn pull_twice_at_once_loses_nothing(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for number in 0..40 {
            host.user(&format!("user-{number}"), "FREE", ago(number % 5)).await;
        }
        // Beforehand: each of them writes the configuration, which the others read.
        let programs: Vec<_> = (0..4).map(|_| pull(&world, &host, &in_batches_of(3, kind), &[])).collect();
        let pulls: Vec<_> =
            programs.into_iter().map(|program| std::thread::spawn(move || program.run())).collect();
        for pull in pulls {
            let ended = pull.join().expect("it ends");
            assert!(ended.code == 0 || ended.code == 75, "{ended:?}");
            assert!(ended.code == 0 || ended.errors == "error: another pull of host is active\n", "{ended:?}");
        }
        pull(&world, &host, &in_batches_of(3, kind), &[]).run().expect(0);
        assert_eq!(plans(&world).await.len(), 40);
        world.verify().await;
    }
}

/// Cut while it reads.
#[tokio::test]
async fn pull_retries_when_the_connection_to_the_host_is_lost() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let (world, host) = (World::new(test_database), Host::create(Kind::Postgres).await);
    for number in 0..20 {
        host.user(&format!("user-{number}"), "FREE", ago(1)).await;
    }
    // Makes every page slow.
    let slow = "FROM \"User\", (WITH once AS MATERIALIZED (SELECT pg_sleep(0.2)) SELECT 1 FROM once) AS slow";
    let configuration = in_batches_of(5, Kind::Postgres).replace("FROM \"User\"", slow);
    let pull = pull(&world, &host, &configuration, &[]);
    let pull = std::thread::spawn(move || pull.run());
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
               AND backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()";
    let mut cuts = 0;
    while cuts == 0 && !pull.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if !plans(&world).await.is_empty() {
            cuts = host.query::<(bool,)>(cut).await.len();
        }
    }
    assert_eq!(cuts, 1);
    let ended = pull.join().expect("it ends").expect(0);
    assert_eq!(counts(&ended), (vec![20, 20, 0, 0, 0], vec![0, 0, 0, 0]));
    world.verify().await;
}

/// Behind a pooler, too, where a setting of the session would not hold.
#[tokio::test]
async fn pull_cannot_write_to_the_host_even_through_a_function() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let (world, host) = (World::new(test_database), Host::create(Kind::Postgres).await);
    host.user("ann", "FREE", ago(1)).await;
    host.execute(
        "CREATE FUNCTION sneak() RETURNS text LANGUAGE sql AS $$ UPDATE \"User\" SET level = 9 RETURNING 'PRO' $$",
    )
    .await;
    let configuration = documented(Kind::Postgres).replacen("\"plan\"", "sneak() AS \"plan\"", 1);
    let ended = pull(&world, &host, &configuration, &[]).run().expect(1);
    assert!(ended.errors.contains("the database user lacks the permission"), "{}", ended.errors);
    assert_eq!(host.query::<(i32,)>("SELECT level FROM \"User\"").await, [(1,)]);
}

#[tokio::test]
async fn pull_refuses_bad_configurations_in_one_sentence() {
    let test_database = TestDatabase::create(Kind::Sqlite).await.expect("a file");
    let (world, host) = (World::new(test_database), Host::create(Kind::Sqlite).await);
    let of_users = |query: &str| format!("url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = \"{query}\"\n");
    for (configuration, code, said) in [
        (
            String::new(),
            2,
            "pull.toml: url_variable is required; a [users], [attempts], [events] or [deleted] section is required",
        ),
        ("[[users".into(), 2, "pull.toml: line 1: "),
        (documented(Kind::Sqlite).replace("HOST_DATABASE_URL", "NOT_SET"), 2, "NOT_SET is not set: "),
        (of_users("SELEKT 1"), 2, "users.query: the host database refused it: near "),
        (of_users("SELECT id FROM nobody"), 2, "users.query: the host database refused it: no such table: nobody"),
        (of_users("SELECT id, email FROM User;"), 2, "users.query: it has no column watermark"),
        (
            of_users("SELECT ID, firstname, 1 AS watermark FROM User"),
            2,
            "users.query: these columns must be written with their exact case, in quotes: id instead of ID, firstName instead \
             of firstname",
        ),
        (
            of_users("SELECT id, email, 1 AS watermark FROM User WHERE level > $1"),
            2,
            "users.query: it has a parameter such as $1: write the value into the query",
        ),
        (of_users("DELETE FROM User"), 2, "users.query: the host database refused it: near "),
    ] {
        let ended = pull(&world, &host, &configuration, &[]).run().expect(code);
        assert!(
            ended.errors.starts_with("error: ") && ended.errors.contains(said),
            "{configuration}: {}",
            ended.errors
        );
    }
    let configuration = documented(Kind::Sqlite);
    for (url, code, said) in [
        ("mysql://bob:CANARY@db/app", 2, "the host database cannot be used: the database URL must begin with"),
        (
            "postgres://bob:CANARY@127.0.0.1:1/app",
            1,
            "the host database cannot be used: the database cannot be opened: no server listens there",
        ),
        (
            "sqlite:///no/such/app.db",
            1,
            "the host database cannot be used: the database cannot be opened: the file cannot be opened",
        ),
    ] {
        let ended = pull(&world, &host, &configuration, &[]).env("HOST_DATABASE_URL", url).run().expect(code);
        assert!(ended.errors.contains(said) && !ended.errors.contains("CANARY"), "{}", ended.errors);
    }
    let missing = Program::engine(&world.test_database.url).args(["pull", "--config", "/no/such.toml"]).run().expect(1);
    assert!(missing.errors.starts_with("error: /no/such.toml cannot be read"), "{}", missing.errors);
}

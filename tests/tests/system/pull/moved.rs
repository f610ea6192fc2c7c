//! Attempts that the host application moves to another user, such as when it merges accounts.

use domain::run::RunMode;
use integration_tests::{Ended, Host, Kind, TestDatabase, World, ago, now, on_both_databases, quiz, user};
use segmentation_engine::run::RunOptions;

use super::{counts, documented, in_batches_of, kind_of, pull};

async fn quiz_counts(world: &World) -> Vec<(String, i64)> {
    world.query("SELECT id, quiz_count FROM users JOIN user_stats ON user_no = no ORDER BY id").await
}

fn of(counts: &[(&str, i64)]) -> Vec<(String, i64)> {
    counts.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect()
}

fn moved_by(ended: &Ended) -> u64 {
    ended.json()["attempts"]["moved"].as_u64().expect("a count")
}

async fn move_all(host: &Host, to: &str) {
    let moved = host.literal(ago(1));
    host.execute(&format!("UPDATE \"QuizAttempt\" SET \"userId\" = '{to}', \"updatedAt\" = {moved}")).await;
}

on_both_databases! {
    async fn pull_moved_attempts_leave_their_old_user(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("kept", "FREE", ago(3)).await;
        host.user("old", "FREE", ago(3)).await;
        for number in 0..60 {
            host.attempt(&format!("a{number}"), "old", "AWS-SAA-C03", ago(3)).await;
        }
        host.attempt("b", "kept", "AZ-104", ago(3)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        world.run(now()).await;
        assert_eq!(world.members("behavior:power_users").await, ["old"]);

        let moved = host.literal(ago(1));
        // Other columns may change with the user.
        let what = format!("\"userId\" = 'kept', \"certification\" = 'GCP ACE', \"completedAt\" = {moved}, \"updatedAt\" = {moved}");
        host.execute(&format!("UPDATE \"QuizAttempt\" SET {what} WHERE \"userId\" = 'old'")).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!((counts(&ended).1, moved_by(&ended)), (vec![61, 60, 1, 0], 60));
        world.verify().await;
        assert_eq!(quiz_counts(&world).await, of(&[("kept", 61), ("old", 0)]));
        let report = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert_eq!(report.users_processed, 2);
        assert_eq!(world.members("behavior:power_users").await, ["kept"]);
        assert_eq!(world.members("certification:aws_focus").await, [""; 0]);
        assert_eq!(world.members("certification:gcp_focus").await, ["kept"]);

        // Some move back.
        host.execute(&format!("UPDATE \"QuizAttempt\" SET \"userId\" = 'old', \"updatedAt\" = {} WHERE \"id\" IN ('a1', 'a2')", host.literal(now()))).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        world.verify().await;
        assert_eq!(quiz_counts(&world).await, of(&[("kept", 59), ("old", 2)]));
    }

    async fn pull_moved_attempts_leave_their_old_user_once_the_new_one_is_known(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("old", "FREE", ago(3)).await;
        host.attempt("a", "old", "AZ-104", ago(3)).await;
        host.user("new", "FREE", ago(1)).await;
        let without_new = documented(kind).replace("FROM \"User\"", "FROM \"User\" WHERE \"id\" <> 'new'");
        pull(&world, &host, &without_new, &[]).run().expect(0);
        move_all(&host, "new").await;
        let ended = pull(&world, &host, &without_new, &[]).run().expect(3);
        assert_eq!(ended.errors, "attempts: id a of user new: userId does not match any user\n");
        assert_eq!((quiz_counts(&world).await, moved_by(&ended)), (of(&[("old", 1)]), 0));
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!((quiz_counts(&world).await, moved_by(&ended)), (of(&[("new", 1), ("old", 0)]), 1));
        world.verify().await;
    }

    /// A query with a wrong column for the user, such as the email address.
    async fn pull_of_attempts_whose_users_are_all_unknown_takes_none_away(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(3)).await;
        for number in 0..9 {
            host.attempt(&number.to_string(), "ann", "AZ-104", ago(3)).await;
        }
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        let wrong = documented(kind).replace("\"userId\"", "\"userId\" || '@example.org' AS \"userId\"");
        assert_ne!(wrong, documented(kind));
        let ended = pull(&world, &host, &wrong, &["--from-start"]).run().expect(3);
        assert_eq!((counts(&ended).1, quiz_counts(&world).await), (vec![9, 0, 0, 9], of(&[("ann", 9)])));
        let waiting = "SELECT user_id FROM pull_waiting";
        assert_eq!(world.query::<(String,)>(waiting).await, [("ann@example.org".to_owned(),)]);
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(world.query::<(String,)>(waiting).await, [], "the query has changed");
        world.verify().await;
    }

    async fn pull_from_the_start_mends_attempts_that_an_earlier_version_counted_twice(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("kept", "FREE", ago(3)).await;
        host.attempt("1", "kept", "AZ-104", ago(3)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        world.users(&[user("old"), user("other")]).await;
        let mut twice = quiz("old", 1, "AZ-104");
        twice.completed_at = now();
        // The same id, but recorded by another program.
        let other = quiz("other", 1, "AZ-104");
        world.attempts(&[twice, other]).await;
        world.execute("UPDATE quiz_attempts SET source = NULL").await;
        pull(&world, &host, &documented(kind), &["--from-start"]).run().expect(0);
        assert_eq!(quiz_counts(&world).await, of(&[("kept", 1), ("old", 0), ("other", 1)]));
        world.verify().await;
    }

    async fn pull_attempts_of_two_sources_may_have_the_same_ids(world: World) {
        let kind = kind_of(&world);
        let (one, other) = (Host::create(kind).await, Host::create(kind).await);
        for (host, id) in [(&one, "ann"), (&other, "bob")] {
            host.user(id, "FREE", ago(3)).await;
            host.attempt("1", id, "AZ-104", ago(3)).await;
        }
        let named = |source: &str| format!("source = \"{source}\"\n{}", documented(kind));
        for _ in 0..2 {
            pull(&world, &one, &named("one"), &["--from-start"]).run().expect(0);
            pull(&world, &other, &named("other"), &["--from-start"]).run().expect(0);
            assert_eq!(quiz_counts(&world).await, of(&[("ann", 1), ("bob", 1)]));
        }
        one.user("cleo", "FREE", ago(2)).await;
        move_all(&one, "cleo").await;
        pull(&world, &one, &named("one"), &[]).run().expect(0);
        assert_eq!(quiz_counts(&world).await, of(&[("ann", 0), ("bob", 1), ("cleo", 1)]));
    }

    async fn pull_moved_attempts_leave_their_old_user_after_the_source_was_renamed(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("kept", "FREE", ago(3)).await;
        host.user("old", "FREE", ago(3)).await;
        host.attempt("1", "old", "AZ-104", ago(3)).await;
        let named = |source: &str| format!("source = \"{source}\"\n{}", documented(kind));
        pull(&world, &host, &named("before"), &[]).run().expect(0);
        let ended = pull(&world, &host, &named("after"), &[]).run().expect(0);
        assert_eq!(counts(&ended).1, [1, 0, 1, 0]);
        let (moved, completed) = (host.literal(ago(1)), host.literal(ago(2)));
        let what = format!("\"userId\" = 'kept', \"completedAt\" = {completed}, \"updatedAt\" = {moved}");
        host.execute(&format!("UPDATE \"QuizAttempt\" SET {what}")).await;
        pull(&world, &host, &named("after"), &[]).run().expect(0);
        assert_eq!(quiz_counts(&world).await, of(&[("kept", 1), ("old", 0)]));
        world.verify().await;
    }

    /// Pulls of moved attempts beside callers who record attempts of the same users: nobody is in the way for good.
    async fn pull_of_moved_attempts_and_callers_do_not_block_each_other(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for id in ["ann", "bob"] {
            host.user(id, "FREE", ago(3)).await;
        }
        for number in 0..200 {
            host.attempt(&number.to_string(), "ann", "AZ-104", ago(3)).await;
        }
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        for round in 0..4 {
            move_all(&host, ["bob", "ann"][round % 2]).await;
            let pulling = pull(&world, &host, &documented(kind), &["--from-start"]).spawn();
            for number in 0..50 {
                let id = 1_000 * (round + 1) + number;
                world.attempts(&[quiz("bob", id, "GCP ACE"), quiz("ann", id, "GCP ACE")]).await;
            }
            assert!(pulling.wait_with_output().expect("it ends").status.success());
            world.verify().await;
        }
        assert_eq!(quiz_counts(&world).await, of(&[("ann", 400), ("bob", 200)]));
        let of_ann = format!("SELECT user_no FROM quiz_attempts WHERE id = '7' AND user_no = {}", world.no("ann").await);
        assert_eq!(world.query::<(i64,)>(&of_ann).await.len(), 1);
    }
}

/// Each attempt moves to the next user, who is mostly of another shard. A dry run says so and changes nothing.
#[tokio::test]
async fn pull_moved_attempts_move_between_shards() {
    let Some(test_database) = TestDatabase::create_sharded().await else { return };
    let (world, host) = (World::new(test_database), Host::create(Kind::Postgres).await);
    for number in 0..40 {
        host.user(&format!("u{number}"), "FREE", ago(3)).await;
        host.attempt(&format!("a{number}"), &format!("u{number}"), "AZ-104", ago(3)).await;
    }
    let configuration = in_batches_of(7, Kind::Postgres);
    pull(&world, &host, &configuration, &[]).run().expect(0);
    let holders = "SELECT quiz_attempts.id, users.id FROM quiz_attempts JOIN users ON no = user_no ORDER BY 1";
    let before = world.query::<(String, String)>(holders).await;
    let next = "\"userId\" = 'u' || (CAST(substr(\"userId\", 2) AS integer) + 1) % 40";
    host.execute(&format!("UPDATE \"QuizAttempt\" SET {next}, \"updatedAt\" = {}", host.literal(ago(1)))).await;

    assert_eq!(moved_by(&pull(&world, &host, &configuration, &["--dry-run"]).run().expect(0)), 40);
    assert_eq!(world.query::<(String, String)>(holders).await, before);
    // A pull that is cut off between the new users and the old ones reads the rows again.
    let killed = pull(&world, &host, &configuration, &[]).env("FAILPOINTS", "pull_after_commit=3*off->return").run();
    assert_eq!(killed.code, -1);
    pull(&world, &host, &configuration, &[]).run().expect(0);
    let expected = |(attempt, user): (String, String)| {
        let number: usize = user[1..].parse().expect("a number");
        (attempt, format!("u{}", (number + 1) % 40))
    };
    assert_eq!(world.query::<(String, String)>(holders).await, before.into_iter().map(expected).collect::<Vec<_>>());
    world.verify().await;
}

//! How far a pull has come: rows from the future, marks that earlier versions left there, and time zones of servers.

use chrono::TimeDelta;
use domain::instant::{Clock, Instant, SystemClock};
use integration_tests::{Host, Kind, TestDatabase, World, ago, at, on_both_databases};
use segmentation_engine::support::failpoints::PULL_POINTS;

use super::{PAGE, counts, documented, in_batches_of, kind_of, plans, pull};

const FUTURE: &str = "2999-01-01T00:00:00Z";

/// Pulls compare with the clock of the host database.
fn today() -> Instant {
    SystemClock.now()
}

fn named(kind: &str, id: &str) -> String {
    format!(
        "{kind}: 1 row has a watermark after the host database's clock: {id} ({FUTURE}). Every pull reads them until \
         then: correct them, or, if the watermark is not a time, set the overlap to a number\n"
    )
}

fn texts(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(id, plan)| ((*id).to_owned(), (*plan).to_owned())).collect()
}

/// A mark as earlier versions stored it: the greatest watermark of the data.
async fn leave_mark(world: &World, kind: Kind, mark: Instant) {
    let mark = if kind == Kind::Sqlite { mark.timestamp_millis() } else { mark.timestamp_micros() };
    world.execute(&format!("UPDATE pull_progress SET settled = {mark}")).await;
}

on_both_databases! {
    async fn pull_is_not_stopped_by_a_row_from_the_future(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(2)).await;
        host.attempt("of-ann", "ann", "AZ-104", ago(2)).await;
        host.user("zoe", "FREE", at(FUTURE)).await;
        host.attempt("of-zoe", "zoe", "AZ-104", at(FUTURE)).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(counts(&ended), (vec![2, 2, 0, 0, 0], vec![2, 2, 0, 0]));
        assert_eq!((&ended.json()["users"]["ahead"], &ended.json()["attempts"]["ahead"]), (&1.into(), &1.into()));
        let both = format!("{}{}", named("users", "zoe"), named("attempts", "of-zoe"));
        assert_eq!(ended.errors, both);

        host.user("ann", "PRO", today()).await;
        host.user("bob", "FREE", today()).await;
        host.attempt("of-bob", "bob", "AZ-104", today()).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(counts(&ended), (vec![3, 1, 1, 1, 0], vec![3, 1, 2, 0]));
        assert_eq!(ended.errors, both, "as long as it is in the future");

        // The position is that of the last row, not the time of the pull: data may arrive late.
        host.user("ann", "PREMIUM", today() - TimeDelta::minutes(4)).await;
        host.user("zoe", "PREMIUM", today()).await;
        host.attempt("of-zoe", "zoe", "GCP ACE", today()).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(ended.errors, "");
        assert_eq!(plans(&world).await, texts(&[("ann", "PREMIUM"), ("bob", "FREE"), ("zoe", "PREMIUM")]));
        world.verify().await;
    }

    async fn pull_reads_rows_from_the_future_in_batches_and_after_a_kill(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        let configuration = in_batches_of(3, kind);
        for (round, point) in PULL_POINTS.into_iter().enumerate() {
            for number in 0..10 {
                let plan = ["FREE", "PRO", "PREMIUM"][(round + number) % 3];
                let watermark = if number % 2 == 0 { at(FUTURE) } else { today() };
                host.user(&format!("user-{number}"), plan, watermark).await;
                host.attempt(&format!("{round}-{number}"), &format!("user-{number}"), "AZ-104", watermark).await;
            }
            let armed = format!("{point}=4*off->return");
            assert_eq!(pull(&world, &host, &configuration, &[]).env("FAILPOINTS", &armed).run().code, -1, "{armed}");
            let ended = pull(&world, &host, &configuration, &[]).run().expect(0);
            assert_eq!(ended.json()["users"]["ahead"], 5);
            assert!(ended.errors.starts_with("users: 5 rows have watermarks after"), "{}", ended.errors);
            assert!(ended.errors.contains(&format!("user-4 ({FUTURE}), …. Every")), "{}", ended.errors);
            let theirs = "SELECT \"id\", CAST(\"plan\" AS TEXT) FROM \"User\" ORDER BY \"id\"";
            assert_eq!(plans(&world).await, host.query::<(String, String)>(theirs).await, "{armed}");
            let recorded = world.query::<(i64,)>("SELECT count(*) FROM quiz_attempts").await;
            assert_eq!(recorded, [(10 * (round as i64 + 1),)], "{armed}");
            world.verify().await;
        }
    }

    async fn pull_reads_rows_that_are_all_in_the_future(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        for id in ["ann", "bob", "cleo", "dan"] {
            host.user(id, "FREE", at(FUTURE)).await;
            host.attempt(&format!("of-{id}"), id, "AZ-104", at(FUTURE)).await;
        }
        for created in [4, 0] {
            let ended = pull(&world, &host, &in_batches_of(3, kind), &[]).run().expect(0);
            assert_eq!(counts(&ended), (vec![4, created, 0, 4 - created, 0], vec![4, created, 4 - created, 0]));
        }
        host.user("eve", "PRO", ago(30)).await;
        let ended = pull(&world, &host, &in_batches_of(3, kind), &[]).run().expect(0);
        assert_eq!(counts(&ended).0, [5, 1, 0, 4, 0]);
    }

    /// Changes long before the clock are read too: only the data moves the mark.
    async fn pull_mark_is_that_of_the_last_row_before_the_clock(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(9)).await;
        host.user("zoe", "FREE", at(FUTURE)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        host.user("ann", "PRO", ago(8)).await;
        host.user("bob", "PRO", ago(8)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert_eq!(plans(&world).await, texts(&[("ann", "PRO"), ("bob", "PRO"), ("zoe", "FREE")]));
    }

    /// Everything is read again, since nobody knows what was missed.
    async fn pull_mends_a_mark_that_an_earlier_version_left_in_the_future(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(9)).await;
        host.attempt("of-ann", "ann", "AZ-104", ago(9)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        leave_mark(&world, kind, at(FUTURE)).await;
        host.user("ann", "PRO", ago(3)).await;
        host.attempt("of-ann", "ann", "GCP ACE", ago(3)).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        let then = "in the future: changes before that may have been missed, so everything is read again";
        let said = ["users", "attempts"].map(|kind| format!("{kind}: an earlier pull stopped at {FUTURE}, {then}\n"));
        assert_eq!(ended.errors, said.concat());
        assert_eq!(counts(&ended), (vec![1, 0, 1, 0, 0], vec![1, 1, 0, 0]));
        assert_eq!(pull(&world, &host, &documented(kind), &[]).run().expect(0).errors, "");
    }

    /// The time that a mark was ahead of may have come since.
    async fn pull_mends_a_mark_that_was_in_the_future_when_it_was_stored(world: World) {
        let (kind, host) = (kind_of(&world), Host::create(kind_of(&world)).await);
        host.user("ann", "FREE", ago(9)).await;
        pull(&world, &host, &documented(kind), &[]).run().expect(0);
        leave_mark(&world, kind, ago(2)).await;
        let pulled = if kind == Kind::Sqlite { "2026-03-05T00:00:00+00:00" } else { "2026-03-05T00:00:00Z" };
        world.execute(&format!("UPDATE pull_progress SET pulled_at = '{pulled}'")).await;
        host.user("ann", "PRO", ago(4)).await;
        let ended = pull(&world, &host, &documented(kind), &[]).run().expect(0);
        assert!(ended.errors.starts_with("users: an earlier pull stopped at 2026-03-08T12:00:00Z"), "{}", ended.errors);
        assert_eq!(plans(&world).await, texts(&[("ann", "PRO")]));
    }

    /// No clock tells whether it is too great.
    async fn pull_watermark_that_is_any_other_number_may_have_any_value(world: World) {
        let host = Host::create(kind_of(&world)).await;
        host.execute("CREATE TABLE people (no bigint, id text, plan text)").await;
        host.execute("INSERT INTO people VALUES (1, 'ann', 'FREE'), (8000000000000000000, 'zoe', 'FREE')").await;
        let configuration = "url_variable = \"HOST_DATABASE_URL\"\n[users]\noverlap = 10\nquery = '''\nSELECT id, id AS email, \
                             plan, '2026-01-01 00:00:00' AS \"createdAt\", no AS watermark FROM people\n'''\n";
        let read = |ended: integration_tests::Ended| ended.json()["users"]["rows"].clone();
        let ended = pull(&world, &host, configuration, &[]).run().expect(0);
        assert_eq!(ended.errors, "");
        assert_eq!(read(ended), 2);
        host.execute("UPDATE people SET plan = 'PRO', no = 2 WHERE id = 'ann'").await;
        assert_eq!(read(pull(&world, &host, configuration, &[]).run().expect(0)), 1);
        assert_eq!(read(pull(&world, &host, configuration, &["--from-start"]).run().expect(0)), 2);
        assert_eq!(plans(&world).await, texts(&[("ann", "PRO"), ("zoe", "FREE")]));
    }
}

/// The statement for changes by hand, as the page has it.
fn documented_update() -> &'static str {
    let start = PAGE.find("UPDATE \"User\"").expect("a statement on the page");
    PAGE[start..].split(';').next().expect("its end")
}

/// Prisma writes UTC into columns without a zone, whatever the zone of the server.
#[tokio::test]
async fn pull_sees_changes_by_the_documented_statement_in_any_zone_of_the_server() {
    for zone in ["Europe/Berlin", "America/New_York", "Asia/Tokyo"] {
        let Some(ours) = TestDatabase::create(Kind::Postgres).await else { return };
        let (world, host) = (World::new(ours), Host::create(Kind::Postgres).await);
        let name = host.query::<(String,)>("SELECT CAST(current_database() AS text)").await.remove(0).0;
        host.execute(&format!("ALTER DATABASE {name} SET timezone = '{zone}'; SET timezone = '{zone}'")).await;
        host.user("user-1001", "FREE", ago(2)).await;
        host.user("bob", "FREE", ago(2)).await;
        pull(&world, &host, &documented(Kind::Postgres), &[]).run().expect(0);
        host.execute(&format!("SET timezone = '{zone}'; {}", documented_update())).await;
        let ended = pull(&world, &host, &documented(Kind::Postgres), &[]).run().expect(0);
        assert_eq!((counts(&ended).0, ended.errors.as_str()), (vec![2, 0, 1, 1, 0], ""), "{zone}");

        // Local time by mistake. Where it is in the future, later changes are seen anyway.
        host.execute(&format!(
            "SET timezone = '{zone}'; UPDATE \"User\" SET \"updatedAt\" = now() WHERE id = 'user-1001'"
        ))
        .await;
        pull(&world, &host, &documented(Kind::Postgres), &[]).run().expect(0);
        host.user("bob", "PREMIUM", today()).await;
        pull(&world, &host, &documented(Kind::Postgres), &[]).run().expect(0);
        assert_eq!(plans(&world).await, texts(&[("bob", "PREMIUM"), ("user-1001", "PRO")]), "{zone}");
    }
}

//! Users deleted in the host application, as files, pulls and commands know them.

use chrono::TimeDelta;
use domain::{
    instant::{Clock, SystemClock, format_instant},
    overrides::OverrideKind,
    profile::User,
};
use integration_tests::{Ended, Host, Kind, Program, World, ago, now, on_both_databases, user};
use persistence::membership::overrides::{self, Override};
use serde_json::json;
use tempfile::TempDir;

fn engine(world: &World, arguments: &[&str]) -> Ended {
    Program::engine(&world.test_database.url).args(arguments).run()
}

/// By the clock of the machine, like imports and pulls.
fn run(world: &World, flags: &[&str]) {
    engine(world, &[&["run"], flags].concat()).expect(0);
}

/// Imports users with an id, an email address, and these further cells.
fn import(world: &World, header: &str, rows: &[&str], flags: &[&str]) -> Ended {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("users.csv");
    let header = format!("id,email,createdAt{header}\n");
    let row = |row: &&str| {
        let (id, more) = row.split_once(',').map_or((*row, String::new()), |(id, more)| (id, format!(",{more}")));
        format!("{id},{id}@example.org,2025-01-01T00:00:00Z{more}\n")
    };
    std::fs::write(&file, header + &rows.iter().map(row).collect::<String>()).expect("a file");
    let file = file.to_str().expect("UTF-8");
    engine(world, &[&["import", "--json", "--users", file], flags].concat())
}

async fn gone(world: &World) -> Vec<String> {
    let gone: Vec<(String,)> = world.query("SELECT id FROM users WHERE deleted_at IS NOT NULL ORDER BY id").await;
    gone.into_iter().map(|(id,)| id).collect()
}

/// `[users]` and `[deleted]` of a table with the columns `id`, `deleted` and `seen`.
fn pull(world: &World, host: &Host, columns: &str, deleted: &str, flags: &[&str]) -> Ended {
    let query = format!(
        "SELECT id, id AS email, '2025-01-01 00:00:00' AS \"createdAt\", {columns} seen AS watermark FROM people"
    );
    let text = format!("url_variable = \"HOST\"\n[users]\nquery = '''\n{query}\n'''\n{deleted}");
    let file = host.write("pull.toml", &text);
    let program = Program::engine(&world.test_database.url).env("HOST", &host.url);
    program.args(["pull", "--json", "--config", &file]).args(flags).run()
}

async fn host_of(world: &World, people: &[&str]) -> Host {
    let kind = if world.database().is_embedded() { Kind::Sqlite } else { Kind::Postgres };
    let host = Host::create(kind).await;
    host.execute("CREATE TABLE people (id text PRIMARY KEY, deleted text, seen bigint)").await;
    for (place, id) in people.iter().enumerate() {
        host.execute(&format!("INSERT INTO people VALUES ('{id}', NULL, {place})")).await;
    }
    host
}

const DELETED: &str = "[deleted]\nquery = 'SELECT id FROM people WHERE deleted IS NOT NULL;'\n";

fn ten() -> Vec<User> {
    (0..10).map(|number| user(&format!("user-{number}"))).collect()
}

on_both_databases! {
    async fn gone_by_a_column_of_a_file(world: World) {
        import(&world, ",deletedAt", &["ann,", "bob,2026-03-01T00:00:00Z", "cleo,"], &[]).expect(0);
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await, ["ann", "cleo"]);
        import(&world, ",deletedAt", &["ann,2026-03-02T00:00:00Z"], &[]).expect(0);
        assert_eq!(world.members("plan:free").await, ["cleo"], "at once");
        assert_eq!(gone(&world).await, ["ann", "bob"]);
        // A row without the column says that the user exists, and so does an empty cell.
        import(&world, ",level", &["ann,7"], &[]).expect(0);
        import(&world, ",deletedAt", &["bob,"], &[]).expect(0);
        assert_eq!(gone(&world).await, [""; 0]);
        run(&world, &["--incremental"]);
        assert_eq!(world.members("plan:free").await, ["ann", "bob", "cleo"]);
        let ended = import(&world, ",deletedAt", &["ann,yesterday"], &[]).expect(3);
        assert!(ended.errors.ends_with("users.csv:2: deletedAt must be an RFC 3339 time\n"), "{}", ended.errors);
    }

    async fn gone_are_those_who_are_missing_from_a_complete_file(world: World) {
        world.users(&ten()).await;
        world.run(now()).await;
        let listed: Vec<_> = (0..8).map(|number| format!("user-{number}")).collect();
        let listed: Vec<_> = listed.iter().map(String::as_str).chain(["new"]).collect();
        let ended = import(&world, "", &listed, &[]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(null), vec![]), "files may be partial");
        let ended = import(&world, "", &listed, &["--complete"]).expect(0);
        assert_eq!(ended.json()["gone"], 2);
        assert_eq!(gone(&world).await, ["user-8", "user-9"]);
        assert_eq!(world.members("plan:free").await.len(), 8, "at once");
        let event = "SELECT cause, count(*) FROM segment_event WHERE NOT entered GROUP BY cause";
        assert_eq!(world.query::<(String, i64)>(event).await, [("host_deleted".to_owned(), 4)]);
        world.verify().await;

        // They are missing again, and one is back.
        let since = "SELECT CAST(deleted_at AS text) FROM users WHERE id = 'user-9'";
        let before = world.query::<(String,)>(since).await;
        let back: Vec<_> = listed.iter().copied().chain(["user-8"]).collect();
        let ended = import(&world, "", &back, &["--complete"]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(0), vec!["user-9".to_owned()]));
        assert_eq!(world.query::<(String,)>(since).await, before);
    }

    async fn gone_from_a_complete_file_are_at_most_a_fifth(world: World) {
        world.users(&ten()).await;
        world.run(now()).await;
        // Many new ones do not make up for those who are missing.
        let listed: Vec<_> = (3..10).map(|number| format!("user-{number}")).chain((0..40).map(|number| format!("new-{number}"))).collect();
        let listed: Vec<_> = listed.iter().map(String::as_str).collect();
        let ended = import(&world, "", &listed, &["--complete"]).expect(1);
        let said = "users.csv, which is more than a fifth. Its rows are imported, but nobody is taken as deleted: if the file \
                    has everybody, import it again with --allow-shrink\n";
        assert!(ended.errors.starts_with("error: 3 of 10 users are missing from") && ended.errors.ends_with(said), "{}", ended.errors);
        assert_eq!(gone(&world).await, [""; 0]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM users").await, [(50,)]);
        let ended = import(&world, "", &listed, &["--complete", "--allow-shrink"]).expect(0);
        assert_eq!(ended.json()["gone"], 3);
        let ended = import(&world, "", &[], &["--complete"]).expect(1);
        assert!(ended.errors.contains("47 of 47 users are missing"), "{}", ended.errors);
        engine(&world, &["import", "--users", "users.csv", "--allow-shrink"]).expect(2);
    }

    /// Faults in the data of a user do not mean that the user is gone.
    async fn gone_is_nobody_whose_line_is_refused(world: World) {
        world.users(&ten()).await;
        let listed: Vec<_> = (0..9).map(|number| format!("user-{number},{}", if number == 4 { "many" } else { "1" })).collect();
        let listed: Vec<_> = listed.iter().map(String::as_str).collect();
        let ended = import(&world, ",level", &listed, &["--complete"]).expect(3);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["user-9".to_owned()]));
        world.users(&ten()).await;
        let unnamed = [&listed[..4], &[",1"], &listed[5..]].concat();
        let ended = import(&world, ",level", &unnamed, &["--complete"]).expect(3);
        let said = "1 refused lines have no id, so nobody is taken as deleted: correct them and import the file again\n";
        assert!(ended.errors.ends_with(said), "{}", ended.errors);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(0), vec![]));
    }

    async fn gone_by_a_column_of_a_pull(world: World) {
        let host = host_of(&world, &["ann", "bob"]).await;
        pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        run(&world, &[]);
        host.execute("UPDATE people SET deleted = '2026-03-05 10:00:00', seen = 5 WHERE id = 'ann'").await;
        pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        assert_eq!(world.members("plan:free").await, ["bob"]);
        host.execute("UPDATE people SET deleted = NULL, seen = 6 WHERE id = 'ann'").await;
        pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
    }

    async fn gone_by_a_query_of_a_pull(world: World) {
        let host = host_of(&world, &["ann", "bob", "cleo"]).await;
        let ended = pull(&world, &host, "", DELETED, &[]).expect(0);
        assert_eq!(ended.json()["gone"], 0);
        run(&world, &[]);
        // Marked, while the row stays in the table of users.
        host.execute("UPDATE people SET deleted = 'yes', seen = 5 WHERE id = 'ann'").await;
        let before = world.dump().await;
        let ended = pull(&world, &host, "", DELETED, &["--dry-run"]).expect(0);
        assert_eq!((&ended.json()["gone"], world.dump().await), (&json!(1), before));
        for (round, expected) in [1, 0, 0].into_iter().enumerate() {
            let ended = pull(&world, &host, "", DELETED, &[]).expect(0);
            assert_eq!(ended.json()["gone"], expected, "{round}");
            assert_eq!(ended.json()["users"]["updated"], 0, "{round}: a row within the overlap changes nothing");
            assert_eq!(world.members("plan:free").await, ["bob", "cleo"]);
        }
        world.verify().await;
        host.execute("UPDATE people SET deleted = NULL, seen = 6 WHERE id = 'ann'").await;
        pull(&world, &host, "", DELETED, &[]).expect(0);
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await, ["ann", "bob", "cleo"]);

        // Deleted for good; only a list of ids is left. Unknown ids and repeated ones do no harm.
        host.execute("DELETE FROM people WHERE id = 'bob'").await;
        let deleted = "[deleted]\nquery = '''\nSELECT 'bob' AS id UNION ALL SELECT 'bob' UNION ALL SELECT 'nobody' UNION ALL SELECT NULL -- the end\n'''\n";
        let ended = pull(&world, &host, "", deleted, &[]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["bob".to_owned()]));
        let ended = pull(&world, &host, "", "[deleted]\nquery = 'SELECT 1 AS no'\n", &[]).expect(2);
        assert!(ended.errors.ends_with("deleted.query: it has no column id\n"), "{}", ended.errors);
    }

    /// Half of a large segment may go at once: the shrink guard is for data that changed by mistake.
    async fn gone_are_never_held_back(world: World) {
        let users: Vec<_> = (0..150).map(|number| user(&format!("user-{number:03}"))).collect();
        world.users(&users).await;
        world.run(now()).await;
        let gone: Vec<_> = users[..140].iter().map(|user| User { deleted_at: Some(ago(1)), ..user.clone() }).collect();
        world.users(&gone).await;
        assert_eq!(world.counts().await["plan:free"], 10);
        let ended = engine(&world, &["run", "--json"]).expect(0);
        assert_eq!((&ended.json()["totalUsersProcessed"], &ended.json()["issueCount"]), (&json!(10), &json!(0)));
    }

    /// An override of an admin keeps nobody in who is gone, and is there when they are back.
    async fn gone_in_spite_of_an_include(world: World) {
        world.users(&[user("ann")]).await;
        let (who, segment) = (world.no("ann").await, world.segment("plan:premium").await);
        let tx = world.database().begin_membership_change().await.expect("a transaction");
        let include = Override { user: who, segment, kind: OverrideKind::Include, actor: "an admin".into(), reason: None, expires_at: None };
        overrides::set(&tx, &include, now()).await.expect("it is set");
        tx.commit().await.expect("a commit");
        world.run(now()).await;
        assert!(world.segments_of("ann").await.contains(&"plan:premium".to_owned()));
        world.users(&[User { deleted_at: Some(ago(1)), ..user("ann") }]).await;
        assert_eq!(world.segments_of("ann").await, [""; 0]);
        world.run(now() + TimeDelta::days(1)).await;
        assert_eq!(world.segments_of("ann").await, [""; 0]);
        world.users(&[user("ann")]).await;
        world.run(now() + TimeDelta::days(2)).await;
        assert!(world.segments_of("ann").await.contains(&"plan:premium".to_owned()));
    }

    async fn gone_for_a_month_are_erased_by_cleanup(world: World) {
        let before = |days| Some(SystemClock.now() - TimeDelta::days(days));
        let users = [
            User { deleted_at: before(40), ..user("ann") },
            User { deleted_at: before(20), ..user("bob") },
            user("cleo"),
        ];
        world.users(&users).await;
        let numbers = world.query::<(i64,)>("SELECT no FROM users ORDER BY id").await;
        let status = engine(&world, &["status", "--json"]).expect(0).json();
        let counted = ["users", "changedUsers", "deletedUsers", "dueForErasure"].map(|key| status[key].clone());
        assert_eq!(counted, [json!(1), json!(1), json!(2), json!(1)]);
        let status = engine(&world, &["status"]).expect(0).output;
        assert!(status.starts_with("1 users, 1 of them changed since they were last evaluated\n\
                                    2 more are deleted in the host application: cleanup erases 1 of them now\n"), "{status}");

        let ended = engine(&world, &["cleanup"]).expect(0);
        assert_eq!(ended.output, "deleted 0 memberships that ended more than 90 days ago\n\
                                  erased 1 users deleted in the host application more than 30d ago\n");
        assert_eq!(world.query::<(String,)>("SELECT id FROM users ORDER BY id").await, [("bob".to_owned(),), ("cleo".into(),)]);
        let ended = engine(&world, &["cleanup", "--json", "--erase-deleted-after", "12h"]).expect(0);
        assert_eq!(ended.json(), json!({"deleted": 0, "erased": 1, "namedIn": []}));
        let ended = engine(&world, &["cleanup", "--json", "--erase-deleted-after", "12h"]).expect(0);
        assert_eq!(ended.json(), json!({"deleted": 0, "erased": 0, "namedIn": []}));
        assert_eq!(world.query::<(String,)>("SELECT id FROM users").await, [("cleo".to_owned(),)]);
        let audit = "SELECT actor, action, target FROM audit_log WHERE action = 'eraseUser' ORDER BY no";
        let erased = |number: i64| ("command line".to_owned(), "eraseUser".to_owned(), format!("user number {number}"));
        assert_eq!(world.query::<(String, String, String)>(audit).await, [erased(numbers[0].0), erased(numbers[1].0)]);
        engine(&world, &["cleanup", "--erase-deleted-after", "soon"]).expect(2);
        world.verify().await;
    }

    async fn gone_member_breaks_an_invariant(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        world.execute(&format!("UPDATE users SET deleted_at = '{}'", format_instant(now()))).await;
        let ended = engine(&world, &["verify"]).expect(1);
        let said = "BROKEN  no user deleted in the host application is a member: 2 times";
        assert!(ended.output.contains(said), "{}", ended.output);
    }
}

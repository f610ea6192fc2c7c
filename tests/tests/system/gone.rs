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

fn import_text(world: &World, text: &str, flags: &[&str]) -> Ended {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("users.csv");
    std::fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("UTF-8");
    engine(world, &[&["import", "--json", "--users", file], flags].concat())
}

/// Imports users with an id, an email address, and these further cells.
fn import(world: &World, header: &str, rows: &[&str], flags: &[&str]) -> Ended {
    let header = format!("id,email,createdAt{header}\n");
    let row = |row: &&str| {
        let (id, more) = row.split_once(',').map_or((*row, String::new()), |(id, more)| (id, format!(",{more}")));
        format!("{id},{id}@example.org,2025-01-01T00:00:00Z{more}\n")
    };
    import_text(world, &(header + &rows.iter().map(row).collect::<String>()), flags)
}

async fn gone(world: &World) -> Vec<String> {
    let gone: Vec<(String,)> = world.query("SELECT id FROM users WHERE deleted_at IS NOT NULL ORDER BY id").await;
    gone.into_iter().map(|(id,)| id).collect()
}

/// `[users]` and `[deleted]` of a table with the columns `id`, `deleted` and `seen`.
fn pull(world: &World, host: &Host, columns: &str, deleted: &str, flags: &[&str]) -> Ended {
    pull_of(world, host, &format!("id AS email, {columns}"), deleted, flags)
}

fn pull_of(world: &World, host: &Host, columns: &str, deleted: &str, flags: &[&str]) -> Ended {
    let query = format!("SELECT id, '2025-01-01 00:00:00' AS \"createdAt\", {columns} seen AS watermark FROM people");
    let text = format!("url_variable = \"HOST\"\nbatch_rows = 4\n[users]\nquery = '''\n{query}\n'''\n{deleted}");
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
        import(&world, ",deletedAt", &["ann,", "bob,", "cleo,"], &[]).expect(0);
        let ended = import(&world, ",deletedAt", &["bob,2026-03-01T00:00:00Z", "nobody,2026-03-01T00:00:00Z"], &[]).expect(0);
        assert_eq!(ended.json()["gone"], 1);
        let counts = json!({"rows": 2, "created": 0, "updated": 1, "unchanged": 1, "faults": 0});
        assert_eq!(ended.json()["users"], counts, "an unknown user is not made");
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await, ["ann", "cleo"]);
        let ended = import(&world, ",deletedAt", &["ann,2026-03-02T00:00:00Z", "bob,2026-03-01T00:00:00Z"], &[]).expect(0);
        assert_eq!(ended.json()["gone"], 1);
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
        let tomorrow = format!("ann,{}", format_instant(SystemClock.now() + TimeDelta::days(1)));
        let ended = import(&world, ",deletedAt", &[&tomorrow], &[]).expect(3);
        assert!(ended.errors.ends_with("users.csv:2: deletedAt must not be in the future\n"), "{}", ended.errors);
        assert_eq!(gone(&world).await, [""; 0]);
    }

    /// A host application may empty the row of someone it deletes.
    async fn gone_by_a_row_with_empty_and_faulty_cells(world: World) {
        let ann = User { first_name: Some("Ann".into()), level: 7, ..user("ann") };
        world.users(&[ann, user("bob")]).await;
        world.run(now()).await;
        let file = "id,email,firstName,plan,level,createdAt,deletedAt\n\
                    ann,,,,many,,2026-03-01T00:00:00Z\n\
                    nobody,,,,,,2026-03-01T00:00:00Z\n\
                    bob,,,,,2025-01-01T00:00:00Z,\n";
        let ended = import_text(&world, file, &[]).expect(3);
        assert!(ended.errors.ends_with("users.csv:4: email is required\n"), "{}", ended.errors);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["ann".to_owned()]));
        assert_eq!(world.members("plan:free").await, ["bob"]);
        let kept = "SELECT id, email, coalesce(first_name, '-'), level FROM users WHERE id <> 'bob'";
        let ann = ("ann".to_owned(), user("ann").email, "Ann".to_owned(), 7);
        assert_eq!(world.query::<(String, String, String, i64)>(kept).await, [ann]);
    }

    /// Some host applications write such a date for "not deleted".
    async fn gone_by_a_column_are_at_most_a_fifth(world: World) {
        let many: Vec<_> = (0..30).map(|number| user(&format!("user-{number:02}"))).collect();
        world.users(&many).await;
        world.run(now()).await;
        let rows: Vec<_> = (0..30).map(|number| format!("user-{number:02},0001-01-01T00:00:00Z")).collect();
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        let ended = import(&world, ",deletedAt", &rows, &[]).expect(1);
        assert!(ended.errors.starts_with("error: 30 of 30 users are deleted by "), "{}", ended.errors);
        assert!(ended.errors.ends_with("if this is right, import it again with --allow-shrink\n"), "{}", ended.errors);
        assert_eq!((&ended.json()["users"]["rows"], &ended.json()["gone"], gone(&world).await.len()), (&json!(30), &json!(0), 0));
        assert_eq!(world.members("plan:free").await.len(), 30);
        // Those who are missing count too.
        import(&world, ",deletedAt", &[&rows[..3], &["new,"]].concat(), &["--complete"]).expect(1);
        assert_eq!(gone(&world).await.len(), 0);
        import(&world, ",deletedAt", &rows[..6], &[]).expect(0);
        import(&world, ",deletedAt", &rows[..11], &[]).expect(0);
        assert_eq!(gone(&world).await.len(), 11, "no more than five of 25");
        import(&world, ",deletedAt", &rows, &["--allow-shrink"]).expect(0);
        assert_eq!(gone(&world).await.len(), 30);
        world.verify().await;

        // The deletions were reported today, whatever their date.
        assert_eq!(engine(&world, &["status", "--json"]).expect(0).json()["dueForErasure"], 0);
        let ended = engine(&world, &["cleanup", "--json"]).expect(0);
        assert_eq!(ended.json()["erased"], 0);
        let rows: Vec<_> = rows.iter().map(|row| row.replace("0001-01-01T00:00:00Z", "")).collect();
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        import(&world, ",deletedAt", &rows, &[]).expect(0);
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await.len(), 31);
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
        let listed: Vec<_> = (6..10).map(|number| format!("user-{number}")).chain((0..40).map(|number| format!("new-{number}"))).collect();
        let listed: Vec<_> = listed.iter().map(String::as_str).collect();
        let ended = import(&world, "", &listed, &["--complete"]).expect(1);
        let said = "users.csv, which is more than a fifth. Its rows are imported, but nobody is taken as deleted: if the file \
                    has everybody, import it again with --allow-shrink\n";
        assert!(ended.errors.starts_with("error: 6 of 10 users are missing from") && ended.errors.ends_with(said), "{}", ended.errors);
        assert_eq!(gone(&world).await, [""; 0]);
        let created = json!({"rows": 44, "created": 40, "updated": 4, "unchanged": 0, "faults": 0});
        assert_eq!((&ended.json()["users"], &ended.json()["gone"]), (&created, &json!(0)), "what was imported");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM users").await, [(50,)]);
        let ended = import(&world, "", &listed, &["--complete", "--allow-shrink"]).expect(0);
        assert_eq!(ended.json()["gone"], 6);
        let ended = import(&world, "", &[], &["--complete"]).expect(1);
        assert!(ended.errors.contains("44 of 44 users are missing"), "{}", ended.errors);
    }

    /// A few are more than a fifth of few.
    async fn gone_from_a_small_complete_file(world: World) {
        world.users(&ten()[..4]).await;
        let ended = import(&world, "", &["user-0", "user-1", "user-2"], &["--complete"]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["user-3".to_owned()]));
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
        let said = "the id of 1 refused line cannot be read, so nobody is taken as deleted: correct the file and import it again\n";
        assert!(ended.errors.ends_with(said), "{}", ended.errors);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(0), vec![]));
    }

    async fn gone_by_a_column_of_a_pull(world: World) {
        let host = host_of(&world, &["ann", "bob"]).await;
        pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        run(&world, &[]);
        host.execute("UPDATE people SET deleted = '2026-03-05 10:00:00', seen = 5 WHERE id = 'ann'").await;
        let before = world.dump().await;
        let ended = pull(&world, &host, "deleted AS \"deletedAt\",", "", &["--dry-run"]).expect(0);
        assert_eq!((&ended.json()["gone"], world.dump().await), (&json!(1), before));
        let ended = pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        assert_eq!(ended.json()["gone"], 1);
        assert_eq!(world.members("plan:free").await, ["bob"]);
        host.execute("UPDATE people SET deleted = NULL, seen = 6 WHERE id = 'ann'").await;
        pull(&world, &host, "deleted AS \"deletedAt\",", "", &[]).expect(0);
        run(&world, &[]);
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
    }

    async fn gone_by_a_pull_are_at_most_a_fifth(world: World) {
        let people: Vec<_> = (0..30).map(|number| format!("user-{number:02}")).collect();
        let host = host_of(&world, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let column = "deleted AS \"deletedAt\",";
        pull(&world, &host, column, "", &[]).expect(0);
        run(&world, &[]);
        // In several batches, of which none is written.
        host.execute("UPDATE people SET deleted = '1970-01-01 00:00:00', seen = seen + 100 WHERE id < 'user-08'").await;
        host.execute("UPDATE people SET deleted = ' ', seen = seen + 100 WHERE id >= 'user-08'").await;
        let before = (gone(&world).await, world.memberships().await);
        for flags in [&[][..], &["--dry-run"], &["--from-start"]] {
            let ended = pull(&world, &host, column, "", flags).expect(1);
            assert!(ended.errors.contains(" of 30 users are deleted in the host database"), "{}", ended.errors);
            assert_eq!((gone(&world).await, world.memberships().await), before);
        }
        // The same by a list of ids. The rows of the users are written.
        let listed = "[deleted]\nquery = \"SELECT id FROM people WHERE id < 'user-08'\"\n";
        let ended = pull(&world, &host, "", listed, &[]).expect(1);
        assert!(ended.errors.starts_with("error: 8 of 30 users are deleted in the host database"), "{}", ended.errors);
        assert!(ended.errors.ends_with("if this is right, pull again with --allow-shrink\n"), "{}", ended.errors);
        assert_eq!((gone(&world).await, world.memberships().await), before);
        let ended = pull(&world, &host, column, "", &["--allow-shrink"]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await.len()), (&json!(8), 8));
        let ended = pull(&world, &host, column, "", &["--from-start"]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await.len()), (&json!(0), 8));
        world.verify().await;
    }

    /// Neither by the column nor by the query.
    async fn gone_by_a_pull_with_emptied_rows(world: World) {
        let host = host_of(&world, &["ann", "bob", "cleo"]).await;
        host.execute("ALTER TABLE people ADD COLUMN address text").await;
        host.execute("UPDATE people SET address = id").await;
        let column = "address AS email, deleted AS \"deletedAt\",";
        pull_of(&world, &host, column, "", &[]).expect(0);
        host.execute("UPDATE people SET address = NULL, deleted = '2026-03-05 10:00:00', seen = 5 WHERE id = 'ann'").await;
        host.execute("INSERT INTO people (id, deleted, seen) VALUES ('nobody', '2026-03-05 10:00:00', 5)").await;
        let ended = pull_of(&world, &host, column, "", &[]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["ann".to_owned()]));
        host.execute("UPDATE people SET address = NULL, deleted = 'yes', seen = 6 WHERE id = 'bob'").await;
        let ended = pull_of(&world, &host, "address AS email,", DELETED, &[]).expect(0);
        assert_eq!((&ended.json()["gone"], gone(&world).await), (&json!(1), vec!["ann".to_owned(), "bob".into()]));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM users").await, [(3,)]);
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
        let tx = world.change_of("ann").await;
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
        assert!(status.starts_with("1 user, 1 of them changed since they were last evaluated\n\
                                    2 more are deleted in the host application: cleanup erases 1 of them now\n"), "{status}");

        let ended = engine(&world, &["cleanup"]).expect(0);
        assert_eq!(ended.output, "deleted 0 memberships that ended more than 90 days ago\n\
                                  erased 1 user deleted in the host application more than 30d ago\n");
        assert_eq!(world.query::<(String,)>("SELECT id FROM users ORDER BY id").await, [("bob".to_owned(),), ("cleo".into(),)]);
        let ended = engine(&world, &["cleanup", "--json", "--erase-deleted-after", "12h"]).expect(0);
        assert_eq!(ended.json(), json!({
            "deleted": 0, "erased": 1, "namedIn": [], "isInLog": false, "deletedEvents": 0, "deletedSyncs": 0, "deletedMails": 0, "deletedMessages": 0,
        }));
        let ended = engine(&world, &["cleanup", "--json", "--erase-deleted-after", "12h"]).expect(0);
        assert_eq!(ended.json(), json!({
            "deleted": 0, "erased": 0, "namedIn": [], "isInLog": false, "deletedEvents": 0, "deletedSyncs": 0, "deletedMails": 0, "deletedMessages": 0,
        }));
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

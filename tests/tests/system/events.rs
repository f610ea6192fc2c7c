//! Events and purchases: how files and pulls give them, and what runs, erasures and exports do with them.

use std::path::PathBuf;

use chrono::TimeDelta;
use domain::{ids::UserId, run::RunMode};
use integration_tests::{
    Ended, Host, Kind, Program, TestDatabase, World, ago, event, now, on_both_databases, quiz, user,
};
use segmentation_engine::{audit::Audit, erase::erase_user, ingest::void::void_events, run::RunOptions};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const HEADER: &str = "id,userId,name,occurredAt,amount,currency,refundOf";

fn import(world: &World, content: &str) -> Ended {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("events.csv");
    std::fs::write(&file, content).expect("a file");
    let arguments = ["import".into(), "--json".into(), "--events".into(), file];
    Program::engine(&world.test_database.url).args::<PathBuf>(arguments).run()
}

/// User, currency, gross, and what was refunded.
type Spend = (String, String, i64, i64);

async fn spend(world: &World) -> Vec<Spend> {
    let sql = "SELECT users.id, currency, gross, refunded FROM user_spend JOIN users ON no = user_no \
               ORDER BY users.id, currency";
    world.query(sql).await
}

fn spent(user: &str, code: &str, gross: i64, refunded: i64) -> Spend {
    (user.to_owned(), code.to_owned(), gross, refunded)
}

on_both_databases! {
    async fn events_of_a_file_are_imported_and_bad_lines_are_named(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let lines = format!(
            "{HEADER},weather\n\
             1,ann,Login,2026-03-01T00:00:00Z,,,,fine\n\
             2,ann,order,2026-03-01T00:00:00Z,29.00,EUR,,\n\
             3,ann,order,2026-03-02T00:00:00Z,-5,EUR,2,\n\
             4,bob,order,2026-03-02T00:00:00Z,2900,JPY,,\n\
             4,bob,order,2026-03-02T00:00:00Z,2900.0,JPY,,\n\
             5,bob,order,2026-03-02,29.5,JPY,,\n\
             4,bob,order,2026-03-03T00:00:00Z,2900,JPY,,\n\
             6,bob,order,2026-03-03T00:00:00Z,,EUR,,\n\
             7,zoe,order,2026-03-03T00:00:00Z,1,EUR,,\n\
             8,bob,order,2026-03-03T00:00:00Z,1.234,KWD,,\n"
        );
        let ended = import(&world, &lines).expect(3);
        assert_eq!(ended.json()["events"], json!({"rows": 10, "written": 5, "unchanged": 1, "faults": 4}));
        for said in [
            "events.csv:7: occurredAt must be an RFC 3339 time; amount has more digits than JPY has",
            "events.csv:8: id was already used for this user on line 5, with different content",
            "events.csv:9: currency must be left out without an amount",
            "events.csv:10: userId does not match any user",
            "ignored unknown columns weather",
        ] {
            assert!(ended.errors.contains(said), "{said}: {}", ended.errors);
        }
        let expected = [spent("ann", "EUR", 2900, -500), spent("bob", "JPY", 2900, 0), spent("bob", "KWD", 1234, 0)];
        assert_eq!(spend(&world).await, expected);
        let again = import(&world, &lines).expect(3);
        assert_eq!(again.json()["events"], json!({"rows": 10, "written": 0, "unchanged": 6, "faults": 4}));
        world.verify().await;

        // In minor units, in a file of its own.
        let minor = "id,userId,name,occurredAt,amountMinor,currency\n9,ann,order,2026-03-04T00:00:00Z,-7,EUR\n";
        import(&world, minor).expect(0);
        assert_eq!(spend(&world).await[0], spent("ann", "EUR", 2900, -507));
    }

    /// Ids may begin with what a spreadsheet takes for a formula.
    async fn events_that_are_exported_are_the_same_when_they_are_imported(world: World) {
        world.users(&[user("-ann"), user("=bob")]).await;
        world.attempts(&[quiz("-ann", 1, "=AZ-104")]).await;
        world.record_events(&[
            event("-ann", "-1", "order", 1, Some((1000, "EUR"))), event("=bob", "@2", "login", 1, None),
            event("=bob", "+3", "order", 1, Some((1000, "EUR"))),
        ]).await;
        let folder = TempDir::new().expect("a temporary folder");
        let [events, attempts] = ["events.csv", "attempts.csv"].map(|name| folder.path().join(name));
        let files = ["--events".into(), events.clone(), "--attempts".into(), attempts.clone()];
        let export: [PathBuf; 1] = ["export".into()];
        Program::engine(&world.test_database.url).args(export.iter().chain(&files)).run().expect(0);
        let import: [PathBuf; 2] = ["import".into(), "--json".into()];
        let again = Program::engine(&world.test_database.url).args(import.iter().chain(&files)).run().expect(0).json();
        assert_eq!(again["events"], json!({"rows": 3, "written": 0, "unchanged": 3, "faults": 0}));
        assert_eq!(again["attempts"], json!({"rows": 1, "written": 0, "moved": 0, "unchanged": 1, "faults": 0}));
    }

    /// Sums of erased people may grow beyond 64 bits; nobody becomes impossible to erase.
    async fn events_of_the_erased_with_absurd_amounts_do_not_stop_an_erasure(world: World) {
        for id in ["ann", "bob", "zoe"] {
            world.users(&[user(id)]).await;
            for chunk in 0..5 {
                let events: Vec<_> = (0..920)
                    .map(|number| event(id, &format!("{chunk}-{number}"), "order", 1, Some((1_000_000_000_000_000, "JPY"))))
                    .collect();
                world.record_events(&events).await;
            }
        }
        for id in ["ann", "bob", "zoe"] {
            world.erase(id).await;
        }
        let gross = "SELECT CAST(sum(gross) AS bigint) FROM erased_event";
        assert_eq!(world.query::<(i64,)>(gross).await, [(i64::MAX,)]);
    }

    async fn events_of_two_importers_at_once_are_recorded_once(world: World) {
        world.users(&(0..50).map(|number| user(&format!("u{number}"))).collect::<Vec<_>>()).await;
        let line = |number: usize| {
            format!("{number},u{},name-{},2026-03-01T00:00:00Z,{number}.25,EUR,\n", number % 50, number % 20)
        };
        let folder = TempDir::new().expect("a temporary folder");
        let file = |name: &str, numbers: &mut dyn Iterator<Item = usize>| {
            let file = folder.path().join(name);
            std::fs::write(&file, format!("{HEADER}\n{}", numbers.map(line).collect::<String>())).expect("a file");
            file
        };
        let files = [file("up.csv", &mut (0..3_000)), file("down.csv", &mut (0..3_000).rev())];
        let url = &world.test_database.url;
        let imports = files.map(|file| {
            let import = Program::engine(url).args(["import", "--json", "--events"]).args([file]);
            std::thread::spawn(move || import.run().expect(0).json())
        });
        let reports = imports.map(|import| import.join().expect("it ends"));
        let count = |key: &str| reports.iter().map(|report| report["events"][key].as_u64().expect("a count")).sum::<u64>();
        assert_eq!((count("written"), count("unchanged"), count("faults")), (3_000, 3_000, 0));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM event_name").await, [(20,)]);
        let gross = "SELECT CAST(sum(gross) AS bigint), CAST(sum(purchase_count) AS bigint) FROM user_spend";
        assert_eq!(world.query::<(i64, i64)>(gross).await, [((0..3_000).map(|number| number * 100 + 25).sum(), 3_000)]);
        world.verify().await;
    }

    async fn events_count_as_time_passes_and_incremental_runs_see_it(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let logins = json!({"field": "events", "name": "login", "operator": ">=", "value": 2, "within": "7d"});
        let buyers = json!({
            "field": "purchases", "operator": ">=", "value": 1, "currency": "EUR", "minAmount": 1000, "within": "7d"
        });
        let net = json!({"field": "totalSpent", "currency": "EUR", "operator": ">", "value": 0});
        let first = json!({"field": "firstPurchaseAt", "operator": "within_last", "value": "7d"});
        for (id, condition) in [("logins", logins), ("buyers", buyers), ("net", net), ("first", first)] {
            world.custom_segment(id, id, json!({"combineWith": "AND", "criteria": [condition]})).await;
        }
        world.run(ago(3)).await;
        world.record_events(&[
            event("ann", "1", "login", 2, None), event("ann", "2", "login", 6, None),
            event("ann", "3", "order", 5, Some((1000, "EUR"))),
            event("bob", "1", "order", 4, Some((999, "EUR"))), event("bob", "2", "order", 2, Some((-999, "EUR"))),
        ]).await;
        let at = |days| RunOptions::at(now() + TimeDelta::days(days));
        let incremental = |days| RunOptions { mode: RunMode::Incremental, ..at(days) };
        let custom = async |id: &str| {
            let all = world.segments_of(id).await;
            all.iter().filter_map(|key| key.strip_prefix("custom:")).map(str::to_owned).collect::<Vec<_>>()
        };
        world.run_with(&incremental(0)).await;
        assert_eq!(custom("ann").await, ["buyers", "first", "logins", "net"]);
        assert_eq!(custom("bob").await, ["first"]);
        world.run_with(&incremental(2)).await;
        assert_eq!(custom("ann").await, ["buyers", "first", "net"]);
        world.run_with(&incremental(3)).await;
        assert_eq!((custom("ann").await, custom("bob").await), (vec!["net".to_owned()], vec!["first".to_owned()]));
        let changed = world.run_with(&at(3)).await;
        assert_eq!((changed.entered, changed.left), (0, 0), "a full run finds nothing to change");
    }

    async fn events_of_an_erased_user_leave_sums_without_a_person(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.record_events(&[
            event("ann", "canary-1", "order", 1, Some((1000, "EUR"))),
            event("ann", "canary-2", "order", 1, Some((-300, "EUR"))),
            event("ann", "canary-3", "login", 1, None), event("ann", "canary-4", "order", 2, Some((7, "JPY"))),
            event("bob", "5", "order", 1, Some((50, "EUR"))),
        ]).await;
        let audit = Audit { actor: "token:ops".into(), action: "eraseUser".into(), request_id: None, shell: None };
        let sums = async || {
            let sql = "SELECT CAST(day AS text), event_name.name, currency, events, gross, refunded FROM erased_event \
                       JOIN event_name ON no = name_no ORDER BY day, name, currency";
            world.query::<(String, String, String, i64, i64, i64)>(sql).await
        };
        erase_user(world.database(), &UserId("ann".into()), now(), &audit).await.expect("erased");
        let row = |day: &str, name: &str, code: &str, events, gross, refunded| {
            (day.to_owned(), name.to_owned(), code.to_owned(), events, gross, refunded)
        };
        let (jpy, login) = (row("2026-03-08", "order", "JPY", 1, 7, 0), row("2026-03-09", "login", "", 1, 0, 0));
        assert_eq!(sums().await, [jpy.clone(), login.clone(), row("2026-03-09", "order", "EUR", 2, 1000, -300)]);
        assert_eq!(world.query::<(String,)>("SELECT id FROM user_event").await, [("5".into(),)]);
        assert_eq!(spend(&world).await, [spent("bob", "EUR", 50, 0)]);
        let dump = format!("{:?}", world.dump().await);
        assert!(!dump.contains("canary"), "{dump}");
        erase_user(world.database(), &UserId("bob".into()), now(), &audit).await.expect("erased");
        assert_eq!(sums().await, [jpy, login, row("2026-03-09", "order", "EUR", 3, 1050, -300)]);
        world.verify().await;
    }

    async fn events_are_exported_as_they_are_imported(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let mut refund = event("ann", "3", "order", 1, Some((-500, "EUR")));
        refund.refund_of = Some("2".into());
        world.record_events(&[
            event("ann", "1", "login", 2, None), event("ann", "2", "order", 2, Some((2900, "EUR"))), refund,
            event("bob", "1", "order", 2, Some((2900, "JPY"))),
        ]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        world.run(now()).await;
        let folder = TempDir::new().expect("a temporary folder");
        let file = |name: &str| folder.path().join(name);
        let export = Program::engine(&world.test_database.url).args(["export"]);
        let export = export.args::<PathBuf>(["--events".into(), file("events.csv"), "--ledger".into(), file("ledger.csv")]);
        export.args::<PathBuf>(["--attempts".into(), file("attempts.csv")]).run().expect(0);
        let read = |name: &str| {
            let content = std::fs::read_to_string(file(name)).expect("a file");
            let mut lines: Vec<_> = content.lines().map(str::to_owned).collect();
            lines[1..].sort_unstable();
            lines
        };
        let expected = [
            HEADER, "1,ann,login,2026-03-08T12:00:00Z,,,", "1,bob,order,2026-03-08T12:00:00Z,2900,JPY,",
            "2,ann,order,2026-03-08T12:00:00Z,29.00,EUR,", "3,ann,order,2026-03-09T12:00:00Z,-5.00,EUR,2",
        ];
        assert_eq!(read("events.csv"), expected);
        assert_eq!(read("attempts.csv"), ["id,userId,certification,score,completedAt", "1,ann,AZ-104,,2026-02-28T12:00:00Z"]);
        let ledger = read("ledger.csv");
        assert_eq!(i64::try_from(ledger.len()).expect("a count"), 1 + world.events().await, "{ledger:?}");
        assert_eq!(ledger[0], "no,userId,userNo,segment,entered,at,cause,runId");
        let entry = format!(",ann,{},behavior:casual,true,2026-03-10T12:00:00Z,run,1", world.no("ann").await);
        assert!(ledger.iter().any(|line| line.ends_with(&entry)), "{ledger:?}");
        let again = Program::engine(&world.test_database.url).args(["import", "--json", "--events"]);
        assert_eq!(again.args([file("events.csv")]).run().expect(0).json()["events"]["unchanged"], 4);
        Program::engine(&world.test_database.url).args(["export", "plan:free", "--events", "x.csv"]).run().expect(2);
        Program::engine(&world.test_database.url).args(["export"]).run().expect(2);
    }

    async fn events_of_a_query_wait_for_their_users(world: World) {
        let kind = if world.database().is_embedded() { Kind::Sqlite } else { Kind::Postgres };
        let host = Host::create(kind).await;
        host.user("ann", "PRO", now()).await;
        let event = |id: &str, user: &str, minor: i64, refund_of: &str, watermark: i64| {
            format!(
                "SELECT '{id}' AS id, '{user}' AS \"userId\", 'purchase' AS name, '2026-03-01T00:00:00Z' AS \"occurredAt\", \
                 {minor} AS \"amountMinor\", upper('eur') AS currency, '{refund_of}' AS \"refundOf\", {watermark} AS watermark"
            )
        };
        let events = [event("o1", "ann", 2900, "", 1), event("r1", "ann", -900, "o1", 2), event("o2", "zoe", 100, "", 3)];
        let events = events.join(" UNION ALL ");
        let users = "SELECT \"id\", \"email\", \"createdAt\", CASE \"id\" WHEN 'zoe' THEN 2 ELSE 1 END AS watermark FROM \"User\"";
        let section = |name: &str, query: &str| format!("[{name}]\noverlap = 0\nquery = '''\n{query}\n'''\n");
        let configuration = format!("url_variable = \"HOST\"\n{}{}", section("users", users), section("events", &events));
        let file = host.write("pull.toml", &configuration);
        let pull = || {
            let program = Program::engine(&world.test_database.url).env("HOST", &host.url);
            program.args(["pull", "--json", "--config", &file]).run()
        };
        let ended = pull().expect(3);
        assert_eq!(ended.json()["events"]["written"], 2, "{}", ended.output);
        let said = "events: id o2 of user zoe: userId does not match any user";
        assert!(ended.errors.contains(said), "{}", ended.errors);
        assert_eq!(spend(&world).await, [spent("ann", "EUR", 2900, -900)]);
        host.user("zoe", "PRO", now()).await;
        let ended = pull().expect(0);
        assert_eq!(ended.json()["events"]["written"], 1, "{}", ended.output);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM pull_waiting").await, [(0,)]);
        world.verify().await;
    }
}

/// One line in a thousand is bad: the good ones are in, and each bad one is named.
#[tokio::test]
async fn events_of_a_large_file_are_in_but_for_the_bad_ones() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded"));
    world.users(&(0..100).map(|number| user(&format!("u{number}"))).collect::<Vec<_>>()).await;
    let lines = if std::env::var_os("TEST_LONG").is_some() { 1_000_000 } else { 30_000 };
    let line = |number: usize| {
        let amount = if number % 1_000 == 999 { "1.5" } else { "15" };
        format!("{number},u{},order,2026-03-01T00:00:00Z,{amount},JPY,\n", number % 100)
    };
    let content = format!("{HEADER}\n{}", (0..lines).map(line).collect::<String>());
    let bad = lines / 1_000;
    let first = import(&world, &content).expect(3);
    let counts = |written: usize, unchanged: usize| -> Json {
        json!({"rows": lines, "written": written, "unchanged": unchanged, "faults": bad})
    };
    assert_eq!(first.json()["events"], counts(lines - bad, 0));
    assert_eq!(first.errors.lines().filter(|line| line.ends_with("amount has more digits than JPY has")).count(), bad);
    assert!(first.errors.contains("events.csv:1001: "), "the bad lines are named");
    let again = import(&world, &content).expect(3);
    assert_eq!(again.json()["events"], counts(0, lines - bad));
    world.verify().await;
}

/// Calls and erasures of the same users at once, on PostgreSQL: whoever is in another's way waits, and nobody deadlocks.
#[tokio::test]
async fn events_are_recorded_voided_and_erased_at_once_without_deadlocks() {
    const USERS: usize = 12;
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    world.users(&(0..USERS).map(|number| user(&format!("u{number}"))).collect::<Vec<_>>()).await;
    let url = world.test_database.url.clone();
    let mut tasks = Vec::new();
    for task in 0..6_usize {
        let busy = World::open(&url).await;
        tasks.push(tokio::spawn(async move {
            for round in 0..25_usize {
                let of = |place: usize| (task * 7 + round * 5 + place) % USERS;
                if task % 2 == 0 {
                    let events: Vec<_> = (0..40)
                        .map(|place| {
                            let amount = ((round + place) as i64 * 100, "EUR");
                            event(&format!("u{}", of(place)), &format!("{}", place / USERS), "order", 1, Some(amount))
                        })
                        .collect();
                    let _ = busy.try_record_events(&events).await;
                } else {
                    let audit = Audit::of_command("voidEvents");
                    let keys: Vec<_> =
                        (0..20).rev().map(|place| (UserId(format!("u{}", of(place))), "0".to_owned())).collect();
                    void_events(busy.database(), &keys, None, (now(), &audit)).await.expect("no failure");
                    if task == 1 && round % 3 == 0 && round / 3 < 4 {
                        let user = UserId(format!("u{}", round / 3));
                        let erased = erase_user(busy.database(), &user, now(), &Audit::of_command("eraseUser")).await;
                        erased.expect("the user is erased");
                    }
                }
            }
            // So that its statistics are written.
            busy.test_database.database.clone().close().await.expect("a closed pool");
        }));
    }
    for task in tasks {
        task.await.expect("it ends");
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(world.query::<(i64,)>(deadlocks).await, [(0,)]);
    world.verify().await;
}

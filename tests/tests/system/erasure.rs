//! After an erasure nothing in the database tells who the person was.

use domain::{
    alert::AlertCondition,
    ids::{RunId, UserId},
    overrides::OverrideKind,
    report::goal::{GoalText, QuizText},
    run::RunIssue,
};
use integration_tests::{
    Api, Kind, Program, Server, TestDatabase, World, event, moment, now, on_both_databases, quiz, user,
};
use persistence::runs::{self, Ending, Issues, NewRun, Outcome};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use segmentation_engine::{
    alerts::{self, WantedAlert},
    audit::Audit,
    erase::erase_user,
    evaluate_user::run_user,
    goals::{self, SavedAs, WantedGoal},
    overrides::{NewOverride, set},
    run::RunOptions,
    segments::{
        save::{ProposedSegment, create},
        tags,
    },
    sync::{
        settings::SyncSettings,
        switch::{self, Wanted},
    },
};
use serde_json::json;

const ID: &str = "canary.id@example.org";
const EMAIL: &str = "canary.mail@example.org";

fn audit(actor: &str, action: &str) -> Audit {
    Audit { actor: actor.into(), action: action.into(), request_id: None, shell: None }
}

/// All that can be stored of a person, with a canary in every text.
async fn person(world: &World) {
    let mut canary = user(ID);
    canary.email = EMAIL.into();
    canary.first_name = Some("Canary Ann".into());
    canary.last_name = Some("O'Canary".into());
    canary.plan = "CANARY".into();
    canary.role = "CANARY".into();
    world.users(&[canary, user("bob")]).await;
    let mut attempt = quiz(ID, 1, "Canary AZ-104");
    attempt.id = "canary-attempt".into();
    world.attempts(&[attempt]).await;
    let mut refund = event(ID, "canary-refund", "order", 1, Some((-1, "EUR")));
    refund.refund_of = Some("canary-order".into());
    world.record_events(&[refund]).await;
}

/// What admins did about the person.
async fn is_acted_on(world: &World) {
    let admin = audit("token:ops", "addUserToSegment");
    for (segment, kind) in [("plan:pro", OverrideKind::Include), ("lifecycle:churned", OverrideKind::Exclude)] {
        let segment = segment.parse().expect("a key");
        let reason = Some("Canary asked for it".into());
        let new = NewOverride { user: UserId(ID.into()), segment, kind, reason, expires_at: None };
        set(world.database(), &new, moment(now()), &admin).await.expect("the override is set");
    }
    let id = UserId(ID.into());
    run_user(world.database(), &id, moment(now()), Some(&admin)).await.expect("the user is evaluated");
}

/// What the person did as an admin, known by the subject of a JWT.
async fn acts(world: &World, subject: &str) {
    let admin = audit(&format!("jwt:{subject}"), "createCustomSegment");
    let definition = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">", "value": 0}]});
    let proposed = ProposedSegment { name: subject.len().to_string(), description: None, definition };
    create(world.database(), &subject.replace('.', "-").replace("canary", "by"), &proposed, moment(now()), &admin)
        .await
        .expect("the segment is made");
    let settings = SyncSettings::read(|_| None).expect("good settings");
    let synced = "plan:free".parse().expect("a key");
    let on = Wanted::On { bind: None, extras: None, is_confirmed: true };
    switch::set(world.database(), &settings, &synced, &on, now(), &admin).await.expect("the segment is switched");
    tags::set_star(world.database(), &synced, true, now(), &admin).await.expect("it is starred");
    let goal = WantedGoal {
        name: format!("Goal {}", u8::from(subject == ID)),
        goal: GoalText::Quiz(QuizText::default()),
        within: "14d".into(),
    };
    let new = SavedAs::New(goal.name.replace(' ', "-"));
    goals::save(world.database(), &new, &goal, now(), &admin).await.expect("the goal is saved");
    let watched = WantedAlert {
        id: None,
        segment: "plan:free".parse().expect("a key"),
        condition: AlertCondition::SizeAbove(1_000),
        cooldown_hours: 24,
    };
    let random = [u8::from(subject == ID); 12];
    alerts::save(world.database(), &watched, random, now(), &admin).await.expect("the alert is saved");
    let segment = "plan:premium".parse().expect("a key");
    let kind = OverrideKind::Include;
    let new = NewOverride { user: UserId("bob".into()), segment, kind, reason: None, expires_at: None };
    set(world.database(), &new, moment(now()), &admin).await.expect("the override is set");
}

async fn issues_name(world: &World, user: &str) {
    let issues = json!([
        {"kind": "unreadableUser", "user": user, "column": "plan"},
        {"kind": "unwritableUser", "user": user, "reason": "code 19"},
        {"kind": "unreadableUser", "user": "bob", "column": "plan"},
    ]);
    world.execute(&format!("UPDATE segmentation_run SET issues = '{issues}', issue_count = 3")).await;
}

/// A pull that was killed after it had read the person, and one that waits for them.
async fn is_pulled(world: &World) {
    for (part, id, user) in [("users", ID, ""), ("attempts", "canary-attempt", ID)] {
        let values = format!("'app', '{part}', 'hash', 9, 5, '{id}', '{user}', 1");
        let columns = "source, part, query_hash, ceiling, at_watermark, at_id, at_user, step";
        world.execute(&format!("INSERT INTO pull_progress ({columns}) VALUES ({values})")).await;
    }
    // The query of attempts may have had the address in place of the id.
    world
        .execute(&format!("INSERT INTO pull_waiting (source, part, user_id) VALUES ('app', 'attempts', '{ID}'), ('app', 'events', '{EMAIL}')"))
        .await;
}

async fn rows_with_a_canary(world: &World) -> Vec<String> {
    let rows = world
        .dump()
        .await
        .into_iter()
        .flat_map(|(table, rows)| rows.into_iter().map(move |row| format!("{table}: {row}")));
    rows.filter(|row| row.to_lowercase().contains("canary")).collect()
}

fn new_run() -> NewRun {
    let RunOptions { trigger, mode, as_of, as_of_is_given, .. } = RunOptions::at(now());
    NewRun { trigger, mode, as_of, as_of_is_given, owner: "a test".into() }
}

async fn set_issues(world: &World, run: RunId, issues: &Issues) {
    let tx = world.database().begin().await.expect("a transaction");
    runs::add_issues(&tx, run, issues).await.expect("it holds the lease");
    tx.commit().await.expect("a commit");
}

on_both_databases! {
    async fn erased_leaves_no_canary_in_any_table(world: World) {
        person(&world).await;
        world.run(now()).await;
        is_acted_on(&world).await;
        acts(&world, ID).await;
        acts(&world, EMAIL).await;
        issues_name(&world, ID).await;
        is_pulled(&world).await;
        let mut tables: std::collections::BTreeSet<_> =
            rows_with_a_canary(&world).await.iter().map(|row| row.split(':').next().expect("a table").to_owned()).collect();
        // The index of texts shows what it covers.
        tables.remove("users_text");
        let expected = [
            "alert_rule", "audit_log", "custom_segment", "custom_segment_version", "goal", "pull_progress", "pull_waiting", "quiz_attempts",
            "segment_event", "segment_override", "segment_star", "segment_sync", "segmentation_run", "user_event", "users",
        ];
        assert_eq!(tables.iter().collect::<Vec<_>>(), expected);
        let no = world.no(ID).await;

        let by = audit(&format!("jwt:{ID}"), "eraseUser");
        erase_user(world.database(), &UserId(ID.into()), now(), &by).await.expect("erased");

        assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);
        world.verify().await;
        let run = &runs::latest(world.database().connection(), 1).await.expect("a query")[0];
        let erased = UserId(format!("number {no}"));
        assert_eq!((&run.issues[..], run.issue_count), (&[
            RunIssue::UnreadableUser { user: erased.clone(), column: "plan".into() },
            RunIssue::UnwritableUser { user: erased, reason: "code 19".into() },
            RunIssue::UnreadableUser { user: UserId("bob".into()), column: "plan".into() },
        ][..], 3));
        let actors = "SELECT DISTINCT actor FROM audit_log ORDER BY actor";
        assert_eq!(world.query::<(String,)>(actors).await, [("token:ops".into(),), (format!("user number {no}"),)]);
    }

    async fn erased_during_a_run_leaves_no_id_in_its_issues(world: World) {
        person(&world).await;
        let run = runs::begin(world.database(), &new_run()).await.expect("the lease is free").id;
        let mut issues = Issues::default();
        for id in [ID, "bob"] {
            let issue = RunIssue::UnreadableUser { user: UserId(id.into()), column: "plan".into() };
            issues.add_of_user(world.no(id).await, issue);
        }
        set_issues(&world, run, &issues).await;
        let api = Api::new(&world).await.as_superadmin().await;
        api.call("adminAudience.eraseUser", json!({"userId": ID})).await.expect("erased");
        assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);

        set_issues(&world, run, &issues).await;
        assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);
        let tx = world.database().begin().await.expect("a transaction");
        let outcome = Outcome { attempts_without_provider: 0, issues: &issues, ending: Ending::Succeeded };
        runs::finish(&tx, run, &outcome).await.expect("it holds the lease");
        tx.commit().await.expect("a commit");
        assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);
        let bob = world.query::<(i64,)>("SELECT count(*) FROM segmentation_run WHERE CAST(issues AS text) LIKE '%bob%'");
        assert_eq!(bob.await, [(1,)]);
    }
}

/// Definitions have a copy on each node, memberships are on the node of their shard. One transaction changes both.
#[tokio::test]
async fn erased_on_citus_is_also_who_signed_definitions() {
    let Some(cluster) = TestDatabase::create_on_citus(8).await else { return };
    let world = World::new(cluster);
    person(&world).await;
    world.run(now()).await;
    acts(&world, ID).await;
    let by = audit("token:ops", "eraseUser");
    erase_user(world.database(), &UserId(ID.into()), now(), &by).await.expect("erased");
    assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);
    world.verify().await;
}

/// PostgreSQL keeps every column to its type: there is no such damage.
#[tokio::test]
async fn erased_is_also_a_user_whose_data_cannot_be_read() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded"));
    person(&world).await;
    world.execute(&format!("UPDATE users SET created_at = 'damaged' WHERE id = '{ID}'")).await;
    let (url, no) = (&world.test_database.url, world.no(ID).await);
    Program::engine(url).args(["run"]).run().expect(3);
    Program::engine(url).args(["erase-user", ID, "--confirm"]).run().expect(0);
    assert_eq!(rows_with_a_canary(&world).await, [] as [String; 0]);
    let shown = Program::engine(url).args(["status"]).run().expect(0).output;
    assert!(shown.ends_with(&format!("\nrun 1: user number {no}: cannot read the stored created_at.\n")), "{shown}");
}

/// The files of an SQLite database in which the person's data can be read.
fn files_with_a_canary(world: &World) -> Vec<String> {
    let path = world.test_database.url.strip_prefix("sqlite://").expect("a file");
    let files = ["", "-wal", "-journal"].map(|suffix| format!("{path}{suffix}"));
    let has_canary = |file: &String| {
        let bytes = std::fs::read(file).unwrap_or_default().to_ascii_lowercase();
        bytes.windows(6).any(|window| window == b"canary")
    };
    files.into_iter().filter(has_canary).collect()
}

/// Pages split, merge and are freed around the person, whose data changes too.
async fn pages_move(world: &World) {
    for round in 0..6 {
        let crowd = (0..800).map(|number| {
            let mut one = user(&format!("{}-{number}", (number * 37 + round) % 800));
            one.first_name = Some("x".repeat((number * 31 + round * 17) % 90));
            one
        });
        let crowd: std::collections::BTreeMap<_, _> = crowd.map(|one| (one.id.clone(), one)).collect();
        world.users(&crowd.into_values().collect::<Vec<_>>()).await;
        let mut canary = user(ID);
        canary.email = EMAIL.into();
        canary.last_name = Some("Canary ".repeat(1 + round * 7));
        world.users(&[canary]).await;
        let attempts: Vec<_> = (0..60).map(|number| quiz(ID, round * 60 + number, "Canary AZ-104")).collect();
        world.attempts(&attempts).await;
        world.run(now()).await;
    }
}

#[tokio::test]
async fn erased_person_is_not_in_the_file_while_others_have_it_open() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded"));
    let _server = Server::start(&world.test_database.url, &[]);
    // The command goes last: runs of the test are dated earlier than what it does.
    for by_command in [false, true] {
        person(&world).await;
        pages_move(&world).await;
        is_acted_on(&world).await;
        issues_name(&world, ID).await;
        is_pulled(&world).await;
        assert_ne!(files_with_a_canary(&world), [] as [String; 0]);
        if by_command {
            Program::engine(&world.test_database.url).args(["erase-user", ID, "--confirm"]).run().expect(0);
        } else {
            erase_user(world.database(), &UserId(ID.into()), now(), &audit("token:ops", "eraseUser"))
                .await
                .expect("erased");
        }
        assert_eq!(files_with_a_canary(&world), [] as [String; 0], "by command: {by_command}");
        world.execute("DELETE FROM pull_progress").await;
    }
    world.verify().await;
}

/// A reader who has begun before keeps the log from being emptied: it is emptied once the reader has ended.
#[tokio::test]
async fn erased_person_leaves_the_log_when_a_reader_ends() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded"));
    person(&world).await;
    let reader = world.database().begin_snapshot().await.expect("a transaction");
    reader.query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT id FROM users")).await.expect("a query");
    let database = world.database().clone();
    let audit = audit("token:ops", "eraseUser");
    let erasing = tokio::spawn(async move { erase_user(&database, &UserId(ID.into()), now(), &audit).await });
    while !world.query::<(String,)>(&format!("SELECT id FROM users WHERE id = '{ID}'")).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_ne!(files_with_a_canary(&world), [] as [String; 0]);
    reader.close().await.expect("it ends");
    erasing.await.expect("it ends").expect("erased");
    assert_eq!(files_with_a_canary(&world), [] as [String; 0]);
}

/// A reader kept it there, or the program was killed before it could empty the log.
#[tokio::test]
async fn erased_person_leaves_the_log_by_the_next_cleanup_or_server() {
    for command in ["cleanup", "serve"] {
        let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded"));
        person(&world).await;
        world.erase(ID).await;
        assert_ne!(files_with_a_canary(&world), [] as [String; 0]);
        if command == "serve" {
            let _server = Server::start(&world.test_database.url, &[]);
            let emptied = async {
                while !files_with_a_canary(&world).is_empty() {
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(10), emptied).await.expect("it is emptied");
        } else {
            Program::engine(&world.test_database.url).args([command]).run().expect(0);
        }
        assert_eq!(files_with_a_canary(&world), [] as [String; 0], "{command}");
    }
}

//! The programs on a Citus cluster: the same answers as on one server, and runs that change one node at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use domain::{attribute::AttributeType, profile::User};
use integration_tests::{
    Api, Ended, Kind, Program, TestDatabase, World, ago, now, options,
    streaks::{in_all_of, make_on_streak, merged, on_streak},
    user,
};
use persistence::{ConnectionTrait, database::citus};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

fn engine(url: &str, arguments: &[&str]) -> Ended {
    Program::engine(url).args(arguments).run()
}

#[tokio::test]
async fn citus_migrate_distributes_a_new_database() {
    let Some(url) = TestDatabase::create_empty_on_citus().await else { return };
    let made = engine(&url, &["migrate", "--citus", "--shards", "8"]).expect(0).output;
    let nodes = engine(&url, &["status", "--json"]).expect(0).json()["nodes"].as_u64().expect("a number");
    assert!(nodes > 0);
    let words = if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
    assert_eq!(made, format!("the database is up to date. It has 8 shards on {words} of a Citus cluster\n"));
    for again in [&["migrate"][..], &["migrate", "--citus"], &["migrate", "--shards", "8"]] {
        assert_eq!(engine(&url, again).expect(0).output, made);
    }
    assert!(engine(&url, &["verify"]).expect(0).output.starts_with(&format!("checked 8 shards on {words} of a Citus")));
    assert!(engine(&url, &["status"]).expect(0).output.contains(&format!("has 8 shards on {words} of a Citus")));
}

/// What is killed in between leaves an empty database.
#[tokio::test]
async fn citus_migrate_is_done_at_once() {
    let Some(url) = TestDatabase::create_empty_on_citus().await else { return };
    let mut child = Program::engine(&url).args(["migrate", "--citus", "--shards", "8"]).spawn();
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    engine(&url, &["migrate", "--citus", "--shards", "8"]).expect(0);
    engine(&url, &["verify"]).expect(0);
}

#[tokio::test]
async fn citus_migrate_says_what_is_missing() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("audience.sqlite");
    let said = "error: an SQLite file cannot be distributed: --citus needs PostgreSQL with the extension citus\n";
    let file = format!("sqlite://{}", path.display());
    assert_eq!(engine(&file, &["migrate", "--citus"]).expect(1).errors, said);
    assert!(!path.exists(), "no file is left behind");
    engine(&file, &["migrate"]).expect(0);
    assert_eq!(engine(&file, &["migrate", "--citus"]).expect(1).errors, said);

    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    let errors = engine(&url, &["migrate", "--citus"]).expect(1).errors;
    let known = ["error: the server has no extension citus: install", "error: the extension citus cannot be created"];
    assert!(known.iter().any(|said| errors.starts_with(said)), "{errors}");
    engine(&url, &["migrate"]).expect(0);
    let said =
        "error: the database has tables that are not distributed, and stays so. --citus needs a new, empty database\n";
    assert_eq!(engine(&url, &["migrate", "--citus"]).expect(1).errors, said);
}

#[tokio::test]
async fn citus_has_a_place_for_every_table() {
    let Some(made) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(made);
    let sql = "SELECT CAST(table_name AS text) FROM information_schema.tables \
               WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let tables: BTreeSet<_> = world.query::<(String,)>(sql).await.into_iter().map(|(name,)| name).collect();
    let kept = ["deployment", "seaql_migrations"].into_iter();
    let placed = citus::DISTRIBUTED.into_iter().chain(citus::REFERENCE).chain(citus::LOCAL).chain(kept);
    let placed: BTreeSet<_> = placed.filter(|name| *name != "shards").map(str::to_owned).collect();
    assert_eq!(tables, placed, "every table is in a list of persistence::database::citus");
}

const USERS: usize = 200;

/// Users of all kinds.
fn crowd() -> String {
    let mut text =
        "id,email,firstName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt,attr.country,\
                    attr.seats,attr.trial_ends\n"
            .to_owned();
    for n in 0..USERS {
        let plan = ["FREE", "PRO", "PREMIUM"][n % 3];
        let active = ago((n * 7 % 120) as i64).format("%Y-%m-%dT%H:%M:%SZ");
        let created = ago(130 + (n * 5 % 400) as i64).format("%Y-%m-%dT%H:%M:%SZ");
        let row = writeln!(
            text,
            "u{n},u{n}@example.org,Änn{n},{plan},USER,{},{},{},{active},{created},{},{},2026-03-{:02}",
            n % 11,
            n * 31 % 9_000,
            n % 40,
            ["DE", "AT", ""][n / 2 % 3],
            n * 3 % 50,
            n % 28 + 1,
        );
        row.expect("a string takes everything");
    }
    text
}

/// Attempts of the crowd; each goes to the user this many places further.
fn attempts(shift: usize) -> String {
    let mut text = "id,userId,certification,score,completedAt\n".to_owned();
    for n in 0..USERS * 4 {
        let certification = ["AWS-SAA-C03", "AZ-104", "GCP-ACE", "other"][n * 7 / 3 % 4];
        let at = ago((n % 100) as i64).format("%Y-%m-%dT%H:%M:%SZ");
        writeln!(text, "a{n},u{},{certification},{},{at}", (n + shift) * 13 % USERS, n % 100).expect("it is written");
    }
    text
}

/// Events and purchases of the crowd.
fn events() -> String {
    let mut text = "id,userId,name,occurredAt,amount,currency,refundOf\n".to_owned();
    for n in 0..USERS * 3 {
        let (user, at) = (n * 11 % USERS, ago((n % 60) as i64).format("%Y-%m-%dT%H:%M:%SZ"));
        let rest = match n % 4 {
            0 | 1 => format!("login,{at},,,"),
            2 => format!("order,{at},{}.50,EUR,", n % 90),
            _ => format!("order,{at},-{}.50,EUR,e{}", n % 30, n - 1),
        };
        writeln!(text, "e{n},u{user},{rest}").expect("it is written");
    }
    text
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, text).expect("a file");
    file.to_str().expect("UTF-8").to_owned()
}

/// What the programs answer, and what is stored afterwards.
struct Life<'a> {
    world: &'a World,
    api: Api,
    /// Ids that differ from database to database, with words for them.
    names: Vec<(String, &'static str)>,
    seen: Vec<(String, String)>,
}

impl Life<'_> {
    fn note(&mut self, what: &str, seen: impl std::fmt::Display) {
        let words = self.named(&seen.to_string());
        self.seen.push((self.named(what), words));
    }

    fn named(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
    }

    /// Sorted by what the database does not choose.
    fn note_all(&mut self, what: &str, seen: impl IntoIterator<Item = String>) {
        let lines: BTreeSet<_> = seen.into_iter().map(|line| self.named(&line)).collect();
        self.seen.extend(lines.into_iter().map(|line| (what.into(), line)));
    }

    async fn ask(&mut self, method: &str, params: Json) -> Json {
        let answer = self.api.call(&format!("adminAudience.{method}"), params.clone()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{method} {params}: {error:?}"));
        self.note(&format!("{method} {params}"), &answer);
        answer
    }

    async fn run(&mut self, arguments: &[&str]) {
        let ended = engine(&self.world.test_database.url, arguments);
        // Where the shrink guard holds a segment back.
        let mut report = if ended.code == 3 { ended } else { ended.expect(0) }.json();
        let timed = report.as_object_mut().expect("an object");
        timed.retain(|name, _| name != "duration");
        let flags: Vec<_> = arguments.iter().filter(|argument| !argument.contains('/')).copied().collect();
        self.note(&flags.join(" "), &report);
        self.look().await;
    }

    /// The memberships, the counts, and sums of the ledger.
    async fn look(&mut self) {
        self.world.verify().await;
        let members = self.world.memberships().await;
        self.note_all("members", members.iter().map(|(segment, members)| format!("{segment}: {members:?}")));
        let counts = self.world.counts().await;
        self.note_all("counts", counts.iter().map(|(segment, count)| format!("{segment}: {count}")));
        let ledger = "SELECT segment_type || ':' || segment_value || ' ' || entered || ' ' \
                      || CASE WHEN at > '2026-04-01' THEN 'later' ELSE CAST(at AS text) END || ' ' || cause || ' ' \
                      || coalesce(CAST(since AS text), ''), count(*), coalesce(string_agg(users.id, ' ' ORDER BY users.id), '') \
                      FROM segment_event LEFT JOIN users ON users.no = user_no AND users.shard = segment_event.shard \
                      JOIN segment ON segment.id = segment_id GROUP BY 1 ORDER BY 1";
        let ledger = self.world.query::<(String, i64, String)>(ledger).await;
        self.note_all("ledger", ledger.iter().map(|events| format!("{events:?}")));
    }

    async fn read(&mut self, segment: &Json) {
        let with = |more: Json| merged(segment.clone(), more);
        self.ask("getSegmentUsers", with(json!({"page": 2, "limit": 20}))).await;
        self.ask("getSegmentUsers", with(json!({"page": 1, "limit": 20, "searchQuery": "änn7"}))).await;
        self.ask("getSegmentUsers", with(json!({"page": 1, "limit": 20, "show": "excluded"}))).await;
        self.ask("getSegmentStats", with(json!({"days": 30}))).await;
        self.ask("getSegmentHistory", with(json!({"days": 30}))).await;
        self.ask("exportSegmentUsers", segment.clone()).await;
        let at = ago(2).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.ask("getSegmentMembersAsOf", with(json!({"at": at, "limit": 50}))).await;
        self.ask("explainUser", with(json!({"userId": "u14"}))).await;
        let segments = ["plan:free", "plan:pro", "lifecycle:active"];
        self.ask("getSegmentOverlap", json!({"segments": segments, "at": at})).await;
        self.ask("getSegmentFlow", json!({"segments": segments, "at": [at, now()]})).await;
        let conversion = json!({
            "segment": "plan:free", "goal": {"quiz": {}}, "from": at, "to": now(), "entries": "all", "newOnly": true,
            "compare": ["before", "others", "insideOutside"],
        });
        self.ask("getSegmentConversion", conversion).await;
        let revenue = json!({"family": "plan", "from": at, "to": now(), "by": "day"});
        self.ask("getSegmentRevenue", revenue).await;
        self.ask("compareAsOf", json!({"segment": "plan:free", "a": at, "b": now(), "show": "both"})).await;
    }
}

/// From a first import to an erasure.
async fn life(world: &World) -> Vec<(String, String)> {
    let folder = TempDir::new().expect("a temporary folder");
    let url = world.test_database.url.clone();
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    let api = Api::at(world, now(), options()).await.as_superadmin().await;
    let mut life = Life { world, api: api.clone(), names: Vec::new(), seen: Vec::new() };
    let day = |days: i64| ago(days).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);

    world
        .declare_types(&[
            ("country", AttributeType::Text),
            ("seats", AttributeType::Number),
            ("trial_ends", AttributeType::Date),
        ])
        .await;
    let [users, taken] = [file("u.csv", &crowd()), file("a.csv", &attempts(0))];
    let events = file("e.csv", &events());
    life.run(&["import", "--json", "--users", &users, "--attempts", &taken, "--events", &events]).await;
    life.run(&["run", "--json", "--as-of", &day(3)]).await;
    // With ids of ours, by which reports have them in order. Saves give them members.
    let of = |params: &Json| json!({"combineWith": params["combineWith"], "criteria": params["criteria"]});
    let (first, within, tried_value, buyers) = ("a-streak", "b-within", "c-tried", "d-buyers");
    let bought = json!({"name": "Buyers", "combineWith": "OR", "criteria": [
        {"field": "events", "operator": ">=", "value": 2, "name": "login", "within": "30d"},
        {"field": "totalSpent", "operator": ">", "value": 4_000, "currency": "EUR"},
        {"field": "purchases", "operator": ">=", "value": 1, "currency": "EUR", "minAmount": 8_000, "within": "40d"},
        {"combineWith": "AND", "criteria": [
            {"field": "attr.seats", "operator": ">", "value": 40},
            {"field": "attr.country", "operator": "not_equals", "value": "de"},
            {"field": "attr.trial_ends", "operator": "within_last", "value": "12d"},
        ]},
    ]});
    let in_first = in_all_of("Within", &[first]);
    let tried = json!({"name": "Tried", "combineWith": "OR", "criteria": [
        {"field": "quizAttempts", "operator": ">=", "value": 2, "provider": "AWS", "within": "60d"},
        {"combineWith": "AND", "not": true, "criteria": [{"field": "segment", "operator": "in", "value": ["plan:free"]}]},
    ]});
    for (value, params) in
        [(first, on_streak("Streak", 4)), (within, in_first), (tried_value, tried.clone()), (buyers, bought.clone())]
    {
        world.custom_segment(value, params["name"].as_str().expect("a name"), of(&on_streak("", 99))).await;
        let saved = merged(params, json!({"segmentValue": value, "version": 1}));
        api.call("adminAudience.updateCustomSegment", saved).await.expect("it is saved");
    }
    life.look().await;
    life.ask("previewSegment", merged(of(&tried), json!({"sampleSize": 5}))).await;
    life.ask("previewSegment", merged(of(&bought), json!({"sampleSize": 5}))).await;
    let change = merged(of(&on_streak("", 8)), json!({"segmentValue": first, "sampleSize": 5}));
    life.ask("previewSegmentChange", change).await;
    let edit = merged(on_streak("Streak", 7), json!({"segmentValue": first, "version": 2}));
    api.call("adminAudience.updateCustomSegment", edit).await.expect("it is saved");
    life.look().await;

    for (method, user, segment) in [
        ("addUserToSegment", "u5", "power_users"),
        ("removeUserFromSegment", "u14", "casual"),
        ("removeUserFromSegment", "u15", "casual"),
        ("restoreUserToSegment", "u15", "casual"),
    ] {
        let params = json!({"userId": user, "segmentType": "behavior", "segmentValue": segment});
        life.ask(method, params).await;
    }
    life.run(&["import", "--json", "--complete", "--attempts", &file("moved.csv", &attempts(1))]).await;
    let event = |id: &str, name: &str| json!({"id": id, "userId": "u16", "name": name, "occurredAt": day(1)});
    let order = merged(event("o", "order"), json!({"amountMinor": 5, "currency": "JPY"}));
    let items = json!([order, event("l", "login"), event("n", "a-new-name"), event("o2", "order")]);
    life.ask("recordEvents", json!({"events": items, "evaluate": true})).await;
    life.ask("voidEvents", json!({"events": [{"id": "o", "userId": "u16"}, {"id": "o", "userId": "u17"}]})).await;
    let people: Vec<_> = (0..30).map(|n| User { current_streak: 9, ..user(&format!("u{}", n * 3)) }).collect();
    world.users(&people).await;
    life.run(&["run", "--json", "--incremental", "--as-of", &day(0)]).await;
    life.run(&["run", "--json", "--allow-shrink", "--as-of", &day(-1)]).await;
    for segment in [
        json!({"segmentType": "plan", "segmentValue": "pro"}),
        json!({"segmentType": "behavior", "segmentValue": "casual"}),
        json!({"segmentType": "custom", "segmentValue": tried_value}),
        json!({"segmentType": "custom", "segmentValue": buyers}),
    ] {
        life.read(&segment).await;
    }
    life.ask("getSegmentSizes", json!({"days": 30})).await;
    life.ask("getAudienceSize", json!({})).await;
    life.ask("getUserSegments", json!({"userId": "u14"})).await;
    life.ask("setSegmentActive", json!({"segmentValue": within, "isActive": false})).await;
    life.ask("deleteCustomSegment", json!({"segmentValue": within})).await;
    life.ask("eraseUser", json!({"userId": "u14"})).await;
    life.ask("autoSegmentUser", json!({"userId": "u15"})).await;
    let gone: String = crowd().split_inclusive('\n').take(USERS - 20).collect();
    life.run(&["import", "--json", "--complete", "--users", &file("gone.csv", &gone)]).await;
    let made = make_on_streak(&api, "Made", 2).await;
    life.names.push((made, "MADE"));
    let [ledger, events, taken] = ["ledger.csv", "events.csv", "attempts.csv"].map(|name| file(name, ""));
    engine(&url, &["export", "--ledger", &ledger, "--events", &events, "--attempts", &taken]).expect(0);
    for exported in [events, taken] {
        let content = fs::read_to_string(exported).expect("an export");
        life.note_all("export", content.lines().map(str::to_owned));
    }
    for command in ["cleanup", "status", "verify"] {
        engine(&url, &[command]).expect(0);
    }
    life.look().await;
    life.seen
}

#[tokio::test]
async fn citus_gives_the_answers_of_one_server() {
    let Some(cluster) = TestDatabase::create_on_citus(8).await else { return };
    let Some(server) = TestDatabase::create_sharded().await else { return };
    let (cluster, server) = (life(&World::new(cluster)).await, life(&World::new(server)).await);
    assert_eq!(cluster.len(), server.len());
    for (on_cluster, on_server) in cluster.iter().zip(&server) {
        assert_eq!(on_cluster, on_server);
    }
}

/// What Citus sends to its nodes, as the program logs it. One worker writes one transaction after another.
#[tokio::test]
async fn citus_run_changes_one_node_in_a_transaction() {
    let Some(made) = TestDatabase::create_on_citus(8).await else { return };
    let world = World::new(made);
    let folder = TempDir::new().expect("a temporary folder");
    let url = world.test_database.url.clone();
    let import = ["import", "--users", &write(folder.path(), "u.csv", &crowd())];
    engine(&url, &import).expect(0);
    let name = world.query::<(String,)>("SELECT CAST(current_database() AS text)").await.remove(0).0;
    for setting in ["citus.log_remote_commands = on", "client_min_messages = notice"] {
        let sql = format!("ALTER DATABASE {name} SET {setting}");
        world.database().connection().execute_unprepared(&sql).await.expect("a superuser may");
    }
    let run = Program::engine(&url).env("LOG", "sqlx::postgres::notice=info").args(["run"]).run().expect(0);
    let commands: Vec<_> = run.errors.lines().filter_map(|line| line.split_once("issuing ")).collect();
    let placements = "SELECT DISTINCT shardid, nodename || ':' || nodeport FROM citus_shards";
    let placements: BTreeMap<_, _> = world.query::<(i64, String)>(placements).await.into_iter().collect();
    let node = |sql: &str| {
        let (_, table) = sql.split_once(" public.")?;
        let table = table.split(' ').next()?;
        placements.get(&table.rsplit_once('_')?.1.parse::<i64>().ok()?).cloned()
    };
    let is_write = |sql: &str| ["INSERT ", "UPDATE ", "DELETE ", "COPY "].iter().any(|word| sql.starts_with(word));
    let (mut changed, mut nodes, mut has_events) = (0, BTreeSet::new(), false);
    for (_, sql) in commands {
        if is_write(sql) {
            nodes.extend(node(sql));
            has_events |= sql.starts_with("INSERT INTO public.segment_event_");
        } else if sql.starts_with("COMMIT") || sql.starts_with("PREPARE TRANSACTION") {
            if has_events {
                changed += 1;
                assert!(sql.starts_with("COMMIT"), "the transaction has two phases: {sql}");
                assert_eq!(nodes.len(), 1, "{nodes:?}");
            }
            (nodes, has_events) = (BTreeSet::new(), false);
        }
    }
    assert!(changed >= 8, "{changed} transactions");
    // Users of a list are read from the node of their shard. No other read makes lists of their segments.
    let all: Vec<_> = (0..USERS).map(|n| user(&format!("u{n}"))).collect();
    world.users(&all).await;
    let run = Program::engine(&url).env("LOG", "sqlx::postgres::notice=info").args(["run", "--incremental"]);
    let run = run.args(["--allow-shrink"]).run().expect(0);
    let reads = run.errors.lines().filter(|line| line.contains("issuing SELECT") && line.contains("string_agg"));
    assert_eq!(reads.count(), 8, "one for each shard");
    world.verify().await;
}

//! Every command that changes data or gives out personal data leaves entries in the audit log. The commands come from the
//! programs themselves, so a new one fails this test until it is in the table.

use std::collections::BTreeMap;

use integration_tests::{Api, Program, World, on_both_databases, user};
use serde_json::{Value as Json, json};

use crate::clocks::slip;

/// Not the name of a file, which may name a person.
const PERSON: &str = "ann@example.org";

/// What a command leaves in the audit log: actions, with the state if there is one.
enum Leaves {
    Entries(&'static [(&'static str, Option<&'static str>)]),
    /// It reads no personal data and changes none.
    Nothing(&'static str),
    /// The commands below it do.
    Commands,
    /// Entries in a database that is empty before. The tests of the command look at them.
    Elsewhere,
}
use Leaves::{Commands, Elsewhere, Entries, Nothing};

const AROUND_IMPORT: Leaves = Entries(&[("import", Some("started")), ("import", Some("done"))]);
const AROUND_EXPORT: Leaves = Entries(&[("exportSegmentUsers", Some("started")), ("exportSegmentUsers", Some("done"))]);

/// In an order in which each has something to do.
fn engine_commands() -> Vec<(&'static str, Vec<&'static str>, Leaves)> {
    vec![
        ("import", vec!["--users", PERSON], AROUND_IMPORT),
        // Its host is missing.
        ("pull", vec!["--config", "pull.toml"], Entries(&[("pull", Some("started")), ("pull", Some("failed"))])),
        ("attributes", vec![], Commands),
        ("attributes apply", vec!["attributes.toml"], Entries(&[("applyAttributes", None)])),
        ("run", vec![], Entries(&[("runAutoSegmentation", None)])),
        ("run-user", vec!["ann"], Entries(&[("autoSegmentUser", None)])),
        ("export", vec!["plan:free", "--output", PERSON], AROUND_EXPORT),
        ("analytics", vec![], Commands),
        ("analytics alerts", vec![], Nothing("it looks at alerts as every run does, and their events are on record")),
        (
            "analytics rebuild",
            vec![],
            Entries(&[("rebuildAnalytics", Some("started")), ("rebuildAnalytics", Some("done"))]),
        ),
        ("report", vec![], Commands),
        (
            "report overlap",
            vec!["--segment", "plan:free", "--segment", "plan:pro", "--csv", "overlap.csv"],
            Entries(&[("exportReport", Some("started")), ("exportReport", Some("done"))]),
        ),
        (
            "report flow",
            vec!["--at", "2026-01-01", "--at", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report as-of",
            vec!["--segment", "plan:free", "--a", "2026-01-01", "--b", "2026-01-02"],
            Entries(&[("exportReport", Some("started")), ("exportReport", Some("done"))]),
        ),
        (
            "report conversion",
            vec!["--segment", "plan:free", "--purchase", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report engagement",
            vec!["--segment", "plan:free", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report cohorts",
            vec!["--measure", "purchase", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report compare",
            vec!["--a", "plan:free", "--b", "plan:pro", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report lift",
            vec!["--segment", "plan:free", "--holdout", "0-9", "--quiz", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows counts, unless they go to a file"),
        ),
        (
            "report revenue",
            vec!["--family", "plan", "--from", "2026-01-01", "--to", "2026-01-02"],
            Nothing("it shows sums, unless they go to a file"),
        ),
        ("report forecast", vec!["--segment", "plan:free"], Nothing("it shows counts, unless they go to a file")),
        (
            "report forecast-users",
            vec!["--segment", "plan:free", "--day", "1", "--change", "leave"],
            Entries(&[("exportReport", Some("started")), ("exportReport", Some("done"))]),
        ),
        ("cleanup", vec![], Entries(&[("cleanupOldSegments", None)])),
        ("forget-clock", vec!["1"], Entries(&[("forgetClock", None)])),
        ("erase-user", vec!["ann", "--confirm"], Entries(&[("eraseUser", None)])),
        (
            "sync",
            vec![],
            Nothing("without a key it does nothing; the tests of sync look at the entry of one with a key"),
        ),
        ("deliver", vec![], Nothing("an admin has chosen what endpoints are told, which is recorded")),
        ("verify", vec![], Nothing("it counts faults and names users by number")),
        ("status", vec![], Nothing("it shows counts")),
        ("migrate", vec![], Nothing("the table of migrations records it")),
        ("reshard", vec![], Elsewhere),
        ("completions", vec!["bash"], Nothing("it opens no database")),
        ("man-pages", vec!["manual"], Nothing("it opens no database")),
    ]
}

fn server_commands(token: &str) -> Vec<(&'static str, Vec<&str>, Leaves)> {
    vec![
        ("token", vec![], Commands),
        ("token create", vec!["--name", "a test", "--role", "ADMIN"], Entries(&[("createToken", None)])),
        ("token list", vec![], Nothing("tokens are not about users")),
        ("token revoke", vec![token], Entries(&[("revokeToken", None)])),
        ("migrate", vec![], Nothing("the table of migrations records it")),
        ("health", vec![], Nothing("it asks a server whether it is ready")),
        ("openrpc", vec![], Nothing("it opens no database")),
        ("completions", vec!["bash"], Nothing("it opens no database")),
        ("man-pages", vec!["manual"], Nothing("it opens no database")),
        ("serve", vec![], Nothing("callers of the API are recorded one by one")),
    ]
}

/// From its help.
fn commands_of(program: Program, below: &[&str]) -> Vec<String> {
    let help = program.args(below).args(["--help"]).run().expect(0).output;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let prefix: String = below.iter().map(|name| format!("{name} ")).collect();
    names.filter(|name| *name != "help").map(|name| format!("{prefix}{name}")).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Actions and details of the entries beyond the first ones.
async fn entries(world: &World, after: usize) -> Vec<(String, String, Json)> {
    let sql = "SELECT actor, action, COALESCE(CAST(detail AS text), 'null') FROM audit_log ORDER BY no";
    let rows = world.query::<(String, String, String)>(sql).await;
    let read = |(actor, action, detail): (String, String, String)| {
        (actor, action, serde_json::from_str(&detail).expect("JSON"))
    };
    rows.into_iter().skip(after).map(read).collect()
}

/// A folder with the files of the commands.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("manual")).expect("a folder in it");
    let users = format!("id,email,createdAt\nann,{PERSON},2026-01-01T00:00:00Z\n");
    let pull = "url_variable = \"NO_HOST\"\n[users]\nquery = \"SELECT 1\"\n";
    let attributes = "[[attributes]]\nkey = \"country\"\nlabel = \"Country\"\ntype = \"text\"\n";
    for (name, text) in
        [(PERSON, users.as_str()), ("pull.toml", pull), ("attributes.toml", attributes), ("overlap.csv", "")]
    {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

/// Paths are in the folder.
fn arguments(folder: &tempfile::TempDir, command: &str, arguments: &[&str]) -> Vec<String> {
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let argument =
        |argument: &&str| if folder.path().join(argument).exists() { path(argument) } else { (*argument).into() };
    command.split(' ').map(str::to_owned).chain(arguments.iter().map(argument)).collect()
}

async fn others(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut dump = world.dump().await;
    dump.remove("audit_log").expect("there is an audit log");
    dump
}

async fn check(world: &World, name: &str, arguments: &[String], program: Program, leaves: &Leaves) {
    let Entries(expected) = leaves else { panic!("{name} leaves no entries") };
    let before = entries(world, 0).await.len();
    let ended = program.args(arguments).run();
    assert!(ended.code == 0 || name == "pull", "{name}: {}", ended.errors);
    let found = entries(world, before).await;
    let summary: Vec<_> = found.iter().map(|(_, action, detail)| (action.as_str(), detail["state"].as_str())).collect();
    assert_eq!(summary, *expected, "{name}: {}", ended.errors);
    for (actor, action, detail) in &found {
        assert_eq!(actor, "command line", "{action}");
        for key in ["account", "host"] {
            assert!(detail[key].as_str().is_some_and(|text| !text.is_empty()), "{action}: {detail}");
        }
        assert!(!detail.to_string().contains('@'), "{action}: {detail}");
    }
}

on_both_databases! {
    async fn command_that_changes_or_gives_out_data_is_on_record(world: World) {
        let url = &world.test_database.url;
        let known: Vec<_> = engine_commands().iter().map(|(name, ..)| (*name).to_owned()).collect();
        let below = [&[][..], &["analytics"], &["attributes"], &["report"]];
        let commands = below.map(|below| commands_of(Program::engine(url), below)).concat();
        assert_eq!(sorted(commands), sorted(known), "the table has every command");
        let folder = folder();
        for (name, given, leaves) in engine_commands() {
            let arguments = arguments(&folder, name, &given);
            if name == "forget-clock" {
                slip(&world).await;
            }
            match &leaves {
                Commands | Elsewhere => {}
                Nothing(why) => {
                    let before = world.dump().await;
                    Program::engine(url).args(&arguments).run().expect(0);
                    assert_eq!(world.dump().await, before, "{name}: {why}");
                }
                _ => check(&world, name, &arguments, Program::engine(url).env("NO_HOST", "sqlite:///nowhere/host.db"), &leaves).await,
            }
        }
        let outcome = |action: &str, key: &str| {
            let sql = format!("SELECT CAST(detail AS text) FROM audit_log WHERE action = '{action}' ORDER BY no DESC LIMIT 1");
            let (world, key) = (&world, key.to_owned());
            async move { serde_json::from_str::<Json>(&world.query::<(String,)>(&sql).await[0].0).expect("JSON")[&key].clone() }
        };
        assert_eq!(outcome("import", "users").await, json!({"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "faults": 0}));
        assert_eq!(outcome("exportSegmentUsers", "rowCount").await, 1);
        assert_eq!(outcome("cleanupOldSegments", "deleted").await, 0);

        // The API shows them.
        let log = Api::new(&world).await.call("adminAudience.getAuditLog", json!({})).await.expect("a log");
        let entry = log["entries"].as_array().expect("a list").iter().find(|entry| entry["action"] == "runAutoSegmentation");
        let entry = entry.expect("the run");
        assert_eq!((&entry["actor"], &entry["target"]), (&json!("command line"), &json!("run 1")));
        assert!(entry["detail"]["account"].is_string() && entry["detail"]["host"].is_string(), "{entry}");
    }

    async fn command_of_the_server_that_changes_data_is_on_record(world: World) {
        let url = &world.test_database.url;
        let created = Program::server(url).args(["token", "create", "--name", "first", "--role", "ADMIN"]).run().expect(0);
        assert!(created.output.starts_with("aud_"));
        let token = world.query::<(String,)>("SELECT id FROM api_token").await.remove(0).0;
        let table = server_commands(&token);
        let commands = [commands_of(Program::server(url), &[]), commands_of(Program::server(url), &["token"])].concat();
        assert_eq!(sorted(commands), sorted(table.iter().map(|(name, ..)| (*name).to_owned()).collect()));
        for (name, given, leaves) in &table {
            if matches!(leaves, Entries(_)) {
                let arguments: Vec<_> = name.split(' ').chain(given.iter().copied()).map(str::to_owned).collect();
                check(&world, name, &arguments, Program::server(url), leaves).await;
            }
        }
    }

    async fn command_that_cannot_be_recorded_does_nothing(world: World) {
        let url = &world.test_database.url;
        world.users(&[user("ann")]).await;
        Program::engine(url).args(["run"]).run().expect(0);
        slip(&world).await;
        let before = others(&world).await;
        world.refuse_writes("audit_log").await;
        let folder = folder();
        for (name, given, leaves) in engine_commands() {
            // A run would be refused because of the clock of the latest one.
            if matches!(leaves, Entries(_)) && !["run", "run-user"].contains(&name) {
                let program = Program::engine(url).env("NO_HOST", "sqlite:///nowhere/host.db");
                let ended = program.args(arguments(&folder, name, &given)).run().expect(1);
                assert!(ended.output.is_empty(), "{name}: {}", ended.output);
                assert_eq!(others(&world).await, before, "{name} has left something");
            }
        }
    }
}

//! The command line of the engine: results, errors, exit codes.

use domain::run::{RunMode, RunTrigger};
use std::{
    fs,
    os::unix::fs::{FileTypeExt, PermissionsExt, symlink},
    path::PathBuf,
    process::Command,
    time::Duration,
};

use integration_tests::{Kind, Program, TestDatabase, now, on_both_databases, quiz, user};
use persistence::runs::{self, NewRun};
use serde_json::json;
use tempfile::TempDir;

const USERS: &str = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n";

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    }
}

on_both_databases! {
    async fn command_line_runs_status_verify_and_cleanup(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let url = &world.test_database.url;
        let ended = Program::engine(url).args(["run", "--as-of", "2026-03-10T12:00:00Z"]).run().expect(0);
        assert!(ended.output.contains("users processed               2"), "{}", ended.output);
        assert!(ended.output.contains("memberships created           4"), "{}", ended.output);
        assert_eq!(ended.errors, "", "no progress bar in a pipe");
        let ended = Program::engine(url).args(["run-user", "ann", "--as-of", "2026-03-10T12:00:00Z", "--json"]).run().expect(0);
        assert_eq!(
            ended.json(),
            json!({"segmentsAdded": [], "segmentsRemoved": [], "currentSegments": ["plan:free", "lifecycle:churned"], "isDeleted": false})
        );
        let ended = Program::engine(url).args(["status", "--json"]).run().expect(0);
        assert_eq!(ended.json()["users"], 2);
        assert_eq!(ended.json()["runs"][0]["state"], "succeeded");
        let ended = Program::engine(url).args(["cleanup"]).run().expect(0);
        assert_eq!(ended.output, "deleted 0 memberships that ended more than 90 days ago\n");
        Program::engine(url).args(["verify"]).run().expect(0);
    }

    async fn verify_finds_a_broken_invariant(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        world.execute("UPDATE segment_count SET member_count = member_count + 8 WHERE segment_id = 1").await;
        let ended = Program::engine(&world.test_database.url).args(["verify"]).run().expect(1);
        assert!(ended.output.contains("BROKEN  stored counts equal counted members: 1 time,"), "{}", ended.output);
        world.execute("UPDATE segment_count SET member_count = member_count - 8 WHERE segment_id = 1").await;
        world.execute("DELETE FROM segment_event").await;
        world.execute("UPDATE user_stats SET quiz_count = 3").await;
        let ended = Program::engine(&world.test_database.url).args(["verify", "--json"]).run().expect(1);
        let broken: Vec<_> = ended.json()["checks"].as_array().expect("a list").iter().map(|check| check["broken"].clone()).collect();
        assert_eq!(broken, [2, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
    }

    async fn exit_code_is_75_for_an_active_run_and_2_for_a_clock_that_goes_back(world: World) {
        let new = NewRun { trigger: RunTrigger::Cron, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "another process".into() };
        runs::begin(world.database(), &new).await.expect("the lease is free");
        let url = &world.test_database.url;
        let ended = Program::engine(url).args(["run"]).run().expect(75);
        assert_eq!(ended.errors, "error: run 1 is active\n");
        Program::engine(url).args(["run", "--wait", "1"]).run().expect(75);
        let waiting = Program::engine(url).args(["run", "--wait", "18446744073709551615", "--as-of", "2026-03-10T12:00:00Z"]);
        let waiting = std::thread::spawn(move || waiting.run());
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert!(!waiting.is_finished(), "it waits");
        world.execute("UPDATE segmentation_run SET state = 'succeeded'").await;
        waiting.join().expect("it ends").expect(0);
        Program::engine(url).args(["run-user", "ann", "--as-of", "2026-03-10T11:00:00Z"]).run().expect(2);
        let ended = Program::engine(url).args(["run", "--as-of", "2026-03-10T11:00:00Z"]).run().expect(2);
        assert_eq!(
            ended.errors,
            "error: the time of the run, 2026-03-10T11:00:00Z, is earlier than that of run 2, 2026-03-10T12:00:00Z: \
             history cannot run backwards. Check --as-of and the clocks. If run 2 had a wrong one: \
             `segmentation-engine forget-clock 2`\n"
        );
    }

    async fn export_has_the_whole_segment_and_no_cell_runs(world: World) {
        let mut ann = user("ann");
        ann.first_name = Some("=1+1".into());
        ann.last_name = Some("O\"Neill, Jr".into());
        let mut crowd: Vec<_> = (0..5_001).map(|index| user(&format!("user-{index}"))).collect();
        crowd.push(ann);
        world.users(&crowd).await;
        world.run(now()).await;
        let url = &world.test_database.url;
        let ended = Program::engine(url).args(["export", "plan:free"]).run().expect(0);
        let ended_output = ended.output;
        let mut rows = csv::Reader::from_reader(ended_output.as_bytes());
        let records: Vec<_> = rows.records().collect::<Result<_, _>>().expect("CSV");
        assert_eq!(records.len(), 5_002);
        let ann = records.iter().find(|record| &record[0] == "ann").expect("a row");
        assert_eq!(
            ann.iter().collect::<Vec<_>>(),
            ["ann", "ann@example.org", "'=1+1", "O\"Neill, Jr", "FREE", "", "2025-03-10T12:00:00Z", "2026-03-10T12:00:00Z"]
        );
        let ended = Program::engine(url).args(["export", "plan:gold"]).run().expect(1);
        assert_eq!(ended.errors, "error: there is no segment plan:gold\n");

        let files = Files::new();
        let kept = files.write("kept.csv", "an earlier export");
        let to = |segment: &str| -> [PathBuf; 4] { ["export".into(), segment.into(), "--output".into(), kept.clone()] };
        Program::engine(url).args(to("plan:gold")).run().expect(1);
        assert_eq!(fs::read_to_string(&kept).expect("a file"), "an earlier export");
        Program::engine(url).args(to("plan:free")).run().expect(0);
        assert_eq!(fs::read_to_string(&kept).expect("a file"), ended_output);
    }

    async fn output_paths_that_are_no_files_are_written_into(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let url = &world.test_database.url;
        let files = Files::new();
        let path = |name: &str| files.0.path().join(name);
        let export = |name: &str| {
            let to: [PathBuf; 4] = ["export".into(), "plan:free".into(), "--output".into(), path(name)];
            Program::engine(url).args(to)
        };
        let mode = |name: &str| fs::metadata(path(name)).expect("a file").permissions().mode() & 0o777;
        let whole = Program::engine(url).args(["export", "plan:free"]).run().expect(0).output;

        files.write("real.csv", "old");
        symlink("real.csv", path("link.csv")).expect("a link");
        fs::set_permissions(path("real.csv"), fs::Permissions::from_mode(0o640)).expect("a mode");
        export("link.csv").run().expect(0);
        assert!(path("link.csv").is_symlink());
        assert_eq!((fs::read_to_string(path("real.csv")).expect("a file"), mode("real.csv")), (whole.clone(), 0o640));
        export("new.csv").run().expect(0);
        assert_eq!(mode("new.csv"), 0o600);

        assert!(Command::new("mkfifo").arg(path("pipe")).status().expect("mkfifo").success());
        let pipe = path("pipe");
        let reader = std::thread::spawn(move || fs::read_to_string(pipe).expect("a pipe"));
        export("pipe").run().expect(0);
        assert_eq!(reader.join().expect("it reads"), whole);

        symlink("/dev/null", path("null")).expect("a link");
        export("null").run().expect(0);
        let metrics: [PathBuf; 3] = ["run".into(), "--metrics-file".into(), path("null")];
        Program::engine(url).args(metrics).run().expect(0);
        assert!(path("null").is_symlink());
        assert!(fs::metadata("/dev/null").expect("a device").file_type().is_char_device());
    }

    /// A damaged row affects only that user.
    async fn run_continues_after_an_unreadable_user(world: World) {
        if !world.database().is_embedded() {
            // PostgreSQL enforces column types, so there is no such damage.
            return;
        }
        world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        world.execute("UPDATE users SET created_at = 'long ago' WHERE id = 'bob'").await;
        let url = &world.test_database.url;
        let ended = Program::engine(url).args(["run", "--json", "--as-of", "2026-03-10T12:00:00Z"]).run().expect(3);
        assert_eq!(ended.json()["errors"], json!(["user bob: cannot read the stored created_at."]));
        let issues = json!([{"kind": "unreadableUser", "user": "bob", "column": "created_at"}]);
        assert_eq!((&ended.json()["issues"], &ended.json()["issueCount"]), (&issues, &json!(1)));
        assert_eq!(ended.json()["totalUsersProcessed"], 3);
        assert_eq!(world.members("plan:free").await, ["ann", "cleo"]);
        let status = Program::engine(url).args(["status", "--json"]).run().expect(0);
        assert_eq!(status.json()["runs"][0]["errors"], json!(["user bob: cannot read the stored created_at."]));
    }

    async fn erase_user_needs_confirmation_and_is_audited(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        world.run(now()).await;
        let (no, url) = (world.no("ann").await, &world.test_database.url);
        let ended = Program::engine(url).args(["erase-user", "ann"]).run().expect(2);
        assert!(ended.errors.starts_with("error: erasing a user cannot be undone"), "{}", ended.errors);
        assert_eq!(world.no("ann").await, no);

        let ended = Program::engine(url).args(["erase-user", "ann", "--confirm", "--json"]).run().expect(0);
        assert_eq!(ended.json(), json!({"success": true, "userNumber": no.0, "namedIn": [], "isInLog": false}));
        world.verify().await;
        assert_eq!(world.members("plan:free").await, ["bob"]);
        let events = "SELECT DISTINCT actor FROM segment_event WHERE cause = 'erasure'";
        assert_eq!(world.query::<(String,)>(events).await, [("command line".into(),)]);
        let audit = "SELECT actor, action, target FROM audit_log";
        let expected = ("command line".to_owned(), "eraseUser".to_owned(), format!("user number {no}"));
        assert_eq!(world.query::<(String, String, String)>(audit).await, [expected]);
        let again = Program::engine(url).args(["erase-user", "ann", "--confirm"]).run().expect(1);
        assert_eq!(again.errors, "error: there is no user ann\n");

        // If the audit log cannot be written, nothing is erased.
        world.refuse_writes("audit_log").await;
        Program::engine(url).args(["erase-user", "bob", "--confirm"]).run().expect(1);
        world.no("bob").await;
        world.verify().await;
    }

    async fn metrics_file_is_written_however_a_run_ends(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let (url, files) = (&world.test_database.url, Files::new());
        let file = files.0.path().join("audience.prom");
        let run = || {
            let file = file.to_str().expect("UTF-8");
            Program::engine(url).args(["run", "--as-of", "2026-03-10T12:00:00Z", "--metrics-file", file])
        };
        run().run().expect(0);
        let written = fs::read_to_string(&file).expect("metrics");
        for expected in [
            "# TYPE audience_segment_members gauge",
            "audience_segment_members{segment=\"plan:free\"} 2",
            "audience_segment_failed{segment=\"plan:free\"} 0",
            "audience_run_active 0",
            "audience_run_last_failed 0",
            "audience_run_last_success_errors 0",
            "audience_run_last_success_users 2",
            "audience_run_last_success_memberships_created 4",
            "audience_run_last_success_memberships_removed 0",
        ] {
            assert!(written.lines().any(|line| line == expected), "{expected} is not in {written}");
        }
        assert!(written.contains("\naudience_run_last_success_timestamp_seconds 1"), "{written}");
        assert!(!written.contains("ann") && !written.contains("example.org"), "{written}");
        assert_eq!(fs::read_dir(files.0.path()).expect("a folder").count(), 1, "nothing is left beside it");

        // The metrics of a failed run show the failure and the last success.
        world.users(&[user("cleo")]).await;
        world.refuse_writes("segment_event").await;
        run().run().expect(3);
        world.allow_writes("segment_event").await;
        assert_ne!(fs::read_to_string(&file).expect("metrics"), written);

        let nowhere = run().args(["--metrics-file", "/no/such/folder/x.prom"]).run().expect(2);
        assert!(nowhere.errors.contains("--metrics-file"), "{}", nowhere.errors);
        let nowhere = Program::engine(url).args(["run", "--metrics-file", "/no/such/folder/x.prom"]).run().expect(1);
        assert!(nowhere.errors.contains("the metrics cannot be written to /no/such/folder/x.prom"), "{}", nowhere.errors);
        let dry = Program::engine(url).args(["run", "--dry-run", "--metrics-file", "x.prom"]).run();
        dry.expect(2);
    }

    /// This run is refused, so it does not take over from the dead one.
    async fn metrics_file_shows_that_the_process_of_another_run_died(world: World) {
        let new = NewRun { trigger: RunTrigger::Cron, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a process that died".into() };
        runs::begin(world.database(), &new).await.expect("the lease is free");
        let (url, files) = (&world.test_database.url, Files::new());
        let file = files.write("audience.prom", "");
        let failed = |as_of: &str, code| {
            let arguments = ["run", "--as-of", as_of, "--metrics-file", file.to_str().expect("UTF-8")];
            Program::engine(url).args(arguments).run().expect(code);
            let written = fs::read_to_string(&file).expect("metrics");
            written.lines().find_map(|line| line.strip_prefix("audience_run_last_failed ")).expect("a value").to_owned()
        };
        assert_eq!(failed("2026-03-10T11:00:00Z", 75), "0", "nobody knows yet");
        world.expire_leases().await;
        assert_eq!(failed("2026-03-10T11:00:00Z", 2), "1");
        assert_eq!(failed("2026-03-10T12:00:00Z", 0), "0");
    }

    /// The database's own message contains the row.
    async fn database_errors_are_described_without_the_data(world: World) {
        let files = Files::new();
        world.refuse_writes("users").await;
        let users = files.write("users.csv", format!("{USERS}bob,CANARY@example.org,,,,,,,,,2026-01-01T00:00:00Z\n"));
        let ended = Program::engine(&world.test_database.url)
            .args::<PathBuf>(["import".into(), "--users".into(), users])
            .run()
            .expect(1);
        assert!(ended.errors.starts_with("error: the database failed with its code "), "{}", ended.errors);
        assert!(!ended.errors.contains("CANARY"), "{}", ended.errors);
    }
}

#[tokio::test]
async fn usage_errors_are_one_sentence() {
    let test_database = TestDatabase::create(Kind::Sqlite).await.expect("a file");
    let url = test_database.url.as_str();
    let files = Files::new();
    let narrow = files.write("narrow.csv", "email,plan\na@example.org,PRO\n");
    let narrow = narrow.to_str().expect("UTF-8");
    let no_database =
        PathBuf::from(format!("sqlite://{}", files.write("notes.txt", "no database ".repeat(100)).display()));
    let missing_file = format!("{}/none.csv", files.0.path().display());
    for (database, arguments, code, said) in [
        ("mysql://localhost/x", vec!["status"], 2, "the database URL must begin with sqlite:// or postgres://"),
        ("audience.sqlite", vec!["status"], 2, "the database URL must begin with sqlite:// or postgres://"),
        ("postgres://[", vec!["status"], 2, "the database URL cannot be read"),
        ("postgres://bob:CANARY@localhost:99999/x", vec!["status"], 2, "the database URL cannot be read"),
        ("postgres://bob:CANARY/x@localhost/x", vec!["status"], 2, "the database URL cannot be read"),
        ("postgres://nobody@127.0.0.1:1/x", vec!["status"], 1, "the database cannot be opened"),
        (
            "sqlite:///no/such/folder/x.sqlite",
            vec!["run"],
            1,
            "the database cannot be opened: the file is missing, and cannot be made at",
        ),
        (no_database.to_str().expect("UTF-8"), vec!["status"], 1, "the file is not a SQLite database, or is damaged"),
        (url, vec!["erase-user", "nobody", "--confirm"], 1, "there is no user nobody"),
        ("sqlite:///no/such/folder/x.sqlite", vec!["status"], 1, "there is no database at /no/such/folder/x.sqlite"),
        (url, vec!["run", "--as-of", "yesterday"], 2, "a time is written like 2014-10-15T00:00:00Z"),
        (url, vec!["run", "--as-of", "2206-01-01T00:00:00Z"], 2, "--as-of is in the future"),
        (url, vec!["import", "--users", "-", "--attempts", "-"], 2, "standard input"),
        (url, vec!["run", "--batch-size", "0"], 2, "--batch-size"),
        (url, vec!["run", "--time-zone", "Mars/Olympus"], 2, "--time-zone"),
        (url, vec!["export", "everyone"], 2, "expected type:value"),
        (url, vec!["import"], 2, "--users"),
        (url, vec!["import", "--users", narrow], 1, "lacks id"),
        (url, vec!["import", "--users", &missing_file], 1, "none.csv"),
        (url, vec!["run-user", "nobody"], 1, "there is no user nobody"),
    ] {
        let ended = Program::engine(database).args(&arguments).run().expect(code);
        assert!(ended.errors.contains(said), "{arguments:?}: {}", ended.errors);
        assert!(!ended.errors.contains("CANARY"), "a password is nobody's business: {}", ended.errors);
        assert!(!ended.errors.contains("backtrace") && !ended.errors.contains("panicked"), "{}", ended.errors);
        assert!(ended.errors.starts_with("error: "), "{}", ended.errors);
    }
}

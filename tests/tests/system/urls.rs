//! One URL is read by one rule, and what keeps a database from being opened is named as what it is.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use integration_tests::{Host, Kind, Program, TestDatabase, World, now, on_both_databases, user};
use persistence::{Database, host};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

const USERS: &str = "id,email,createdAt\nann,ann@example.org,2026-01-01T00:00:00Z\n";
const SECRET: &str = "5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c";
const ROW: &str = "url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = '''SELECT \"id\", \"email\", \"firstName\", \
                   \"createdAt\", 1 AS watermark FROM \"User\"'''\n";

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    path.display().to_string()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn url_of_a_file_means_one_file_to_every_command_and_to_a_pull() {
    for (folder, before, path, after) in [
        ("a b", "sqlite://", "/a%20b/x.sqlite", ""),
        ("ä?", "sqlite://", "/%C3%A4%3F/x.sqlite", ""),
        ("c", "sqlite:///", "/c/x.sqlite", ""),
        ("c", "sqlite://", "/c/x.sqlite", "\n"),
        ("c", "sqlite:", "/c/x.sqlite", "\r\n"),
    ] {
        let root = TempDir::new().expect("a temporary folder");
        let folder = root.path().join(folder);
        fs::create_dir(&folder).expect("a folder");
        let url = format!("{before}{}{path}{after}", root.path().display());
        let users = write(root.path(), "users.csv", USERS);
        let ended = Program::engine(&url).args(["import", "--users", &users]).run().expect(0);
        assert!(ended.errors.ends_with("x.sqlite: a new one was made\n"), "{url:?}: {}", ended.errors);
        Program::engine(&url).args(["verify"]).run().expect(0);
        Program::engine(&url).args(["run"]).run().expect(0);
        Program::server(&url).args(["token", "list"]).run().expect(0);
        let export = Program::engine(&url).args(["export", "plan:free"]).run().expect(0);
        assert!(export.output.contains("ann@example.org"), "{url:?}: {}", export.output);
        Program::engine(&url).args(["erase-user", "ann", "--confirm"]).run().expect(0);
        assert_eq!(names(&folder), ["x.sqlite"], "{url:?}");

        let host = folder.join("host.db");
        let plain = format!("sqlite://{}", root.path().join("host.db").display());
        drop(Host::create_in(Kind::Sqlite, plain, None).await);
        fs::rename(root.path().join("host.db"), host).expect("it moves");
        let of_host = url.replace("x.sqlite", "host.db");
        let pull = write(root.path(), "pull.toml", ROW);
        Program::engine(&url).env("HOST_DATABASE_URL", &of_host).args(["pull", "--config", &pull]).run().expect(0);
    }
}

on_both_databases! {
    async fn url_with_a_line_break_at_its_end_is_meant_without(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        for end in ["\n", "\r\n", " \n\n"] {
            let url = format!("{}{end}", world.test_database.url);
            Program::engine(&url).args(["verify"]).run().expect(0);
            Program::engine("sqlite://none").args(["verify", "--database-url", &url]).run().expect(0);
            Program::server(&url).args(["token", "list"]).run().expect(0);
            host::Host::connect(&url).await.expect("it opens").close().await.expect("it closes");
        }
        let url = world.test_database.url.replacen("//", "//\n", 1);
        let ended = Program::engine(&url).args(["status"]).run().expect(2);
        assert!(ended.errors.starts_with("error: the database URL cannot be read"), "{}", ended.errors);
    }

    /// What comes from a file or a secret often ends with one.
    async fn secret_of_the_scheduler_is_meant_without_a_line_break_at_its_end(world: World) {
        let program = Program::server(&world.test_database.url).env("CRON_SECRET", &format!("{SECRET}\r\n"));
        let mut child = program.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]).spawn_logging();
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("a log")).read_line(&mut line).expect("a line");
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let address = line["fields"]["address"].as_str().expect("an address");
        let mut stream = TcpStream::connect(address).expect("the server listens");
        let request = format!(
            "GET /api/cron/auto-segment HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {SECRET}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

        for secret in [format!("{SECRET}\n{SECRET}"), format!("{SECRET}ß")] {
            let ended = Program::server(&world.test_database.url).env("CRON_SECRET", &secret).args(["serve"]).run().expect(2);
            let said = "error: the cron secret has a line break or another character that a header cannot hold";
            assert!(ended.errors.starts_with(said) && !ended.errors.contains(SECRET), "{}", ended.errors);
        }
    }
}

/// Nobody's token would be revoked there, and nobody would look for a new one.
#[test]
fn path_that_is_mistyped_makes_a_database_only_where_that_is_said() {
    let folder = TempDir::new().expect("a temporary folder");
    let users = write(folder.path(), "users.csv", USERS);
    let pull = write(folder.path(), "pull.toml", ROW);
    let create = ["token", "create", "--name", "ops", "--role", "ADMIN"];
    let commands: [(bool, bool, &[&str]); 16] = [
        (true, false, &["status"]),
        (true, false, &["verify"]),
        (true, false, &["cleanup"]),
        (true, false, &["export", "plan:free"]),
        (true, false, &["run-user", "ann"]),
        (true, false, &["erase-user", "ann", "--confirm"]),
        (true, false, &["status", "--migrate"]),
        (true, true, &["run"]),
        (true, true, &["import", "--users", &users]),
        (true, true, &["pull", "--config", &pull]),
        (true, true, &["migrate"]),
        (false, false, &["token", "list"]),
        (false, false, &["token", "revoke", "7"]),
        (false, false, &["token", "list", "--migrate"]),
        (false, true, &create),
        (false, true, &["migrate"]),
    ];
    for (number, (is_engine, makes_one, arguments)) in commands.into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.sqlite"));
        let url = format!("sqlite://{}", path.display());
        let program = if is_engine { Program::engine(&url) } else { Program::server(&url) };
        let ended = program.env("HOST_DATABASE_URL", "sqlite:///no/such.db").args(arguments).run();
        assert_eq!(path.exists(), makes_one, "{arguments:?}: {}", ended.errors);
        let said = if makes_one {
            format!("there was no database at {}: a new one was made\n", path.display())
        } else {
            assert_eq!(ended.code, 1, "{arguments:?}");
            format!("error: there is no database at {}: ", path.display())
        };
        assert!(ended.errors.starts_with(&said), "{arguments:?}: {}", ended.errors);
        assert!(names(folder.path()).iter().all(|name| !name.starts_with('.')), "nothing is left beside it");
    }
    let made = folder.path().join("7.sqlite");
    let beside = folder.path().join("made by another");
    fs::write(&beside, "").expect("a file");
    let open = Permissions::from_mode(0o644).mode() & fs::metadata(&beside).expect("a file").mode() & 0o777;
    assert_eq!(fs::metadata(made).expect("a file").mode() & 0o777, open, "as readable as SQLite makes one");
}

#[tokio::test]
async fn command_that_fails_at_once_makes_no_database_and_neither_does_a_dry_run() {
    let folder = TempDir::new().expect("a temporary folder");
    let (absent, users) = (folder.path().join("absent.csv"), write(folder.path(), "users.csv", USERS));
    let (absent, bad) = (absent.to_str().expect("UTF-8"), write(folder.path(), "bad.csv", "name\nann\n"));
    let host = Host::create(Kind::Sqlite).await;
    host.user("ann", "PRO", now()).await;
    let (pull, faulty) = (write(folder.path(), "pull.toml", ROW), write(folder.path(), "faulty.toml", "every = 1\n"));
    let commands: [(i32, &str, &[&str]); 9] = [
        (1, "absent.csv cannot be opened", &["import", "--users", absent]),
        (1, "absent.csv cannot be opened", &["import", "--users", &users, "--attempts", absent]),
        (1, "bad.csv lacks id: its columns are name", &["import", "--users", &bad]),
        (2, "standard input can be read only once", &["import", "--users", "-", "--attempts", "-"]),
        (1, "absent.csv cannot be read", &["pull", "--config", absent]),
        (2, "faulty.toml: every is unknown", &["pull", "--config", &faulty]),
        (2, "2090-01-01T00:00:00Z", &["run", "--as-of", "2090-01-01T00:00:00Z"]),
        (
            0,
            "the dry run begins with an empty one and makes none",
            &["run", "--dry-run", "--as-of", "2090-01-01T00:00:00Z"],
        ),
        (0, "the dry run begins with an empty one and makes none", &["pull", "--dry-run", "--config", &pull]),
    ];
    for (number, (code, said, arguments)) in commands.into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.sqlite"));
        let program = Program::engine(&format!("sqlite://{}", path.display())).env("HOST_DATABASE_URL", &host.url);
        let ended = program.args(arguments).run().expect(code);
        let is_said = ended.errors.contains(said) || said.starts_with("2090");
        assert!(is_said && !path.exists(), "{arguments:?}: {}", ended.errors);
        assert!(!arguments.contains(&"pull") || code != 0 || ended.output.contains("1 created"), "{}", ended.output);
    }
}

#[tokio::test]
async fn host_name_that_does_not_exist_is_said_to_be_the_reason() {
    let (url, _folder) = TestDatabase::create_empty(Kind::Sqlite).await.expect("a file");
    let nowhere = "postgres://bob:CANARY@no-such-host.invalid/x";
    let said = "the database cannot be opened: there is no host of that name, or the name service does not answer\n";
    for program in [Program::engine(nowhere).args(["status"]), Program::server(nowhere).args(["token", "list"])] {
        assert_eq!(program.run().expect(1).errors, format!("error: {said}"));
    }
    Program::engine(&url).args(["migrate"]).run().expect(0);
    let files = TempDir::new().expect("a temporary folder");
    let pull = write(files.path(), "pull.toml", ROW);
    let pull = Program::engine(&url).env("HOST_DATABASE_URL", nowhere).args(["pull", "--config", &pull]);
    assert_eq!(pull.run().expect(1).errors, format!("error: the host database cannot be used: {said}"));
}

/// A user of the system who may write nothing here; root may everything, whatever a folder's permissions say.
const NOBODY: u32 = 65_534;

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test says so where it skips something")]
async fn wal_mode_in_a_folder_that_may_not_be_written_is_said_to_be_the_reason() {
    let root = TempDir::new().expect("a temporary folder");
    if fs::metadata(root.path()).expect("a folder").uid() != 0 {
        eprintln!("skipped: only root can run a program as somebody else");
        return;
    }
    let [closed, open, programs] = ["closed", "open", "programs"].map(|name| root.path().join(name));
    for folder in [root.path(), &closed, &open, &programs] {
        fs::create_dir_all(folder).expect("a folder");
        fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("its permissions");
    }
    fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("its permissions");
    let of_host = format!("sqlite://{}", closed.join("host.db").display());
    let application = Host::create_in(Kind::Sqlite, of_host.clone(), None).await;
    application.execute("PRAGMA journal_mode = WAL").await;
    application.user("ann", "PRO", now()).await;
    let url = format!("sqlite://{}", open.join("x.sqlite").display());
    let pull = write(&open, "pull.toml", ROW);
    fs::set_permissions(&pull, Permissions::from_mode(0o644)).expect("its permissions");
    let pull = || {
        Program::engine(&url)
            .env("HOST_DATABASE_URL", &of_host)
            .args(["pull", "--config", &pull])
            .user(NOBODY, &programs)
    };
    // As long as the application has it open, its files are there.
    pull().run().expect(0);
    drop(application);
    for _ in 0..500 {
        if closed.join("host.db-shm").exists() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
    let said = "the database cannot be opened: the file is in WAL mode, and SQLite keeps files named -wal and -shm beside it. \
                This account needs permission to write to the folder, or a program that keeps the database open\n";
    assert_eq!(pull().run().expect(1).errors, format!("error: the host database cannot be used: {said}"));

    let ours = format!("sqlite://{}", closed.join("x.sqlite").display());
    Program::engine(&ours).args(["migrate"]).run().expect(0);
    for program in [Program::engine(&ours).args(["status"]), Program::server(&ours).args(["token", "list"])] {
        assert_eq!(program.user(NOBODY, &programs).run().expect(1).errors, format!("error: {said}"));
    }
    assert_eq!(names(&closed), ["host.db", "x.sqlite"]);
}

/// Ours must hold every name. A host's is read, whatever it holds.
#[tokio::test]
async fn encoding_of_a_host_is_no_matter() {
    let Some(url) = TestDatabase::create_on_server("ENCODING 'LATIN1' TEMPLATE template0").await else { return };
    let host = Host::create_in(Kind::Postgres, url, None).await;
    host.user("josé", "PRO", now()).await;
    host.execute("UPDATE \"User\" SET \"firstName\" = 'Zoë'").await;
    let world = World::new(TestDatabase::create(Kind::Postgres).await.expect("a server"));
    let file = host.write("pull.toml", ROW);
    let pull = Program::engine(&world.test_database.url).env("HOST_DATABASE_URL", &host.url);
    pull.args(["pull", "--config", &file]).run().expect(0);
    let stored = world.query::<(String, String)>("SELECT id, first_name FROM users").await;
    assert_eq!(stored, [("josé".into(), "Zoë".into())]);
}

/// Bytes of any encoding, which ours are alone in.
#[tokio::test]
async fn encoding_sql_ascii_holds_every_name() {
    let Some(url) = TestDatabase::create_on_server("ENCODING 'SQL_ASCII' TEMPLATE template0").await else { return };
    let world = World::new({
        Database::open(&url, true).await.expect("it is migrated").close().await.expect("it closes");
        TestDatabase::open(&url).await
    });
    world.users(&[user("paweł"), user("日本")]).await;
    world.run(now()).await;
    assert_eq!(world.members("plan:free").await, ["paweł", "日本"]);
    world.database().connection().execute_unprepared("SELECT 1").await.expect("it answers");
}

#[test]
fn server_that_is_not_there_is_said_to_be_the_reason_at_once() {
    let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let ended = Program::engine(&format!("postgres://bob:CANARY@{address}/x")).args(["status"]).run().expect(1);
    assert_eq!(ended.errors, "error: the database cannot be opened: no server listens there\n");
}

#[test]
fn parameter_of_a_url_that_is_mistyped_is_named_without_its_value() {
    let url = "postgres://bob@db.example/x?pasword=CANARY";
    for program in [Program::engine(url).args(["status"]), Program::server(url).args(["token", "list"])] {
        let said = "error: the database URL has a parameter pasword, which does not exist: check its spelling\n";
        assert_eq!(program.env("LOG", "trace").run().expect(2).errors, said);
    }
}

#[tokio::test]
async fn url_of_a_socket_is_good_whatever_it_says_of_tls() {
    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    for parameters in ["&sslmode=require", "&sslmode=verify-full&sslrootcert=/no/such.pem"] {
        Program::engine(&format!("{url}{parameters}")).args(["migrate"]).run().expect(0);
    }
}

#[tokio::test]
async fn database_that_is_empty_is_said_to_be_empty() {
    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    let ended = Program::engine(&url).args(["status"]).run().expect(1);
    assert_eq!(ended.errors, "error: the database is empty: run `segmentation-engine migrate`\n");
}

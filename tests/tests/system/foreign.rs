//! Only our own database is touched: whatever else a URL names stays as it is, byte for byte, under every command.

use std::{collections::BTreeMap, fs, path::Path};

use integration_tests::{Host, Kind, Program, TestDatabase};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use tempfile::TempDir;

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'Ann')";
const OTHER_MIGRATIONS: &str = "CREATE TABLE seaql_migrations (version VARCHAR(255) PRIMARY KEY, applied_at BIGINT); \
                                INSERT INTO seaql_migrations VALUES ('m20200101_000001_shop', 0)";
const NEWER: &str = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m30000101_000001_later', 0)";

const FOREIGN: &str =
    "error: the database belongs to another program: it has tables, but not the migrations of this program";
const NOT_SQLITE: &str = "error: the database cannot be opened: the file is not a SQLite database, or is damaged";
const IS_NEWER: &str = "error: the database is from a newer version of this program (migration m30000101_000001_later)";

/// Every command of both programs that opens the database.
fn commands(url: &str, files: &Path) -> Vec<(String, Program)> {
    let users = files.join("users.csv").display().to_string();
    let pull = files.join("pull.toml").display().to_string();
    fs::write(&users, "id,email,createdAt\nann,ann@example.org,2026-01-01T00:00:00Z\n").expect("a file");
    fs::write(&pull, "url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = \"SELECT 1 AS id, 1 AS watermark\"\n")
        .expect("a file");
    let engine: [&[&str]; 12] = [
        &["run"],
        &["run", "--dry-run"],
        &["run-user", "ann"],
        &["import", "--users", &users],
        &["pull", "--config", &pull],
        &["erase-user", "ann", "--confirm"],
        &["export", "plan:free"],
        &["verify"],
        &["cleanup"],
        &["status"],
        &["status", "--migrate"],
        &["migrate"],
    ];
    let server: [&[&str]; 6] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["serve", "--dev", "--migrate", "--listen", "127.0.0.1:0"],
        &["token", "create", "--name", "ops", "--role", "ADMIN"],
        &["token", "list"],
        &["token", "revoke", "7"],
        &["migrate"],
    ];
    let engine = engine.iter().map(|arguments| {
        let program = Program::engine(url).env("HOST_DATABASE_URL", url).args(*arguments);
        (format!("engine {}", arguments.join(" ")), program)
    });
    let server = server.iter().map(|arguments| {
        let program = Program::server(url).env("CRON_SECRET", "5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c").args(*arguments);
        (format!("server {}", arguments.join(" ")), program)
    });
    engine.chain(server).collect()
}

/// The files of a folder. SQLite notes readers in `-shm`, which is nobody's content.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let names = names.map(|name| name.into_string().expect("UTF-8"));
    let read =
        |name: &String| if name.ends_with("-shm") { Vec::new() } else { fs::read(folder.join(name)).expect("a file") };
    names.map(|name| (name.clone(), read(&name))).collect()
}

/// A database file of another program. It is in use as long as the connection is kept.
async fn made(folder: &Path, sql: &str) -> DatabaseConnection {
    let url = format!("sqlite://{}?mode=rwc", folder.join("test.sqlite").display());
    let connection = Database::connect(url).await.expect("a file");
    connection.execute_unprepared(sql).await.expect("the statements are executed");
    connection
}

async fn foreign_file(kind: &str, folder: &Path) -> Option<DatabaseConnection> {
    let file = folder.join("test.sqlite");
    let in_use = match kind {
        "a text" => return fs::write(file, "no database ".repeat(100)).map(|()| None).expect("a file"),
        "a file without a byte" => return fs::write(file, "").map(|()| None).expect("a file"),
        "a damaged file" => {
            return fs::write(file, [b"SQLite format 3\0".as_slice(), &[7; 4096]].concat())
                .map(|()| None)
                .expect("a file");
        }
        "a table users" => made(folder, USERS).await,
        "a view" => made(folder, "CREATE VIEW today AS SELECT 1 AS day").await,
        "migrations of another program" => made(folder, &format!("{OTHER_MIGRATIONS}; {USERS}")).await,
        "migrations of another program, and nothing else" => made(folder, OTHER_MIGRATIONS).await,
        "a file in WAL mode" => made(folder, &format!("PRAGMA journal_mode = WAL; {USERS}")).await,
        "a file in use" => return Some(made(folder, &format!("PRAGMA journal_mode = WAL; {USERS}")).await),
        "a file in UTF-16" => made(folder, &format!("PRAGMA encoding = 'UTF-16'; {USERS}")).await,
        _ => panic!("unknown: {kind}"),
    };
    in_use.close().await.expect("it closes");
    None
}

#[tokio::test]
async fn foreign_file_stays_as_it_is_under_every_command() {
    for (kind, said) in [
        ("a text", NOT_SQLITE),
        ("a damaged file", NOT_SQLITE),
        (
            "a file without a byte",
            "test.sqlite is an empty file, not a database. Check the database URL, or delete the file",
        ),
        ("a table users", FOREIGN),
        ("a view", FOREIGN),
        ("migrations of another program", FOREIGN),
        ("migrations of another program, and nothing else", FOREIGN),
        ("a file in WAL mode", FOREIGN),
        ("a file in use", FOREIGN),
        ("a file in UTF-16", FOREIGN),
    ] {
        let folder = TempDir::new().expect("a temporary folder");
        let _in_use = foreign_file(kind, folder.path()).await;
        let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        untouched(kind, &url, folder.path(), said);
    }
}

#[tokio::test]
async fn foreign_file_of_prisma_or_of_a_newer_version_stays_as_it_is_under_every_command() {
    let (url, folder) = TestDatabase::create_empty(Kind::Sqlite).await.expect("a file");
    let folder = folder.expect("a folder");
    drop(Host::create_in(Kind::Sqlite, url.clone(), None).await);
    untouched("Prisma without a row", &url, folder.path(), FOREIGN);

    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    Program::engine(&url).args(["migrate"]).run().expect(0);
    made(folder.path(), NEWER).await.close().await.expect("it closes");
    untouched("a newer version", &url, folder.path(), IS_NEWER);
}

fn untouched(kind: &str, url: &str, folder: &Path, said: &str) {
    let (before, files) = (content(folder), TempDir::new().expect("a temporary folder"));
    for (command, program) in commands(url, files.path()) {
        let ended = program.run();
        assert_eq!(ended.code, 1, "{command} on {kind}: {} {}", ended.output, ended.errors);
        assert!(
            ended.errors.starts_with("error: ") && ended.errors.contains(said),
            "{command} on {kind}: {}",
            ended.errors
        );
        assert!(content(folder) == before, "{command} changed {kind}");
    }
}

/// All objects that are not PostgreSQL's own, and all rows.
async fn content_on_server(connection: &DatabaseConnection) -> Vec<String> {
    let mut content = Vec::new();
    for sql in [
        "SELECT concat_ws(' ', oid, xmin, relname, relfilenode) FROM pg_class WHERE oid >= 16384 ORDER BY oid",
        "SELECT concat_ws(' ', oid, xmin, proname) FROM pg_proc WHERE oid >= 16384 ORDER BY oid",
        "SELECT concat_ws(' ', oid, xmin, extname) FROM pg_extension ORDER BY oid",
        "SELECT concat_ws(' ', oid, xmin, nspname) FROM pg_namespace WHERE oid >= 16384 OR nspname = 'public' ORDER BY oid",
        "SELECT CAST(database_to_xml(true, false, '') AS text)",
    ] {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await.expect("the query is answered");
        content.extend(rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a text")));
    }
    content
}

#[tokio::test]
async fn foreign_database_of_a_server_stays_as_it_is_under_every_command() {
    let elsewhere = format!("CREATE SCHEMA shop; SET search_path = shop; {USERS}");
    for (kind, options, sql, said) in [
        ("Prisma without a row", "", "", FOREIGN),
        ("a table users", "", USERS, FOREIGN),
        ("a view", "", "CREATE VIEW today AS SELECT 1 AS day", FOREIGN),
        ("tables in another schema", "", &elsewhere, FOREIGN),
        ("migrations of another program", "", &format!("{OTHER_MIGRATIONS}; {USERS}"), FOREIGN),
        ("migrations of another program, and nothing else", "", OTHER_MIGRATIONS, FOREIGN),
        ("a newer version", "", NEWER, IS_NEWER),
        (
            "an encoding that lacks letters",
            "ENCODING 'LATIN1' TEMPLATE template0",
            "",
            "error: the database has the encoding LATIN1",
        ),
    ] {
        let Some(url) = TestDatabase::create_on_server(options).await else { return };
        match kind {
            "Prisma without a row" => drop(Host::create_in(Kind::Postgres, url.clone(), None).await),
            "a newer version" => drop(Program::engine(&url).args(["migrate"]).run().expect(0)),
            _ => {}
        }
        let connection = Database::connect(&url).await.expect("the server answers");
        connection.execute_unprepared(sql).await.expect("the statements are executed");
        let (before, files) = (content_on_server(&connection).await, TempDir::new().expect("a temporary folder"));
        for (command, program) in commands(&url, files.path()) {
            let ended = program.run();
            assert_eq!(ended.code, 1, "{command} on {kind}: {} {}", ended.output, ended.errors);
            assert!(ended.errors.starts_with(said), "{command} on {kind}: {}", ended.errors);
            assert!(content_on_server(&connection).await == before, "{command} changed {kind}");
        }
        connection.close().await.expect("it closes");
    }
}

/// A schema that the URL names, and what belongs to an extension, are not another program's.
#[tokio::test]
async fn foreign_tables_elsewhere_are_no_matter_where_the_url_names_a_schema() {
    let Some(url) = TestDatabase::create_on_server("").await else { return };
    let connection = Database::connect(&url).await.expect("the server answers");
    connection.execute_unprepared(&format!("{USERS}; CREATE SCHEMA audience")).await.expect("tables of others");
    let url = format!("{url}&options=-c%20search_path=audience");
    Program::engine(&url).args(["migrate"]).run().expect(0);
    Program::engine(&url).args(["run"]).run().expect(0);
    Program::engine(&url).args(["verify"]).run().expect(0);
    connection.close().await.expect("it closes");
}

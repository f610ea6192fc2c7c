//! Secrets in files: for every variable that holds one, the variable of that name with `_FILE` at its end.

use std::path::Path;

use integration_tests::{Program, Server, on_both_databases, user};

/// As `echo` would write it.
fn write(folder: &Path, name: &str, secret: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, format!("{secret}\n")).expect("it is written");
    file.to_str().expect("a path in UTF-8").to_owned()
}

/// The message of a program that is refused.
fn refused(program: Program, arguments: &[&str]) -> String {
    program.args(arguments).run().expect(2).errors
}

on_both_databases! {
    async fn secret_files_give_both_programs_their_database(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = write(folder.path(), "database_url", &world.test_database.url);
        let ended = Program::engine("").env("DATABASE_URL_FILE", &file).args(["status", "--json"]).run().expect(0);
        assert_eq!(ended.json()["users"], 2);
        let ended = Program::server("").env("DATABASE_URL_FILE", &file).args(["token", "list"]).run().expect(0);
        assert_eq!((ended.output.as_str(), ended.errors.as_str()), ("", ""));
        // A flag says it for one command.
        let elsewhere = ["--database-url", "sqlite:///nowhere/audience.sqlite", "status"];
        let ended = Program::engine("").env("DATABASE_URL_FILE", &file).args(elsewhere).run().expect(1);
        assert!(ended.errors.contains("/nowhere/audience.sqlite"), "{}", ended.errors);
    }

    async fn secret_files_give_the_server_what_it_keeps_from_others(world: World) {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = "9f1c7a53be0d4826a1f7c3e95b60d2487cde13fa08b6495372e1ad9c40f58b6e";
        let program = Program::server("")
            .env("DATABASE_URL_FILE", &write(folder.path(), "database_url", &world.test_database.url))
            .env("CRON_SECRET_FILE", &write(folder.path(), "cron_secret", secret))
            .env("RESEND_API_KEY_FILE", &write(folder.path(), "resend_api_key", "re_unreachable"));
        let server = Server::start_configured(program.args(["serve", "--listen", "127.0.0.1:0"]));
        let by = |bearer: &str| {
            format!("GET /api/cron/auto-segment HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n\r\n")
        };
        assert_eq!(server.send(&by(secret)).await.0, 200);
        assert_eq!(server.send(&by("another")).await.0, 401);
    }
}

#[test]
fn secret_files_that_cannot_be_used_are_named_by_their_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = write(folder.path(), "secret", "CANARY");
    let missing = "/nowhere/secret, which DATABASE_URL_FILE names, cannot be read: there is no such file or folder";
    for program in [Program::engine, Program::server] {
        let both = program("sqlite::memory:").env("DATABASE_URL_FILE", &file);
        let said = "error: DATABASE_URL and DATABASE_URL_FILE are both set: remove one of them\n";
        assert_eq!(refused(both, &["migrate"]), said);
        let nowhere = program("").env("DATABASE_URL_FILE", "/nowhere/secret");
        assert_eq!(refused(nowhere, &["migrate"]), format!("error: {missing}\n"));
    }
    let server = || Program::server("sqlite::memory:").env("CRON_SECRET_FILE", &file);
    let said = "error: CRON_SECRET and CRON_SECRET_FILE are both set: remove one of them\n";
    assert_eq!(refused(server().env("CRON_SECRET", "other"), &["serve"]), said);
    // What is in a file is checked as what is in a variable, and repeated as little.
    let said = refused(server(), &["serve"]);
    assert!(said.starts_with("error: the cron secret is weak") && !said.contains("CANARY"), "{said}");
    // Only what a command needs is read.
    let url = format!("sqlite://{}", folder.path().join("audience.sqlite").display());
    Program::engine(&url).env("RESEND_WEBHOOK_SECRET_FILE", &file).args(["migrate"]).run().expect(0);
    let said = refused(
        Program::server("sqlite::memory:").env("CRON_SECRET_FILE", "").env("RESEND_WEBHOOK_SECRET_FILE", &file),
        &["serve", "--dev", "--listen", "127.0.0.1:0"],
    );
    assert!(said.starts_with("error: RESEND_WEBHOOK_SECRET must be") && !said.contains("CANARY"), "{said}");
}

#[test]
fn secret_files_give_a_pull_and_a_reshard_their_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let [host, source] = ["host", "source"].map(|name| {
        let url = format!("postgres://{name}@127.0.0.1:1/x?sslmode=disable");
        write(folder.path(), name, &url)
    });
    let config = folder.path().join("pull.toml");
    std::fs::write(&config, "url_variable = \"HOST_URL\"\n[users]\nquery = \"SELECT 1\"\n").expect("it is written");
    let url = format!("sqlite://{}", folder.path().join("audience.sqlite").display());
    Program::engine(&url).args(["migrate"]).run().expect(0);
    let config = config.to_str().expect("a path in UTF-8");
    for (variable, file, command) in [
        ("HOST_URL_FILE", &host, &["pull", "--config", config][..]),
        ("SOURCE_DATABASE_URL_FILE", &source, &["reshard"][..]),
    ] {
        let ended = Program::engine(&url).env(variable, file).args(command).run().expect(1);
        assert!(
            ended.errors.contains("no server listens there"),
            "{variable} was read, and nobody answers there: {}",
            ended.errors
        );
        assert_eq!(Program::engine(&url).args(command).run().code, 2, "{variable} is missing");
    }
}

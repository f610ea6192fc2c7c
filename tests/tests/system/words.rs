//! What the programs say: in our words, with the reason, and with the right number.

use std::io::Write as _;

use chrono::TimeDelta;
use domain::{
    instant::{Clock, SystemClock},
    profile::User,
};
use flate2::{Compression, write::GzEncoder};
use integration_tests::{Program, on_both_databases, user};
use tempfile::TempDir;

#[test]
fn words_about_an_argument_are_ours() {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("x.sqlite").display());
    for (arguments, said) in [
        (vec!["status", "--time-zone", "Mars/Olympus"], "a time zone is written like Europe/Berlin or UTC"),
        (vec!["run", "--batch-size", "0"], "expected a whole number of at least 1"),
        (vec!["run", "--commit-users", "many"], "expected a whole number of at least 1"),
        (vec!["run", "--wait", "soon"], "expected a whole number"),
        (vec!["forget-clock", "last"], "expected a whole number"),
        (
            vec!["cleanup", "--erase-deleted-after", "0d"],
            "a duration is longer than 0: 1m erases users deleted more than a minute ago",
        ),
        (vec!["import"], "<--users <FILE>|--attempts <FILE>|--events <FILE>>"),
    ] {
        let ended = Program::engine(&url).args(&arguments).run().expect(2);
        assert!(ended.errors.contains(said), "{arguments:?}: {}", ended.errors);
    }
    for (arguments, said) in [
        (["serve", "--time-zone", "Mars"], "a time zone is written like Europe/Berlin or UTC"),
        (["serve", "--listen", "localhost"], "an address is written like 127.0.0.1:8080 or [::1]:8080"),
        (["serve", "--calls-at-once", "0"], "expected a whole number of at least 1"),
    ] {
        let ended = Program::server(&url).args(arguments).run().expect(2);
        assert!(ended.errors.contains(said), "{arguments:?}: {}", ended.errors);
    }
}

#[test]
fn words_about_a_database_that_cannot_be_one_name_the_reason() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().display().to_string();
    for (url, code, said) in [
        (format!("sqlite://{path}"), 1, format!("{path} is a folder. The database URL must name a file in it")),
        (
            "sqlite://:memory:".into(),
            2,
            "a database in memory is lost when the program ends: the database URL must name a file, such as \
             sqlite://audience.sqlite"
                .into(),
        ),
    ] {
        assert_eq!(Program::engine(&url).args(["run"]).run().expect(code).errors, format!("error: {said}\n"));
    }
}

on_both_databases! {
    async fn words_about_a_file_name_it_and_the_reason(world: World) {
        let folder = TempDir::new().expect("a temporary folder");
        let users = folder.path().join("users.csv.gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let text: String = (0..5_000).map(|number| format!("{number},{number}@example.org,2026-01-01T00:00:00Z\n")).collect();
        encoder.write_all(format!("id,email,createdAt\n{text}").as_bytes()).expect("in memory");
        let whole = encoder.finish().expect("in memory");
        for kept in [14, whole.len() / 2] {
            std::fs::write(&users, &whole[..kept]).expect("a file");
            let ended = Program::engine(&world.test_database.url).args(["import", "--users", &users.display().to_string()]).run().expect(1);
            assert!(ended.errors.starts_with(&format!("error: {} cannot be read", users.display())), "{}", ended.errors);
            assert!(ended.errors.contains("cut off") && !ended.errors.contains("line 0"), "{}", ended.errors);
        }
        let missing = Program::engine(&world.test_database.url).args(["import", "--users", "/no/such.csv"]).run().expect(1);
        assert_eq!(missing.errors, "error: /no/such.csv cannot be opened: there is no such file or folder\n");
        let export = ["export", "plan:free", "--output", "/no/such/x.csv"];
        let missing = Program::engine(&world.test_database.url).args(export).run().expect(1);
        assert_eq!(missing.errors, "error: /no/such/x.csv cannot be written: there is no such file or folder\n");
    }

    async fn words_about_one_are_singular(world: World) {
        world.users(&[User { plan: "TRIAL".into(), ..user("ann") }]).await;
        let engine = |arguments: &[&str]| Program::engine(&world.test_database.url).args(arguments).run().expect(0);
        let run = engine(&["run"]);
        assert_eq!(run.errors, "warning: 1 user has a plan that has no segment\n");
        assert!(engine(&["status"]).output.starts_with("1 user, 0 of them changed since they were last evaluated\n"));
        assert_eq!(engine(&["export", "lifecycle:churned"]).errors, "1 member of lifecycle:churned\n");
        world.users(&[User { deleted_at: Some(Clock::now(&SystemClock) - TimeDelta::days(1)), ..user("ann") }]).await;
        let shown = engine(&["run-user", "ann"]).output;
        assert!(shown.ends_with("current  none\nThe user is deleted in the host application, and so in no segment.\n"), "{shown}");
        assert_eq!(engine(&["cleanup", "--erase-deleted-after", "12h"]).output,
            "deleted 0 memberships that ended more than 90 days ago\nerased 1 user deleted in the host application more than 12h ago\n");
    }

    async fn words_of_a_run_list_segments_in_the_order_of_status(world: World) {
        world.users(&[user("ann"), User { created_at: integration_tests::now(), ..user("bob") }]).await;
        let keys = |output: &str| -> Vec<String> {
            let words = output.lines().filter_map(|line| line.split_whitespace().next());
            words.filter(|word| word.contains(':')).map(str::to_owned).collect()
        };
        let arguments = ["run", "--as-of", integration_tests::NOW];
        let run = keys(&Program::engine(&world.test_database.url).args(arguments).run().expect(0).output);
        let status = keys(&Program::engine(&world.test_database.url).args(["status"]).run().expect(0).output);
        let expected: Vec<_> = status.into_iter().filter(|key| run.contains(key)).collect();
        assert_eq!(run, expected);
        assert!(run.len() > 2, "{run:?}");
    }
}

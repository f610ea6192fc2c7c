//! Connection poolers, whose URLs hosts of applications hand out.

use integration_tests::{Kind, Pooler, Program, TestDatabase, World};
use persistence::{Database, host::Host};

const SAID: &str = "a connection pooler is in the way: take the direct URL of the server, or a pooler in session mode, with \
                    ignore_startup_parameters = extra_float_digits, options\n";

/// The driver's statements of one connection would be executed by another.
#[tokio::test]
async fn pooler_of_transactions_is_refused_before_anything_is_mixed_up() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let pooler = Pooler::of_transactions(&test_database.url).await;
    let world = World::new(test_database);
    let before = world.dump().await;
    for (program, arguments) in [
        (Program::engine(&pooler.url()), vec!["run"]),
        (Program::engine(&pooler.url()), vec!["migrate"]),
        (Program::server(&pooler.url()), vec!["token", "list"]),
    ] {
        let program = program.args(&arguments);
        // Not on this thread, which serves the pooler.
        let ended = tokio::task::spawn_blocking(move || program.run()).await.expect("it ends").expect(1);
        assert_eq!(ended.errors, format!("error: the database cannot be opened: {SAID}"), "{arguments:?}");
    }
    let refused = Host::connect(&pooler.url()).await.map(|_| ()).expect_err("a host behind it");
    assert_eq!(format!("{refused}\n"), format!("the database cannot be opened: {SAID}"));
    assert_eq!(world.dump().await, before);
}

/// The driver asks for none by itself; an operator may.
#[tokio::test]
async fn pooler_that_refuses_parameters_of_the_start_is_said_to_be_one() {
    let pooler = Pooler::of_known_parameters().await;
    let url = format!("{}?options=-c%20work_mem=1GB", pooler.url());
    let said = format!("the database cannot be opened: {SAID}");
    let ended = tokio::task::spawn_blocking({
        let url = url.clone();
        move || Program::engine(&url).args(["status"]).run().expect(1)
    });
    assert_eq!(ended.await.expect("it ends").errors, format!("error: {said}"));
    let refused = Host::connect(&url).await.map(|_| ()).expect_err("a host behind it");
    assert_eq!(format!("{refused}\n"), said);
    let refused = Database::connect(&url).await.map(|_| ()).expect_err("ours behind it");
    assert_eq!(format!("{refused}\n"), said);
}

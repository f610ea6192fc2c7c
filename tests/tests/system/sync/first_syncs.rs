//! A first sync by import and one that asks for each person end in the same state at the mail service, which is ours.

use std::collections::{BTreeMap, BTreeSet};

use domain::system_segments::catalogue;
use integration_tests::{Kind, MailWorld, Program, TestDatabase, World, ago, now, quiz, shared_data, user};
use resend_fake::Fake;

const PEOPLE: usize = 700;

/// All built-in segments have members. Enough of them are in the same ones to be worth an import.
async fn people(world: &World) {
    // The plan, days since the user signed up and was active, the streak, the certification, and quizzes in it.
    const KINDS: [(&str, i64, i64, i64, &str, usize); 5] = [
        ("FREE", 2, 1, 0, "AWS Solutions Architect", 6),
        ("PRO", 90, 3, 8, "Azure Fundamentals", 6),
        ("PREMIUM", 90, 12, 0, "Google Cloud Engineer", 50),
        ("FREE", 400, 60, 0, "AWS Solutions Architect", 0),
        ("PRO", 400, 3, 9, "Google Cloud Engineer", 3),
    ];
    let (mut users, mut attempts) = (Vec::new(), Vec::new());
    for number in 0..PEOPLE {
        let (plan, created, active, streak, certification, quizzes) = KINDS[number % KINDS.len()];
        let mut user = user(&format!("u{number:03}"));
        (user.plan, user.current_streak) = (plan.into(), streak);
        (user.created_at, user.last_activity_at) = (ago(created), Some(ago(active)));
        user.first_name = (number % 4 > 0).then(|| format!("Name {number}"));
        attempts.extend((0..quizzes).map(|quizzed| quiz(&user.id.0, number * 100 + quizzed, certification)));
        users.push(user);
    }
    world.users(&users).await;
    world.attempts(&attempts).await;
    world.run(now()).await;
}

/// The segments with the addresses in them, and the names of contacts.
type Remote = (BTreeMap<String, BTreeSet<String>>, BTreeMap<String, [Option<String>; 2]>);

fn remote(fake: &Fake) -> Remote {
    let state = fake.state();
    let segments = state.segments.values().map(|segment| (segment.name.clone(), state.members(&segment.id)));
    let names = state.contacts.values();
    let names = names.map(|one| (one.email.clone(), [one.first_name.clone(), one.last_name.clone()]));
    (segments.collect(), names.collect())
}

fn imports(fake: &Fake) -> usize {
    fake.writes().iter().filter(|request| request.route() == "POST /contacts/imports").count()
}

async fn both_ways(filled: TestDatabase) {
    let (copy, original) = filled.duplicate().await;
    let by_import = MailWorld::new(World::new(original)).await;
    let one_by_one = MailWorld::new(World::open(&copy).await).await;
    // An import doesn't pay off if this many contacts must be read first.
    one_by_one.fake.switch(|switches| switches.more_contacts = 100_000_000);
    for mail in [&by_import, &one_by_one] {
        for segment in catalogue() {
            mail.on(&segment.key.to_string()).await;
        }
        mail.sync().await;
        mail.is_at_rest("a first sync").await;
        assert_eq!(mail.sync().await.counts.requests, 0, "the second one sends nothing");
        for segment in catalogue() {
            let key = segment.key.to_string();
            assert_eq!(mail.delivered(&key).await, mail.desired(&key).await, "{key}");
            assert!(!mail.delivered(&key).await.is_empty(), "{key} has members");
        }
    }
    assert!(imports(&by_import.fake) > 0 && imports(&one_by_one.fake) == 0);
    assert!(remote(&by_import.fake) == remote(&one_by_one.fake), "they differ");
}

async fn of_made_up_people(kind: Kind) {
    let Some(database) = TestDatabase::create(kind).await else { return };
    let world = World::new(database);
    people(&world).await;
    both_ways(world.test_database).await;
}

/// The 28,785 learners of `oulad.rs`. Importing them takes the stand-in a while. It needs a thread of its own meanwhile, or the sync
/// cannot renew its lease and stops.
async fn of_learners(kind: Kind) {
    if std::env::var_os("TEST_LONG").is_none() {
        return;
    }
    let Some(data) = shared_data("oulad") else { return };
    let Some(database) = TestDatabase::create(kind).await else { return };
    let import = Program::engine(&database.url).args(["import", "--users"]).args([data.join("users.csv.xz")]);
    import.args(["--attempts"]).args([data.join("quiz_attempts.csv.xz")]).run().expect(0);
    Program::engine(&database.url).args(["run", "--as-of", "2014-10-15T00:00:00Z"]).run().expect(0);
    both_ways(database).await;
}

#[tokio::test]
async fn first_syncs_of_made_up_people_end_the_same_on_sqlite() {
    of_made_up_people(Kind::Sqlite).await;
}

#[tokio::test]
async fn first_syncs_of_made_up_people_end_the_same_on_postgres() {
    of_made_up_people(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_syncs_of_learners_end_the_same_on_sqlite() {
    of_learners(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_syncs_of_learners_end_the_same_on_postgres() {
    of_learners(Kind::Postgres).await;
}
